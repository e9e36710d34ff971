"""Servers that others wrote check what this library signs: `signing_test.py MOTO_VENV REQUESTS NPM_FOLDER [unittest...]`

REQUESTS prints signed requests; curl sends them, as they are and altered.
"""

import base64
import contextlib
import copy
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.request

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


def print_form(bucket, environment):
    done = subprocess.run([REQUESTS, "form", bucket], env=environment, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


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


def post(url, fields, file):
    """A form, as a browser posts it. Status and body of the reply."""
    with tempfile.TemporaryDirectory() as folder:
        path, reply = pathlib.Path(folder, file["name"]), pathlib.Path(folder, "reply")
        path.write_text(file["text"])
        command = ["curl", "--silent", "--show-error", "--max-time", "60", "--output", str(reply), "--write-out", "%{http_code}"]
        for name, value in fields:
            command += ["--form-string", f"{name}={value}"]
        done = subprocess.run([*command, "--form", f"file=@{path};type=text/plain", url], capture_output=True, text=True,
                              check=True)
        return int(done.stdout), reply.read_text() if reply.exists() else ""


class ObjectsOnS3rver(unittest.TestCase):
    """A fork of s3rver checks signatures in headers and in URLs, but not those of chunks."""

    @classmethod
    def setUpClass(cls):
        if not shutil.which("npm") or not shutil.which("node"):
            raise unittest.SkipTest("SKIPPED: no npm, so that no S3 server can check presigned URLs")
        cls.install()
        data = cls.enterClassContext(tempfile.TemporaryDirectory())
        port = cls.enterClassContext(cls.server(data))
        cls.endpoint = f"http://127.0.0.1:{port}"
        cls.environment = with_moto.clean_environment() | {
            "AWS_ACCESS_KEY_ID": "S3RVER", "AWS_SECRET_ACCESS_KEY": "S3RVER", "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": cls.endpoint}
        cls.requests = print_requests("objects", cls.endpoint, BUCKET, environment=cls.environment)

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

    def test_presigned_calls_of_models(self):
        self.accepted("model put")
        self.assertEqual(self.accepted("model get"), "by a model")
        self.refused("model get", replace_in_url("X-Amz-Expires=300", "X-Amz-Expires=301"))
        self.refused("model put", set_header("content-type", "text/html"))

    def test_an_expired_url(self):
        self.refused("expired", lambda request: None, "Request has expired")

    def test_a_form(self):
        """It is taken, and its fields arrive; this server does not look at its policy."""
        form = print_form(BUCKET, self.environment)
        status, body = post(form["url"], [*form["fields"], ["Content-Type", "text/plain"]], {"name": "f.txt", "text": "posted"})
        self.assertEqual(status, 204, body)
        # It takes the key as it is written; S3 puts the name of the file in the place of the mark.
        with urllib.request.urlopen(f"{self.endpoint}/{BUCKET}/uploads/$%7Bfilename%7D", timeout=60) as reply:
            self.assertEqual(reply.read(), b"posted")
            self.assertEqual(reply.headers["x-amz-meta-made-by"], "a test")


class FormsOnS3s(unittest.TestCase):
    """s3s-fs, of the Rust project s3s, checks the signatures of posted forms."""

    KEY = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}

    @classmethod
    def setUpClass(cls):
        program = shutil.which("s3s-fs") or shutil.which("s3s-fs", path=str(pathlib.Path.home() / ".cargo/bin"))
        if not program:
            raise unittest.SkipTest("SKIPPED: no s3s-fs to check posted forms: "
                                    "`cargo install s3s-fs --version 0.14.1 --locked --features binary` builds it")
        cls.data = cls.enterClassContext(tempfile.TemporaryDirectory())
        pathlib.Path(cls.data, BUCKET).mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen(
            [program, "--host", "127.0.0.1", "--port", str(port), "--access-key", cls.KEY["AWS_ACCESS_KEY_ID"], "--secret-key",
             cls.KEY["AWS_SECRET_ACCESS_KEY"], cls.data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(server.wait)
        cls.addClassCleanup(server.kill)
        cls.environment = with_moto.clean_environment() | cls.KEY | {
            "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
        subprocess.run(["curl", "--silent", "--output", os.devnull, "--retry", "50", "--retry-connrefused", "--retry-delay", "1",
                        cls.environment["AWS_ENDPOINT_URL"]], check=True)

    def posted(self, change=lambda fields: fields, **environment):
        form = print_form(BUCKET, self.environment | environment)
        fields = change([*form["fields"], ["Content-Type", "text/plain"]])
        return post(form["url"], fields, {"name": "f.txt", "text": "posted"})

    def test_a_form_is_accepted(self):
        status, body = self.posted()
        self.assertIn(status, (200, 201, 204), body)
        found = [path for path in pathlib.Path(self.data, BUCKET).rglob("*") if path.is_file()]
        self.assertEqual([path.read_text() for path in found], ["posted"])

    def test_an_altered_form_is_refused(self):
        def altered(name, how):
            def change(fields):
                self.assertIn(name, [known for known, _ in fields])
                return [[known, how(value) if known == name else value] for known, value in fields]
            return change

        def longer(text):
            policy = base64.b64decode(text)
            self.assertIn(b'"content-length-range",1,1000', policy)
            return base64.b64encode(policy.replace(b"1,1000", b"1,9999")).decode()

        for change, code in ((altered("policy", longer), "SignatureDoesNotMatch"),
                             (altered("x-amz-signature", lambda text: text[::-1]), "SignatureDoesNotMatch"),
                             (altered("x-amz-date", lambda text: "20200101T000000Z"), "InvalidPolicyDocument"),
                             (altered("key", lambda text: "elsewhere"), "InvalidPolicyDocument"),
                             (altered("Content-Type", lambda text: "image/png"), "InvalidPolicyDocument")):
            status, body = self.posted(change)
            self.assertIn(status, (400, 403), body)
            self.assertIn(f"<Code>{code}</Code>", body)
        status, body = self.posted(AWS_SECRET_ACCESS_KEY="another")
        self.assertEqual(status, 403, body)
        self.assertIn("SignatureDoesNotMatch", body)


if __name__ == "__main__":
    VENV, REQUESTS, NPM_FOLDER = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
