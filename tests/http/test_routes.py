"""Routes, methods, negotiation and databases of the HTTP interface, request by request."""

import gzip
import json
import os
import re
import unittest

import xinpu
import zstd
from serving import JSON, Case

INVALID = "Neo.ClientError.Request.Invalid"
QUERY = "/db/credit/query/v2"
ONE = '{"statement":"RETURN 1 AS x"}'


class Routes(Case):
    CASES = [
        # method, path, headers, body, status, headers of the answer, code or None
        ("GET", "/health/live", {}, None, 200, {"content-type": "application/json"}, None),
        ("GET", "/health/ready", {}, None, 200, {}, None),
        ("GET", QUERY, {}, None, 405, {"allow": "POST,OPTIONS"}, INVALID),
        ("PUT", QUERY, JSON, ONE, 405, {"allow": "POST,OPTIONS"}, INVALID),
        ("PATCH", QUERY, JSON, ONE, 405, {}, INVALID),
        ("GET", QUERY + "/tx", {}, None, 405, {"allow": "POST,OPTIONS"}, INVALID),
        ("GET", QUERY + "/tx/abc", {}, None, 405, {"allow": "POST,DELETE,OPTIONS"}, INVALID),
        ("POST", "/db", JSON, "{}", 405, {"allow": "GET,HEAD,OPTIONS"}, INVALID),
        ("GET", "/nowhere", {}, None, 404, {}, INVALID),
        ("POST", "/db/credit/query/v3", JSON, ONE, 404, {}, INVALID),
        ("POST", "/db/credit/tx/commit", JSON, ONE, 404, {}, INVALID),
        ("POST", QUERY + "/tx/a/b/commit", JSON, ONE, 404, {}, INVALID),
        ("POST", "/db/nodb/query/v2", JSON, ONE, 404, {}, "Neo.ClientError.Database.DatabaseNotFound"),
        ("POST", "/db/A%20B/query/v2", JSON, ONE, 404, {}, "Neo.ClientError.Database.DatabaseNotFound"),
        ("POST", QUERY, {}, ONE, 415, {}, INVALID),
        ("POST", QUERY, {"Content-Type": "text/plain"}, ONE, 415, {}, INVALID),
        ("POST", QUERY, {**JSON, "Content-Encoding": "br"}, ONE, 415, {}, INVALID),
        ("POST", QUERY, {**JSON, "Content-Encoding": "gzip, gzip"}, ONE, 415, {}, INVALID),
        ("POST", QUERY, {**JSON, "Content-Encoding": "identity"}, ONE, 202, {}, None),
        ("HEAD", "/db/credit", {}, None, 200, {"content-type": "application/json"}, None),
        ("POST", "/queries", JSON, "{}", 405, {"allow": "GET,HEAD,OPTIONS"}, INVALID),
        ("GET", "/queries/s1", {}, None, 405, {"allow": "DELETE,OPTIONS"}, INVALID),
        ("GET", "/db/nowhere/schema", {}, None, 404, {}, "Neo.ClientError.Database.DatabaseNotFound"),
        ("POST", QUERY, {"Content-Type": "application/json; charset=utf-8"}, ONE, 202, {}, None),
        ("POST", QUERY, {**JSON, "Accept": "text/html"}, ONE, 406, {}, INVALID),
        ("POST", QUERY, {**JSON, "Accept": "text/plain"}, ONE, 406, {}, INVALID),
        ("POST", QUERY, {**JSON, "Accept": "application/vnd.neo4j.query+jsonl"}, ONE, 406, {}, INVALID),
        ("POST", QUERY + "/tx/0123456789abcdef", JSON, ONE, 404, {}, "Neo.ClientError.Transaction.TransactionNotFound"),
        ("DELETE", QUERY + "/tx/0123456789abcdef", {}, None, 404, {}, "Neo.ClientError.Transaction.TransactionNotFound"),
    ]

    def test_table(self):
        for method, path, headers, body, status, wanted, code in self.CASES:
            with self.subTest(f"{method} {path} {headers}"):
                answer = self.request(method, path, body, headers)
                self.assertEqual(answer.status, status, answer)
                for name, value in wanted.items():
                    self.assertEqual(answer.headers.get(name), value, answer)
                if code:
                    self.assertEqual(answer.error[0], code)

    def test_discovery_names_the_routes(self):
        answer = self.request("GET", "/")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["vary"], "Accept")
        found = answer.json
        base = f"http://127.0.0.1:{self.server.port}/db/{{databaseName}}/query/v2"
        self.assertEqual((found["query"], found["transaction"]), (base, base + "/tx"))
        self.assertEqual(found["neo4j_edition"], "community")
        if "bolt_direct" in found:  # its port may be taken
            self.assertRegex(found["bolt_direct"], r"^bolt://127\.0\.0\.1:\d+$")
            self.assertEqual(found["bolt_routing"], found["bolt_direct"].replace("bolt:", "neo4j:"))
        self.assertRegex(found["xinpu_version"], r"^\d+\.\d+\.\d+$")

    def test_a_strange_host_does_not_come_back(self):
        answer = self.request("GET", "/", headers={"Host": "evil\"<script>"})
        self.assertNotIn("script", answer.text)

    def test_head_has_the_header_and_no_body(self):
        answer = self.request("HEAD", "/health/live")
        self.assertEqual((answer.status, answer.body), (200, b""))
        self.assertEqual(answer.headers["content-length"], "17")

    def test_options(self):
        answer = self.request("OPTIONS", QUERY)
        self.assertEqual((answer.status, answer.body), (200, b""))
        self.assertEqual(answer.headers["allow"], "POST,OPTIONS")
        self.assertNotIn("access-control-allow-origin", answer.headers)

    def test_the_words_of_refusals(self):
        for headers, body, words in [({}, ONE, "Unsupported Media Type"),
                                     ({**JSON, "Accept": "text/html"}, ONE, "Not Acceptable")]:
            self.assertIn(words, self.request("POST", QUERY, body, headers).error[1])
        self.assertEqual(self.request("GET", QUERY).error, (INVALID, "Method Not Allowed"))


class Documents(Case):
    def test_the_example_of_the_page(self):
        with open(os.path.join(xinpu.ROOT, "docs", "http.md"), encoding="utf-8") as file:
            page = file.read()
        body = re.search(r"-d '([^']+)'", page).group(1)
        shown = json.loads(re.search(r"```json\n(.*?)\n```", page, re.DOTALL).group(1))
        found = self.request("POST", QUERY, body, JSON).json
        self.assertEqual(list(found), list(shown))
        self.assertEqual((found["data"], found["queryType"]), (shown["data"], shown["queryType"]))


class Negotiation(Case):
    TYPED_ONE = {"$type": "Integer", "_value": "1"}
    CASES = [
        # Accept, Content-Type of the answer, the value
        (None, "application/json", 1),
        ("*/*", "application/json", 1),
        ("application/json", "application/json", 1),
        ("APPLICATION/JSON", "application/json", 1),
        ("application/vnd.neo4j.query", "application/vnd.neo4j.query", TYPED_ONE),
        ("application/vnd.neo4j.query.v1.0", "application/vnd.neo4j.query.v1.0", TYPED_ONE),
        ("application/vnd.neo4j.query.v1.1", "application/vnd.neo4j.query.v1.1", TYPED_ONE),
        ("application/vnd.neo4j.query.v1.0, application/vnd.neo4j.query;q=0.9, application/json;q=0.5",
         "application/vnd.neo4j.query.v1.0", TYPED_ONE),
        ("application/json;q=0.5, application/vnd.neo4j.query;q=0.9", "application/vnd.neo4j.query", TYPED_ONE),
        ("text/html, application/json;q=0.1", "application/json", 1),
        ("text/html;q=0.9, */*;q=0.1", "application/json", 1),
    ]

    def test_accept(self):
        for accept, kind, value in self.CASES:
            with self.subTest(accept):
                answer = self.request("POST", QUERY, ONE, {**JSON, **({"Accept": accept} if accept else {})})
                self.assertEqual(answer.status, 202, answer)
                self.assertEqual(answer.headers["content-type"], kind)
                self.assertEqual(answer.json["data"], {"fields": ["x"], "values": [[value]]})

    def test_a_quality_of_zero_is_a_refusal(self):
        self.assertEqual(self.request("POST", QUERY, ONE, {**JSON, "Accept": "application/json;q=0"}).status, 406)

    def test_gzip_both_ways(self):
        body = gzip.compress(json.dumps({"statement": "UNWIND range(1, 2000) AS x RETURN x"}).encode())
        answer = self.request("POST", QUERY, body, {**JSON, "Content-Encoding": "gzip", "Accept-Encoding": "gzip"})
        self.assertEqual(answer.status, 202, answer)
        self.assertEqual(answer.headers["content-encoding"], "gzip")
        values = json.loads(gzip.decompress(answer.body))["data"]["values"]
        self.assertEqual(values, [[x] for x in range(1, 2001)])

    def test_zstd_both_ways(self):
        for count in (2_000, 300_000):  # at once, and as a stream
            with self.subTest(count):
                body = zstd.compress(json.dumps({"statement": f"UNWIND range(1, {count}) AS x RETURN x"}).encode())
                answer = self.request("POST", QUERY, body, {**JSON, "Content-Encoding": "zstd", "Accept-Encoding": "gzip, zstd"})
                self.assertEqual(answer.status, 202, answer)
                self.assertEqual((answer.headers["content-encoding"], answer.headers["vary"]), ("zstd", "Accept-Encoding"))
                values = json.loads(zstd.decompress(answer.body))["data"]["values"]
                self.assertEqual(values, [[x] for x in range(1, count + 1)])

    def test_the_coding_with_the_higher_quality(self):
        for asked, got in (("gzip, zstd", "zstd"), ("zstd;q=0.5, gzip", "gzip"), ("zstd;q=0, gzip;q=0.1", "gzip"), ("x-gzip", "gzip"),
                           ("br, deflate", None), ("identity, gzip;q=0.5", None), ("GZIP", "gzip"), ("zstd;q=0", None), ("*", None)):
            with self.subTest(asked):
                answer = self.query("UNWIND range(1, 2000) AS x RETURN x", headers={"Accept-Encoding": asked})
                self.assertEqual(answer.headers.get("content-encoding"), got)

    def test_bodies_that_are_no_zstd(self):
        whole = zstd.compress(ONE.encode())
        for body in (ONE.encode(), whole[:-1], whole[:5], whole + b"x", b""):
            with self.subTest(body):
                answer = self.request("POST", QUERY, body, {**JSON, "Content-Encoding": "zstd"})
                self.assertEqual((answer.status, answer.error[0]), (400, INVALID), answer)

    def test_a_zstd_body_beyond_the_limit(self):
        body = zstd.compress(b" " * (33 << 20) + ONE.encode())
        self.assertLess(len(body), 100_000)
        self.assertEqual(self.request("POST", QUERY, body, {**JSON, "Content-Encoding": "zstd"}).status, 413)

    def test_short_answers_and_those_not_asked_for_are_not_packed(self):
        self.assertNotIn("content-encoding", self.request("POST", QUERY, ONE, {**JSON, "Accept-Encoding": "gzip"}).headers)
        long = self.query("UNWIND range(1, 2000) AS x RETURN x", headers={"Accept-Encoding": "gzip;q=0, identity"})
        self.assertNotIn("content-encoding", long.headers)

    def test_a_body_that_is_no_gzip(self):
        answer = self.request("POST", QUERY, ONE, {**JSON, "Content-Encoding": "gzip"})
        self.assertEqual((answer.status, answer.error[0]), (400, INVALID))


class Bodies(Case):
    CASES = [
        # body, words of the message
        ("", "statement cannot be null or empty"),
        ("{}", "statement cannot be null or empty"),
        ('{"statement":null}', "statement cannot be null or empty"),
        ('{"statement":""}', "statement cannot be null or empty"),
        ("nonsense", "The JSON cannot be read at byte"),
        ("[1]", "The body must be a JSON object."),
        ('{"statement":1}', "'statement' must be a string"),
        ('{"statement":"RETURN 1","foo":1}', "unknown member 'foo'"),
        ('{"statement":"RETURN 1","foo":null}', "unknown member 'foo'"),
        ('{"statement":"RETURN 1","parameters":[]}', "'parameters' must be an object"),
        ('{"statement":"RETURN 1","includeCounters":1}', "'includeCounters' must be true or false"),
        ('{"statement":"RETURN 1","accessMode":"Both"}', "'accessMode' must be 'Read' or 'Write'"),
        ('{"statement":"RETURN 1","maxExecutionTime":0}', "'maxExecutionTime' must be whole seconds"),
        ('{"statement":"RETURN 1","bookmarks":"xb"}', "'bookmarks' must be an array"),
        ('{"statement":"RETURN $p","parameters":{"p":9223372036854775808}}', "does not fit in 64 bits"),
        ('{"statement":"RETURN $p","parameters":{"p":1e999}}', "Number too big"),
        ('{"statement":"RETURN $p","parameters":{"p":' + "[" * 600 + "]" * 600 + "}}", "nested more than 500 deep"),
        ('{"statement":"RETURN 1"} x', "The JSON cannot be read at byte"),
    ]

    def test_refusals_say_what_and_where(self):
        for body, words in self.CASES:
            with self.subTest(body[:60]):
                answer = self.request("POST", QUERY, body, JSON)
                self.assertEqual((answer.status, answer.error[0]), (400, INVALID), answer)
                self.assertIn(words, answer.error[1])

    def test_bytes_that_are_no_text(self):
        answer = self.request("POST", QUERY, b'{"statement":"RETURN \'\xff\'"}', JSON)
        self.assertEqual((answer.status, answer.error[0]), (400, INVALID), answer)

    def test_null_members_are_as_if_absent(self):
        answer = self.request("POST", QUERY, {"statement": "RETURN 1 AS x", "parameters": None, "includeCounters": None,
                                              "accessMode": None, "maxExecutionTime": None, "bookmarks": None}, JSON)
        self.assertEqual(answer.status, 202, answer)
        self.assertNotIn("counters", answer.json)

    def test_access_mode_in_any_case(self):
        self.assertEqual(self.query("RETURN 1", accessMode="READ").status, 202)

    def test_a_body_beyond_the_limit(self):
        connection = self.server.connect()
        connection.putrequest("POST", QUERY)
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(64 << 20))
        connection.endheaders()
        response = connection.getresponse()
        self.assertEqual(response.status, 413)
        self.assertIn("32 MiB", json.loads(response.read())["errors"][0]["message"])
        connection.close()

    def test_a_packed_body_beyond_the_limit(self):
        body = gzip.compress(b" " * (33 << 20) + ONE.encode())
        answer = self.request("POST", QUERY, body, {**JSON, "Content-Encoding": "gzip"})
        self.assertEqual(answer.status, 413, answer)

    def test_a_long_body_is_taken(self):
        text = "信" * 300_000
        answer = self.query("RETURN size($p) AS n", parameters={"p": text})
        self.assertEqual(answer.json["data"]["values"], [[300_000]], answer)


class Wire(Case):
    """What lies below the requests: keep-alive, pipelining, continue, what is no HTTP."""

    def exchange(self, sent, answers):
        """Sends bytes, and reads until so many answers have come or the server closes."""
        with self.server.raw(timeout=30) as connection:
            connection.sendall(sent)
            got = b""
            while got.count(b"HTTP/1.1 ") < answers or not got.endswith((b"}", b"\r\n\r\n")):
                piece = connection.recv(65536)
                if not piece:
                    break
                got += piece
            return got

    def post(self, body, *lines, version="1.1"):
        head = [f"POST {QUERY} HTTP/{version}", "Host: h", "Content-Type: application/json",
                f"Content-Length: {len(body)}", *lines]
        return ("\r\n".join(head) + "\r\n\r\n").encode() + body

    def test_pipelined_requests_are_answered_in_order(self):
        bodies = [json.dumps({"statement": f"RETURN {n} AS x"}).encode() for n in range(20)]
        got = self.exchange(b"".join(self.post(body) for body in bodies), 20)
        places = [got.find(f'"values":[[{n}]]'.encode()) for n in range(20)]
        self.assertNotIn(-1, places)
        self.assertEqual(places, sorted(places))

    def test_byte_by_byte(self):
        with self.server.raw() as connection:
            for byte in self.post(ONE.encode(), "Connection: close"):
                connection.sendall(bytes([byte]))
            got = b""
            while piece := connection.recv(65536):
                got += piece
        self.assertTrue(got.startswith(b"HTTP/1.1 202 Accepted\r\n"), got)

    def test_expect_continue(self):
        body = ONE.encode()
        with self.server.raw(timeout=30) as connection:
            sent = self.post(body, "Expect: 100-continue", "Connection: close")
            connection.sendall(sent[:-len(body)])
            self.assertEqual(connection.recv(100), b"HTTP/1.1 100 Continue\r\n\r\n")
            connection.sendall(body)
            got = b""
            while piece := connection.recv(65536):
                got += piece
        self.assertTrue(got.startswith(b"HTTP/1.1 202 "), got)

    def test_http_1_0_is_answered_and_closed(self):
        got = self.exchange(self.post(ONE.encode(), version="1.0"), 2)
        self.assertTrue(got.startswith(b"HTTP/1.1 202 "), got)
        self.assertIn(b"Connection: close\r\n", got)

    def test_what_is_no_http_gets_a_sentence(self):
        for sent in (b"\x60\x60\xb0\x17\x00\x00\x04\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\r\n\r\n",
                     b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n"):
            with self.subTest(sent):
                got = self.exchange(sent, 1)
                self.assertTrue(got.startswith(b"HTTP/1.1 400 "), got)
                self.assertIn(INVALID.encode(), got)

    def test_headers_that_must_stand_once(self):
        for sent, words in ((self.post(ONE.encode()).replace(b"Host: h\r\n", b""), b"Host is missing"),
                            (self.post(ONE.encode(), "Host: other"), b"Host stands twice"),
                            (self.post(ONE.encode(), "content-type: application/json"), b"Content-Type stands twice"),
                            (self.post(ONE.encode(), "Authorization: a", "Authorization: a"), b"Authorization stands twice")):
            with self.subTest(words):
                got = self.exchange(sent, 1)
                self.assertTrue(got.startswith(b"HTTP/1.1 400 "), got)
                self.assertIn(words, got)
        self.assertTrue(self.exchange(b"GET /health/live HTTP/1.0\r\n\r\n", 1).startswith(b"HTTP/1.1 200 "))

    def test_a_header_beyond_the_limit(self):
        got = self.exchange(b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", 1)
        self.assertTrue(got.startswith(b"HTTP/1.1 431 "), got[:200])

    def test_the_server_goes_on_after_clients_that_vanish(self):
        for sent in (b"", b"POST", self.post(ONE.encode())[:-5], self.post(ONE.encode())):
            with self.server.raw() as connection:
                connection.sendall(sent)
        self.assertEqual(self.query("RETURN 1 AS x").status, 202)


class Databases(Case):
    def test_made_listed_used_removed(self):
        self.assertEqual(self.request("PUT", "/db/tax-2026").status, 201)
        self.assertEqual(self.query("CREATE (:N)", database="tax-2026").status, 202)
        again = self.request("PUT", "/db/TAX-2026")
        self.assertEqual((again.status, again.json["name"], again.json["nodes"]), (200, "tax-2026", 1))
        names = [item["name"] for item in self.request("GET", "/db").json["databases"]]
        self.assertEqual(names, ["credit", "tax-2026"])
        self.assertEqual(self.request("GET", "/db/Tax-2026").json["nodes"], 1)
        self.assertEqual(self.request("DELETE", "/db/tax-2026").status, 204)
        self.assertEqual(self.request("DELETE", "/db/tax-2026").status, 404)
        self.assertEqual(self.query("RETURN 1", database="tax-2026").status, 404)
        self.assertEqual(self.request("PUT", "/db/tax-2026").status, 201)
        self.assertEqual(self.query("MATCH (n) RETURN count(n) AS n", database="tax-2026").json["data"]["values"], [[0]])
        self.assertEqual(self.request("DELETE", "/db/tax-2026").status, 204)

    def test_names(self):
        for name, status in [("abc", 201), ("a1-", 201), ("ab", 400), ("1ab", 400), ("a_b", 400), ("system", 400),
                             ("x" * 63, 201), ("x" * 64, 400), ("..", 400), ("a%2Fb", 400)]:
            with self.subTest(name):
                answer = self.request("PUT", "/db/" + name)
                self.assertEqual(answer.status, status, answer)
                if status == 201:
                    self.assertEqual(self.request("DELETE", "/db/" + name).status, 204)
                else:
                    self.assertEqual(answer.error[0], INVALID)

    def test_neo4j_is_the_usual_database(self):
        self.query("CREATE (:OnlyHere)")
        answer = self.query("MATCH (n:OnlyHere) RETURN count(n) AS n", database="neo4j")
        self.assertEqual(answer.json["data"]["values"], [[1]])
        self.assertEqual(self.request("PUT", "/db/neo4j").status, 200)

    def test_use_names_another_database(self):
        self.fresh("other-one")
        self.assertEqual(self.query("USE `other-one` CREATE (:There)").status, 202)
        self.assertEqual(self.query("MATCH (n:There) RETURN count(n) AS n").json["data"]["values"], [[0]])
        self.assertEqual(self.query("USE `other-one` MATCH (n:There) RETURN count(n) AS n").json["data"]["values"], [[1]])
        self.assertEqual(self.query("USE nowhere RETURN 1").status, 404)
        self.request("DELETE", "/db/other-one")

    def test_an_open_transaction_keeps_a_database(self):
        self.fresh("held")
        begun = self.request("POST", "/db/held/query/v2/tx", "{}", JSON)
        self.assertEqual(begun.status, 202, begun)
        self.assertEqual(self.request("DELETE", "/db/held").status, 409)
        self.request("DELETE", f"/db/held/query/v2/tx/{begun.json['transaction']['id']}")
        self.assertEqual(self.request("DELETE", "/db/held").status, 204)


if __name__ == "__main__":
    unittest.main()
