"""Headers of every answer: request ids, what guards browsers, who may read across origins."""

import re

from serving import JSON, Case

ALLOWED = "https://console.example:8443"


class Headers(Case):
    arguments = ("--cors-origin", f"{ALLOWED},http://127.0.0.1:3000")

    def all_kinds(self, **headers):
        """One answer of each kind: found, refused, without body, streamed, malformed."""
        yield self.request("GET", "/", headers=headers)
        yield self.request("GET", "/nowhere", headers=headers)
        yield self.request("POST", "/db/credit/query/v2", "{", {**JSON, **headers})
        yield self.query("RETURN 1", headers=headers)
        yield self.query("UNWIND range(1, 200000) AS x RETURN x, 'text'", headers=headers)
        yield self.request("OPTIONS", "/db", headers=headers)
        self.request("PUT", "/db/header-test", headers=headers)
        yield self.request("DELETE", "/db/header-test", headers=headers)

    def test_guards_stand_in_every_answer(self):
        for answer in self.all_kinds():
            self.assertEqual(answer.headers["x-content-type-options"], "nosniff", answer)
            self.assertEqual(answer.headers["referrer-policy"], "no-referrer")
            self.assertIn("default-src 'none'", answer.headers["content-security-policy"])
            self.assertEqual(answer.headers["cache-control"], "no-store")
            self.assertNotIn("strict-transport-security", answer.headers)  # means nothing over plain HTTP

    def test_request_ids(self):
        seen = set()
        for answer in self.all_kinds():
            self.assertRegex(answer.headers["x-request-id"], "^[0-9a-f]{16}$")
            seen.add(answer.headers["x-request-id"])
        self.assertEqual(len(seen), 7)
        for answer in self.all_kinds(**{"X-Request-Id": "a.B_c-9"}):
            self.assertEqual(answer.headers["x-request-id"], "a.B_c-9")
        for unsound in ("", "a b", "a" * 65, "a;b", "é", '"', "a\tb", "<script>"):
            answer = self.request("GET", "/", headers={"X-Request-Id": unsound.encode("utf-8")})
            self.assertRegex(answer.headers["x-request-id"], "^[0-9a-f]{16}$", unsound)

    def test_a_refused_request_has_the_headers_too(self):
        with self.server.raw() as raw:
            raw.sendall(b"NO HTTP\r\n\r\n")
            got = b""
            while piece := raw.recv(4096):
                got += piece
        self.assertIn(b"X-Request-Id: ", got)
        self.assertIn(b"Content-Security-Policy: ", got)

    def test_only_listed_origins_may_read(self):
        for origin in (ALLOWED, "http://127.0.0.1:3000"):
            answer = self.query("RETURN 1", headers={"Origin": origin})
            self.assertEqual(answer.headers["access-control-allow-origin"], origin)
            self.assertIn("Origin", answer.headers["vary"])
        for origin in ("https://console.example", "https://console.example:8443.evil", "null", "https://CONSOLE.example:8443"):
            answer = self.query("RETURN 1", headers={"Origin": origin})
            self.assertEqual(answer.status, 202)
            self.assertNotIn("access-control-allow-origin", answer.headers)

    def test_preflight(self):
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
        answer = self.request("OPTIONS", "/db/credit/query/v2", headers={"Origin": ALLOWED, **asked})
        self.assertIn(answer.status, (200, 204))
        self.assertEqual(answer.headers["access-control-allow-origin"], ALLOWED)
        self.assertIn("POST", answer.headers["access-control-allow-methods"])
        self.assertRegex(answer.headers["access-control-allow-headers"], re.compile("authorization", re.IGNORECASE))
        self.assertNotIn("access-control-allow-credentials", answer.headers)
        answer = self.request("OPTIONS", "/db/credit/query/v2", headers={"Origin": "https://evil.example", **asked})
        self.assertFalse([name for name in answer.headers if name.startswith("access-control-")], answer)


class WithoutOrigins(Case):
    def test_no_origin_may_read_by_default(self):
        answer = self.query("RETURN 1", headers={"Origin": ALLOWED})
        self.assertEqual(answer.status, 202)
        self.assertFalse([name for name in answer.headers if name.startswith("access-control-")], answer)
        self.assertNotIn("vary", answer.headers)
