"""TLS on both ports: protocols, what is refused, and a certificate that is exchanged while clients are connected."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

import xinpu
from serving import JSON, Answer, Server


def make_certificate(folder, name, days=30):
    """A key and a certificate for 127.0.0.1, signed by itself."""
    cert, key = os.path.join(folder, f"{name}.pem"), os.path.join(folder, f"{name}.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", str(days), "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-out", cert, "-keyout", key], check=True, stderr=subprocess.DEVNULL)
    return cert, key


class Tls(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="xinpu-tls-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.cert, self.key = make_certificate(self.folder, "first")
        self.server = Server(os.path.join(self.folder, "data"), "--tls-cert", self.cert, "--tls-key", self.key,
                             "--bolt", "127.0.0.1:0")
        self.addCleanup(self.server.stop)
        self.bolt_port = int(self.server.process.stdout.readline().decode().rsplit(":", 1)[1])

    def connect(self, cert=None, timeout=30):
        context = ssl.create_default_context(cafile=cert or self.cert)
        connection = http.client.HTTPSConnection("127.0.0.1", self.server.port, timeout=timeout, context=context)
        self.addCleanup(connection.close)
        return connection

    def ask(self, connection, statement="RETURN 1 AS x", headers=None):
        connection.request("POST", "/db/credit/query/v2", json.dumps({"statement": statement}), {**JSON, **(headers or {})})
        return Answer(connection.getresponse())

    def test_statements_and_headers(self):
        connection = self.connect()
        for _ in range(3):
            answer = self.ask(connection)
            self.assertEqual((answer.status, answer.json["data"]["values"]), (202, [[1]]), answer)
        self.assertIn("max-age=", answer.headers["strict-transport-security"])
        self.assertEqual(connection.sock.version(), "TLSv1.3")
        answer = self.ask(connection, "UNWIND range(1, 200000) AS x RETURN x, 'text'")  # many pieces
        self.assertEqual(len(answer.json["data"]["values"]), 200000)
        big = "x" * (1 << 20)
        connection.request("POST", "/db/credit/query/v2",
                           json.dumps({"statement": "RETURN size($t)", "parameters": {"t": big}}), JSON)
        self.assertEqual(Answer(connection.getresponse()).json["data"]["values"], [[1 << 20]])
        connection.request("GET", "/")
        discovery = Answer(connection.getresponse()).json
        self.assertTrue(discovery["query"].startswith("https://"), discovery)

    def test_old_protocols_and_weak_ciphers_are_refused(self):
        context = ssl.create_default_context(cafile=self.cert)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with context.wrap_socket(socket.create_connection(("127.0.0.1", self.server.port)),
                                 server_hostname="127.0.0.1") as tls:
            self.assertEqual(tls.version(), "TLSv1.2")
            self.assertRegex(tls.cipher()[0], "^ECDHE-.*(GCM|CHACHA20)")
        for weaken in (lambda c: setattr(c, "maximum_version", ssl.TLSVersion.TLSv1_1), lambda c: c.set_ciphers("AES128-SHA")):
            context = ssl.create_default_context(cafile=self.cert)
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.set_ciphers("ALL:@SECLEVEL=0")
            weaken(context)
            with socket.create_connection(("127.0.0.1", self.server.port)) as plain:
                with self.assertRaises((ssl.SSLError, ConnectionError)):
                    context.wrap_socket(plain, server_hostname="127.0.0.1")

    def test_http_on_the_port_is_told(self):
        for port in (self.server.port, self.bolt_port):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as plain:
                plain.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                got = b""
                while piece := plain.recv(4096):
                    got += piece
            self.assertTrue(got.startswith(b"HTTP/1.1 400 "), got)
            self.assertTrue(b"HTTPS" in got or b"Bolt" in got, got)

    def test_bolt_speaks_tls_too(self):
        context = ssl.create_default_context(cafile=self.cert)
        with context.wrap_socket(socket.create_connection(("127.0.0.1", self.bolt_port), timeout=30),
                                 server_hostname="127.0.0.1") as tls:
            tls.sendall(b"\x60\x60\xb0\x17" + b"\x00\x00\x04\x05" + b"\x00" * 12)
            self.assertEqual(tls.recv(4), b"\x00\x00\x04\x05")
        with socket.create_connection(("127.0.0.1", self.bolt_port), timeout=30) as plain:
            plain.sendall(b"\x60\x60\xb0\x17" + b"\x00\x00\x04\x05" + b"\x00" * 12)
            self.assertEqual(plain.recv(4), b"")

    def subject(self):
        """Whom new connections meet, whatever we trust."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(socket.create_connection(("127.0.0.1", self.server.port), timeout=30)) as tls:
            return tls.getpeercert(binary_form=True)

    def until_logged(self, words):
        deadline = time.monotonic() + 30
        while words not in self.server.log():
            self.assertLess(time.monotonic(), deadline, self.server.log())
            time.sleep(0.01)

    def test_a_new_certificate_without_dropping_connections(self):
        old = self.connect()
        self.assertEqual(self.ask(old).status, 202)
        before = self.subject()
        second = make_certificate(self.folder, "second")
        shutil.copy(second[0], self.cert)
        shutil.copy(second[1], self.key)
        self.server.process.send_signal(signal.SIGHUP)
        self.until_logged("certificate read")
        self.assertNotEqual(self.subject(), before)
        self.assertEqual(self.ask(old).status, 202)  # on the connection that was there
        self.assertEqual(self.ask(self.connect(second[0])).status, 202)
        # A pair that does not belong together changes nothing.
        now = self.subject()
        shutil.copy(make_certificate(self.folder, "third")[0], self.cert)
        self.server.process.send_signal(signal.SIGHUP)
        self.until_logged("the old one stays")
        self.assertEqual(self.subject(), now)

    def test_a_client_that_goes_away_or_says_nothing(self):
        # Cut off in the middle of a handshake, and with bytes that are none.
        for first in (b"\x16\x03\x01\x02\x00\x01", b"\x16" + os.urandom(300)):
            with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as broken:
                broken.sendall(first)
        self.assertEqual(self.ask(self.connect()).status, 202)
        # The one who leaves a long statement frees its worker.
        gone = self.connect()
        gone.request("POST", "/db/credit/query/v2", json.dumps(
            {"statement": "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y WITH x WHERE x < 0 RETURN count(x)"}), JSON)
        gone.sock.close()
        gone.close()
        self.assertEqual(self.server.stop(), 0)  # at once, not after the time to drain

    def test_who_does_not_finish_the_handshake_is_cut_off(self):
        began = time.monotonic()
        open_ones = [socket.create_connection(("127.0.0.1", self.server.port), timeout=40) for _ in range(2)]
        open_ones[1].sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        for one in open_ones:
            with one:
                self.assertEqual(one.recv(1), b"")
        self.assertLess(time.monotonic() - began, 25)
        self.assertEqual(self.ask(self.connect()).status, 202)

    def test_the_end_of_the_certificate_is_a_metric(self):
        connection = self.connect()
        connection.request("GET", "/metrics")
        found = re.search(r"^xinpu_tls_certificate_end_timestamp_seconds (\S+)$", Answer(connection.getresponse()).text, re.MULTILINE)
        self.assertAlmostEqual(float(found.group(1)) - time.time(), 30 * 86400, delta=3600)

    def test_a_certificate_near_its_end_is_told_of(self):
        cert, key = make_certificate(self.folder, "short", days=3)
        done = xinpu.run("serve", "--check-config", "--tls-cert", cert, "--tls-key", key, timeout=60)
        self.assertEqual(done.code, 0, done)
        self.assertIn("certificate ends soon", done.err)

    def test_keys_that_cannot_be_used(self):
        encrypted = os.path.join(self.folder, "encrypted.key")
        subprocess.run(["openssl", "ec", "-in", self.key, "-aes256", "-passout", "pass:secret", "-out", encrypted],
                       check=True, stderr=subprocess.DEVNULL)
        other = make_certificate(self.folder, "other")[1]
        for key, said in ((encrypted, "cannot be used"), (other, "belongs to another certificate"), ("none.key", "none.key")):
            done = xinpu.run("serve", "--check-config", "--tls-cert", self.cert, "--tls-key", key, timeout=60)
            self.assertEqual(done.code, 2, done)
            self.assertIn(said, done.err)


if __name__ == "__main__":
    unittest.main()
