"""Keys over REST and their life in a running server: made, listed, used, expired, revoked; failures throttled."""

import json
import os
import shutil
import tempfile
import time
import unittest

import xinpu
from serving import JSON, Answer, Case, Server

RATE = "Neo.ClientError.Security.AuthenticationRateLimit"
UNAUTHORIZED = "Neo.ClientError.Security.Unauthorized"
USCC = "91441900MA4W8GP42C"


class Rest(Case):
    def make(self, **members):
        return self.request("POST", "/api/v1/keys", members, JSON)

    def test_life(self):
        made = self.make(role="subject", scopes=[USCC], name="某公司", expires=30)
        self.assertEqual(made.status, 201, made)
        key = made.json
        self.assertRegex(key["key"], rf"^xk_{key['id']}_[0-9a-f]{{64}}$")
        self.assertEqual((key["role"], key["scopes"], key["name"], key["state"]), ("subject", [USCC], "某公司", "active"))
        listed = self.request("GET", "/api/v1/keys?limit=1000")
        self.assertNotIn(key["key"].rsplit("_", 1)[1], listed.text)
        [found] = [one for one in listed.json["keys"] if one["id"] == key["id"]]
        self.assertEqual(found, {name: value for name, value in key.items() if name != "key"})
        self.assertEqual(self.request("DELETE", f"/api/v1/keys/{key['id']}").status, 204)
        [found] = [one for one in self.request("GET", "/api/v1/keys").json["keys"] if one["id"] == key["id"]]
        self.assertEqual(found["state"], "revoked")
        self.assertEqual(self.request("DELETE", f"/api/v1/keys/{key['id']}").status, 204)

    def test_refusals(self):
        for members, status, code, field in [
                ({}, 422, "VALIDATION", "role"), ({"role": "king", "name": "x"}, 422, "VALIDATION", "role"),
                ({"role": 1, "name": "x"}, 422, "VALIDATION", "role"), ({"role": "admin"}, 422, "VALIDATION", "name"),
                ({"role": "admin", "name": 7}, 422, "VALIDATION", "name"),
                ({"role": "admin", "name": "x" * 201}, 422, "VALIDATION", "name"),
                ({"role": "admin", "name": "x", "scopes": [USCC]}, 422, "VALIDATION", "scopes"),
                ({"role": "subject", "name": "x"}, 422, "VALIDATION", "scopes"),
                ({"role": "subject", "name": "x", "scopes": USCC}, 422, "VALIDATION", "scopes"),
                ({"role": "department", "name": "x", "scopes": ["1"]}, 422, "VALIDATION", "scopes"),
                ({"role": "department", "name": "x", "scopes": ["N:a"] * 101}, 422, "VALIDATION", "scopes"),
                ({"role": "admin", "name": "x", "expires": 0}, 422, "VALIDATION", "expires"),
                ({"role": "admin", "name": "x", "expires": True}, 422, "VALIDATION", "expires"),
                ({"role": "admin", "name": "x", "expires": "2020-01-01"}, 422, "VALIDATION", "expires"),
                ({"role": "admin", "name": "x", "secret": "s"}, 400, "Neo.ClientError.Request.Invalid", None)]:
            with self.subTest(members):
                answer = self.make(**members)
                error = answer.json["errors"][0]
                self.assertEqual((answer.status, error["code"], error.get("field")), (status, code, field), answer)
        self.assertEqual(self.request("POST", "/api/v1/keys", "[]", JSON).status, 400)
        self.assertEqual(self.request("POST", "/api/v1/keys", "{}").status, 415)
        for path, status, code in [("/api/v1/keys/000000000000", 404, "NOT_FOUND"), ("/api/v1/nothing", 404, "NOT_FOUND")]:
            answer = self.request("DELETE", path)
            self.assertEqual((answer.status, answer.error[0]), (status, code), answer)
        for query in ("limit=0", "limit=1001", "limit=x", "after=zzz"):
            self.assertEqual(self.request("GET", f"/api/v1/keys?{query}").status, 422, query)
        self.assertEqual(self.request("GET", "/api/v1/keys?offset=1").status, 400)

    def test_pages(self):
        made = [self.make(role="analyst", name=f"page {number}").json["id"] for number in range(5)]
        found, after = [], ""
        while True:
            page = self.request("GET", f"/api/v1/keys?limit=2{after}").json["keys"]
            if not page:
                break
            self.assertLessEqual(len(page), 2)
            found += [key["id"] for key in page]
            after = f"&after={page[-1]['id']}"
        self.assertEqual(found[-5:], made)
        self.assertEqual(len(found), len(set(found)))


class Live(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="xinpu-keys-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = os.path.join(self.folder, "data")
        self.server = Server(self.data, dev=False)
        self.addCleanup(self.server.stop)
        with open(os.path.join(self.data, "admin.key"), encoding="utf-8") as file:
            self.admin = file.read().strip()

    def ask(self, key, method="POST", path="/db/credit/query/v2", body=None):
        connection = self.server.connect()
        body = body if body is not None else {"statement": "RETURN 1 AS x"} if method == "POST" else None
        connection.request(method, path, json.dumps(body) if body is not None else None,
                           {**JSON, **({"Authorization": f"Bearer {key}"} if key else {})})
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def make(self, *arguments):
        done = xinpu.run("keys", "add", "--data", self.data, "--name", "live", *arguments)
        self.assertEqual(done.code, 0, done)
        return done.out.strip()

    def soon(self, key, status):
        """Within a second, as the page says."""
        until = time.monotonic() + 1
        while self.ask(key).status != status and time.monotonic() < until:
            time.sleep(0.02)
        self.assertEqual(self.ask(key).status, status)

    def test_the_command_line_beside_the_server(self):
        key = self.make("--role", "analyst")
        self.soon(key, 202)
        self.assertEqual(self.ask(key, body={"statement": "CREATE (:T)"}).status, 403)
        done = xinpu.run("keys", "revoke", "--data", self.data, key.split("_")[1])
        self.assertEqual(done.code, 0, done)
        self.soon(key, 401)

    def test_a_key_made_before_the_first_start_leaves_the_administrator_one(self):
        data = os.path.join(self.folder, "early")
        self.assertEqual(xinpu.run("init", "--data", data).code, 0)
        early = xinpu.run("keys", "add", "--data", data, "--name", "early", "--role", "auditor").out.strip()
        self.server.stop()
        self.server = Server(data, dev=False)
        self.addCleanup(self.server.stop)
        with open(os.path.join(data, "admin.key"), encoding="utf-8") as file:
            self.assertEqual(self.ask(file.read().strip(), body={"statement": "CREATE (:T)"}).status, 202)
        self.assertEqual(self.ask(early).status, 202)

    def test_over_rest_at_once(self):
        made = self.ask(self.admin, "POST", "/api/v1/keys", {"role": "analyst", "name": "rest"}).json
        self.assertEqual(self.ask(made["key"]).status, 202)
        begun = self.ask(made["key"], "POST", "/db/credit/query/v2/tx", {})
        self.assertEqual(begun.status, 202, begun)
        self.assertEqual(self.ask(self.admin, "DELETE", f"/api/v1/keys/{made['id']}").status, 204)
        self.assertEqual(self.ask(made["key"]).status, 401)
        path = f"/db/credit/query/v2/tx/{begun.json['transaction']['id']}"
        self.assertEqual(self.ask(made["key"], "POST", path).status, 401)
        last = self.ask(self.admin, "DELETE", f"/api/v1/keys/{self.admin.split('_')[1]}")
        self.assertEqual((last.status, last.error[0]), (409, "STATE_CONFLICT"), last)
        self.assertEqual(self.ask(self.admin).status, 202)

    def test_an_expired_key(self):
        key = self.make("--role", "analyst", "--expires", "1")
        self.soon(key, 202)
        file = os.path.join(self.data, "keys")
        with open(file, encoding="utf-8") as keys:
            lines = [json.loads(line) for line in keys]
        lines[-1]["expires"] = int(time.time()) - 1
        with open(file, "w", encoding="utf-8") as keys:
            keys.writelines(json.dumps(line) + "\n" for line in lines)
        self.soon(key, 401)

    def test_failures_are_throttled_and_right_keys_are_not(self):
        wrong = self.admin[:-1] + ("0" if self.admin[-1] != "0" else "1")
        answers = [self.ask(wrong) for _ in range(15)]
        self.assertEqual([answer.status for answer in answers], [401] * 10 + [429] * 5)
        self.assertEqual(answers[0].error[0], UNAUTHORIZED)
        self.assertEqual(answers[-1].error[0], RATE)
        self.assertEqual(answers[-1].headers["retry-after"], "6")
        rest = self.ask(wrong, "GET", "/api/v1/keys")
        self.assertEqual((rest.status, rest.error[0]), (429, "TOO_MANY"), rest)
        self.assertEqual(self.ask(self.admin).status, 202)
        self.assertEqual(self.ask(wrong).status, 429)  # a success gives nothing back

    def test_no_header_is_no_failed_attempt(self):
        for _ in range(20):
            self.assertEqual(self.ask(None).status, 401)
        self.assertEqual(self.ask(self.admin + "x").status, 401)


if __name__ == "__main__":
    unittest.main()
