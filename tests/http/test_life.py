"""The life of a server: starting, the lock, stopping with work on hand, clients that go away, what stays."""

import json
import os
import shutil
import signal
import tempfile
import threading
import unittest

import xinpu
from serving import JSON, Answer, Case, Server

# Runs until it is stopped; looks at nothing that is stored.
ENDLESS = ("UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y UNWIND range(1, 100000) AS z "
           "WITH x WHERE x < 0 RETURN count(x)")


class Life(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="xinpu-life-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = os.path.join(self.folder, "data")

    def serve(self, *arguments):
        server = Server(self.data, *arguments)
        self.addCleanup(server.stop)
        return server

    def query(self, connection, statement):
        connection.request("POST", "/db/credit/query/v2", json.dumps({"statement": statement}), JSON)
        return Answer(connection.getresponse())

    def test_a_second_server_exits_4(self):
        server = self.serve()
        done = xinpu.run("serve", "--data", self.data, "--dev", "--listen", "127.0.0.1:0", timeout=60)
        self.assertEqual((done.code, done.out), (4, ""), done)
        self.assertIn(f"process {server.process.pid}", done.err)

    def test_a_port_that_is_taken_exits_1(self):
        server = self.serve()
        done = xinpu.run("serve", "--data", os.path.join(self.folder, "other"), "--dev",
                         "--listen", f"127.0.0.1:{server.port}", timeout=60)
        self.assertEqual(done.code, 1, done)
        self.assertIn(str(server.port), done.err)

    def test_wrong_usage(self):
        for listen in ("here", "127.0.0.1", "127.0.0.1:x", ":1", "127.0.0.1:70000", "no-such-host-name:1"):
            done = xinpu.run("serve", "--data", self.data, "--dev", "--listen", listen, timeout=60)
            self.assertEqual(done.code, 2, done)

    def test_commands_beside_a_server(self):
        server = self.serve()
        self.assertEqual(self.query(server.connect(), "CREATE (:Here)").status, 202)
        read = xinpu.run("query", "--data", self.data, "MATCH (n:Here) RETURN count(n) AS n", timeout=60)
        self.assertEqual((read.code, json.loads(read.out)), (0, {"fields": ["n"], "values": [[1]]}), read)
        written = xinpu.run("query", "--data", self.data, "CREATE (:There)", timeout=60)
        self.assertEqual(written.code, 4, written)
        self.assertIn(f"locked by process {server.process.pid}", written.err)

    def test_what_was_answered_stays(self):
        server = self.serve()
        made = self.query(server.connect(), "CREATE (n:Stays {x: 1}) RETURN n").json["data"]["values"][0][0]
        self.assertEqual(server.stop(signal.SIGKILL), -signal.SIGKILL)
        found = self.query(self.serve().connect(), "MATCH (n:Stays) RETURN n").json["data"]["values"]
        self.assertEqual(found, [[made]])

    def test_stops_at_once_with_idle_clients_only(self):
        server = self.serve()
        connections = [server.connect() for _ in range(20)]
        for connection in connections:
            self.assertEqual(self.query(connection, "RETURN 1").status, 202)
        self.assertEqual(server.stop(), 0)

    def test_statements_that_run_are_answered_before_the_end(self):
        server = self.serve()
        connection = server.connect()
        connection.request("POST", "/db/credit/query/v2", json.dumps(
            {"statement": "UNWIND range(1, 3000000) AS x WITH x WHERE x % 2 = 0 RETURN count(x) AS n"}), JSON)
        watch = server.connect()
        # Answered behind the statement's start: one network thread took both in this order.
        watch.request("GET", "/health/ready")
        self.assertEqual(Answer(watch.getresponse()).status, 200)
        server.process.send_signal(signal.SIGTERM)
        answer = Answer(connection.getresponse())
        self.assertEqual((answer.status, answer.json["data"]["values"]), (202, [[1500000]]), answer)
        self.assertEqual(answer.headers.get("connection"), "close")
        self.assertEqual(server.stop(), 0)

    def test_endless_statements_are_cancelled_when_the_time_to_drain_is_over(self):
        server = self.serve("--drain", "1")
        connection = server.connect()
        connection.request("POST", "/db/credit/query/v2", json.dumps({"statement": ENDLESS}), JSON)
        watch = server.connect()
        self.assertEqual(self.query(watch, "RETURN 1").status, 202)
        self.assertEqual(server.stop(), 0)
        connection.close()

    def test_a_statement_whose_client_goes_away_is_cancelled(self):
        server = self.serve("--workers", "1")
        gone = server.connect()
        gone.request("POST", "/db/credit/query/v2", json.dumps({"statement": ENDLESS}), JSON)
        gone.sock.close()
        gone.close()
        # The one worker is free again, or this would never be answered.
        answer = self.query(server.connect(timeout=120), "CREATE (:After) RETURN 1 AS x")
        self.assertEqual(answer.json["data"]["values"], [[1]])

    def test_transactions_that_wait_for_the_writer_leave_room_for_its_holder(self):
        server = self.serve("--workers", "4")
        path = "/db/credit/query/v2/tx"

        def post(connection, where, statement=None):
            connection.request("POST", where, json.dumps({"statement": statement} if statement else {}), JSON)
            return Answer(connection.getresponse())

        first = server.connect()
        holder = post(first, path, "CREATE (:First)").json["transaction"]["id"]
        statuses = []

        def wait():
            connection = server.connect()
            answer = post(connection, path, "CREATE (:Other)")
            statuses.append(answer.status)
            if answer.status == 202:
                connection.request("DELETE", f"{path}/{answer.json['transaction']['id']}")
                Answer(connection.getresponse())
            connection.close()

        threads = [threading.Thread(target=wait) for _ in range(8)]
        for thread in threads:
            thread.start()
        while statuses.count(503) < 5:  # 3 of 4 workers may wait; the others are told at once
            pass
        self.assertEqual(post(first, f"{path}/{holder}/commit").status, 202)
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(statuses), [202] * 3 + [503] * 5)

    def test_load_csv_reads_the_folder_that_was_given(self):
        folder = os.path.join(self.folder, "csv")
        os.makedirs(folder)
        with open(os.path.join(folder, "cities.csv"), "w", encoding="utf-8") as file:
            file.write("name,size\n东莞,10\n")
        statement = "LOAD CSV WITH HEADERS FROM 'file:///cities.csv' AS row RETURN row.name, row.size"
        refused = self.query(self.serve().connect(), statement)
        self.assertEqual((refused.status, refused.error[0]), (403, "Neo.ClientError.Security.Forbidden"), refused)
        self.data = os.path.join(self.folder, "other")
        taken = self.query(self.serve("--csv-folder", folder).connect(), statement)
        self.assertEqual(taken.json["data"]["values"], [["东莞", "10"]], taken)

    def test_memory_of_a_statement_is_bounded(self):
        server = self.serve("--statement-memory", "8")
        answer = self.query(server.connect(), "UNWIND range(1, 10000000) AS x RETURN size(collect(toString(x)))")
        self.assertEqual((answer.status, answer.error[0]),
                         (400, "Neo.TransientError.General.MemoryPoolOutOfMemoryError"), answer)
        self.assertEqual(self.query(server.connect(), "RETURN 1").status, 202)

    def test_long_statements_do_not_keep_the_network_busy(self):
        server = self.serve("--workers", "4", "--drain", "0")
        busy = [server.connect() for _ in range(4)]
        for connection in busy:
            connection.request("POST", "/db/credit/query/v2", json.dumps({"statement": ENDLESS}), JSON)
        probe = server.connect(timeout=30)
        for _ in range(20):
            probe.request("GET", "/health/live")
            self.assertEqual(Answer(probe.getresponse()).status, 200)
        for connection in busy:
            connection.close()


class SlowClients(Case):
    def test_an_answer_waits_on_disk_and_nothing_waits_for_its_client(self):
        self.fresh("slow-one")
        slow = self.server.raw(timeout=60)
        body = json.dumps({"statement": "UNWIND range(1, 400000) AS x RETURN x, 'some text that makes it long'"}).encode()
        slow.sendall(b"POST /db/slow-one/query/v2 HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                     b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        self.assertTrue(slow.recv(12).startswith(b"HTTP/1.1 202"))
        # The client takes nothing more; the statement ends all the same, and the database can go.
        while (gone := self.request("DELETE", "/db/slow-one").status) == 409:
            pass
        self.assertEqual(gone, 204)
        got = b""
        while piece := slow.recv(1 << 20):
            got += piece
        slow.close()
        self.assertTrue(got.endswith(b"0\r\n\r\n"))
        self.assertIn(b'[400000,"some text that makes it long"]', got)


class Together(Case):
    def test_many_clients_lose_no_update(self):
        self.query("CREATE (:Counter {n: 0})")
        failures = []

        def work():
            connection = self.server.connect()
            for _ in range(25):
                answer = self.request("POST", "/db/credit/query/v2", {"statement": "MATCH (c:Counter) SET c.n = c.n + 1"},
                                      JSON, connection)
                if answer.status != 202:
                    failures.append(answer)
                answer = self.request("POST", "/db/credit/query/v2", {"statement": "MATCH (c:Counter) RETURN c.n AS n"},
                                      JSON, connection)
                if answer.status != 202:
                    failures.append(answer)
            connection.close()

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(self.rows("MATCH (c:Counter) RETURN c.n"), [[200]])


if __name__ == "__main__":
    unittest.main()
