# Installs the Debian packages that this project needs. To be sourced: it only defines functions.
# `require_packages GROUP...` installs what is missing of these groups, says so, and is silent when all is there.

# group, package, what for. Versions are Debian 12's, where GCC is 12.2, CMake 3.25, OpenSSL 3.0 and Catch2 2.13.
package_list() {
    cat <<'LIST'
build    g++                  the compiler
build    cmake                configures the build
build    ninja-build          runs the build
build    libboost1.81-dev     Asio and Beast
build    libboost-json1.81-dev  JSON
build    libssl-dev           TLS and signatures
build    libc-ares-dev        names are looked up without threads
build    libxxhash-dev        checksums of S3
build    libyaml-cpp-dev      the generator reads specs/models
build    zlib1g-dev           the library compresses requests, and checks the sums of event streams
build    libarchive-dev       the generator imports API facts from a wheel
build    ca-certificates      authorities that TLS trusts
test     python3              runs the steps of the test run
test     catch2               the test framework
test     libpugixml-dev       the conformance suites compare XML bodies with it
test     git                  the lint asks which files are tracked
test     ccache               a second test run compiles only what changed
full     clang-16             the second compiler
full     libclang-rt-16-dev   its sanitizers
full     llvm-16              names in the reports of its sanitizers
full     binutils             tests look into object files
full     libbenchmark-dev     the benchmarks must compile
full     libexpat1-dev        the reference of what XML is, for the fuzz targets
full     nlohmann-json3-dev   the reference of what JSON is, likewise
full     valgrind             a test counts the instructions that twice the input takes
full     curl                 sends signed requests as others would
full     nginx                a server that the transport is tested against
full     tinyproxy            a proxy, likewise
full     openssl              a server with bad certificates, likewise
full     python3-venv         the AWS double of the integration tests (moto) and boto3
LIST
}

# The missing packages of some groups, one a line: package, what for.
missing_packages() {
    local group package reason
    package_list | while read -r group package reason; do
        case " $* " in *" $group "*) ;; *) continue ;; esac
        if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            printf '%s %s\n' "$package" "$reason"
        fi
    done
}

run_as_root() {
    if [ "$(id -u)" = 0 ]; then
        DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

require_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        echo "This is not Debian: going on with what is installed. Needed are the equivalents of:" >&2
        package_list | awk '{ print "  " $2 }' >&2
        return 0
    fi
    local missing names
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    names=$(printf '%s\n' "$missing" | cut -d' ' -f1)

    echo "Installing Debian packages that are missing:"
    printf '%s\n' "$missing" | while read -r package reason; do printf '  %-24s%s\n' "$package" "$reason"; done
    # shellcheck disable=SC2086  # one word each
    set -- $names
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        echo "Neither root nor sudo: please run as root:  apt-get install --no-install-recommends $*" >&2
        return 1
    fi
    local log
    log=$(mktemp)
    # The list of packages may be absent or old: fetch it only when that shows.
    if ! run_as_root apt-get install -y --no-install-recommends "$@" >"$log" 2>&1 </dev/null; then
        echo "  (fetching the list of packages first)"
        # A source that does not answer need not be the one that is needed: the installation decides.
        run_as_root apt-get update >>"$log" 2>&1 </dev/null || true
        if ! run_as_root apt-get install -y --no-install-recommends "$@" >>"$log" 2>&1 </dev/null; then
            tail -n 20 "$log" >&2
            rm -f "$log"
            echo "Could not install them. Please install them yourself and start again:" >&2
            echo "  apt-get update && apt-get install --no-install-recommends $*" >&2
            return 1
        fi
    fi
    rm -f "$log"
}
