#!/usr/bin/env python3
"""Reads the source tree and fails on what breaks the house rules: one line a finding, exit code 1 if there is one.

    tests/tidy/tidy.py [ROOT]

Rules: arrows between rooms (rooms.py), files that no CMakeLists.txt names, first lines that say nothing, folders
called utils and the like, third-party headers outside their room, machine paths, package hosts, unfinished marks,
two decisions with one number. Files over 500 lines are printed without failing.
"""

import os
import re
import sys

import rooms

CODE = (".h", ".hpp", ".cpp", ".cc")
SCRIPTS = (".py", ".sh", "")
MARKED = CODE + SCRIPTS + (".cmake", ".g4", ".ts", ".tsx")
LINES_MAX = 500
FOLDERS_REFUSED = {"utils", "util", "common", "helpers", "helper", "misc", "manager", "managers"}
FOLDERS_SKIPPED = {".git", "build", "node_modules", "__pycache__", "xinpu-data", "demo-data", "corpus", "dist"}

# Words are put together here, so that this file does not contain what it looks for.
MACHINE_PATHS = re.compile("|".join(["/wo" + "rk/", "/fa" + "rm/", "/tmp/bash" + "_jobs", r"(?<![\w.])/ho" + "me/"]))
PACKAGE_HOSTS = re.compile("|".join(["registry" + r"\.npmjs", "registry" + r"\.yarnpkg", "deb" + r"\.debian\.org",
                                     "pypi" + r"\.org", "repo1" + r"\.maven", '"resolved": *"' + "http"]))
MARKS = "(?:TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)"
UNFINISHED = re.compile("|".join([r"(?://|#|\*|;)\s*" + MARKS + r"\b", r"\b" + MARKS + r"[:(]", "not imple" + "mented",
                                  "unimple" + "mented", r"\bfor " + r"now\b"]))
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
STANDARD = re.compile(r"^[a-z_0-9]+$|^(unistd|fcntl|signal|termios|errno|dirent|dlfcn|poll|\w*intrin)\.h$")


def source_files(root):
    """Paths of the tree, relative to the root, without what is built, fetched or recorded."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in FOLDERS_SKIPPED)
        for name in sorted(files):
            yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")


def extension(path):
    return os.path.splitext(path)[1]


def is_script(path, text):
    return extension(path) in (".py", ".sh") or (extension(path) == "" and text.startswith("#!"))


def without_comment_signs(line):
    return re.sub(r'^\s*(#+|//+|"""|\*|<!--)\s*', "", line).strip()


def says_something(line):
    """A sentence is at least three words; a bare name or path says nothing."""
    return len(re.findall(r"\w+", without_comment_signs(line))) >= 3


def check_first_lines(path, text):
    lines = text.splitlines() or [""]
    if extension(path) in CODE:
        if lines[0] != "// " + path:
            return [f"{path}:1: the first line must be '// {path}'"]
        rest = [line for line in lines[1:5] if line.strip() and not line.startswith("#pragma once")]
        if not rest or not rest[0].startswith("//") or not says_something(rest[0]):
            return [f"{path}:2: after the path a comment must say in a sentence what the file is"]
    elif is_script(path, text):
        rest = [line for line in lines[:4] if not line.startswith("#!")]
        if os.path.basename(path) == "__init__.py" and not text.strip():
            return []
        if not rest or not re.match(r'^("""|#)', rest[0]) or not says_something(rest[0]):
            return [f"{path}:1: a script must open with a sentence that says what it does"]
    elif extension(path) == ".cmake":
        if not lines[0].startswith("#") or not says_something(lines[0]):
            return [f"{path}:1: the first line must be a comment that says what is built here"]
    elif extension(path) == ".md" and not lines[0].startswith("# "):
        return [f"{path}:1: a page must open with its title ('# …')"]
    return []


def check_includes(path, text, known):
    findings = []
    here = rooms.room_of(path)
    allowed = rooms.below().get(here, set())
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quoted, target = match.group(1) == '"', match.group(2)
        where = f"{path}:{number}"
        for header, owner in rooms.ONLY.items():
            if target.startswith(header) and here != owner and not path.startswith(rooms.OUTSIDE):
                findings.append(f"{where}: only {owner} includes <{target}>")
        if quoted:
            findings += check_quoted(where, path, here, allowed, target, known)
        elif here in rooms.LEAVES and not STANDARD.match(target) \
                and not target.startswith(rooms.LEAF_THIRD_PARTY):
            findings.append(f"{where}: {here} is a leaf and may not include <{target}>")
    return findings


def check_quoted(where, path, here, allowed, target, known):
    full = "include/" + target if "include/" + target in known else target
    there = rooms.room_of(full)
    outside = full.startswith(rooms.OUTSIDE)
    if full not in known:
        # Generated parsers are not in the tree, and tests may share headers of theirs; else paths start at the root.
        ending = "/" + os.path.basename(target)
        shared = path.startswith(rooms.OUTSIDE) and any(k.endswith(ending) and k.startswith(rooms.OUTSIDE) for k in known)
        if here == "query/syntax" or shared:
            return []
        return [f'{where}: "{target}" is no file of the tree (paths start at the root)']
    if here is None:
        return []
    if outside:
        return [f"{where}: {here} may not include tests or benches ({target})"]
    if there is None:
        return [f"{where}: {target} lies in no room of tests/tidy/rooms.py"]
    if there not in allowed:
        return [f"{where}: an arrow goes back: {here} may not include {there} ({target})"]
    if "/detail/" in full and there != here:
        return [f"{where}: {full} is {there}'s own"]
    return []


def check_is_built(path, root):
    """A C++ source must be named by a CMakeLists.txt of its folder or of one above it."""
    folder = os.path.dirname(path)
    while True:
        lists = os.path.join(root, folder, "CMakeLists.txt")
        if os.path.exists(lists):
            with open(lists, encoding="utf-8") as file:
                name = os.path.relpath(path, folder or ".").replace(os.sep, "/")
                if re.search(r"(?<![\w./-])" + re.escape(name) + r"(?![\w.-])", file.read()):
                    return []
        if not folder:
            return [f"{path}: no CMakeLists.txt names this file"]
        folder = os.path.dirname(folder)


def check_words(path, text):
    findings = []
    for number, line in enumerate(text.splitlines(), 1):
        if MACHINE_PATHS.search(line):
            findings.append(f"{path}:{number}: a path of one machine")
        if PACKAGE_HOSTS.search(line):
            findings.append(f"{path}:{number}: the address of a package registry")
        if extension(path) in MARKED and UNFINISHED.search(line):
            findings.append(f"{path}:{number}: a mark of unfinished work: finish it, or file an issue")
    return findings


def check_folders(path):
    refused = FOLDERS_REFUSED.intersection(os.path.dirname(path).lower().split("/"))
    return [f"{path}: a folder called '{name}' says nothing of what is in it" for name in sorted(refused)]


def check_decisions(paths):
    seen, findings = {}, []
    for path in paths:
        match = re.match(r"docs/decisions/(.*)$", path)
        if not match or match.group(1) == "README.md":
            continue
        number = re.match(r"(\d{4})-[a-z0-9-]+\.md$", match.group(1))
        if not number:
            findings.append(f"{path}: decisions are called NNNN-title.md")
        elif number.group(1) in seen:
            findings.append(f"{path}: number {number.group(1)} is taken by {seen[number.group(1)]}")
        else:
            seen[number.group(1)] = path
    return findings


def check_tree(root):
    """All findings, and the long files as (lines, path)."""
    paths = list(source_files(root))
    known = set(paths)
    findings, long_files = check_decisions(paths), []
    for path in paths:
        findings += check_folders(path)
        try:
            with open(os.path.join(root, path), encoding="utf-8") as file:
                text = file.read()
        except UnicodeDecodeError:
            if extension(path) in MARKED:
                findings.append(f"{path}: not UTF-8")
            continue
        findings += check_words(path, text)
        findings += check_first_lines(path, text)
        if extension(path) in CODE:
            findings += check_includes(path, text, known)
            if text.count("\n") > LINES_MAX:
                long_files.append((text.count("\n"), path))
        if extension(path) in (".cpp", ".cc"):
            findings += check_is_built(path, root)
    return findings, sorted(long_files, reverse=True)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    findings, long_files = check_tree(root)
    for lines, path in long_files:
        print(f"over {LINES_MAX} lines (is it still one thing?): {lines} {path}")
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
