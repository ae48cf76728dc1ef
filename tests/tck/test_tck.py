"""The openCypher TCK over HTTP against the real server: what passed once must pass from then on.

`passing.txt` holds, for each feature file, how many of its scenarios pass strictly (right rows, right side effects,
right error class); a number there may only grow. The feature files and their runner are not part of the project:
they lie beside it, and without them the test is left out. `python3 test_tck.py --write` writes the list anew.
"""

import collections
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
import xinpu  # noqa: E402  (tests/xinpu.py: finds the built programs)

RUNNER = os.path.join(os.path.dirname(ROOT), "shared", "tck", "tck_run.py")
PASSING = os.path.join(HERE, "passing.txt")
RUN_SECONDS_MAX = 900


def run_tck():
    """Counts by feature file: {"clauses/match/Match1": [scenarios, strict, detail]}, and the failures."""
    with tempfile.TemporaryDirectory(prefix="xinpu-tck-") as folder:
        server = subprocess.Popen([xinpu.program(), "serve", "--data", os.path.join(folder, "data"), "--dev", "--listen",
                                   "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            line = server.stdout.readline()
            address = re.search(r"http://\S+", line)
            if not address:
                raise AssertionError(f"the server said: {line!r}")
            report = os.path.join(folder, "report.json")
            subprocess.run([sys.executable, RUNNER, "--url", address[0].rstrip("/"), "--jobs", "2", "--json", report,
                            "--max-seconds", str(RUN_SECONDS_MAX)], stdout=subprocess.DEVNULL, check=False)
            with open(report, encoding="utf-8") as file:
                scenarios = json.load(file)["scenarios"]
        finally:
            server.terminate()
            server.wait()
            server.stdout.close()
    counts = collections.defaultdict(lambda: [0, 0, 0])
    failures = []
    for scenario in scenarios:
        if "skip" in scenario:
            continue
        count = counts[scenario["id"].split(" ")[0]]
        count[0] += 1
        count[1] += bool(scenario["strict"])
        count[2] += bool(scenario.get("detail", scenario["strict"]))
        if not scenario["strict"]:
            failures.append(f"{scenario['id']}: {scenario.get('why') or 'another error class'}")
    return counts, failures


def read_passing():
    with open(PASSING, encoding="utf-8") as file:
        lines = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return {name: int(number) for name, number in lines}


class Tck(unittest.TestCase):

    def test_what_passed_passes(self):
        if not os.path.exists(RUNNER):
            print("left out: the openCypher TCK, it is not beside the project (../shared/tck)")
            return
        counts, failures = run_tck()
        fewer = [f"{name}: {counts[name][1]} of {counts[name][0]}, {number} before" for name, number in read_passing().items()
                 if counts[name][1] < number]
        self.assertEqual(fewer, [], "\n".join(failures[:40]))


def write():
    counts, failures = run_tck()
    with open(PASSING, "w", encoding="utf-8") as file:
        file.write("# Scenarios of each feature file of the openCypher TCK that pass strictly. A number may only grow.\n")
        for name in sorted(counts):
            file.write(f"{name} {counts[name][1]}\n")
    total = [sum(count[i] for count in counts.values()) for i in range(3)]
    print("\n".join(failures))
    print(f"{total[0]} scenarios, {total[1]} strict, {total[2]} with detail code")


if __name__ == "__main__":
    if "--write" in sys.argv:
        write()
    else:
        unittest.main()
