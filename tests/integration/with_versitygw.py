"""Runs a command beside versitygw, an S3 that others wrote: `with_versitygw.py --folder DIR -- COMMAND...`

It checks every signature and every checksum. Go builds it from the module proxy into the folder, and it serves a posix back
end with versions in a temporary one, without and with TLS, on free ports of the loopback interface until the command ends.
The command finds it through AWS's own environment variables, and these:
  BOTOCRAFT_S3_ENDPOINT      its address
  BOTOCRAFT_S3_TLS_ENDPOINT  the address of the one with TLS; AWS_CA_BUNDLE is its authority
Where no server can be had, the command runs all the same, with the reason in BOTOCRAFT_INTEGRATION_SKIPPED.
"""

import argparse
import contextlib
import http.client
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import time

import with_elasticmq
import with_moto

VERSION = "v1.8.0"
PACKAGE = "github.com/versity/versitygw/cmd/versitygw"
LEAST_GO = (1, 25)  # that it asks for
QUICKLY_BUILT = ["-gcflags=all=-N -l", "-ldflags=-s -w"]  # in two thirds of the time: it has little to do
BUILD_TIMEOUT = 900
START_TIMEOUT = 60
STOP_TIMEOUT = 10
HEALTH = "/health"  # no name of a bucket that the tests have
CERTIFICATE = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
               "-subj", "/CN=versitygw", "-addext", "subjectAltName=IP:127.0.0.1"]


def ensure_program(folder):
    """versitygw of the pinned version; built when it is missing."""
    program, stamp = folder / "bin" / "versitygw", folder / "installed"
    if stamp.exists() and stamp.read_text() == VERSION and program.exists():
        return program
    stamp.unlink(missing_ok=True)
    # Of these the build needs most of a gigabyte, and nothing afterwards. One that ran out of time goes on where it was.
    work = folder / "work"
    work.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-modcacherw", "GOPATH": str(work / "path"),
        "GOMODCACHE": str(work / "modules"), "GOCACHE": str(work / "cache"), "GOBIN": str(folder / "bin"),
        # The user's settings of Go count; what it counts about itself is written here as well.
        "GOENV": os.environ.get("GOENV", str(user_settings() / "go" / "env")), "XDG_CONFIG_HOME": str(work / "config")}
    check_go(environment)
    print(f"Building versitygw {VERSION} into {folder}", flush=True)
    with_moto.run_or_unavailable(["go", "install", *QUICKLY_BUILT, f"{PACKAGE}@{VERSION}"], "versitygw cannot be built",
                                 timeout=BUILD_TIMEOUT, environment=environment)
    shutil.rmtree(work)
    stamp.write_text(VERSION)
    return program


def user_settings():
    return pathlib.Path(os.environ.get("XDG_CONFIG_HOME") or pathlib.Path.home() / ".config")


def check_go(environment):
    needed = f"go {'.'.join(map(str, LEAST_GO))} or later builds versitygw"
    if not shutil.which("go"):
        raise with_moto.Unavailable(f"go is missing: {needed}")
    said = subprocess.run(["go", "version"], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
    found = re.search(r"\bgo(\d+)\.(\d+)", said)
    if not found or tuple(map(int, found.groups())) < LEAST_GO:
        raise with_moto.Unavailable(f"go is too old: {needed}, and this is {said.strip() or 'of no version'}")


def make_certificate(folder):
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    with_moto.run_or_unavailable([*CERTIFICATE, "-out", str(certificate), "-keyout", str(key)], "no certificate can be made")
    return certificate, key


def wait_until_it_answers(server, endpoint, authority, log):
    tls = ssl.create_default_context(cafile=authority) if authority else None
    end = time.monotonic() + START_TIMEOUT
    while server.poll() is None and time.monotonic() < end:
        try:
            with_moto.open_directly(endpoint + HEALTH, timeout=10, tls=tls)
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
    print(log.read_text(errors="replace"), flush=True)
    raise with_moto.Unavailable(f"versitygw does not start, see {log}")


@contextlib.contextmanager
def serve(program, data, log, variables, certificate=None, key=None):
    """The address of a new server, whose objects are in `data`."""
    for name in ("objects", "versions", "attributes"):
        (data / name).mkdir(parents=True)
    port = with_elasticmq.free_port()
    tls = ["--cert", str(certificate), "--key", str(key)] if certificate else []
    endpoint = f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
    # Attributes in files of their own, and not in those of the file system: some have none.
    command = [str(program), "--port", f"127.0.0.1:{port}", "--keep-alive", "--health", HEALTH, *tls, "posix",
               "--versioning-dir", str(data / "versions"), "--sidecar", str(data / "attributes"), str(data / "objects")]
    with open(log, "w") as out:
        server = subprocess.Popen(command, env=variables, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            wait_until_it_answers(server, endpoint, certificate, log)
            yield endpoint
        finally:
            server.terminate()
            try:
                server.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@contextlib.contextmanager
def versitygw(folder):
    """The environment for programs that shall talk to a new versitygw."""
    program = ensure_program(folder)
    keys = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
    clean = {name: value for name, value in with_moto.clean_environment().items() if not name.startswith(("VGW_", "ROOT_"))}
    server = clean | {"ROOT_ACCESS_KEY": keys["AWS_ACCESS_KEY_ID"], "ROOT_SECRET_KEY": keys["AWS_SECRET_ACCESS_KEY"]}
    with contextlib.ExitStack() as stack:
        data = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        certificate, key = make_certificate(data)
        plain = stack.enter_context(serve(program, data / "plain", folder / "server.log", server))
        tls = stack.enter_context(serve(program, data / "tls", folder / "tls-server.log", server, certificate, key))
        yield clean | keys | {"BOTOCRAFT_S3_ENDPOINT": plain, "BOTOCRAFT_S3_TLS_ENDPOINT": tls,
                              "AWS_CA_BUNDLE": str(certificate)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    return with_moto.run_beside(versitygw(options.folder.resolve()), options.command, parser)


if __name__ == "__main__":
    sys.exit(main())
