"""Servers that others wrote check what this library signs: `signing_test.py MOTO_VENV REQUESTS NPM_FOLDER [unittest...]`

REQUESTS prints signed requests; curl sends them, as they are and altered.
"""

import contextlib
import copy
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import with_moto  # noqa: E402

NPM_TIMEOUT = 300
BUCKET = "signing"

# A user with a key, made by the only requests that moto accepts without a look at their signatures.
MAKE_USER = """
import boto3, json
iam = boto3.client("iam", region_name="us-east-1")
iam.create_user(UserName="signer")
iam.put_user_policy(UserName="signer", PolicyName="all", PolicyDocument=json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}))
print(json.dumps(iam.create_access_key(UserName="signer")["AccessKey"], default=str))
"""
UNCHECKED = 3


def send(request):
    """Status and body of the reply."""
    with tempfile.NamedTemporaryFile() as body, tempfile.NamedTemporaryFile() as reply:
        body.write(request["body"].encode())
        body.flush()
        command = ["curl", "--silent", "--show-error", "--path-as-is", "--max-time", "60", "--output", reply.name,
                   "--write-out", "%{http_code}", "--request", request["method"], request["url"], "--header", "Expect:"]
        names = {name for name, _ in request["headers"]}
        for name, value in request["headers"]:
            if name != "content-length":  # curl knows
                command += ["--header", f"{name}: {value}"]
        if "content-type" not in names:
            command += ["--header", "Content-Type:"]
        if request["method"] != "GET":
            command += ["--data-binary", f"@{body.name}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return int(done.stdout), pathlib.Path(reply.name).read_text()


def altered(request, how):
    changed = copy.deepcopy(request)
    how(changed)
    return changed


def set_header(name, value):
    def change(request):
        assert any(known == name for known, _ in request["headers"]), name
        request["headers"] = [[known, value if known == name else old] for known, old in request["headers"]]
    return change


def replace_in_url(old, new):
    def change(request):
        assert old in request["url"], request["url"]
        request["url"] = request["url"].replace(old, new)
    return change


def set_body(text):
    return lambda request: request.update(body=text)


def print_requests(*arguments, environment):
    done = subprocess.run([REQUESTS, *arguments], env=environment, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise AssertionError(done.stderr)
    return {request["name"]: request for request in json.loads(done.stdout)}


class CallsOnMoto(unittest.TestCase):
    """moto checks the headers' signature of every call with botocore's code."""

    @classmethod
    def setUpClass(cls):
        os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = str(UNCHECKED)
        try:
            cls.environment = cls.enterClassContext(with_moto.moto(VENV))
        except with_moto.Unavailable as reason:
            raise unittest.SkipTest(f"SKIPPED: no server to check signatures: {reason}") from None
        finally:
            del os.environ["INITIAL_NO_AUTH_ACTION_COUNT"]
        made = subprocess.run([cls.environment["BOTOCRAFT_WITNESS_PYTHON"], "-c", MAKE_USER], env=cls.environment,
                              capture_output=True, text=True, check=True)
        key = json.loads(made.stdout)
        cls.environment |= {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def requests(self, **changes):
        return print_requests("calls", environment=self.environment | changes)

    def test_signed_calls_are_accepted(self):
        for name, request in self.requests().items():
            status, body = send(request)
            self.assertEqual(status, 200, f"{name}: {body}")
            if name == "get":
                self.assertIn('"clusterName": "signed"', body)

    def test_altered_calls_are_refused(self):
        request = self.requests()["get"]
        for how in (set_body(request["body"].replace("signed", "others")),
                    set_header("x-amz-target", "AmazonEC2ContainerServiceV20141113.DeleteCluster"),
                    set_header("x-amz-date", "20200101T000000Z")):
            status, body = send(altered(request, how))
            self.assertEqual(status, 403, body)
            self.assertIn("SignatureDoesNotMatch", body)

    def test_another_secret_is_refused(self):
        status, body = send(self.requests(AWS_SECRET_ACCESS_KEY="another")["list"])
        self.assertEqual(status, 403, body)
        self.assertIn("SignatureDoesNotMatch", body)


class ObjectsOnS3rver(unittest.TestCase):
    """A fork of s3rver checks signatures in headers and in URLs, but not those of chunks."""

    @classmethod
    def setUpClass(cls):
        if not shutil.which("npm") or not shutil.which("node"):
            raise unittest.SkipTest("SKIPPED: no npm, so that no S3 server can check presigned URLs")
        cls.install()
        data = cls.enterClassContext(tempfile.TemporaryDirectory())
        port = cls.enterClassContext(cls.server(data))
        cls.requests = print_requests(
            "objects", f"http://127.0.0.1:{port}", BUCKET,
            environment=with_moto.clean_environment() | {"AWS_ACCESS_KEY_ID": "S3RVER", "AWS_SECRET_ACCESS_KEY": "S3RVER"})

    @classmethod
    def install(cls):
        stamp = NPM_FOLDER / "installed-lock.json"
        lock = (HERE / "package-lock.json").read_text()
        if stamp.exists() and stamp.read_text() == lock:
            return
        shutil.rmtree(NPM_FOLDER, ignore_errors=True)
        NPM_FOLDER.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, NPM_FOLDER)
        try:
            subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=NPM_FOLDER, check=True,
                           stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=NPM_TIMEOUT)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise unittest.SkipTest(f"SKIPPED: the S3 server cannot be installed: {error} {error.stderr}") from None
        stamp.write_text(lock)

    @classmethod
    @contextlib.contextmanager
    def server(cls, data):
        with subprocess.Popen(["node", str(HERE / "s3_server.js"), data, BUCKET], cwd=NPM_FOLDER, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as server:
            try:
                port = server.stdout.readline().strip()
                if not port:
                    raise unittest.SkipTest("SKIPPED: the S3 server does not start with this version of Node.js")
                yield port
            finally:
                server.stdin.close()

    def accepted(self, name):
        status, body = send(self.requests[name])
        self.assertEqual(status, 200, f"{name}: {body}")
        return body

    def refused(self, name, how, code="SignatureDoesNotMatch"):
        status, body = send(altered(self.requests[name], how))
        self.assertEqual(status, 403, f"{name}: {body}")
        self.assertIn(code, body)

    def test_headers(self):
        self.accepted("put")
        self.accepted("put unsigned")
        self.assertEqual(self.accepted("get"), "of a known hash")
        for how in (replace_in_url("%C3%A4", "%C3%B6"), set_header("x-amz-content-sha256", "0" * 64),
                    lambda request: request.update(method="DELETE")):
            self.refused("get", how)

    def test_chunks(self):
        self.accepted("put in chunks")
        self.assertEqual(self.accepted("get chunks"), "x" * 100_000)
        self.refused("put in chunks", set_header("x-amz-decoded-content-length", "99999"))

    def test_presigned_urls(self):
        self.accepted("presigned put")
        self.assertEqual(self.accepted("presigned get"), "presigned")
        self.refused("presigned get", replace_in_url("d%2Be.txt", "c.txt"))
        self.refused("presigned get", replace_in_url("X-Amz-Expires=300", "X-Amz-Expires=301"))
        self.refused("presigned get", replace_in_url("text%2Fcsv", "text%2Fhtml"))
        self.refused("presigned get", lambda request: request.update(method="DELETE"))
        signature = re.compile("X-Amz-Signature=.").sub("X-Amz-Signature=g", self.requests["presigned put"]["url"])
        self.refused("presigned put", lambda request: request.update(url=signature))

    def test_an_expired_url(self):
        self.refused("expired", lambda request: None, "Request has expired")


if __name__ == "__main__":
    VENV, REQUESTS, NPM_FOLDER = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
