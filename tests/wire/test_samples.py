#!/usr/bin/python3
"""Every frame that PROTOCOL.md shows in hex is one that the protocol allows, with the length that its header says."""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))

from tables import Tables, load_strictly  # noqa: E402
from tap import Tap, expect  # noqa: E402

PROSE = pathlib.Path("protocol/PROTOCOL.md")
SAMPLE = re.compile(r"^ {4}([<>]) ((?:[0-9a-f]+ ?)+)(?: ([0-9a-f ]+))?$", re.MULTILINE)
PARTS = {1: "request", 2: "reply", 3: "reply", 5: "event"}


def check(tables, line):
    arrow, data = line[0], bytes.fromhex(line[1:].replace(" ", ""))
    length, kind, flags, op = int.from_bytes(data[:4], "big"), data[4], data[5], int.from_bytes(data[6:8], "big")
    payload = data[12:]
    expect(len(payload) == length, f"{len(payload)} bytes follow, the header says {length}")
    expect(flags == 0, "flags are set")
    expect((arrow == ">") == (kind in (1, 7, 9)), f"kind {kind} goes the other way")
    if kind == 4:
        tables.decode("error", "error", payload)
    elif kind == 1:
        known = {field["key"] for field in tables.fields("request", tables.by_op[op]["name"])}
        item = load_strictly(payload)
        # Hello's sample holds the key that nobody knows, as it must.
        tables.map_in(tables.fields("request", tables.by_op[op]["name"]), {k: v for k, v in item.items() if k in known})
        expect(op == 1 or set(item) <= known, "unknown keys")
    elif kind in PARTS:
        tables.decode(PARTS[kind], tables.by_op[op]["name"], payload)
    else:
        expect(payload == b"", "a payload where none is needed")


def main():
    tap = Tap()
    tables = Tables()
    lines = [f"{m[1]} {m[2]}{m[3] or ''}" for m in SAMPLE.finditer(PROSE.read_text(encoding="utf-8"))]
    tap.run("there are samples", expect, len(lines) >= 15, f"only {len(lines)} samples were found")
    for number, line in enumerate(lines, 1):
        tap.run(f"sample {number}: {line[:40]}", check, tables, line)
    tap.end()


main()
