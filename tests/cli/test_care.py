"""Commands that keep databases: init, backup, restore, compact, journal."""

import fcntl
import hashlib
import json
import os
import unittest

import xinpu

READERS = [["journal", "tail"], ["journal", "verify"], ["journal", "export"]]


class WithDatabase(xinpu.Case):
    """A data folder with an empty database."""

    def setUp(self):
        super().setUp()
        self.data = self.path("data")
        self.expect(xinpu.run("init", "--data", self.data), 0)

    def run_on(self, *arguments):
        return xinpu.run(*arguments, "--data", self.data)

    def database(self, *names):
        return os.path.join(self.data, "databases", "credit", *names)


class Init(WithDatabase):
    def test_made_once(self):
        self.expect(self.run_on("init"), 1, err="There is a database in")

    def test_data_folder_from_the_environment(self):
        env = xinpu.clean_environment(XINPU_DATA=self.path("elsewhere"))
        self.expect(xinpu.run("init", env=env), 0, out="elsewhere")
        self.assertTrue(os.path.exists(self.path("elsewhere", "databases", "credit", "data.mdb")))

    def test_names(self):
        for name, code in [("abc", 0), ("Tax-2026", 0), ("ab", 2), ("1abc", 2), ("a b c", 2), ("../x", 2), ("x" * 63, 0),
                           ("x" * 64, 2), ("", 2), ("信用", 2)]:
            with self.subTest(name):
                self.expect(self.run_on("init", "--database", name), code)
        self.assertTrue(os.path.exists(os.path.join(self.data, "databases", "tax-2026", "data.mdb")))
        self.expect(self.run_on("journal", "verify", "--database", "TAX-2026"), 0)


class NotThere(xinpu.Case):
    def test_a_database_that_does_not_exist(self):
        for command in READERS + [["check"], ["compact"], ["backup", self.path("copy")]]:
            with self.subTest(command):
                self.expect(xinpu.run(*command, "--data", self.path("none")), 1, err="xinpu init")
        self.assertFalse(os.path.exists(self.path("copy")))
        self.assertFalse(os.path.exists(self.path("none")))


class Incomplete(WithDatabase):
    def test_every_command_says_that_the_load_must_be_run_again(self):
        with open(self.database("LOADING"), "w", encoding="utf-8"):
            pass
        for command in READERS + [["check"], ["compact"], ["backup", self.path("copy")]]:
            with self.subTest(command):
                self.expect(self.run_on(*command), 4, err="load incomplete: run it again")


class Locks(WithDatabase):
    def test_a_second_writer_is_told_who_writes_and_readers_go_on(self):
        persons = self.path("persons.csv")
        with open(persons, "w", encoding="utf-8") as file:
            file.write("pid,name_masked\n97ea87f7e45c00a5b6e1bf4dee154240,林*\n")
        with open(self.database("writer.lock"), "r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.truncate()
            lock.write("4711\n")
            lock.flush()
            self.expect(self.run_on("compact"), 4, err="process 4711 writes it")
            self.expect(self.run_on("load", "persons=" + persons), 4, err="locked by process 4711")
            for command in READERS:
                self.expect(self.run_on(*command), 0)
        self.expect(self.run_on("compact"), 0)

    def test_compact_does_not_swap_under_an_open_reader(self):
        self.expect(self.run_on("journal", "verify"), 0)  # leaves the lock's file
        with open(self.database("open.lock"), "r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            self.expect(self.run_on("compact"), 4, err="somebody reads it")
        self.expect(self.run_on("journal", "verify"), 0)
        self.expect(self.run_on("compact"), 0)
        self.assertFalse(os.path.exists(self.database("compact.part")))


class BackupAndRestore(WithDatabase):
    def test_round_trip(self):
        copy = self.path("copy")
        self.expect(self.run_on("backup", copy), 0, out=copy)
        self.expect(self.run_on("backup", copy), 1, err="holds a database or a backup already")
        self.expect(self.run_on("restore", copy), 1, err="already")
        self.expect(self.run_on("restore", copy, "--database", "again"), 0, out="up to journal entry 1; entry 2 notes it")
        self.expect(self.run_on("restore", copy, "--replace"), 0)
        for database in ("credit", "again"):
            entries = self.run_on("journal", "export", "--database", database).out.splitlines()
            self.assertEqual([json.loads(entry)["kind"] for entry in entries], ["create", "restore"])
            self.expect(self.run_on("check", "--database", database), 0, out="ok")

    def test_a_truncated_backup_is_refused(self):
        copy = self.path("copy")
        self.expect(self.run_on("backup", copy), 0)
        os.truncate(os.path.join(copy, "data.mdb"), os.path.getsize(os.path.join(copy, "data.mdb")) // 2)
        self.expect(self.run_on("restore", copy, "--database", "again"), 4)
        self.assertFalse(os.path.exists(os.path.join(self.data, "databases", "again", "data.mdb")))

    def test_a_folder_that_is_no_backup(self):
        self.expect(self.run_on("restore", self.folder, "--database", "again"), 1, err="There is no finished backup")


class Check(WithDatabase):
    def test_sound(self):
        done = self.run_on("check")
        self.expect(done, 0)
        self.assertEqual(done.out, "ok\n")

    def test_a_flipped_byte_and_a_truncated_file(self):
        with open(self.database("data.mdb"), "r+b") as file:
            whole = file.read()
            at = whole.index(b"local")  # the principal in a journal entry
            file.seek(at)
            file.write(b"L")
        damaged = self.run_on("check")
        self.expect(damaged, 4, out="checksum")
        with open(self.database("data.mdb"), "r+b") as file:
            file.write(whole)
            file.truncate(len(whole) // 2)
        self.expect(self.run_on("check"), 4, out="file")
        self.expect(self.run_on("journal", "verify"), 4)


class Journal(WithDatabase):
    def test_tail_in_each_format(self):
        self.expect(self.run_on("journal", "tail", "--format", "table"), 0, ["entry", "create"])
        answer = json.loads(self.run_on("journal", "tail").out)
        self.assertEqual(answer["fields"][:4], ["entry", "time", "kind", "principal"])
        self.assertEqual([row[0] for row in answer["values"]], [1])
        self.assertEqual(json.loads(self.run_on("journal", "tail", "--format", "jsonl").out)["kind"], "create")
        self.assertTrue(self.run_on("journal", "tail", "--format", "csv").out.startswith("entry,time,kind,principal,"))
        self.assertEqual(json.loads(self.run_on("journal", "tail", "--from", "2").out)["values"], [])

    def test_verify(self):
        self.expect(self.run_on("journal", "verify"), 0, "ok: 1 entries")

    def test_export_to_a_file_says_what_it_says_on_stdout(self):
        printed = self.run_on("journal", "export")
        self.expect(printed, 0)
        target = self.path("journal.jsonl")
        self.expect(self.run_on("journal", "export", target), 0)
        with open(target, encoding="utf-8") as file:
            self.assertEqual(file.read(), printed.out)
        entry = json.loads(printed.out)
        self.assertEqual((entry["entry"], entry["kind"], entry["changes"]), (1, "create", []))
        self.assertEqual(entry["payload"], hashlib.sha256(b"").hexdigest())
        self.assertTrue(entry["previous"].endswith("0" * 32), "the first link is the database id and zeros")

    def test_export_to_a_place_that_cannot_be_written(self):
        self.expect(self.run_on("journal", "export", self.path("no", "such", "folder")), 1, err="cannot be written")

    def test_values_of_options(self):
        self.expect(self.run_on("journal", "tail", "-n", "0"), 2, err="'0' is not a whole number from 1 to 1000000")
        self.expect(self.run_on("journal", "tail", "-n", "x", "--lang", "zh"), 2, err="“x”不是")
        self.expect(self.run_on("journal", "tail", "--format", "xml"), 2, err="table, json, jsonl, csv")


if __name__ == "__main__":
    unittest.main()
