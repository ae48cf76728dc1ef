"""Who may do what: every cell of the table in docs/security.md is asked for over HTTP."""

import os
import re
import unittest

import xinpu
from serving import JSON, Case

FORBIDDEN = "Neo.ClientError.Security.Forbidden"
ELSEWHERE = "matrix-other"


def table():
    """{operation: {role: reach}} of the page."""
    with open(os.path.join(xinpu.ROOT, "docs", "security.md"), encoding="utf-8") as file:
        page = file.read()
    lines = re.search(r"^\| operation \|.*?\n\n", page, re.MULTILINE | re.DOTALL).group(0).strip().split("\n")
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    roles = cells[0][1:]
    return {row[0].strip("`"): dict(zip(roles, row[1:], strict=True)) for row in cells[2:]}


def statement(text):
    return lambda database: ("POST", f"/db/{database}/query/v2", {"statement": text})


# Of each operation the requests that need it; `database` is filled in.
REQUESTS = {
    "discover": [lambda database: ("GET", "/", None)],
    "health": [lambda database: ("GET", "/health/live", None), lambda database: ("GET", "/health/ready", None)],
    "listDatabases": [lambda database: ("GET", "/db", None)],
    "describeDatabase": [lambda database: ("GET", f"/db/{database}", None)],
    "createDatabase": [lambda database: ("PUT", f"/db/{database}", None)],
    "dropDatabase": [lambda database: ("DELETE", "/db/matrix-dropped", None)],
    "readStatement": [statement("RETURN 1"), statement("EXPLAIN MATCH (n) RETURN n"), statement("SHOW INDEXES"),
                      lambda database: ("POST", f"/db/{database}/query/v2/tx", {"statement": "RETURN 1"})],
    "writeStatement": [statement("CREATE (:Matrix)"), statement("MATCH (n:Matrix) SET n.x = 1"),
                       statement("MERGE (:Matrix {x: 2})"), statement("MATCH (n:Matrix) DETACH DELETE n"),
                       statement("MATCH (n:Matrix) REMOVE n.x"), statement("UNWIND [1] AS x CREATE (:Matrix {x: x}) RETURN x"),
                       statement("FOREACH (x IN [1] | CREATE (:Matrix))"), statement("CALL { CREATE (m:Matrix) } RETURN 1"),
                       statement("PROFILE CREATE (:Matrix)"),
                       lambda database: ("POST", f"/db/{database}/query/v2/tx", {"statement": "CREATE (:Matrix)"})],
    "changeSchema": [statement("CREATE INDEX matrix IF NOT EXISTS FOR (n:Matrix) ON (n.x)"),
                     statement("DROP INDEX matrix IF EXISTS"),
                     statement("CREATE CONSTRAINT matrix2 IF NOT EXISTS FOR (n:Matrix) REQUIRE n.y IS UNIQUE"),
                     statement("DROP CONSTRAINT matrix2 IF EXISTS")],
    "loadCsv": [statement("LOAD CSV FROM 'file:///matrix.csv' AS row RETURN row"),
                statement("CALL { LOAD CSV FROM 'file:///matrix.csv' AS row RETURN row } RETURN count(*)")],
    "readSchema": [lambda database: ("GET", f"/db/{database}/schema", None)],
    "seeQueries": [lambda database: ("GET", "/queries", None)],
    "endQueries": [lambda database: ("DELETE", "/queries/0123456789abcdef", None)],
    "manageKeys": [lambda database: ("GET", "/api/v1/keys", None), lambda database: ("DELETE", "/api/v1/keys/0123456789ab", None)],
    "readJournal": [lambda database: ("GET", f"/api/v1/journal?database={database}", None)],
    "readAccessLog": [lambda database: ("GET", "/api/v1/access-log", None)],
    "readMetrics": [lambda database: ("GET", "/metrics", None)],
}


class Matrix(Case):
    @classmethod
    def setUpClass(cls):
        import tempfile
        cls.csv = tempfile.mkdtemp(prefix="xinpu-matrix-")
        with open(os.path.join(cls.csv, "matrix.csv"), "w", encoding="utf-8") as file:
            file.write("a\n")
        cls.arguments = ("--csv-folder", cls.csv)
        cls.addClassCleanup(__import__("shutil").rmtree, cls.csv, ignore_errors=True)
        super().setUpClass()

    def ask(self, request, role, database):
        method, path, body = request(database)
        answer = self.request(method, path, body, {**(JSON if body else {}), "X-Xinpu-Act-As": role})
        if body and path.endswith("/tx") and answer.status == 202:
            self.request("DELETE", f"{path}/{answer.json['transaction']['id']}")
        return answer

    def test_every_cell(self):
        self.assertIn(self.request("PUT", f"/db/{ELSEWHERE}").status, (200, 201))
        asked = 0
        for operation, reaches in table().items():
            for role, reach in reaches.items():
                for database in ("credit", ELSEWHERE, "matrix-absent"):
                    for number, request in enumerate(REQUESTS[operation]):
                        names_database = database in request(database)[1]
                        if database != "credit" and not names_database:
                            continue
                        if operation == "dropDatabase":
                            self.request("PUT", "/db/matrix-dropped")
                        allowed = reach in ("everywhere", "own") or (reach == "credit" and
                                                                     (database == "credit" or not names_database))
                        with self.subTest(f"{operation}[{number}] by {role} on {database}"):
                            answer = self.ask(request, role, database)
                            asked += 1
                            if allowed:
                                self.assertNotIn(answer.status, (401, 403), answer)
                                self.assertLess(answer.status, 500, answer)
                                if answer.status == 202:
                                    self.assertNotIn("errors", answer.json, answer)
                            else:
                                rest = request(database)[1].startswith("/api/v1")
                                self.assertEqual((answer.status, answer.error[0]),
                                                 (403, "FORBIDDEN" if rest else FORBIDDEN), answer)
                                self.assertIn(role, answer.error[1])
        self.assertGreater(asked, 400)

    def test_the_table_has_every_operation_of_the_code(self):
        with open(os.path.join(xinpu.ROOT, "server", "access", "operations.cpp"), encoding="utf-8") as file:
            lines = re.findall(r"\{Operation::\w+, +\"(\w+)\", +\{([^}]*)\}\}", file.read())
        words = {"kNo": "-", "kOwn": "own", "kUsual": "credit", "kAll": "everywhere"}
        roles = ["admin", "analyst", "loader", "department", "subject", "finance_office", "auditor"]
        found = {name: dict(zip(roles, [words[word.strip()] for word in reach.split(",")], strict=True))
                 for name, reach in lines}
        self.assertEqual(found, table())
        self.assertEqual(set(found), set(REQUESTS))

    def test_without_a_role_that_exists(self):
        answer = self.query("RETURN 1", headers={"X-Xinpu-Act-As": "root"})
        self.assertEqual(answer.status, 400, answer)


class Readers(Case):
    """What analysts and auditors must not reach by any road."""

    def test_no_statement_of_theirs_writes(self):
        self.rows("CREATE (:Kept {x: 1})")
        before = self.rows("MATCH (n) RETURN count(n)")
        for text in ("CREATE (:Kept)", "MATCH (n:Kept) SET n.x = 2", "MATCH (n) DETACH DELETE n", "MERGE (n:Kept {x: 3})"):
            for extra in ({}, {"accessMode": "Write"}, {"accessMode": "Read"}):
                answer = self.query(text, headers={"X-Xinpu-Act-As": "analyst"}, **extra)
                self.assertEqual((answer.status, answer.error[0]), (403, FORBIDDEN), answer)
        self.assertEqual(self.rows("MATCH (n) RETURN count(n)"), before)
        self.assertEqual(self.rows("MATCH (n:Kept) RETURN n.x"), [[1]])

    def test_a_write_inside_a_transaction_is_refused_and_ends_it(self):
        headers = {**JSON, "X-Xinpu-Act-As": "auditor"}
        begun = self.request("POST", "/db/credit/query/v2/tx", {"statement": "RETURN 1 AS x"}, headers)
        self.assertEqual(begun.status, 202, begun)
        path = f"/db/credit/query/v2/tx/{begun.json['transaction']['id']}"
        refused = self.request("POST", path, {"statement": "CREATE (:Sneaked)"}, headers)
        self.assertEqual((refused.status, refused.error[0]), (403, FORBIDDEN), refused)
        self.assertEqual(self.request("POST", path + "/commit", None, headers).status, 404)
        self.assertEqual(self.rows("MATCH (n:Sneaked) RETURN count(n)"), [[0]])

    def test_names_that_no_database_can_have_are_refused_alike(self):
        for name in ("A%20B", "system", "x", "%00", "..%2F..", "credit%20"):
            answer = self.request("POST", f"/db/{name}/query/v2", {"statement": "RETURN 1"}, {**JSON, "X-Xinpu-Act-As": "analyst"})
            self.assertEqual((answer.status, answer.error[0]), (403, FORBIDDEN), answer)
        for name in ("CREDIT", "neo4j", "Credit"):
            answer = self.request("POST", f"/db/{name}/query/v2", {"statement": "RETURN 1"}, {**JSON, "X-Xinpu-Act-As": "analyst"})
            self.assertEqual(answer.status, 202, answer)

    def test_use_does_not_lead_elsewhere(self):
        self.fresh("use-other")
        for database in ("use-other", "use-absent"):
            answer = self.query(f"USE `{database}` MATCH (n) RETURN count(n)", headers={"X-Xinpu-Act-As": "analyst"})
            self.assertEqual((answer.status, answer.error[0]), (403, FORBIDDEN), answer)

    def test_personal_properties_come_masked_wherever_they_are_read(self):
        self.fresh("unused-here")
        self.rows("MATCH (n) DETACH DELETE n")
        self.rows("CREATE (:Company {uscc: 'c', name: '某公司', legalRepresentative: '欧阳修文'})")

        def seen(text, role):
            answer = self.query(text, headers={"X-Xinpu-Act-As": role})
            self.assertEqual(answer.status, 202, answer)
            self.assertNotIn("errors", answer.json, answer)
            return answer.json["data"]["values"]

        for role in ("analyst", "auditor"):
            for text in ("MATCH (c:Company) RETURN c.legalRepresentative", "MATCH (c:Company) RETURN c",
                         "MATCH (c:Company) RETURN properties(c)", "MATCH (c:Company) RETURN collect(c.legalRepresentative)",
                         "MATCH p = (c:Company) RETURN p", "MATCH (c:Company) RETURN c {.*}",
                         "MATCH (c:Company) RETURN c['legal' + 'Representative']"):
                self.assertIn("修文", str(seen(text, "admin")), text)
                self.assertNotIn("修文", str(seen(text, role)), text)
            self.assertIn("某公司", str(seen("MATCH (c:Company) RETURN c", role)))  # what is not personal stays
            for predicate in ("c.legalRepresentative = '欧阳修文'", "c.legalRepresentative ENDS WITH '文'",
                              "c.legalRepresentative =~ '.*修.*'", "size([x IN [c.legalRepresentative] WHERE x CONTAINS '修']) > 0"):
                text = f"MATCH (c:Company) WHERE {predicate} RETURN count(c)"
                self.assertEqual((seen(text, "admin"), seen(text, role)), ([[1]], [[0]]), text)

    def test_the_list_names_only_what_they_may_read(self):
        self.fresh("unlisted")
        listed = self.request("GET", "/db", headers={"X-Xinpu-Act-As": "auditor"}).json["databases"]
        self.assertEqual([one["name"] for one in listed], ["credit"])


if __name__ == "__main__":
    unittest.main()
