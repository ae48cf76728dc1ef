"""Malformed requests beside an honest client: none is taken for a good one, nothing breaks, and the honest one is served."""

import json
import os
import unittest

import malformed_requests
from serving import Case

COUNT = 100_000 if os.environ.get("XINPU_TEST_LONG") == "1" else 2_000
HONEST_P99_MS_MOST = 500


class Malformed(Case):
    def test_all_kinds(self):
        outcome = malformed_requests.run(self.server.port, COUNT)
        print("malformed requests: " + json.dumps(outcome, ensure_ascii=False))
        self.assertEqual(outcome["faults"], [])
        self.assertGreaterEqual(outcome["sent"], COUNT - 1)
        self.assertLess(outcome["honest_busy_ms"]["p99"], HONEST_P99_MS_MOST)
        self.assertIsNone(self.server.process.poll())
        self.assertEqual(self.rows("RETURN 1 AS x"), [[1]])


if __name__ == "__main__":
    unittest.main()
