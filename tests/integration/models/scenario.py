"""One model beside a moto server, step by step. A model's entry in a file here, which is all that is said of it:

  read: READING          how boto3 reads the one that `$id` is the key of
  list: READING          how it reads them all
  plus: {PolicyArn: $a}  members that this library adds to what AWS says of a model
  except: {Member: why}  members that are never compared
  no_key: why            its key is not what `get` takes
  steps:                 in order; the first word of a step is `they` or the name of a method of the manager
    - they: {create_vpc: {CidrBlock: 10.0.0.0/16}}       boto3 calls this
      keep: {id: Vpc.VpcId}                              names for parts (JMESPath) of the result, from now on `$id`
    - get: {VpcId: $id}                                  this library calls a method with these arguments
    - create: {}
      given: {GroupName: web}                            the model that create and update take
    - .save: {desiredCount: 2}                           `save` of a model (`of`, else `$model`) after these changes
    - .remove: {}                                        `remove` of a model

  A READING is {describe_vpcs: {VpcIds: [$id]}, at: 'Vpcs[0]'}, or several whose results are joined; with `as: Tags`, what
  is read is that member, and with `optional: true` it may be missing. Operations of other services are written `ec2.create_vpc`, and `moto.ecs::task` says how moto moves
  those from one state to the next. Arguments that an operation requires and
  that are not said are made from its shapes. `base64:text` is the text in base64.

How a step of ours is judged, where it does not say so itself:
  get            the model is equal, in all members, to what boto3 reads
  get_many       likewise the list of that one
  list           likewise to the list that boto3 reads
  create, update likewise to what boto3 reads then, which has what was given
  delete         boto3 finds it no more
Besides: a list is the same in pages of one, what is created or got is got again by the key that it says it has, and what was
deleted does not exist to `get`.
What it may say:
  is: READING    the result is equal to this
  seen: {Vpc.State: available}    boto3's reading, of the same kind as above or in `by: READING`, has these afterwards
  gone: READING  this finds nothing afterwards
  result: {Message.Id: text}      parts of the result itself, besides
  except: {Member: why}           members that are not compared here
  absent: true                    there is none, which is DoesNotExist
  errs: {InvalidReply: why}       moto's answer is no answer of AWS, and refused; what it did counts
  not_given: true                 boto3 does not see what was given as it was given
  leads: {vpc: {VpcId: $vpc}}     where relations of what is got lead to
  not_missing: why                moto says of what is deleted what AWS does not say
  lacks: why     moto cannot be asked this, though it has the operation: what it gets wrong
"""

import base64
import json
import re
import subprocess
import urllib.request

import boto3
import botocore.config
import botocore.exceptions
import jmespath
from botocore import xform_name

import shapes

OWN_WORDS = {"keep", "given", "is", "seen", "by", "gone", "result", "except", "of", "lacks", "not_given", "not_missing", "new", "errs", "absent", "leads"}


class Failed(Exception):
    """A step did not come out as it should."""


class NotServed(Exception):
    """Moto has not got the operation."""


def is_unserved(status, message):
    """What moto answers to an operation that it does not know (with_moto.py), and its web server to an unknown path."""
    return status == 501 or status == 404 and "<title>404 Not Found</title>" in message


class Boto3:
    """The witness."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.clients = {}

    def client(self, service):
        if service not in self.clients:
            config = botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=60, parameter_validation=True,
                                            s3={"addressing_style": "path"})
            self.clients[service] = boto3.client(service, region_name="us-east-1", endpoint_url=self.endpoint, config=config)
        return self.clients[service]

    def call(self, service, operation, arguments):
        client = self.client(service)
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
        given = dict(arguments)
        for name in model.input_shape.required_members if model.input_shape else []:
            given.setdefault(name, shapes.made(model.input_shape.members[name], name))
        if client.can_paginate(operation) and not given.keys() & {"MaxResults", "MaxItems", "NextToken"}:
            return shapes.plain(client.get_paginator(operation).paginate(**given).build_full_result())
        return shapes.plain(getattr(client, operation)(**given))

    def set_transition(self, model, transition):
        body = json.dumps({"model_name": model, "transition": transition}).encode()
        request = urllib.request.Request(f"{self.endpoint}/moto-api/state-manager/set-transition", body,
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request):
            return {}

    def operation_shape(self, service, operation):
        return self.client(service).meta.service_model.operation_model(operation).input_shape


class Library:
    """This library, in a process of its own (call_models.cpp)."""

    def __init__(self, program, endpoint):
        self.process = subprocess.Popen([program, endpoint], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, command):
        print(json.dumps(command), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"the program ended at {command}")
        return json.loads(line)

    def tables(self):
        return self.ask({"tables": True})["result"]

    def close(self):
        """How it ended: a sanitizer says at the end what it has found."""
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait()


class Scenario:
    """The steps of one model. `rows`: its methods in the tables, by name. `relations`: the services that they lead to."""

    def __init__(self, service, model, entry, rows, relations, boto, library):
        self.service, self.model, self.entry, self.rows, self.relations = service, model, entry, rows, relations
        self.boto, self.library = boto, library
        self.names = {}
        self.got = None  # the key of the model that was got or created last
        self.witnessed, self.unserved, self.failures = set(), {}, []

    def run(self):
        for step in self.entry.get("steps", []):
            word = next(iter(step))
            unknown = step.keys() - OWN_WORDS - {word}
            if unknown:
                raise ValueError(f"{self.model}: step {word} says {unknown}")
            try:
                self.they(step) if word == "they" else self.we(word, step)
            except NotServed as reason:
                if "lacks" in step:
                    self.unserved[self.method_of(word, step)] = str(reason)
                else:
                    self.failures.append(f"{self.service} {self.model} {word}: moto {reason}")
            except (Failed, botocore.exceptions.ClientError, botocore.exceptions.ParamValidationError, KeyError) as error:
                self.failures.append(f"{self.service} {self.model} {word}: {type(error).__name__} {error}")

    # --- what the two parties do ---------------------------------------------------------------------------------------

    def they(self, step):
        for operation, arguments in step["they"].items():
            result = self.call_boto(operation, arguments)
        self.keep(step, result)

    def call_boto(self, operation, arguments):
        service, _, name = operation.rpartition(".")
        if service == "moto":
            return self.boto.set_transition(name, arguments)
        return self.boto.call(service or self.service, name, self.filled(arguments or {}))

    def read(self, reading):
        if isinstance(reading, list):
            joined = {}
            for one in reading:
                joined |= self.read(one)
            return joined
        operation = next(iter(reading))
        try:
            result = self.call_boto(operation, reading[operation])
        except botocore.exceptions.ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404 or not reading.get("optional"):
                raise
            return {}
        if "at" in reading:
            result = jmespath.search(self.filled(reading["at"]), result)
        if "as" not in reading:
            return result
        return {} if result is None else {reading["as"]: result}

    def we(self, word, step):
        method = self.method_of(word, step)
        if word not in (".save", ".remove") and method not in self.rows:
            raise ValueError(f"{self.service} {self.model} has no method {word}")
        if "lacks" in step:
            raise NotServed(step["lacks"])
        given = self.filled(step.get("given"))
        before = None
        if word in (".save", ".remove"):
            given = self.filled(step.get("of", {} if step.get("new") else "$model")) | self.filled(step[word] or {})
            command = {"method": word, "given": given, "from_aws": not step.get("new", False)}
        else:
            command = {"method": word, "arguments": self.with_required(method, self.filled(step[word] or {}), given or {})}
            if given is not None or self.rows[method]["kind"] in ("create", "update"):
                command["given"] = given or {}
        answer = self.ask(command)
        if step.get("absent"):
            if not answer.get("error", {}).get("missing"):
                raise Failed(f"it should not exist: {answer}")
            return
        if error := answer.get("error"):
            if is_unserved(error["status"], error["message"] + error["body"]):
                raise NotServed(f"answers {error['status']}")
            if error["code"] not in step.get("errs", {}):
                raise Failed(error["message"])
            answer["result"] = None
        result = answer["result"]
        self.keep(step, result)
        self.judge(word, method, step, result, step[word] if word == ".save" else step.get("given"))
        kind = self.rows[method]["kind"]
        if kind == "list":
            self.read_in_pages(command, result, step)
        elif kind in ("get", "create") and result and "get" in self.rows and "no_key" not in self.entry:
            self.get_by_key(result, step)
            self.follow_relations(result, step.get("leads", {}))
        elif kind == "delete" and self.got and not step.keys() & {"seen", "gone", "not_missing"}:
            self.get_nothing()
        self.witnessed.add(method)

    def ask(self, command):
        return self.library.ask(command | {"service": self.service, "model": self.model})

    def read_in_pages(self, command, result, step):
        answer = self.ask(command | {"page_size": 1})
        if error := answer.get("error"):
            raise Failed(f"in pages of one: {error['message']}")
        self.equal(step, answer["result"], result)

    def get_by_key(self, model, step):
        """What a model says that it is got by gets it."""
        key = self.ask({"method": ".key", "given": model})["result"]
        answer = self.ask({"method": "get", "arguments": key})
        if error := answer.get("error"):
            raise Failed(f"got by its key {key}: {error['message']}")
        if self.rows["get"]["arguments"] and not key:
            raise Failed("it has no key")
        if found := self.differs(step, answer["result"], self.with_added(self.read(self.entry["read"]))):
            raise Failed(f"got by its key {key}: {found}")
        self.got = key

    def follow_relations(self, model, leads):
        """None is refused; those in `leads` are as that says."""
        for name, service in self.relations.items():
            answer = self.ask({"method": ".follow", "relation": name, "target": service, "given": model})
            if error := answer.get("error"):
                if not is_unserved(error["status"], error["message"] + error["body"]):
                    raise Failed(f"the relation {name}: {error['message']}")
            for path, value in leads.get(name, {}).items():
                self.same(f"{path} of the relation {name}", jmespath.search(path, answer.get("result")), self.filled(value))

    def get_nothing(self):
        answer = self.ask({"method": "get", "arguments": self.got})
        if not answer.get("error", {}).get("missing"):
            raise Failed(f"what was deleted is not what does not exist: {answer}")
        self.got = None

    def method_of(self, word, step):
        if word == ".save":
            by_table = "create" if step.get("new") else "update"
            return "save" if "save" in self.rows else by_table
        return "remove" if word == ".remove" else word

    def with_required(self, method, arguments, given):
        row = self.rows[method]
        shape = self.boto.operation_shape(self.service, row["operation"])
        made = {name: shapes.plain(shapes.made(shape.members[name], name)) for name in (shape.required_members if shape else [])
                if name in row["arguments"] and name not in arguments and name not in given}
        return made | arguments

    def keep(self, step, result):
        for name, path in step.get("keep", {}).items():
            self.names[name] = jmespath.search(path, result)
            if self.names[name] is None:
                raise Failed(f"nothing at {path} in {result}")

    def filled(self, value):
        if isinstance(value, str):
            if re.fullmatch(r"\$\w+", value):
                return self.names[value[1:]]
            if value.startswith("base64:"):
                return base64.b64encode(value[len("base64:"):].encode()).decode()
            return re.sub(r"\$(\w+)", lambda name: str(self.names[name[1]]) if name[1] in self.names else name[0], value)
        if isinstance(value, dict):
            return {self.filled(key): self.filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        return value

    # --- whether it came out right -------------------------------------------------------------------------------------

    def judge(self, word, method, step, result, given):
        kind = self.rows[method]["kind"]
        judged = False
        if "is" in step:
            self.equal(step, result, self.read(step["is"]))
            judged = True
        if "result" in step:
            for path, value in step["result"].items():
                self.same(f"{path} of the result", jmespath.search(path, result), self.filled(value))
            judged = True
        if "seen" in step:
            seen = self.read(step.get("by", self.entry.get("read")))
            for path, value in step["seen"].items():
                self.same(f"what boto3 sees at {path}", jmespath.search(self.filled(path), seen), self.filled(value))
            judged = True
        if "gone" in step:
            self.gone(step["gone"])
            judged = True
        if kind in ("create", "update") and given and not step.get("not_given"):
            self.has_given(self.filled(given), self.with_added(self.read(step.get("by", self.entry["read"]))))
            judged = judged or result is None
        if not judged:
            self.judge_by_kind(kind, step, result)

    def judge_by_kind(self, kind, step, result):
        if kind in ("get", "create", "update"):
            self.equal(step, result, self.with_added(self.read(self.entry["read"])))
        elif kind == "get_many":
            self.equal(step, result, [self.with_added(self.read(self.entry["read"]))])
        elif kind == "list":
            if not result:
                raise Failed("the list is empty, which proves nothing")
            self.equal(step, result, self.with_added(self.read(self.entry["list"])))
        elif kind == "delete":
            self.gone(self.entry["read"])
        else:
            raise ValueError(f"{self.model}: nothing says how {step} is judged")

    def with_added(self, seen):
        if isinstance(seen, list):
            return [self.with_added(one) for one in seen]
        return seen | self.filled(self.entry.get("plus", {})) if isinstance(seen, dict) else seen

    def equal(self, step, ours, theirs):
        if not isinstance(ours, (dict, list)) and ours is None and theirs is None:
            raise Failed("both see nothing")
        if found := self.differs(step, ours, theirs):
            raise Failed(found)

    def differs(self, step, ours, theirs):
        for name in self.entry.get("except", {}) | step.get("except", {}):
            ours, theirs = without(ours, name), without(theirs, name)
        return shapes.difference(ours, theirs)

    def has_given(self, given, seen):
        if found := shapes.difference(given, shapes.part(given, seen)):
            raise Failed(f"given: {found}")

    @staticmethod
    def same(what, ours, theirs):
        if found := shapes.difference(ours, theirs):
            raise Failed(f"{what}{found}")

    def gone(self, reading):
        try:
            seen = self.read(reading)
        except botocore.exceptions.ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status >= 500:
                raise
            return
        if seen:
            raise Failed(f"boto3 still sees {seen}")


def without(value, path):
    """`value`, or each of those in it, but for a member, or a member of that: `SizeInBytes.Timestamp`."""
    if isinstance(value, list):
        return [without(item, path) for item in value]
    name, _, rest = path.partition(".")
    if not isinstance(value, dict) or name not in value:
        return value
    return value | {name: without(value[name], rest)} if rest else {key: item for key, item in value.items() if key != name}


def probe(boto, service, operation):
    """Whether moto has an operation at all: what it answers boto3 to made arguments."""
    try:
        boto.call(service, xform_name(operation), {})
    except botocore.exceptions.ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if is_unserved(status, str(error.response.get("Error", {}).get("Message"))):
            return f"answers {status}"
    except Exception:  # its answer is not what boto3 reads: it has the operation
        pass
    return None
