"""What runs over Bolt is seen and stopped from elsewhere: over HTTP, and by statements of another Bolt connection."""

import json
import time
import unittest
import urllib.request

import wire
from wire import BEGIN, PULL, RUN, Client

ENDLESS = "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y WITH x, y WHERE x + y < 0 RETURN x"
TERMINATED = "Neo.ClientError.Transaction.Terminated"


class Queries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(wire.serving())

    def client(self):
        client = Client(self.server.port)
        self.addCleanup(client.close)
        client.log_on((5, 4))
        return client

    def http(self, method, path):
        request = urllib.request.Request(f"http://127.0.0.1:{self.server.http_port}{path}", method=method)
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()

    def until_listed(self, suits):
        until = time.monotonic() + 10
        while time.monotonic() < until:
            for item in json.loads(self.http("GET", "/queries")[1])["queries"]:
                if suits(item):
                    return item
            time.sleep(0.005)
        return self.fail("nothing that suits is listed")

    def ended(self, client):
        """The failure that a RUN and its PULL end with."""
        name, metadata = client.answer()
        while name in ("SUCCESS", "RECORD"):
            name, metadata = client.answer()
        self.assertEqual("FAILURE", name, metadata)
        return metadata["code"]

    def test_a_statement_is_stopped_over_http(self):
        client = self.client()
        client.send(RUN, ENDLESS, {}, {})
        client.send(PULL, {"n": -1})
        item = self.until_listed(lambda item: item["state"] == "running")
        self.assertEqual(("bolt", ENDLESS, "credit"), (item["interface"], item["statement"], item["database"]))
        asked = time.monotonic()
        self.assertEqual(204, self.http("DELETE", f"/queries/{item['id']}")[0])
        self.assertEqual(TERMINATED, self.ended(client))
        self.assertLess(time.monotonic() - asked, 0.5)

    def test_a_wait_for_the_writer_is_stopped(self):
        holder = self.client()
        self.assertEqual("SUCCESS", holder.ask(BEGIN, {})[0])
        holder.run("CREATE (:Held)")
        for begin in (False, True):
            with self.subTest(begin):
                client = self.client()
                if begin:
                    self.assertEqual("SUCCESS", client.ask(BEGIN, {})[0])
                client.send(RUN, "CREATE (:Waits)", {}, {})
                item = self.until_listed(lambda item: item["state"] == "waiting")
                self.assertEqual(204, self.http("DELETE", f"/queries/{item['id']}")[0])
                self.assertEqual(TERMINATED, self.ended(client))

    def test_transactions_are_shown_and_ended_by_statements(self):
        busy, watcher = self.client(), self.client()
        self.assertEqual("SUCCESS", busy.ask(BEGIN, {})[0])
        busy.run("CREATE (:Gone)")
        rows, _ = watcher.run("SHOW TRANSACTIONS")
        name = next(row[1] for row in rows if row[5] == "idle")
        rows, _ = watcher.run(f"TERMINATE TRANSACTION '{name}'")
        self.assertEqual([[name, "dev", "Transaction terminated."]], rows)
        answer = busy.ask(RUN, "RETURN 1", {}, {})
        self.assertEqual(("FAILURE", "Neo.ClientError.Transaction.TransactionNotFound"), (answer[0], answer[1]["code"]))
        rows, _ = watcher.run("MATCH (n:Gone) RETURN count(n)")
        self.assertEqual([[0]], rows)


if __name__ == "__main__":
    unittest.main()
