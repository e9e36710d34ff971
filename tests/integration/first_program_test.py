"""The README's first program does what the README says, beside a moto server: `first_program_test.py VENV PROGRAM`."""

import json
import pathlib
import subprocess
import sys
import unittest

import with_moto

HERE = pathlib.Path(__file__).resolve().parent
VENV, PROGRAM = pathlib.Path(sys.argv[1]), sys.argv[2]
CONTAINER = {"name": "nginx", "image": "nginx", "memory": 64}


class FirstProgram(unittest.TestCase):
    def setUp(self):
        try:
            self.variables = self.enterContext(with_moto.moto(VENV))
        except with_moto.Unavailable as reason:
            print(f"SKIPPED: no second party: {reason}", flush=True)
            self.skipTest(str(reason))
        self.witness = self.enterContext(subprocess.Popen(
            [self.variables["BOTOCRAFT_WITNESS_PYTHON"], "-B", str(HERE / "witness.py"),
             self.variables["BOTOCRAFT_MOTO_ENDPOINT"]],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.variables))

    def ask(self, operation, **arguments):
        command = {"service": "ecs", "operation": operation, "arguments": arguments}
        print(json.dumps(command), file=self.witness.stdin, flush=True)
        answer = json.loads(self.witness.stdout.readline())
        self.assertNotIn("error", answer)
        return answer["response"]

    def run_program(self):
        return subprocess.run([PROGRAM], env=self.variables, capture_output=True, text=True, timeout=120)

    def test_it_scales_the_service_that_boto3_made(self):
        self.ask("create_cluster", clusterName="prod")
        self.ask("register_task_definition", family="nginx", containerDefinitions=[CONTAINER])
        self.ask("create_service", cluster="prod", serviceName="web", taskDefinition="nginx", desiredCount=1)
        done = self.run_program()
        self.assertEqual((done.returncode, done.stdout), (0, "web shall run 3 tasks of nginx\n"), done.stderr)
        seen = self.ask("describe_services", cluster="prod", services=["web"])
        self.assertEqual(seen["services"][0]["desiredCount"], 3)

    def test_it_ends_in_one_clear_error_where_there_is_no_service(self):
        self.ask("create_cluster", clusterName="prod")
        done = self.run_program()
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn("web", done.stderr)

    def test_it_ends_in_one_clear_error_where_there_is_no_cluster(self):
        done = self.run_program()
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn("ClusterNotFoundException", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
