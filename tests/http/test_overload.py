"""More clients and requests than there is room for: who is beyond is told so, who was admitted is served."""

import json
import os
import shutil
import tempfile
import threading
import time
import unittest

from serving import JSON, Answer, Server


class Overload(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="xinpu-overload-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def serve(self, *arguments):
        server = Server(os.path.join(self.folder, "data"), *arguments)
        self.addCleanup(server.stop)
        return server

    def ask(self, connection, statement="RETURN 1 AS x"):
        connection.request("POST", "/db/credit/query/v2", json.dumps({"statement": statement}), JSON)
        return Answer(connection.getresponse())

    def test_connections_beyond_the_limit_get_503(self):
        for option in ("--connections", "--connections-per-client"):
            server = self.serve(option, "3")
            held = [server.connect() for _ in range(3)]
            for connection in held:
                self.assertEqual(self.ask(connection).status, 202)
            beyond = server.connect()
            beyond.connect()
            with beyond.sock:
                got = beyond.sock.recv(4096)
            self.assertTrue(got.startswith(b"HTTP/1.1 503 "), got)
            self.assertIn(b"\r\nRetry-After: ", got)
            for connection in held:
                self.assertEqual(self.ask(connection).status, 202)
            held.pop().close()
            deadline = time.monotonic() + 30
            status = 503
            while status == 503 and time.monotonic() < deadline:
                again = server.connect()
                try:
                    status = self.ask(again).status
                except ConnectionError:
                    pass
                again.close()
            self.assertEqual(status, 202)
            self.assertEqual(server.stop(), 0)

    def test_requests_beyond_the_pace_get_429(self):
        server = self.serve("--requests-per-second", "5")
        connection = server.connect()
        answers = [self.ask(connection) for _ in range(30)]
        statuses = [answer.status for answer in answers]
        self.assertEqual(statuses[:10], [202] * 10)
        self.assertIn(429, statuses)
        refused = answers[statuses.index(429)]
        self.assertEqual(refused.headers["retry-after"], "1")
        self.assertEqual(refused.error[0], "Neo.TransientError.Request.TooManyRequests")
        # Another connection does not help.
        self.assertIn(429, [self.ask(server.connect()).status for _ in range(10)])
        deadline = time.monotonic() + 30
        while self.ask(connection).status == 429:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)

    def test_the_admitted_are_served_while_others_flood(self):
        server = self.serve("--connections", "40")
        mine = server.connect()
        self.assertEqual(self.ask(mine).status, 202)
        ending = threading.Event()
        turned_away = []

        def flood():
            while not ending.is_set():
                other = server.connect(timeout=10)
                try:
                    if self.ask(other).status == 503:
                        turned_away.append(1)
                    time.sleep(0.05)
                except OSError:
                    turned_away.append(1)
                finally:
                    other.close()

        threads = [threading.Thread(target=flood) for _ in range(60)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(200):
                self.assertEqual(self.ask(mine).status, 202)
        finally:
            ending.set()
            for thread in threads:
                thread.join()

    def test_a_disk_without_room_is_not_ready(self):
        server = self.serve("--disk-free", "1000000000")
        connection = server.connect()
        connection.request("GET", "/health/ready")
        answer = Answer(connection.getresponse())
        self.assertEqual((answer.status, answer.json), (503, {"status": "disk full"}), answer)
        connection.request("GET", "/health/live")
        self.assertEqual(Answer(connection.getresponse()).status, 200)
        self.assertIn("disk nearly full", server.log())

    def test_a_damaged_database_is_not_ready(self):
        server = self.serve()
        connection = server.connect()
        connection.request("PUT", "/db/broken")
        self.assertEqual(Answer(connection.getresponse()).status, 201)
        self.assertEqual(server.stop(), 0)
        with open(os.path.join(self.folder, "data", "databases", "broken", "data.mdb"), "r+b") as file:
            file.write(b"\xff" * 16384)  # both pages that say where everything is
        server = self.serve()
        connection = server.connect()

        def ready():
            connection.request("GET", "/health/ready")
            answer = Answer(connection.getresponse())
            return answer.status, answer.json["status"]

        self.assertEqual(ready(), (200, "ready"))
        connection.request("POST", "/db/broken/query/v2", json.dumps({"statement": "RETURN 1"}), JSON)
        answer = Answer(connection.getresponse())
        self.assertEqual((answer.status, answer.error[0]), (500, "Neo.DatabaseError.General.StorageDamageDetected"), answer)
        self.assertEqual(ready(), (503, "damaged"))
        self.assertEqual(self.ask(connection).status, 202)  # the others are served


if __name__ == "__main__":
    unittest.main()
