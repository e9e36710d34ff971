"""What `gen bootstrap` guesses, beside what people wrote: `bootstrap_test.py PARITY GEN SPECS [unittest...]`

PARITY lists, service by service, which operation creates, gets, lists, updates or deletes each resource. The guesses are
compared with that list, and each overlay that is guessed must be one that the generator takes. Prints precision (of the methods
guessed for resources of the list, how many are in it) and recall (of those in the list, how many were guessed).
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PARITY, GEN, SPECS = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
LEAST_RECALL = 0.70
KINDS = ("create", "get", "list", "update", "delete")


def bare(operation):
    """DescribeDBClusters and describe_db_clusters alike."""
    return operation.replace("_", "").lower()


def wanted_methods(text):
    """By service: pairs of a kind and an operation. What no operation does alone is not counted."""
    services = {}
    for section in re.split(r"(?m)^## 3\.(?!0 )\d+ ", text)[1:]:
        service = section.split(" ", 1)[0]
        found = services.setdefault(service, set())
        for line in section.splitlines():
            crudl = re.search(r"CRUDL: (.*?)\. (?:Extra|Rel|Proxies|Mixins)|CRUDL: (.*)\.$", line)
            if not line.startswith("- **") or not crudl:
                continue
            for kind, operation in re.findall(r"(\w+)=(\w+)", crudl.group(1) or crudl.group(2)):
                if kind in KINDS and operation != "MIXIN":
                    found.add((kind, bare(operation)))
    return services


def guessed_models(overlay):
    """Sets of pairs, one for each model."""
    models, method = [], None
    for line in overlay.splitlines():
        if re.match(r"  \w+:$", line):
            models.append(set())
        elif found := re.match(r"      (\w+):$", line):
            method = found.group(1)
        elif (found := re.match(r"        operation: (\w+)$", line)) and method in KINDS:
            models[-1].add((method, bare(found.group(1))))
    return models


def run(*arguments):
    return subprocess.run([GEN, *map(str, arguments)], capture_output=True, text=True, check=False)


class Bootstrap(unittest.TestCase):
    def test_finds_what_people_wrote(self):
        if not PARITY.exists():
            print(f"SKIPPED: {PARITY} is not there", flush=True)
            self.skipTest("nothing to compare with")
        hits = guessed_beside = wanted_in_all = guessed_in_all = 0
        with tempfile.TemporaryDirectory() as folder:
            for service, wanted in sorted(wanted_methods(PARITY.read_text()).items()):
                done = run("bootstrap", service, "--specs", SPECS)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.check_generates(service, done.stdout, pathlib.Path(folder))
                models = guessed_models(done.stdout)
                guessed = set().union(*models)
                beside = set().union(*(model for model in models if model & wanted))  # of the resources that both know
                found = guessed & wanted
                hits += len(found)
                guessed_beside += len(beside)
                guessed_in_all += len(guessed)
                wanted_in_all += len(wanted)
                print(f"{service:26} precision {share(len(found), len(beside))}  recall {share(len(found), len(wanted))}  "
                      f"{len(models)} models, {len(guessed)} methods", flush=True)
        print(f"{'all':26} precision {share(hits, guessed_beside)}  recall {share(hits, wanted_in_all)}  "
              f"{guessed_in_all} methods", flush=True)
        self.assertGreaterEqual(hits / wanted_in_all, LEAST_RECALL)

    def test_finds_tags(self):
        expected = {
            "efs": ("tag: {operation: TagResource, arguments: {ResourceId: FileSystemId}, tags: Tags}",
                    "untag: {operation: UntagResource, arguments: {ResourceId: FileSystemId}, tags: TagKeys}"),
            "iam": ("tag: {operation: TagRole, arguments: {RoleName: RoleName}, tags: Tags}",),
            "kms": ("extra_fields: {Tags: TagList}",
                    "also: {ListResourceTags: {arguments: {KeyId: KeyId}, merge: {Tags: Tags}}}"),
        }
        for service, texts in expected.items():
            overlay = run("bootstrap", service, "--specs", SPECS).stdout
            for text in texts:
                self.assertIn(text, overlay, service)
            self.assertNotIn("\n  Tag:\n", overlay, service)

    def check_generates(self, service, overlay, folder):
        specs = folder / service
        (specs / "models").mkdir(parents=True)
        (specs / "aws").mkdir()
        shutil.copy(SPECS / "aws" / f"{service}.json", specs / "aws")
        (specs / "models" / f"{service}.yaml").write_text(overlay)
        made = run("generate", service, "--specs", specs, "--output", specs / "out")
        self.assertEqual(made.returncode, 0, made.stderr)


def share(part, whole):
    return f"{part / whole:4.0%} ({part}/{whole})" if whole else "   - (0/0)"


unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
