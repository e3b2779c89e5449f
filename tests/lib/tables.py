"""The tables of the wire, by name: what `spec json` prints.

`encode` turns a dictionary of names into a payload, `decode` a payload into a dictionary, strictly: other people's
CBOR decoder (Debian's python3-cbor2) reads it, it must be the one deterministic encoding of what it holds, and
nothing outside the profile and the tables may be in it.
"""
import io
import json
import os
import pathlib
import subprocess

import cbor2

MAX_DEPTH = 8


class Malformed(Exception):
    """Bytes that luntan/1 does not allow."""


def build_directory():
    """Where the binaries under test are."""
    return pathlib.Path(os.environ["LUNTAN_BUILD"]).resolve()


def spec(*arguments):
    """What the generator prints."""
    return subprocess.run([build_directory() / "spec", *arguments], check=True, capture_output=True, text=True).stdout


def check_profile(item, level=1):
    """Refuses what the profile does not have."""
    if level > MAX_DEPTH:
        raise Malformed(f"deeper than {MAX_DEPTH} levels")
    if isinstance(item, dict):
        for key, value in item.items():
            if not isinstance(key, int) or isinstance(key, bool) or key < 0:
                raise Malformed(f"a key that is no unsigned integer: {key!r}")
            check_profile(value, level + 1)
    elif isinstance(item, list):
        for value in item:
            check_profile(value, level + 1)
    elif isinstance(item, str):
        if "\0" in item:
            raise Malformed("NUL in a text")
    elif isinstance(item, int) and not isinstance(item, bool):
        if not 0 <= item < 2**64:
            raise Malformed(f"a number out of range: {item}")
    elif not isinstance(item, (bool, bytes)):
        raise Malformed(f"a type outside the profile: {type(item).__name__}")


def load_strictly(payload):
    """The map that `payload` encodes, with integer keys. Raises Malformed for any other bytes."""
    stream = io.BytesIO(payload)
    try:
        item = cbor2.CBORDecoder(stream).decode()
    except (cbor2.CBORError, ValueError, UnicodeDecodeError, EOFError, OverflowError) as error:
        raise Malformed(f"not CBOR: {error}") from error
    if stream.tell() != len(payload):
        raise Malformed("bytes after the item")
    if not isinstance(item, dict):
        raise Malformed("not a map")
    check_profile(item)
    if cbor2.dumps(item, canonical=True) != payload:
        raise Malformed("not the deterministic encoding of what it holds")
    return item


class Tables:
    """Messages, records, enumerations, statuses, limits and frame kinds."""

    def __init__(self, text=None):
        tables = json.loads(text or spec("json"))
        self.messages = {message["name"]: message for message in tables["messages"]}
        self.by_op = {message["op"]: message for message in tables["messages"]}
        self.records = tables["records"]
        self.enums = tables["enums"]
        self.statuses = tables["statuses"]
        self.limits = tables["limits"]
        self.kinds = tables["kinds"]
        self.error = tables["error"]
        self.goaway = tables["goaway"]
        self.requests = [message for message in tables["messages"] if "request" in message]
        self.events = [message for message in tables["messages"] if "event" in message]

    def fields(self, part, name):
        """The fields of a payload: part is request, reply, event, record, error or goaway."""
        if part in ("error", "goaway"):
            return getattr(self, part)
        return self.records[name] if part == "record" else self.messages[name][part]

    def status_name(self, number):
        """The name of a status; internal where there is none."""
        return next((name for name, row in self.statuses.items() if row["number"] == number), "internal")

    # ---- names to bytes ----

    def value_out(self, field, value):
        """A value by names as the wire has it; what is not of the field's kind goes out as it is, for bad input."""
        kind = field["kind"]
        if kind == "enum" and isinstance(value, str):
            return self.enums[field["enum"]]["values"][value]
        if kind == "record" and isinstance(value, dict):
            return self.map_out(self.records[field["record"]], value)
        if kind == "records" and isinstance(value, list):
            return [self.map_out(self.records[field["record"]], each) for each in value]
        return value

    def map_out(self, fields, values):
        """A dictionary by names, or by key numbers where a test wants them, as the wire has it."""
        by_name = {field["name"]: field for field in fields}
        out = {}
        for name, value in values.items():
            if isinstance(name, int):
                out[name] = value
            else:
                out[by_name[name]["key"]] = self.value_out(by_name[name], value)
        return out

    def encode(self, part, name, values):
        """The payload with these values."""
        return cbor2.dumps(self.map_out(self.fields(part, name), values), canonical=True)

    # ---- bytes to names ----

    def value_in(self, field, value):
        """A value of the wire by names, checked against its field."""
        kind, most = field["kind"], field["max"]
        types = {"uint": int, "enum": int, "bool": bool, "text": str, "bytes": bytes, "record": dict,
                 "texts": list, "uints": list, "records": list}
        if type(value) is not types[kind]:
            raise Malformed(f"{field['name']}: {type(value).__name__} for {kind}")
        if most and kind not in ("uint", "enum", "bool", "record") and len(value) > most:
            raise Malformed(f"{field['name']}: {len(value)}, at most {most}")
        if kind == "enum":
            values = self.enums[field["enum"]]["values"]
            names = [name for name, number in values.items() if number == value]
            if not names:
                raise Malformed(f"{field['name']}: no value {value}")
            return names[0]
        if kind == "record":
            return self.map_in(self.records[field["record"]], value)
        if kind == "records":
            return [self.map_in(self.records[field["record"]], each) for each in value]
        for each, of in (("texts", str), ("uints", int)):
            if kind == each and any(type(item) is not of for item in value):
                raise Malformed(f"{field['name']}: an item that is not {of.__name__}")
        return value

    def map_in(self, fields, item):
        """A map of the wire by names: only known keys, all that are needed."""
        by_key = {field["key"]: field for field in fields}
        unknown = [key for key in item if key not in by_key]
        missing = [field["name"] for field in fields if field["need"] and field["key"] not in item]
        if unknown or missing:
            raise Malformed(f"unknown keys {unknown}, missing fields {missing}")
        return {by_key[key]["name"]: self.value_in(by_key[key], value) for key, value in item.items()}

    def decode(self, part, name, payload):
        """The values of a payload by names; absent ones are left out."""
        return self.map_in(self.fields(part, name), load_strictly(payload))
