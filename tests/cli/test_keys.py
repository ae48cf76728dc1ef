"""`xinpu keys`: made once, listed without secrets, revoked; what a new key may be."""

import datetime
import json
import os
import re
import stat
import unittest

import xinpu

AUTHORITY = "11441900XP000001XM"
USCC = "91441900MA4W8GP42C"


class Keys(xinpu.Case):
    def setUp(self):
        super().setUp()
        self.data = self.path("data")
        self.expect(xinpu.run("init", "--data", self.data), 0)

    def keys(self, *arguments, **options):
        return xinpu.run("keys", *arguments, "--data", self.data, **options)

    def add(self, *arguments):
        done = self.keys("add", "--name", "test", *arguments)
        self.expect(done, 0)
        return done.out.strip()

    def listed(self):
        done = self.keys("list", "--format", "json")
        self.expect(done, 0)
        found = json.loads(done.out)
        return [dict(zip(found["fields"], row, strict=True)) for row in found["values"]]

    def test_a_key_is_printed_once_and_kept_as_a_hash(self):
        done = self.keys("add", "--role", "analyst", "--name", "市场研究")
        self.assertRegex(done.out, r"^xk_[0-9a-f]{12}_[0-9a-f]{64}\n$")
        identity, secret = re.match(r"xk_(\w+)_(\w+)", done.out).groups()
        self.assertIn(identity, done.err)
        self.assertNotIn(secret, done.err)
        with open(os.path.join(self.data, "keys"), encoding="utf-8") as file:
            self.assertNotIn(secret, file.read())
        self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.data, "keys")).st_mode), 0o600)
        [key] = self.listed()
        self.assertEqual((key["id"], key["role"], key["scopes"], key["name"], key["expires"], key["state"]),
                         (identity, "analyst", "", "市场研究", None, "active"))
        self.assertNotIn(secret, self.keys("list").out)

    def test_roles_and_scopes(self):
        for role in ("admin", "analyst", "loader", "finance_office", "auditor"):
            self.add("--role", role)
        self.add("--role", "department", "--scope", AUTHORITY, "--scope", "N:东莞市市场监督管理局")
        self.add("--role", "subject", "--scope", USCC)
        self.assertEqual([key["scopes"] for key in self.listed()][-2:], [f"{AUTHORITY} N:东莞市市场监督管理局", USCC])
        wrong = USCC[:-1] + ("A" if USCC[-1] != "A" else "B")
        for arguments, words in [(["--role", "department"], "authority"), (["--role", "department", "--scope", wrong], wrong),
                                 (["--role", "department", "--scope", "N:"], "authority code"), (["--role", "subject"], "USCC"),
                                 (["--role", "subject", "--scope", USCC, "--scope", USCC], "once"),
                                 (["--role", "subject", "--scope", wrong], "check digit"),
                                 (["--role", "admin", "--scope", USCC], "no scope"), (["--role", "king"], "king")]:
            done = self.keys("add", "--name", "x", *arguments)
            self.expect(done, 2, err=words)
            self.assertEqual(done.out, "")
        self.expect(self.keys("add", "--role", "admin"), 2, err="--name")
        self.expect(self.keys("add", "--role", "admin", "--name", ""), 2, err="name")
        self.expect(self.keys("add", "--role", "admin", "--name", "x" * 201), 2, err="200")
        self.assertEqual(len(self.listed()), 7)

    def test_expiry(self):
        today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
        last = today + datetime.timedelta(days=30)
        self.add("--role", "analyst", "--expires", last.isoformat())
        self.add("--role", "analyst", "--expires", "90")
        first, second = self.listed()
        self.assertEqual(first["expires"], f"{last.isoformat()}T16:00:00Z")  # the end of the day in China
        at = datetime.datetime.fromisoformat(second["expires"].replace("Z", "+00:00"))
        self.assertAlmostEqual((at - datetime.datetime.now(datetime.timezone.utc)).total_seconds(), 90 * 86400, delta=60)
        for wrong in ("0", "-1", "3651", "yesterday", "2020-01-01", "2026-13-01", "9999-12-31", (today - datetime.timedelta(days=1)).isoformat()):
            self.expect(self.keys("add", "--role", "analyst", "--name", "x", "--expires", wrong), 2)
        self.assertEqual(len(self.listed()), 2)

    def test_revoking(self):
        admin = self.add("--role", "admin").split("_")[1]
        other = self.add("--role", "analyst").split("_")[1]
        self.expect(self.keys("revoke", other), 0, out=other)
        self.expect(self.keys("revoke", other), 0)  # once more changes nothing
        self.assertEqual([key["state"] for key in self.listed()], ["active", "revoked"])
        self.expect(self.keys("revoke", "000000000000"), 1, err="000000000000")
        self.expect(self.keys("revoke", admin), 1, err="last key")
        second = self.add("--role", "admin").split("_")[1]
        self.expect(self.keys("revoke", admin), 0)
        self.expect(self.keys("revoke", second), 1, err="last key")
        # One that has ended is no longer a way in.
        self.assertEqual([key["state"] for key in self.listed()], ["revoked", "revoked", "active"])

    def test_without_a_data_folder(self):
        for arguments in (["list"], ["add", "--role", "admin", "--name", "x"], ["revoke", "abc"]):
            done = xinpu.run("keys", *arguments, "--data", self.path("nowhere"))
            self.expect(done, 1, err="nowhere")
            self.assertFalse(os.path.exists(self.path("nowhere")))

    def test_what_a_dying_writer_left_is_cut_off_and_damage_is_told(self):
        self.add("--role", "admin")
        file = os.path.join(self.data, "keys")
        with open(file, "ab") as keys:
            keys.write(b'{"id":"torn')
        self.assertEqual(len(self.listed()), 1)
        self.add("--role", "analyst")
        self.assertEqual(len(self.listed()), 2)
        with open(file, "ab") as keys:
            keys.write(b"nonsense\n")
        self.expect(self.keys("list"), 4, err="no key")

    def test_many_at_once(self):
        import concurrent.futures
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: self.add("--role", "analyst"), range(16)))
        self.assertEqual(len(set(made)), 16)
        self.assertEqual({key["id"] for key in self.listed()}, {key.split("_")[1] for key in made})

    def test_chinese(self):
        done = self.keys("add", "--role", "department", "--name", "x", "--lang", "zh")
        self.expect(done, 2, err="认定单位代码")
        self.expect(self.keys("revoke", "abc", "--lang", "zh"), 1, err="没有密钥")


if __name__ == "__main__":
    unittest.main()
