"""The programs in docs/bolt.md, run as they stand but for address and key, each with its driver from build/drivers."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import wire
import xinpu

DRIVERS = os.path.join(xinpu.ROOT, "build", "drivers")
HERE = os.path.dirname(os.path.abspath(__file__))


def program_of(language):
    with open(os.path.join(xinpu.ROOT, "docs", "bolt.md"), encoding="utf-8") as file:
        return re.search(rf"```{language}\n(.*?)```\n", file.read(), re.DOTALL).group(1)


class Documented(unittest.TestCase):
    def run_program(self, language, name, present, command, **environment):
        """`command` makes a command line of the program's path; it runs in the program's folder."""
        if not present:
            print(f"left out: the {language} example of docs/bolt.md (tests/bolt/install-drivers)")
            return
        with wire.serving(dev=False, roles=("admin",)) as server, tempfile.TemporaryDirectory() as folder:
            text = program_of(language)
            for old, new in (("127.0.0.1:7687", f"127.0.0.1:{server.port}"), ("KEY", server.keys["admin"])):
                self.assertIn(old, text)
                text = text.replace(old, new)
            path = os.path.join(folder, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            if language == "go":
                for module in ("go.mod", "go.sum"):
                    shutil.copy(os.path.join(HERE, "go", module), folder)
            done = subprocess.run(command(path), cwd=folder, capture_output=True, timeout=300, check=False,
                                  env=xinpu.clean_environment(**environment))
            self.assertEqual((0, "2\n"), (done.returncode, done.stdout.decode()), done.stderr.decode())

    def test_python(self):
        folder = os.path.join(DRIVERS, "python")
        self.run_program("python", "first.py", os.path.isdir(os.path.join(folder, "neo4j")),
                         lambda path: [sys.executable, path], PYTHONPATH=folder)

    def test_javascript(self):
        modules = os.path.join(DRIVERS, "node", "node_modules")
        self.run_program("js", "first.js", shutil.which("node") is not None and os.path.isdir(modules),
                         lambda path: ["node", path], NODE_PATH=modules)

    def test_go(self):
        present = shutil.which("go") is not None and os.path.exists(os.path.join(DRIVERS, "go", "driver_cases"))
        self.run_program("go", "first.go", present, lambda path: ["go", "run", path], GOFLAGS="-mod=mod", GOPROXY="off")

    def test_java(self):
        folder = os.path.join(DRIVERS, "java")
        self.run_program("java", "First.java", shutil.which("java") is not None and os.path.isdir(folder),
                         lambda path: ["java", "-cp", f"{folder}/*", path])


if __name__ == "__main__":
    unittest.main()
