"""Completion in real shells: bash's function called with the words of a line, zsh's keys pressed in a terminal."""

import os
import pty
import re
import select
import shutil
import subprocess
import unittest

import xinpu


def bash_completes(*words):
    """What bash offers for the last of `words`."""
    script = 'source <("$0" completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }\n' \
             '_xinpu; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "--norc", "-c", script, xinpu.program(), *words], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, env=xinpu.clean_environment())
    assert done.stderr == b"", done.stderr
    return done.stdout.decode().split()


class Bash(xinpu.Case):
    CASES = [
        (["xinpu", "ver"], ["version", "verify"]),
        (["xinpu", "completion", ""], ["bash", "zsh"]),
        (["xinpu", "completion", "bash", "--la"], ["--lang"]),
        (["xinpu", "--lang", ""], ["zh", "en"]),
        (["xinpu", "version", "--lang", "z"], ["zh"]),
        (["xinpu", "version", "--lang", "=", "e"], ["en"]),
        (["xinpu", "version", "--lang", "="], ["zh", "en"]),
        (["xinpu", "version", "--"], ["--help", "--lang"]),
        (["xinpu", "version", ""], []),
    ]

    def test_offers(self):
        for words, offered in self.CASES:
            with self.subTest(words):
                self.assertEqual(sorted(bash_completes(*words)), sorted(offered))

    def test_offers_every_command_of_the_help(self):
        listed = re.findall(r"^  ([a-z][a-z-]+)  ", xinpu.run("--help").out, re.MULTILINE)
        self.assertEqual(sorted(bash_completes("xinpu", "")), sorted(listed))


@unittest.skipUnless(shutil.which("zsh"), "completion in zsh: zsh is not installed")
class Zsh(xinpu.Case):
    def start(self):
        """An interactive zsh without anybody's settings, with the completion loaded."""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.environ.update(PATH=os.path.dirname(xinpu.program()) + ":" + os.environ["PATH"], TERM="dumb",
                              ZDOTDIR=self.folder, LANG="C.UTF-8")
            os.execvp("zsh", ["zsh", "-f", "-i"])
        self.addCleanup(os.waitpid, child, 0)
        self.addCleanup(os.close, terminal)
        self.addCleanup(os.kill, child, 9)
        self.terminal = terminal
        self.type("PS1='ready> '; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; "
                  "zstyle ':completion:*' list-colors; LISTMAX=1000; source <(xinpu completion zsh); echo lo''aded\n")
        self.read_until("loaded\r\n")

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def read_until(self, words):
        seen = ""
        while words not in seen:
            ready, _, _ = select.select([self.terminal], [], [], 60)
            self.assertTrue(ready, f"zsh did not answer {words!r}; it wrote {seen!r}")
            seen += os.read(self.terminal, 65536).decode("utf-8", "replace")
        return seen

    def test_script_is_valid(self):
        script = self.path("_xinpu")
        with open(script, "w", encoding="utf-8") as file:
            file.write(xinpu.run("completion", "zsh").out)
        self.assertEqual(subprocess.run(["zsh", "-n", script], stderr=subprocess.PIPE, check=False).stderr, b"")

    def test_completes_a_command(self):
        self.start()
        self.type("xinpu compl\t")
        self.read_until("xinpu completion ")

    def test_lists_commands_with_their_sentences(self):
        self.start()
        self.type("xinpu ver\t\t")
        seen = self.read_until("genuine")
        self.assertIn("version", seen)

    def test_completes_a_value(self):
        self.start()
        self.type("xinpu version --lang z\t")
        self.read_until("--lang zh")

    def test_completes_on_the_second_level(self):
        self.start()
        self.type("xinpu completion z\t")
        self.read_until("completion zsh")


if __name__ == "__main__":
    unittest.main()
