"""Starts the real server on a free port and talks to it as a client does, with the standard library alone."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

import xinpu

JSON = {"Content-Type": "application/json"}
TYPED = {"Content-Type": "application/vnd.neo4j.query", "Accept": "application/vnd.neo4j.query.v1.0"}


class Server:
    """One `xinpu serve`."""

    def __init__(self, data, *arguments, dev=True):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [xinpu.program(), "serve", "--data", data, "--listen", "127.0.0.1:0", *(["--dev"] if dev else []), *arguments],
            stdout=subprocess.PIPE, stderr=self.errors, env=xinpu.clean_environment())
        line = self.process.stdout.readline().decode("utf-8")
        if not re.match("listening on https?://127.0.0.1:", line):
            self.stop()
            raise AssertionError(f"the server did not start: {line!r} {self.log()}")
        self.port = int(line.rsplit(":", 1)[1])

    def log(self):
        self.errors.seek(0)
        return self.errors.read().decode("utf-8")

    def connect(self, timeout=60):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def raw(self, timeout=60):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def stop(self, how=signal.SIGTERM):
        """The exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(timeout=120)
        self.process.stdout.close()
        return code


class Answer:
    """Status, headers (names in lower case) and body of one answer."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        """Code and message of the one error."""
        errors = self.json["errors"]
        assert len(errors) == 1, errors
        return errors[0]["code"], errors[0]["message"]

    def __repr__(self):
        return f"{self.status} {self.headers}\n{self.body[:2000]!r}"


class Case(unittest.TestCase):
    """Tests that share one server with `--dev`, and one connection to it."""

    maxDiff = None
    arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="xinpu-http-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.data = os.path.join(cls.folder, "data")
        cls.server = Server(cls.data, *cls.arguments)
        cls.addClassCleanup(cls.server.stop)
        cls.connection = cls.server.connect()
        cls.addClassCleanup(cls.connection.close)

    def request(self, method, path, body=None, headers=None, connection=None):
        connection = connection or self.connection
        data = body if body is None or isinstance(body, (bytes, str)) else json.dumps(body, ensure_ascii=False)
        data = data.encode("utf-8") if isinstance(data, str) else data
        connection.request(method, path, data, headers or {})
        return Answer(connection.getresponse())

    def query(self, statement, database="credit", headers=None, **members):
        return self.request("POST", f"/db/{database}/query/v2", {"statement": statement, **members},
                            {**JSON, **(headers or {})})

    def rows(self, statement, **members):
        answer = self.query(statement, **members)
        self.assertEqual(answer.status, 202, answer)
        self.assertNotIn("errors", answer.json)
        return answer.json["data"]["values"]

    def fresh(self, name):
        """An empty database of this name."""
        self.request("DELETE", f"/db/{name}")
        self.assertEqual(self.request("PUT", f"/db/{name}").status, 201)
        return name
