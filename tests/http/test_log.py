"""The log: what a line says, that nobody's data and no secret stands in it, and its file after a rotation."""

import json
import os
import re
import shutil
import signal
import tempfile
import time
import unittest

from serving import JSON, Answer, Server

SLOW = "UNWIND range(1, 2000000) AS x WITH x WHERE x % 7 = 0 RETURN count(x) AS n, '秘密的姓名' AS s"
PERSONAL = ("张三丰的秘密", "441900199001011234", "zhang.san@example.org", "Secret-Label", "秘密的姓名", "secret%20path", "query-secret")


class Log(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="xinpu-log-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = os.path.join(self.folder, "data")

    def serve(self, *arguments, dev=True):
        server = Server(self.data, *arguments, dev=dev)
        self.addCleanup(server.stop)
        return server

    def ask(self, connection, method, path, body=None, headers=None):
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        connection.request(method, path, text if text is None else text.encode(),
                           {**JSON, **(headers or {})})
        return Answer(connection.getresponse())

    def busy(self, server, key=None):
        """Requests of every kind that carry what must not be written down."""
        connection = server.connect()
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        query = "/db/credit/query/v2"
        name, identity, mail = PERSONAL[:3]
        for statement, parameters in (("CREATE (:Person {name: $n, id: $i})", {"n": name, "i": identity}),
                                      ("MATCH (p:Person {name: $n}) RETURN p", {"n": name}),
                                      (f"MATCH (p:Person) WHERE p.mail = '{mail}' RETURN p", {}),
                                      (f"MATCH (p:`Secret-Label`) RETURN p.{'x' * 50} / 0", {}),
                                      (f"RETURN 1 / 0 AS `{identity}`", {}), ("RETURN '张三丰的秘密", {}),
                                      (SLOW, {}), ("CREATE CONSTRAINT FOR (p:Person) REQUIRE p.id IS UNIQUE", {}),
                                      ("CREATE (:Person {id: $i})", {"i": identity})):
            self.ask(connection, "POST", query, {"statement": statement, "parameters": parameters}, headers)
        self.ask(connection, "GET", "/secret%20path/x?q=query-secret", headers=headers)
        self.ask(connection, "POST", query + "?q=query-secret", "{" + name, headers)
        self.ask(connection, "GET", "/db", headers={**headers, "Authorization": "Bearer xk_0123_" + "5ec7e7" * 10})
        self.ask(connection, "GET", "/db", headers={"Authorization": "Basic c2VjcmV0OnF1ZXJ5LXNlY3JldA=="})
        self.ask(connection, "DELETE", "/db/nothing-there", headers={**headers, "X-Request-Id": "from-client-1"})
        connection.close()

    def test_no_secret_and_nothing_personal_is_written(self):
        for form in ("json", "logfmt"):
            shutil.rmtree(self.data, ignore_errors=True)
            server = self.serve("--log-requests", "all", "--log-format", form, "--slow-statement", "1", dev=False)
            with open(os.path.join(self.data, "admin.key"), encoding="utf-8") as file:
                key = file.read().strip()
            self.busy(server, key)
            self.assertEqual(server.stop(), 0)
            log = server.log()
            for secret in (*PERSONAL, key.rsplit("_", 1)[1], "5ec7e7", "c2VjcmV0", "MATCH", "CREATE ("):
                self.assertNotIn(secret, log)
            self.assertIn("slow statement", log)
            self.assertIn("/db/{database}/query/v2", log)
            self.assertIn("from-client-1", log)

    def test_a_line_says_what_happened(self):
        server = self.serve("--log-requests", "all", "--slow-statement", "1")
        connection = server.connect()
        answer = self.ask(connection, "POST", "/db/credit/query/v2", {"statement": SLOW}, {"X-Request-Id": "slow-1"})
        self.ask(connection, "GET", "/nowhere")
        self.assertEqual(server.stop(), 0)
        lines = [json.loads(line) for line in server.log().splitlines()]
        request = next(line for line in lines if line["event"] == "request" and line["request"] == "slow-1")
        self.assertEqual({name: request[name] for name in ("method", "route", "status", "by", "level")},
                         {"method": "POST", "route": "/db/{database}/query/v2", "status": 202, "by": "dev", "level": "info"})
        self.assertGreater(request["bytes"], len(answer.body))
        self.assertGreater(request["ms"], 1)
        self.assertRegex(request["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        slow = next(line for line in lines if line["event"] == "slow statement")
        self.assertEqual((slow["request"], slow["database"], slow["by"]), ("slow-1", "credit", "dev"))
        self.assertRegex(slow["statement"], "^[0-9a-f]{16}$")
        nowhere = next(line for line in lines if line["event"] == "request" and line["status"] == 404)
        self.assertEqual(nowhere["route"], "")

    def test_which_requests_are_written(self):
        for wanted, count in (("none", 0), ("failed", 0), ("all", 1)):
            server = self.serve("--log-requests", wanted)
            self.ask(server.connect(), "GET", "/db")
            self.assertEqual(server.stop(), 0)
            self.assertEqual(server.log().count('"event":"request"'), count, wanted)

    def test_logfmt(self):
        server = self.serve("--log-format", "logfmt", "--log-requests", "all")
        self.ask(server.connect(), "GET", "/db")
        self.assertEqual(server.stop(), 0)
        for line in server.log().splitlines():
            self.assertRegex(line, r'^time=\S+Z level=\w+ event=("[^"]*"|\S+)( \w+=("([^"\\]|\\.)*"|\S+))*$')
        self.assertRegex(server.log(), "event=request request=[0-9a-f]{16} method=GET route=/db status=200 ms=[0-9.]+ bytes=")

    def test_the_file_after_a_rotation(self):
        path = os.path.join(self.folder, "xinpu.log")
        server = self.serve("--log-file", path, "--log-requests", "all")
        connection = server.connect()
        self.ask(connection, "GET", "/db", headers={"X-Request-Id": "before"})
        deadline = time.monotonic() + 30

        def text(name):
            with open(name, encoding="utf-8") as file:
                return file.read()
        while "before" not in text(path) and time.monotonic() < deadline:
            time.sleep(0.01)
        os.rename(path, path + ".1")
        server.process.send_signal(signal.SIGHUP)
        while not os.path.exists(path) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.ask(connection, "GET", "/db", headers={"X-Request-Id": "after"})
        self.assertEqual(server.stop(), 0)
        self.assertIn("before", text(path + ".1"))
        self.assertIn("after", text(path))
        self.assertNotIn("after", text(path + ".1"))
        self.assertTrue(re.search("stopped", text(path)))
        self.assertEqual(server.log(), "")


if __name__ == "__main__":
    unittest.main()
