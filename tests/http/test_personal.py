"""Personal properties over HTTP: whatever an analyst or auditor asks, and in whatever form, nothing comes back in clear."""

import unittest

from serving import JSON, TYPED, Case

QUERY = "/db/credit/query/v2"
SECRETS = ("三丰", "0769-8812", "k77aa", "4711")  # behind the first character of each
GRAPH = (
    "CREATE CONSTRAINT FOR (p:Person) REQUIRE p.pid IS UNIQUE",
    "CREATE CONSTRAINT FOR (s:Subject) REQUIRE s.uscc IS UNIQUE",
    "CREATE INDEX FOR (s:Subject) ON (s.legalRepresentative)",
    "CREATE PROPERTY CLASS personal FOR (s:Subject) ON (s.phone)",
    "CREATE (:Subject {uscc: 'A', name: '甲', legalRepresentative: '张三丰', phone: '0769-8812'})"
    "<-[:INVESTS_IN {share: decimal('40')}]-(:Person {pid: 'xk77aa', nameMasked: '张**', income: 4711})",
)
# What they may ask; the answer is looked through as bytes, so any form and place counts.
ASKED = (
    "MATCH (n) RETURN n",
    "MATCH p = (s:Subject)--(q) RETURN p, properties(s) AS a, q {.*} AS b, [s.phone, q.pid] AS c",
    "MATCH (s:Subject) RETURN s.legalRepresentative AS l, s.phone AS p, reverse(s.phone) AS r ORDER BY s.phone",
    "MATCH (p:Person) UNWIND keys(p) AS k RETURN k, p[k] AS v",
    "MATCH (p:Person) RETURN collect(p) AS a, collect(p.pid) AS b, max(p.income) AS c, sum(p.income) AS d",
    "MATCH (p:Person) RETURN CASE WHEN p.income > 1000 THEN p.income ELSE p END AS x",
    "MATCH (s:Subject) RETURN COLLECT { MATCH (s)--(p:Person) RETURN p.pid } AS a, [(s)--(p) | p.income] AS b",
    "MATCH (s:Subject) CALL graph.related(s, {type: 'INVESTS_IN', hops: 1}) YIELD node RETURN node",
    "PROFILE MATCH (p:Person) WHERE p.income > 0 OR p.pid <> '' RETURN p, p.pid",
    "MATCH (s:Subject) RETURN s.phone + s.legalRepresentative AS x UNION MATCH (p:Person) RETURN toString(p.pid) AS x",
    # refused, and the message may quote nothing
    "MATCH (p:Person) RETURN p.pid / 2 AS x",
    "MATCH (s:Subject) RETURN date(s.phone) AS x",
    "MATCH (s:Subject) RETURN duration(s.legalRepresentative) AS x",
    "MATCH (s:Subject) RETURN [1, 2][s.phone] AS x",
)
# Each would give a row if the clear value were looked at.
ORACLES = (
    "MATCH (p:Person {pid: 'xk77aa'}) RETURN 1 AS x",
    "MATCH (p:Person) WHERE p.pid IN ['xk77aa'] RETURN 1 AS x",
    "MATCH (p:Person) WHERE p.income = 4711 RETURN 1 AS x",
    "MATCH (p:Person) WHERE p.income IS NOT NULL RETURN 1 AS x",
    "MATCH (s:Subject) WHERE s.legalRepresentative = '张三丰' RETURN 1 AS x",
    "MATCH (s:Subject) WHERE s.legalRepresentative >= '张三' AND s.legalRepresentative < '张四' RETURN 1 AS x",
    "MATCH (s:Subject) WHERE s.phone STARTS WITH '07' RETURN 1 AS x",
    "MATCH (s:Subject) WHERE s.phone =~ '0769.*' RETURN 1 AS x",
    "MATCH (s:Subject) WHERE EXISTS { (s)--(:Person {pid: 'xk77aa'}) } RETURN 1 AS x",
    "UNWIND ['xk77aa'] AS pid MATCH (p:Person) WHERE p.pid = pid RETURN 1 AS x",
    "MATCH (p:Person) WITH p, p.income AS i WHERE i > 0 RETURN 1 AS x",
    "MATCH (p:Person) WITH p ORDER BY p.income WITH collect(p.income) AS all UNWIND all AS x RETURN x",
)
FORMS = (
    JSON,
    TYPED,
    {**JSON, "Accept": "application/jsonl"},
    {**JSON, "Accept": "text/csv"},
)


class Personal(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("test_nothing_in_clear")
        for statement in GRAPH:
            answer = case.request("POST", QUERY, {"statement": statement}, JSON)
            assert answer.status == 202, answer

    def ask(self, statement, role, form=JSON, path=QUERY):
        return self.request("POST", path, {"statement": statement}, {**form, "X-Xinpu-Act-As": role})

    def test_the_admin_sees_all_of_it(self):
        answer = self.request("POST", QUERY, {"statement": ASKED[0]}, JSON)
        for secret in SECRETS:
            self.assertIn(secret, answer.text)

    def test_nothing_in_clear(self):
        for role in ("analyst", "auditor"):
            for statement in ASKED:
                for form in FORMS:
                    with self.subTest(role=role, statement=statement, form=form.get("Accept")):
                        answer = self.ask(statement, role, form)
                        self.assertIn(answer.status, (202, 400), answer)
                        for secret in SECRETS:
                            self.assertNotIn(secret, answer.text)

    def test_no_answer_tells_whether_a_guess_is_right(self):
        for statement in ORACLES:
            with self.subTest(statement):
                self.assertEqual(self.ask(statement, "analyst").json["data"]["values"], [])
                self.assertNotEqual(self.request("POST", QUERY, {"statement": statement}, JSON).json["data"]["values"], [])

    def test_right_and_wrong_guesses_fail_alike(self):
        for statement in ("MERGE (p:Person {pid: '%s'}) RETURN p", "CREATE (p:Person {pid: '%s'})",
                          "MATCH (p:Person {pid: '%s'}) SET p.seen = true", "MATCH (p:Person {pid: '%s'}) DELETE p"):
            right, wrong = (self.ask(statement % pid, "analyst") for pid in ("xk77aa", "xk77ab"))
            self.assertEqual((right.status, right.text), (403, wrong.text.replace("xk77ab", "xk77aa")))

    def test_plans_do_not_tell(self):
        right, wrong = (self.ask("EXPLAIN MATCH (p:Person {pid: '%s'}) RETURN p" % pid, "analyst")
                        for pid in ("xk77aa", "xk77ab"))
        self.assertNotIn("UniqueSeek", right.text)
        self.assertEqual(right.json["queryPlan"]["arguments"].get("EstimatedRows"),
                         wrong.json["queryPlan"]["arguments"].get("EstimatedRows"))

    def test_inside_a_transaction(self):
        begun = self.ask("MATCH (s:Subject) RETURN s.legalRepresentative AS l", "analyst", path=QUERY + "/tx")
        self.assertEqual(begun.json["data"]["values"], [["张**"]])
        path = f"{QUERY}/tx/{begun.json['transaction']['id']}"
        answer = self.ask("MATCH (p:Person) RETURN p", "analyst", path=path)
        for secret in SECRETS:
            self.assertNotIn(secret, answer.text)
        self.request("DELETE", path, None, {"X-Xinpu-Act-As": "analyst"})


if __name__ == "__main__":
    unittest.main()
