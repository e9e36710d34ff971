"""Runs the fuzz targets, several at once:
run.py PROGRAM [--seconds N] [--jobs N] [--seed N] [--corpus FOLDER] [TARGET ...]

Each begins with its seeds and with what FOLDER/TARGET holds, where it leaves the inputs that it found interesting. An
input that is a finding goes to FOLDER as TARGET-crash-..., and the end of the log is shown. Closes like Python's unittest.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SEEDS = pathlib.Path(__file__).parent / "seeds"
# Exceptions are how decoders refuse: with fake stacks each would cost a hundred times as much.
ENVIRONMENT = os.environ | {"ASAN_OPTIONS": "detect_stack_use_after_return=0:strict_string_checks=1",
                            "UBSAN_OPTIONS": "print_stacktrace=1"}
SLOW = 10  # seconds that no input may take
MEMORY = 2048  # MB


def list_targets(program):
    usage = subprocess.run([program], capture_output=True, text=True, check=False).stderr
    return re.search(r"^targets: (.*)$", usage, re.MULTILINE)[1].split()


def run(options, corpus, target):
    """Whether all went well, and what to say about it."""
    folder = corpus / target
    folder.mkdir(parents=True, exist_ok=True)
    seeds = SEEDS / target
    if not seeds.is_dir():
        return False, f"no seeds in {seeds.name}"
    command = [options.program, f"--target={target}", f"-max_total_time={options.seconds}", f"-seed={options.seed}",
               f"-timeout={SLOW}", f"-rss_limit_mb={MEMORY}", f"-artifact_prefix={corpus}/{target}-", str(folder), str(seeds)]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, errors="replace", check=False)
    executions = re.search(r"^Done (\d+) runs", done.stderr, re.MULTILINE)
    covered = re.findall(r"cov: (\d+)", done.stderr)
    if done.returncode == 0 and executions:
        return True, f"{executions[1]} executions, {covered[-1] if covered else '?'} edges"
    return False, "\n".join(done.stderr.splitlines()[-40:])


def main():
    parser = argparse.ArgumentParser(prog="run.py")
    parser.add_argument("program")
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers; 0 takes another one each time")
    parser.add_argument("--corpus", type=pathlib.Path)
    options = parser.parse_args()
    targets = options.targets or list_targets(options.program)
    failures = 0
    with tempfile.TemporaryDirectory() as temporary, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        corpus = options.corpus or pathlib.Path(temporary)
        for target, (good, report) in zip(targets, pool.map(lambda each: run(options, corpus, each), targets)):
            failures += not good
            print(f"{target}: {'ok' if good else 'FAILED'}, {report}", flush=True)
    print(f"\nRan {len(targets)} tests\n\n" + (f"FAILED (failures={failures})" if failures else "OK"))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
