"""Finds names of services in what all services share, the generator among it: what one service needs is in specs/ or in
src/services/.

Comments may name services, as examples. In the code the words and texts count, cut where their capitals and signs cut them.
"""

import pathlib
import re

from coroutines import TOKEN

COMMON = {"http", "orm", "protocol", "retry", "runtime"}  # folders of src/
SOURCES = {".cpp", ".hpp"}  # of gen/
SPECS = pathlib.Path(__file__).resolve().parents[2] / "specs" / "aws"
NOT_SERVICES = {"partitions", "sdk-default-configuration"}
ENGLISH = {"events", "lambda", "logs", "schemas"}  # names that are words of the language, or of this library
NAMES = {file.stem for file in SPECS.glob("*.json")} - NOT_SERVICES - ENGLISH
NAMED = re.compile("(?<![a-z0-9])(" + "|".join(sorted(map(re.escape, NAMES))) + ")(?![a-z0-9])")
CAPITALS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z0-9])(?=[A-Z][a-z])")

# Where, what, and why.
ALLOWED = [(re.compile(file), re.compile(token), why) for file, token, why in (
    (r"protocol/|runtime/reply_errors\.cpp$", r"ec2(_name)?", "the protocol that is called so"),
    (r"runtime/", r"s3_express|s3_session_token", "the scheme of signatures that is called so, and its header"),
    (r"runtime/service_endpoints\.", r'(set_)?(s3|sts)(_\w+)?|"DisableS3ExpressSessionAuth"',
     "parameters of AWS's endpoint rules and settings of users, which are called so"),
    (r"runtime/session_state\.cpp$", r"sso_session", "a key of users' profiles"),
    (r"retry/classify\.cpp$", r'"EC2ThrottledException"', "a code that the SDKs' rules list for all services"),
    (r"runtime/secrets\.cpp$", r'"x-aws-ec2-metadata-token"', "a header that holds a secret, whoever sends it"),
    (r"^gen/(api_model\.hpp|emit_tables\.cpp|smithy\.cpp)$", r'"ec2"|"aws\.protocols#ec2Query(Name)?"',
     "the protocol that is called so, and its names in Smithy"),
    (r"^gen/endpoint_rules\.cpp$", r'"AWS::(S3|S3Control|STS)::\w+"|(s3|sts)_\w+',
     "parameters that AWS's endpoint rules take from settings, which are called so"),
    (r"^gen/endpoint_expressions\.cpp$", r'"aws\.isVirtualHostableS3Bucket"', "a function of AWS's endpoint rules"),
    (r"^gen/vocabulary\.cpp$", r'"[^"]*(\\"[^"]*)*"', "examples, and what they are explained with"),
)]


def is_allowed(path, token):
    return any(file.search(path) and what.fullmatch(token) for file, what, _ in ALLOWED)


def is_shared(path):
    if path.parts[0] == "gen":
        return path.suffix in SOURCES
    return len(path.parts) > 2 and path.parts[0] == "src" and path.parts[1] in COMMON


def check(path, text):
    if not is_shared(path):
        return
    for found in TOKEN.finditer(text):
        if found.lastgroup not in ("word", "string", "raw"):
            continue
        token = found[0]
        named = NAMED.search(token.lower()) or NAMED.search(CAPITALS.sub("_", token).lower())
        if named and not is_allowed(str(path), token):
            yield text.count("\n", 0, found.start()) + 1, f"{token} names the service {named[1]}, in what all services share"
