#!/bin/bash
# Installs what is missing, builds and runs all tests. tests/run.sh --help
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'TEXT'
usage: tests/run.sh [options]

Runs everything that continuous integration runs: lint, release build with GCC (unit, generator, conformance, call
forms, integration), ASan + UBSan with GCC and with Clang 16 (unit, call forms at -O0 and -O2), TSan of what uses
threads, a minute of libFuzzer for each decoder. Missing Debian packages are installed first. Builds go to build/, with
a log of every step in build/logs/.

  --quick          only the unit tests, in a release build (GCC's unless --compiler clang)
  --compiler NAME  gcc, clang or all (default): only what is built with that compiler
  --jobs N         compile so many files at once (default: one per core)
  --keep-going     go on after a step that failed, and after a file that does not compile
  --help           this text

Closes with a table of counts and `N passed, N failed, N skipped`; the exit code is not 0 when anything failed.
TEXT
}

groups="build test full"
case " $* " in
    *" --help "* | *" -h "*) usage && exit 0 ;;
    *clang*) ;;
    *" --quick "*) groups="build test" ;;
esac

. tests/lib/packages.sh
# shellcheck disable=SC2086  # one word each
require_packages $groups
python=/usr/bin/python3 # Debian's own: the one whose packages were just installed
[ -x "$python" ] || python=python3
exec "$python" -B tests/lib/run_tests.py "$@"
