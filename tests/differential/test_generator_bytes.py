"""The generated city is the same to the byte: every recorded figure and answer hash depends on it."""

import hashlib
import os
import subprocess
import tempfile
import unittest

import programs

# xinpu-gen --sf 0.01 --seed 42; a change on purpose changes these and says so in CHANGELOG.md.
DIGESTS = {
    "companies.csv": "3c0fd9e4947c59c1bb7e6e9d7d9e27a06359e952d87764d82b99e5a4a14ff3c4",
    "investments.csv": "6b4f9aa7b16383b9c2a471a914f34c3c66e5ce7fd8e1d2b31f7b42a4e1d618d1",
    "penalties.csv": "938f71cf214911eca61b2f2b05cb09d3b075ad99d8e4ff6137e94f0f90583b09",
    "persons.csv": "581b747c92592a848e7ea20091d4a3d120f889825fe0a62e60ac52b547b36d20",
    "roles.csv": "ed60486eb184cd7907e3ec404c964a1746076164d445f98cb410a3a04ad21b2b",
    "starts.csv": "6c170a5ce6af9d40d9a2d21f3ed0daaa03793d14a7ce69d8ca53d957773e4382",
}


class GeneratorBytes(unittest.TestCase):
    """One run of the generator, one digest a file."""

    def test_files(self):
        generator = programs.built("xinpu-gen")
        with tempfile.TemporaryDirectory(prefix="xinpu-gen-") as folder:
            subprocess.run([generator, "--sf", "0.01", "--seed", "42", "--out", folder], stderr=subprocess.DEVNULL, check=True)
            self.assertEqual(sorted(os.listdir(folder)), sorted(DIGESTS))
            for name, digest in DIGESTS.items():
                with self.subTest(name), open(os.path.join(folder, name), "rb") as file:
                    self.assertEqual(hashlib.sha256(file.read()).hexdigest(), digest)


if __name__ == "__main__":
    unittest.main()
