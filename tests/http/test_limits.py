"""Each limit of docs/limits.md that a client can reach over HTTP: what is beyond it, and that others are served meanwhile."""

import json
import re
import resource
import select
import socket
import time
import unittest

from serving import JSON, Case

QUERY = "/db/credit/query/v2"
MANY = "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y "
ENDLESS = MANY + "WITH x, y WHERE x + y < 0 RETURN x"


class Statements(Case):
    arguments = ("--result-rows", "1000", "--result-size", "2", "--statement-memory", "64")

    def refused(self, answer, status, code, *words):
        self.assertEqual((answer.status, answer.error[0]), (status, code), answer)
        for word in words:
            self.assertIn(word, answer.error[1])

    def test_rows(self):
        self.assertEqual(len(self.rows("UNWIND range(1, 1000) AS x RETURN x")), 1000)
        self.refused(self.query("UNWIND range(1, 1001) AS x RETURN x"), 400, "Neo.ClientError.Statement.RowLimitExceeded",
                     "1000 rows")

    def test_bytes_of_an_answer(self):
        """Rows that are on their way already stay; the rest of the answer says why there are no more."""
        answer = self.query("UNWIND range(1, 900) AS x RETURN reduce(s = '', y IN range(1, 1000) | s + 'abcdefgh') AS text")
        self.assertEqual(answer.status, 202)
        self.assertEqual(answer.error[0], "Neo.ClientError.Statement.RowLimitExceeded")
        self.assertIn("2 MiB", answer.error[1])
        self.assertLess(len(answer.body), 3 << 20)
        self.assertGreater(len(answer.json["data"]["values"]), 100)
        self.assertNotIn("bookmarks", answer.json)

    def test_memory(self):
        self.refused(self.query("UNWIND range(1, 10000000) AS x RETURN x LIMIT 1"), 400,
                     "Neo.TransientError.General.MemoryPoolOutOfMemoryError", "more memory than the statement may hold")
        self.refused(self.query(MANY + "WITH collect(toString(x) + 'text') AS all RETURN size(all)"), 400,
                     "Neo.TransientError.General.MemoryPoolOutOfMemoryError", "64 MiB")

    def test_time(self):
        began = time.monotonic()
        self.refused(self.query(ENDLESS, maxExecutionTime=1), 400, "Neo.ClientError.Transaction.TransactionTimedOut")
        self.assertLess(time.monotonic() - began, 2)

    def test_length_and_nesting(self):
        for statement in ("RETURN '" + "x" * (1 << 20) + "'", "RETURN " + "1," * 60_000 + "1", "RETURN " + "(" * 300 + "1" + ")" * 300,
                          "RETURN " + "1+" * 3_000 + "1", "RETURN " + "[" * 300 + "]" * 300, "RETURN " + "-" * 100_000 + "1",
                          "RETURN " + "(" * 10_000_000, "RETURN " + "[" * 900_000, "RETURN " + "{a:" * 300_000, "RETURN '" + "x" * 1_000_000,
                          "RETURN '" + "x" * 9_000_000, "MATCH (`" + "y" * 1_000_000, "RETURN 1 /*" + "*" * 1_000_000, "RETURN '" + "\\" * 999_999,
                          "MATCH " + "((a)-->" * 100_000, "RETURN " + "CASE WHEN " * 90_000, "RETURN " + "NOT " * 90_000 + "true",
                          "RETURN " + "EXISTS { " * 90_000, "MATCH (a" + ":A|" * 90_000 + "B) RETURN", "CALL { " * 90_000):
            with self.subTest(statement[:30]):
                began = time.monotonic()
                answer = self.query(statement)
                self.assertEqual(answer.status, 400, answer)
                self.assertIn(answer.error[0], ("Neo.ClientError.Statement.LimitExceeded", "Neo.ClientError.Statement.SyntaxError"))
                self.assertLess(time.monotonic() - began, 1)
                self.assertLess(len(answer.body), 2_000)

    def test_depth_of_json(self):
        for deep, status in ((499, 202), (501, 400)):
            body = '{"statement":"RETURN 1 AS x","parameters":{"p":' + "[" * (deep - 2) + "]" * (deep - 2) + "}}"
            self.assertEqual(self.request("POST", QUERY, body, JSON).status, status)

    def test_a_body(self):
        body = json.dumps({"statement": "RETURN size($p) AS n", "parameters": {"p": "x" * (33 << 20)}})
        self.assertEqual(self.request("POST", QUERY, body, JSON, self.server.connect()).status, 413)


class Parses(Case):
    arguments = ("--parses-per-second", "10")

    def test_new_statements_a_second(self):
        answers = [self.query(f"RETURN {n} AS x") for n in range(60)]
        refused = [answer for answer in answers if answer.status == 429]
        self.assertGreaterEqual(len(refused), 20)
        self.assertTrue(all(answer.status == 202 for answer in answers[:20]))
        self.assertEqual(refused[0].error[0], "Neo.TransientError.Request.ResourceExhaustion")
        self.assertIn("parameters", refused[0].error[1])
        self.assertEqual(refused[0].headers["retry-after"], "1")
        for n in range(100):
            self.assertEqual(self.query("RETURN 0 AS x").status, 202)
        transaction = self.request("POST", QUERY + "/tx", {}, JSON).json["transaction"]["id"]
        inside = [self.request("POST", f"{QUERY}/tx/{transaction}", {"statement": f"RETURN {n} AS y"}, JSON) for n in range(40)]
        self.assertIn(429, [answer.status for answer in inside])
        time.sleep(2.5)
        for n in range(20):
            self.assertEqual(self.query("RETURN $n AS z", parameters={"n": n}).status, 202)


class Overload(Case):
    arguments = ("--workers", "4")

    def opened(self, count):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * count)), hard))
        sockets = [self.server.raw() for _ in range(count)]
        for one in sockets:
            self.addCleanup(one.close)
        return sockets

    def test_more_requests_than_can_wait(self):
        body = json.dumps({"statement": ENDLESS}).encode()
        sent = f"POST {QUERY} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        sockets = self.opened(4_300)
        for one in sockets:
            one.sendall(sent)
        poll = select.poll()
        for one in sockets:
            poll.register(one, select.POLLIN)
        until = time.monotonic() + 30
        while len(poll.poll(100)) <= 100:
            self.assertLess(time.monotonic(), until, "fewer than 100 were refused")
        refused = 0
        by_number = {one.fileno(): one for one in sockets}
        for number, _ in poll.poll(0):
            got = by_number[number].recv(4096)
            self.assertTrue(got.startswith(b"HTTP/1.1 503 "), got[:300])
            self.assertIn(b"\r\nRetry-After: 1\r\n", got)
            self.assertIn(b"Neo.TransientError.Request.NoThreadsAvailable", got)
            refused += 1
        self.assertGreater(refused, 100)
        self.assertEqual(self.request("GET", "/health/live").status, 200)
        self.assertEqual(len([item for item in self.request("GET", "/queries").json["queries"] if item["state"] == "running"]), 4)
        for one in sockets:
            one.close()
        until = time.monotonic() + 30
        while self.request("GET", "/queries").json["queries"]:
            self.assertLess(time.monotonic(), until)
            time.sleep(0.05)
        self.assertEqual(self.rows("RETURN 1 AS x"), [[1]])

    def test_more_writers_than_may_wait(self):
        transaction = self.request("POST", QUERY + "/tx", {"statement": "CREATE (:Held)"}, JSON).json["transaction"]["id"]
        body = json.dumps({"statement": "CREATE (:Waits)"}).encode()
        sent = f"POST {QUERY} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        waiting = self.opened(3)
        for one in waiting:
            one.sendall(sent)
        until = time.monotonic() + 10
        while sum(item["state"] == "waiting" for item in self.request("GET", "/queries").json["queries"]) < 3:
            self.assertLess(time.monotonic(), until)
            time.sleep(0.01)
        answer = self.query("CREATE (:OneMore)")
        self.assertEqual((answer.status, answer.error[0]), (503, "Neo.TransientError.Transaction.LockAcquisitionTimeout"))
        self.assertEqual(answer.headers["retry-after"], "1")
        self.assertEqual(self.rows("RETURN 1 AS x"), [[1]])
        self.request("DELETE", f"{QUERY}/tx/{transaction}")
        for one in waiting:
            self.assertTrue(one.recv(4096).startswith(b"HTTP/1.1 202 "))
        self.assertEqual(self.rows("MATCH (n:Waits) RETURN count(n)"), [[3]])


class SlowReaders(Case):
    def readers_lag(self):
        """How many commits behind the newest one the oldest reader of the database is."""
        text = self.request("GET", "/metrics").text
        return float(re.search(r'^xinpu_database_oldest_reader_commits\{database="credit"\} (\S+)$', text, re.MULTILINE).group(1))

    def test_no_statement_waits_for_a_socket(self):
        """The client takes nothing, and yet the statement ends and lets its snapshot go; then the client gets all of it."""
        body = json.dumps({"statement": "UNWIND range(1, 1000000) AS x RETURN x, 'a text of some length beside the number' AS t"}).encode()
        with self.server.raw(timeout=60) as connection:
            connection.sendall(f"POST {QUERY} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nConnection: close\r\n"
                               f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            first = connection.recv(100)
            self.assertTrue(first.startswith(b"HTTP/1.1 202 "), first)
            until = time.monotonic() + 60
            while self.request("GET", "/queries").json["queries"]:
                self.assertLess(time.monotonic(), until, "the statement still runs though its client does not read")
                time.sleep(0.02)
            self.assertEqual(self.query("CREATE (:Newer)").status, 202)
            until = time.monotonic() + 10
            while self.readers_lag() > 0:  # snapshots that are kept idle are let go of within moments
                self.assertLess(time.monotonic(), until, "a snapshot is held back")
                time.sleep(0.05)
            got = [first]
            while piece := connection.recv(1 << 20):
                got.append(piece)
        whole = b"".join(got)
        self.assertTrue(whole.endswith(b"0\r\n\r\n"))
        self.assertGreater(len(whole), 50_000_000)


if __name__ == "__main__":
    unittest.main()
