"""`xinpu query` and `xinpu shell`: statements in process."""

import fcntl
import json
import os
import pty
import select
import signal
import subprocess
import unittest

import xinpu


class WithDatabase(xinpu.Case):
    def setUp(self):
        super().setUp()
        self.data = self.path("data")
        self.expect(xinpu.run("init", "--data", self.data), 0)

    def query(self, *arguments, stdin=b""):
        return xinpu.run("query", "--data", self.data, *arguments, stdin=stdin, timeout=120)

    def values(self, *arguments, stdin=b""):
        done = self.query(*arguments, stdin=stdin)
        self.expect(done, 0)
        return json.loads(done.out)["values"]

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)


class Forms(WithDatabase):
    def test_json(self):
        done = self.query("RETURN 1 AS x, 'a' AS y, 1e7 AS f, date('2026-11-24') AS d, decimal('5.00') AS m, [1, null] AS l")
        self.expect(done, 0)
        self.assertEqual(done.out, '{"fields":["x","y","f","d","m","l"],'
                                   '"values":[[1,"a",1.0E7,"2026-11-24","5.00",[1,null]]]}\n')

    def test_entities(self):
        self.expect(self.query("CREATE (:A {n: '甲'})-[:R {w: 1}]->(:B)"), 0)
        a, r, p = self.values("MATCH p = (a:A)-[r]->() RETURN a, r, p")[0]
        self.assertEqual((a["labels"], a["properties"]), (["A"], {"n": "甲"}))
        self.assertEqual((r["type"], r["startNodeElementId"]), ("R", a["elementId"]))
        self.assertEqual(p[:2], [a, r])
        table = self.query("--format", "table", "MATCH p = (a:A)-[r]->() RETURN p").out
        self.assertIn("(:A {n: '甲'})-[:R {w: 1}]->(:B)", table)

    def test_jsonl_and_csv(self):
        self.assertEqual(self.query("--format", "jsonl", "UNWIND [1, 2] AS x RETURN x, null AS n").out,
                         '{"x":1,"n":null}\n{"x":2,"n":null}\n')
        self.assertEqual(self.query("--format", "csv", "RETURN 'a,b' AS x, null AS n, '' AS e").out, 'x,n,e\r\n"a,b",,""\r\n')

    def test_table(self):
        done = self.query("--format", "table", "UNWIND ['东莞', 'x'] AS place RETURN place, size(place) AS n")
        self.expect(done, 0, ["place  n", "东莞   2", "x      1", "2 rows in "])
        self.expect(self.query("--format", "table", "CREATE (:A {x: 1})"), 0, ["1 nodes created", "1 properties set"])
        self.expect(self.query("--format", "table", "--lang", "zh", "CREATE (:A)"), 0, "新建节点 1")

    def test_explain_is_a_plan(self):
        self.assertIn("plan", json.loads(self.query("EXPLAIN MATCH (n:A) RETURN n").out)["summary"])
        self.expect(self.query("--format", "table", "EXPLAIN MATCH (n:A) RETURN n.x AS x"), 0, "n")


class Scripts(WithDatabase):
    def test_several_statements(self):
        done = self.query("CREATE (:A); MATCH (n:A) RETURN count(n) AS n; RETURN ';' AS s;")
        self.expect(done, 0)
        results = json.loads(done.out)
        self.assertEqual([result["values"] for result in results], [[], [[1]], [[";"]]])

    def test_from_a_file_and_from_standard_input(self):
        script = self.write("script.cypher", "RETURN 1 AS x // one; only\n;")
        self.assertEqual(self.values("-f", script), [[1]])
        self.assertEqual(self.values("-", stdin=b"RETURN 2 AS x"), [[2]])
        self.assertEqual(self.values(stdin="RETURN '信' AS x".encode()), [["信"]])

    def test_stops_at_the_first_error_and_keeps_what_was_done(self):
        done = self.query("CREATE (:A); RETURN 1/0; CREATE (:B)")
        self.expect(done, 1)
        self.assertEqual(json.loads(done.out), [{"fields": [], "values": []}])
        self.assertEqual(self.values("MATCH (n) RETURN labels(n)"), [[["A"]]])

    def test_errors_show_the_place(self):
        self.expect(self.query("RETURN x"), 1, err=["(line 1, column 8 (offset: 7))", "\n        ^", "UndefinedVariable"])

    def test_wrong_usage(self):
        self.expect(self.query(""), 2, err="There is no statement.")
        self.expect(self.query("RETURN 1", "-f", "x"), 2, err="both")
        self.expect(self.query("-f", self.path("none")), 1, err="cannot be read")
        self.expect(self.query("--timezone", "Mars/Base", "RETURN 1"), 2, err="Mars/Base")
        self.expect(self.query("--param", "x", "RETURN 1"), 2, err="NAME=TEXT")
        self.expect(self.query("--param", "=1", "RETURN 1"), 2, err="NAME=TEXT")
        self.expect(xinpu.run("query", "--data", self.path("none"), "RETURN 1"), 1, err="xinpu init")


class Parameters(WithDatabase):
    def test_texts_and_expressions(self):
        found = self.values("--param", "s=2026-11-24", "--param", "n:=3", "--param", 'd:=date("2026-11-24")', "--param", "e=a=b",
                            "--param", "l:=[1, $n]", "RETURN $s AS s, $n + 1 AS n, $d.year AS d, $e AS e, $l AS l")
        self.assertEqual(found, [["2026-11-24", 4, 2026, "a=b", [1, 3]]])

    def test_from_a_file(self):
        file = self.write("params.json", '{"n": 3, "f": 1.0, "m": {"k": [null, true]}, "s": "信"}')
        self.assertEqual(self.values("--params-file", file, "--param", "s=x", "RETURN $n, $f, $m, $s"),
                         [[3, 1.0, {"k": [None, True]}, "x"]])
        self.expect(self.query("--params-file", self.write("list.json", "[1]"), "RETURN 1"), 2, err="JSON object")
        self.expect(self.query("--params-file", self.write("bad.json", "{"), "RETURN 1"), 2, err="at byte")

    def test_a_missing_one(self):
        self.expect(self.query("RETURN $gone"), 1, err="gone")

    def test_an_expression_that_fails(self):
        self.expect(self.query("--param", "x:=1 +", "RETURN 1"), 1)
        self.expect(self.query("--param", "x:=1/0", "RETURN 1"), 1)


class Locks(WithDatabase):
    def test_reads_go_on_beside_a_writer_and_writes_do_not(self):
        with open(os.path.join(self.data, "databases", "credit", "writer.lock"), "r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.truncate()
            lock.write("4711\n")
            lock.flush()
            self.assertEqual(self.values("RETURN 1 AS x"), [[1]])
            self.expect(self.query("CREATE (:A)"), 4, err="locked by process 4711")

    def test_ctrl_c_stops_a_statement(self):
        process = subprocess.Popen(
            [xinpu.program(), "query", "--data", self.data, "--format", "jsonl",
             "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y RETURN x, y"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=xinpu.clean_environment())
        process.stdout.readline()  # rows flow: it runs
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 1)
        self.assertTrue(errors.startswith(b"xinpu: "), errors)


class Shell(WithDatabase):
    def shell(self, text, *arguments):
        return xinpu.run("shell", "--data", self.data, *arguments, stdin=text.encode(), timeout=120)

    def test_from_a_pipe(self):
        done = self.shell("CREATE (:A {x: 1});\nMATCH (n:A)\n  RETURN n.x AS x;\nRETURN ';\n' AS two, 1 AS x; RETURN 3 AS y;\n")
        self.expect(done, 0)
        results = [json.loads(line) for line in done.out.splitlines()]
        self.assertEqual([result["values"] for result in results], [[], [[1]], [[";\n", 1]], [[3]]])

    def test_the_last_statement_needs_no_semicolon(self):
        self.assertEqual(json.loads(self.shell("RETURN 1 AS x").out)["values"], [[1]])

    def test_commands(self):
        done = self.shell(":param n:=2\n:param s=a b\nRETURN $n + 1 AS n, $s AS s;\n:clear\n:help\n")
        self.expect(done, 0, ['"values":[[3,"a b"]]', ":schema"])
        done = self.shell("CREATE (:City {name: 'x'})-[:IN]->(:Province);\n:schema\n")
        self.expect(done, 0, [":City", ":Province", ":IN"])
        self.expect(self.shell(":exit\nRETURN 1/0;\n"), 0)
        self.expect(self.shell(":nonsense\n"), 2, err=":help")

    def test_a_script_stops_at_its_first_error(self):
        done = self.shell("RETURN x;\nCREATE (:A);\n")
        self.expect(done, 1, err="UndefinedVariable")
        self.assertEqual(self.values("MATCH (n) RETURN count(n)"), [[0]])

    def test_the_writer_is_free_between_statements(self):
        process = subprocess.Popen([xinpu.program(), "shell", "--data", self.data], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=xinpu.clean_environment())
        process.stdin.write(b"CREATE (:A);\n")
        process.stdin.flush()
        process.stdout.readline()
        self.expect(self.query("CREATE (:A)"), 0)
        out, errors = process.communicate(b"MATCH (n:A) RETURN count(n) AS n;\n", timeout=60)
        self.assertEqual(json.loads(out)["values"], [[2]], errors)

    def test_on_a_terminal(self):
        master, slave = pty.openpty()
        process = subprocess.Popen([xinpu.program(), "shell", "--data", self.data], stdin=slave, stdout=slave, stderr=slave,
                                   env=xinpu.clean_environment(TERM="xterm", XDG_STATE_HOME=self.folder), start_new_session=True)
        os.close(slave)
        seen = b""

        def until(word):
            nonlocal seen
            while word not in seen:
                self.assertTrue(select.select([master], [], [], 60)[0], seen)
                seen += os.read(master, 65536)
            seen = seen.split(word, 1)[1]

        def say(keys, answer, prompt=b"xinpu> "):
            """Types once there is a prompt: what is typed while the terminal still edits the line itself may be lost."""
            until(prompt)
            os.write(master, keys)
            until(answer)

        say(b"RETURN x;\r", b"UndefinedVariable")  # an error does not end it
        say(b"RETURN 1 +\r", b"\n")
        say(b"41 AS answer;\r", b"1 rows in ", prompt=b"     > ")
        say(b"half a line\x03", b"^C")  # Ctrl-C drops it
        say(b"RETURN size('ab') AS n;\r", b"1 rows in ")
        say(b"RETU\t1 AS done;\r", b"1 rows in ")  # Tab completes
        until(b"xinpu> ")
        os.write(master, b"\x04")
        try:
            while select.select([master], [], [], 60)[0] and os.read(master, 65536):
                pass
        except OSError:
            pass  # the terminal is gone with the shell
        self.assertEqual(process.wait(timeout=60), 0)
        os.close(master)
        history = self.path("xinpu", "history")
        self.assertEqual(os.stat(history).st_mode & 0o777, 0o600)
        with open(history, encoding="utf-8") as file:
            self.assertIn("answer", file.read())


if __name__ == "__main__":
    unittest.main()
