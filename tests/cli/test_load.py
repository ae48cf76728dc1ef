"""`xinpu load` and `xinpu related-violations` as a user meets them: outputs, exit codes, repeated and refused loads."""

import csv
import json
import os
import signal
import subprocess
import unittest

import xinpu

SUBJECTS = "uscc,name,kind,status,founded,region,industry\n"
STAKES = "investor,investor_kind,uscc,share,amount,valid_from,valid_to\n"
PENALTIES = "doc_no,uscc,domain,organ,date,kind,amount,severity,publicity_until\n"
MOTHER, DAUGHTER, SISTER = "91441900MA4W8GP42C", "91441900MA1EXA9P4A", "91441900MA2EXB9PXX"


def check_character(code):
    """GB 32100-2015: the check character of the first 17."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    return letters[-sum(letters.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17])) % 31]


MOTHER, DAUGHTER, SISTER = [code[:17] + check_character(code) for code in (MOTHER, DAUGHTER, SISTER)]


class WithCity(xinpu.Case):
    """Three firms: a mother, a daughter of which it has 60 %, and one that is tied to nobody."""

    def setUp(self):
        super().setUp()
        self.data = self.path("data")
        self.write("companies.csv", SUBJECTS +
                   f"{MOTHER},东莞市甲有限公司,company,active,2020-01-02,441900,C38\n"
                   f"{DAUGHTER},东莞市乙有限公司,company,active,2021-03-04,441900,C38\n"
                   f"{SISTER},东莞市丙有限公司,company,active,2021-03-04,441900,C38\n")
        self.write("investments.csv", STAKES + f"{MOTHER},company,{DAUGHTER},60.00,600000.00,2021-03-04,\n")
        self.write("penalties.csv", PENALTIES +
                   f"东环罚〔2025〕1号,{DAUGHTER},environment,东莞市生态环境局,2025-10-15,罚款,4680.50,2,2026-10-15\n"
                   f"东环罚〔2025〕2号,{SISTER},environment,东莞市生态环境局,2025-10-15,罚款,100.00,2,2026-10-15\n")

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8", newline="") as file:
            file.write(text)

    def run_on(self, *arguments, **options):
        return xinpu.run(*arguments, "--data", self.data, **options)

    def load(self, *more):
        return self.run_on("load", *[f"{name}={self.path(name)}.csv" for name in
                                     ("companies", "investments", "penalties")], "--today", "2026-11-24", *more)

    def ask(self, *more, uscc=MOTHER):
        return self.run_on("related-violations", "--uscc", uscc, "--date", "2026-11-24", *more)


class Load(WithCity):
    def test_first_as_text_then_again_without_changes(self):
        self.expect(self.load(), 0, ["subject", "accepted", "journal entry"])
        again = json.loads(self.load("--format", "json").out)
        self.assertEqual(sorted(again), ["datasets", "journal", "seconds"])
        counts = {dataset["name"]: (dataset["rows"], dataset["accepted"], dataset["unchanged"], dataset["quarantined"])
                  for dataset in again["datasets"]}
        self.assertEqual(counts, {"subject": (3, 0, 3, 0), "capital": (1, 0, 1, 0), "penalty": (2, 0, 2, 0)})
        self.expect(self.run_on("check"), 0, out="ok")

    def test_bad_rows_go_to_quarantine_with_both_languages(self):
        with open(self.path("companies.csv"), "a", encoding="utf-8") as file:
            file.write(MOTHER[:17] + ("1" if MOTHER[17] != "1" else "2") + ",坏,company,active,2020-01-02,441900,C38\n")
        target = self.path("quarantine")
        done = self.load("--quarantine", target, "--format", "json")
        self.expect(done, 0)
        subject = next(d for d in json.loads(done.out)["datasets"] if d["name"] == "subject")
        self.assertEqual((subject["rows"], subject["accepted"], subject["quarantined"]), (4, 3, 1))
        with open(os.path.join(target, "subject.csv"), encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(list(rows[0]), ["file", "line", "column", "code", "message_zh", "message_en", "raw"])
        self.assertEqual((rows[0]["line"], rows[0]["column"]), ("5", "uscc"))
        self.assertTrue(rows[0]["message_zh"] and rows[0]["message_en"])
        self.assertTrue(os.path.exists(os.path.join(target, "receipt.json")))

    def test_strict_refuses_the_whole_load(self):
        with open(self.path("penalties.csv"), "a", encoding="utf-8") as file:
            file.write(f"东环罚〔2025〕3号,{DAUGHTER},environment,东莞市生态环境局,2025-02-30,罚款,1.00,2,\n")
        self.expect(self.load("--strict"), 3)
        self.expect(self.load(), 0)

    def test_wrong_usage(self):
        missing = self.path("absent.csv")
        for arguments, words in [
            ([], "DATASET=FILE"),
            (["firms=" + missing], "is not DATASET=FILE"),
            (["companies"], "is not DATASET=FILE"),
            (["companies=" + missing, "companies=" + missing], "given twice"),
            (["licences=" + missing], "is not built yet"),
            (["records=" + missing], "is not built yet"),
            (["companies=" + self.path("c.xlsx")], "is not built yet"),
            (["companies=" + self.path("c.jsonl")], "is not built yet"),
            (["companies=" + missing, "--today", "24.11.2026"], "YYYY-MM-DD"),
            (["companies=" + missing, "--timezone", "Moon/Sea"], "time zone"),
            (["companies=" + missing, "--memory", "1"], "whole number from 64"),
            (["companies=" + missing], "absent.csv"),
        ]:
            with self.subTest(arguments):
                self.expect(self.run_on("load", *arguments), 2, err=words)
        self.assertFalse(os.path.exists(os.path.join(self.data, "databases")), "nothing was made")

    def test_headers_of_the_data_standard_are_not_built_yet(self):
        self.write("companies.csv", "统一社会信用代码,企业名称,主体类型,登记状态\n1,2,3,4\n")
        self.expect(self.load(), 2, err="not built yet")

    def test_an_unknown_header_is_bad_input(self):
        self.write("companies.csv", "a,b\n1,2\n")
        self.expect(self.load(), 3, err="companies.csv")

    def test_ctrl_c_leaves_a_load_that_is_run_again(self):
        city = self.path("city")
        subprocess.run([xinpu.program("xinpu-gen"), "--sf", "0.01", "--seed", "42", "--out", city], check=True,
                       stderr=subprocess.DEVNULL)
        files = [f"{name}={city}/{name}.csv" for name in ("companies", "persons", "investments", "roles", "penalties")]
        running = subprocess.Popen([xinpu.program(), "load", "--data", self.data, *files], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, env=xinpu.clean_environment())
        self.addCleanup(running.stderr.close)
        marker = os.path.join(self.data, "databases", "credit", "LOADING")
        while not os.path.exists(marker) and running.poll() is None:
            pass
        running.send_signal(signal.SIGINT)
        code = running.wait(120)
        self.assertIn(code, (0, 1), "done before the signal came, or stopped on request")
        if os.path.exists(marker):
            self.assertEqual(code, 1)
            self.expect(self.ask(), 4, err="load incomplete: run it again")
        self.expect(self.run_on("load", *files), 0)
        self.expect(self.run_on("check"), 0, out="ok")


class RelatedViolations(WithCity):
    def setUp(self):
        super().setUp()
        self.expect(self.load(), 0)

    def test_json(self):
        answer = json.loads(self.ask("--format", "json").out)
        self.assertEqual(answer["fields"], ["uscc", "name", "hops", "docNo", "decidedOn", "domain", "authority", "fine"])
        self.assertEqual(answer["values"], [[DAUGHTER, "东莞市乙有限公司", 1, "东环罚〔2025〕1号", "2025-10-15", "environment",
                                             "东莞市生态环境局", "4680.50"]])
        self.assertEqual(answer["summary"], {"firms": 2, "violations": 1, "fines": "4680.50", "from": "2023-11-13",
                                             "to": "2026-11-13"})

    def test_table_is_for_people(self):
        done = self.ask("--format", "table")
        self.expect(done, 0, ["uscc", "东莞市乙有限公司", "2 firms, 1 violations, fines 4680.50 yuan", "answered in"])
        chinese = self.ask("--format", "table", "--lang", "zh")
        self.expect(chinese, 0, ["企业 2 家，违法违规 1 条，罚款合计 4680.50 元", "查询用时"])

    def test_csv_and_jsonl_are_rows_only(self):
        done = self.ask("--format", "csv")
        self.expect(done, 0, err="2 firms, 1 violations")
        self.assertEqual(len(done.out.splitlines()), 2)
        done = self.ask("--format", "jsonl")
        self.assertEqual(json.loads(done.out)["fine"], "4680.50")

    def test_bounds_of_the_walk(self):
        for more, firms in [(["--hops", "0"], 1), (["--min-share", "60"], 2), (["--min-share", "60.01"], 1),
                            (["--min-share", "0"], 2), (["--hops", "6"], 2)]:
            with self.subTest(more):
                self.assertEqual(json.loads(self.ask(*more).out)["summary"]["firms"], firms)

    def test_code_is_normalised(self):
        self.expect(self.ask(uscc=f" {MOTHER.lower()} "), 0)

    def test_refusals(self):
        unknown = "91441900MA4W8GP5" + "8"
        unknown += check_character(unknown)
        broken = MOTHER[:17] + ("1" if MOTHER[17] != "1" else "2")
        for arguments, code, words in [
            (["--uscc", unknown, "--date", "2026-11-24"], 1, unknown),
            (["--uscc", broken, "--date", "2026-11-24"], 2, "check digit"),
            (["--uscc", "abc", "--date", "2026-11-24"], 2, "unified social credit code"),
            (["--date", "2026-11-24"], 2, "'--uscc' is missing"),
            (["--uscc", MOTHER, "--date", "2026-02-30"], 2, "YYYY-MM-DD"),
            (["--uscc", MOTHER, "--date", "2026/11/24"], 2, "YYYY-MM-DD"),
            (["--uscc", MOTHER, "--date", "2028-03-01"], 1, "year 2028"),
            (["--uscc", MOTHER, "--hops", "7"], 2, "whole number from 0 to 6"),
            (["--uscc", MOTHER, "--hops", "-1"], 2, "whole number from 0 to 6"),
            (["--uscc", MOTHER, "--hops", "1.5"], 2, "whole number from 0 to 6"),
            (["--uscc", MOTHER, "--min-share", "101"], 2, "number from 0 to 100"),
            (["--uscc", MOTHER, "--min-share", "nan"], 2, "number from 0 to 100"),
            (["--uscc", MOTHER, "--years", "0"], 2, "whole number from 1 to 10"),
            (["--uscc", MOTHER, "--years", "11"], 2, "whole number from 1 to 10"),
        ]:
            with self.subTest(arguments):
                done = self.run_on("related-violations", *arguments)
                self.expect(done, code, err=words)
                self.assertEqual(done.out, "")


if __name__ == "__main__":
    unittest.main()
