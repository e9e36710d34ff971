#!/bin/bash
# Installs what is missing, builds the example of the main job and runs it. examples/run.sh --help
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

example=list_services

usage() {
    cat <<'TEXT'
usage: examples/run.sh [options]

Lists every ECS service of many regions at once. Without options it needs no AWS account: an AWS double inside the
process answers, with 8 regions, 40 clusters and 20,000 services. Missing Debian packages are installed first.

  --endpoint-url URL         ask this endpoint (a moto server, say) instead of the double
  --regions A,B,...          these regions
  --profile NAME             AWS itself, with this profile's credentials
  --filter PATH__LOOKUP=X    only services for which this holds, e.g. runningCount__gt=0
  --order-by PATH            ascending, or with a leading - descending
  --limit N                  at most so many
  --json                     one JSON object a line instead of a table
  --help                     this text
TEXT
}

for argument in "$@"; do
    case $argument in
        --help | -h) usage && exit 0 ;;
    esac
done

. tests/lib/packages.sh
require_packages build >&2

# Progress goes to stderr: stdout is the example's, to be piped.
mkdir -p build/logs
log=build/logs/example.log
step() {
    local name=$1 begin=$SECONDS
    shift
    printf '%s ...' "$name" >&2
    if ! "$@" >"$log" 2>&1 </dev/null; then
        printf ' failed after %d s. The end of %s:\n' $((SECONDS - begin)) "$log" >&2
        tail -n 40 "$log" >&2
        exit 1
    fi
    printf ' %d s\n' $((SECONDS - begin)) >&2
}
step "configuring" cmake --preset release -DBOTOCRAFT_BUILD_TESTS=OFF -DBOTOCRAFT_BUILD_EXAMPLES=ON -B build/example
step "building" cmake --build build/example --target "$example"
exec "build/example/examples/$example" "$@"
