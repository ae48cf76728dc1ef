"""Starts the real binary for tests and gives back what a user sees: its outputs and its exit code."""

import os
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def program(name="xinpu"):
    """The built program: of XINPU_BUILD (set by tests/run), else of the release."""
    build = os.environ.get("XINPU_BUILD", os.path.join(ROOT, "build", "release"))
    for folder in ("", "cli", os.path.join("bench", "gen"), "bench"):
        path = os.path.join(build, folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise AssertionError(f"{name} is not built in {build}: run scripts/test, or set XINPU_BUILD")


class Done:
    """How a run ended."""

    def __init__(self, completed):
        self.code = completed.returncode
        self.out = completed.stdout.decode("utf-8")
        self.err = completed.stderr.decode("utf-8")

    def __repr__(self):
        return f"exit code {self.code}\nstdout: {self.out}\nstderr: {self.err}"


def clean_environment(**more):
    """Without what the caller's environment could change: language, data folder, width."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("LC_", "XINPU_DATA")) and name not in ("LANG", "LANGUAGE", "COLUMNS")}
    return {**kept, **more}


def run(*arguments, env=None, cwd=None, stdin=b"", timeout=600):
    return Done(subprocess.run([program(), *map(str, arguments)], env=env or clean_environment(), cwd=cwd, input=stdin,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, check=False))


class Case(unittest.TestCase):
    """A test with a folder of its own, gone afterwards."""

    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="xinpu-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def expect(self, done, code, out=None, err=None):
        """Exit code, and words that must stand in the outputs."""
        self.assertEqual(done.code, code, done)
        for words, text in ((out, done.out), (err, done.err)):
            for word in [words] if isinstance(words, str) else words or []:
                self.assertIn(word, text, done)
