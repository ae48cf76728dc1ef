#!/usr/bin/env python3
"""Runs the unittest cases of one file and prints one line `RESULT {"passed": N, "failed": [names]}` for tests/run.

    tests/run_python_file.py FILE SECONDS     after SECONDS it says where it stands and ends
"""

import faulthandler
import importlib
import json
import os
import sys
import unittest


class Cases(unittest.TextTestResult):
    """Counts cases, each sub-test of a table as one."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.passed = 0
        self.failed = []

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.failed.append(str(test.id()))

    def addError(self, test, err):
        super().addError(test, err)
        self.failed.append(str(test.id()))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is None:
            self.passed += 1
        else:
            self.failed.append(str(subtest.id()))

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.failed.append(str(test.id()))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print("left out: " + reason, flush=True)


def main():
    if len(sys.argv) > 2:
        faulthandler.dump_traceback_later(float(sys.argv[2]), exit=True)
    folder, name = os.path.split(os.path.abspath(sys.argv[1]))
    sys.path[:0] = [folder, os.path.dirname(os.path.abspath(__file__))]  # its own folder, and tests/xinpu.py
    suite = unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(name[:-len(".py")]))
    outcome = unittest.TextTestRunner(stream=sys.stdout, resultclass=Cases).run(suite)
    print("RESULT " + json.dumps({"passed": outcome.passed, "failed": outcome.failed}), flush=True)


if __name__ == "__main__":
    main()
