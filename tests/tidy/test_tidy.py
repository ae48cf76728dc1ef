"""Runs the house rules over the tree, and the rules themselves over samples that must be refused or accepted."""

import os
import tempfile
import unittest

import rooms
import tidy

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")

HEADER = "// engine/value/ids.h\n#pragma once\n// Identifiers of nodes and relationships.\n"
GOOD = {
    "include/xinpu/error.h": "// include/xinpu/error.h\n#pragma once\n// The one error type of all.\n",
    "engine/value/ids.h": HEADER,
    "engine/value/CMakeLists.txt": "# engine/value: values and their order.\nxinpu_room(engine_value SOURCES ids.cpp)\n",
    "engine/value/ids.cpp": "// engine/value/ids.cpp\n// Prints identifiers for the reader.\n"
                            '#include "engine/value/ids.h"\n#include <string>\n#include <openssl/evp.h>\n',
    "engine/store/environment.h": "// engine/store/environment.h\n#pragma once\n// Opens one LMDB environment.\n"
                                  '#include <lmdb.h>\n#include "xinpu/error.h"\n',
    "query/plan/plan.h": "// query/plan/plan.h\n#pragma once\n// A plan of operators.\n"
                         '#include "engine/store/environment.h"\n',
    "docs/decisions/0001-errors.md": "# Errors\n",
    "scripts/build": "#!/bin/sh\n# Builds the release of it.\n",
}

# name, file to add or replace, its text, what a finding must say
BAD = [
    ("arrow_back", "engine/store/environment.h",
     '// engine/store/environment.h\n// Opens one LMDB environment.\n#include "query/plan/plan.h"\n', "an arrow goes back"),
    ("leaf_includes_store", "engine/value/ids.h", HEADER + '#include "engine/store/environment.h"\n', "an arrow goes back"),
    ("room_includes_test", "tests/unit/sample.h", "// tests/unit/sample.h\n// A sample for tests.\n", None),
    ("leaf_includes_rapidjson", "engine/value/ids.h", HEADER + "#include <rapidjson/document.h>\n", "is a leaf"),
    ("lmdb_elsewhere", "query/plan/plan.h", "// query/plan/plan.h\n// A plan of operators.\n#include <lmdb.h>\n",
     "only engine/store"),
    ("roaring_elsewhere", "query/plan/plan.h",
     "// query/plan/plan.h\n// A plan of operators.\n#include <roaring/roaring.hh>\n", "only engine/index"),
    ("antlr_elsewhere", "query/plan/plan.h",
     '// query/plan/plan.h\n// A plan of operators.\n#include <antlr4-runtime.h>\n', "only query/syntax"),
    ("include_not_from_root", "engine/value/ids.cpp",
     '// engine/value/ids.cpp\n// Prints identifiers for the reader.\n#include "ids.h"\n', "no file of the tree"),
    ("private_header", "engine/value/detail/deep.h",
     "// engine/value/detail/deep.h\n// Layout of the deep part.\n", None),
    ("not_built", "engine/value/lost.cpp", "// engine/value/lost.cpp\n// A file that nobody builds.\n", "no CMakeLists"),
    ("name_only_as_part", "engine/value/s.cpp", "// engine/value/s.cpp\n// A file that nobody builds.\n", "no CMakeLists"),
    ("wrong_path_line", "engine/value/ids.h", "// ids.h\n// Identifiers of nodes and more.\n", "first line must be"),
    ("first_line_says_nothing", "engine/value/ids.h", "// engine/value/ids.h\n#pragma once\n// Ids.\n", "in a sentence"),
    ("no_sentence", "engine/value/ids.h", "// engine/value/ids.h\n#pragma once\n#include <string>\n", "in a sentence"),
    ("script_says_nothing", "scripts/build", "#!/bin/sh\nset -eu\n", "a script must open"),
    ("cmake_says_nothing", "cmake/Build.cmake", "set(CMAKE_CXX_STANDARD 20)\n", "must be a comment"),
    ("page_without_title", "docs/cli.md", "xinpu\n", "title"),
    ("folder_utils", "engine/utils/more.md", "# More of it\n", "called 'utils'"),
    ("folder_common", "query/common/more.md", "# More of it\n", "called 'common'"),
    ("machine_path", "docs/cli.md", "# Commands\nsee /wo" + "rk/main/README.md\n", "path of one machine"),
    ("package_host", "docs/cli.md", "# Commands\nhttps://registry" + ".npmjs.org/x\n", "package registry"),
    ("mark", "engine/value/ids.h", HEADER + "// TO" + "DO: later\n", "unfinished"),
    ("mark_in_script", "scripts/build", "#!/bin/sh\n# Builds the release of it.\n# good enough for" + " now\n", "unfinished"),
    ("decision_twice", "docs/decisions/0001-other.md", "# Other\n", "number 0001 is taken"),
    ("decision_name", "docs/decisions/errors.md", "# Errors\n", "NNNN-title"),
    ("not_utf8", "engine/value/ids.h", b"// engine/value/ids.h\n// \xd0\xc5 in GBK\n", "not UTF-8"),
]

# A sample that is only wrong together with the file that includes it.
COMPANIONS = {
    "room_includes_test": ("engine/value/ids.h", HEADER + '#include "tests/unit/sample.h"\n', "may not include tests"),
    "private_header": ("query/plan/plan.h", '// query/plan/plan.h\n// A plan of operators.\n'
                       '#include "engine/value/detail/deep.h"\n', "engine/value's own"),
}


def write_tree(root, files):
    for path, text in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())


class Samples(unittest.TestCase):
    def findings(self, files):
        with tempfile.TemporaryDirectory() as root:
            write_tree(root, files)
            return tidy.check_tree(root)

    def test_good_tree_has_no_finding(self):
        self.assertEqual(self.findings(GOOD), ([], []))

    def test_long_file_is_printed_and_does_not_fail(self):
        findings, long_files = self.findings({**GOOD, "engine/value/ids.h": HEADER + "//\n" * 500})
        self.assertEqual((findings, long_files), ([], [(503, "engine/value/ids.h")]))


def add_sample(name, path, text, expected):
    def test(self):
        files = {**GOOD, path: text}
        says = expected
        if name in COMPANIONS:
            other, other_text, says = COMPANIONS[name]
            files[other] = other_text
        findings, _ = self.findings(files)
        self.assertEqual(len(findings), 1, findings)
        self.assertIn(says, findings[0])
    setattr(Samples, "test_refuses_" + name, test)


for sample in BAD:
    add_sample(*sample)


class Rooms(unittest.TestCase):
    def test_no_room_lies_below_itself(self):
        for room, under in rooms.below().items():
            for other in under - {room}:
                self.assertNotIn(room, rooms.below()[other], f"{room} and {other} include each other")

    def test_leaves_know_only_leaves(self):
        for leaf in rooms.LEAVES:
            self.assertLessEqual(rooms.below()[leaf], set(rooms.LEAVES))


class Tree(unittest.TestCase):
    def test_house_rules_hold(self):
        findings, long_files = tidy.check_tree(ROOT)
        for lines, path in long_files:
            print(f"over {tidy.LINES_MAX} lines (is it still one thing?): {lines} {path}")
        self.assertEqual(findings, [], "\n" + "\n".join(findings))


if __name__ == "__main__":
    unittest.main()
