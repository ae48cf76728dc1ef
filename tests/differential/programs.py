"""Where the built programs are."""

import os
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def built(name):
    """A built program: in the tree that the tests run for, else in the release."""
    roots = [os.environ.get("XINPU_BUILD", ""), os.path.join(ROOT, "build", "release")]
    for root in roots:
        for folder in ("", "cli", "bench", os.path.join("bench", "gen")):
            path = os.path.join(root, folder, name)
            if root and os.path.isfile(path) and os.access(path, os.X_OK):
                return path
    raise unittest.SkipTest(f"tests/differential: {name} is not built")
