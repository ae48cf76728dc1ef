"""Access tokens of an OpenID Connect provider over Bolt, as the credentials of scheme bearer."""

import os
import shutil
import sys
import tempfile
import unittest

import wire
import xinpu
from wire import HELLO, LOGON, RESET, RUN, Client

sys.path.append(os.path.join(xinpu.ROOT, "tests", "http"))
import test_oidc  # noqa: E402  (its provider)

READY = shutil.which("node") and os.path.isdir(os.path.join(test_oidc.MODULES, "node_modules", "oidc-provider"))


class TokensOverBolt(unittest.TestCase):
    def answer_to(self, server, version, token):
        """What LOGON, or before 5.1 HELLO, is answered with, and the client."""
        client = Client(server.port)
        self.addCleanup(client.close)
        self.assertEqual(bytes([0, 0, version[1], version[0]]), client.handshake((*version, 0)))
        shown = {"scheme": "bearer", "credentials": token}
        if version < (5, 1):
            return client, client.ask(HELLO, {"user_agent": "wire/1", **shown})
        client.ask(HELLO, {"user_agent": "wire/1"})
        return client, client.ask(LOGON, shown)

    def test_tokens(self):
        if not READY:
            print("left out: tokens over Bolt (tests/http/install-oidc-provider)")
            return
        folder = tempfile.mkdtemp(prefix="xinpu-bolt-oidc-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        provider = test_oidc.Provider(test_oidc.free_port(), folder)
        self.addCleanup(provider.stop)
        for version in ((4, 4), (5, 8)):
            # A new server has no keys of the provider yet: the first token waits for them.
            with wire.serving("--oidc-issuer", provider.issuer, "--oidc-audience", test_oidc.AUDIENCE, dev=False) as server:
                client, (name, got) = self.answer_to(server, version, provider.token("admin"))
                self.assertEqual("SUCCESS", name, got)
                client.run("CREATE (:FromToken)")
                client, (name, got) = self.answer_to(server, version, provider.token("analyst", "ES256"))
                self.assertEqual("SUCCESS", name, got)
                self.assertEqual([[1]], client.run("MATCH (x:FromToken) RETURN count(x)")[0])
                name, got = client.ask(RUN, "CREATE ()", {}, {})
                self.assertEqual(("FAILURE", "Neo.ClientError.Security.Forbidden"),
                                 (name, got.get("code", got.get("neo4j_code"))))
                self.assertEqual("SUCCESS", client.ask(RESET)[0])
                for token, code in [(provider.token("loader"), "Forbidden"), (provider.signed(aud="urn:other"), "Unauthorized"),
                                    (provider.signed(exp=1), "Unauthorized"), (provider.token("admin")[:-8], "Unauthorized")]:
                    client, (name, got) = self.answer_to(server, version, token)
                    self.assertEqual(("FAILURE", "Neo.ClientError.Security." + code),
                                     (name, got.get("code", got.get("neo4j_code"))))
                    client.expect_close()


if __name__ == "__main__":
    unittest.main()
