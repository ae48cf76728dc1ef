"""The official statement without `WITH DISTINCT f` counts a penalty once a trail: against a count of all trails.

A trail uses each stake at most once. In about one start of eight the answer differs from the one with DISTINCT, so a
breadth-first search in its place would be seen.
"""

import json
import os
import subprocess
import tempfile
import unittest

import brute_force
import programs
import related_violations
import windows
from test_related_violations import load

STATEMENT = """
MATCH (c:Subject {uscc: $uscc})
      -[e:INVESTS_IN WHERE e.share >= $minShare VALID ON $date]-{0,3}(f:Subject)
MATCH (f)<-[:AGAINST]-(p:Penalty)
WHERE p.decidedOn IN WINDOW 3 YEARS ENDING 7 WORKING DAYS BEFORE $date
RETURN count(p) AS violations, sum(p.fine) AS fines
"""
DATE = related_violations.MAIN_DATE
TRAILS_MAX = 100_000
STARTS = {"quick": 30, "normal": 100, "long": 200}


def trail_ends(city, start, hops, least):
    """How many trails of 0..hops stakes end at each node; None if there are too many to count by hand."""
    ends = {}
    used = set()
    count = 0

    def go(node, left):
        nonlocal count
        ends[node] = ends.get(node, 0) + 1
        count += 1
        if count > TRAILS_MAX:
            return
        if left == 0:
            return
        for stake in city.stakes_of.get(node, ()):
            if id(stake) in used or stake.share < least or not stake.valid_on(DATE):
                continue
            used.add(id(stake))
            go(stake.other(node), left - 1)
            used.remove(id(stake))

    go(start, hops)
    return ends if count <= TRAILS_MAX else None


class Trails(unittest.TestCase):

    def test_each_trail_counts(self):
        mode = "long" if "XINPU_TEST_LONG" in os.environ else "quick" if "XINPU_TEST_QUICK" in os.environ else "normal"
        first, last = windows.window(DATE, 3)
        with tempfile.TemporaryDirectory(prefix="xinpu-trails-") as folder:
            csv_folder, data_folder = os.path.join(folder, "csv"), os.path.join(folder, "db")
            subprocess.run([programs.built("xinpu-gen"), "--sf", "0.01", "--seed", "42", "--out", csv_folder],
                           stderr=subprocess.DEVNULL, check=True)
            load(csv_folder, data_folder)
            city = brute_force.City(csv_folder)
            starts, _ = related_violations.choose_starts(city, csv_folder, 3 * STARTS[mode])
            asked, several = 0, 0
            for start in starts:
                ends = trail_ends(city, start, 3, brute_force.scaled("5", brute_force.SHARE_PLACES))
                if ends is None or asked == STARTS[mode]:
                    continue
                asked += 1
                violations, fines, once = 0, 0, 0
                for firm, trails in ends.items():
                    for penalty in city.penalties_of.get(firm, ()) if firm in city.names else ():
                        if first <= penalty.date <= last:
                            violations += trails
                            fines += trails * penalty.fine
                            once += 1
                several += violations != once
                done = subprocess.run(
                    [programs.built("xinpu"), "query", "--data", data_folder, "--format", "json", "--param",
                     f"uscc={start}", "--param", "minShare:=5", "--param", f"date={DATE}", STATEMENT],
                    capture_output=True, check=False)
                self.assertEqual(done.returncode, 0, done.stderr.decode("utf-8", "replace"))
                (got,) = json.loads(done.stdout)["values"]
                self.assertEqual(got[0], violations, start)
                self.assertEqual(brute_force.scaled(str(got[1]), 2), fines, start)
            self.assertEqual(asked, STARTS[mode])
            self.assertGreater(several, asked // 20)


if __name__ == "__main__":
    unittest.main()
