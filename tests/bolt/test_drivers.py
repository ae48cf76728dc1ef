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

    def python(self, folder):
        path = os.path.join(DRIVERS, folder)
        if not os.path.isdir(os.path.join(path, "neo4j")):
            print(f"left out: the Python driver in build/drivers/{folder} (tests/bolt/install-drivers)")
            return
        for dev in (True, False):
            with wire.serving(dev=dev) as server:
                key = ""
                if not dev:
                    with open(os.path.join(server.data, "admin.key"), encoding="ascii") as file:
                        key = file.read().strip()
                uris = f"bolt://127.0.0.1:{server.port},neo4j://127.0.0.1:{server.port}"
                self.check(self.outcomes([sys.executable, os.path.join(HERE, "driver_cases.py"), uris, key],
                                         PYTHONPATH=path))

    def test_python(self):
        self.python("python")

    def test_python_5(self):
        self.python("python-5")

    def javascript(self, folder):
        path = os.path.join(DRIVERS, folder, "node_modules", "neo4j-driver")
        if shutil.which("node") is None or not os.path.isdir(path):
            print(f"left out: the JavaScript driver in build/drivers/{folder} (tests/bolt/install-drivers)")
            return
        with wire.serving() as server:
            uris = f"bolt://127.0.0.1:{server.port},neo4j://127.0.0.1:{server.port}"
            self.check(self.outcomes(["node", os.path.join(HERE, "driver_cases.js"), path, uris]))

    def test_javascript(self):
        self.javascript("node")

    def test_javascript_4(self):
        self.javascript("node-4")


if __name__ == "__main__":
    unittest.main()
