"""Keys: asked for without --dev, made at the first start, kept as hashes; roles."""

import base64
import json
import os
import shutil
import stat
import tempfile
import unittest

import xinpu
from serving import JSON, Answer, Case, Server

BODY = json.dumps({"statement": "RETURN 1 AS x"})
UNAUTHORIZED = "Neo.ClientError.Security.Unauthorized"


def basic(name, password):
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


class Keys(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="xinpu-keys-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = os.path.join(self.folder, "data")

    def serve(self):
        server = Server(self.data, dev=False)
        self.addCleanup(server.stop)
        return server

    def ask(self, server, authorization=None, method="POST", path="/db/credit/query/v2", **headers):
        connection = server.connect()
        connection.request(method, path, BODY if method == "POST" else None,
                           {**JSON, **headers, **({"Authorization": authorization} if authorization else {})})
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def test_first_key(self):
        server = self.serve()
        path = os.path.join(self.data, "admin.key")
        with open(path, encoding="utf-8") as file:
            key = file.read().strip()
        self.assertRegex(key, r"^xk_[0-9a-f]+_[0-9a-f]{64}$")
        for name in ("admin.key", "keys"):
            self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.data, name)).st_mode), 0o600)
        with open(os.path.join(self.data, "keys"), encoding="utf-8") as file:
            self.assertNotIn(key.rsplit("_", 1)[1], file.read())
        for authorization in (f"Bearer {key}", f"bearer {key}", basic("neo4j", key), basic("", key)):
            self.assertEqual(self.ask(server, authorization).status, 202, authorization)
        self.assertEqual(server.stop(), 0)
        again = self.serve()
        self.assertEqual(self.ask(again, f"Bearer {key}").status, 202)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read().strip(), key)

    def test_other_keys_made_before_the_first_start_leave_the_first_key_to_be_made(self):
        xinpu.run("init", "--data", self.data)
        self.assertEqual(xinpu.run("keys", "add", "--data", self.data, "--role", "analyst", "--name", "early").code, 0)
        server = self.serve()
        with open(os.path.join(self.data, "admin.key"), encoding="utf-8") as file:
            self.assertEqual(self.ask(server, f"Bearer {file.read().strip()}").status, 202)

    def test_what_is_refused(self):
        server = self.serve()
        with open(os.path.join(self.data, "admin.key"), encoding="utf-8") as file:
            key = file.read().strip()
        wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
        cases = [(None, "No authentication header supplied."), (f"Bearer {wrong}", "Invalid credential."),
                 ("Bearer xk_000000000000_0", "Invalid credential."), ("Bearer", "Invalid credential."),
                 (basic("neo4j", "neo4j"), "Invalid credential."), ("Basic !!!!", "Invalid credential."),
                 ("Foo bar", "Invalid credential."), (f"Bearer {key}x", "Invalid credential.")]
        for authorization, words in cases:
            with self.subTest(authorization):
                answer = self.ask(server, authorization)
                self.assertEqual((answer.status, answer.error), (401, (UNAUTHORIZED, words)), answer)
                self.assertEqual(answer.headers["www-authenticate"], 'Basic realm="xinpu", Bearer realm="xinpu"')

    def test_a_key_is_asked_before_the_database_is_looked_up(self):
        server = self.serve()
        for method, path in [("POST", "/db/nodb/query/v2"), ("GET", "/db"), ("PUT", "/db/new-one"), ("GET", "/nowhere")]:
            self.assertEqual(self.ask(server, None, method, path).status, 401, path)
        for path in ("/", "/health/live", "/health/ready"):
            self.assertEqual(self.ask(server, None, "GET", path).status, 200, path)

    def test_the_header_for_tests_is_nothing_without_dev(self):
        server = self.serve()
        self.assertEqual(self.ask(server, None, **{"X-Xinpu-Act-As": "admin"}).status, 401)


class Dev(Case):
    def test_any_credentials_are_accepted(self):
        for authorization in ("Bearer x", basic("neo4j", "neo4j"), "Foo"):
            self.assertEqual(self.query("RETURN 1", headers={"Authorization": authorization}).status, 202)
        self.assertFalse(os.path.exists(os.path.join(self.data, "admin.key")))

    def test_other_roles_send_no_statements(self):
        for role in ("loader", "department:11441900XP000001XM", "subject:91441900MA4W8GP42C", "finance_office"):
            answer = self.query("RETURN 1", headers={"X-Xinpu-Act-As": role})
            self.assertEqual((answer.status, answer.error[0]), (403, "Neo.ClientError.Security.Forbidden"), role)
        self.assertEqual(self.query("RETURN 1", headers={"X-Xinpu-Act-As": "king"}).status, 400)
        self.assertEqual(self.query("RETURN 1", headers={"X-Xinpu-Act-As": "admin"}).status, 202)

    def test_loopback_only(self):
        with tempfile.TemporaryDirectory() as folder:
            done = xinpu.run("serve", "--data", folder, "--dev", "--listen", "0.0.0.0:0", timeout=60)
            self.assertEqual(done.code, 2, done)
            self.assertIn("loopback", done.err)
            self.assertEqual(os.listdir(folder), [])


if __name__ == "__main__":
    unittest.main()
