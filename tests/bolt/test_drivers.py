"""The drivers that applications use, against a real server: those that tests/bolt/install-drivers has put into build/drivers."""

import json
import os
import shutil
import subprocess
import sys
import unittest

import wire
import xinpu

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVERS = os.path.join(xinpu.ROOT, "build", "drivers")
# Without keys or with one, in clear or over TLS with a certificate that nobody signed.
WAYS = [(False, "")] if os.environ.get("XINPU_TEST_QUICK") else [(True, ""), (False, ""), (False, "+ssc")]


class Drivers(unittest.TestCase):
    maxDiff = None

    def outcomes(self, command, **environment):
        done = subprocess.run(command, capture_output=True, timeout=300, check=False,
                              env=xinpu.clean_environment(**environment))
        self.assertEqual(0, done.returncode, done.stderr.decode())
        return json.loads(done.stdout.decode().strip().splitlines()[-1])

    def check(self, outcomes):
        self.assertGreater(len(outcomes), 5)
        for name, trouble in outcomes.items():
            if name != "version":
                with self.subTest(name):
                    self.assertEqual("", trouble)

    def drive(self, present, name, command, **environment):
        """`command` makes a command line of the addresses and the key; empty: --dev."""
        if not present:
            print(f"left out: the {name} (tests/bolt/install-drivers)")
            return
        for dev, suffix in WAYS:
            if suffix and shutil.which("openssl") is None:
                print(f"left out: the {name} over TLS (openssl)")
                continue
            with wire.serving(dev=dev, roles=() if dev else ("admin",), tls=bool(suffix)) as server:
                key = server.keys.get("admin", "")
                server.make_database("other", key)
                uris = f"bolt{suffix}://127.0.0.1:{server.port},neo4j{suffix}://127.0.0.1:{server.port}"
                with self.subTest(dev=dev, suffix=suffix):
                    self.check(self.outcomes(command(uris, key), **environment))

    def python(self, folder):
        path = os.path.join(DRIVERS, folder)
        self.drive(os.path.isdir(os.path.join(path, "neo4j")), f"Python driver in build/drivers/{folder}",
                   lambda uris, key: [sys.executable, "-W", "ignore", os.path.join(HERE, "driver_cases.py"), uris, key],
                   PYTHONPATH=path)

    def test_python(self):
        self.python("python")

    def test_python_5(self):
        self.python("python-5")

    def javascript(self, folder):
        path = os.path.join(DRIVERS, folder, "node_modules", "neo4j-driver")
        self.drive(shutil.which("node") is not None and os.path.isdir(path), f"JavaScript driver in build/drivers/{folder}",
                   lambda uris, key: ["node", os.path.join(HERE, "driver_cases.js"), path, uris, key])

    def test_javascript(self):
        self.javascript("node")

    def test_javascript_4(self):
        self.javascript("node-4")

    def test_java(self):
        path = os.path.join(DRIVERS, "java")
        self.drive(shutil.which("java") is not None and os.path.exists(os.path.join(path, "DriverCases.class")),
                   "Java driver in build/drivers/java",
                   lambda uris, key: ["java", "-cp", f"{path}:{path}/*", "DriverCases", uris, key])

    def test_go(self):
        path = os.path.join(DRIVERS, "go", "driver_cases")
        self.drive(os.access(path, os.X_OK), "Go driver in build/drivers/go", lambda uris, key: [path, uris, key])


if __name__ == "__main__":
    unittest.main()
