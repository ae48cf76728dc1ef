"""The frame of the command line: help, version, languages, wrong usage, exit codes."""

import os
import re
import subprocess
import unittest

import xinpu

NOT_BUILT = ["users", "report", "verify", "quality", "watch"]


def commands():
    """The commands that the help lists, with those of the second level."""
    listed = re.findall(r"^  ([a-z][a-z-]+)  ", xinpu.run("--help").out, re.MULTILINE)
    paths = [[name] for name in listed]
    for name in listed:
        paths += [[name, child] for child in
                  re.findall(r"^  ([a-z][a-z-]+)  ", xinpu.run(name, "--help").out, re.MULTILINE)]
    return paths


class Help(xinpu.Case):
    def test_every_command_has_help_with_an_example_in_both_languages(self):
        paths = commands()
        self.assertIn(["version"], paths)
        self.assertIn(["completion", "bash"], paths)
        for path in paths:
            with self.subTest(path):
                english = xinpu.run(*path, "--help")
                self.expect(english, 0, ["Usage: xinpu " + " ".join(path), "Example:\n  "])
                self.assertEqual(english.err, "")
                chinese = xinpu.run(*path, "--help", "--lang", "zh")
                self.expect(chinese, 0, ["用法: xinpu " + " ".join(path), "示例：\n  "])

    def test_help_of_the_program_is_on_stdout(self):
        self.expect(xinpu.run("--help"), 0, ["Usage: xinpu", "related-violations", "Exit codes:"])
        self.expect(xinpu.run("-h"), 0, "Usage: xinpu")


class Documents(xinpu.Case):
    def test_the_page_of_the_command_line_names_the_commands_that_there_are(self):
        with open(os.path.join(xinpu.ROOT, "docs", "cli.md"), encoding="utf-8") as file:
            page = file.read()
        built = {path[0] for path in commands()} - set(NOT_BUILT)
        self.assertEqual(set(re.findall(r"^\| `xinpu ([a-z-]+)", page, re.MULTILINE)), built)
        for name in NOT_BUILT:
            self.assertIn(f"`{name}`", page)

    def test_every_option_of_the_page_exists(self):
        with open(os.path.join(xinpu.ROOT, "docs", "cli.md"), encoding="utf-8") as file:
            page = file.read()
        known = set()
        for path in [[]] + commands():
            known.update(re.findall(r"(--[a-z-]+)", xinpu.run(*path, "--help").out))
        self.assertLessEqual(set(re.findall(r"(--[a-z][a-z-]+)", page)), known)


class Version(xinpu.Case):
    def test_version(self):
        for arguments in (["version"], ["--version"]):
            done = xinpu.run(*arguments)
            self.expect(done, 0)
            self.assertRegex(done.out.splitlines()[0], r"^xinpu \d+\.\d+\.\d+$")


class WrongUsage(xinpu.Case):
    CASES = [
        # arguments, words on stderr
        ([], ["Which command?", "xinpu --help"]),
        (["laod"], ["Unknown command 'laod'"]),
        (["verison"], ["Unknown command 'verison'", "Did you mean 'version'?"]),
        (["--lagn", "zh", "version"], ["'--lagn'", "Did you mean '--lang'?"]),
        (["version", "--hlep"], ["Unexpected argument '--hlep'", "Did you mean '--help'?", "'xinpu version --help'"]),
        (["version", "more"], ["Unexpected argument 'more'"]),
        (["version", "--lang"], ["'--lang' needs a value"]),
        (["version", "--lang", "fr"], ["--lang", "'fr' is not one of zh, en"]),
        (["completion"], ["Which command?", "xinpu completion --help"]),
        (["completion", "fish"], ["Unknown command 'fish'"]),
    ]

    def test_exits_2_and_says_what_to_do(self):
        for arguments, words in self.CASES:
            with self.subTest(arguments):
                done = xinpu.run(*arguments)
                self.expect(done, 2, err=words)
                self.assertEqual(done.out, "")
                self.assertTrue(done.err.startswith("xinpu: "), done)

    def test_commands_that_are_not_built_say_so(self):
        for name in NOT_BUILT:
            with self.subTest(name):
                self.expect(xinpu.run(name, "--data", "x", "more"), 2, err=f"'xinpu {name}' is not built yet.")
                self.expect(xinpu.run(name, "--lang", "zh"), 2, err="尚未提供")


class Languages(xinpu.Case):
    def test_language_follows_the_locale_and_the_option(self):
        for env, arguments, words in [
            ({}, [], "Which command?"),
            ({"LANG": "C"}, [], "Which command?"),
            ({"LANG": "zh_CN.UTF-8"}, [], "请指定命令"),
            ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, [], "Which command?"),
            ({"LANG": "zh_CN.UTF-8"}, ["--lang", "en"], "Which command?"),
            ({"LANG": "C"}, ["--lang=zh"], "请指定命令"),
        ]:
            with self.subTest(env=env, arguments=arguments):
                self.expect(xinpu.run(*arguments, env=xinpu.clean_environment(**env)), 2, err=words)


class Output(xinpu.Case):
    def test_a_full_disk_under_stdout_is_a_failure(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([xinpu.program(), "version"], stdout=full, stderr=subprocess.PIPE, check=False,
                                  env=xinpu.clean_environment())
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"could not be written", done.stderr)


if __name__ == "__main__":
    unittest.main()
