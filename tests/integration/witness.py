"""A second witness: does what it is told with boto3. `witness.py ENDPOINT`, a JSON object a line on stdin and stdout.

  {"service": "ecs", "operation": "create_cluster", "arguments": {...}, "region": "us-east-1"}
      `"paginate": true` joins all pages of a list operation
  {"reset": true}
      the server forgets everything

Answers: {"response": {...}}, times as seconds since the epoch and bytes as base64, or
{"error": {"code": ..., "message": ..., "status": ...}}. An argument that shall be bytes is written {"base64": "..."}.
"""

import base64
import datetime
import json
import os
import sys
import urllib.request

import boto3
import botocore.config
import botocore.exceptions


class Witness:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.clients = {}

    def client(self, service, region):
        key = (service, region)
        if key not in self.clients:
            self.clients[key] = boto3.client(
                service, region_name=region, endpoint_url=self.endpoint,
                config=botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=60))
        return self.clients[key]

    def reset(self):
        if os.environ.get("BOTOCRAFT_SECOND_PARTY") == "elasticmq":
            client = self.client("sqs", "us-east-1")
            for url in client.list_queues().get("QueueUrls", []):
                client.delete_queue(QueueUrl=url)
            return
        with urllib.request.urlopen(urllib.request.Request(f"{self.endpoint}/moto-api/reset", method="POST")):
            pass

    def answer(self, command):
        if command.get("reset"):
            self.reset()
            return {"response": {}}
        client = self.client(command["service"], command.get("region", "us-east-1"))
        operation, arguments = command["operation"], from_json(command.get("arguments", {}))
        try:
            if command.get("paginate"):
                response = client.get_paginator(operation).paginate(**arguments).build_full_result()
            else:
                response = getattr(client, operation)(**arguments)
        except botocore.exceptions.ClientError as error:
            details = error.response.get("Error", {})
            return {"error": {"code": details.get("Code"), "message": details.get("Message"),
                              "status": error.response["ResponseMetadata"]["HTTPStatusCode"]}}
        response.pop("ResponseMetadata", None)
        return {"response": response}


def from_json(value):
    if isinstance(value, dict):
        if value.keys() == {"base64"}:
            return base64.b64decode(value["base64"])
        return {key: from_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [from_json(item) for item in value]
    return value


def to_json(value):
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if hasattr(value, "read"):
        return to_json(value.read())
    raise TypeError(f"no JSON for {type(value)}")


def main():
    witness = Witness(sys.argv[1])
    for line in sys.stdin:
        try:
            answer = witness.answer(json.loads(line))
        except Exception as error:  # a command that boto3 itself refuses is an answer too
            answer = {"error": {"code": type(error).__name__, "message": str(error), "status": 0}}
        print(json.dumps(answer, default=to_json), flush=True)


if __name__ == "__main__":
    main()
