"""Options of the server: file, environment, command line; what is refused at the start."""

import os
import unittest

import xinpu
from serving import Server


class Configuration(xinpu.Case):
    def write(self, text):
        path = self.path("xinpu.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def check(self, text, *arguments, **environment):
        return xinpu.run("serve", "--config", self.write(text), "--check-config", *arguments,
                         env=xinpu.clean_environment(**environment), timeout=60)

    def test_what_holds_and_where_it_comes_from(self):
        done = self.check("workers = 3\ndrain_s = 4\n[limits]\nstatement_time_s = 5\n", "--time-limit", "7",
                          XINPU_DRAIN="6")
        self.assertEqual(done.code, 0, done)
        for line in ("workers = 3  # file", "drain_s = 6  # environment", "statement_time_s = 7  # command line",
                     "[limits]", "listen = '127.0.0.1:7474'  # default"):
            self.assertIn(line + "\n", done.out)
        # What was printed is a file that says the same.
        self.assertIn("statement_time_s = 7  # file", self.check(done.out).out)

    def test_what_is_refused_names_its_place(self):
        for text, said in (("\nworker = 3\n", "xinpu.toml: line 2, column 1: there is no option 'worker'; did you mean 'workers'?"),
                           ("workers = '3'\n", "line 1, column 11: 'workers' must be a whole number"),
                           ("workers = 2000\n", "'2000' is not a whole number from 0 to 1000"),
                           ("workers = \n", "line 1"),
                           ("[tls]\ncert = 'a.pem'\n", "'tls.key' is missing"),
                           ("[tls]\ncert = 'a.pem'\nkey = 'b.pem'\n", "'a.pem' cannot be used"),
                           ("listen = '0.0.0.0:7474'\n", "--insecure-listen"),
                           ("bolt = '0.0.0.0:7687'\n", "without TLS"),
                           ("[metrics]\nlisten = '0.0.0.0:9469'\n", "loopback only"),
                           ("timezone = 'Asia/Nowhere'\n", "Asia/Nowhere")):
            done = self.check(text)
            self.assertEqual(done.code, 2, (text, done))
            self.assertIn(said, done.err)
            self.assertEqual(done.out, "")

    def test_a_wrong_variable_and_a_missing_file(self):
        done = self.check("", XINPU_WORKERS="many")
        self.assertEqual(done.code, 2, done)
        self.assertIn("XINPU_WORKERS", done.err)
        done = xinpu.run("serve", "--config", self.path("none.toml"), "--check-config", timeout=60)
        self.assertEqual(done.code, 2, done)
        self.assertIn("none.toml", done.err)

    def test_beyond_loopback_without_tls_only_when_it_is_said(self):
        self.assertEqual(self.check("listen = '0.0.0.0:7474'\ninsecure_listen = true\n").code, 0)
        self.assertEqual(self.check("listen = '0.0.0.0:7474'\ninsecure_listen = true\ndev = true\n").code, 2)

    def test_a_server_runs_from_a_file(self):
        path = self.write(f"data = '{self.path('data')}'\ndev = true\nworkers = 2\nbolt = 'off'\n")
        server = Server(self.path("data"), "--config", path, dev=False)
        self.addCleanup(server.stop)
        connection = server.connect()
        connection.request("GET", "/db")
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()
        self.assertTrue(os.path.isdir(self.path("data", "databases")))


if __name__ == "__main__":
    unittest.main()
