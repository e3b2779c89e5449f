#!/usr/bin/python3
"""Every sample in PROTOCOL.md is still what the tables say: bytes, words and order. If not: record_samples.py."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))
sys.path.insert(0, str(ROOT / "tests/wire"))

from annotate import annotate, frame_of, frames_in
from cddl import Schema
from record_samples import DOCUMENT, FENCE
from tables import Tables, load_strictly
from tap import Tap, equal, expect

tap = Tap()
tables = Tables()
schema = Schema((ROOT / "protocol/luntan.cddl").read_text(encoding="utf-8"))
KINDS = {number: name for name, number in tables.kinds.items()}
PARTS = {"request": "request", "response": "reply", "part": "reply", "event": "event"}


def check_payload(sent, frame):
    kind = KINDS[frame.kind]
    if kind in ("ping", "pong", "cancel"):
        equal(frame.payload, b"")
        return
    item = load_strictly(frame.payload)
    message = tables.by_op.get(frame.op)
    if kind in ("error", "goaway"):
        tables.decode(kind, kind, frame.payload)
        schema.check(f"{kind}-payload", item)
    elif message:
        part = PARTS[kind]
        known = {field["key"] for field in message[part]}
        tables.map_in(message[part], {key: value for key, value in item.items() if key in known or not sent})
        schema.check(f"{message['name']}-{part}".replace("_", "-"), item)
    else:
        expect(sent, f"the server sends op {frame.op:#06x}")


def check_block(text):
    frames = frames_in(text)
    asked = {}
    for sent, data in frames:
        frame = frame_of(data)
        check_payload(sent, frame)
        if KINDS[frame.kind] == "request":
            asked[frame.id] = frame.op
        elif KINDS[frame.kind] in ("response", "error"):
            equal(frame.op, asked.pop(frame.id), "op of the answer")
    equal(asked, {}, "requests without an answer")
    equal(annotate(tables, frames), text.rstrip("\n"), "words")


blocks = list(FENCE.finditer(DOCUMENT.read_text(encoding="utf-8")))
tap.run("the document has samples", lambda: expect(len(blocks) >= 8, f"{len(blocks)} only"))
for block in blocks:
    tap.run(f"sample {block[2]}", check_block, block[3])
tap.end()
