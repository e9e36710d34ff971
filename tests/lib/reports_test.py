"""Reports are counted right: those of programs that end well, that fail, skip, die or hang."""

import unittest

import reports

HEAD = '<?xml version="1.0"?><Catch name="t"><Group name="t">'
TAIL = "</Group></Catch>"
PASSED = '<TestCase name="good"><OverallResult success="true"/></TestCase>'
SKIPPED = '<TestCase name="lazy"><OverallResult success="true"><StdOut>\nSKIPPED: no data\n</StdOut></OverallResult></TestCase>'
FAILED = """<TestCase name="bad"><Section name="part"><Info> of note </Info>
<Expression success="false" type="CHECK" filename="a.cpp" line="7"><Original> a == b </Original>
<Expanded> 1 == 2 </Expanded></Expression></Section><OverallResult success="false"/></TestCase>"""


class Catch2(unittest.TestCase):
    def count(self, report, output="", code=0):
        counts = reports.count_catch2(report, output, code)
        return counts, (counts.passed, counts.failed, counts.skipped)

    def test_all_kinds(self):
        counts, numbers = self.count(HEAD + PASSED + SKIPPED + FAILED + TAIL, code=1)
        self.assertEqual(numbers, (1, 1, 1))
        self.assertEqual(counts.skips, ["lazy: SKIPPED: no data"])
        self.assertIn("[part] a.cpp:7: CHECK( a == b ) is ( 1 == 2 )", counts.failures[0])
        self.assertIn("of note", counts.failures[0])

    def test_a_skip_that_catch2_did_not_see(self):
        self.assertEqual(self.count(HEAD + PASSED + PASSED + TAIL, "SKIPPED: no moto\n")[1], (1, 0, 1))

    def test_a_skip_of_version_3(self):
        case = '<TestCase name="x"><OverallResult success="true" skips="1"/></TestCase>'
        self.assertEqual(self.count(HEAD + case + TAIL)[1], (0, 0, 1))

    def test_a_program_that_died_names_its_test(self):
        for code in (-11, 1, 134):
            counts, numbers = self.count(HEAD + PASSED + '<TestCase name="crash">', code=code)
            self.assertEqual(numbers, (1, 1, 0))
            self.assertIn("crash", counts.failures[0])

    def test_a_program_that_hung_names_its_test(self):
        counts, numbers = self.count(HEAD + '<TestCase name="hang">', code=None)
        self.assertEqual(numbers, (0, 1, 0))
        self.assertIn("ran out of time in the test: hang", counts.failures[0])

    def test_an_end_that_catch2_saw_coming_counts_once(self):
        counts, numbers = self.count(HEAD + PASSED + FAILED + TAIL, code=-6)
        self.assertEqual(numbers, (1, 1, 0))
        self.assertIn("exit code -6", counts.failures[1])

    def test_failure_after_the_tests(self):
        self.assertEqual(self.count(HEAD + PASSED + TAIL, "leak", code=23)[1], (1, 1, 0))

    def test_no_test_and_no_report(self):
        self.assertEqual(self.count(HEAD + TAIL)[1], (0, 1, 0))
        self.assertEqual(self.count("")[1], (0, 1, 0))
        self.assertEqual(self.count("not xml")[1], (0, 1, 0))


class Unittest(unittest.TestCase):
    def test_numbers(self):
        for output, code, numbers in (("Ran 3 tests in 1s\n\nOK\n", 0, (3, 0, 0)),
                                      ("Ran 3 tests in 1s\n\nOK (skipped=1)\n", 0, (2, 0, 1)),
                                      ("Ran 5 tests in 1s\n\nFAILED (failures=1, errors=2)\n", 1, (2, 3, 0)),
                                      ("Traceback\n", 1, (0, 1, 0)), ("", 0, (0, 1, 0)), ("", None, (0, 1, 0))):
            with self.subTest(output):
                counts = reports.count_unittest(output, code)
                self.assertEqual((counts.passed, counts.failed, counts.skipped), numbers)


if __name__ == "__main__":
    unittest.main()
