"""GET /db/{database}/schema: what a graph is made of."""

import unittest

from serving import Case


class Schema(Case):
    def schema(self, database, headers=None):
        answer = self.request("GET", f"/db/{database}/schema", headers=headers)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def test_an_empty_one(self):
        self.fresh("empty-one")
        self.assertEqual(self.schema("empty-one"),
                         {"database": "empty-one", "nodes": 0, "relationships": 0, "labels": [], "relationshipTypes": [], "patterns": [],
                          "indexes": [], "constraints": [], "complete": True})

    def test_labels_types_properties_and_joins(self):
        name = self.fresh("graph-one")
        for statement in ("CREATE CONSTRAINT firm_key FOR (f:Firm) REQUIRE f.uscc IS UNIQUE", "CREATE INDEX firm_name FOR (f:Firm) ON (f.name)",
                          "UNWIND range(1, 1500) AS n CREATE (:Firm {uscc: toString(n), name: 'x'})",
                          "CREATE (:`a ``b` {v: 1}), (:`a ``b` {v: 'text'}), (:`a ``b`)",
                          "MATCH (a:Firm {uscc: '1'}), (b:Firm {uscc: '2'}) CREATE (a)-[:OWNS {share: 0.5, since: date('2020-01-01')}]->(b)",
                          "MATCH (a:Firm {uscc: '1'}), (c:`a ``b` {v: 1}) CREATE (c)-[:OWNS]->(a)"):
            self.assertEqual(self.query(statement, database=name).status, 202, statement)
        found = self.schema("Graph-ONE")
        self.assertEqual((found["nodes"], found["relationships"], found["complete"]), (1503, 2, True))
        self.assertEqual(found["labels"], [
            {"name": "Firm", "count": 1500, "sampled": 1000,
             "properties": [{"name": "name", "types": ["STRING"], "count": 1000}, {"name": "uscc", "types": ["STRING"], "count": 1000}]},
            {"name": "a `b", "count": 3, "sampled": 3, "properties": [{"name": "v", "types": ["INTEGER", "STRING"], "count": 2}]}])
        self.assertEqual(found["relationshipTypes"], [
            {"name": "OWNS", "count": 2, "sampled": 2,
             "properties": [{"name": "share", "types": ["FLOAT"], "count": 1}, {"name": "since", "types": ["DATE"], "count": 1}]}])
        self.assertEqual(found["patterns"], [{"from": "Firm", "type": "OWNS", "to": "Firm", "count": 1, "sampled": 2},
                                             {"from": "a `b", "type": "OWNS", "to": "Firm", "count": 1, "sampled": 2}])
        self.assertEqual([index["name"] for index in found["indexes"] if index["name"] == "firm_name"], ["firm_name"])
        self.assertEqual([(rule["name"], rule["labelsOrTypes"], rule["properties"]) for rule in found["constraints"]],
                         [("firm_key", ["Firm"], ["uscc"])])

    def test_roles(self):
        self.query("CREATE (:Company {legalRepresentative: '张三', regCapital: 5})")
        for role, status in (("analyst", 200), ("auditor", 200), ("loader", 403), ("subject:91310000MA1FL0001A", 403)):
            with self.subTest(role):
                headers = {"X-Xinpu-Act-As": role}
                self.assertEqual(self.request("GET", "/db/credit/schema", headers=headers).status, status)
        self.fresh("other-one")
        self.assertEqual(self.request("GET", "/db/other-one/schema", headers={"X-Xinpu-Act-As": "analyst"}).status, 403)

    def test_very_many_labels(self):
        name = self.fresh("many-labels")
        statement = "CREATE " + ", ".join(f"(:L{n})" for n in range(600))
        self.assertEqual(self.query(statement, database=name).status, 202)
        found = self.schema(name)
        self.assertEqual((len(found["labels"]), found["complete"]), (600, False))


if __name__ == "__main__":
    unittest.main()
