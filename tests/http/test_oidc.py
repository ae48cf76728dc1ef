"""Access tokens of a real OpenID Connect provider: taken by signature, issuer, audience and time; keys that rotate."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
import unittest.mock
import urllib.parse
import urllib.request

import xinpu
from serving import JSON, Answer, Server

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = os.path.join(xinpu.ROOT, "build", "oidc")
AUDIENCE = "urn:xinpu"
UNAUTHORIZED = "Neo.ClientError.Security.Unauthorized"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def encoded(data):
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


class Provider:
    """One node process; a second one on the same port is the same provider with other keys."""

    def __init__(self, port, folder):
        self.issuer = f"http://127.0.0.1:{port}"
        self.port = port
        with open(os.path.join(HERE, "oidc_provider.mjs"), encoding="utf-8") as file:
            script = file.read()
        self.keys_file = os.path.join(folder, f"keys-{time.monotonic_ns()}.json")
        self.process = subprocess.Popen(
            ["node", "--input-type=module", "-e", script, "--", str(port), self.keys_file], cwd=MODULES,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.until("ready")
        with open(self.keys_file, encoding="utf-8") as file:
            self.keys = {key["alg"]: key for key in json.load(file)}

    def until(self, word):
        for line in self.process.stdout:
            if line.startswith(word):
                return line[len(word):].strip()
        raise AssertionError("the provider has ended")

    def token(self, role, algorithm="RS256", audience=AUDIENCE):
        """As a client gets it: by its credentials, at the token endpoint."""
        client = urllib.parse.quote(f"{role}/{algorithm}", safe="")
        body = urllib.parse.urlencode({"grant_type": "client_credentials", "resource": audience}).encode()
        authorization = base64.b64encode(f"{client}:secret".encode()).decode()
        request = urllib.request.Request(self.issuer + "/token", body, {"Authorization": "Basic " + authorization})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["access_token"]

    def signed(self, key="RS256", header=None, jwk=None, **claims):
        """Signed with the provider's own key: what it never would sign."""
        now = int(time.time())
        full = {"iss": self.issuer, "aud": AUDIENCE, "sub": "forged", "iat": now, "exp": now + 300, "xinpu_role": "admin",
                **claims}
        full = {name: value for name, value in full.items() if value is not None}
        self.process.stdin.write(json.dumps({"key": key, "jwk": jwk, "header": header or {}, "claims": full}) + "\n")
        self.process.stdin.flush()
        return self.until("token ")

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@unittest.skipUnless(shutil.which("node") and os.path.isdir(os.path.join(MODULES, "node_modules", "oidc-provider")),
                     "left out: no oidc-provider; tests/http/install-oidc-provider puts it into build/oidc")
class Tokens(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="xinpu-oidc-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.provider = Provider(free_port(), cls.folder)
        cls.addClassCleanup(lambda: cls.provider.stop())
        cls.server = cls.serve("data", cls.provider)

    @classmethod
    def serve(cls, name, provider, *arguments):
        data = os.path.join(cls.folder, name)
        server = Server(data, "--oidc-issuer", provider.issuer, "--oidc-audience", AUDIENCE, *arguments, dev=False)
        cls.addClassCleanup(server.stop)
        return server

    def ask(self, token, statement="RETURN 1 AS x", method="POST", path="/db/credit/query/v2", server=None, basic=False):
        connection = (server or self.server).connect()
        self.addCleanup(connection.close)
        authorization = "Basic " + base64.b64encode(f"u:{token}".encode()).decode() if basic else f"Bearer {token}"
        connection.request(method, path, json.dumps({"statement": statement}) if method == "POST" else None,
                           {**JSON, "Authorization": authorization})
        return Answer(connection.getresponse())

    def test_each_signature_that_is_allowed(self):
        for algorithm in ("RS256", "ES256", "EdDSA"):
            token = self.provider.token("admin", algorithm)
            self.assertEqual(self.ask(token, "CREATE (:Token) RETURN 1").status, 202, algorithm)
            self.assertEqual(self.ask(token).status, 202, algorithm)  # now it is known
            self.assertEqual(self.ask(token, basic=True).status, 202, algorithm)

    def test_roles(self):
        for role, status in [("admin", 202), ("analyst", 202), ("auditor", 202), ("loader", 403), ("department", 403),
                             ("subject", 403), ("finance_office", 403)]:
            self.assertEqual(self.ask(self.provider.token(role)).status, status, role)
        self.assertEqual(self.ask(self.provider.token("analyst"), "CREATE (:T)").status, 403)
        answer = self.ask(self.provider.token("nobody"))
        self.assertEqual((answer.status, answer.error), (401, (UNAUTHORIZED, "The claim 'xinpu_role' of the token names no role.")))

    def refused(self, token, words):
        answer = self.ask(token)
        self.assertIn(answer.status, (401, 429), answer)  # many failures of one address in a row
        if answer.status == 401:
            self.assertEqual(answer.error[0], UNAUTHORIZED)
            self.assertIn(words, answer.error[1])
            self.assertIn("Bearer", answer.headers["www-authenticate"])

    def test_what_is_refused(self):
        provider, now = self.provider, int(time.time())
        self.assertEqual(self.ask(provider.signed()).status, 202)  # the forge works
        rsa = provider.keys["RS256"]
        good = provider.signed()
        header, claims, signature = good.split(".")
        none = encoded({"alg": "none", "typ": "at+jwt"}) + "." + claims + "."
        # Who takes the public key for a secret would find this good.
        public = json.dumps({"kty": "RSA", "e": rsa["e"], "n": rsa["n"]}).encode()
        confused_head = encoded({"alg": "HS256", "kid": rsa["kid"]}) + "." + claims
        confused = confused_head + "." + encoded(hmac.new(public, confused_head.encode(), hashlib.sha256).digest())
        cases = [
            (provider.token("admin", audience="urn:other"), "another audience"),
            (provider.signed(aud=["a", "b"]), "another audience"),
            (provider.signed(aud=None), "another audience"),
            (provider.signed(iss="https://elsewhere.example"), "another issuer"),
            (provider.signed(exp=now - 61), "expired"),
            (provider.signed(exp=None), "expired"),
            (provider.signed(nbf=now + 120), "not valid yet"),
            (provider.signed(iat=now + 120), "not valid yet"),
            (provider.signed(sub=None), "no subject"),
            (provider.signed(xinpu_role="king"), "no role"),
            (provider.signed(xinpu_role=["admin", "auditor"]), "more than one role"),
            (provider.signed(xinpu_role="department"), "does not fit its role"),
            (none, "RS256, ES256 or EdDSA"),
            (encoded({"alg": "None"}) + "." + claims + "." + signature, "RS256, ES256 or EdDSA"),
            (confused, "RS256, ES256 or EdDSA"),
            (header + "." + encoded({**json.loads(base64.urlsafe_b64decode(claims + "==")), "sub": "else"}) + "." + signature,
             "signature"),
            (encoded({"alg": "ES256", "kid": rsa["kid"]}) + "." + claims + "." + signature, "signature"),
            (header + "." + claims + ".", "signature"),
            ("a.b.c", "no signed JWT"),
            (header + "." + claims + "." + signature + "=", "no signed JWT"),
        ]
        for number, (token, words) in enumerate(cases):
            with self.subTest(f"{number}: {words}"):
                self.refused(token, words)
        for token in (provider.signed(aud=["urn:other", AUDIENCE]), provider.signed(exp=now - 30), provider.signed(nbf=now + 30)):
            self.assertEqual(self.ask(token).status, 202)  # within the skew, one audience of several

    def test_too_many_bad_tokens_are_throttled_and_good_ones_are_not(self):
        server = self.serve("throttled", self.provider)
        statuses = [self.ask("a.b.c", server=server).status for _ in range(12)]
        self.assertEqual(statuses[:10], [401] * 10)
        self.assertEqual(statuses[10:], [429] * 2)
        self.assertEqual(self.ask(self.provider.token("admin"), server=server).status, 202)

    def test_keys_of_the_folder_serve_beside_tokens(self):
        with open(os.path.join(self.folder, "data", "admin.key"), encoding="utf-8") as file:
            self.assertEqual(self.ask(file.read().strip()).status, 202)

    def test_the_journal_names_the_subject(self):
        token = self.provider.token("admin")
        self.assertEqual(self.ask(token, "CREATE (:Named)").status, 202)
        entries = self.ask(token, method="GET", path="/api/v1/journal?limit=1000").json["entries"]
        self.assertEqual(entries[-1]["principal"], "oidc:admin/RS256")


@unittest.skipUnless(shutil.which("node") and os.path.isdir(os.path.join(MODULES, "node_modules", "oidc-provider")),
                     "left out: no oidc-provider; tests/http/install-oidc-provider puts it into build/oidc")
class Rotation(unittest.TestCase):
    ask = Tokens.ask
    serve = classmethod(Tokens.serve.__func__)

    def setUp(self):
        type(self).folder = tempfile.mkdtemp(prefix="xinpu-oidc-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.server = None

    def test_new_keys_are_fetched_when_a_token_names_one(self):
        provider = Provider(free_port(), self.folder)
        server = self.serve("rotating", provider)
        old = provider.token("admin")
        self.assertEqual(self.ask(old, server=server).status, 202)
        provider.stop()
        provider = Provider(provider.port, self.folder)
        self.addCleanup(lambda: provider.stop())
        new = provider.token("admin")
        self.assertEqual(self.ask(new, server=server).status, 202)  # waits for the fetch, and is let in
        self.assertEqual(self.ask(old, server=server).status, 401)  # its key is gone
        # A second unknown key so soon is not looked for.
        stray = provider.signed(header={"kid": "stray"})
        started = time.monotonic()
        self.assertEqual(self.ask(stray, server=server).status, 401)
        self.assertLess(time.monotonic() - started, 2)

    def test_a_provider_that_comes_later(self):
        port = free_port()
        silent = type("Silent", (), {"issuer": f"http://127.0.0.1:{port}"})
        server = self.serve("later", silent)
        with open(os.path.join(self.folder, "later", "admin.key"), encoding="utf-8") as file:
            self.assertEqual(self.ask(file.read().strip(), server=server).status, 202)
        provider = Provider(port, self.folder)
        self.addCleanup(provider.stop)
        self.assertEqual(self.ask(provider.token("admin"), server=server).status, 202)

    def test_a_provider_that_does_not_answer_keeps_nobody_else_waiting(self):
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        provider = type("Hangs", (), {"issuer": f"http://127.0.0.1:{silent.getsockname()[1]}"})
        server = self.serve("hanging", provider)
        now = int(time.time())
        claims = encoded({"iss": provider.issuer, "aud": AUDIENCE, "sub": "x", "exp": now + 300, "xinpu_role": "admin"})
        token = encoded({"alg": "RS256", "kid": "x"}) + "." + claims + "." + encoded(b"x" * 256)
        waiting = [threading.Thread(target=self.ask, args=(token,), kwargs={"server": server}) for _ in range(8)]
        for thread in waiting:
            thread.start()
        with open(os.path.join(self.folder, "hanging", "admin.key"), encoding="utf-8") as file:
            key = file.read().strip()
        started = time.monotonic()
        for _ in range(20):
            self.assertEqual(self.ask(key, server=server).status, 202)
        self.assertLess(time.monotonic() - started, 3)
        for thread in waiting:
            thread.join()


@unittest.skipUnless(shutil.which("openssl") and shutil.which("node") and
                     os.path.isdir(os.path.join(MODULES, "node_modules", "oidc-provider")),
                     "left out: no openssl, or no oidc-provider (tests/http/install-oidc-provider)")
class KeysOverTls(unittest.TestCase):
    ask = Tokens.ask
    serve = classmethod(Tokens.serve.__func__)

    def test_the_certificate_of_the_keys_is_checked(self):
        type(self).folder = tempfile.mkdtemp(prefix="xinpu-oidc-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        provider = Provider(free_port(), self.folder)
        self.addCleanup(provider.stop)
        certificate, key = os.path.join(self.folder, "cert.pem"), os.path.join(self.folder, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with urllib.request.urlopen(provider.issuer + "/jwks", timeout=30) as answer:
            keys = answer.read()

        class Keys(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(keys)))
                self.end_headers()
                self.wfile.write(keys)

            def log_message(self, *arguments):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                pass  # handshakes that the client breaks off

        served = Quiet(("127.0.0.1", 0), Keys)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        served.socket = context.wrap_socket(served.socket, server_side=True)
        threading.Thread(target=served.serve_forever, daemon=True).start()
        self.addCleanup(served.shutdown)
        token = provider.token("admin")
        for number, (host, trusted, status) in enumerate([("localhost", True, 202), ("localhost", False, 401), ("127.0.0.1", True, 401)]):
            with self.subTest(host=host, trusted=trusted), \
                    unittest.mock.patch.dict(os.environ, {"SSL_CERT_FILE": certificate} if trusted else {}):
                server = self.serve(f"tls-{number}", provider, "--oidc-jwks", f"https://{host}:{served.server_port}/jwks")
                self.assertEqual(self.ask(token, server=server).status, status)


class Options(unittest.TestCase):
    def test_what_cannot_be(self):
        with tempfile.TemporaryDirectory() as folder:
            for arguments, words in [
                    (["--oidc-issuer", "https://a.example"], "audience"),
                    (["--oidc-audience", "x"], "issuer"),
                    (["--oidc-issuer", "http://a.example", "--oidc-audience", "x"], "loopback"),
                    (["--oidc-issuer", "ftp://a.example", "--oidc-audience", "x"], "https"),
                    (["--oidc-issuer", "https://a.example", "--oidc-audience", "x", "--oidc-jwks", "http://b.example/k"], "loopback")]:
                done = xinpu.run("serve", "--data", os.path.join(folder, "d"), "--listen", "127.0.0.1:0", *arguments, timeout=60)
                self.assertEqual(done.code, 2, done)
                self.assertIn(words, done.err)


if __name__ == "__main__":
    unittest.main()
