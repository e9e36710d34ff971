#!/bin/sh
# Builds all benchmarks and runs them. Takes about ten minutes on two processors, and wants them for itself.
#   benchmarks/run.sh [--quick]      results also go to build/benchmarks/results/*.json
set -eu
cd "$(dirname "$0")/.."

rounds=9 runs=5 seconds=0.5 calls=10000 whole=--whole
if [ "${1:-}" = "--quick" ]; then rounds=3 runs=1 seconds=0.1 calls=1000 whole=; fi
build=build/benchmarks
results=$build/results

cmake --preset release -B "$build" -DBOTOCRAFT_BUILD_BENCHMARKS=ON -DBOTOCRAFT_BUILD_TESTS=OFF >/dev/null
cmake --build "$build"
mkdir -p "$results"

title() { printf '\n== %s\n' "$1"; }

title "A complete call beside plain Asio and Beast"
"$build/benchmarks/pipeline" --rounds "$rounds" --json "$results/pipeline.json"

for benchmark in codec signing endpoint_bench session_bench; do
    title "$benchmark"
    "$build/benchmarks/$benchmark" --benchmark_min_time="$seconds" \
        --benchmark_out="$results/$benchmark.json" --benchmark_out_format=json
done

title "The cases of the cross-SDK serde benchmark"
"$build/benchmarks/serde" --calls "$calls" --json "$results/serde.json"

title "Compiling and linking"
python3 benchmarks/compile_cost.py "$build" --runs "$runs" $whole --json "$results/compile.json"

title "Size of the stripped examples, in bytes"
for program in "$build"/examples/*; do
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then continue; fi
    strip -o "$results/stripped" "$program"
    printf '%-20s %s\n' "$(basename "$program")" "$(stat -c %s "$results/stripped")"
    rm "$results/stripped"
done
