"""The shell functions that install packages, with stand-ins for Debian's tools that write down what they are told."""

import os
import pathlib
import stat
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().with_name("packages.sh")
TOOLS = ("bash", "awk", "cat", "cut", "mktemp", "rm", "tail")


class Packages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in TOOLS:
            real = subprocess.run(["which", name], capture_output=True, text=True, check=True).stdout.strip()
            (self.folder / name).symlink_to(real)
        self.calls = self.folder / "calls"
        self.calls.touch()

    def tool(self, name, text):
        path = self.folder / name
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def debian(self, missing=(), root=True, install="exit 0"):
        names = "|".join(missing) or "-"
        self.tool("dpkg-query", f'case "${{@: -1}}" in {names}) exit 1 ;; *) echo -n installed ;; esac')
        self.tool("apt-get", f'echo "apt-get $*" >> {self.calls}\n[ "$1" = update ] || {{ {install}; }}')
        self.tool("id", f"echo {0 if root else 1000}")

    def require(self, *groups):
        return subprocess.run(["bash", "-euc", f'. "{SCRIPT}"; require_packages {" ".join(groups)}'],
                              env={"PATH": str(self.folder), "TMPDIR": str(self.folder)}, capture_output=True, text=True)

    def made_calls(self):
        return self.calls.read_text().splitlines()

    def test_nothing_is_said_or_done_where_all_is_there(self):
        self.debian()
        done = self.require("build", "test", "full")
        self.assertEqual((done.returncode, done.stdout, done.stderr, self.made_calls()), (0, "", "", []))

    def test_only_what_is_missing_in_the_groups_is_installed_and_named_with_its_reason(self):
        self.debian(missing=("cmake", "catch2", "clang-16"))
        done = self.require("build", "test")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.made_calls(), ["apt-get install -y --no-install-recommends cmake catch2"])
        self.assertRegex(done.stdout, r"cmake +configures the build")
        self.assertNotIn("clang", done.stdout)

    def test_the_list_of_packages_is_fetched_only_when_an_installation_failed(self):
        self.debian(missing=("cmake",), install=f"[ $(grep -c install {self.calls}) -gt 1 ]")
        (self.folder / "grep").symlink_to("/usr/bin/grep")
        self.assertEqual(self.require("build").returncode, 0)
        self.assertEqual([call.split()[1] for call in self.made_calls()], ["install", "update", "install"])

    def test_an_installation_that_fails_says_what_to_do(self):
        self.debian(missing=("cmake",), install="echo 'E: no such package'; exit 100")
        done = self.require("build")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("E: no such package", done.stderr)
        self.assertIn("apt-get install --no-install-recommends cmake", done.stderr)

    def test_without_root_and_sudo_it_says_so(self):
        self.debian(missing=("cmake",), root=False)
        done = self.require("build")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("Neither root nor sudo", done.stderr)
        self.assertEqual(self.made_calls(), [])

    def test_sudo_is_used_where_one_is_not_root(self):
        self.debian(missing=("cmake",), root=False)
        self.tool("sudo", f'echo "sudo" >> {self.calls}; export "$1"; shift; "$@"')
        self.assertEqual(self.require("build").returncode, 0)
        self.assertEqual(self.made_calls(), ["sudo", "apt-get install -y --no-install-recommends cmake"])

    def test_another_system_is_told_what_is_needed(self):
        done = self.require("build")
        self.assertEqual(done.returncode, 0)
        self.assertIn("libssl-dev", done.stderr)


if __name__ == "__main__":
    unittest.main()
