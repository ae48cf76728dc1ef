"""/metrics: the format as Prometheus reads it, numbers that follow what happens, and who may see them."""

import json
import os
import re
import shutil
import tempfile
import unittest

from serving import JSON, Answer, Case, Server

# https://prometheus.io/docs/instrumenting/exposition_formats/
LINE = re.compile(r'^(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?P<labels>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\})? (?P<value>[-+0-9.eE]+|NaN|[+-]Inf)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')


def read(text):
    """Checks what promtool checks; gives {name: {labels: value}} and {name: type}."""
    types, helps, values, order = {}, {}, {}, []
    for line in text.split("\n")[:-1]:
        if line.startswith("# HELP "):
            name, words = line[7:].split(" ", 1)
            assert name not in helps, f"two HELP lines of {name}"
            assert words, f"no words for {name}"
            helps[name] = words
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            assert name not in types and kind in ("counter", "gauge", "histogram"), line
            types[name] = kind
        else:
            match = LINE.match(line)
            assert match, line
            name = match["name"]
            family = name
            for suffix in ("_bucket", "_sum", "_count"):
                if name.endswith(suffix) and types.get(name[:-len(suffix)]) == "histogram":
                    family = name[:-len(suffix)]
            assert family in types and family in helps, f"{name} has no TYPE or HELP before it"
            if not order or order[-1] != family:
                assert family not in order, f"lines of {family} do not stand together"
                order.append(family)
            labels = match["labels"] or ""
            pairs = LABEL.findall(labels)
            assert sum(len(n) + len(v) + 3 for n, v in pairs) + max(0, len(pairs) - 1) == len(labels), line
            key = frozenset(pairs)
            assert key not in values.setdefault(name, {}), f"twice: {line}"
            values[name][key] = float(match["value"])
    assert text.endswith("\n")
    for name, kind in types.items():
        assert name.startswith(("xinpu_", "process_")), name
        assert (kind == "counter") == name.endswith("_total"), f"{kind} {name}"
        assert not re.search("_(ms|millis|minutes|hours|kb|mb|mib|percent)(_|$)", name), f"no base unit: {name}"
        if kind == "histogram":
            buckets = {}
            for key, value in values[name + "_bucket"].items():
                labels = dict(key)
                buckets.setdefault(frozenset((n, v) for n, v in key if n != "le"), []).append((float(labels["le"]), value))
            for key, found in buckets.items():
                counts = [count for _, count in sorted(found)]
                assert counts == sorted(counts), f"buckets of {name} fall"
                assert sorted(found)[-1] == (float("inf"), values[name + "_count"][key]), name
    return values, types


def value(values, name, **labels):
    return values.get(name, {}).get(frozenset(labels.items()), 0)


class Metrics(Case):
    arguments = ("--metrics", "127.0.0.1:0", "--bolt", "127.0.0.1:0")

    def look(self):
        answer = self.request("GET", "/metrics")
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8")
        return read(answer.text)[0]

    def test_numbers_follow_what_happens(self):
        path = "/db/{database}/query/v2"
        before = self.look()
        for _ in range(5):
            self.rows("RETURN 1 AS x")
        self.rows("CREATE (:Counted) RETURN 1 AS x")
        self.query("RETURN 1 / 0")
        self.request("GET", "/nowhere")
        self.query("UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y WITH x WHERE x < 0 RETURN count(x)", maxExecutionTime=1)
        transaction = self.request("POST", "/db/credit/query/v2/tx", {}, JSON).json["transaction"]["id"]
        after = self.look()

        def grown(name, **labels):
            return value(after, name, **labels) - value(before, name, **labels)
        self.assertEqual(grown("xinpu_http_requests_total", method="POST", route=path, status="2xx"), 6)
        self.assertEqual(grown("xinpu_http_requests_total", method="POST", route=path, status="4xx"), 2)
        self.assertEqual(grown("xinpu_http_request_duration_seconds_count", method="POST", route=path), 8)
        self.assertGreater(grown("xinpu_http_request_duration_seconds_sum", method="POST", route=path), 0.5)
        self.assertEqual(grown("xinpu_http_requests_total", method="other", route="none", status="4xx"), 1)
        self.assertEqual(grown("xinpu_budget_exceeded_total", budget="time"), 1)
        self.assertEqual(grown("xinpu_statements_total", protocol="http", end="done"), 6)
        self.assertGreaterEqual(grown("xinpu_statements_total", protocol="http", end="failed"), 1)
        self.assertGreater(grown("xinpu_statement_duration_seconds_sum", protocol="http"), 0.5)
        self.assertEqual(grown("xinpu_errors_total", code="Neo.ClientError.Statement.ArithmeticError", detail=""), 1)
        self.assertEqual(value(after, "xinpu_transactions_open", database="credit"), 1)
        self.assertGreaterEqual(grown("xinpu_database_transactions_total", database="credit"), 1)
        self.assertGreaterEqual(grown("xinpu_database_commits_total", database="credit"), 1)
        self.assertGreaterEqual(grown("xinpu_statement_cache_hits_total", database="credit"), 4)
        self.assertGreaterEqual(grown("xinpu_statement_cache_misses_total", database="credit"), 2)
        self.assertGreater(value(after, "xinpu_database_journal_entries", database="credit"), 0)
        self.assertGreaterEqual(value(after, "xinpu_connections", protocol="http"), 1)
        self.assertGreater(value(after, "process_resident_memory_bytes"), 1 << 20)
        self.assertGreater(value(after, "process_open_fds"), 3)
        self.assertGreater(value(after, "xinpu_database_map_bytes", database="credit"),
                           value(after, "xinpu_database_file_bytes", database="credit"))
        self.request("DELETE", f"/db/credit/query/v2/tx/{transaction}")

    def test_a_name_that_clients_gave_is_escaped(self):
        self.fresh("metric-names")
        self.query("RETURN 1", database="metric-names")
        self.assertIn(frozenset({("database", "metric-names")}), self.look()["xinpu_database_file_bytes"])

    def test_the_port_of_its_own_has_nothing_else(self):
        port = next(int(line.rsplit(b":", 1)[1].split(b"/")[0])
                    for line in iter(self.server.process.stdout.readline, b"") if line.startswith(b"metrics on "))
        import http.client
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.addCleanup(connection.close)
        self.assertIn("xinpu_workers", read(self.request("GET", "/metrics", connection=connection).text)[0])
        self.assertEqual(self.request("HEAD", "/metrics", connection=connection).body, b"")
        for method, path in (("GET", "/db"), ("POST", "/metrics"), ("PUT", "/db/made-here"), ("GET", "/")):
            self.assertEqual(self.request(method, path, connection=connection).status, 404, (method, path))


class WithKeys(unittest.TestCase):
    def test_a_key_of_an_administrator_is_asked(self):
        folder = tempfile.mkdtemp(prefix="xinpu-metrics-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        server = Server(os.path.join(folder, "data"), dev=False)
        self.addCleanup(server.stop)
        with open(os.path.join(folder, "data", "admin.key"), encoding="utf-8") as file:
            key = file.read().strip()
        connection = server.connect()
        statuses = []
        for headers in ({}, {"Authorization": f"Bearer {key}"}):
            connection.request("GET", "/metrics", headers=headers)
            answer = Answer(connection.getresponse())
            statuses.append(answer.status)
        self.assertEqual(statuses, [401, 200])
        denied = read(answer.text)[0]["xinpu_access_denied_total"]
        self.assertEqual(denied[frozenset({("reason", "unauthorized")})], 1)


if __name__ == "__main__":
    unittest.main()
