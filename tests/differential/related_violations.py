#!/usr/bin/env python3
"""Compares `xinpu related-violations` with the brute force over the same CSV files, start by start.

    tests/differential/related_violations.py --data CSV_DIR --db DATA_DIR --starts 1000 [--second-opinion 100]

CSV_DIR holds the generator's files that DATA_DIR was loaded from. Half of the questions have the standard parameters,
the others vary date, hops, minimum share (often exactly a share that is there) and years. Every row, their order and
the summary must be equal. Prints what the starts cover; exit code 1 if an answer differs.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True

import brute_force  # noqa: E402
import programs  # noqa: E402
import sqlite_cte  # noqa: E402
import windows  # noqa: E402

MAIN_DATE = "2026-11-24"
CLI_TIME_LIMIT_S = 120
SHOWN_DIFFERENCES = 5


class Question:
    """One call of the main job."""

    def __init__(self, start, date=MAIN_DATE, hops=3, min_share="5", years=3):
        self.start = start
        self.date = date
        self.hops = hops
        self.min_share = min_share
        self.years = years

    def arguments(self):
        return ["--uscc", self.start, "--date", self.date, "--hops", str(self.hops), "--min-share", self.min_share,
                "--years", str(self.years)]

    def answer_of(self, opinion):
        return opinion.related_violations(self.start, self.date, self.hops, self.min_share,
                                          windows.window(self.date, self.years))

    def answer_of_cli(self, program, data_folder):
        command = [program, "related-violations", "--data", data_folder, "--format", "json", *self.arguments()]
        done = subprocess.run(command, capture_output=True, timeout=CLI_TIME_LIMIT_S, check=False)
        if done.returncode != 0:
            return {"exit": done.returncode, "stderr": done.stderr.decode("utf-8", "replace")}
        return json.loads(done.stdout.decode("utf-8"))


def draw(text, n):
    """A number in [0, n) that depends on the text alone: the same questions in every run."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big") % n


def difference(got, want):
    """None, or where two answers differ first."""
    if got == want:
        return None
    for part in ("fields", "summary"):
        if got.get(part) != want[part]:
            return f"{part}: got {got.get(part, got)}, want {want[part]}"
    for i, row in enumerate(want["values"]):
        if i >= len(got["values"]) or got["values"][i] != row:
            return f"row {i}: got {got['values'][i] if i < len(got['values']) else 'nothing'}, want {row}"
    return f"got {len(got['values'])} rows, want {len(want['values'])}; or members beside fields, values, summary: {list(got)}"


def in_cycles(city):
    """Firms that are their own indirect holder on the main date: (in a mutual holding, in a longer cycle)."""
    holds = {}
    for stake in city.stakes:
        if stake.investor in city.names and stake.valid_on(MAIN_DATE):
            holds.setdefault(stake.investor, set()).add(stake.company)
    mutual = {a for a, held in holds.items() for b in held if a in holds.get(b, ())}
    longer = set()
    for firm in holds:
        reached, waiting = set(), list(holds[firm])
        while waiting:
            node = waiting.pop()
            if node not in reached:
                reached.add(node)
                waiting += holds.get(node, ())
        if firm in reached and firm not in mutual:
            longer.add(firm)
    return mutual, longer


def adversarial(city):
    """Firms by what makes them hard, each list in an order that does not depend on the run."""
    mutual, longer = in_cycles(city)
    degree = {firm: len(stakes) for firm, stakes in city.stakes_of.items() if firm in city.names}
    first, last = windows.window(MAIN_DATE, 3)
    kinds = {
        "hubs": set(sorted(degree, key=lambda firm: (-degree[firm], firm))[:50]),
        "cross-holdings": mutual,
        "cycles": longer,
        "expired stakes": {s.company for s in city.stakes if s.valid_to and s.valid_to < MAIN_DATE},
        "shares at the threshold": {s.company for s in city.stakes if s.share == brute_force.scaled("5", 8)},
        "stakes from the very day": {s.company for s in city.stakes if s.valid_from == MAIN_DATE},
        "stakes to the very day": {s.company for s in city.stakes if s.valid_to == MAIN_DATE},
        "penalties on the first day": {p.party for p in city.penalties if p.date == first},
        "penalties on the last day": {p.party for p in city.penalties if p.date == last},
    }
    return {kind: sorted(firms, key=lambda firm: draw(firm, 1 << 62)) for kind, firms in kinds.items()}


def choose_starts(city, data_folder, count):
    """Every kind of hard start in turn for half of the places, then starts.csv, its strata mixed."""
    kinds = adversarial(city)
    chosen = {}
    for i in range(max(map(len, kinds.values()))):
        for firms in kinds.values():
            if i < len(firms) and len(chosen) < count // 2:
                chosen[firms[i]] = None
    listed = [row["uscc"] for row in brute_force.City.rows(data_folder, "starts.csv")]
    for firm in sorted(listed, key=lambda firm: draw(firm, 1 << 62)):
        if len(chosen) < count:
            chosen[firm] = None
    covered = {kind: len(set(firms) & set(chosen)) for kind, firms in kinds.items()}
    return list(chosen), covered


def questions(city, starts):
    """One question a start; every second one with other parameters than the standard ones."""
    dates = sorted(windows.LAST_DAYS)
    for i, start in enumerate(starts):
        if i % 2 == 0:
            yield Question(start)
            continue
        stakes = city.stakes_of.get(start)
        shares = ["0", "5", "50", "100"]
        if stakes:
            shares += [stakes[draw(start + "stake", len(stakes))].share_text] * 4
        yield Question(start, dates[draw(start + "date", len(dates))], draw(start + "hops", 7),
                       shares[draw(start + "share", len(shares))], 1 + draw(start + "years", 10))


def compare(city, program, db, asked, pool_size):
    """The differences, as text."""
    differences = []
    with concurrent.futures.ThreadPoolExecutor(pool_size) as pool:
        for question, got in zip(asked, pool.map(lambda q: q.answer_of_cli(program, db), asked)):
            found = difference(got, question.answer_of(city))
            if found:
                differences.append(f"related-violations {' '.join(question.arguments())}\n  {found}")
    return differences


def compare_opinions(city, folder, asked):
    """Where the brute force and the recursive statement differ: then neither may judge."""
    database = sqlite_cte.Database(folder)
    return [f"the two opinions on {' '.join(q.arguments())}\n  {found}" for q in asked
            if (found := difference(q.answer_of(database), q.answer_of(city)))]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", required=True, help="folder of the CSV files")
    arguments.add_argument("--db", help="data folder loaded from them; without it only the two opinions are compared")
    arguments.add_argument("--xinpu", default=os.path.join(programs.ROOT, "build", "release", "xinpu"))
    arguments.add_argument("--starts", type=int, default=1000)
    arguments.add_argument("--second-opinion", type=int, default=100, help="questions also asked of SQLite")
    arguments.add_argument("--pool", type=int, default=2, help="processes at once")
    options = arguments.parse_args()
    city = brute_force.City(options.data)
    starts, covered = choose_starts(city, options.data, options.starts)
    asked = list(questions(city, starts))
    print(f"{len(asked)} starts: " + ", ".join(f"{count} {kind}" for kind, count in covered.items()), flush=True)
    step = max(1, len(asked) // options.second_opinion) if options.second_opinion else len(asked) + 1
    differences = compare_opinions(city, options.data, asked[::step])
    print(f"two opinions on {len(asked[::step])} of them: {len(differences)} differ", flush=True)
    if options.db:
        found = compare(city, options.xinpu, options.db, asked, options.pool)
        print(f"xinpu: {len(asked) - len(found)} equal, {len(found)} differ")
        differences += found
    for text in differences[:SHOWN_DIFFERENCES]:
        print(text)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
