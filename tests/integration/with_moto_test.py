"""The server beside a command lives as long as the command, and its absence is told: `with_moto_test.py VENV`."""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import with_moto

VENV = pathlib.Path(sys.argv[1])
SHOW = [sys.executable, "-c", "import os; print(os.environ.get('BOTOCRAFT_MOTO_ENDPOINT'), flush=True); "
        "print(os.environ.get('BOTOCRAFT_INTEGRATION_SKIPPED'), os.environ.get('AWS_PROFILE'))"]


def listens(endpoint):
    host, port = endpoint.removeprefix("http://").split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def command(venv, *words):
    return [sys.executable, "-B", with_moto.__file__, "--venv", str(venv), "--", *words]


class WithoutPackages(unittest.TestCase):
    def test_the_command_runs_and_is_told_why_there_is_no_server(self):
        with tempfile.TemporaryDirectory() as folder:
            nothing = os.environ | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": folder, "AWS_PROFILE": "mine"}
            done = subprocess.run(command(f"{folder}/venv", *SHOW), env=nothing, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.splitlines()[-2], "None")
        self.assertRegex(done.stdout.splitlines()[-1], "^moto and boto3 cannot be installed: .* None$")


class Server(unittest.TestCase):
    def setUp(self):
        try:
            with_moto.ensure_venv(VENV)
        except with_moto.Unavailable as reason:
            print(f"SKIPPED: no second party: {reason}", flush=True)
            self.skipTest(str(reason))

    def test_it_ends_with_the_command_whose_exit_code_is_passed_on(self):
        done = subprocess.run(command(VENV, *SHOW), capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(listens(done.stdout.splitlines()[0]))
        self.assertEqual(subprocess.run(command(VENV, "sh", "-c", "exit 7")).returncode, 7)
        self.assertEqual(subprocess.run(command(VENV, "sh", "-c", "kill -ABRT $$")).returncode, 134)

    def test_it_ends_when_everything_is_killed(self):
        # The command ends with its input, which this test holds.
        child = subprocess.Popen(command(VENV, "sh", "-c", "echo $BOTOCRAFT_MOTO_ENDPOINT; read line"),
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        with child:
            endpoint = child.stdout.readline().strip()
            self.assertTrue(listens(endpoint))
            child.kill()
        deadline = time.monotonic() + 30
        while listens(endpoint) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertFalse(listens(endpoint))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
