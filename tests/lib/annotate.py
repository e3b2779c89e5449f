"""Frames as lines of hex with their meaning, for the samples of PROTOCOL.md and the failures of tests."""
import json

from luntan_wire import HEADER, Frame

HEX_WIDTH = 34   # columns for hex before the meaning
WRAP = 24        # bytes of hex in a line without a meaning


def head_at(data, at):
    """(major type, argument, where the next byte is) of the CBOR head at `at`."""
    major, info = data[at] >> 5, data[at] & 31
    if info < 24:
        return major, info, at + 1
    size = 1 << (info - 24)
    return major, int.from_bytes(data[at + 1:at + 1 + size], "big"), at + 1 + size


def end_of(data, at):
    """Where the item at `at` ends."""
    major, value, at = head_at(data, at)
    if major in (2, 3):
        return at + value
    for _ in range(value * (2 if major == 5 else 1) if major in (4, 5) else 0):
        at = end_of(data, at)
    return at


class Annotator:
    """Lines for frames, by the names of the tables."""

    def __init__(self, tables):
        self.tables = tables
        self.lines = []

    def line(self, depth, data, meaning):
        """Hex left, meaning right; hex that is too long goes first, on lines of its own."""
        text = "  " * depth + data.hex(" ")
        if len(text) <= HEX_WIDTH:
            self.lines.append(f"{text:<{HEX_WIDTH}}  {meaning}")
            return
        for start in range(0, len(data), WRAP):
            self.lines.append("  " * depth + data[start:start + WRAP].hex(" "))
        self.lines.append(f"{'':<{HEX_WIDTH}}  {meaning}")

    def scalar(self, field, data):
        """A value in words."""
        major, value, at = head_at(data, 0)
        if major == 7:
            return "true" if data[0] == 0xf5 else "false"
        if major == 3:
            return json.dumps(data[at:].decode(), ensure_ascii=False)
        if major == 2:
            return f"{len(data) - at} bytes"
        if field and field["kind"] == "enum":
            names = [name for name, number in self.tables.enums[field["enum"]]["values"].items() if number == value]
            return f"{names[0]} ({value})" if names else str(value)
        if field and field["name"] == "code" and field["kind"] == "uint":
            return f"{self.tables.status_name(value)} ({value})"
        return str(value)

    def value(self, depth, prefix, field, data):
        """A value after its key's bytes `prefix`."""
        name = field["name"] if field else "(unknown key, skipped)"
        major, count, at = head_at(data, 0)
        if major == 5:
            self.line(depth, prefix + data[:at], f"{name}: map of {count}")
            self.map_body(depth + 1, self.tables.records[field["record"]] if field else [], data)
        elif major == 4:
            self.line(depth, prefix + data[:at], f"{name}: list of {count}")
            for _ in range(count):
                end = end_of(data, at)
                self.item(depth + 1, field, data[at:end])
                at = end
        else:
            self.line(depth, prefix + data, f"{name}: {self.scalar(field, data)}")

    def item(self, depth, field, data):
        """One item of a list."""
        major, count, at = head_at(data, 0)
        if major == 5:
            self.line(depth, data[:at], f"map of {count}")
            self.map_body(depth + 1, self.tables.records[field["record"]], data)
        else:
            self.line(depth, data, self.scalar(None, data))

    def map_body(self, depth, fields, data):
        """The pairs of the map that `data` holds."""
        by_key = {field["key"]: field for field in fields}
        _, count, at = head_at(data, 0)
        for _ in range(count):
            _, key, value_at = head_at(data, at)
            end = end_of(data, value_at)
            self.value(depth, data[at:value_at], by_key.get(key), data[value_at:end])
            at = end

    def frame(self, sent, frame, data):
        """A whole frame: `data` is its bytes."""
        kinds = {number: name for name, number in self.tables.kinds.items()}
        kind = kinds.get(data[4], "unknown kind")
        message = self.tables.by_op.get(frame.op)
        what = f" {message['name']}" if message else f" op {frame.op:#06x}" if frame.op else ""
        self.lines.append(f"{'client' if sent else 'server'}: {kind}{what}")
        header = data[:HEADER.size]
        words = f"{len(frame.payload)} bytes, {kind}, flags {frame.flags}, op {frame.op:#06x}, id {frame.id}"
        grouped = " ".join(header[a:b].hex() for a, b in ((0, 4), (4, 5), (5, 6), (6, 8), (8, 12)))
        self.lines.append(f"{grouped:<{HEX_WIDTH}}  {words}")
        if frame.payload:
            _, count, at = head_at(frame.payload, 0)
            self.line(0, frame.payload[:at], f"map of {count}")
            self.map_body(1, self.fields(kind, message), frame.payload)

    def fields(self, kind, message):
        """The fields of a payload of this kind."""
        if kind in ("error", "goaway"):
            return getattr(self.tables, kind)
        part = {"request": "request", "response": "reply", "part": "reply", "event": "event"}[kind]
        return message[part] if message and part in message else []


def annotate(tables, frames):
    """Lines for `frames`, pairs of (sent by the client, bytes), with an empty line between frames."""
    blocks = []
    for sent, data in frames:
        annotator = Annotator(tables)
        annotator.frame(sent, frame_of(data), data)
        blocks.append("\n".join(line.rstrip() for line in annotator.lines))
    return "\n\n".join(blocks)


def frame_of(data):
    """The frame that these bytes are, exactly."""
    length, kind, flags, op, number = HEADER.unpack(data[:HEADER.size])
    if HEADER.size + length != len(data):
        raise ValueError(f"{len(data)} bytes for a frame of {HEADER.size + length}")
    return Frame(kind, flags, op, number, data[HEADER.size:])


def frames_in(text):
    """The frames that a block of such lines shows: pairs of (sent by the client, bytes)."""
    out = []
    for block in text.strip("\n").split("\n\n"):
        first, *lines = block.split("\n")
        side = first.split(":")[0]
        if side not in ("client", "server"):
            raise ValueError(f"a frame of {side!r}")
        digits = ""
        for line in lines:
            hexadecimal = line[:HEX_WIDTH] if len(line) > HEX_WIDTH + 1 and line[HEX_WIDTH:HEX_WIDTH + 2] == "  " else line
            digits += hexadecimal.replace(" ", "")
        out.append((side == "client", bytes.fromhex(digits)))
    return out
