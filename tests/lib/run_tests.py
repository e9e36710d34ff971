"""The steps of a test run. Started by tests/run.sh, which describes the options."""

import argparse
import dataclasses
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import reports

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOGS = ROOT / "build" / "logs"
START = time.monotonic()

SANITIZERS = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "second_deadlock_stack=1",
}
BUILD_TIMEOUT = 3600
TEST_TIMEOUT = 600  # of one test program that does not say another


@dataclasses.dataclass(frozen=True)
class Build:
    preset: str
    compiler: str
    kinds: tuple[str, ...] = ()  # of its tests, what is run; none: all
    tag: str = ""  # only tests with this Catch2 tag
    options: tuple[str, ...] = ()  # of CMake
    everything: bool = False  # compile also what no test runs


# Lint, the generator and the integration tests ask nothing of a compiler: once is enough.
BUILDS = (
    Build("release", "gcc", options=("-DBOTOCRAFT_BUILD_BENCHMARKS=ON",), everything=True),
    Build("asan", "gcc", ("unit", "faults", "call forms")),
    Build("clang-asan", "clang", ("unit", "call forms", "headers")),
    Build("tsan", "gcc", ("unit",), tag="[threads]"),
    Build("fuzz", "clang", ("fuzz",)),
)
QUICK = (Build("release", "gcc", ("unit",)), Build("clang-release", "clang", ("unit",)))


class Failed(Exception):
    pass


def is_setting(variable):
    """Of AWS, or a proxy: what the tests ask is on this machine, and they set what they need themselves."""
    return variable.startswith("AWS_") or variable.lower().endswith("_proxy")


class Run:
    def __init__(self, options):
        self.options = options
        self.rows = []  # kind, build, counts, seconds
        self.environment = {k: v for k, v in os.environ.items() if not is_setting(k)} | SANITIZERS
        # No test may ask the machine that it runs on for credentials.
        self.environment["AWS_EC2_METADATA_DISABLED"] = "true"
        # Another checkout of the same text, a fresh clone say, finds what this one compiled.
        self.environment |= {"CCACHE_BASEDIR": str(ROOT), "CCACHE_NOHASHDIR": "1"}
        symbolizer = shutil.which("llvm-symbolizer-16")
        if symbolizer:
            self.environment["ASAN_SYMBOLIZER_PATH"] = symbolizer

    # --- steps --------------------------------------------------------------------------------------------------------
    def execute(self, name, command, timeout):
        """Runs a command with its output in a log. Gives exit code (None: out of time), log file and seconds."""
        log = LOGS / (re.sub(r"\W+", "-", name) + ".log")
        begin = time.monotonic()
        title = f"[{begin - START:5.0f} s] {name} ... "
        print(title, end="", flush=True)
        with log.open("w") as out:
            child = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=out,
                                     stderr=subprocess.STDOUT, start_new_session=True)
            try:
                code = wait(child, begin + timeout, log, title)
            finally:
                # Nothing that a step started outlives it, whatever ended it.
                if child.poll() is None:
                    end_group(child)
        return code, log, time.monotonic() - begin

    def compile_step(self, name, command):
        code, log, seconds = self.execute(name, command, BUILD_TIMEOUT)
        if code == 0:
            print(f"{seconds:.0f} s")
            return
        print(f"FAILED after {seconds:.0f} s")
        print_tail(log)
        self.rows.append(("compile", name, reports.Counts(failed=1, failures=[name]), seconds))
        raise Failed

    def test_step(self, kind, build, test, command, style, timeout=TEST_TIMEOUT):
        report = LOGS / f"{build}-{test}.xml"
        report.unlink(missing_ok=True)
        if style == "catch2":
            command = command + ["-r", "xml", "-d", "yes", "-o", str(report)]
        code, log, seconds = self.execute(f"{build}: {test}", command, timeout)
        output = log.read_text(errors="replace")
        if style == "catch2":
            text = report.read_text(errors="replace") if report.exists() else ""
            counts = reports.count_catch2(text, output, code)
        elif style == "unittest":
            counts = reports.count_unittest(output, code)
        else:
            counts = reports.Counts(passed=int(code == 0), failed=int(code != 0))
        self.rows.append((kind, build, counts, seconds))

        word = "FAILED" if counts.failed else "ok"
        print(f"{word}: {counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped, {seconds:.1f} s")
        for failure in counts.failures:
            print(f"\n  {failure}".replace("\n", "\n  "))
        for skip in counts.skips:
            print(f"    {skip if skip.startswith('SKIPPED') else 'SKIPPED: ' + skip}")
        if counts.failed:
            print_tail(log)
            raise Failed

    # --- one build ----------------------------------------------------------------------------------------------------
    def run_build(self, build):
        name, folder = build.preset, ROOT / "build" / build.preset
        self.compile_step(f"{name}: configure", ["cmake", "--preset", name, "-DBOTOCRAFT_BUILD_TESTS=ON",
                                                f"-DPython3_EXECUTABLE={sys.executable}", *build.options])
        tests = [test for test in discover(folder) if not build.kinds or test["kind"] in build.kinds]
        targets = [] if build.everything else ["--target"] + sorted({test["target"] for test in tests})
        rest = ["-k", "0"] if self.options.keep_going else []
        self.compile_step(f"{name}: compile",
                          ["cmake", "--build", str(folder), "-j", str(self.options.jobs), *targets, "--", *rest])
        for test in discover(folder):
            if build.kinds and test["kind"] not in build.kinds:
                continue
            if not test["command"]:
                raise FileNotFoundError(f"{test['name']}: CTest knows no program")
            # GCC 12's TSan needs an address layout without surprises.
            program = ["setarch", "--addr-no-randomize", *test["command"]] if "tsan" in name else test["command"]
            if build.tag and not has_tests(program, build.tag):
                continue
            command = program + ([build.tag] if build.tag else [])
            self.guarded(self.test_step, test["kind"], name, test["name"], command, test["style"], test["timeout"])

    def guarded(self, step, *arguments):
        try:
            step(*arguments)
        except Failed:
            if not self.options.keep_going:
                raise

    def run(self):
        LOGS.mkdir(parents=True, exist_ok=True)
        if self.options.quick:
            builds = [build for build in QUICK if build.compiler == self.options.compiler.replace("all", "gcc")]
        else:
            builds = [build for build in BUILDS if self.options.compiler in (build.compiler, "all")]
        try:
            if not self.options.quick:
                self.guarded(self.test_step, "lint", "sources", "lint", [sys.executable, "-B", "tests/lint/lint.py"], "plain")
            for build in builds:
                self.guarded(self.run_build, build)
        except Failed:
            print("\nStopped at the first failure; --keep-going goes on.")
        return self.close()

    def close(self):
        print(f"\n{'kind':14}{'build':24}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>10}")
        for kind, build, counts, seconds in self.rows:
            print(f"{kind:14}{build:24}{counts.passed:8}{counts.failed:8}{counts.skipped:9}{seconds:10.1f}")
        skips = [skip for row in self.rows for skip in row[2].skips]
        if skips:
            print(f"\n{len(skips)} tests were SKIPPED:")
            for skip in skips:
                print(f"  {skip}")
        passed, failed, skipped = (sum(getattr(row[2], name) for row in self.rows) for name in
                                   ("passed", "failed", "skipped"))
        if not passed and not failed:
            failed = 1
            print("\nNo test was run.")
        print(f"\nTook {time.monotonic() - START:.0f} s. A test counts once in every build that runs it.")
        print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
        return 1 if failed else 0


def discover(folder):
    """The tests that CMake knows: tests/CMakeLists.txt labels each with its kind and the style of its report."""
    listing = subprocess.run(["ctest", "--test-dir", str(folder), "--show-only=json-v1"], capture_output=True, text=True,
                             check=True)
    tests = []
    for test in json.loads(listing.stdout)["tests"]:
        properties = {entry["name"]: entry["value"] for entry in test.get("properties", [])}
        labels = dict(label.split("=", 1) for label in properties.get("LABELS", []) if "=" in label)
        tests.append({
            "name": test["name"],
            "command": test.get("command", []),  # absent before it is compiled
            "kind": labels.get("kind", "unit"),
            "style": labels.get("style", "plain"),
            "target": labels.get("target", test["name"]),
            "timeout": properties.get("TIMEOUT", TEST_TIMEOUT),
        })
    return tests


def has_tests(program, tag):
    """Whether any of the program's tests has the tag. Both versions of Catch2 close their list with a count."""
    listed = subprocess.run([*program, "--list-tests", tag], capture_output=True, text=True, check=False).stdout
    return re.search(r"^[1-9][0-9]* matching test case", listed, re.MULTILINE) is not None


def wait(child, deadline, log, title):
    """The exit code, or None when time is up. A terminal shows the last line of the log meanwhile."""
    shows = sys.stdout.isatty()
    while time.monotonic() < deadline:
        try:
            code = child.wait(0.5 if shows else deadline - time.monotonic())
            print("\033[K" if shows else "", end="")
            return code
        except subprocess.TimeoutExpired:
            if shows:
                lines = log.read_text(errors="replace").splitlines() or [""]
                room = max(0, shutil.get_terminal_size().columns - len(title) - 1)
                print(f"\r{title}{lines[-1][:room]}\033[K\r{title}", end="", flush=True)
    return None


def end_group(child):
    """Ends a step with all that it started: politely, so that servers are stopped, then not."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, kind)
            child.wait(10)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def print_tail(log, lines=60):
    text = log.read_text(errors="replace").splitlines()
    print(f"--- the end of {log.relative_to(ROOT)}" + "-" * 40)
    print("\n".join(text[-lines:]))
    print("-" * 60)


def stop(_signal, _frame):
    raise KeyboardInterrupt


def main():
    parser = argparse.ArgumentParser(prog="tests/run.sh")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--compiler", choices=("gcc", "clang", "all"), default="all")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--keep-going", action="store_true")
    signal.signal(signal.SIGTERM, stop)
    try:
        return Run(parser.parse_args()).run()
    except KeyboardInterrupt:
        print("\nInterrupted.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
