#!/usr/bin/env python3
"""What the library costs those who build with it: compiling the generated code of ECS and EC2, and users' files that await
one `get` of ECS or one operation of EC2, beside one of Asio alone; stripped programs; and, when asked, the whole library
from nothing.

Takes the commands of a configured build folder, without its compiler cache, and gives medians of a few runs. Beside each
figure that has a limit is whether it is kept; the times are meant for a machine of two processors that does nothing else.
"""

import argparse
import glob
import json
import os
import re
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time


SERVICES = ("cloudwatch", "ec2", "ecs", "efs", "iam", "s3", "sqs", "sts")


# The library's limits, by the names of what is measured; seconds are of the wall clock.
LIMITS = {
    "generated code of EC2, seconds": 10,
    "generated code of EC2, MB": 400,
    "file with a client of EC2, to co_spawn alone": 2,
    "file with all of EC2, to co_spawn alone": 2,
    "static program of one call of S3, MB": 6,
    "object files that start up": 0,
    "the library from nothing, seconds": 240,
}


def judge(figures):
    """Prints each figure beside its limit."""
    judged = {}
    for name, limit in LIMITS.items():
        if name not in figures:
            print(f"{name:46} {'not measured':>12}  limit {limit}")
            continue
        kept = figures[name] <= limit
        judged[name] = {"value": round(figures[name], 2), "limit": limit, "met": kept}
        print(f"{name:46} {figures[name]:12.2f}  limit {limit:<4} {'met' if kept else 'MISSED'}")
    return judged


def starting_objects(build):
    """How many object files of the library have something to do before a program's main, and of how many."""
    archives = [name for name in glob.glob(os.path.join(build, "libbotocraft*.a"))
                if os.path.basename(name) not in ("libbotocraft_gen.a", "libbotocraft_testing.a")]
    said = subprocess.run(["objdump", "-h", *archives], capture_output=True, text=True, check=True).stdout
    objects = re.split(r"^(?=\S+: +file format )", said, flags=re.MULTILINE)[1:]
    return sum(" .init_array" in one for one in objects), len(objects)


def command_of(build, ending):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        for entry in json.load(file):
            if entry["file"].endswith(ending):
                words = shlex.split(entry["command"])
                if os.path.basename(words[0]) in ("ccache", "sccache"):
                    words = words[1:]
                return words, entry["directory"]
    sys.exit(f"compile_cost: {build} has no command that compiles {ending}")


def compile_once(words, directory, source, output):
    words = list(words)
    words[words.index("-o") + 1] = output
    words[words.index("-c") + 1] = source
    start = time.perf_counter()
    process = subprocess.Popen(words, cwd=directory)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"compile_cost: cannot compile {source}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def link_command(build, target):
    """What links `target`, as words, without the shell's trimmings."""
    said = subprocess.run(["ninja", "-C", build, "-t", "commands", target], capture_output=True, text=True, check=True)
    words = shlex.split(said.stdout.splitlines()[-1])
    return [word for word in words if word not in (":", "&&")]


def archive_of(word):
    """The archive that lies beside a shared library, as Debian's packages have it."""
    return re.sub(r"\.so[.0-9]*$", ".a", word)


def stripped_size(build, words, output):
    words = list(words)
    words[words.index("-o") + 1] = output
    # glibc warns of the functions that need itself at run time, as those that look for names and users do.
    subprocess.run(words, cwd=build, check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["strip", output], check=True)
    return os.stat(output).st_size


def program_sizes(build, folder):
    """Programs of one call each, and that of S3 linked statically in two ways."""
    output = os.path.join(folder, "program")
    sizes = {}
    for name, target in (("one get of ECS", "compile_get"), ("one operation of EC2", "compile_operation"),
                         ("one operation of S3", "compile_object")):
        sizes[name] = stripped_size(build, link_command(build, "benchmarks/" + target), output)
    words = link_command(build, "benchmarks/compile_object")
    openssl = ("libssl", "libcrypto")
    most = [word if os.path.basename(word).startswith(openssl) else archive_of(word) for word in words]
    lean = ["-Wl,--gc-sections"]
    sizes["that, static but for OpenSSL and glibc"] = stripped_size(
        build, most + lean + ["-static-libstdc++", "-static-libgcc"], output)
    sizes["that, static throughout"] = stripped_size(build, [archive_of(word) for word in words] + lean + ["-static"], output)
    return sizes


def whole_build(source, services):
    """Seconds from nothing to the library with these services, and the largest memory of a compiler."""
    environment = dict(os.environ, CCACHE_DISABLE="1")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["cmake", "--preset", "release", "-B", folder, "-DBOTOCRAFT_BUILD_TESTS=OFF",
                        "-DBOTOCRAFT_BUILD_EXAMPLES=OFF"], cwd=source, check=True, stdout=subprocess.DEVNULL)
        start = time.perf_counter()
        subprocess.run(["cmake", "--build", folder, "--target", *("botocraft_" + name for name in services)],
                       check=True, stdout=subprocess.DEVNULL, env=environment)
        seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="a build folder that was configured and built")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--whole", action="store_true", help="also build the library with all services from nothing")
    parser.add_argument("--json", help="write the numbers to this file")
    options = parser.parse_args()
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "compile")
    generated, generated_in = command_of(options.build, "generated/ecs/src/ecs.cpp")
    large, large_in = command_of(options.build, "generated/ec2/src/ec2.cpp")
    client, client_in = command_of(options.build, "generated/ec2/src/ec2_client.cpp")
    user, user_in = command_of(options.build, "benchmarks/compile/get.cpp")
    jobs = {
        "generated ecs.cpp": (generated, generated_in, generated[generated.index("-c") + 1]),
        "generated ec2.cpp": (large, large_in, large[large.index("-c") + 1]),
        "generated ec2_client.cpp": (client, client_in, client[client.index("-c") + 1]),
        "file that awaits one get": (user, user_in, os.path.join(here, "get.cpp")),
        "file with a client of EC2": (user, user_in, os.path.join(here, "operation.cpp")),
        "file with all of EC2": (user, user_in, os.path.join(here, "operation_and_models.cpp")),
        "file with co_spawn alone": (user, user_in, os.path.join(here, "spawn.cpp")),
    }
    samples = {name: [] for name in jobs}
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "output.o")
        for _ in range(options.runs):  # in turns, so that a busy machine disturbs all alike
            for name, (words, directory, source) in jobs.items():
                samples[name].append(compile_once(words, directory, source, output))
    result = {}
    for name, runs in samples.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*runs))
        result[name] = {"wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "peak_mb": round(memory)}
        print(f"{name:26} {wall:6.2f} s wall {cpu:6.2f} s processor {memory:6.0f} MB peak")
    ratios = (("get_to_spawn", "file that awaits one get"), ("client_to_spawn", "file with a client of EC2"),
              ("all_to_spawn", "file with all of EC2"))
    for key, name in ratios:
        pairs = zip(samples[name], samples["file with co_spawn alone"])
        ratio = statistics.median(own[1] / spawn[1] for own, spawn in pairs)
        result[key] = round(ratio, 2)
        print(f"{name}, beside co_spawn alone: {ratio:.2f} x the processor time")
    with tempfile.TemporaryDirectory() as folder:
        result["stripped_bytes"] = program_sizes(os.path.abspath(options.build), folder)
    for name, size in result["stripped_bytes"].items():
        print(f"{name:40} {size / 1e6:6.2f} MB stripped")
    if options.whole:
        seconds, memory = whole_build(os.path.dirname(os.path.dirname(here)), SERVICES)
        result["whole"] = {"wall_s": round(seconds), "peak_mb": round(memory)}
        print(f"the library with {', '.join(SERVICES)}, from nothing: {seconds:.0f} s, {memory:.0f} MB peak of a process")
    starting, objects = starting_objects(options.build)
    result["starting_objects"] = starting
    print(f"{starting} of {objects} object files of the library start up, for ids that Asio has in its headers")
    parts = [result["generated ec2.cpp"], result["generated ec2_client.cpp"]]
    figures = {
        "generated code of EC2, seconds": sum(part["wall_s"] for part in parts),
        "generated code of EC2, MB": max(part["peak_mb"] for part in parts),
        "file with a client of EC2, to co_spawn alone": result["client_to_spawn"],
        "file with all of EC2, to co_spawn alone": result["all_to_spawn"],
        "static program of one call of S3, MB": result["stripped_bytes"]["that, static throughout"] / 1e6,
        "object files that start up": starting,
    }
    if options.whole:
        figures["the library from nothing, seconds"] = result["whole"]["wall_s"]
    print()
    result["limits"] = judge(figures)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=1)


main()
