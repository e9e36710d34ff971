"""No protocol takes more than twice as much for twice the input: neither memory nor instructions.

Usage: growth_test.py PROGRAM [unittest's arguments]
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = ""
SIZE = "200"
# What grows with the input, and a constant part beside it, is at most doubled; n log n for those that sort.
MOST = 2.3


def pairs(counts):
    """{case: (of n, of 2 n)} from [(case, count)] in the program's order."""
    found = {}
    for case, count in counts:
        found.setdefault(case, []).append(count)
    return found


def run(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def cases(output):
    return [(line.split()[0] + " " + line.split()[1], line.split()) for line in output.splitlines()]


class GrowthTest(unittest.TestCase):
    def check(self, counts, what, slack):
        found = pairs(counts)
        self.assertEqual(len(found), 24)
        for case, (once, twice) in found.items():
            with self.subTest(case=case, once=once, twice=twice):
                self.assertLessEqual(twice, MOST * once + slack, f"{what} of {case} grow faster than its input")

    def test_memory(self):
        lines = cases(run([PROGRAM, SIZE]))
        self.check([(case, int(line[3])) for case, line in lines], "allocations", 8)
        self.check([(case, int(line[4])) for case, line in lines], "allocated bytes", 4096)

    def test_instructions(self):
        valgrind = shutil.which("valgrind")
        if valgrind is None:
            print("SKIPPED: the growth of instructions, because there is no valgrind", file=sys.stderr)
            self.skipTest("there is no valgrind")
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "out"
            lines = cases(run([valgrind, "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=measured",
                               "--dump-after=measured", f"--callgrind-out-file={out}", PROGRAM, SIZE]))
            dumps = [pathlib.Path(f"{out}.{i + 1}").read_text(encoding="utf-8") for i in range(len(lines))]
        totals = [int(re.search(r"^totals: (\d+)$", dump, re.MULTILINE).group(1)) for dump in dumps]
        self.check([(case, total) for (case, _), total in zip(lines, totals)], "instructions", 20_000)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
