"""Every model and method that moto serves: written by boto3 and read by this library, and the other way round.
`with_moto.py --venv DIR -- models_test.py PROGRAM SPECS [--witnesses FILE] [--only SERVICE[.MODEL]]`

One test for each model, as the files beside this one say (scenario.py); one that finds methods that moto serves and no file
mentions; and one that compares specs/witnesses.md with what was witnessed. With --witnesses that is written to a file instead,
a line each: `witness=moto SERVICE MODEL METHOD`; methods that moto has not got: `unserved=moto SERVICE MODEL METHOD REASON`.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
PYTHON = os.environ.get("BOTOCRAFT_WITNESS_PYTHON")
if PYTHON and os.path.abspath(sys.executable) != os.path.abspath(PYTHON):
    os.execv(PYTHON, [PYTHON, "-B", *sys.argv])  # which has boto3 and a reader of YAML

sys.path.insert(0, str(HERE))
ENDPOINT = os.environ.get("BOTOCRAFT_MOTO_ENDPOINT")
CRUDL = {"get", "get_many", "list", "create", "update", "delete"}


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("specs")
    parser.add_argument("--witnesses", type=pathlib.Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--double")
    return parser.parse_args()


class Models(unittest.TestCase):
    """Gets its tests from the files."""

    @classmethod
    def setUpClass(cls):
        cls.witnessed, cls.unserved, cls.mentioned = set(), {}, set()

    def reset(self):
        with urllib.request.urlopen(urllib.request.Request(f"{ENDPOINT}/moto-api/reset", method="POST")):
            pass

    def check(self, service, model, entry):
        self.reset()
        rows = {row["method"]: row for row in TABLES if (row["service"], row["model"]) == (service, model)}
        self.assertTrue(rows, f"{service} has no model {model}")
        scenario = Scenario(service, model, entry, rows, RELATIONS.get((service, model), {}), BOTO, LIBRARY)
        scenario.run()
        type(self).witnessed |= {(service, model, method) for method in scenario.witnessed}
        for method, reason in scenario.unserved.items():
            type(self).unserved[(service, model, method)] = reason
        for step in entry.get("steps", []):
            word = next(iter(step))
            if word != "they":
                type(self).mentioned.add((service, model, scenario.method_of(word, step)))
        if scenario.failures:
            self.fail("\n".join(scenario.failures))

    def test_zz_all_that_moto_serves_is_tried(self):
        if OPTIONS.only:
            self.skipTest("only some models were asked for")
        self.reset()
        answers, forgotten = {}, []
        for row in TABLES:
            key = (row["service"], row["model"], row["method"])
            if key in self.mentioned:
                continue
            operation = (row["service"], row["operation"])
            if row["operation"] is None:
                forgotten.append(" ".join(key) + f" ({row['kind']})")
                continue
            if operation not in answers:
                answers[operation] = probe(BOTO, *operation)
            if answers[operation]:
                type(self).unserved[key] = answers[operation]
            else:
                forgotten.append(" ".join(key) + f" ({row['kind']})")
        crudl = [text for text in forgotten if text.rsplit("(", 1)[1][:-1] in CRUDL]
        print(f"{len(self.witnessed)} methods witnessed, {len(self.unserved)} not served, {len(forgotten)} not tried", flush=True)
        for (service, model, method), reason in sorted(self.unserved.items()):
            print(f"NOT SERVED by moto: {service} {model} {method}: {reason}", flush=True)
        for text in forgotten:
            print(f"NOT TRIED: {text}", flush=True)
        self.assertEqual(crudl, [], "moto serves these, and no file beside this test has a step for them")

    def test_zzz_the_table_of_witnesses_is_what_was_witnessed(self):
        if OPTIONS.only or OPTIONS.witnesses:
            self.skipTest("not all models were tried, or the table is to be made anew")
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(lines())
            file.flush()
            done = subprocess.run([sys.executable, "-B", str(HERE / "witness_table.py"), OPTIONS.program, OPTIONS.specs, "--check",
                                   "--lines", file.name, *(["--double", OPTIONS.double] if OPTIONS.double else [])],
                                  capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


def lines():
    return ("".join(f"witness=moto {' '.join(key)}\n" for key in sorted(Models.witnessed)) +
            "".join(f"unserved=moto {' '.join(key)} {why}\n" for key, why in sorted(Models.unserved.items())))


def add_test(service, model, entry):
    def test(self):
        self.check(service, model, entry)
    test.__name__ = f"test_{service}_{model}"
    setattr(Models, test.__name__, test)


OPTIONS = options()
if ENDPOINT:
    import yaml

    from scenario import Boto3, Library, Scenario, probe

    RELATIONS = {}
    BOTO, LIBRARY = Boto3(ENDPOINT), Library(OPTIONS.program, ENDPOINT)
    TABLES = LIBRARY.tables()
    SERVICES = {row["service"] for row in TABLES}
    for file in sorted(HERE.glob("*.yaml")):
        service_of_file = file.name.partition(".")[0]
        overlay = yaml.safe_load((pathlib.Path(OPTIONS.specs) / "models" / f"{service_of_file}.yaml").read_text())
        for name, described in overlay["models"].items():
            RELATIONS[(service_of_file, name)] = {
                relation: leads.get("service", service_of_file) for relation, leads in described.get("relations", {}).items()
                if leads.get("service", service_of_file) in SERVICES}
        for name, described in yaml.safe_load(file.read_text()).items():
            if f"{service_of_file}.{name}".startswith(OPTIONS.only):
                add_test(service_of_file, name, described)
else:
    REASON = os.environ.get("BOTOCRAFT_INTEGRATION_SKIPPED", "not started by tests/integration/with_moto.py")
    print(f"SKIPPED: no second party: {REASON}", flush=True)
    Models = unittest.skip(REASON)(Models)

if __name__ == "__main__":
    done = unittest.main(argv=sys.argv[:1], exit=False)
    ended = 0
    if ENDPOINT:
        ended = LIBRARY.close()
        if OPTIONS.witnesses:
            OPTIONS.witnesses.write_text(lines())
    sys.exit(ended != 0 or not done.result.wasSuccessful())
