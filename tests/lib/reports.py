"""Counts what a test program reports: Catch2's XML, or the closing lines of Python's unittest."""

import dataclasses
import re
import xml.etree.ElementTree as xml

# Catch2 2 cannot skip: such a test prints a line that starts like this, with the reason, and passes.
SKIPPED = re.compile(r"^\s*(SKIPPED: .*)$", re.MULTILINE)


@dataclasses.dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[str] = dataclasses.field(default_factory=list)  # what failed, ready to print
    skips: list[str] = dataclasses.field(default_factory=list)  # which test, and why

    @property
    def total(self):
        return self.passed + self.failed + self.skipped


def _text(element):
    return " ".join((element.text or "").split())


def _problems(element):
    """The failed checks below an element, one line each, with what INFO said before them."""
    notes = []
    for child in element:
        place = f"{child.get('filename')}:{child.get('line')}"
        if child.tag in ("Info", "Warning"):
            notes.append(_text(child))
            continue
        if child.tag == "Expression" and child.get("success") == "false":
            original, expanded = _text(child.find("Original")), _text(child.find("Expanded"))
            line = f"{place}: {child.get('type')}( {original} ) is ( {expanded} )"
            thrown = child.find("Exception")
            if thrown is not None:
                line += f", threw: {_text(thrown)}"
        elif child.tag in ("Exception", "Failure", "FatalErrorCondition"):
            line = f"{place}: {child.tag}: {_text(child)}"
        elif child.tag == "Section":
            yield from (f"[{child.get('name')}] {line}" for line in _problems(child))
            continue
        else:
            continue
        yield line + "".join(f"\n    with: {note}" for note in notes)
        notes = []


def count_catch2(report, output, exit_code):
    """`report`: the XML, cut short where the program died; `output`: what went past it; `exit_code`: None at a
    time-out."""
    counts = Counts()
    parser = xml.XMLPullParser(["start", "end"])
    running = None  # the test that began and did not end
    try:
        parser.feed(report)
        for event, element in parser.read_events():
            if element.tag != "TestCase":
                continue
            running = element.get("name") if event == "start" else None
            if event == "end":
                _count_case(counts, element)
    except xml.ParseError as error:
        if not running:
            counts.failures.append(f"unreadable report: {error}")

    # A test that prints past Catch2 (printf, a child process) is not known by name.
    for line in SKIPPED.findall(output):
        if counts.passed:
            counts.passed -= 1
            counts.skipped += 1
            counts.skips.append(line)

    died = exit_code is None or exit_code < 0 or running
    if died or (exit_code != 0 and not counts.failed):
        # Where Catch2 saw the end coming, the test is counted already.
        counts.failed += bool(running or not counts.failed)
        how = "ran out of time" if exit_code is None else f"ended with exit code {exit_code}"
        counts.failures.append(f"the program {how}" + (f" in the test: {running}" if running else ""))
    elif not counts.total:
        counts.failed += 1
        counts.failures.append("the program ran no test")
    return counts


def _count_case(counts, case):
    name, overall = case.get("name"), case.find("OverallResult")
    printed = "".join((part.text or "") for tag in ("StdOut", "StdErr") for part in case.iter(tag))
    skip = SKIPPED.search(printed)
    if overall is None or overall.get("success") != "true":
        counts.failed += 1
        lines = "\n  ".join(_problems(case)) or "(no check failed)"
        counts.failures.append(f"{name}\n  {lines}" + (f"\n  it printed:\n{printed.rstrip()}" if printed else ""))
    elif skip:
        counts.skipped += 1
        counts.skips.append(f"{name}: {skip[1]}")
    elif int(overall.get("skips", "0")):  # Catch2 3
        counts.skipped += 1
        counts.skips.append(name)
    else:
        counts.passed += 1


def count_unittest(output, exit_code):
    counts = Counts()
    ran = re.search(r"^Ran (\d+) tests?", output, re.MULTILINE)
    closing = re.search(r"^(?:OK|FAILED)(?: \((.*)\))?$", output, re.MULTILINE)
    numbers = dict(re.findall(r"(\w+)=(\d+)", (closing and closing[1]) or ""))
    counts.failed = int(numbers.get("failures", 0)) + int(numbers.get("errors", 0))
    counts.skipped = int(numbers.get("skipped", 0))
    counts.passed = max(0, (int(ran[1]) if ran else 0) - counts.failed - counts.skipped)
    counts.skips = SKIPPED.findall(output)[: counts.skipped] or ["(see the log)"] * counts.skipped
    if (exit_code != 0 or not counts.total) and not counts.failed:
        counts.failed = 1
    if counts.failed:
        counts.failures.append(output[-4000:])
    return counts
