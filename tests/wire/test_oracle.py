#!/usr/bin/python3
"""What our codec encodes, read back by a decoder that is not ours and checked against luntan.cddl's own rules."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

import cbor2

from cddl import Invalid, Schema
from tables import Malformed, Tables, load_strictly, spec
from tap import Tap, expect

tap = Tap()
tables = Tables()
schema = Schema((ROOT / "protocol/luntan.cddl").read_text(encoding="utf-8"))
samples = [line.split(" ") for line in spec("samples").splitlines()]


def rule_of(part, name):
    return f"{name}-payload" if part == name else f"{name}-{part}".replace("_", "-")


def fields_of(part, name):
    return tables.fields(part, name)


def check_sample(part, name, variant, payload):
    item = load_strictly(payload)
    expect(cbor2.dumps(item, canonical=True) == payload, "not canonical")
    schema.check(rule_of(part, name), item)
    fields = fields_of(part, name)
    tables.map_in(fields, item)
    keys = {field["key"] for field in fields if variant == "full" or field["need"]}
    expect(set(item) == keys, f"keys {sorted(item)} instead of {sorted(keys)}")


def check_grown(part, name, payload):
    """A later version's fields are allowed, but not under a known key."""
    item = load_strictly(payload)
    schema.check(rule_of(part, name), {**item, 5000: [{1: "new"}], 2**40: b"x"})
    for field in fields_of(part, name):
        wrong = {**item, field["key"]: [True]}
        expect(not schema.accepts(rule_of(part, name), wrong), f"a wrong {field['name']} is accepted")
        if field["need"]:
            expect(not schema.accepts(rule_of(part, name), {key: value for key, value in item.items() if key != field["key"]}),
                   f"a missing {field['name']} is accepted")
    for value in (None, 1.5, -1, cbor2.CBORTag(1, 1)):
        expect(not schema.accepts(rule_of(part, name), {**item, 5000: value}), f"{value!r} is accepted under an unknown key")


def check_limits(part, name, payload):
    """One unit past a limit of length is refused; what CDDL can count are bytes and items."""
    item = load_strictly(payload)
    longer = {"text": lambda field: "x" * (4 * field["max"] + 1), "bytes": lambda field: b"x" * (field["max"] + 1),
              "texts": lambda field: ["x"] * (field["max"] + 1),
              "records": lambda field: [item[field["key"]][0]] * (field["max"] + 1)}
    for field in fields_of(part, name):
        if field["max"] and field["kind"] in longer:
            expect(not schema.accepts(rule_of(part, name), {**item, field["key"]: longer[field["kind"]](field)}),
                   f"a {field['name']} past its limit is accepted")


def everything_is_covered():
    wanted = {("request", m["name"]) for m in tables.requests} | {("reply", m["name"]) for m in tables.requests}
    wanted |= {("event", m["name"]) for m in tables.events} | {("record", name) for name in tables.records}
    wanted |= {("error", "error"), ("goaway", "goaway")}
    for variant in ("needed", "full"):
        got = {(part, name) for part, name, which, _ in samples if which == variant}
        expect(got == wanted, f"{variant}: {got ^ wanted}")


def the_oracle_refuses():
    for hexadecimal in ("1800", "a1011800", "bf0101ff", "a10120", "a101f6", "a101f93c00", "a1c00101", "a201010101", "a202010101",
                        "a1016180", "a10161ff", "a1016100", "a161780a", "a10101ff", "a1", "8101"):
        try:
            load_strictly(bytes.fromhex(hexadecimal))
        except Malformed:
            continue
        raise AssertionError(f"{hexadecimal} was accepted")


def the_schema_refuses():
    for text in ("a = {1 => }", "a = b", "a = uint a = uint", "a = &(x: 1)", "a = {* tstr: any}", "a = uint .gt 3"):
        try:
            Schema(text)
        except Invalid:
            continue
        raise AssertionError(f"{text} was accepted")


tap.run("a sample of every payload", everything_is_covered)
tap.run("the decoder refuses what the profile lacks", the_oracle_refuses)
tap.run("the checker refuses CDDL that it does not know", the_schema_refuses)
for part, name, variant, text in samples:
    tap.run(f"{part} {name}, {variant}", check_sample, part, name, variant, bytes.fromhex(text))
    if variant == "full":
        tap.run(f"{part} {name}, grown and wrong", check_grown, part, name, bytes.fromhex(text))
        tap.run(f"{part} {name}, past its limits", check_limits, part, name, bytes.fromhex(text))
tap.end()
