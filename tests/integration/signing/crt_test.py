"""Signers that others wrote, as witnesses: `crt_test.py MOTO_VENV REQUESTS CRT_FOLDER [unittest...]`

AWS's Common Runtime (awscrt) signs what this library checks, and the other way round. Signatures of Version 4a differ each
time: ours are checked by `cryptography`, over the canonical request that botocore makes, with a key that is derived here.
"""

import hashlib
import hmac
import json
import pathlib
import subprocess
import sys
import unittest
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import with_moto  # noqa: E402

CRT = "awscrt==0.38.1"
ACCESS_KEY = "AKISORANDOMAASORANDOM"
SECRET_KEY = "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom"  # of AWS's published test cases
TOKEN = "session-token/+="

# Inside the virtual environment: reads {"method", ...} and how to sign it, and prints what was signed.
SIGN = """
import io, json, sys
from datetime import datetime, timezone
from awscrt import auth, http
request, how = json.load(sys.stdin)
made = http.HttpRequest(request["method"], request["target"], http.HttpHeaders([tuple(h) for h in request["headers"]]),
                        io.BytesIO(request["body"].encode()) if request["body"] else None)
config = auth.AwsSigningConfig(
    algorithm=getattr(auth.AwsSigningAlgorithm, how["algorithm"]),
    signature_type=getattr(auth.AwsSignatureType, "HTTP_REQUEST_QUERY_PARAMS" if how.get("expires") else "HTTP_REQUEST_HEADERS"),
    credentials_provider=auth.AwsCredentialsProvider.new_static(how["key"], how["secret"], how.get("token")),
    region=how["region"], service=how["service"],
    date=datetime.strptime(how["date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc),
    use_double_uri_encode=not how["s3"], should_normalize_uri_path=not how["s3"],
    signed_body_value="UNSIGNED-PAYLOAD" if how["s3"] and how.get("expires") else None,
    signed_body_header_type=getattr(auth.AwsSignedBodyHeaderType,
                                    "X_AMZ_CONTENT_SHA_256" if how["s3"] and not how.get("expires") else "NONE"),
    expiration_in_seconds=how.get("expires"))
auth.aws_sign_request(made, config).result(60)
print(json.dumps({"target": made.path, "headers": [list(h) for h in made.headers]}))
"""

# Likewise: whether the signature of the string is that of the key.
CHECK = """
import json, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
import hashlib
given = json.load(sys.stdin)

request = AWSRequest(method=given["method"], url=given["url"], data=given["body"], headers=dict(given["headers"]))
request.context["timestamp"] = given["date"]
signer = S3SigV4Auth if given["s3"] else SigV4Auth
text = signer(None, "service", "region").canonical_request(request)
to_sign = "\\n".join(["AWS4-ECDSA-P256-SHA256", given["date"], given["scope"], hashlib.sha256(text.encode()).hexdigest()])
key = ec.derive_private_key(int(given["private_key"], 16), ec.SECP256R1()).public_key()
try:
    key.verify(bytes.fromhex(given["signature"]), to_sign.encode(), ec.ECDSA(hashes.SHA256()))
    print("good")
except InvalidSignature:
    print("bad")
"""

P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551


def derive_key(access_key, secret):
    """The private key of Version 4a: NIST SP 800-108 in counter mode, until a candidate is small enough."""
    for counter in range(1, 255):
        fixed = b"AWS4-ECDSA-P256-SHA256\0" + access_key.encode() + bytes([counter]) + (256).to_bytes(4, "big")
        digest = hmac.new(b"AWS4A" + secret.encode(), (1).to_bytes(4, "big") + fixed, hashlib.sha256).digest()
        candidate = int.from_bytes(digest, "big")
        if candidate <= P256_ORDER - 2:
            return candidate + 1
    raise AssertionError("no key")


def install():
    """The interpreter, and the environment in which it finds awscrt."""
    try:
        python = with_moto.ensure_venv(VENV)
        stamp = CRT_FOLDER / "installed"
        wanted = f"{sys.version}\n{CRT}"
        if not stamp.exists() or stamp.read_text() != wanted:
            with_moto.run_or_unavailable(
                [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout",
                 "20", "--only-binary=:all:", "--no-deps", "--upgrade", "--target", str(CRT_FOLDER), CRT],
                "awscrt cannot be installed")
            stamp.write_text(wanted)
    except with_moto.Unavailable as reason:
        raise unittest.SkipTest(f"SKIPPED: nobody else who signs: {reason}") from None
    return python, with_moto.clean_environment() | {"PYTHONPATH": str(CRT_FOLDER)}


class Signers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.python, cls.environment = install()

    def ours(self, mode, given=None, **changes):
        environment = with_moto.clean_environment() | {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
        done = subprocess.run([REQUESTS, mode], env=environment | changes, capture_output=True, text=True, timeout=120,
                              input=json.dumps(given) if given is not None else "")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def in_python(self, script, given):
        done = subprocess.run([str(self.python), "-B", "-c", script], env=self.environment, capture_output=True, text=True,
                              timeout=120, input=json.dumps(given))
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def signed_by_crt(self, request, **how):
        """The request as awscrt signs it."""
        url = urllib.parse.urlsplit(request["url"])
        target = url.path + ("?" + url.query if url.query else "")
        how = {"key": ACCESS_KEY, "secret": SECRET_KEY} | how
        made = json.loads(self.in_python(SIGN, [{"method": request["method"], "target": target, "body": request["body"],
                                                 "headers": [["host", url.netloc]]}, how]))
        return request | {"url": f"https://{url.netloc}{made['target']}", "headers": made["headers"]}

    def good(self, request):
        return self.ours("verify", [request])[0]["good"]

    # --- Signature Version 4a

    def altered(self, request):
        yield request | {"method": "DELETE"}
        yield request | {"url": request["url"].replace("/a", "/b", 1)}
        if request["body"]:
            yield request | {"body": request["body"] + " "}

    def test_what_awscrt_signs_is_accepted_here(self):
        plain = {"name": "crt", "method": "POST", "url": "https://some.host.example/a/path?b=2&a=1", "body": "content"}
        for how in ({"s3": False, "service": "service", "region": "us-east-1,eu-west-1"},
                    {"s3": True, "service": "s3", "region": "*"},
                    {"s3": True, "service": "s3", "region": "*", "expires": 300}):
            with self.subTest(how):
                request = plain | ({"method": "GET", "body": ""} if "expires" in how else {})
                signed = self.signed_by_crt(request, algorithm="V4_ASYMMETRIC", date="20261123T120000Z", **how)
                self.assertTrue(self.good(signed), signed)
                for other in self.altered(signed):
                    self.assertFalse(self.good(other), other)
                self.assertFalse(self.ours("verify", [signed], AWS_SECRET_ACCESS_KEY="another")[0]["good"])

    def checked_by_others(self, request):
        headers = dict(request["headers"])
        parts = dict(part.strip().split("=", 1) for part in headers.pop("authorization").split(" ", 1)[1].split(","))
        scope = parts["Credential"].split("/", 1)[1]
        return self.in_python(CHECK, {
            "s3": "/s3/" in scope, "method": request["method"], "url": request["url"], "headers": headers,
            "body": request["body"], "date": headers["x-amz-date"], "scope": scope, "signature": parts["Signature"],
            "private_key": f"{derive_key(ACCESS_KEY, SECRET_KEY):x}"}).strip()

    def test_what_is_signed_here_is_accepted_by_others(self):
        requests = {request["name"]: request for request in self.ours("asymmetric")}
        self.assertEqual(len(requests), 3)
        for name in ("post", "object"):
            with self.subTest(name):
                self.assertEqual(self.checked_by_others(requests[name]), "good")
                for other in self.altered(requests[name]):
                    if name == "object" and other["body"] != requests[name]["body"]:
                        continue  # its hash is in a header, which botocore takes from there
                    self.assertEqual(self.checked_by_others(other), "bad", other)
        for request in requests.values():
            self.assertTrue(self.good(request))

    # --- sessions with a bucket: HMAC, so that both must come to the same signature

    def test_a_session_with_a_bucket_is_signed_for_as_awscrt_does(self):
        requests = {request["name"]: request for request in self.ours("express", AWS_SESSION_TOKEN=TOKEN)}
        ours = dict(requests["object"]["headers"])
        self.assertEqual(ours["x-amz-s3session-token"], TOKEN)
        crt = {name.lower(): value for name, value in self.signed_by_crt(
            requests["object"], algorithm="V4_S3EXPRESS", service="s3express", region="us-west-2", s3=True, token=TOKEN,
            date=ours["x-amz-date"])["headers"]}
        self.assertEqual(ours, crt)

    def test_a_presigned_url_of_a_session_is_the_one_that_awscrt_makes(self):
        request = {entry["name"]: entry for entry in self.ours("express", AWS_SESSION_TOKEN=TOKEN)}["presigned object"]
        split = urllib.parse.urlsplit(request["url"])
        ours = urllib.parse.parse_qs(split.query)
        crt = self.signed_by_crt(request | {"url": urllib.parse.urlunsplit(split._replace(query=""))},
                                 algorithm="V4_S3EXPRESS", service="s3express", region="us-west-2", s3=True, token=TOKEN,
                                 date=ours["X-Amz-Date"][0], expires=300)
        self.assertEqual(ours, urllib.parse.parse_qs(urllib.parse.urlsplit(crt["url"]).query))


if __name__ == "__main__":
    VENV, REQUESTS, CRT_FOLDER = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
