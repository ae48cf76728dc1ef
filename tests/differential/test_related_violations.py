"""The main job against independent opinions: cases worked out by hand (edge/), then a generated city.

Needs a built `xinpu` for the comparison with it, and `xinpu-gen` for the city; without them the opinions alone are
held against the cases.
"""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

import brute_force
import programs
import related_violations
import sqlite_cte
import windows

EDGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "edge")
DATASETS = ("companies", "persons", "investments", "roles", "penalties")
CITY_STARTS = {"quick": [("0.01", 50)], "normal": [("0.01", 1000)], "long": [("0.01", 1000), ("0.1", 200)]}
SECOND_OPINIONS = 100
ABSENT = "91441900MA0000007J"  # check digits right, in no file of edge/


def load(csv_folder, data_folder):
    files = [f"{name}={os.path.join(csv_folder, name + '.csv')}" for name in DATASETS]
    done = subprocess.run([programs.built("xinpu"), "load", "--data", data_folder, "--format", "json", "--strict", *files],
                          capture_output=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"load: exit code {done.returncode}\n{done.stderr.decode('utf-8', 'replace')}")


class Edge(unittest.TestCase):
    """Cases whose answers were worked out by hand."""

    @classmethod
    def setUpClass(cls):
        with open(os.path.join(EDGE, "expected.json"), encoding="utf-8") as file:
            cls.cases = json.load(file)
        cls.folder = tempfile.mkdtemp(prefix="xinpu-edge-")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def check(self, answer_of):
        for case in self.cases:
            with self.subTest(case["name"]):
                question = related_violations.Question(case["uscc"], case["date"], case["hops"], case["minShare"],
                                                       case["years"])
                want = {"fields": brute_force.FIELDS, "values": case["values"], "summary": case["summary"]}
                self.assertIsNone(related_violations.difference(answer_of(question), want))

    def test_windows_are_those_of_the_cases(self):
        for case in self.cases:
            with self.subTest(case["name"]):
                self.assertEqual(windows.window(case["date"], case["years"]),
                                 (case["summary"]["from"], case["summary"]["to"]))

    def test_brute_force(self):
        city = brute_force.City(EDGE)
        self.check(lambda question: question.answer_of(city))

    def test_recursive_statement(self):
        database = sqlite_cte.Database(EDGE)
        self.check(lambda question: question.answer_of(database))

    def test_xinpu(self):
        data_folder = os.path.join(self.folder, "db")
        load(EDGE, data_folder)
        self.check(lambda question: question.answer_of_cli(programs.built("xinpu"), data_folder))

    def test_xinpu_refusals(self):
        data_folder = os.path.join(self.folder, "refusals")
        load(EDGE, data_folder)
        start = self.cases[0]["uscc"]
        refusals = [
            ("a valid code that no subject has", ["--uscc", ABSENT], 1),
            ("a wrong check digit", ["--uscc", start[:-1] + ("0" if start[-1] != "0" else "1")], 2),
            ("a code of 16 characters", ["--uscc", start[:-2]], 2),
            ("a year without calendar", ["--uscc", start, "--date", "2031-05-06"], 1),
            ("too many hops", ["--uscc", start, "--hops", "7"], 2),
            ("a share over the whole", ["--uscc", start, "--min-share", "100.01"], 2),
        ]
        for name, arguments, exit_code in refusals:
            with self.subTest(name):
                done = subprocess.run([programs.built("xinpu"), "related-violations", "--data", data_folder, *arguments],
                                      capture_output=True, check=False)
                self.assertEqual(done.returncode, exit_code, done.stderr)
                self.assertEqual(done.stdout, b"")
                self.assertNotEqual(done.stderr, b"")


class GeneratedCity(unittest.TestCase):
    """Many starts of a generated city, hard ones first."""

    def test_xinpu_equals_brute_force(self):
        mode = "long" if "XINPU_TEST_LONG" in os.environ else "quick" if "XINPU_TEST_QUICK" in os.environ else "normal"
        for scale, count in CITY_STARTS[mode]:
            with self.subTest(scale), tempfile.TemporaryDirectory(prefix="xinpu-city-") as folder:
                csv_folder, data_folder = os.path.join(folder, "csv"), os.path.join(folder, "db")
                subprocess.run([programs.built("xinpu-gen"), "--sf", scale, "--seed", "42", "--out", csv_folder],
                               stderr=subprocess.DEVNULL, check=True)
                load(csv_folder, data_folder)
                city = brute_force.City(csv_folder)
                starts, covered = related_violations.choose_starts(city, csv_folder, count)
                asked = list(related_violations.questions(city, starts))
                self.assertEqual([kind for kind, number in covered.items() if number == 0], [])
                step = max(1, len(asked) // SECOND_OPINIONS)
                self.assertEqual(related_violations.compare_opinions(city, csv_folder, asked[::step]), [])
                differences = related_violations.compare(city, programs.built("xinpu"), data_folder, asked, os.cpu_count() or 2)
                self.assertEqual(differences[:related_violations.SHOWN_DIFFERENCES], [])


if __name__ == "__main__":
    unittest.main()
