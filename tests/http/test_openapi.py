"""The description of the interface is true: each operation is sent, each answer held against it, and inputs made from it.

The validators are of PyPI (tests/http/install-openapi-tools puts them into build/openapi)."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

import xinpu
from serving import Case, Server

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = os.path.join(xinpu.ROOT, "build", "openapi", "bin")
LONG = os.environ.get("XINPU_TEST_LONG") == "1"


class Document(Case):
    def test_it_is_there_without_a_key_and_bears_the_version(self):
        answer = self.request("GET", "/openapi.json")
        self.assertEqual((answer.status, answer.headers["content-type"]), (200, "application/json"))
        document = answer.json
        self.assertEqual(document["openapi"], "3.1.0")
        self.assertEqual(document["info"]["version"], self.request("GET", "/").json["xinpu_version"])
        self.assertNotIn("@", answer.text.split('"paths"')[0])

    def test_the_page_names_every_path(self):
        with open(os.path.join(xinpu.ROOT, "docs", "http.md"), encoding="utf-8") as file:
            page = file.read().replace("{name}", "{database}").replace("tx/{id}", "tx/{transaction}")
        for path, item in self.request("GET", "/openapi.json").json["paths"].items():
            if not path.startswith("/api/v1/"):
                for method in {"get", "put", "post", "delete"} & item.keys():
                    self.assertIn(f"`{method.upper()} {path}`", page)


class WithTools(unittest.TestCase):
    def setUp(self):
        if not os.path.exists(os.path.join(TOOLS, "schemathesis")):
            self.left_out = True
            print("left out: the validators of OpenAPI are not in build/openapi (tests/http/install-openapi-tools)")
            return
        self.left_out = False

    def serving(self, dev):
        folder = tempfile.mkdtemp(prefix="xinpu-openapi-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        data = os.path.join(folder, "data")
        server = Server(data, "--time-limit", "5", dev=dev)
        self.addCleanup(server.stop)
        if dev:
            return server, ""
        with open(os.path.join(data, "admin.key"), encoding="ascii") as file:
            return server, file.read().strip()

    def test_every_operation_answers_as_described(self):
        if self.left_out:
            return
        server, key = self.serving(dev=False)
        done = subprocess.run([os.path.join(TOOLS, "python"), os.path.join(HERE, "openapi_cases.py"), str(server.port), key],
                              capture_output=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        found = json.loads(done.stdout)
        self.assertEqual(found["faults"], [])
        self.assertGreaterEqual(found["answers"], 50)

    def test_schemathesis_finds_nothing(self):
        if self.left_out:
            return
        server, _ = self.serving(dev=True)
        done = subprocess.run([os.path.join(HERE, "schemathesis"), str(server.port), "200" if LONG else "15"],
                              capture_output=True, timeout=3000 if LONG else 300, check=False)
        self.assertEqual(done.returncode, 0, done.stdout.decode()[-8000:] + done.stderr.decode()[-2000:])


if __name__ == "__main__":
    unittest.main()
