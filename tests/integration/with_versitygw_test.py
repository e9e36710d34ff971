"""Where versitygw cannot be built, the command runs all the same and is told why."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import with_versitygw

SHOW = [sys.executable, "-c", "import os; print(os.environ.get('BOTOCRAFT_S3_ENDPOINT')); "
        "print(os.environ.get('BOTOCRAFT_INTEGRATION_SKIPPED'), os.environ.get('AWS_PROFILE'))"]


class WithoutServer(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def reason(self, **changes):
        done = subprocess.run([sys.executable, "-B", with_versitygw.__file__, "--folder", str(self.folder / "gateway"), "--", *SHOW],
                              env=os.environ | {"AWS_PROFILE": "mine"} | changes, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        endpoint, reason = done.stdout.splitlines()[-2:]
        self.assertEqual(endpoint, "None")
        self.assertTrue(reason.endswith(" None"), reason)
        return reason.removesuffix(" None")

    def go(self, text):
        program = self.folder / "go"
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
        return {"PATH": f"{self.folder}:{os.environ['PATH']}"}

    def test_no_go(self):
        self.assertEqual(self.reason(PATH=str(self.folder)), "go is missing: go 1.25 or later builds versitygw")

    def test_a_go_that_is_too_old(self):
        self.assertEqual(self.reason(**self.go("echo go version go1.19.8 linux/amd64")),
                         "go is too old: go 1.25 or later builds versitygw, and this is go version go1.19.8 linux/amd64")

    def test_a_go_that_does_not_work(self):
        self.assertEqual(self.reason(**self.go("exit 1")),
                         "go is too old: go 1.25 or later builds versitygw, and this is of no version")

    def test_nothing_is_built(self):
        reason = self.reason(**self.go("test $1 = version && echo go version go1.25.0 linux/amd64 || { echo no module; exit 1; }"))
        self.assertEqual(reason, "versitygw cannot be built: no module")

    def test_no_proxy_and_nothing_written_at_home(self):
        if not shutil.which("go"):
            print("SKIPPED: no go, so that nobody asks for a module", flush=True)
            self.skipTest("no go")
        home = self.folder / "home"
        home.mkdir()
        reason = self.reason(HOME=str(home), GOPROXY="off")
        self.assertRegex(reason, "^(versitygw cannot be built: .*disabled|go is too old: )")
        self.assertEqual(list(home.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
