"""Runs a program and tells what it took: seconds, peak memory, its JSON lines."""

import json
import os
import subprocess
import sys
import time

TIME_LIMIT_S = 3600


class Failed(Exception):
    """A program ended badly; the text says which, and the caller goes on with the next engine."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(command, cwd=None, env=None):
    """Runs a program whose output nobody needs; it goes to stderr."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=env, stdout=sys.stderr, timeout=TIME_LIMIT_S,
                          check=False)
    if done.returncode != 0:
        raise Failed(f"{os.path.basename(str(command[0]))} ended with exit code {done.returncode}")


class Finished:
    """Output, wall seconds and peak resident memory of a program that has ended well."""

    def __init__(self, output, seconds, peak_rss_mb):
        self.output = output
        self.seconds = seconds
        self.peak_rss_mb = peak_rss_mb

    def json_lines(self):
        return [json.loads(line) for line in self.output.splitlines() if line.startswith("{")]


def measure(command, cwd=None, env=None):
    """Runs a program to its end. Peak memory is that of the process itself (ru_maxrss), not of this script."""
    command = [str(part) for part in command]
    begin = time.perf_counter()
    with subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.PIPE) as process:
        output = process.stdout.read().decode("utf-8")
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failed(f"{' '.join(command[:3])} … ended with exit code {process.returncode}")
    return Finished(output, seconds, usage.ru_maxrss / 1024)


def bytes_of(path):
    """Bytes of the files of a folder, as their lengths say and as the disk holds them."""
    length = allocated = 0
    for folder, _, files in os.walk(path):
        for name in files:
            status = os.stat(os.path.join(folder, name))
            length += status.st_size
            allocated += status.st_blocks * 512
    return length, allocated
