#!/usr/bin/python3
"""Writes the sample sessions of protocol/PROTOCOL.md anew, from sessions with a real server.

    LUNTAN_BUILD=build/release tests/wire/record_samples.py

Run by hand when a message in them has changed; test_samples.py says when that is.
"""
import pathlib
import re
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from annotate import annotate
from luntan_wire import Client, Refused, header, operation_id
from server import PASSWORD, Server

DOCUMENT = ROOT / "protocol/PROTOCOL.md"
FENCE = re.compile(r"(```luntan (\w+)\n)(.*?)(```)", re.DOTALL)


class Recorder(Client):
    """A client that keeps every frame that passes."""

    def __init__(self, address, tables):
        self.frames = []
        super().__init__(address, tables)

    def send_raw(self, data):
        self.frames.append((True, bytes(data)))
        super().send_raw(data)

    def receive(self, timeout=None):
        frame = super().receive(timeout)
        kind = self.tables.kinds[frame.kind]
        self.frames.append((False, header(kind, frame.op, frame.id, len(frame.payload)) + frame.payload))
        return frame

    def take_frames(self):
        frames, self.frames = self.frames, []
        return frames

    def tried(self, name, **fields):
        """Request and answer, whichever it is."""
        try:
            return self.call(name, fields)
        except Refused as refused:
            return refused.error


def few_limits(tables, frames):
    """The same, with two limits only in hello's reply: all of them fill pages."""
    out = []
    for sent, data in frames:
        if not sent:
            reply = tables.decode("reply", "hello", data[12:])
            reply["limits"] = [limit for limit in reply["limits"] if limit["name"] in ("body", "frame")]
            payload = tables.encode("reply", "hello", reply)
            data = header(2, 1, 1, len(payload)) + payload
        out.append((sent, data))
    return out


def few_boards(tables, frames):
    """The same, with two boards only."""
    (sent, request), (_, answer) = frames
    reply = tables.decode("reply", "boards", answer[12:])
    reply["boards"] = [reply["boards"][5], reply["boards"][9]]
    payload = tables.encode("reply", "boards", reply)
    return [(sent, request), (False, header(2, 0x0201, int.from_bytes(request[8:12], "big"), len(payload)) + payload)]


def greet(client):
    client.call("hello", {"min": 1, "max": 1, "capabilities": ["grease.5f1c"], "lang": "en", "client": "example/1", 1000: True})


def record(server):
    tables = server.tables
    samples = {}
    server.account("mei", "member").close()
    client = Recorder(server.address, tables)
    greet(client)
    hello = few_limits(tables, client.take_frames())
    client.call("visit")
    samples["hello"] = hello + client.take_frames()
    client.call("boards")
    samples["boards"] = few_boards(tables, client.take_frames())
    client.tried("login", handle="mei", password="not this one")
    client.call("login", handle="mei", password=PASSWORD)
    samples["login"] = client.take_frames()
    fields = {"op_id": client.fresh_operation(), "board": "essays", "title": "学习体会", "tags": ["学习"], "body": "第一段\n"}
    thread = client.call("post", fields)["thread"]
    client.call("post", fields)
    samples["post"] = client.take_frames()
    number = client.request("subscribe", topic="thread", id=thread)
    client.answer(number)
    client.event()
    with_other = server.account("lan", "member")
    with_other.call("reply", thread=thread, to=1, body="写得好!")
    client.event()
    client.call("unsubscribe", subscription=number)
    samples["subscribe"] = client.take_frames()
    refusals(client, thread)
    samples["refusals"] = client.take_frames()
    number = client.request("whoami")
    client.cancel(number)
    try:
        client.answer(number)
    except Refused:
        pass
    client.send_frame("ping", 0, 7)
    client.control()
    samples["cancel"] = client.take_frames()
    server.daemon.process.terminate()
    client.control()
    samples["goaway"] = client.take_frames()
    server.stop()
    return samples


def refusals(client, thread):
    try:
        client.answer(client.send_request(0x0fff, b"\xa0", "unknown"))
    except Refused:
        pass
    client.tried("read", thread=987654321)
    client.tried("post", board="essays", title="   ", body="x")
    old = operation_id(int(time.time() * 1000) + client.skew, -10 * 86400 * 1000)
    client.tried("reply", op_id=old, thread=thread, body="x")
    cursor = bytearray(client.call("read", thread=thread)["cursor"])
    del client.frames[-2:]
    cursor[1] ^= 0xff
    client.tried("subscribe", topic="thread", id=thread, since=bytes(cursor))


def main():
    with Server() as server:
        samples = record(server)
        text = DOCUMENT.read_text(encoding="utf-8")
        text = FENCE.sub(lambda found: found[1] + annotate(server.tables, samples.pop(found[2])) + "\n" + found[4], text)
        if samples:
            sys.exit(f"no place for {sorted(samples)}")
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
