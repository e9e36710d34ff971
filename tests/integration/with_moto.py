"""Runs a command beside a moto server, an AWS double that others wrote: `with_moto.py --venv DIR -- COMMAND...`

The server listens on a free port of the loopback interface and ends with this process, however that ends. The command
finds it through AWS's own environment variables, and these:
  BOTOCRAFT_MOTO_ENDPOINT   the server's address
  BOTOCRAFT_WITNESS_PYTHON  the interpreter that has boto3, for witness.py
Where no server can be had, the command runs all the same, with the reason in BOTOCRAFT_INTEGRATION_SKIPPED.
"""

import argparse
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
INSTALL_TIMEOUT = 420


class Unavailable(Exception):
    """Why there is no second party."""


def ensure_venv(folder):
    """The interpreter of a virtual environment that has exactly the pinned packages; made when it is missing."""
    python, stamp = folder / "bin" / "python", folder / "requirements.installed"
    wanted = f"{sys.version}\n{REQUIREMENTS.read_text()}"
    if stamp.exists() and stamp.read_text() == wanted and python.exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    print(f"Installing moto and boto3 in {folder}", flush=True)
    run_or_unavailable([sys.executable, "-m", "venv", str(folder)], "no virtual environment can be made")
    run_or_unavailable([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1",
                        "--timeout", "20", "-r", str(REQUIREMENTS)], "moto and boto3 cannot be installed")
    stamp.write_text(wanted)
    return python


def run_or_unavailable(command, what, timeout=INSTALL_TIMEOUT, environment=None):
    try:
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=timeout)
    except OSError as error:
        raise Unavailable(f"{what}: {error}") from None
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{what}: no end after {timeout} s") from None
    if done.returncode:
        print(done.stdout, flush=True)
        last = (done.stdout.strip() or "no word of why").splitlines()[-1]
        raise Unavailable(f"{what}: {last}")


@contextlib.contextmanager
def moto(venv):
    """The environment for programs that shall talk to a new moto server."""
    python = ensure_venv(venv)
    with open(venv / "server.log", "w") as log:
        server = subprocess.Popen([str(python), "-B", str(HERE / "with_moto.py"), "--serve"], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            endpoint = server.stdout.readline().strip()  # printed when it listens; empty when it died
            if not endpoint:
                raise Unavailable(f"the moto server does not start, see {venv / 'server.log'}")
            open_directly(f"{endpoint}/moto-api/", timeout=60)
            yield environment(python, endpoint)
        finally:
            server.stdin.close()  # its sign to stop
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
            server.stdout.close()


def environment(python, endpoint):
    return clean_environment() | {
        "BOTOCRAFT_MOTO_ENDPOINT": endpoint,
        "BOTOCRAFT_WITNESS_PYTHON": str(python),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    }


def open_directly(url, timeout, tls=None):
    """Asks a server on this machine: no proxy of the caller's has a part in it."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=tls))
    with opener.open(url, timeout=timeout):
        pass


def clean_environment():
    """Without the user's own AWS settings and proxies: no test may reach a real account, and the server is here."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("AWS_") and not name.lower().endswith("_proxy")}
    return kept | {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                   "AWS_EC2_METADATA_DISABLED": "true"}


def tell_what_is_not_served():
    """Moto answers an operation that it has not got as it answers its own mistakes, with 500: here with 501."""
    import flask
    from moto.core import utils

    answer = utils.convert_to_flask_response.__call__

    def answer_or_say(self, args=None, **kwargs):
        try:
            return answer(self, args, **kwargs)
        except NotImplementedError:
            return flask.Response(status=501)

    utils.convert_to_flask_response.__call__ = answer_or_say


def serve():
    """Inside the virtual environment: a server until stdin ends."""
    from moto.server import ThreadedMotoServer

    tell_what_is_not_served()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    print(f"http://{host}:{port}", flush=True)
    sys.stdin.read()
    server.stop()


def run(command, variables):
    try:
        code = subprocess.run(command, env=variables).returncode
    except OSError as error:
        print(error, file=sys.stderr)
        return 127
    return code if code >= 0 else 128 - code


def run_beside(server, command, parser):
    """Runs a command with the environment that a server gives, or one that says why there is no server."""
    command = command[1:] if command[:1] == ["--"] else command
    if not command:
        parser.error("a command is needed")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with server as variables:
            return run(command, variables)
    except Unavailable as reason:
        return run(command, clean_environment() | {"BOTOCRAFT_INTEGRATION_SKIPPED": str(reason)})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venv", type=pathlib.Path)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.serve:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's interrupt reaches us too; stdin ends us
        serve()
        return 0
    if not options.venv:
        parser.error("--venv is needed")
    return run_beside(moto(options.venv.resolve()), options.command, parser)


if __name__ == "__main__":
    sys.exit(main())
