"""The example of the main job does what its options say, and ends in one clear error whatever is wrong:
`list_services_test.py PROGRAM`. What it lists is in its own AWS double, or in a server of this file."""

import contextlib
import http.server
import json
import os
import pathlib
import pty
import re
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

PROGRAM = sys.argv[1]
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
PROFILE = "[prod]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\n"
HANGS = 120  # seconds: far more than any run here needs, on a machine with much else to do


class Server(http.server.BaseHTTPRequestHandler):
    """Answers every operation as `replies` says: status and body."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
        operation = self.headers["X-Amz-Target"].split(".")[1]
        self.server.asked.append((operation, self.headers.get("Authorization", "")))
        reply = self.server.replies.get(operation) or self.server.replies[""]
        status, body = reply(sent) if callable(reply) else reply
        text = body if isinstance(body, str) else json.dumps(body)
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def server(replies):
    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    listening.daemon_threads = True
    listening.replies, listening.asked = replies, []
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}", listening.asked
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def one_cluster(names):
    arn = "arn:aws:ecs:eu-west-1:123456789012:"
    return {
        "ListClusters": (200, {"clusterArns": [arn + "cluster/prod"]}),
        "DescribeClusters": (200, {"clusters": [{"clusterArn": arn + "cluster/prod", "clusterName": "prod"}]}),
        "ListServices": (200, {"serviceArns": [arn + "service/prod/" + name for name in names]}),
        "DescribeServices": lambda sent: (200, {"services": [
            {"serviceName": one.split("/")[-1], "serviceArn": one, "clusterArn": arn + "cluster/prod", "desiredCount": 2,
             "runningCount": 1, "taskDefinition": arn + "task-definition/web:7"} for one in sent["services"]]}),
    }


class ListServices(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.variables = {name: value for name, value in os.environ.items()
                          if not name.startswith("AWS_") and not name.lower().endswith("_proxy")}
        self.variables |= {"HOME": str(self.home), "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "2"}

    def run_program(self, *options, **variables):
        return subprocess.run([PROGRAM, *options], env=self.variables | variables, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=HANGS)

    def run_on_a_terminal(self, *options):
        """What its standard error shows where somebody watches."""
        watching, terminal = pty.openpty()
        self.addCleanup(os.close, watching)
        shown = b""
        with subprocess.Popen([PROGRAM, *options], env=self.variables, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=terminal) as program:
            os.close(terminal)
            too_long = threading.Timer(HANGS, program.kill)
            too_long.start()
            with contextlib.suppress(OSError):  # how a terminal says that nobody writes any more
                while piece := os.read(watching, 65536):
                    shown += piece
            program.wait()
            too_long.cancel()
        self.assertEqual(program.returncode, 0, shown)
        return shown.decode().replace("\r\n", "\n")

    def lines(self, *options, **variables):
        done = self.run_program(*options, **variables)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def listed(self, *options, **variables):
        """With --json: each service, with the region in it."""
        found = []
        for line in self.lines("--json", *options, **variables):
            one = json.loads(line)
            found.append(one["service"] | {"region": one["region"]})
        return found

    def fails(self, *options, code=1, says=(), **variables):
        """Non-zero, and one line that says what, where and what to do."""
        done = self.run_program(*options, **variables)
        self.assertEqual(done.returncode, code, done.stdout[:500] + done.stderr[:2000])
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for text in says:
            self.assertIn(text, done.stderr)
        self.assertNotIn(KEYS["AWS_SECRET_ACCESS_KEY"], done.stderr)
        return done.stderr

    # --- options -----------------------------------------------------------------------------------------------------
    def test_without_options_all_is_listed_from_its_own_double(self):
        done = self.run_program()
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = done.stdout.splitlines()
        self.assertEqual(rows[0].split()[:3], ["REGION", "CLUSTER", "SERVICE"])
        self.assertEqual(len(rows), 1 + 20000)
        cells = [row.split() for row in rows[1:]]
        self.assertEqual(len({row[0] for row in cells}), 8)
        self.assertEqual(len({(row[0], row[1]) for row in cells}), 40)
        self.assertEqual(rows[0].split()[-1], "TAG")
        # The first tag of the double's services, whichever of its teams it names.
        tags = {row[6] if len(row) == 7 else "" for row in cells}
        self.assertEqual({tag.split("=")[0] for tag in tags}, {"Team"})
        self.assertIn("Team=catalog", tags)
        self.assertIn("20000 services in 8 regions", done.stderr)
        self.assertNotIn("regions done", done.stderr)  # nobody watches
        self.assertIn("requests a second; peak memory", done.stderr)

    def test_progress_is_shown_on_a_terminal_and_taken_away_at_the_end(self):
        shown = self.run_on_a_terminal()
        counts = [(int(services), int(done)) for services, done in
                  re.findall(r"\r(\d+) services, (\d) of 8 regions done (?=\r)", shown)]
        self.assertTrue(counts, shown)
        self.assertEqual(counts, sorted(counts))
        self.assertTrue(all(0 <= services <= 20000 for services, _ in counts), counts)
        self.assertRegex(shown, r"regions done \r {60}\r20000 services in 8 regions, ")

    def test_its_own_double_has_nothing_to_do_with_what_the_machine_says(self):
        nobody = "http://127.0.0.1:9"
        said = {"HTTP_PROXY": nobody, "http_proxy": nobody, "ALL_PROXY": nobody, "AWS_PROFILE": "nope",
                "AWS_USE_FIPS_ENDPOINT": "true", "AWS_RETRY_MODE": "x"}
        self.assertEqual(len(self.listed("--limit", "1", **said)), 1)

    def test_a_proxy_is_not_for_a_server_on_this_machine(self):
        with server(one_cluster(["web"])) as (url, asked):
            found = self.listed("--endpoint-url", url, "--regions", "eu-west-1", **KEYS, HTTP_PROXY="http://127.0.0.1:9")
            self.assertEqual(len(found), 1)
        self.assertTrue(asked)

    def test_only_the_regions_that_are_named(self):
        found = self.listed("--regions", "eu-west-1,us-east-1", "--limit", "20000")
        self.assertEqual({one["region"] for one in found}, {"eu-west-1", "us-east-1"})

    def test_limit(self):
        self.assertEqual(len(self.listed("--limit", "7")), 7)
        self.assertEqual(self.listed("--limit=0"), [])

    def test_a_filter_and_several(self):
        found = self.listed("--regions", "eu-west-1", "--filter", "desiredCount__gt=3")
        self.assertTrue(found)
        self.assertTrue(all(one["desiredCount"] > 3 for one in found))
        both = self.listed("--regions", "eu-west-1", "--filter", "desiredCount__gt=3", "--filter=serviceName__contains=api")
        self.assertEqual(sorted(one["serviceArn"] for one in both),
                         sorted(one["serviceArn"] for one in found if "api" in one["serviceName"]))

    def test_a_filter_by_tag(self):
        found = self.listed("--regions", "eu-west-1", "--filter", "tags__Team=catalog")
        self.assertTrue(found)
        self.assertTrue(all({"key": "Team", "value": "catalog"} in one["tags"] for one in found))

    def test_order_by(self):
        up = [one["desiredCount"] for one in self.listed("--regions", "eu-west-1,us-east-1", "--order-by", "desiredCount")]
        self.assertEqual(up, sorted(up))
        down = [one["desiredCount"] for one in self.listed("--regions", "eu-west-1", "--order-by=-desiredCount", "--limit", "9")]
        self.assertEqual(down, sorted(down, reverse=True))
        self.assertEqual(down[0], max(up))

    def test_endpoint_url(self):
        with server(one_cluster(["web", "api"])) as (url, asked):
            found = self.listed("--endpoint-url", url, "--regions", "eu-west-1", **KEYS)
        self.assertEqual(sorted(one["serviceName"] for one in found), ["api", "web"])
        self.assertEqual({operation for operation, _ in asked},
                         {"ListClusters", "DescribeClusters", "ListServices", "DescribeServices"})
        self.assertTrue(all("/eu-west-1/ecs/aws4_request" in signed for _, signed in asked))

    def test_profile(self):
        (self.home / ".aws").mkdir()
        (self.home / ".aws" / "credentials").write_text(PROFILE.replace("AKIDEXAMPLE", "AKIDOFPROFILE"))
        with server(one_cluster(["web"])) as (url, asked):
            rows = self.lines("--profile", "prod", "--endpoint-url", url, "--regions", "eu-west-1", **KEYS)
        self.assertEqual(rows[1].split(), ["eu-west-1", "prod", "web", "2", "1", "web:7"])
        self.assertTrue(all("Credential=AKIDOFPROFILE/" in signed for _, signed in asked))

    def test_an_account_without_anything(self):
        with server({"": (200, {"clusterArns": []})}) as (url, _):
            self.assertEqual(self.listed("--endpoint-url", url, **KEYS), [])

    def test_a_region_that_fails_is_reported_beside_the_others(self):
        replies = one_cluster(["web"])
        with server(replies) as (url, _):
            there = replies["ListClusters"]
            turns = iter([there, (400, {"__type": "AccessDeniedException", "message": "not here"})])
            replies["ListClusters"] = lambda sent: next(turns)
            done = self.run_program("--endpoint-url", url, "--regions", "us-east-1,eu-west-1", "--json", **KEYS)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stdout.splitlines()), 1)
        self.assertIn("AccessDeniedException", done.stderr)
        self.assertRegex(done.stderr, "(?m)^(us-east|eu-west)-1: ")

    # --- bad input ---------------------------------------------------------------------------------------------------
    def test_a_wrong_region_name(self):
        (self.home / ".aws").mkdir()
        (self.home / ".aws" / "credentials").write_text(PROFILE)
        self.fails("--profile", "prod", "--regions", "mars-north-1", says=["mars-north-1", "check the region's name"])
        self.fails("--profile", "prod", "--regions", "not a region", says=["not a region"])

    def test_missing_credentials(self):
        with server(one_cluster([])) as (url, asked):
            self.fails("--endpoint-url", url, says=["CredentialsNotFound", "AWS_ACCESS_KEY_ID", "profile"])
        self.assertEqual(asked, [])

    def test_expired_credentials(self):
        expired = (400, {"__type": "ExpiredTokenException", "message": "The security token included in the request is expired"})
        with server({"": expired}) as (url, _):
            self.fails("--endpoint-url", url, "--regions", "eu-west-1", **KEYS, AWS_SESSION_TOKEN="old",
                       says=["ecs.ListClusters", "eu-west-1", url, "ExpiredTokenException"])

    def test_an_unreachable_endpoint(self):
        with socket.socket() as taken:  # bound, and nobody listens
            taken.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{taken.getsockname()[1]}"
            self.fails("--endpoint-url", url, "--regions", "eu-west-1", **KEYS, says=["ConnectFailure", url, "check that the endpoint can be reached"])
            # Once, for all regions alike, in the order asked however the failures come in.
            self.fails("--endpoint-url", url, "--regions", "us-west-2,eu-west-1,sa-east-1", **KEYS,
                       says=["us-west-2, eu-west-1, sa-east-1: ", "in <region>", "ConnectFailure"])
        self.fails("--endpoint-url", "http://no-such-host.invalid", "--regions", "eu-west-1", **KEYS, says=["no-such-host.invalid", "check"])
        self.fails("--endpoint-url", "not a url", **KEYS, says=["not a url", "http://"])

    def test_a_page_that_is_empty_in_the_middle(self):
        arn = "arn:aws:ecs:eu-west-1:123456789012:service/prod/"
        pages = {None: (["web"], "1"), "1": ([], "2"), "2": (["api"], "3"), "3": (["job"], None)}

        def list_services(sent):
            names, following = pages[sent.get("nextToken")]
            return 200, {"serviceArns": [arn + name for name in names]} | ({"nextToken": following} if following else {})

        with server(one_cluster([]) | {"ListServices": list_services}) as (url, asked):
            listed = self.listed("--endpoint-url", url, "--regions", "eu-west-1", **KEYS)
        self.assertEqual({service["serviceName"] for service in listed}, {"web", "api", "job"})
        self.assertEqual([operation for operation, _ in asked].count("ListServices"), 4)

    def test_an_endpoint_that_is_no_aws(self):
        with server({"": (200, "<html>Sign in to the hotel's network</html>")}) as (url, _):
            self.fails("--endpoint-url", url, "--regions", "eu-west-1", **KEYS, says=["ecs.ListClusters", url])

    def test_a_filter_on_a_field_that_does_not_exist(self):
        self.fails("--filter", "runingCount__gt=0", says=["runingCount", "runningCount"])
        self.fails("--order-by", "nothing", says=["nothing"])
        self.fails("--filter", "desiredCount__gt=many", says=["desiredCount", "many"])

    def test_a_cluster_that_does_not_exist(self):
        gone = one_cluster([]) | {"ListServices": (400, {"__type": "ClusterNotFoundException", "message": "Cluster not found."})}
        with server(gone) as (url, _):
            self.fails("--endpoint-url", url, "--regions", "eu-west-1", **KEYS,
                       says=["ecs.ListServices", "eu-west-1", "ClusterNotFoundException"])

    def test_an_unusable_profile_file(self):
        (self.home / ".aws").mkdir()
        (self.home / ".aws" / "credentials").write_text("[prod]\naws_access_key_id = AKIDEXAMPLE\n")
        self.fails("--profile", "prod", says=["prod", "aws_secret_access_key"])
        self.fails("--profile", "other", says=["other", str(self.home)])
        (self.home / ".aws" / "credentials").write_text("[prod\naws_access_key_id = AKIDEXAMPLE\n")
        self.fails("--profile", "prod", says=[str(self.home / ".aws" / "credentials")])

    def test_options_that_are_none(self):
        for options in (["--limit", "many"], ["--limit"], ["--filter", "desiredCount"], ["--regions", ","], ["--verbose"]):
            with self.subTest(options=options):
                self.fails(*options, code=2, says=[options[0]])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
