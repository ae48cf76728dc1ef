"""Runs the examples of docs/*.md against the real binary and compares what they claim.

A page with ```cypher blocks is run through the server; each section (`##`) has an empty database of its own, and its
blocks run in the order of the page. ```cypher setup changes the database and answers nothing; before the first section
it belongs to every section; several statements end with `;`. ```params (a JSON object) gives the next statement its
parameters. What follows a ```cypher block says what it gives:
    ```rows      columns, then a line a row; a bag, unless the statement has an ORDER BY outside of brackets
    ```error     class and detail code, or the one that there is
    ```counters  `name number` of each counter that is not 0
    ```plan      operators that its plan has
```console blocks are commands behind `$ ` with what they print; they run in one folder a page.
"""

import collections
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

from xinpu import ROOT, Case, clean_environment, program

PAGES = os.path.join(ROOT, "docs")
STARTUP_S = 120

Block = collections.namedtuple("Block", "info text line section")


def blocks_of(path):
    """The fenced blocks of a page, each with the number of its section (0: before the first)."""
    found, section, fence = [], 0, None
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if fence is not None:
                if line.startswith("```"):
                    found.append(Block(fence[0], "".join(fence[2]), fence[1], section))
                    fence = None
                else:
                    fence[2].append(line)
            elif line.startswith("```"):
                fence = (line[3:].strip(), number, [])
            elif line.startswith("## "):
                section += 1
    if fence is not None:
        raise AssertionError(f"{path}:{fence[1]}: a block without end")
    return found


class Server:
    """`xinpu serve --dev` on a free port."""

    def __init__(self, folder, *options):
        self.process = subprocess.Popen(
            [program(), "serve", "--dev", "--data", folder, "--listen", "127.0.0.1:0", *options],
            env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        watchdog = threading.Timer(STARTUP_S, self.process.kill)
        watchdog.start()
        for line in self.process.stdout:
            listening = re.match(rb"listening on (http://\S+)", line)
            if listening:
                self.address = listening.group(1).decode()
                break
        else:
            raise AssertionError("the server ended before it listened")
        watchdog.cancel()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.process.stdout.close()

    def request(self, method, path, body=None):
        headers = {"Accept": "application/vnd.neo4j.query", "Content-Type": "application/json"}
        request = urllib.request.Request(self.address + path, method=method, headers=headers,
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer) if answer.status != 204 else {}
        except urllib.error.HTTPError as error:
            with error:
                return json.load(error)


def quoted(text):
    escapes = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\t": "\\t"}
    return "'" + "".join(escapes.get(character, character) for character in text) + "'"


def name(text):
    return text if re.fullmatch(r"\w+", text) else "`" + text.replace("`", "``") + "`"


def map_text(entries):
    return "{" + ", ".join(f"{name(key)}: {notation(entries[key])}" for key in sorted(entries)) + "}"


def node_text(value):
    labels = "".join(":" + name(label) for label in sorted(value["_labels"]))
    inside = [part for part in (labels, map_text(value["_properties"]) if value["_properties"] else "") if part]
    return "(" + " ".join(inside) + ")"


def relationship_text(value):
    properties = " " + map_text(value["_properties"]) if value["_properties"] else ""
    return f"[:{name(value['_type'])}{properties}]"


def path_text(elements):
    text = node_text(elements[0]["_value"])
    for at in range(1, len(elements), 2):
        step, before = elements[at]["_value"], elements[at - 1]["_value"]
        forward = step["_start_node_element_id"] == before["_element_id"]
        text += ("-" if forward else "<-") + relationship_text(step) + ("->" if forward else "-")
        text += node_text(elements[at + 1]["_value"])
    return f"<{text}>"


def notation(typed):
    """A typed JSON value as openCypher's test kit writes it."""
    kind, value = typed["$type"], typed["_value"]
    if kind == "Null":
        return "null"
    if kind == "Boolean":
        return "true" if value else "false"
    if kind in ("Integer", "Float"):
        return value
    if kind == "List":
        return "[" + ", ".join(notation(element) for element in value) + "]"
    if kind == "Map":
        return map_text(value)
    if kind == "Node":
        return node_text(value)
    if kind == "Relationship":
        return relationship_text(value)
    if kind == "Path":
        return path_text(value)
    return quoted(value)


def is_ordered(statement):
    """Whether ORDER BY stands outside of brackets behind the last WITH, so that it orders the answer."""
    depth, flat = 0, []
    for character in re.sub(r"'[^']*'|\"[^\"]*\"", "''", statement):
        depth += character in "([{"
        if depth == 0:
            flat.append(character)
        depth -= character in ")]}"
    last = re.split(r"\b(?:WITH|RETURN)\b", "".join(flat))[-1]
    return re.search(r"\bORDER BY\b", last) is not None


def operators(plan):
    return [plan["operatorType"].split("@")[0]] + [one for child in plan["children"] for one in operators(child)]


def seen(answer, kind, statement):
    """What a statement gave, in the words of a block of that kind."""
    errors = answer.get("errors")
    if errors:
        if kind != "error":
            return "error: " + errors[0]["message"]
        last = re.fullmatch(r"(\w+)(?: \((\w+)\))?", errors[0]["message"].rsplit("\n", 1)[-1])
        return " ".join(word for word in (last.group(2), last.group(1)) if word) if last else errors[0]["message"]
    if kind == "counters":
        return "\n".join(f"{key} {value}" for key, value in answer["counters"].items()
                         if value and not isinstance(value, bool))
    if kind == "plan":
        return operators(answer.get("queryPlan") or answer["profiledQueryPlan"])
    rows = [", ".join(map(notation, row)) for row in answer["data"]["values"]]
    return "\n".join([", ".join(answer["data"]["fields"])] + (rows if is_ordered(statement) else sorted(rows)))


def claimed(block, statement):
    text = block.text.rstrip("\n")
    if block.info == "plan":
        return text.split("\n")
    if block.info == "rows" and not is_ordered(statement):
        header, *rows = text.split("\n")
        return "\n".join([header] + sorted(rows))
    return text


class Statements(Case):
    def run_page(self, path):
        server = Server(self.path("data"))
        self.addCleanup(server.stop)
        blocks = [block for block in blocks_of(path)
                  if block.info.split(" ")[0] in ("cypher", "params", "rows", "error", "counters", "plan")]
        everywhere = [block for block in blocks if block.section == 0 and block.info == "cypher setup"]
        database, section, parameters = None, None, {}
        for at, block in enumerate(blocks):
            if block in everywhere:
                continue
            if block.section != section:
                section = block.section
                database = f"section-{section}"
                server.request("PUT", f"/db/{database}")
                for common in everywhere:
                    self.set_up(server, database, common)
            if block.info == "cypher setup":
                self.set_up(server, database, block)
            elif block.info == "params":
                parameters = json.loads(block.text)
            elif block.info == "cypher":
                claim = blocks[at + 1] if at + 1 < len(blocks) else block
                with self.subTest(f"{os.path.basename(path)}:{block.line}"):
                    self.assertIn(claim.info, ("rows", "error", "counters", "plan"), "a statement without its answer")
                    answer = self.ask(server, database, block.text, parameters)
                    if claim.info == "plan":
                        for operator in claimed(claim, block.text):
                            self.assertIn(operator, seen(answer, claim.info, block.text))
                    else:
                        self.assertEqual(seen(answer, claim.info, block.text), claimed(claim, block.text))
                parameters = {}

    def set_up(self, server, database, block):
        for statement in re.split(r";\s*\n|;\s*\Z", block.text):
            if statement.strip():
                answer = self.ask(server, database, statement, {})
                self.assertNotIn("errors", answer, f"setup in line {block.line}")

    @staticmethod
    def ask(server, database, statement, parameters):
        return server.request("POST", f"/db/{database}/query/v2",
                              {"statement": statement, "parameters": parameters, "includeCounters": True})

    def test_language(self):
        self.run_page(os.path.join(PAGES, "language.md"))

    def test_procedures(self):
        self.run_page(os.path.join(PAGES, "procedures.md"))

    def test_each_function_and_operator_is_named(self):
        with open(os.path.join(PAGES, "language.md"), encoding="utf-8") as file:
            page = file.read()
        server = Server(self.path("data"))
        self.addCleanup(server.stop)
        functions = server.request("POST", "/db/credit/query/v2", {"statement": "SHOW FUNCTIONS"})["data"]["values"]
        self.assertGreater(len(functions), 100)
        missing = [row[0]["_value"] for row in functions if f"`{row[0]['_value']}(" not in page]
        with open(os.path.join(ROOT, "query", "plan", "op_names.cpp"), encoding="utf-8") as file:
            missing += [one for one in re.findall(r'return "(\w+)";', file.read()) if f"`{one}`" not in page]
        self.assertEqual(missing, [])

    def test_no_page_with_statements_is_forgotten(self):
        pages = [page for page in sorted(os.listdir(PAGES)) if page.endswith(".md")]
        having = [page for page in pages
                  if any(block.info == "cypher" for block in blocks_of(os.path.join(PAGES, page)))]
        self.assertEqual(having, ["language.md", "procedures.md"])


class Limits(unittest.TestCase):
    """docs/limits.md says what the constants of the program are."""

    def test_each_limit(self):
        with open(os.path.join(PAGES, "limits.md"), encoding="utf-8") as file:
            rows = re.findall(r"\| `(\w+)` in `([^`]+)` \| `([^`]+)` \|$", file.read(), re.MULTILINE)
        self.assertGreater(len(rows), 40)
        for constant, path, value in rows:
            with self.subTest(f"{path}: {constant}"):
                with open(os.path.join(ROOT, path), encoding="utf-8") as file:
                    code = re.sub(r"//[^\n]*", "", file.read())
                found = re.search(constant + r"(?:\{([^}]*)\}|\s+=\s+([^;]*);)", code)
                self.assertIsNotNone(found, "no such constant")
                self.assertEqual(" ".join((found.group(1) or found.group(2)).split()), value)

    def test_no_limit_of_the_language_is_forgotten(self):
        with open(os.path.join(PAGES, "limits.md"), encoding="utf-8") as file:
            page = file.read()
        forgotten = []
        for room in ("syntax", "functions", "exec", "session"):
            folder = os.path.join(ROOT, "query", room)
            for name_of_file in sorted(os.listdir(folder)):
                if name_of_file.endswith(".h"):
                    with open(os.path.join(folder, name_of_file), encoding="utf-8") as file:
                        forgotten += [one for one in re.findall(r"constexpr std::size_t (k\w+Max)\b", file.read())
                                      if f"`{one}`" not in page]
        self.assertEqual(forgotten, [])


class Commands(Case):
    """Lines for a shell, with `xinpu` on the path."""

    def shell(self, commands, **environment):
        links = self.path("bin")
        os.makedirs(links, exist_ok=True)
        if not os.path.exists(os.path.join(links, "xinpu")):
            os.symlink(program(), os.path.join(links, "xinpu"))
        env = clean_environment(PATH=links + os.pathsep + os.environ["PATH"], **environment)
        done = subprocess.run(["sh", "-c", commands], cwd=self.folder, env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120, check=False)
        return done.returncode, done.stdout.decode("utf-8")

    def test_consoles(self):
        pages = [os.path.join(ROOT, "README.md")]
        pages += [os.path.join(PAGES, page) for page in sorted(os.listdir(PAGES)) if page.endswith(".md")]
        count = 0
        for page in pages:
            self.folder = tempfile.mkdtemp(dir=self.folder)
            for block in blocks_of(page):
                if block.info != "console":
                    continue
                for step in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                    command = re.match(r"(?:.*\\\n)*.*\n", step).group(0)
                    with self.subTest(f"{os.path.basename(page)}:{block.line}"):
                        _, printed = self.shell(command)
                        self.assertEqual(printed.replace("\r\n", "\n"), step[len(command):])
                        count += 1
        self.assertGreater(count, 0)

    def test_export_and_import(self):
        lines = next(block.text for block in blocks_of(os.path.join(PAGES, "cli.md")) if "xinpu export" in block.text)
        self.assertEqual(self.shell("xinpu init --data ./xinpu-data && xinpu query --data ./xinpu-data "
                                    "'CREATE (:A)-[:T]->(:B)'")[0], 0)
        code, printed = self.shell("set -e\n" + lines)
        self.assertEqual(code, 0, printed)
        code, printed = self.shell("xinpu query --data ./other-data --format csv 'MATCH (:A)-[:T]->(b:B) RETURN count(b) AS n'")
        self.assertEqual((code, printed.split()), (0, ["n", "1"]), printed)

    def test_backup_and_restore(self):
        lines = "".join(block.text for block in blocks_of(os.path.join(PAGES, "operations.md"))
                        if block.info == "sh" and block.text.startswith("xinpu "))
        self.assertIn("xinpu restore", lines)
        os.makedirs(self.path("backups"))
        code, printed = self.shell("set -e\nxinpu init --data ./xinpu-data\n" +
                                   lines.replace("/var/backups/xinpu", self.path("backups")))
        self.assertEqual(code, 0, printed)
        self.assertTrue(printed.rstrip().endswith("ok"), printed)

    def test_first_question_of_the_readme(self):
        """From the generator to the answer of both ways, on a smaller city; what builds the programs is left to the build."""
        blocks = [block.text for block in blocks_of(os.path.join(ROOT, "README.md"))
                  if block.info == "sh" and ("xinpu load" in block.text or "xinpu query" in block.text) and "serve" not in block.text]
        self.assertEqual(len(blocks), 2)
        lines = "".join(blocks).replace("--sf 0.1", "--sf 0.01").replace("build/release/", os.path.dirname(program()) + "/")
        lines = lines.replace("docs/statements", os.path.join(PAGES, "statements"))
        code, printed = self.shell("set -e\n" + "".join(line for line in lines.splitlines(True) if "scripts/build" not in line))
        self.assertEqual(code, 0, printed)
        answers = [json.loads(line) for line in printed.splitlines() if line.startswith('{"fields"')]
        self.assertEqual([answer["fields"][:2] for answer in answers], [["uscc", "name"], ["uscc", "name"]], printed)
        self.assertEqual(answers[0]["summary"]["violations"], sum(row[2] for row in answers[1]["values"]))

    def test_requests_over_http(self):
        """Each ```sh block with curl, in order on one server; the block behind it is what it prints (`…`: anything)."""
        blocks = blocks_of(os.path.join(PAGES, "http.md"))
        asked = [i for i, block in enumerate(blocks) if block.info == "sh" and "curl" in block.text]
        self.assertGreater(len(asked), 5)
        if self.shell("command -v curl")[0] != 0:
            self.skipTest("examples with curl, which is not installed")
        server = Server(self.path("data"), "--bolt", "127.0.0.1:0")
        self.addCleanup(server.stop)
        for at in asked:
            with self.subTest(f"docs/http.md:{blocks[at].line}"):
                curl = blocks[at].text[blocks[at].text.index("curl "):].replace("http://127.0.0.1:7474", server.address)
                code, printed = self.shell(curl)
                self.assertEqual(code, 0, printed)
                claim = re.escape(blocks[at + 1].text.strip()).replace("…", ".+?")
                claim = re.sub(r'(Available|Consumed)(After"):\d+', r"\1\2:\\d+", claim)
                self.assertRegex(printed.replace("\r\n", "\n").strip(), f"^{claim}$")
        text = next(block.text for block in blocks_of(os.path.join(ROOT, "README.md")) if "curl" in block.text)
        code, printed = self.shell(text[text.index("curl "):].replace("http://127.0.0.1:7474", server.address))
        self.assertEqual((code, json.loads(printed)["data"]), (0, {"fields": ["name"], "values": []}))


if __name__ == "__main__":
    unittest.main()
