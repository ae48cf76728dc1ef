"""What runs can be seen and stopped: GET /queries, DELETE /queries/{id}, and the end of a wait for the writer."""

import http.client
import os
import threading
import time
import unittest

from serving import JSON, Case, Server

MANY = "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y "
ENDLESS = MANY + "WITH x, y WHERE x + y < 0 RETURN x"
ROWS_FOR_EVER = MANY + "RETURN y"
QUERY = "/db/credit/query/v2"


class Background:
    """A request on a connection and a thread of its own."""

    def __init__(self, case, method, path, body=None, headers=None):
        self.answer = None
        self.connection = case.server.connect()
        self.thread = threading.Thread(target=self.run, args=(case, method, path, body, headers), daemon=True)
        self.thread.start()

    def run(self, case, *request):
        try:
            self.answer = case.request(*request, connection=self.connection)
        except (OSError, http.client.HTTPException):
            pass  # the test closed the connection; wait() says so if it did not mean to
        self.ended = time.monotonic()

    def wait(self):
        self.thread.join(timeout=30)
        assert self.answer is not None, "no answer within 30 s"
        return self.answer


class Queries(Case):
    def in_background(self, statement, database="credit", headers=None, path="/query/v2", **members):
        return Background(self, "POST", f"/db/{database}{path}", {"statement": statement, **members},
                          {**JSON, **(headers or {})})

    def listed(self, headers=None):
        answer = self.request("GET", "/queries", headers=headers)
        self.assertEqual(answer.status, 200, answer)
        return answer.json["queries"]

    def until_listed(self, suits, seconds=10):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for item in self.listed():
                if suits(item):
                    return item
            time.sleep(0.005)
        self.fail(f"nothing that suits is listed: {self.listed()}")

    def end(self, item, headers=None):
        return self.request("DELETE", f"/queries/{item['id']}", headers=headers)

    def begin(self, statement=None):
        answer = self.request("POST", QUERY + "/tx", {"statement": statement} if statement else {}, JSON)
        self.assertEqual(answer.status, 202, answer)
        return answer.json["transaction"]["id"]

    def test_nothing_runs(self):
        self.assertEqual(self.listed(), [])

    def test_a_running_statement_is_seen_and_stopped_within_50_ms(self):
        spans = []
        for _ in range(5):
            running = self.in_background(ENDLESS)
            item = self.until_listed(lambda item: item["state"] == "running")
            self.assertEqual((item["kind"], item["database"], item["principal"], item["interface"], item["rows"]),
                             ("statement", "credit", "dev", "http", 0))
            self.assertEqual(item["statement"], ENDLESS)
            self.assertRegex(item["digest"], "^[0-9a-f]{16}$")
            self.assertRegex(item["started"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            asked = time.monotonic()
            self.assertEqual(self.end(item).status, 204)
            answer = running.wait()
            spans.append(running.ended - asked)
            self.assertEqual((answer.status, answer.error[0]), (400, "Neo.ClientError.Transaction.Terminated"), answer)
            self.assertEqual(self.end(item).status, 404)
        self.assertLess(sorted(spans)[2], 0.05, spans)

    def test_rows_and_memory_so_far(self):
        running = self.in_background("UNWIND range(1, 300000) AS z WITH collect(z) AS all " + MANY +
                                     "WITH all, y WHERE y % 1000 = 0 RETURN y")
        item = self.until_listed(lambda item: item["rows"] > 0 and item["memoryBytes"] > 1_000_000, seconds=30)
        self.assertEqual(self.end(item).status, 204)
        running.wait()

    def test_an_answer_that_flows_ends_with_the_error(self):
        running = self.in_background(ROWS_FOR_EVER)
        item = self.until_listed(lambda item: item["rows"] > 1_000_000)
        self.assertEqual(self.end(item).status, 204)
        answer = running.wait()
        self.assertEqual(answer.status, 202)
        self.assertGreater(len(answer.json["data"]["values"]), 1_000_000)
        self.assertEqual(answer.error[0], "Neo.ClientError.Transaction.Terminated")

    def test_unknown_ones(self):
        for name in ("s0", "s999999", "s1x", "x", "-1", "s18446744073709551617", "0123456789abcdef"):
            with self.subTest(name):
                self.assertEqual(self.end({"id": name}).status, 404)

    def test_an_idle_transaction_is_rolled_back(self):
        transaction = self.begin("CREATE (:Gone)")
        item = self.until_listed(lambda item: item["id"] == transaction)
        self.assertEqual((item["kind"], item["state"], item["holdsWriter"]), ("transaction", "idle", True))
        self.assertEqual(self.end(item).status, 204)
        self.assertEqual(self.request("POST", f"{QUERY}/tx/{transaction}/commit", "{}", JSON).status, 404)
        self.assertEqual(self.rows("MATCH (n:Gone) RETURN count(n)"), [[0]])
        self.assertEqual(self.query("CREATE (:After) RETURN 1").status, 202)
        self.assertEqual(self.listed(), [])

    def test_a_busy_transaction_ends_with_what_runs_in_it(self):
        transaction = self.begin()
        running = Background(self, "POST", f"{QUERY}/tx/{transaction}", {"statement": ENDLESS}, JSON)
        item = self.until_listed(lambda item: item["kind"] == "statement")
        self.assertEqual(item["transaction"], transaction)
        self.assertEqual(self.end({"id": transaction}).status, 204)
        self.assertEqual(running.wait().error[0], "Neo.ClientError.Transaction.Terminated")
        self.assertEqual(self.request("POST", f"{QUERY}/tx/{transaction}", {"statement": "RETURN 1"}, JSON).status, 404)

    def test_a_wait_for_the_writer_can_be_stopped(self):
        transaction = self.begin("CREATE (:Held)")
        for path in ("/query/v2", "/query/v2/tx"):
            with self.subTest(path):
                waiting = self.in_background("CREATE (:Waits)", path=path)
                item = self.until_listed(lambda item: item["state"] == "waiting")
                asked = time.monotonic()
                self.assertEqual(self.end(item).status, 204)
                answer = waiting.wait()
                self.assertLess(waiting.ended - asked, 0.5)
                self.assertEqual(answer.error[0], "Neo.ClientError.Transaction.Terminated", answer)
        self.request("DELETE", f"{QUERY}/tx/{transaction}")
        self.assertEqual(self.rows("MATCH (n:Waits) RETURN count(n)"), [[0]])

    def test_a_wait_for_the_writer_ends_with_the_time_of_the_statement(self):
        transaction = self.begin("CREATE (:Held)")
        began = time.monotonic()
        answer = self.query("CREATE (:Waits) RETURN 1", maxExecutionTime=1)
        self.assertLess(time.monotonic() - began, 2)
        self.assertEqual((answer.status, answer.error[0]), (400, "Neo.ClientError.Transaction.TransactionTimedOut"))
        self.assertEqual(self.request("POST", f"{QUERY}/tx/{transaction}/commit", "{}", JSON).status, 202)
        self.assertEqual(self.rows("MATCH (n:Waits) RETURN count(n)"), [[0]])

    def test_a_client_that_goes_away_stops_waiting(self):
        transaction = self.begin("CREATE (:Held)")
        waiting = self.in_background("CREATE (:Waits)")
        self.until_listed(lambda item: item["state"] == "waiting")
        waiting.connection.sock.shutdown(2)
        until = time.monotonic() + 5
        while any(item["kind"] == "statement" for item in self.listed()):
            self.assertLess(time.monotonic(), until)
            time.sleep(0.01)
        self.assertEqual(self.request("POST", f"{QUERY}/tx/{transaction}/commit", "{}", JSON).status, 202)
        self.assertEqual(self.rows("MATCH (n:Waits) RETURN count(n)"), [[0]])

    def test_a_short_write_does_not_wait_for_a_transaction_behind_it(self):
        """Each transaction of a client is a commit of its own: what came before it is durable before it begins."""
        done = []
        for round in range(5):
            self.assertEqual(self.query(f"CREATE (:Short {{n: {round}}})").status, 202)
            done.append(self.begin("CREATE (:Long)"))
            self.request("DELETE", f"{QUERY}/tx/{done[-1]}")
        self.assertEqual(self.rows("MATCH (n:Short) RETURN count(n)"), [[5]])

    def table(self, statement, **more):
        answer = self.query(statement, **more)
        self.assertEqual(answer.status, 202, answer)
        data = answer.json["data"]
        return [dict(zip(data["fields"], row)) for row in data["values"]]

    def test_the_same_as_statements(self):
        transaction = self.begin("CREATE (:Held)")
        running = self.in_background(ENDLESS)
        item = self.until_listed(lambda item: item["state"] == "running" and item["kind"] == "statement")
        rows = {row["transactionId"]: row for row in self.table("SHOW TRANSACTIONS;")}
        self.assertEqual((rows[item["id"]]["currentQuery"], rows[item["id"]]["status"], rows[item["id"]]["username"]),
                         (ENDLESS, "running", "dev"))
        self.assertEqual((rows[transaction]["status"], rows[transaction]["holdsWriter"]), ("idle", True))
        ended = self.table(f"TERMINATE TRANSACTIONS '{item['id']}', \"nothing\", '{transaction}'")
        self.assertEqual([row["message"] for row in ended],
                         ["Transaction terminated.", "Transaction not found.", "Transaction terminated."])
        self.assertEqual(running.wait().error[0], "Neo.ClientError.Transaction.Terminated")
        self.assertEqual(self.request("POST", f"{QUERY}/tx/{transaction}", {"statement": "RETURN 1"}, JSON).status, 404)

    def test_statements_that_are_none_of_these(self):
        for statement in ("TERMINATE TRANSACTION", "TERMINATE TRANSACTIONS s1", "terminate transaction 's1' 's2'", "SHOW TRANSACTIONS 1",
                          "TERMINATE TRANSACTION 's1", "TERMINATE TRANSACTION 's1',", "TERMINATE", "SHOW TRANSACTIONSX"):
            with self.subTest(statement):
                self.assertEqual((answer := self.query(statement)).status, 400, answer)
                self.assertEqual(answer.error[0], "Neo.ClientError.Statement.SyntaxError")
        self.assertEqual(self.query("show transaction", headers={"X-Xinpu-Act-As": "loader"}).status, 403)

    def test_databases_as_drivers_ask_for_them(self):
        self.assertEqual(["credit", "system"], [row["name"] for row in self.table("SHOW DATABASES")])

    def test_roles(self):
        for role, status in (("admin", 200), ("analyst", 200), ("auditor", 200), ("loader", 403), ("department:N:x", 403),
                             ("subject:91310000MA1FL0001A", 403), ("finance_office", 403)):
            with self.subTest(role):
                self.assertEqual(self.request("GET", "/queries", headers={"X-Xinpu-Act-As": role}).status, status)
        self.assertEqual(self.end({"id": "s1"}, {"X-Xinpu-Act-As": "loader"}).status, 403)


class WhenEverythingIsBusy(Case):
    arguments = ("--workers", "2")

    def test_queries_are_listed_and_stopped_while_no_worker_is_free(self):
        running = [Background(self, "POST", QUERY, {"statement": ENDLESS}, JSON) for _ in range(4)]
        until = time.monotonic() + 30
        ended = 0
        while ended < 4 and time.monotonic() < until:
            for item in self.request("GET", "/queries").json["queries"]:
                if item["state"] == "running" and self.request("DELETE", f"/queries/{item['id']}").status == 204:
                    ended += 1
            time.sleep(0.01)
        for one in running:
            self.assertEqual(one.wait().error[0], "Neo.ClientError.Transaction.Terminated")


class Keys(Case):
    """Each principal sees its own; administrators see all."""

    def test_own_and_others(self):
        server = Server(os.path.join(self.folder, "keyed"), dev=False)
        try:
            with open(os.path.join(self.folder, "keyed", "admin.key"), encoding="utf-8") as file:
                admin = {"Authorization": "Bearer " + file.read().strip(), **JSON}
            connection = server.connect()

            def ask(method, path, body=None, headers=admin):
                return self.request(method, path, body, headers, connection=connection)

            made = [ask("POST", "/api/v1/keys", {"role": "analyst", "name": name}) for name in ("a", "b")]
            self.assertEqual([answer.status for answer in made], [201, 201], made)
            first, second = ({"Authorization": "Bearer " + answer.json["key"], **JSON} for answer in made)
            other = server.connect()
            thread = threading.Thread(target=lambda: self.request("POST", QUERY, {"statement": ENDLESS}, first, other))
            thread.start()
            until = time.monotonic() + 10
            while not (own := ask("GET", "/queries", headers=first).json["queries"]) and time.monotonic() < until:
                time.sleep(0.01)
            self.assertEqual(len(own), 1)
            self.assertEqual(ask("GET", "/queries", headers=second).json["queries"], [])
            self.assertEqual(len(ask("GET", "/queries").json["queries"]), 1)
            self.assertEqual(ask("DELETE", f"/queries/{own[0]['id']}", headers=second).status, 404)
            self.assertEqual(ask("DELETE", f"/queries/{own[0]['id']}", headers=first).status, 204)
            thread.join(timeout=30)
            self.assertFalse(thread.is_alive())
        finally:
            server.stop()


if __name__ == "__main__":
    unittest.main()
