"""The generator makes C++ of every service that botocore has: `every_service_test.py MOTO_VENV GEN SPECS [unittest...]`

Facts alone: services without an overlay get their client. Nothing is compiled. botocore comes with moto. And SPECS has of the
services that it lists what the pinned release says.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import with_moto  # noqa: E402

VENV, GEN, SPECS = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])


def gen(*arguments):
    """What it complains of; empty where it made what it should."""
    done = subprocess.run([GEN, *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


class EveryService(unittest.TestCase):
    def botocore(self):
        try:
            python = with_moto.ensure_venv(VENV)
        except with_moto.Unavailable as reason:
            print(f"SKIPPED: no botocore: {reason}", flush=True)
            self.skipTest(str(reason))
        where = "import botocore, pathlib; print(pathlib.Path(botocore.__file__).parent)"
        return pathlib.Path(subprocess.run([python, "-c", where], capture_output=True, text=True, check=True).stdout.strip())

    def test_what_lies_here_is_what_the_pinned_release_says(self):
        botocore = self.botocore()
        with tempfile.TemporaryDirectory() as folder:
            aws = pathlib.Path(folder, "aws")
            self.assertEqual(gen("import", botocore.parent, "--specs", SPECS, "--output", aws), "")
            imported, committed = ({file.name: file.read_bytes() for file in here.iterdir()} for here in (aws, SPECS / "aws"))
        listed = {line for line in (SPECS / "services.txt").read_text().split("\n") if line and not line.startswith("#")}
        self.assertLessEqual({f"{name}.json" for name in listed} | {"partitions.json", "sdk-default-configuration.json"}, imported.keys())
        # By name: the texts are megabytes.
        other = sorted(name for name in imported.keys() | committed.keys() if imported.get(name) != committed.get(name))
        self.assertEqual(other, [], "these are not what `gen import` makes of the release in specs/botocore.version: run it anew")

    def test_is_imported_and_generated(self):
        botocore = self.botocore()
        names = sorted(each.name for each in (botocore / "data").iterdir() if each.is_dir())
        self.assertGreater(len(names), 400)
        with tempfile.TemporaryDirectory() as folder:
            specs, out = pathlib.Path(folder, "specs"), pathlib.Path(folder, "out")
            (specs / "models").mkdir(parents=True)
            for name in ("botocore.version", "services.txt"):
                shutil.copy(SPECS / name, specs)
            for overlay in (SPECS / "models").glob("*.yaml"):  # those of whose services there are no facts elsewhere
                if not (SPECS / "aws" / f"{overlay.stem}.json").exists():
                    shutil.copy(overlay, specs / "models")
            chosen = [word for name in names for word in ("--service", name)]
            self.assertEqual(gen("import", botocore.parent, "--specs", specs, *chosen), "")
            with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
                complaints = pool.map(lambda name: gen("generate", name, "--specs", specs, "--output", out / name), names)
                wrong = {name: complaint for name, complaint in zip(names, complaints) if complaint}
            self.assertEqual(wrong, {})
            clients = list(out.glob("*/include/botocraft/*/client.hpp"))
            self.assertEqual(len(clients), len(names))
            counts = {header.parents[3].name: count_functions(header) for header in clients}
            self.assertEqual(counts, {name: count_operations(specs / "aws" / f"{name}.json") for name in names})
            print(f"{len(names)} services, {sum(counts.values())} operations", flush=True)


def count_functions(header):
    return len(set(re.findall(r"\bbind\((\d+)", header.read_text())))  # one that pages has two


def count_operations(facts):
    """Those that a client has functions of: all that take no events."""
    api = json.loads(facts.read_text())
    shapes = api["shapes"]

    def takes_events(operation):
        body = shapes[operation["input"]["shape"]] if "input" in operation else {}
        return any(shapes[member["shape"]].get("eventstream") for member in body.get("members", {}).values())

    return sum(not takes_events(operation) for operation in api["operations"].values())


unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
