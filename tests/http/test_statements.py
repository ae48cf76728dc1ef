"""Statements over HTTP: values in both forms, answers, streams, errors, parameters, transactions, bookmarks."""

import csv
import gzip
import io
import json
import re
import unittest

from serving import JSON, TYPED, Case

COUNTERS = ["containsUpdates", "nodesCreated", "nodesDeleted", "propertiesSet", "relationshipsCreated",
            "relationshipsDeleted", "labelsAdded", "labelsRemoved", "indexesAdded", "indexesRemoved", "constraintsAdded",
            "constraintsRemoved", "containsSystemUpdates", "systemUpdates"]
BOOKMARK = r"^xb:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:\d+$"


class Values(Case):
    CASES = [
        # expression, plain JSON, type, typed _value (None: the same as plain)
        ("1", "1", "Integer", '"1"'),
        ("9223372036854775807", "9223372036854775807", "Integer", '"9223372036854775807"'),
        ("-9223372036854775808", "-9223372036854775808", "Integer", '"-9223372036854775808"'),
        ("1.0", "1.0", "Float", '"1.0"'),
        ("1e7", "1.0E7", "Float", '"1.0E7"'),
        ("1e21", "1.0E21", "Float", '"1.0E21"'),
        ("1e-9", "1.0E-9", "Float", '"1.0E-9"'),
        ("5e-324", "4.9E-324", "Float", '"4.9E-324"'),
        ("-0.0", "-0.0", "Float", '"-0.0"'),
        ("68719476736.0", "6.8719476736E10", "Float", '"6.8719476736E10"'),
        ("1.0 / 0.0", '"Infinity"', "Float", None),
        ("-1.0 / 0.0", '"-Infinity"', "Float", None),
        ("0.0 / 0.0", '"NaN"', "Float", None),
        ("true", "true", "Boolean", None),
        ("null", "null", "Null", None),
        ("''", '""', "String", None),
        ("'东莞\"\\n'", '"东莞\\"\\n"', "String", None),
        ("decimal('5000.00')", '"5000.00"', "String", None),
        ("date('2026-11-24')", '"2026-11-24"', "Date", None),
        ("date('-0044-03-15')", '"-0044-03-15"', "Date", None),
        ("date('+12345-01-01')", '"+12345-01-01"', "Date", None),
        ("time('12:31Z')", '"12:31:00Z"', "Time", None),
        ("localtime('12:31:14.645')", '"12:31:14.645"', "LocalTime", None),
        ("localdatetime('2026-11-24T12:31:14.1')", '"2026-11-24T12:31:14.1"', "LocalDateTime", None),
        ("datetime('2026-11-24T12:31:14.645Z')", '"2026-11-24T12:31:14.645Z"', "OffsetDateTime", None),
        ("datetime('2026-11-24T12:31:14[Asia/Shanghai]')", '"2026-11-24T12:31:14+08:00[Asia/Shanghai]"', "ZonedDateTime",
         None),
        ("duration({months: 14, days: 3, hours: 25, seconds: 1, nanoseconds: 5})", '"P1Y2M3DT25H1.000000005S"', "Duration",
         None),
        ("duration({})", '"PT0S"', "Duration", None),
        ("duration('P1W')", '"P7D"', "Duration", None),
        ("[1, null]", "[1,null]", "List", '[{"$type":"Integer","_value":"1"},{"$type":"Null","_value":null}]'),
        ("{a: [true]}", '{"a":[true]}', "Map",
         '{"a":{"$type":"List","_value":[{"$type":"Boolean","_value":true}]}}'),
    ]

    def test_plain_and_typed_to_the_byte(self):
        for expression, plain, kind, typed in self.CASES:
            with self.subTest(expression):
                answer = self.query(f"RETURN {expression} AS x")
                self.assertEqual(answer.status, 202, answer)
                self.assertTrue(answer.text.startswith(f'{{"data":{{"fields":["x"],"values":[[{plain}]]}},'), answer)
                answer = self.query(f"RETURN {expression} AS x", headers={"Accept": "application/vnd.neo4j.query"})
                wanted = f'{{"$type":"{kind}","_value":{plain if typed is None else typed}}}'
                self.assertTrue(answer.text.startswith(f'{{"data":{{"fields":["x"],"values":[[{wanted}]]}},'), answer)

    def test_entities(self):
        self.query("MATCH (n) DETACH DELETE n")
        statement = ("CREATE p = (a:Zz:Yy {name: '甲', i: 1, f: 1.5, b: true, l: [1, 2], d: date('2026-11-24')})"
                     "-[r:R {w: 2.0}]->(b:Zz) RETURN a, r, p")
        answer = self.query(statement, includeCounters=True)
        self.assertEqual(answer.status, 202, answer)
        a, r, p = answer.json["data"]["values"][0]
        self.assertRegex(a["elementId"], r"^n:\d+$")
        self.assertEqual(sorted(a["labels"]), ["Yy", "Zz"])
        self.assertEqual(a["properties"], {"name": "甲", "i": 1, "f": 1.5, "b": True, "l": [1, 2], "d": "2026-11-24"})
        self.assertEqual(set(a), {"elementId", "labels", "properties"})
        self.assertRegex(r["elementId"], r"^r:\d+$")
        self.assertEqual((r["startNodeElementId"], r["type"], r["properties"]), (a["elementId"], "R", {"w": 2.0}))
        self.assertEqual(p, [a, r, {"elementId": r["endNodeElementId"], "labels": ["Zz"], "properties": {}}])
        counters = answer.json["counters"]
        self.assertEqual(list(counters), COUNTERS)
        self.assertEqual({name: value for name, value in counters.items() if value},
                         {"containsUpdates": True, "nodesCreated": 2, "propertiesSet": 7, "relationshipsCreated": 1,
                          "labelsAdded": 3})
        typed = self.query("MATCH p = (a:Yy)-->() RETURN a, p",
                           headers={"Accept": "application/vnd.neo4j.query.v1.0"}).json["data"]["values"][0]
        node = typed[0]
        self.assertEqual(node["$type"], "Node")
        self.assertEqual(node["_value"]["_element_id"], a["elementId"])
        self.assertEqual(node["_value"]["_properties"]["i"], {"$type": "Integer", "_value": "1"})
        self.assertEqual(typed[1]["$type"], "Path")
        self.assertEqual([part["$type"] for part in typed[1]["_value"]], ["Node", "Relationship", "Node"])
        self.assertEqual(set(typed[1]["_value"][1]["_value"]),
                         {"_element_id", "_start_node_element_id", "_end_node_element_id", "_type", "_properties"})

    def test_parameters_plain(self):
        parameters = {"i": 1, "f": 1.0, "e": 1e7, "s": "东莞", "b": False, "n": None, "l": [1, [2.5]], "m": {"k": "v"},
                      "t": {"$type": "Integer", "_value": "1"}}
        names = list(parameters)
        answer = self.query("RETURN " + ", ".join(f"${name} AS {name}" for name in names), parameters=parameters)
        self.assertEqual(answer.json["data"]["values"], [[parameters[name] for name in names]], answer)
        self.assertIn("1.0E7", answer.text)

    def test_parameters_typed(self):
        values = [("Integer", "9007199254740993"), ("Float", "1.5"), ("Float", "NaN"), ("String", "甲"), ("Boolean", True),
                  ("Null", None), ("Base64", "AQID"), ("Date", "2026-11-24"), ("Time", "12:31:00+08:00"),
                  ("LocalTime", "12:31:14"), ("LocalDateTime", "2026-11-24T12:31:14"),
                  ("OffsetDateTime", "2026-11-24T12:31:14+08:00"),
                  ("ZonedDateTime", "2026-11-24T12:31:14+08:00[Asia/Shanghai]"), ("Duration", "P1M2DT3S"),
                  ("List", [{"$type": "Integer", "_value": "1"}]), ("Map", {"a": {"$type": "Float", "_value": "2.0"}})]
        for kind, value in values:
            with self.subTest(f"{kind} {value}"):
                typed = {"$type": kind, "_value": value}
                answer = self.request("POST", "/db/credit/query/v2",
                                      {"statement": "RETURN $p AS p", "parameters": {"p": typed}}, TYPED)
                self.assertEqual(answer.status, 202, answer)
                self.assertEqual(answer.json["data"]["values"], [[typed]])

    def test_parameters_typed_wrongly(self):
        for value, words in [(1, "typed parameters have the form"), ({"$type": "Nope", "_value": "1"}, "Type Nope is not supported"),
                             ({"$type": "Node", "_value": "1"}, "Type Node is not supported"),
                             ({"$type": "Integer", "_value": "1x"}, "no Integer"),
                             ({"$type": "Integer", "_value": "9223372036854775808"}, "no Integer"),
                             ({"$type": "Integer", "_value": 1}, "must be a string"),
                             ({"$type": "Date", "_value": "2026-13-01"}, "no Date"),
                             ({"$type": "Date", "_value": "today"}, "no Date"),
                             ({"$type": "Base64", "_value": "A"}, "no Base64"),
                             ({"$type": "Integer", "_value": "1", "more": 1}, "typed parameters have the form")]:
            with self.subTest(value):
                answer = self.request("POST", "/db/credit/query/v2",
                                      {"statement": "RETURN $p AS p", "parameters": {"p": value}}, TYPED)
                self.assertEqual((answer.status, answer.error[0]), (400, "Neo.ClientError.Request.Invalid"), answer)
                self.assertIn(words, answer.error[1])


class Answers(Case):
    def test_members_in_order(self):
        answer = self.query("RETURN 1 AS x", includeCounters=True)
        self.assertEqual(list(answer.json), ["data", "counters", "bookmarks", "queryType", "resultAvailableAfter",
                                             "resultConsumedAfter"])
        self.assertFalse(any(answer.json["counters"].values()))
        self.assertRegex(answer.json["bookmarks"][0], BOOKMARK)
        self.assertNotIn("counters", self.query("CREATE (:A)").json)

    def test_query_type(self):
        for statement, kind in [("RETURN 1", "r"), ("CREATE (:T)", "w"), ("CREATE (t:T) RETURN t", "rw"),
                                ("CREATE INDEX types FOR (t:T) ON (t.x)", "s")]:
            with self.subTest(statement):
                answer = self.query(statement)
                self.assertEqual((answer.status, answer.json.get("queryType")), (202, kind), answer)

    def test_without_columns(self):
        answer = self.query("CREATE (n:Gone) DELETE n")
        self.assertEqual(answer.json["data"], {"fields": [], "values": []}, answer)

    def test_lines(self):
        answer = self.query("UNWIND [1, 2] AS x RETURN x", headers={"Accept": "application/jsonl"})
        self.assertEqual((answer.status, answer.headers["content-type"]), (202, "application/jsonl"), answer)
        lines = answer.text.split("\n")
        self.assertEqual(lines[:3], ['{"$event":"Header","_body":{"fields":["x"]}}',
                                     ' {"$event":"Record","_body":[1]}', ' {"$event":"Record","_body":[2]}'])
        self.assertEqual(json.loads(lines[3])["$event"], "Summary")
        self.assertRegex(json.loads(lines[3])["_body"]["bookmarks"][0], BOOKMARK)
        self.assertEqual(lines[4:], [""])

    def test_lines_typed(self):
        answer = self.query("RETURN 1 AS x", headers={"Accept": "application/vnd.neo4j.query.v1.1+jsonl"})
        self.assertIn(' {"$event":"Record","_body":[{"$type":"Integer","_value":"1"}]}\n', answer.text)

    def test_lines_of_what_fails_at_once(self):
        answer = self.query("RETRUN 1", headers={"Accept": "application/jsonl"})
        self.assertEqual(answer.status, 400)
        event = json.loads(answer.text)
        self.assertEqual((event["$event"], event["_body"][0]["code"]), ("Error", "Neo.ClientError.Statement.SyntaxError"))

    def test_csv(self):
        answer = self.query("UNWIND [['a,\"b\"', 1, null], ['', 1.0, [1, 'x']]] AS r RETURN r[0] AS `s,t`, r[1] AS n, r[2] AS l",
                            headers={"Accept": "text/csv"})
        self.assertEqual((answer.status, answer.headers["content-type"]), (202, "text/csv; charset=utf-8"))
        self.assertEqual(answer.text, '"s,t",n,l\r\n"a,""b""",1,\r\n"",1.0,"[1,""x""]"\r\n')
        self.assertEqual(list(csv.reader(io.StringIO(answer.text, newline="")))[1], ['a,"b"', "1", ""])

    def test_rows_beyond_a_mebibyte_are_streamed(self):
        for headers in ({}, {"Accept-Encoding": "gzip"}):
            with self.subTest(headers):
                answer = self.query("UNWIND range(1, 300000) AS x RETURN x, 'some text'", headers=headers)
                self.assertEqual(answer.headers.get("transfer-encoding"), "chunked")
                self.assertNotIn("content-length", answer.headers)
                if headers:
                    answer.body = gzip.decompress(answer.body)
                values = answer.json["data"]["values"]
                self.assertEqual((len(values), values[-1]), (300000, [300000, "some text"]))
                self.assertIn("bookmarks", answer.json)

    def test_explain_and_profile(self):
        answer = self.query("EXPLAIN MATCH (n:Nobody) RETURN n.name")
        plan = answer.json["queryPlan"]
        self.assertEqual(answer.json["data"]["values"], [])
        self.assertTrue(plan["operatorType"])
        self.assertIn("EstimatedRows", plan["arguments"])
        self.assertIn("string-representation", plan["arguments"])
        self.assertTrue(plan["children"])
        answer = self.query("PROFILE UNWIND [1, 2] AS x RETURN x")
        self.assertEqual(answer.json["data"]["values"], [[1], [2]])
        self.assertEqual(answer.json["profiledQueryPlan"]["records"], 2)
        self.assertNotIn("queryPlan", answer.json)

    def test_notifications(self):
        answer = self.query("MATCH (n:NeverHeardOf) RETURN n")
        notification = answer.json["notifications"][0]
        self.assertEqual(notification["severity"], "WARNING")
        self.assertIn("NeverHeardOf", notification["description"])
        self.assertEqual(notification["position"], {"offset": 9, "line": 1, "column": 10})


class Errors(Case):
    STATEMENT = "Neo.ClientError.Statement."
    CASES = [
        # statement, code, words of the message
        ("RETRUN 1", STATEMENT + "SyntaxError", ["RETRUN", "(line 1, column 1 (offset: 0))", '\n"RETRUN 1"\n ^', "SyntaxError"]),
        ("RETURN x", STATEMENT + "SyntaxError",
         ["(line 1, column 8 (offset: 7))", '\n"RETURN x"\n        ^', "UndefinedVariable", "SyntaxError"]),
        ("RETURN $nope", STATEMENT + "ParameterMissing", ["nope", "ParameterMissing"]),
        ("RETURN 1/0", STATEMENT + "ArithmeticError", ["ArithmeticError"]),
        ("UNWIND [1, 0] AS x RETURN 1/x", STATEMENT + "ArithmeticError", ["ArithmeticError"]),
        ("RETURN 1; RETURN 2", STATEMENT + "SyntaxError", []),
        ("CALL no.proc()", "Neo.ClientError.Procedure.ProcedureNotFound", ["no.proc", "ProcedureNotFound"]),
        ("MERGE (:Q {a: null})", STATEMENT + "SemanticError", ["SemanticError"]),
        ("USE credit AT RECORDED TIME datetime() MATCH (n) RETURN n", STATEMENT + "FeatureNotSupported", []),
    ]

    def test_table(self):
        for statement, code, words in self.CASES:
            with self.subTest(statement):
                answer = self.query(statement)
                self.assertEqual((answer.status, answer.error[0]), (400, code), answer)
                for word in words:
                    self.assertIn(word, answer.error[1])
                self.assertNotIn("data", answer.json)

    def test_a_trailing_semicolon_is_fine(self):
        self.assertEqual(self.query("RETURN 1 AS x;").json["data"]["values"], [[1]])

    def test_constraint(self):
        self.query("CREATE CONSTRAINT one_key FOR (n:Keyed) REQUIRE n.k IS UNIQUE")
        self.assertEqual(self.query("CREATE (:Keyed {k: 1})").status, 202)
        answer = self.query("CREATE (:Keyed {k: 1})")
        self.assertEqual((answer.status, answer.error[0]), (400, "Neo.ClientError.Schema.ConstraintValidationFailed"), answer)
        for word in ("ConstraintVerificationFailed", "Keyed", "k"):
            self.assertIn(word, answer.error[1])
        again = self.query("CREATE CONSTRAINT one_key FOR (n:Keyed) REQUIRE n.k IS UNIQUE")
        self.assertEqual(again.status, 400)
        self.assertIn(again.error[0], ("Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists",
                                       "Neo.ClientError.Schema.ConstraintWithNameAlreadyExists"))

    def test_a_node_with_relationships_is_not_deleted(self):
        self.query("CREATE (:Tied)-[:R]->(:Tied)")
        answer = self.query("MATCH (n:Tied) DELETE n")
        self.assertEqual((answer.status, answer.error[0]), (400, "Neo.ClientError.Schema.ConstraintValidationFailed"), answer)
        self.assertIn("DeleteConnectedNode", answer.error[1])
        self.assertEqual(self.rows("MATCH (n:Tied) RETURN count(n)"), [[2]])

    def test_writing_in_read_mode(self):
        answer = self.query("CREATE (:Never)", accessMode="Read")
        self.assertEqual((answer.status, answer.error[0]), (400, self.STATEMENT + "AccessMode"), answer)
        self.assertIn("Writing in read access mode not allowed", answer.error[1])

    def test_what_fails_after_a_mebibyte_is_202_with_rows_and_errors(self):
        statement = "UNWIND range(1, 300000) AS x RETURN 1 / (300000 - x), 'some text'"
        answer = self.query(statement)
        self.assertEqual(answer.status, 202)
        self.assertGreater(len(answer.json["data"]["values"]), 10_000)
        self.assertEqual(answer.error[0], self.STATEMENT + "ArithmeticError")
        self.assertNotIn("bookmarks", answer.json)
        lines = self.query(statement, headers={"Accept": "application/jsonl"}).text.strip().split("\n")
        self.assertEqual(json.loads(lines[-1])["$event"], "Error")
        self.assertIsInstance(json.loads(lines[-1])["_body"], list)

    def test_time_limit(self):
        answer = self.query("UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y RETURN sum(x % 2 + y % 2)",
                            maxExecutionTime=1)
        self.assertEqual((answer.status, answer.error[0]), (400, "Neo.ClientError.Transaction.TransactionTimedOut"), answer)

    def test_a_failed_statement_changes_nothing(self):
        self.assertEqual(self.query("CREATE (:Half) WITH 1 AS x RETURN 1 / (x - 1)").status, 400)
        self.assertEqual(self.rows("MATCH (n:Half) RETURN count(n)"), [[0]])


class Transactions(Case):
    PATH = "/db/credit/query/v2/tx"

    def begin(self, statement=None, **members):
        answer = self.request("POST", self.PATH, {**({"statement": statement} if statement else {}), **members}, JSON)
        self.assertEqual(answer.status, 202, answer)
        return answer.json["transaction"]["id"], answer

    def inside(self, transaction, statement, **members):
        return self.request("POST", f"{self.PATH}/{transaction}", {"statement": statement, **members}, JSON)

    def count(self, label):
        return self.rows(f"MATCH (n:{label}) RETURN count(n)")[0][0]

    def test_commit(self):
        transaction, begun = self.begin("CREATE (n:Tx {i: 1}) RETURN n.i AS i")
        self.assertEqual(begun.json["data"], {"fields": ["i"], "values": [[1]]})
        self.assertNotIn("bookmarks", begun.json)
        self.assertRegex(begun.json["transaction"]["expires"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(self.inside(transaction, "MATCH (n:Tx) RETURN count(n) AS n").json["data"]["values"], [[1]])
        self.assertEqual(self.count("Tx"), 0)
        done = self.request("POST", f"{self.PATH}/{transaction}/commit", {"statement": "CREATE (:Tx {i: 2})"}, JSON)
        self.assertEqual(done.status, 202, done)
        self.assertRegex(done.json["bookmarks"][0], BOOKMARK)
        self.assertNotIn("transaction", done.json)
        self.assertEqual(self.count("Tx"), 2)
        again = self.inside(transaction, "RETURN 1")
        self.assertEqual((again.status, again.error[0]), (404, "Neo.ClientError.Transaction.TransactionNotFound"))

    def test_empty_bodies(self):
        begun = self.request("POST", self.PATH)
        self.assertEqual((begun.status, list(begun.json)), (202, ["transaction"]), begun)
        done = self.request("POST", f"{self.PATH}/{begun.json['transaction']['id']}/commit")
        self.assertEqual((done.status, list(done.json)), (202, ["bookmarks"]), done)

    def test_rollback(self):
        transaction, _ = self.begin("CREATE (:Back)")
        gone = self.request("DELETE", f"{self.PATH}/{transaction}")
        self.assertEqual((gone.status, gone.json), (200, {}))
        self.assertEqual(self.count("Back"), 0)
        self.assertEqual(self.request("DELETE", f"{self.PATH}/{transaction}").status, 404)

    def test_a_failing_statement_ends_it(self):
        transaction, _ = self.begin("CREATE (:Fails)")
        answer = self.inside(transaction, "RETURN 1/0")
        self.assertEqual(answer.status, 400, answer)
        self.assertNotIn("transaction", answer.json)
        self.assertEqual(self.inside(transaction, "RETURN 1").status, 404)
        self.assertEqual(self.count("Fails"), 0)
        self.assertEqual(self.query("CREATE (:FailsNot)").status, 202)

    def test_a_failing_first_statement_leaves_none(self):
        answer = self.request("POST", self.PATH, {"statement": "RETRUN"}, JSON)
        self.assertEqual(answer.status, 400)
        self.assertNotIn("transaction", answer.json)

    def test_of_another_database(self):
        self.fresh("elsewhere")
        transaction, _ = self.begin()
        answer = self.request("POST", f"/db/elsewhere/query/v2/tx/{transaction}", {"statement": "RETURN 1"}, JSON)
        self.assertEqual(answer.status, 404)
        self.request("DELETE", f"{self.PATH}/{transaction}")
        self.request("DELETE", "/db/elsewhere")

    def test_reads_see_what_others_committed_until_the_first_write(self):
        transaction, _ = self.begin("MATCH (n:Seen) RETURN count(n) AS n")
        self.query("CREATE (:Seen)")
        self.assertEqual(self.inside(transaction, "MATCH (n:Seen) RETURN count(n) AS n").json["data"]["values"], [[1]])
        self.request("DELETE", f"{self.PATH}/{transaction}")

    def test_writers_waiting_for_a_transaction_do_not_keep_it_from_committing(self):
        transaction, _ = self.begin("CREATE (:First)")
        connections = [self.server.connect() for _ in range(12)]
        for connection in connections:
            connection.request("POST", "/db/credit/query/v2", json.dumps({"statement": "CREATE (:Waits)"}), JSON)
        done = self.request("POST", f"{self.PATH}/{transaction}/commit", "{}", JSON)
        self.assertEqual(done.status, 202, done)
        for connection in connections:
            response = connection.getresponse()
            response.read()
            self.assertEqual(response.status, 202)
            connection.close()
        self.assertEqual(self.count("Waits"), 12)


class Bookmarks(Case):
    def test_a_bookmark_is_waited_for(self):
        bookmark = self.query("CREATE (:Marked)").json["bookmarks"]
        answer = self.query("MATCH (n:Marked) RETURN count(n) AS n", bookmarks=bookmark)
        self.assertEqual(answer.json["data"]["values"], [[1]])

    def test_one_that_does_not_come(self):
        bookmark = self.query("RETURN 1").json["bookmarks"][0]
        later = re.sub(r"\d+$", lambda number: str(int(number.group()) + 1000), bookmark)
        answer = self.query("RETURN 1", bookmarks=[later], maxExecutionTime=1)
        self.assertEqual((answer.status, answer.error[0]), (503, "Neo.TransientError.Transaction.BookmarkTimeout"), answer)
        self.assertEqual(answer.headers["retry-after"], "1")

    def test_one_of_another_database_is_nothing_to_wait_for(self):
        answer = self.query("RETURN 1 AS x", bookmarks=["xb:00000000-0000-4000-8000-000000000000:1"])
        self.assertEqual(answer.json["data"]["values"], [[1]])

    def test_one_that_is_none(self):
        for bookmark in ("FB:kcwQrbzgGbwGTBeSBibvfxmArgOQ", "", "xb:x:1", "xb:00000000-0000-4000-8000-000000000000:", "xb:00000000-0000-4000-8000-000000000000:1x",
                         "xb:00000000-0000-4000-8000-00000000000g:1", "xb:00000000-0000-4000-8000-000000000000"):
            answer = self.query("RETURN 1", bookmarks=[bookmark])
            self.assertEqual((answer.status, answer.error[0]), (400, "Neo.ClientError.Transaction.InvalidBookmark"), answer)


if __name__ == "__main__":
    unittest.main()
