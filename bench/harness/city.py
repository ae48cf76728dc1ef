"""The work folder of a bench: programs, the generated city, reference rows, results."""

import hashlib
import json
import os

from harness import processes

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = ("xinpu", "xinpu-bench", "xinpu-gen", "xinpu-ideal-csr", "xinpu-bare-lmdb", "xinpu-sha-load")
FILES = {name: name + ".csv" for name in ("companies", "persons", "investments", "roles", "penalties")}
BATCH_MAX = 10000


class City:
    """One scale factor and seed, made on first use and kept in the work folder."""

    def __init__(self, options):
        self.sf = options.sf
        self.seed = options.seed
        self.build = os.path.abspath(options.build)
        self.work = os.path.abspath(options.work)
        name = f"{options.sf:g}" + ("" if options.seed == 42 else f".seed{options.seed}")
        self.data = os.path.join(self.work, "city." + name)
        self.rows = os.path.join(self.work, "rows." + name)
        self.databases = os.path.join(self.work, "databases." + name)
        self.results_file = os.path.join(self.work, f"results.{name}.jsonl")
        for folder in (self.work, self.rows, self.databases):
            os.makedirs(folder, exist_ok=True)

    def program(self, name):
        return os.path.join(self.build, name)

    def database(self, peer):
        return os.path.join(self.databases, peer)

    def file(self, name):
        return os.path.join(self.data, name)

    def build_programs(self, names):
        """Builds what is missing, in the release tree only."""
        missing = [name for name in names if not os.path.exists(self.program(name))]
        if not missing:
            return
        if self.build != os.path.join(ROOT, "build", "release"):
            raise processes.Failed(f"{self.build} has no {', '.join(missing)}")
        processes.run([os.path.join(ROOT, "scripts", "build"), *missing])

    def generate(self):
        """The six files, and batch.csv: the firms of Q5 in the form of starts.csv. Leaves them in the page cache."""
        if not os.path.exists(self.file("starts.csv")):
            processes.run([self.program("xinpu-gen"), "--sf", f"{self.sf:g}", "--seed", str(self.seed), "--out", self.data])
        if not os.path.exists(self.file("batch.csv")):
            self.write_batch()
        for name in os.listdir(self.data):
            with open(self.file(name), "rb") as file:
                while file.read(1 << 24):
                    pass

    def write_batch(self):
        part = self.file("batch.csv.part")
        with open(self.file("companies.csv"), encoding="utf-8") as companies, open(part, "w", encoding="utf-8") as out:
            next(companies)
            out.write("uscc,stratum,firms\n")
            count = 0
            for line in companies:
                uscc, _, kind, status, *_ = line.split(",")
                if kind == "company" and status == "active":
                    out.write(f"{uscc},batch,0\n")
                    count += 1
                    if count == BATCH_MAX:
                        break
        os.rename(part, self.file("batch.csv"))

    def start_results(self):
        open(self.results_file, "w", encoding="utf-8").close()

    def keep(self, line):
        """Adds the scale factor and the outcome of the comparison, and appends the line to the results."""
        line["sf"] = self.sf
        # graph.ownership sums cycles to their end, the question's walks stop after six stakes: nothing to compare.
        if "hash" in line and line["peer"] != "ideal_csr" and line["workload"] != "Q4ownership":
            line["ok"] = line["hash"] == self.reference_hash(line["workload"], line["n"])
        with open(self.results_file, "a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        processes.say("  " + " ".join(f"{k}={v}" for k, v in line.items() if k not in ("strata", "hash", "sf")))
        return line

    def results(self):
        with open(self.results_file, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def reference_hash(self, workload, n):
        """The hash of the first n reference rows: a runner whose time budget ended has answered a prefix."""
        path = os.path.join(self.rows, workload + ".rows")
        if n == 0 or not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            rows = file.read().split("\n")[:-1]
        if n > len(rows):
            return None
        return hashlib.sha256("\n".join(sorted(rows[:n])).encode("utf-8")).hexdigest()[:16]
