#!/usr/bin/env python3
"""How much of what is listed for a service its overlay has: `parity_table.py [SPECS [PARITY]]`

Prints a line for each overlay with models: models, methods, relations, properties and proxies, here and, behind a slash, in the
list (PARITY, a text that may lie beside the checkout); `-` where the list does not say. Methods are those of managers and models,
in YAML and by hand; with --names also which methods of the list no model here has by that name.
"""

import argparse
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = ("models", "methods", "relations", "properties", "proxies")


def overlay(text):
    """The keys of an overlay by their places: {"models": {"Queue": {"methods": {...}}}}. What is written in braces is empty, but for
    `waits`."""
    top = {}
    open_blocks = [(-1, top)]
    for line in text.splitlines():
        found = re.match(r"( *)('[^']*'|[\w.-]+):(?:\s|$)", line)
        if not found:
            continue
        indent = len(found[1])
        while open_blocks[-1][0] >= indent:
            open_blocks.pop()
        block = open_blocks[-1][1].setdefault(found[2], {})
        if found[2] == "waits":
            block.update({name: {} for name in re.findall(r"(\w+):", line[found.end():])})
        open_blocks.append((indent, block))
    return top


def counted(specs):
    """By service: how many there are of each kind here, and the names of all methods."""
    services = {}
    for file in sorted((specs / "models").glob("*.yaml")):
        described = overlay(file.read_text())
        models = described.get("models", {})
        if not models:
            continue
        structures = [*models.values(), *described.get("structures", {}).values()]
        names = {name for model in models.values() for kind in ("methods", "by_hand", "proxies") for name in model.get(kind, {})}
        names |= {f"wait_until_{name}" for model in models.values() for name in model.get("waits", {})}
        services[file.stem] = ({
            "models": len(models),
            "methods": sum(len(set(model.get("methods", {})) | set(model.get("by_hand", {}))) + len(model.get("waits", {})) for model in models.values()),
            "relations": sum(len(one.get("relations", {})) for one in structures),
            "properties": sum(len(one.get("properties", {})) for one in structures),
            "proxies": sum(len(model.get("proxies", {})) for model in models.values()),
        }, names)
    return services


def listed(text):
    services = {}
    for section in re.split(r"(?m)^## 3\.(?!0 )\d+ ", text)[1:]:
        section = re.split(r"(?m)^(?:# |---)", section)[0]
        title = re.match(r"(\S+) — (.*)", section)
        counts = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", title[2])}
        properties = re.findall(r"(?:Props: |; )\w+=(?:regex|alias|code):", section)
        names = set()
        for line in section.splitlines():
            if line.startswith("- **"):
                for part in re.findall(r"(?:CRUDL|Extra): (.*?)\.(?: [A-Z]\w*:|$)", line):
                    part = re.sub(r"\[[^]]*\]", "", part)
                    names |= {name.split("=")[0].strip("⟳ ") for name in part.split(",")} - {"none", ""}
        services[title[1]] = ({
            "models": counts.get("primaries"), "methods": counts.get("methods"), "relations": counts.get("relations"),
            "properties": len(properties),
            "proxies": counts.get("proxies"),
        }, names)
    return services


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("specs", nargs="?", type=pathlib.Path, default=ROOT / "specs")
    parser.add_argument("parity", nargs="?", type=pathlib.Path, default=ROOT.parent / "shared" / "parity.md")
    parser.add_argument("--names", action="store_true")
    options = parser.parse_args()
    wanted = listed(options.parity.read_text()) if options.parity.exists() else {}
    if not wanted:
        print(f"{options.parity.name} is not there: only what is here")
    print(f"{'':26}" + "".join(f"{kind:>12}" for kind in KINDS))
    for service, (here, names) in counted(options.specs).items():
        there, their_names = wanted.get(service, ({}, set()))
        cells = [f"{here[kind]}/{'-' if there.get(kind) is None else there[kind]}" if wanted else str(here[kind]) for kind in KINDS]
        print(f"{service:26}" + "".join(f"{cell:>12}" for cell in cells))
        missing = sorted(their_names - names)
        if options.names and missing:
            print(" " * 4 + "not by that name here: " + ", ".join(missing))


if __name__ == "__main__":
    main()
