"""Both official statements over HTTP and `xinpu query`, against `related-violations` on a generated city."""

import collections
import csv
import decimal
import json
import os
import subprocess
import unittest

import xinpu
from serving import Case

DATASETS = ("companies", "persons", "investments", "roles", "penalties")
STARTS = 20 if os.environ.get("XINPU_TEST_QUICK") else 200
DATE = "2026-11-24"


def statement(name):
    with open(os.path.join(xinpu.ROOT, "docs", "statements", name + ".cypher"), encoding="utf-8") as file:
        return file.read()


def by_firm(rows):
    """What the statement by firm says, from the rows by penalty."""
    firms = collections.defaultdict(list)
    for uscc, name, _, _, _, _, _, fine in rows:
        firms[uscc, name].append(fine)
    counted = [[uscc, name, len(fines), sum((decimal.Decimal(fine) for fine in fines if fine is not None), decimal.Decimal())]
               for (uscc, name), fines in firms.items()]
    return sorted(counted, key=lambda row: (-row[2], row[0]))[:20]


def as_numbers(rows):
    return [[*row[:3], decimal.Decimal(row[3])] for row in rows]


def without_scale(rows):
    """Fines as numbers: one way in prints them with two places, the other as they are stored."""
    return [[*row[:7], None if row[7] is None else decimal.Decimal(row[7])] for row in rows]


class Official(Case):
    @classmethod
    def setUpClass(cls):
        try:
            generator = xinpu.program("xinpu-gen")
        except AssertionError:
            raise unittest.SkipTest("the official statements on a city: xinpu-gen is not built") from None
        super().setUpClass()
        cls.server.stop()  # the load needs the lock
        city = os.path.join(cls.folder, "city")
        os.makedirs(city)
        subprocess.run([generator, "--sf", "0.01", "--seed", "42", "--out", city], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        done = xinpu.run("load", "--data", cls.data, *[f"{name}={os.path.join(city, name)}.csv" for name in DATASETS])
        assert done.code == 0, done
        cls.server.__init__(cls.data)
        cls.connection.close()
        cls.connection = cls.server.connect()
        cls.addClassCleanup(cls.connection.close)
        with open(os.path.join(city, "starts.csv"), encoding="utf-8", newline="") as file:
            cls.starts = [row[0] for row in csv.reader(file)][1:STARTS + 1]

    def truth(self, uscc):
        done = xinpu.run("related-violations", "--data", self.data, "--uscc", uscc, "--date", DATE, "--format", "json")
        self.assertEqual(done.code, 0, done)
        return json.loads(done.out)["values"]

    def test_statements_equal_the_command(self):
        self.assertEqual(len(self.starts), STARTS)
        any_rows = 0
        for uscc in self.starts:
            rows = self.truth(uscc)
            any_rows += bool(rows)
            parameters = {"uscc": uscc, "minShare": 5, "date": DATE}
            with self.subTest(uscc):
                self.assertEqual(without_scale(self.rows(statement("by-penalty"), parameters=parameters)), without_scale(rows))
                self.assertEqual(as_numbers(self.rows(statement("by-firm"), parameters=parameters)), by_firm(rows))
        self.assertGreater(any_rows, STARTS // 10)

    def test_the_command_line_gives_the_same(self):
        for uscc in self.starts[:5]:
            rows = self.truth(uscc)
            for name, shape, wanted in (("by-penalty", without_scale, without_scale(rows)),
                                        ("by-firm", as_numbers, by_firm(rows))):
                with self.subTest(f"{name} {uscc}"):
                    done = xinpu.run("query", "--data", self.data, "--param", "uscc=" + uscc, "--param", "minShare:=5",
                                     "--param", "date=" + DATE, "-f",
                                     os.path.join(xinpu.ROOT, "docs", "statements", name + ".cypher"))
                    self.assertEqual(done.code, 0, done)
                    self.assertEqual(shape(json.loads(done.out)["values"]), wanted)


if __name__ == "__main__":
    unittest.main()
