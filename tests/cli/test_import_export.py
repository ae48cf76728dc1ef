"""`xinpu import` and `xinpu export` as a user meets them: counts, refusals, and three published sets."""

import csv
import json
import os
import shlex
import unittest

import xinpu

SETS = os.path.join(os.path.dirname(xinpu.ROOT), "shared", "data")
HEADERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")


class WithFiles(xinpu.Case):
    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return self.path(name)

    def run_on(self, command, *arguments, data="data"):
        return xinpu.run(command, *arguments, "--data", self.path(data))

    def counts(self, *arguments, data="data"):
        """Of an import: nodes, relationships, counts by label, by type."""
        done = self.run_on("import", *arguments, "--format", "json", data=data)
        self.expect(done, 0)
        result = json.loads(done.out)
        return result["nodes"], result["relationships"], result["labels"], result["types"]

    def export_arguments(self, data="data", folder="out"):
        self.expect(self.run_on("export", self.path(folder), data=data), 0, "import-arguments.txt")
        with open(self.path(folder, "import-arguments.txt"), encoding="utf-8") as file:
            return shlex.split(file.read())


class Import(WithFiles):
    def firms(self):
        return self.write("firms.csv", "code:ID,name,age:int\n1,东城商行,3\n2,\"a \"\"b\"\"\nc\",\n")

    def stakes(self):
        return self.write("stakes.csv", ":START_ID,:END_ID,share:decimal\n1,2,33.30\n")

    def test_counts_as_text_and_json(self):
        done = self.run_on("import", "--nodes", "Firm=" + self.firms(), "--relationships", "OWNS=" + self.stakes())
        self.expect(done, 0, ["(:Firm)", "[:OWNS]", "Imported 2 nodes and 1 relationships"])
        self.assertEqual(self.counts("--nodes", "Firm=" + self.firms(), data="other"), (2, 0, {"Firm": 2}, {}))
        self.expect(self.run_on("check"), 0, "ok")

    def test_a_database_that_is_not_empty(self):
        self.counts("--nodes", "Firm=" + self.firms())
        self.expect(self.run_on("import", "--nodes", "Firm=" + self.firms()), 1, err="is not empty (2 nodes)")

    def test_refusals_leave_nothing(self):
        bad = self.write("bad.csv", ":ID,age:int\n1,2\n2,x\n")
        for arguments, code, words in [
                (["--nodes", bad], 3, ["bad.csv', line 3, column 2 ('age:int')", "'x' is not int"]),
                (["--nodes", self.path("none.csv")], 2, "There is no file"),
                (["--nodes", "Firm="], 2, "a name is empty"),
                (["--nodes", self.firms(), "--relationships", self.stakes()], 3, "no type"),
                (["--nodes", self.firms(), "--delimiter", "ab"], 2, "'ab' is not one ASCII character"),
                ([], 2, "--nodes")]:
            with self.subTest(arguments):
                self.expect(self.run_on("import", *arguments), code, err=words)
        self.assertFalse(os.path.exists(self.path("data")))

    def test_tab_between_fields(self):
        file = self.write("tab.csv", ":ID\tname\n1\ta,b\n")
        self.assertEqual(self.counts("--nodes", "Firm=" + file, "--delimiter", "TAB")[0], 1)

    def test_the_schema_of_the_documentation(self):
        with open(os.path.join(xinpu.ROOT, "docs", "data-standard.md"), encoding="utf-8") as file:
            text = file.read()
        schema = self.write("schema.json", text.split("### schema.json")[1].split("```json")[1].split("```")[0])
        firms = self.write("firms.csv", ":ID,uscc,status\n1,A,active\n2,B,active\n3,A,active\n")
        self.expect(self.run_on("import", "--nodes", "Company:Subject=" + firms), 3,
                    err=["firms.csv', line 4", "'subject_uscc' allows one node"])
        self.write("firms.csv", ":ID,uscc,status\n1,A,active\n2,B,active\n")
        stakes = self.write("stakes.csv", ":START_ID,:END_ID,share:decimal,validFrom:date\n1,2,33.3,2020-01-01\n")
        self.expect(self.run_on("import", "--nodes", "Company:Subject=" + firms, "--relationships", "INVESTS_IN=" + stakes),
                    0, f"Indexes and constraints as in '{schema}'")
        self.expect(self.run_on("check"), 0, "ok")

    def test_chinese(self):
        done = self.run_on("import", "--nodes", "企业=" + self.firms(), "--lang", "zh")
        self.expect(done, 0, ["(:企业)", "已导入 2 个节点"])


class Export(WithFiles):
    def test_round_trip(self):
        firms = self.write("firms.csv", "code:ID,name,tags:string[],paid:decimal,on:date\n"
                                        "1,\"东城, \"\"商行\"\"\",a;b,5000.00,2026-11-24\n2,\"\",,,\n")
        stakes = self.write("stakes.csv", ":START_ID,:END_ID,:TYPE\n1,2,OWNS\n2,1,OWNS\n1,1,KNOWS\n")
        before = self.counts("--nodes", "Firm:Listed=" + firms, "--relationships", stakes)
        after = self.counts(*self.export_arguments(), data="back")
        self.assertEqual(after, before)
        again = self.export_arguments(data="back", folder="again")
        self.assertEqual([os.path.basename(each) for each in again],
                         [os.path.basename(each) for each in self.export_arguments(folder="third")])
        for name in sorted(os.listdir(self.path("out"))):
            if name != "import-arguments.txt":
                with open(self.path("out", name), "rb") as one, open(self.path("again", name), "rb") as other:
                    self.assertEqual(one.read(), other.read(), name)
        with open(self.path("out", "nodes-1.csv"), encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([(row["code:string"], row["name:string"], row["tags:string[]"], row["paid:decimal"], row["on:date"])
                          for row in rows], [("1", "东城, \"商行\"", "a;b", "5000.00", "2026-11-24"), ("2", "", "", "", "")])

    def test_classes_of_properties_and_text_indexes_come_back(self):
        self.expect(self.run_on("init"), 0)
        for statement in ("CREATE PROPERTY CLASS personal FOR (n:Firm) ON (n.phone)", "CREATE INDEX a FOR (n:Firm) ON (n.name)",
                          "CREATE TEXT INDEX b FOR (n:Firm) ON (n.name)", "CREATE (:Firm {name: 'x', phone: '1'})"):
            self.expect(self.run_on("query", statement), 0)
        self.counts(*self.export_arguments(), data="back")
        for shown in ("SHOW PROPERTY CLASSES", "SHOW INDEXES"):
            before, after = (self.run_on("query", "--format", "json", shown, data=data) for data in ("data", "back"))
            self.expect(after, 0, ["Firm"])
            self.assertEqual(after.out, before.out)

    def test_folders(self):
        self.expect(self.run_on("export", self.path("out")), 1, err="xinpu init")
        self.expect(self.run_on("init"), 0)
        self.write("file", "x")
        self.expect(self.run_on("export", self.folder), 1, err="not empty")
        self.expect(self.run_on("export", self.path("out")), 0, "Exported 0 nodes")


@unittest.skipUnless(os.path.isdir(SETS), "left out: the published sets (../shared/data) are not here")
class PublishedSets(WithFiles):
    def load(self, nodes, relationships, *more):
        arguments = [part for each in nodes for part in ("--nodes", each)]
        arguments += [part for each in relationships for part in ("--relationships", each)]
        counted = self.counts(*arguments, *more)
        self.expect(self.run_on("check"), 0, "ok")
        self.assertEqual(self.counts(*self.export_arguments(), data="back"), counted)
        self.expect(self.run_on("check", data="back"), 0, "ok")
        return counted

    def test_kek_media_ownership(self):
        def source(name, header, file):
            return f"{name}={HEADERS}/kek-{header}-header.csv,{SETS}/kek-media-ownership/{file}.csv"
        self.assertEqual(
            self.load([source("Company", "company", "company"), source("Medium", "media", "media")],
                      [source("OWNS", "shares", "shares"), source("OPERATES", "operates", "media")]),
            (4168, 4007, {"Company": 3065, "Medium": 1103}, {"OWNS": 2904, "OPERATES": 1103}))

    def test_cn_listed(self):
        def files(*names):
            return [f"{SETS}/cn-listed/{name}.csv" for name in names]
        nodes, _, labels, types = self.load(files("stock", "executive", "industry", "concept"),
                                            files("executive_stock", "stock_industry", "stock_concept"))
        self.assertEqual(nodes, 3188 + 20872 + 49 + 163)
        self.assertEqual({name: labels[name] for name in ("Company", "Person", "Industry", "Concept")},
                         {"Company": 3188, "Person": 20872, "Industry": 49, "Concept": 163})
        self.assertEqual(types["employ_of"], 24775)

    def test_snb_sf01_subset(self):
        def files(*pairs):
            return [f"{name}={SETS}/snb-sf01-subset/{file}.csv" for name, file in pairs]
        _, _, labels, types = self.load(
            files(*[(name, name) for name in ("Person", "Organisation", "Place", "TagClass")]),
            files(("KNOWS", "Person_knows_Person"), ("WORK_AT", "Person_workAt_Organisation"),
                  ("STUDY_AT", "Person_studyAt_Organisation"), ("IS_LOCATED_IN", "Person_isLocatedIn_Place"),
                  ("IS_LOCATED_IN", "Organisation_isLocatedIn_Place"), ("IS_PART_OF", "Place_isPartOf_Place"),
                  ("IS_SUBCLASS_OF", "TagClass_isSubclassOf_TagClass")),
            "--delimiter", "|")
        self.assertEqual((labels["Person"], labels["Organisation"], types["KNOWS"]), (1528, 7955, 7039))


if __name__ == "__main__":
    unittest.main()
