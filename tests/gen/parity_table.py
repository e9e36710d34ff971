#!/usr/bin/env python3
"""How much of what is listed for a service its overlay has: `parity_table.py [SPECS [PARITY]]`

Prints a line for each overlay with models, and one for each model in it: models, methods, relations, properties and proxies, here
and, behind a slash, in the list (PARITY, a text that may lie beside the checkout); `-` where the list does not say. Methods are
those of managers that the overlay describes. What is written by hand, and what waits, has no numbers of its own in the list: it
may be what a listed method became, and may be more. With --names also which methods of the list a model here has not by that name.
"""

import argparse
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = ("models", "methods", "relations", "properties", "proxies")
OWN_KINDS = ("by hand", "waits")


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


def counts_of(described):
    return {
        "methods": len(described.get("methods", {})),
        "relations": len(described.get("relations", {})),
        "properties": len(described.get("properties", {})),
        "proxies": len(described.get("proxies", {})),
        "by hand": len(described.get("by_hand", {})),
        "waits": len(described.get("waits", {})),
    }


def names_of(described):
    names = {name for kind in ("methods", "by_hand", "proxies") for name in described.get(kind, {})}
    return names | {f"wait_until_{name}" for name in described.get("waits", {})}


def summed(counts):
    return {kind: sum(each[kind] for each in counts) for kind in (*KINDS[1:], *OWN_KINDS)}


def counted(specs):
    """By service: how many there are of each kind in all, and by model how many, and the names of its methods."""
    services = {}
    for file in sorted((specs / "models").glob("*.yaml")):
        described = overlay(file.read_text())
        models = described.get("models", {})
        if not models:
            continue
        total = summed([counts_of(each) for each in (*models.values(), *described.get("structures", {}).values())])
        services[file.stem] = (total | {"models": len(models)},
                               {name: (counts_of(each), names_of(each)) for name, each in models.items()})
    return services


def listed_of_model(line):
    """What a line of the list says of a model: `... CRUDL: get=describe_x[by], list. Extra: put. Rel: vpc→Vpc(VpcId); ...`."""
    line = re.sub(r"\[[^]]*\]", "", line)

    def part(word, separator):
        found = re.search(rf" {word}: (.*?)\.(?= [A-Z]\w*:|$)", line)
        flat = re.sub(r"\([^()]*(?:\([^()]*\))?[^()]*\)", "", found[1]) if found else ""
        return {re.split(r"[=→]", each)[0].strip("⟳ ") for each in flat.split(separator)} - {"none", ""}

    names = part("CRUDL", ",") | part("Extra", ",")
    return {"methods": len(names), "relations": len(part("Rel", ";")), "properties": len(part("Props", ";")),
            "proxies": len(part("Proxies", ","))}, names


def listed(text):
    services = {}
    for section in re.split(r"(?m)^## 3\.(?!0 )\d+ ", text)[1:]:
        section = re.split(r"(?m)^(?:# |---)", section)[0]
        title = re.match(r"(\S+) — (.*)", section)
        counts = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", title[2])}
        properties = re.findall(r"(?:Props: |; )\w+=(?:regex|alias|code):", section)
        models = {}
        for line in section.splitlines():
            if found := re.match(r"- \*\*(\w+)\*\*", line):
                models[found[1]] = listed_of_model(line)
        services[title[1]] = ({
            "models": counts.get("primaries"), "methods": counts.get("methods"), "relations": counts.get("relations"),
            "properties": len(properties), "proxies": counts.get("proxies"),
        }, models)
    return services


def cells(here, there, compared):
    for kind in KINDS:
        number = here.get(kind, "")
        yield f"{number}/{'-' if there.get(kind) is None else there[kind]}" if compared and number != "" else str(number)
    yield from (str(here[kind]) for kind in OWN_KINDS)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("specs", nargs="?", type=pathlib.Path, default=ROOT / "specs")
    parser.add_argument("parity", nargs="?", type=pathlib.Path, default=ROOT.parent / "shared" / "parity.md")
    parser.add_argument("--names", action="store_true")
    options = parser.parse_args()
    wanted = listed(options.parity.read_text()) if options.parity.exists() else {}
    if not wanted:
        print(f"{options.parity.name} is not there: only what is here")
    def row(name, here, there):
        print(f"{name:34}" + "".join(f"{cell:>12}" for cell in cells(here, there, bool(wanted))))

    print(f"{'':34}" + "".join(f"{kind:>12}" for kind in (*KINDS, *OWN_KINDS)))
    for service, (total, models) in counted(options.specs).items():
        there, their_models = wanted.get(service, ({}, {}))
        row(service, total, there)
        for model, (here, names) in models.items():
            theirs, their_names = their_models.get(model, ({}, set()))
            row("  " + model, here, theirs)
            missing = sorted(their_names - names)
            if options.names and missing:
                print(" " * 6 + "not by that name here: " + ", ".join(missing))
        if lacking := sorted(their_models.keys() - models.keys()):
            print("    models that are not here: " + ", ".join(lacking))


if __name__ == "__main__":
    main()
