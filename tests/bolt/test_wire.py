"""Bolt byte by byte: handshakes, each message in each state, what is malformed, limits, and the end of a server."""

import json
import os
import struct
import threading
import time
import unittest
import urllib.request

import wire
from wire import (ALL, BEGIN, COMMIT, DISCARD, GOODBYE, HELLO, LOGOFF, LOGON, MAGIC, PULL, RESET, ROLLBACK, ROUTE, RUN,
                  TELEMETRY, Client, Closed, Structure, frame, pack)

# Runs until it is stopped; looks at nothing that is stored.
ENDLESS = ("UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y UNWIND range(1, 100000) AS z "
           "WITH x WHERE x < 0 RETURN count(x)")
VERSIONS = [(4, 4), (5, 0), (5, 1), (5, 2), (5, 3), (5, 4), (5, 6), (5, 7), (5, 8), (6, 0)]
INVALID = "Neo.ClientError.Request.Invalid"


def shown(value):
    """Tells 1 from 1.0 and True, and does not mind the order of a map."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {shown(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(shown, value)) + "]"
    return repr(value)


class Case(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(wire.serving())

    def client(self):
        client = Client(self.server.port)
        self.addCleanup(client.close)
        return client

    def known(self, version=(5, 4)):
        client = self.client()
        client.log_on(version)
        return client

    def assert_failure(self, answer, code, words=""):
        name, metadata = answer
        self.assertEqual("FAILURE", name, metadata)
        self.assertEqual(code, metadata.get("code", metadata.get("neo4j_code")), metadata)
        self.assertIn(words, metadata["message"])


class Handshake(Case):
    def test_the_first_proposal_that_is_spoken_wins(self):
        for proposals, expected in [
            ([(5, 4, 0)], (5, 4)),
            ([(4, 4, 0), (5, 4, 0)], (4, 4)),
            ([(9, 9, 0), (5, 4, 4), (4, 4, 2), (3, 0, 0)], (5, 4)),
            ([(5, 8, 8)], (5, 8)),
            ([(5, 5, 5)], (5, 4)),
            ([(5, 5, 0), (4, 4, 0)], (4, 4)),
            ([(4, 4, 4)], (4, 4)),
            ([(6, 0, 0), (5, 9, 9)], (6, 0)),
            ([(7, 0, 0), (6, 1, 1), (5, 8, 2)], (6, 0)),
            ([(6, 1, 0), (5, 9, 9)], (5, 8)),
            ([(5, 2, 0), (5, 0, 0)], (5, 2)),
            ([(5, 255, 255)], (5, 8)),
        ]:
            with self.subTest(proposals=proposals):
                self.assertEqual(bytes([0, 0, expected[1], expected[0]]), self.client().handshake(*proposals))

    def test_without_a_common_version_zeros_and_the_end(self):
        for proposals in [[], [(3, 0, 0)], [(4, 3, 3)], [(5, 5, 0)], [(6, 1, 0)], [(0, 0, 0), (1, 0, 0)]]:
            with self.subTest(proposals=proposals):
                client = self.client()
                self.assertEqual(bytes(4), client.handshake(*proposals))
                client.expect_close()

    def test_the_manifest(self):
        client = self.client()
        self.assertEqual(b"\0\0\1\xff", client.handshake((255, 1, 0), (5, 8, 8), (4, 4, 2)))
        self.assertEqual(b"\4" + b"\0\0\0\6" + b"\0\2\10\5" + b"\0\4\4\5" + b"\0\0\4\4" + b"\0",
                         client.read(18))
        client.socket.sendall(b"\0\0\7\5" + b"\0")
        self.assertEqual("SUCCESS", client.ask(HELLO, {"user_agent": "wire/1"})[0])
        self.assertEqual("SUCCESS", client.ask(LOGON, {"scheme": "none"})[0])
        self.assertEqual([[1]], client.run("RETURN 1 AS x")[0])

    def test_a_version_that_is_not_in_the_manifest_ends_it(self):
        client = self.client()
        client.handshake((255, 1, 0))
        client.read(18)
        client.socket.sendall(b"\0\0\5\5" + b"\0")
        client.expect_close()

    def test_http_gets_a_sentence(self):
        client = self.client()
        client.socket.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = client.socket.recv(4096).decode()
        self.assertTrue(answer.startswith("HTTP/1.1 400 "), answer)
        self.assertIn("speaks Bolt, not HTTP", answer)
        client.expect_close()

    def test_bolt_on_the_http_port_gets_a_sentence(self):
        client = Client(self.server.http_port)
        self.addCleanup(client.close)
        client.socket.sendall(MAGIC + bytes([0, 4, 4, 5]) + bytes(12))
        answer = client.socket.recv(4096).decode()
        self.assertTrue(answer.startswith("HTTP/1.1 400 "), answer)
        self.assertIn("no HTTP", answer)

    def test_other_bytes_end_it(self):
        for data in [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"\0" * 20, b"\x60\x60\xb0\x18" + b"\0" * 16]:
            with self.subTest(data=data):
                client = self.client()
                client.socket.sendall(data)
                client.expect_close()

    def test_a_handshake_byte_by_byte(self):
        client = self.client()
        for byte in MAGIC + bytes([0, 0, 4, 5]) + bytes(12):
            client.socket.sendall(bytes([byte]))
        self.assertEqual(b"\0\0\4\5", client.read(4))


class Versions(Case):
    def test_each_version_runs_a_statement(self):
        for version in VERSIONS:
            with self.subTest(version=version):
                client = self.client()
                metadata = client.log_on(version)
                self.assertTrue(metadata["server"].startswith("Neo4j/"), metadata)
                self.assertTrue(metadata["connection_id"].startswith("bolt-"), metadata)
                client.send(RUN, "UNWIND [1, 2] AS x RETURN x, 'b' AS y", {}, {})
                name, begun = client.answer()
                self.assertEqual(("SUCCESS", ["x", "y"]), (name, begun["fields"]))
                self.assertEqual("credit" if version >= (5, 8) else None, begun.get("db"))
                client.send(PULL, ALL)
                rows, (name, summary) = client.rows()
                self.assertEqual([[1, "b"], [2, "b"]], rows)
                self.assertEqual("r", summary["type"])
                self.assertEqual("credit", summary["db"])
                self.assertTrue(summary["bookmark"].startswith("xb:"), summary)
                self.assertGreaterEqual(summary["t_last"], 0)
                self.assertEqual(version >= (5, 6), "statuses" in summary)
                self.assertNotIn("has_more", summary)

    def test_failures_by_version(self):
        for version in VERSIONS:
            with self.subTest(version=version):
                client = self.known(version)
                name, failure = client.ask(RUN, "RETRUN 1", {}, {})
                self.assertEqual("FAILURE", name)
                self.assertIn("line 1, column 1", failure["message"])
                if version < (5, 7):
                    self.assertEqual("Neo.ClientError.Statement.SyntaxError", failure["code"])
                else:
                    self.assertEqual("Neo.ClientError.Statement.SyntaxError", failure["neo4j_code"])
                    self.assertEqual("42001", failure["gql_status"])
                    self.assertEqual("CLIENT_ERROR", failure["diagnostic_record"]["_classification"])
                    self.assertIn("description", failure)

    def test_nodes_relationships_and_paths(self):
        for version in [(4, 4), (5, 0), (5, 4), (5, 8)]:
            with self.subTest(version=version):
                client = self.known(version)
                rows, _ = client.run("CREATE p = (a:A {k: 1})-[r:R {w: 2}]->(b:B)<-[s:S]-(a) RETURN a, r, p")
                node, relationship, path = rows[0]
                new = version >= (5, 0)
                a, r = node.fields[0], relationship.fields[0]
                self.assertEqual(Structure(0x4E, a, ["A"], {"k": 1}, *[f"n:{a}"] * new), node)
                b = relationship.fields[2]
                self.assertEqual(
                    Structure(0x52, r, a, b, "R", {"w": 2}, *([f"r:{r}", f"n:{a}", f"n:{b}"] * new)), relationship)
                self.assertEqual(0x50, path.tag)
                nodes, relationships, steps = path.fields
                self.assertEqual([a, b], [n.fields[0] for n in nodes])
                self.assertEqual([r], [x.fields[0] for x in relationships[:1]])
                self.assertEqual([1, 1, -2, 0], steps)
                self.assertEqual(4 if new else 3, len(relationships[1].fields))
                self.assertEqual((0x72, "S"), (relationships[1].tag, relationships[1].fields[1]))

    def test_instants_by_version_and_patch(self):
        statement = ("RETURN datetime('2026-11-24T12:31:14.5+08:00') AS a, "
                     "datetime('2026-11-24T12:31:14.5[Asia/Shanghai]') AS b")
        instant = 1795494674
        utc = [Structure(0x49, instant, 500_000_000, 28_800), Structure(0x69, instant, 500_000_000, "Asia/Shanghai")]
        wall = [Structure(0x46, instant + 28_800, 500_000_000, 28_800),
                Structure(0x66, instant + 28_800, 500_000_000, "Asia/Shanghai")]
        for version, hello, expected in [((4, 4), {}, wall), ((4, 4), {"patch_bolt": ["utc"]}, utc),
                                         ((5, 0), {}, utc), ((5, 4), {}, utc)]:
            with self.subTest(version=version, hello=hello):
                client = self.client()
                metadata = client.log_on(version, **hello)
                self.assertEqual(hello.get("patch_bolt"), metadata.get("patch_bolt"))
                self.assertEqual([expected], client.run(statement)[0])
                self.assertEqual([expected], client.run("RETURN $a, $b", dict(zip("ab", expected)))[0])
                other = utc if expected is wall else wall
                self.assert_failure(client.ask(RUN, "RETURN $a", {"a": other[0]}, {}), INVALID)


class Values(Case):
    def test_there_and_back(self):
        deep = 1
        for _ in range(200):
            deep = [deep]
        values = [
            None, True, False, 0, 1, -1, -16, -17, 127, 128, -128, -129, 32_767, 32_768, -32_768, -32_769,
            2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**63 - 1, -2**63, 0.0, 1.5, -1e300, float("inf"),
            "", "a", "x" * 15, "x" * 16, "x" * 255, "x" * 256, "x" * 65_536, "企业 €\U0001F3E2", b"", b"\0\xff", b"y" * 300,
            [], [1, [2, "3"], None], list(range(300)), {}, {"a": 1}, {str(i): i for i in range(20)}, deep,
            Structure(0x44, 20_781), Structure(0x44, -1), Structure(0x74, 86_399_999_999_999),
            Structure(0x54, 1, -3_600), Structure(0x64, -1, 999_999_999), Structure(0x45, 14, -3, 5, 7),
            Structure(0x49, 0, 0, 0), Structure(0x69, 1_795_494_674, 0, "Europe/Berlin"),
        ]
        for version in [(4, 4), (5, 4), (5, 8)]:
            client = self.client()
            client.log_on(version, patch_bolt=["utc"])
            for value in values:
                with self.subTest(version=version, value=repr(value)[:60]):
                    rows, _ = client.run("RETURN $x AS x", {"x": value})
                    self.assertEqual(shown([[value]]), shown(rows))

    def test_of_the_language(self):
        client = self.known()
        rows, _ = client.run("RETURN decimal('12.50') AS d, 1.0 AS f, duration('-PT0.5S') AS s, time('12:00Z') AS t")
        self.assertEqual([["12.50", 1.0, Structure(0x45, 0, 0, -1, 500_000_000), Structure(0x54, 43_200 * 10**9, 0)]],
                         rows)

    def test_nanoseconds_of_a_duration_may_have_any_size(self):
        client = self.known()
        rows, _ = client.run("RETURN $x AS x", {"x": Structure(0x45, 0, 0, 1, -1_500_000_000)})
        self.assertEqual([[Structure(0x45, 0, 0, -1, 500_000_000)]], rows)

    def test_what_no_parameter_can_be(self):
        client = self.known()
        for value in [Structure(0x4E, 1, [], {}, "n:1"), Structure(0x58, 7203, 1.0, 2.0), Structure(0x44, 2**62),
                      Structure(0x44, "x"), Structure(0x44), Structure(0x54, -1, 0), Structure(0x64, 0, 10**9),
                      Structure(0x69, 0, 0, "Nowhere/City"), Structure(0x45, 1, 2, 2**63 - 1, 10**10),
                      Structure(0x7A, 1)]:
            with self.subTest(value=value):
                answer = client.ask(RUN, "RETURN $x", {"x": value}, {})
                self.assertEqual("SUCCESS", client.ask(RESET)[0])
                self.assert_failure(answer, INVALID)
        self.assertEqual([[1]], client.run("RETURN 1")[0])

    def test_vectors_and_what_else_is_refused_with_a_sentence(self):
        for version in [(5, 8), (6, 0)]:
            client = self.known(version)
            for value, words in [(Structure(0x56, b"\xc6", b"\0\0\x80\x3f"), "Vectors are no values"),
                                 (Structure(0x3F, "?", 9, 0, {}), "a structure that no parameter can be"),
                                 (Structure(0x58, 7203, 1.0, 2.0), "Points are no values"),
                                 (Structure(0x50, [], [], []), "elementId()")]:
                with self.subTest(version=version, value=value):
                    self.assert_failure(client.ask(RUN, "RETURN $x", {"x": [{"y": value}]}, {}), INVALID, words)
                    self.assertEqual("SUCCESS", client.ask(RESET)[0])

    def test_rows_beyond_a_chunk(self):
        client = self.known()
        rows, _ = client.run("UNWIND range(1, 3) AS i RETURN $x AS x", {"x": "z" * 200_000})
        self.assertEqual([200_000] * 3, [len(row[0]) for row in rows])


class Streams(Case):
    def test_fetch_size(self):
        client = self.known()
        self.assertEqual("SUCCESS", client.ask(RUN, "UNWIND range(1, 5) AS x RETURN x", {}, {})[0])
        for count, expected, more in [(2, [1, 2], True), (1, [3], True), (2, [4, 5], False)]:
            client.send(PULL, {"n": count})
            rows, (name, summary) = client.rows()
            self.assertEqual(([[x] for x in expected], "SUCCESS"), (rows, name))
            self.assertEqual(more, summary.get("has_more", False), summary)
        self.assertEqual([[1]], client.run("RETURN 1")[0])

    def test_discard(self):
        client = self.known()
        client.ask(RUN, "UNWIND range(1, 5) AS x RETURN x", {}, {})
        self.assertEqual(("SUCCESS", {"has_more": True}), client.ask(DISCARD, {"n": 2}))
        client.send(PULL, {"n": 1})
        self.assertEqual([[3]], client.rows()[0])
        name, summary = client.ask(DISCARD, ALL)
        self.assertEqual(("SUCCESS", "r"), (name, summary["type"]))

    def test_many_rows_flow_while_the_statement_runs(self):
        client = self.known()
        self.assertEqual("SUCCESS", client.ask(RUN, "UNWIND range(1, 300000) AS x RETURN x, 'some text' AS y", {}, {})[0])
        total = 0
        while True:
            client.send(PULL, {"n": 100_000})
            rows, (name, summary) = client.rows()
            total += len(rows)
            self.assertEqual("SUCCESS", name, summary)
            if not summary.get("has_more"):
                break
        self.assertEqual(300_000, total)

    def test_an_error_after_rows(self):
        client = self.known()
        client.send(RUN, "UNWIND range(1, 200000) AS x RETURN 1 / (200000 - x) AS y, 'some text' AS z", {}, {})
        client.send(PULL, ALL)
        client.send(RUN, "RETURN 1", {}, {})
        self.assertEqual("SUCCESS", client.answer()[0])
        rows, failure = client.rows()
        self.assertGreater(len(rows), 1_000)
        self.assert_failure(failure, "Neo.ClientError.Statement.ArithmeticError")
        self.assertEqual(("IGNORED", None), client.answer())
        self.assertEqual("SUCCESS", client.ask(RESET)[0])

    def test_counters_and_types(self):
        client = self.known()
        rows, summary = client.run("CREATE (a:T {k: 1})-[:X]->(b:T)")
        self.assertEqual([], rows)
        self.assertEqual({"contains-updates": True, "nodes-created": 2, "relationships-created": 1,
                          "properties-set": 1, "labels-added": 2}, summary["stats"])
        self.assertEqual("w", summary["type"])
        self.assertNotIn("stats", client.run("RETURN 1")[1])
        _, summary = client.run("CREATE INDEX by_k FOR (t:T) ON (t.k)")
        self.assertEqual((1, "s"), (summary["stats"]["indexes-added"], summary["type"]))
        client.run("DROP INDEX by_k")

    def test_notifications_and_their_filters(self):
        statement = "MATCH (x:NeverSeen) RETURN x"
        client = self.known()
        _, summary = client.run(statement)
        code = summary["notifications"][0]["code"]
        self.assertEqual("UNRECOGNIZED", summary["notifications"][0]["category"])
        for extra in [{"notifications_minimum_severity": "OFF"}, {"notifications_disabled_categories": ["UNRECOGNIZED"]}]:
            self.assertNotIn("notifications", client.run(statement, extra=extra)[1])
        _, summary = self.known((5, 8)).run(statement)
        self.assertEqual(["02000", "01N50"], [status["gql_status"] for status in summary["statuses"]])
        self.assertEqual(code, summary["statuses"][1]["neo4j_code"])
        silent = self.client()
        silent.log_on((5, 4), notifications_minimum_severity="OFF")
        self.assertNotIn("notifications", silent.run(statement)[1])

    def test_plans(self):
        client = self.known()
        _, summary = client.run("EXPLAIN MATCH (x) RETURN x")
        self.assertIn("@xinpu", summary["plan"]["operatorType"])
        self.assertNotIn("rows", summary["plan"])
        _, summary = client.run("PROFILE UNWIND [1, 2] AS x RETURN x")
        self.assertEqual(2, summary["profile"]["rows"])
        self.assertTrue(summary["profile"]["children"])

    def test_read_mode(self):
        client = self.known()
        self.assert_failure(client.ask(RUN, "CREATE ()", {}, {"mode": "r"}), "Neo.ClientError.Statement.AccessMode")

    def test_databases_by_name(self):
        client = self.known()
        for name in ["credit", "neo4j", "NEO4J", "", None]:
            self.assertEqual("credit", client.run("RETURN 1", extra={"db": name})[1]["db"])
        for name in ["absent", "no name"]:
            self.assert_failure(client.ask(RUN, "RETURN 1", {}, {"db": name}),
                                "Neo.ClientError.Database.DatabaseNotFound")
            client.ask(RESET)

    def test_the_database_system(self):
        client = self.known((5, 8))
        for database in ("system", "SYSTEM", "credit", ""):
            for statement, names in [("SHOW DATABASES", ["credit", "system"]), ("show\ndatabases ;", ["credit", "system"]),
                                     ("SHOW HOME DATABASE", ["credit"]), ("SHOW DEFAULT DATABASE", ["credit"]),
                                     ("SHOW DATABASE `neo4j`", ["credit"]), ("SHOW DATABASE absent", [])]:
                with self.subTest(database=database, statement=statement):
                    client.send(RUN, statement, {}, {"db": database})
                    name, begun = client.answer()
                    self.assertEqual(("SUCCESS", "name", "system"), (name, begun["fields"][0], begun["db"]), begun)
                    client.send(PULL, ALL)
                    rows, (_, summary) = client.rows()
                    self.assertEqual(names, [row[0] for row in rows])
                    self.assertEqual([len(begun["fields"])] * len(rows), [len(row) for row in rows])
                    self.assertEqual("system", summary["db"])
        self.assertEqual("SUCCESS", client.ask(BEGIN, {"db": "system"})[0])
        self.assertEqual(2, len(client.run("SHOW DATABASES")[0]))
        self.assertEqual(("SUCCESS", {}), client.ask(COMMIT))
        for extra in ({"db": "system"}, {}):
            self.assertEqual("SUCCESS", client.ask(BEGIN, {"db": "system"})[0])
            self.assert_failure(client.ask(RUN, "RETURN 1", {}, extra), "Neo.ClientError.Statement.FeatureNotSupported",
                                "SHOW DATABASES")
            self.assertEqual("SUCCESS", client.ask(RESET)[0])
        self.assert_failure(client.ask(RUN, "CREATE ()", {}, {"db": "system"}),
                            "Neo.ClientError.Statement.FeatureNotSupported")

    def test_extra_is_checked(self):
        client = self.known()
        for extra, code in [({"mode": "x"}, INVALID), ({"tx_timeout": -1}, INVALID), ({"db": 1}, INVALID),
                            ({"bookmarks": "x"}, INVALID), ({"bookmarks": [1]}, INVALID),
                            ({"bookmarks": ["x"] * 1001}, INVALID), ({"bookmarks": ["x" * 257]}, INVALID),
                            ({"notifications_disabled_categories": ["x" * 257]}, INVALID),
                            ({"imp_user": "eve"}, "Neo.ClientError.Statement.ArgumentError"),
                            ({"bookmarks": ["xb:other:1"]}, "Neo.ClientError.Transaction.InvalidBookmark")]:
            with self.subTest(extra=extra):
                self.assert_failure(client.ask(RUN, "RETURN 1", {}, extra), code)
                client.ask(RESET)

    def test_a_timeout(self):
        client = self.known()
        self.assert_failure(client.ask(RUN, ENDLESS, {}, {"tx_timeout": 50}),
                            "Neo.ClientError.Transaction.TransactionTimedOut")

    def test_http_sees_what_bolt_wrote(self):
        self.known().run("CREATE (:FromBolt {k: $k})", {"k": "值"})
        request = urllib.request.Request(f"http://127.0.0.1:{self.server.http_port}/db/credit/query/v2",
                                         json.dumps({"statement": "MATCH (x:FromBolt) RETURN x.k"}).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            self.assertEqual([["值"]], json.load(answer)["data"]["values"])


class TransactionsOverBolt(Case):
    def begin(self, client, **extra):
        self.assertEqual("SUCCESS", client.ask(BEGIN, extra)[0])

    def count(self, client, label):
        return client.run(f"MATCH (x:{label}) RETURN count(x)")[0][0][0]

    def test_commit_and_its_bookmark(self):
        client = self.known()
        self.begin(client)
        name, begun = client.ask(RUN, "CREATE (x:C1) RETURN x.k AS k", {}, {})
        self.assertEqual(0, begun["qid"])
        client.send(PULL, ALL)
        rows, (name, summary) = client.rows()
        self.assertEqual([[None]], rows)
        self.assertNotIn("bookmark", summary)
        name, committed = client.ask(COMMIT)
        self.assertTrue(committed["bookmark"].startswith("xb:"), committed)
        other = self.known()
        rows, _ = other.run("MATCH (x:C1) RETURN count(x)", extra={"bookmarks": [committed["bookmark"]]})
        self.assertEqual([[1]], rows)

    def test_rollback(self):
        client = self.known()
        self.begin(client)
        client.run("CREATE (:C2)")
        self.assertEqual(1, self.count(client, "C2"))
        self.assertEqual(("SUCCESS", {}), client.ask(ROLLBACK))
        self.assertEqual(0, self.count(client, "C2"))

    def test_reset_and_close_roll_back(self):
        for end in [lambda c: c.ask(RESET), lambda c: c.close(), lambda c: c.send(GOODBYE)]:
            client = self.known()
            self.begin(client)
            client.run("CREATE (:C3)")
            end(client)
            other = self.known()
            other.run("CREATE (:C4)")  # waits for the writer
            self.assertEqual(0, self.count(other, "C3"))

    def test_several_results_at_once(self):
        client = self.known()
        self.begin(client)
        self.assertEqual(0, client.ask(RUN, "UNWIND [1, 2, 3] AS x RETURN x", {}, {})[1]["qid"])
        self.assertEqual(1, client.ask(RUN, "UNWIND [7, 8] AS x RETURN x", {}, {})[1]["qid"])
        client.send(PULL, {"n": 1, "qid": 0})
        self.assertEqual(([[1]], ("SUCCESS", {"has_more": True})), client.rows())
        client.send(PULL, {"n": -1, "qid": -1})
        self.assertEqual([[7], [8]], client.rows()[0])
        client.send(PULL, {"n": -1, "qid": 0})
        self.assertEqual([[2], [3]], client.rows()[0])
        self.assertEqual("SUCCESS", client.ask(COMMIT)[0])

    def test_results_that_nobody_takes_are_limited(self):
        client = self.known()
        self.begin(client)
        for number in range(100):
            self.assertEqual(number, client.ask(RUN, "UNWIND [1, 2] AS x RETURN x", {}, {})[1]["qid"])
        self.assert_failure(client.ask(RUN, "RETURN 1", {}, {}), INVALID, "100 results")
        self.assertEqual("SUCCESS", client.ask(RESET)[0])
        self.begin(client)
        for _ in range(300):  # taken ones do not count
            client.run("RETURN 1")
        self.assertEqual("SUCCESS", client.ask(COMMIT)[0])

    def test_a_failure_ends_the_transaction(self):
        client = self.known()
        self.begin(client)
        client.run("CREATE (:C5)")
        client.send(RUN, "RETURN 1 / 0", {}, {})
        client.send(PULL, ALL)
        client.send(COMMIT)
        self.assert_failure(client.answer(), "Neo.ClientError.Statement.ArithmeticError")
        self.assertEqual([("IGNORED", None)] * 2, [client.answer(), client.answer()])
        self.assertEqual("SUCCESS", client.ask(RESET)[0])
        self.assertEqual(0, self.count(client, "C5"))

    def test_read_mode_of_a_transaction(self):
        client = self.known()
        self.begin(client, mode="r")
        self.assertEqual([[1]], client.run("RETURN 1")[0])
        self.assert_failure(client.ask(RUN, "CREATE ()", {}, {}), "Neo.ClientError.Statement.AccessMode")

    def test_a_timeout_of_a_transaction(self):
        client = self.known()
        self.begin(client, tx_timeout=100)
        self.assert_failure(client.ask(RUN, ENDLESS, {}, {}), "Neo.ClientError.Transaction.TransactionTimedOut")

    def test_writers_one_after_the_other(self):
        def work(errors):
            try:
                client = Client(self.server.port)
                client.log_on((5, 4))
                for _ in range(5):
                    client.ask(BEGIN, {})
                    client.run("MERGE (x:Sum) SET x.n = coalesce(x.n, 0) + 1")
                    name, got = client.ask(COMMIT)
                    assert name == "SUCCESS", got
                client.close()
            except Exception as error:  # told by the test, not the thread
                errors.append(error)
        errors = []
        threads = [threading.Thread(target=work, args=(errors,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], errors)
        self.assertEqual([[40]], self.known().run("MATCH (x:Sum) RETURN x.n")[0])


class States(Case):
    def test_requests_that_a_state_does_not_take_end_it(self):
        begun = [(BEGIN, {})]
        streaming = [(RUN, "RETURN 1", {}, {})]
        for before, request in [
            ([], (HELLO, {})), ([], (LOGON, {})), ([], (PULL, ALL)), ([], (DISCARD, ALL)), ([], (COMMIT,)),
            ([], (ROLLBACK,)), (begun, (BEGIN, {})), (begun, (PULL, ALL)), (begun, (LOGOFF,)),
            (begun, (ROUTE, {}, [], {})), (streaming, (RUN, "RETURN 1", {}, {})), (streaming, (BEGIN, {})),
            (streaming, (COMMIT,)), ([], (0x55, {})), ([], (RUN, "RETURN 1")), ([], (RUN, 1, {}, {})),
            ([], (RUN, "RETURN 1", [], {})), ([], (BEGIN,)), (streaming, (PULL, {})), (streaming, (PULL, {"n": 0})),
            (streaming, (PULL, {"n": -2})), (streaming, (PULL, {"n": 1, "qid": 7})), (streaming, (PULL,)),
        ]:
            with self.subTest(before=before, request=request):
                client = self.known()
                for message in before:
                    self.assertEqual("SUCCESS", client.ask(*message)[0])
                self.assert_failure(client.ask(*request), INVALID)
                client.expect_close()

    def test_before_the_client_is_known(self):
        for requests in [[(RUN, "RETURN 1", {}, {})], [(RESET,)], [(LOGON, {})], [(HELLO, 1)],
                         [(HELLO, {}), (RUN, "RETURN 1", {}, {})], [(HELLO, {}), (HELLO, {})], [(HELLO, {}), (LOGON,)]]:
            with self.subTest(requests=requests):
                client = self.client()
                client.handshake((5, 4, 0))
                for request in requests[:-1]:
                    self.assertEqual("SUCCESS", client.ask(*request)[0])
                self.assert_failure(client.ask(*requests[-1]), INVALID)
                client.expect_close()

    def test_what_follows_a_failure_is_ignored(self):
        client = self.known()
        for request in [(RUN, "?", {}, {}), (PULL, ALL), (RUN, "RETURN 1", {}, {}), (BEGIN, {}), (COMMIT,), (ROUTE, {}, [], {}),
                        (LOGOFF,), (RESET,), (RUN, "RETURN 1 AS x", {}, {})]:
            client.send(*request)
        names = [client.answer()[0] for _ in range(9)]
        self.assertEqual(["FAILURE"] + ["IGNORED"] * 6 + ["SUCCESS"] * 2, names)

    def test_log_off_and_on(self):
        client = self.known()
        self.assertEqual("SUCCESS", client.ask(LOGOFF)[0])
        self.assertEqual("SUCCESS", client.ask(LOGON, {"scheme": "basic", "principal": "a", "credentials": "b"})[0])
        self.assertEqual([[1]], client.run("RETURN 1")[0])
        old = self.known((5, 0))
        self.assert_failure(old.ask(LOGOFF), INVALID)

    def test_telemetry(self):
        self.assertEqual(("SUCCESS", {}), self.known((5, 4)).ask(TELEMETRY, 2))
        self.assert_failure(self.known((5, 3)).ask(TELEMETRY, 2), INVALID)

    def test_goodbye(self):
        client = self.known()
        client.send(GOODBYE)
        client.expect_close()

    def test_route(self):
        client = self.known()
        name, got = client.ask(ROUTE, {"address": "graph.example:7687"}, [], {"db": "neo4j"})
        self.assertEqual("SUCCESS", name, got)
        table = got["rt"]
        self.assertGreater(table["ttl"], 0)
        self.assertEqual({role: ["graph.example:7687"] for role in ("ROUTE", "READ", "WRITE")},
                         {server["role"]: server["addresses"] for server in table["servers"]})
        got = self.known().ask(ROUTE, {}, [], {})[1]
        self.assertEqual([f"127.0.0.1:{self.server.port}"], got["rt"]["servers"][0]["addresses"])
        for address in ("", "a b:1", "x/y", "x" * 300, 7):
            got = self.known().ask(ROUTE, {"address": address}, [], {})[1]
            self.assertEqual([f"127.0.0.1:{self.server.port}"], got["rt"]["servers"][0]["addresses"])

    def test_a_routing_table_bears_the_name_that_was_asked_for(self):
        client = self.known()
        for asked, expected in [({}, "credit"), ({"db": None}, "credit"), ({"db": "neo4j"}, "neo4j"),
                                ({"db": "credit"}, "credit"), ({"db": "system"}, "system")]:
            with self.subTest(asked=asked):
                name, got = client.ask(ROUTE, {"address": "graph.example:7687"}, [], asked)
                self.assertEqual(("SUCCESS", expected), (name, got["rt"]["db"]))
        self.assert_failure(client.ask(ROUTE, {}, [], {"db": "absent"}), "Neo.ClientError.Database.DatabaseNotFound")

    def test_reset_stops_what_runs(self):
        client = self.known()
        for request in [(RUN, ENDLESS, {}, {}), (PULL, ALL), (RUN, "RETURN 1", {}, {}), (RESET,)]:
            client.send(*request)
        self.assertEqual(["IGNORED"] * 3 + ["SUCCESS"], [client.answer()[0] for _ in range(4)])
        self.assertEqual([[1]], client.run("RETURN 1")[0])

    def test_reset_stops_a_waiting_writer(self):
        holder, waiter = self.known(), self.known()
        holder.ask(BEGIN, {})
        holder.run("CREATE (:Held)")
        waiter.ask(BEGIN, {})
        holder.ask(ROLLBACK)
        waiter.run("CREATE (:Held)")
        self.assertEqual("SUCCESS", waiter.ask(RESET)[0])
        self.assertEqual([[0]], holder.run("MATCH (x:Held) RETURN count(x)")[0])

    def test_a_client_that_goes_away_leaves_nothing_running(self):
        for _ in range(20):
            client = self.known()
            client.send(RUN, ENDLESS, {}, {})
            client.close()
        self.assertEqual([[1]], self.known().run("RETURN 1")[0])


class Malformed(Case):
    def test_messages_that_are_none(self):
        text = pack("RETURN 1")
        for message in [b"\x01", b"\xb1", b"\xb1\x10", b"\xb3\x10" + text, b"\xc0", b"\x91\x01", b"\xb0\x0f\x00",
                        b"\xb3\x10" + text + b"\xa1\x81x\xc4\xa0", b"\xb3\x10" + text + b"\xa1\x01\x01\xa0",
                        b"\xb3\x10" + text + b"\xa1\x81x\xd6\xff\xff\xff\xff" + b"\xa0",
                        b"\xb3\x10" + text + b"\xa1\x81x\xda\xff\xff\xff\xff" + b"\xa0",
                        b"\xb3\x10" + text + b"\xa1\x81x\xd2\xff\xff\xff\xff" + b"\xa0",
                        b"\xb3\x10\x82\xff\xfe\xa0\xa0", b"\xb3\x10" + text + b"\xa1\x81x" + b"\x91" * 2_000,
                        b"\xb3\x10" + text + b"\xa1\x81x" + b"\x91" * 600 + b"\x01\xa0"]:
            with self.subTest(message=message[:40]):
                client = self.known()
                client.socket.sendall(frame(message))
                self.assert_failure(client.answer(), INVALID)
                client.expect_close()

    def test_lists_that_claim_much_take_nothing(self):
        """Each level claims all bytes that are left; memory must not follow the claim."""
        client = self.known()
        filler = 400_000
        message = b"\xb3\x10" + pack("RETURN 1") + b"\xa1\x81x" + (b"\xd6" + struct.pack(">I", filler)) * 400 + b"\xc0" * filler
        client.socket.sendall(frame(message))
        self.assert_failure(client.answer(), INVALID)
        with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as status:
            most = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
        self.assertLess(most, 1_500_000)

    def test_chunks_of_any_size_and_empty_ones(self):
        client = self.known()
        message = pack(Structure(RUN, "RETURN $x AS x", {"x": "y" * 1_000}, {}))
        client.socket.sendall(b"\0\0\0\0" + frame(message, chunk=1) + b"\0\0" + frame(pack(Structure(PULL, ALL)), chunk=3))
        self.assertEqual("SUCCESS", client.answer()[0])
        self.assertEqual([["y" * 1_000]], client.rows()[0])

    def test_a_message_that_is_too_large(self):
        client = self.known()
        try:
            for _ in range(40 * 16):
                client.socket.sendall(b"\xff\xff" + b"x" * 65_535)
        except (BrokenPipeError, ConnectionResetError):
            return
        self.assert_failure(client.answer(), INVALID, "larger")

    def test_a_large_message_before_logging_on(self):
        client = self.client()
        client.handshake((5, 4, 0))
        client.socket.sendall(frame(pack(Structure(HELLO, {"user_agent": "x" * 70_000}))))
        self.assert_failure(client.answer(), INVALID, "larger")

    def test_a_parameter_of_megabytes(self):
        client = self.known()
        rows, _ = client.run("RETURN size($x) AS x", {"x": "z" * 5_000_000})
        self.assertEqual([[5_000_000]], rows)
        rows, _ = client.run("RETURN size($x) AS x", {"x": list(range(500_000))})
        self.assertEqual([[500_000]], rows)

    def test_random_bytes(self):
        state = 12345
        for round in range(300):
            client = self.known()
            data = bytearray(pack(Structure(RUN, "RETURN $x AS x", {"x": [1, "two", {"three": 3.0}]}, {"mode": "r"})))
            for _ in range(1 + round % 4):
                state = state * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1
                data[(state >> 33) % len(data)] = state >> 20 & 0xFF
            client.socket.sendall(frame(bytes(data)))
            client.send(GOODBYE)
            client.socket.settimeout(20)
            while client.socket.recv(65_536):
                pass
            client.close()
        self.assertEqual([[1]], self.known().run("RETURN 1")[0])


class KeysAndLife(unittest.TestCase):
    def test_roles(self):
        roles = ("admin", "analyst", "loader", "department", "subject", "finance_office", "auditor")
        with wire.serving(dev=False, roles=roles) as server:
            keys = server.keys

            def client_of(key, version=(5, 8)):
                client = Client(server.port)
                self.addCleanup(client.close)
                client.log_on(version, {"scheme": "basic", "principal": "x", "credentials": key})
                return client

            def code_of(answer):
                name, failure = answer
                self.assertEqual("FAILURE", name, failure)
                return failure.get("code", failure.get("neo4j_code"))

            forbidden = "Neo.ClientError.Security.Forbidden"
            client_of(keys["admin"]).run("CREATE (:Company:Subject {uscc: 'x', name: 'y'})")
            for role in ("loader", "department", "subject", "finance_office"):
                for version in [(4, 4), (5, 0), (5, 8), (6, 0)]:
                    with self.subTest(role=role, version=version):
                        client = Client(server.port)
                        client.handshake((*version, 0))
                        token = {"scheme": "bearer", "credentials": keys[role]}
                        if version >= (5, 1):
                            client.ask(HELLO, {"user_agent": "wire/1"})
                            self.assertEqual(forbidden, code_of(client.ask(LOGON, token)))
                        else:
                            self.assertEqual(forbidden, code_of(client.ask(HELLO, {"user_agent": "wire/1", **token})))
                        client.expect_close()
                        client.close()
            client_of(keys["admin"]).run("CREATE (:Person {pid: 'p1', nameMasked: '张三'})")
            self.assertEqual([["张三"]], client_of(keys["admin"]).run("MATCH (x:Person) RETURN x.nameMasked")[0])
            for role in ("analyst", "auditor"):
                client = client_of(keys[role])
                for extra in ({}, {"db": "credit"}):  # also when the text is known from the admin
                    rows, _ = client.run("MATCH (x:Person) RETURN x.nameMasked", extra=extra)
                    self.assertNotEqual([["张三"]], rows)
                node, = client.run("MATCH (x:Person) RETURN x")[0][0]
                self.assertNotEqual("张三", node.fields[2]["nameMasked"])
                self.assertEqual([[0]], client.run("MATCH (x:Person) WHERE x.nameMasked = '张三' RETURN count(x)")[0])
                self.assertEqual([[1]], client.run("MATCH (x:Company) RETURN count(x)")[0])
                self.assertEqual([[1]], client.run("MATCH (x:Company) RETURN count(x)", extra={"db": "neo4j"})[0])
                self.assertEqual("SUCCESS", client.ask(BEGIN, {"mode": "r"})[0])
                self.assertEqual([[1]], client.run("MATCH (x:Company) RETURN count(x)")[0])
                self.assertEqual("SUCCESS", client.ask(COMMIT)[0])
                for statement in ("CREATE (:X)", "MATCH (x) SET x.k = 1", "MATCH (x) DETACH DELETE x",
                                  "CREATE INDEX some_index FOR (x:X) ON (x.k)", "CREATE (:X) RETURN 1",
                                  "LOAD CSV FROM 'file:///x.csv' AS row RETURN row"):
                    with self.subTest(role=role, statement=statement):
                        self.assertEqual(forbidden, code_of(client.ask(RUN, statement, {}, {})))
                        client.ask(RESET)
                        client.ask(BEGIN, {})
                        self.assertEqual(forbidden, code_of(client.ask(RUN, statement, {}, {})))
                        client.ask(RESET)
                # Whether another database is there is not told either.
                for request in [(RUN, "RETURN 1", {}, {"db": "absent"}), (BEGIN, {"db": "absent"}),
                                (RUN, "USE absent RETURN 1", {}, {}), (ROUTE, {}, [], {"db": "absent"})]:
                    with self.subTest(role=role, request=request):
                        self.assertEqual(forbidden, code_of(client.ask(*request)))
                        client.ask(RESET)
                self.assertEqual("SUCCESS", client.ask(ROUTE, {}, [], {})[0])
            self.assertEqual([[1]], client_of(keys["admin"]).run("MATCH (x:Company) RETURN count(x)")[0])
            client = client_of(keys["analyst"])  # a connection may change hands
            self.assertEqual("SUCCESS", client.ask(LOGOFF)[0])
            self.assertEqual("SUCCESS", client.ask(LOGON, {"scheme": "bearer", "credentials": keys["admin"]})[0])
            client.run("CREATE (:X)")

    def test_keys(self):
        for version in [(4, 4), (5, 0), (5, 1), (6, 0)]:  # a server for each: it slows down who fails often
            self.keys_over(version)

    def test_who_fails_often_is_slowed_down(self):
        with wire.serving(dev=False, roles=("admin",)) as server:
            wrong = {"scheme": "basic", "principal": "x", "credentials": "xk_wrong_wrong"}
            codes = []
            for _ in range(12):
                client = Client(server.port)
                client.handshake((5, 8, 0))
                client.ask(HELLO, {"user_agent": "wire/1"})
                codes.append(client.ask(LOGON, wrong)[1]["neo4j_code"])
                client.expect_close()
                client.close()
            self.assertEqual("Neo.ClientError.Security.Unauthorized", codes[0])
            self.assertEqual("Neo.ClientError.Security.AuthenticationRateLimit", codes[-1])
            other = Client(server.port, source="127.0.0.2")
            self.addCleanup(other.close)
            other.log_on((5, 8), {"scheme": "bearer", "credentials": server.keys["admin"]})
            self.assertEqual([[1]], other.run("RETURN 1")[0])

    def keys_over(self, version):
        with wire.serving(dev=False) as server:
            with open(os.path.join(server.data, "admin.key"), encoding="ascii") as file:
                key = file.read().strip()
            good = [{"scheme": "basic", "principal": "anyone", "credentials": key}, {"scheme": "bearer", "credentials": key}]
            bad = [{"scheme": "none"}, {}, {"scheme": "basic", "principal": "neo4j", "credentials": "neo4j"},
                   {"scheme": "basic", "principal": key, "credentials": key[:-1]}, {"scheme": "bearer"},
                   {"scheme": "kerberos", "credentials": key}, {"scheme": "basic", "credentials": 1}]
            for token in good:
                client = Client(server.port)
                client.log_on(version, token)
                self.assertEqual([[1]], client.run("RETURN 1")[0])
                client.close()
            for token in bad:
                with self.subTest(version=version, token=token):
                    client = Client(server.port)
                    client.handshake((*version, 0))
                    if version >= (5, 1):
                        client.ask(HELLO, {"user_agent": "wire/1"})
                        name, failure = client.ask(LOGON, token)
                    else:
                        name, failure = client.ask(HELLO, {"user_agent": "wire/1", **token})
                    self.assertEqual("FAILURE", name)
                    self.assertEqual("Neo.ClientError.Security.Unauthorized",
                                     failure.get("code", failure.get("neo4j_code")))
                    client.expect_close()
                    client.close()
            self.assertNotIn(key, server.log())

    def test_the_end_of_a_server(self):
        with wire.serving("--drain", "1") as server:
            idle, busy = Client(server.port), Client(server.port)
            idle.log_on((5, 4))
            busy.log_on((5, 4))
            busy.send(RUN, ENDLESS, {}, {})
            self.assertEqual(0, server.stop())
            for client in (idle, busy):
                with self.assertRaises((Closed, ConnectionResetError)):
                    client.answer()
                client.close()

    def test_clients_that_linger_do_not_hold_the_end_up(self):
        with wire.serving("--drain", "60") as server:
            silent, half, refused = (Client(server.port) for _ in range(3))
            half.socket.sendall(MAGIC)
            refused.handshake((5, 8, 0))
            refused.send(RUN, "RETURN 1", {}, {})
            self.assertEqual("FAILURE", refused.answer()[0])  # closed by the server, not by the client
            begun = time.monotonic()
            self.assertEqual(0, server.stop())
            self.assertLess(time.monotonic() - begun, 30)
            for client in (silent, half, refused):
                client.close()

    def test_off(self):
        import xinpu
        with wire.serving() as server:
            done = xinpu.run("serve", "--data", server.data + "2", "--dev", "--listen", "127.0.0.1:0",
                             "--bolt", f"127.0.0.1:{server.port}", timeout=60)
            self.assertEqual(1, done.code, done)
            self.assertIn(str(server.port), done.err)
            done = xinpu.run("serve", "--data", server.data + "2", "--dev", "--listen", "127.0.0.1:0",
                             "--bolt", "0.0.0.0:0", timeout=60)
            self.assertEqual(2, done.code, done)


if __name__ == "__main__":
    unittest.main()
