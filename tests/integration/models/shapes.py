"""Values by the shapes of AWS's operations, and whether two parties see the same."""

import base64
import datetime
import json
import urllib.parse


def made(shape, name="made", depth=0):
    """A value of a shape of botocore's that AWS might take."""
    kind = shape.type_name
    if kind == "structure":
        return {member: made(shape.members[member], member, depth + 1) for member in shape.required_members}
    if kind == "list":
        return [made(shape.member, name, depth + 1)]
    if kind == "map":
        return {made(shape.key, "key", depth + 1): made(shape.value, name, depth + 1)}
    if kind == "string":
        if getattr(shape, "enum", None):
            return shape.enum[0]
        text = f"made-{name.lower()}"
        return text.ljust(shape.metadata.get("min", 0), "x")[:shape.metadata.get("max", len(text) + 99)]
    if kind in ("integer", "long", "float", "double"):
        return max(1, shape.metadata.get("min", 1))
    if kind == "timestamp":
        return datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    return {"boolean": True, "blob": b"made"}.get(kind)


def plain(value):
    """What boto3 returned, as JSON has it: times are seconds since the epoch, bytes are base64."""
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if hasattr(value, "read"):
        return plain(value.read())
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def difference(ours, theirs, path=""):
    """Where two values differ; empty where they do not. What is null to us is absent to boto3, and documents, which are
    texts to us, are parsed by it."""
    if is_number(ours) and is_number(theirs):
        return "" if abs(ours - theirs) < 1e-3 else f"{path}: {ours} is not {theirs}"
    if isinstance(ours, str) and isinstance(theirs, dict):
        return difference(json.loads(urllib.parse.unquote(ours)), theirs, path)
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return next((found for at, (a, b) in enumerate(zip(ours, theirs)) if (found := difference(a, b, f"{path}[{at}]"))), "")
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in sorted(ours.keys() | theirs.keys()):
            if name not in theirs:
                if ours[name] is None:
                    continue
                return f"{path}.{name}: boto3 does not see {ours[name]!r}"
            if name not in ours:
                return f"{path}.{name}: we do not see {theirs[name]!r}"
            if found := difference(ours[name], theirs[name], f"{path}.{name}"):
                return found
        return ""
    return "" if ours == theirs and isinstance(ours, bool) == isinstance(theirs, bool) else f"{path}: {ours!r} is not {theirs!r}"


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def part(wanted, seen):
    """What of `seen` is named in `wanted`."""
    if isinstance(wanted, list) and isinstance(seen, list) and len(wanted) == len(seen):
        return [part(value, one) for value, one in zip(wanted, seen)]
    if isinstance(wanted, dict) and isinstance(seen, dict):
        return {name: part(value, seen[name]) for name, value in wanted.items() if name in seen}
    return seen
