"""Writes specs/witnesses.md: which witness tested which method of which model.
`witness_table.py PROGRAM SPECS [--lines FILE...] [--double PROGRAM] [--check]`

PROGRAM is call_models, which knows all methods; what is written by hand is taken from the overlays in SPECS. The FILEs
have lines, among others, `witness=NAME SERVICE MODEL METHOD` and `unserved=NAME SERVICE MODEL METHOD REASON`.
`--double` names the test of the double, which says such lines when it is run. What tests call by its type is found in their
sources. With --check nothing is written: it fails where the table on the disk lacks a method, has one that is gone, or is
wrong about a witness that was heard.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parents[2]
WITNESSES = {"moto": "moto + boto3", "versitygw": "versitygw", "elasticmq": "ElasticMQ", "double": "double",
             "vectors": "unit vectors"}
SAID = ("moto", "double")  # by the lines of a run: without any of a witness, the table is not wrong about it

# Which tests call what they verify by its type, and beside whom.
SOURCES = [("vectors", "services/*.cpp"), ("vectors", "unit/*.cpp"), ("moto", "integration/behaviours/*.cpp"),
           ("moto", "integration/*_moto_test.cpp"), ("versitygw", "integration/versitygw/*.cpp"),
           ("elasticmq", "integration/behaviours/sqs_test.cpp")]

HEAD = """# Witnesses

Which second party each method of each model was tested beside. `ninja update_witnesses` makes this file.

- **moto + boto3**: a moto server and boto3 (`tests/integration/models`, and `tests/integration/behaviours` for what is
  written by hand): boto3 makes, this library reads, equal in all members; this library makes, changes and removes, boto3 sees it.
- **versitygw**: an S3 that checks the signature of every chunk and every checksum (`tests/integration/versitygw`).
- **ElasticMQ**: an SQS of others, with boto3 beside it, as moto is (`tests/integration/behaviours/sqs_test.cpp`).
- **double**: the embedded AWS double, from the same tables, over the protocol of the service (`tests/integration/double`).
- **unit vectors**: requests and replies written down in `tests/services` and `tests/unit`.

Where moto has not got the operation, or cannot be asked, it says so. CloudWatch is spoken to in AWS's query protocol there: moto
has no CBOR; the double and the vectors have.
"""


def models_in(specs, service):
    import yaml

    return yaml.safe_load((specs / "models" / f"{service}.yaml").read_text())["models"]


def methods_of(program, specs):
    answer = subprocess.run([program, "http://127.0.0.1:1"], input='{"tables": true}\n', capture_output=True, text=True, check=True)
    rows = [(row["service"], row["model"], row["method"]) for row in json.loads(answer.stdout)["result"]]
    for service in sorted({row[0] for row in rows}):
        for model, described in models_in(specs, service).items():
            waits = [f"wait_until_{name}" for name in described.get("waits", {})]
            for name in [*described.get("by_hand", {}), *waits]:
                if (service, model, name) not in rows:
                    rows.append((service, model, name))
    order = {row: at for at, row in enumerate(rows)}
    models = {}
    for service, model, _ in rows:
        models.setdefault((service, model), len(models))
    return sorted(rows, key=lambda row: (row[0], models[row[:2]], order[row]))


def methods_behind(specs, service):
    """What functions of models call, by (service, model, function)."""
    behind = {}
    for model, described in models_in(specs, service).items():
        for name, proxy in described.get("proxies", {}).items():
            behind[(service, model, name)] = (service, model, proxy.get("method", name))
        if "save" not in described.get("by_hand", {}) and "update" in described.get("methods", {}):
            behind[(service, model, "save")] = (service, model, "update")
    return behind


def called_in(files, services, specs):
    """What sources call by its type, on a manager or on what one returned."""
    found, behind = set(), {}
    for service in services:
        behind |= methods_behind(specs, service)
    for file in sorted(files):
        text = file.read_text()
        for service in services:
            if not re.search(rf"<botocraft/{service}[./]", text):
                continue
            types, managers = {}, {}
            for name, expression in re.findall(r"(\w+) = ((?:[^;{]|\{[^;]*?\})*);", text):
                if manager := re.fullmatch(r"(?:\w+::)*(\w+)::objects\([^()]*(?:\([^()]*\))?[^()]*\)", expression.strip()):
                    managers[name] = manager[1]
                elif got := re.search(r"(?:\w+::)*(\w+)::objects\(.*\)\s*\.(?:get|create)\(", expression, re.DOTALL):
                    types[name] = got[1]
            for declared, name in re.findall(r"\b(?:\w+::)*([A-Z]\w+) (\w+)\s*(?:=|\{|;)", text):
                types.setdefault(name, declared)
            found |= {(service, *call) for call in
                      re.findall(r"\b(\w+)::objects\([^()]*(?:\([^()]*\))?[^()]*\)\s*\.(\w+)\(", text)}
            for declared, name in re.findall(r"^ *(?:\w+::)*([A-Z]\w+) (\w+)\(\) (?:const )?\{", text, re.MULTILINE):
                types.setdefault(name + "()", declared)
            for name, method in re.findall(r"\b(\w+(?:\(\))?)\.(\w+)\(", text):
                for kind in filter(None, (managers.get(name), types.get(name))):
                    found.add((service, kind, method))
    return {behind.get(call, call) for call in found} | found


def lines_by(double_test):
    return subprocess.run([double_test, "[models]"], env=os.environ | {"BOTOCRAFT_WITNESSES": "1"}, capture_output=True, text=True,
                          check=True).stdout


def lines_of(texts):
    witnessed, unserved = collections.defaultdict(set), {}
    for text in texts:
        for name, service, model, method in re.findall(r"^witness=(\S+) (\S+) (\S+) (\S+)\s*$", text, re.MULTILINE):
            witnessed[(service, model, method)].add(name)
        for name, service, model, method, reason in re.findall(r"^unserved=(\S+) (\S+) (\S+) (\S+) (.*)$", text, re.MULTILINE):
            unserved[(service, model, method)] = f"{name}: {reason}"
    return witnessed, unserved


def table(rows, witnessed, unserved):
    services = sorted({row[0] for row in rows})
    out = [HEAD, "| service | models | methods | " + " | ".join(WITNESSES.values()) + " | none |", "|---" * (4 + len(WITNESSES)) + "|"]
    for service in services:
        mine = [row for row in rows if row[0] == service]
        counts = [sum(name in witnessed[row] for row in mine) for name in WITNESSES]
        none = sum(not witnessed[row] for row in mine)
        out.append(f"| {service} | {len({row[1] for row in mine})} | {len(mine)} | " + " | ".join(map(str, [*counts, none])) + " |")
    for service in services:
        out += ["", f"## {service}", "", "| model | method | witness | |", "|---|---|---|---|"]
        for row in rows:
            if row[0] == service:
                names = ", ".join(text for name, text in WITNESSES.items() if name in witnessed[row]) or "none"
                reason = "" if "moto" in witnessed[row] else unserved.get(row, "")
                out.append(f"| {row[1]} | {row[2]} | {names} | {reason} |")
    return "\n".join(out) + "\n"


def read_table(text):
    """Of each method the cell of its witnesses, as the table has it."""
    cells, service = {}, ""
    for line in text.splitlines():
        if line.startswith("## "):
            service = line[3:]
        elif service and (row := re.fullmatch(r"\| (\w+) \| (\w+) \| ([^|]*) \| ([^|]*) \|", line)) and row[1] != "model":
            cells[(service, row[1], row[2])] = row[3]
    return cells


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("specs", type=pathlib.Path)
    parser.add_argument("--lines", nargs="*", default=[])
    parser.add_argument("--double", metavar="PROGRAM")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    rows = methods_of(options.program, options.specs)
    services = {row[0] for row in rows}
    texts = [pathlib.Path(file).read_text(errors="replace") for file in options.lines]
    if options.double:
        texts.append(lines_by(options.double))
    witnessed, unserved = lines_of(texts)
    said = {name for name in SAID if any(name in names for names in witnessed.values())}
    for name, files in SOURCES:
        for row in called_in(TESTS.glob(files), services, options.specs):
            witnessed[row].add(name)
    file = options.specs / "witnesses.md"
    if not options.check:
        file.write_text(table(rows, witnessed, unserved))
        return 0
    there = read_table(file.read_text())
    wrong = [" ".join(row) + ": no row" for row in rows if row not in there]
    wrong += [" ".join(row) + ": is no method" for row in there if row not in rows]
    for row in filter(there.__contains__, rows):
        for name in [name for name in WITNESSES if name in said or name not in SAID]:
            if (name in witnessed[row]) != (WITNESSES[name] in there[row]):
                wrong.append(" ".join(row) + f": {WITNESSES[name]} is not what the table says")
    if wrong:
        wrong.append("make the table anew: ninja update_witnesses")
    print("\n".join(wrong) or f"{len(rows)} methods have their rows")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
