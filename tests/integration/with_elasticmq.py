"""Runs a command beside ElasticMQ, an SQS that others wrote: `with_elasticmq.py --venv DIR --jars DIR -- COMMAND...`

It is fetched by Maven, needs Java, and listens on a free port of the loopback interface until the command ends. The command
finds it as it finds a moto server (with_moto.py), with BOTOCRAFT_SECOND_PARTY=elasticmq beside that.
Where no server can be had, the command runs all the same, with the reason in BOTOCRAFT_INTEGRATION_SKIPPED.
"""

import argparse
import contextlib
import http.client
import pathlib
import shutil
import socket
import subprocess
import sys
import time

import with_moto

VERSION = "1.7.1"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>botocraft</groupId><artifactId>elasticmq</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.elasticmq</groupId><artifactId>elasticmq-server_2.13</artifactId><version>{VERSION}</version></dependency>
  </dependencies>
</project>
"""
CONFIGURATION = """include classpath("application.conf")
node-address {{ protocol = http, host = "127.0.0.1", port = {port}, context-path = "" }}
rest-sqs {{ enabled = true, bind-hostname = "127.0.0.1", bind-port = {port}, sqs-limits = strict }}
rest-stats {{ enabled = false }}
aws {{ region = us-east-1, accountId = 123456789012 }}
"""
START_TIMEOUT = 120


def ensure_jars(folder):
    """ElasticMQ of the pinned version and what it needs; fetched when it is missing."""
    stamp = folder / "installed"
    if stamp.exists() and stamp.read_text() == VERSION:
        return
    for program in ("java", "mvn"):
        if not shutil.which(program):
            raise with_moto.Unavailable(f"{program} is missing (Debian: default-jre-headless, maven)")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "pom.xml").write_text(POM)
    print(f"Fetching ElasticMQ into {folder}", flush=True)
    with_moto.run_or_unavailable(["mvn", "--quiet", "--batch-mode", "--file", str(folder / "pom.xml"), COPY,
                                  f"-DoutputDirectory={folder}"], "ElasticMQ cannot be fetched")
    stamp.write_text(VERSION)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_answers(server, endpoint, log):
    end = time.monotonic() + START_TIMEOUT
    while server.poll() is None and time.monotonic() < end:
        try:
            with_moto.open_directly(f"{endpoint}/?Action=ListQueues", timeout=10)
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
    raise with_moto.Unavailable(f"ElasticMQ does not start, see {log}")


@contextlib.contextmanager
def elasticmq(venv, jars):
    """The environment for programs that shall talk to a new ElasticMQ."""
    python = with_moto.ensure_venv(venv)
    ensure_jars(jars)
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    (jars / "server.conf").write_text(CONFIGURATION.format(port=port))
    with open(jars / "server.log", "w") as log:
        server = subprocess.Popen(["java", "-Xmx256m", f"-Dconfig.file={jars / 'server.conf'}", "-cp", f"{jars}/*",
                                   "org.elasticmq.server.Main"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_until_it_answers(server, endpoint, jars / "server.log")
            yield with_moto.environment(python, endpoint) | {"BOTOCRAFT_SECOND_PARTY": "elasticmq"}
        finally:
            server.kill()  # it holds nothing that is worth a goodbye
            server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venv", type=pathlib.Path, required=True)
    parser.add_argument("--jars", type=pathlib.Path, required=True)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    return with_moto.run_beside(elasticmq(options.venv.resolve(), options.jars.resolve()), options.command, parser)


if __name__ == "__main__":
    sys.exit(main())
