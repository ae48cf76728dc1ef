"""The access log and the journal over REST: what is kept of denied, administrative and personal-data acts."""

import json
import os
import shutil
import tempfile
import time
import unittest

import xinpu
from serving import JSON, Answer, Case, Server


class Log(Case):
    def entries(self, after=0):
        answer = self.request("GET", f"/api/v1/access-log?limit=1000&after={after}", headers={"X-Xinpu-Act-As": "auditor"})
        self.assertEqual(answer.status, 200, answer)
        return answer.json["entries"]

    def last(self):
        return self.request("GET", "/api/v1/access-log?limit=1").json["last"]

    def new(self, kind, after):
        return [entry for entry in self.entries(after) if entry["kind"] == kind]

    def test_views_of_personal_data(self):
        self.rows("CREATE (:Person {pid: 'p1', nameMasked: '张*'}), (:Company {uscc: 'c1', name: '某公司'})")
        for role, masked in (("admin", False), ("analyst", True), ("auditor", True)):
            for repeat in range(2):  # the second one could be answered on a thread of the network
                before = self.last()
                answer = self.query("MATCH (p:Person) WHERE p.nameMasked IS NOT NULL RETURN p.nameMasked",
                                    headers={"X-Xinpu-Act-As": role})
                self.assertEqual(answer.status, 202, answer)
                found = self.new("personalData", before)
                self.assertEqual(len(found), 1, (role, repeat, found))
                self.assertEqual({name: found[0].get(name) for name in ("principal", "role", "action", "database", "masked", "peer", "count")},
                                 {"principal": "dev", "role": role, "action": "readStatement", "database": "credit", "masked": masked,
                                  "peer": "127.0.0.1", "count": 1})
                self.assertRegex(found[0]["statement"], r"^[0-9a-f]{16}$")
        before = self.last()
        self.rows("MATCH (p:Person {pid: 'p1'}) SET p.nameMasked = '李*'")
        self.assertEqual([entry["action"] for entry in self.new("personalData", before)], ["writeStatement"])

    def test_nothing_personal_is_not_kept(self):
        self.rows("CREATE (:Company {uscc: 'c2', name: '另一公司'})")
        before = self.last()
        for role in ("admin", "analyst"):
            answer = self.query("MATCH (c:Company) RETURN c.uscc, c.name", headers={"X-Xinpu-Act-As": role})
            self.assertEqual(answer.status, 202, answer)
        self.assertEqual(self.new("personalData", before), [])

    def test_inside_a_transaction(self):
        self.rows("CREATE (:Person {pid: 'p2', nameMasked: '王*'})")
        begun = self.request("POST", "/db/credit/query/v2/tx", {}, JSON).json["transaction"]["id"]
        before = self.last()
        path = f"/db/credit/query/v2/tx/{begun}"
        self.assertEqual(self.request("POST", path, {"statement": "MATCH (p:Person) RETURN p"}, JSON).status, 202)
        self.assertEqual(len(self.new("personalData", before)), 1)
        self.request("DELETE", path)

    def test_an_answer_that_breaks_off_after_rows_went_out(self):
        before = self.last()
        answer = self.query("UNWIND range(1, 2000000) AS x RETURN x, 1 / (x - 1900000)")
        self.assertEqual(answer.status, 202, answer)
        self.assertIn("errors", answer.json)
        self.assertGreater(len(answer.json["data"]["values"]), 1000)
        [entry] = self.new("personalData", before)
        self.assertEqual((entry["reason"], entry["masked"], entry["action"]), ("BrokenOff", False, "readStatement"))
        before = self.last()
        self.assertEqual(self.query("RETURN 1 / 0").status, 400)  # nothing went out
        self.assertEqual(self.new("personalData", before), [])

    def test_administrative_acts(self):
        before = self.last()
        self.request("PUT", "/db/audited")
        self.request("PUT", "/db/audited")  # it is there: nothing was done
        self.query("CREATE INDEX audited FOR (n:Audited) ON (n.x)", database="audited")
        self.query("DROP INDEX audited", database="audited")
        self.request("DELETE", "/db/audited")
        key = self.request("POST", "/api/v1/keys", {"role": "analyst", "name": "x"}, JSON).json["id"]
        self.request("DELETE", f"/api/v1/keys/{key}")
        xinpu.run("keys", "add", "--data", self.data, "--role", "analyst", "--name", "beside")
        found = self.new("administrative", before)
        self.assertEqual([(entry["action"], entry.get("database"), entry["principal"]) for entry in found],
                         [("createDatabase", "audited", "dev"), ("changeSchema", "audited", "dev"), ("changeSchema", "audited", "dev"),
                          ("dropDatabase", "audited", "dev"), ("manageKeys", None, "dev"), ("manageKeys", None, "dev"),
                          ("manageKeys", None, "local")])
        self.assertEqual([entry.get("subject") for entry in found[4:6]], [key, key])

    def test_the_command_line_reads_it_beside_the_server(self):
        self.query("CREATE (:T)", headers={"X-Xinpu-Act-As": "analyst"})
        last = self.last()
        done = xinpu.run("access-log", "verify", "--data", self.data)
        self.assertEqual((done.code, done.out), (0, f"ok: {last} entries, the chain is whole\n"), done)
        shown = json.loads(xinpu.run("access-log", "tail", "--data", self.data, "-n", "1", "--format", "json").out)
        entry = dict(zip(shown["fields"], shown["values"][0], strict=True))
        [told] = self.entries(last - 1)
        self.assertEqual((entry["entry"], entry["kind"], entry["action"], entry["peer"], entry["masked"]),
                         (last, told["kind"], told["action"], told["peer"], None))
        with tempfile.TemporaryDirectory() as nothing:
            self.assertEqual(xinpu.run("access-log", "verify", "--data", nothing).code, 1)

    def test_denials(self):
        before = self.last()
        self.query("CREATE (:T)", headers={"X-Xinpu-Act-As": "analyst"})
        self.query("RETURN 1", database="elsewhere", headers={"X-Xinpu-Act-As": "auditor"})
        self.request("GET", "/api/v1/keys", headers={"X-Xinpu-Act-As": "subject:91441900MA4W8GP42C"})
        found = self.new("denied", before)
        self.assertEqual([(entry["role"], entry["action"], entry.get("database"), entry["reason"]) for entry in found],
                         [("analyst", "writeStatement", "credit", "Forbidden"), ("auditor", "readStatement", "elsewhere", "Forbidden"),
                          ("subject", "manageKeys", None, "Forbidden")])

    def test_no_text_and_no_value_is_kept(self):
        before = self.last()
        secret = "4419001980010112345"
        self.query("MATCH (p:Person {pid: $pid}) RETURN p, 'tellmenot'", parameters={"pid": secret})
        self.query("CREATE (:T {x: 'tellmenot'})", headers={"X-Xinpu-Act-As": "analyst"})
        text = json.dumps(self.entries(before))
        self.assertNotIn("tellmenot", text)
        self.assertNotIn(secret, text)
        with open(os.path.join(self.data, "audit", "data.mdb"), "rb") as file:
            content = file.read()
        self.assertNotIn(b"tellmenot", content)
        self.assertNotIn(secret.encode(), content)

    def test_pages_of_the_journal(self):
        self.fresh("journalled")
        for number in range(5):
            self.assertEqual(self.query(f"CREATE (:J {{x: {number}}})", database="journalled").status, 202)
        found, after, last = [], 0, None
        while last is None or after < last:
            page = self.request("GET", f"/api/v1/journal?database=journalled&limit=2&after={after}").json
            self.assertLessEqual(len(page["entries"]), 2)
            found += page["entries"]
            after, last = page["entries"][-1]["entry"], page["last"]
        self.assertEqual([entry["entry"] for entry in found], list(range(1, last + 1)))
        self.assertEqual(found[0]["kind"], "create")
        statement = found[-1]
        self.assertEqual((statement["kind"], statement["principal"], statement["counts"]["nodesCreated"]), ("statement", "dev", 1))
        self.assertRegex(statement["statement"], r"^[0-9a-f]{16}$")
        for query, status in [("database=absent-one", 404), ("limit=0", 422), ("after=-1", 422), ("after=x", 422), ("page=1", 400),
                              ("limit=1&limit=2", 400)]:
            self.assertEqual(self.request("GET", f"/api/v1/journal?{query}").status, status, query)


class Floods(unittest.TestCase):
    def test_a_flood_of_denials_is_counted(self):
        folder = tempfile.mkdtemp(prefix="xinpu-audit-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        server = Server(os.path.join(folder, "data"), dev=False)
        self.addCleanup(server.stop)
        with open(os.path.join(folder, "data", "admin.key"), encoding="utf-8") as file:
            key = file.read().strip()
        connection = server.connect()

        def ask(path, authorization):
            connection.request("GET", path, headers={"Authorization": authorization} if authorization else {})
            return Answer(connection.getresponse())

        for _ in range(500):
            self.assertEqual(ask("/db", None).status, 401)
        for _ in range(100):
            self.assertIn(ask("/db", f"Bearer xk_0123456789ab_{'0' * 64}").status, (401, 429))
        entries = ask("/api/v1/access-log", f"Bearer {key}").json["entries"]
        self.assertEqual([(entry["action"], entry["reason"]) for entry in entries],
                         [("authenticate", "Unauthorized"), ("authenticate", "AuthenticationRateLimit")])
        self.assertEqual(server.stop(), 0)  # at the end, what was counted is stored
        again = Server(os.path.join(folder, "data"), dev=False)
        self.addCleanup(again.stop)
        server = again
        connection = again.connect()
        entries = ask("/api/v1/access-log", f"Bearer {key}").json["entries"]
        self.assertEqual(sum(entry["count"] for entry in entries), 600, entries)
        self.assertLessEqual(len(entries), 4)

    def test_what_is_kept_survives_a_kill(self):
        import signal
        folder = tempfile.mkdtemp(prefix="xinpu-audit-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        server = Server(os.path.join(folder, "data"))
        self.addCleanup(server.stop)
        connection = server.connect()

        def ask(method, path, body=None):
            connection.request(method, path, json.dumps(body) if body else None, JSON)
            return Answer(connection.getresponse())

        query = "/db/credit/query/v2"
        self.assertEqual(ask("POST", query, {"statement": "CREATE (:Person {pid: 'k'})"}).status, 202)
        before = ask("GET", "/api/v1/access-log").json["last"]
        for _ in range(20):
            self.assertEqual(ask("POST", query, {"statement": "MATCH (p:Person) RETURN p.pid"}).status, 202)
        server.stop(signal.SIGKILL)
        server = Server(os.path.join(folder, "data"))
        self.addCleanup(server.stop)
        connection = server.connect()
        self.assertGreaterEqual(ask("GET", "/api/v1/access-log").json["last"], before + 20)


if __name__ == "__main__":
    unittest.main()
