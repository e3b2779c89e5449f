"""A client of luntan/1 for tests: over TLS, by names, strict about every byte that comes, and able to send wrong ones."""
import collections
import os
import socket
import ssl
import struct
import time

from tables import Malformed, Tables

HEADER = struct.Struct(">IBBHI")
CRITICAL = 1
WRITES = ("write", "secret", "kdf")

Frame = collections.namedtuple("Frame", "kind flags op id payload")


class Refused(Exception):
    """An error frame; `.error` holds its fields, `.code` its name."""

    def __init__(self, error):
        super().__init__(f"{error['name']}: {error}")
        self.error = error
        self.code = error["name"]


class Closed(Exception):
    """The server closed the connection."""


class Waited(Exception):
    """Nothing came in time."""


def operation_id(now_ms, ahead_ms=0):
    """48 bits of time, 80 random bits."""
    return (now_ms + ahead_ms).to_bytes(6, "big") + os.urandom(10)


def header(kind, op, number, length, flags=0):
    """The 12 bytes before a payload."""
    return HEADER.pack(length, kind, flags, op, number)


class Wire:
    """One connection: frames out, frames in. Knows nothing of requests."""

    def __init__(self, address, tables, timeout=20):
        self.tables = tables
        self.timeout = timeout
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # tests check the pin where it matters
        context.set_alpn_protocols(["luntan/1"])
        plain = socket.create_connection(address, timeout=timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.socket = context.wrap_socket(plain)
        except OSError:
            plain.close()
            raise
        if self.socket.selected_alpn_protocol() != "luntan/1":
            raise Malformed("the server did not choose luntan/1")
        self.buffer = bytearray()

    def close(self):
        """Closes without ceremony, as a peer that vanishes."""
        self.socket.close()

    def send_raw(self, data):
        """Sends bytes as they are."""
        self.socket.settimeout(self.timeout)
        try:
            self.socket.sendall(data)
        except (ConnectionError, ssl.SSLError) as error:
            raise Closed(str(error)) from error

    def send_frame(self, kind, op, number, payload=b"", flags=0):
        """Sends one frame; kind by name or number."""
        kind = self.tables.kinds.get(kind, kind)
        self.send_raw(header(kind, op, number, len(payload), flags) + payload)

    def _fill(self, length, deadline):
        while len(self.buffer) < length:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Waited(f"{len(self.buffer)} of {length} bytes came")
            self.socket.settimeout(left)
            try:
                data = self.socket.recv(65536)
            except TimeoutError as error:
                raise Waited(f"{len(self.buffer)} of {length} bytes came") from error
            except (ConnectionError, ssl.SSLError) as error:
                raise Closed(str(error)) from error
            if not data:
                if self.buffer:
                    raise Malformed("the connection ended inside a frame")
                raise Closed("end of stream")
            self.buffer += data

    def receive(self, timeout=None):
        """The next frame, its header checked; raises Closed or Waited where there is none."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        self._fill(HEADER.size, deadline)
        length, kind, flags, op, number = HEADER.unpack(self.buffer[:HEADER.size])
        if length >= 2**24:
            raise Malformed(f"a payload of {length} bytes")
        if flags:
            raise Malformed(f"flags {flags}")
        self._fill(HEADER.size + length, deadline)
        payload = bytes(self.buffer[HEADER.size:HEADER.size + length])
        del self.buffer[:HEADER.size + length]
        names = [name for name, value in self.tables.kinds.items() if value == kind]
        if not names or names[0] not in ("response", "part", "error", "event", "ping", "pong", "goaway"):
            raise Malformed(f"a frame of kind {kind} from the server")
        if names[0] in ("response", "part") and length > self.tables.limits["part"] + 65536:
            raise Malformed(f"a part of {length} bytes")
        return Frame(names[0], flags, op, number, payload)


def join_lists(parts):
    """Puts an answer together from the replies of its frames: lists are continued, and a body by its offset."""
    whole = {}
    for part in parts:
        for name, value in part.items():
            if not isinstance(value, list) or name not in whole:
                whole[name] = value
                continue
            for item in value:
                inner = _body_of(item)
                if inner is not None and inner.get("offset"):
                    before = _body_of(whole[name][-1])
                    if len(before["body"].encode()) != inner["offset"]:
                        raise Malformed(f"a body that goes on at {inner['offset']}, not at {len(before['body'].encode())}")
                    before["body"] += inner["body"]
                else:
                    whole[name].append(item)
    for value in whole.values():
        for item in value if isinstance(value, list) else []:
            inner = _body_of(item)
            if inner is not None and "size" in inner and not inner.get("truncated") and len(inner["body"].encode()) != inner["size"]:
                raise Malformed(f"a body of {len(inner['body'].encode())} bytes, said to be {inner['size']}")
    return whole


def _body_of(item):
    """The record that holds a body: the item itself or its only composite (export rows)."""
    if not isinstance(item, dict):
        return None
    if "body" in item:
        return item
    inner = [value for value in item.values() if isinstance(value, dict) and "body" in value]
    return inner[0] if inner else None


class Client(Wire):
    """Requests by name over a Wire. Keeps what comes for other requests and every event until asked."""

    def __init__(self, address, tables=None, timeout=20):
        super().__init__(address, tables or Tables(), timeout)
        self.last_id = 0
        self.skew = 0
        self.pending = {}   # id: message name
        self.raw_ids = {0}  # of frames that were sent as they are: errors that answer them are controls
        self.parts = collections.defaultdict(list)
        self.answers = {}   # id: reply or Refused
        self.events = collections.deque()   # (subscription, name, fields)
        self.controls = collections.deque() # ping, pong and goaway frames

    # ---- requests ----

    def fresh_operation(self, ahead_ms=0):
        """An operation id dated by the server's clock."""
        return operation_id(int(time.time() * 1000) + self.skew, ahead_ms)

    def request(self, name, fields=None, **more):
        """Sends a request; an operation id is added where one is needed and none is given. Returns its id."""
        message = self.tables.messages[name]
        values = {**(fields or {}), **more}
        if message["where"] in WRITES and "op_id" not in values:
            values["op_id"] = self.fresh_operation()
        return self.send_request(message["op"], self.tables.encode("request", name, values), name)

    def send_request(self, op, payload, name):
        """Sends a request of these bytes, under the next id. Returns the id."""
        self.last_id += 1
        self.pending[self.last_id] = name
        self.send_frame("request", op, self.last_id, payload)
        return self.last_id

    def cancel(self, number):
        """Says that an answer is no longer wanted."""
        self.send_frame("cancel", 0, number)

    # ---- what comes ----

    def _answer(self, frame):
        name = self.pending.get(frame.id)
        if name is None:
            raise Malformed(f"an answer to {frame.id}, which was not asked or has its answer already")
        expected = self.tables.messages.get(name, {"op": frame.op})["op"]
        if frame.op != expected:
            raise Malformed(f"an answer with op {frame.op:#06x} to a request with {expected:#06x}")
        if frame.kind == "error":
            self.answers[frame.id] = Refused(self.tables.decode("error", "error", frame.payload))
        else:
            self.parts[frame.id].append(self.tables.decode("reply", name, frame.payload))
            if frame.kind == "part":
                return
            self.answers[frame.id] = join_lists(self.parts.pop(frame.id))
        del self.pending[frame.id]

    def take(self, timeout=None):
        """Receives one frame and puts it where it belongs. Returns it."""
        frame = self.receive(timeout)
        if frame.kind in ("response", "part", "error"):
            if frame.kind == "error" and frame.id in self.raw_ids:
                self.controls.append((frame, self.tables.decode("error", "error", frame.payload)))
            else:
                self._answer(frame)
        elif frame.kind == "event":
            message = self.tables.by_op.get(frame.op)
            if message is None or "event" not in message:
                raise Malformed(f"an event with op {frame.op:#06x}")
            self.events.append((frame.id, message["name"], self.tables.decode("event", message["name"], frame.payload)))
        elif frame.kind == "goaway":
            self.controls.append((frame, self.tables.decode("goaway", "goaway", frame.payload)))
        else:
            self.controls.append((frame, {}))
            if frame.kind == "ping":
                self.send_frame("pong", 0, frame.id, frame.payload)
        return frame

    def _until(self, ready, timeout):
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while not ready():
            self.take(max(0, deadline - time.monotonic()))

    def answer(self, number, timeout=None):
        """Waits for the final answer to a request. Raises Refused where it is an error."""
        self._until(lambda: number in self.answers, timeout)
        answer = self.answers.pop(number)
        if isinstance(answer, Refused):
            raise answer
        return answer

    def event(self, timeout=None):
        """The next event: (subscription, name, fields)."""
        self._until(lambda: self.events, timeout)
        return self.events.popleft()

    def control(self, timeout=None):
        """The next ping, pong, goaway or error without an id: (frame, fields)."""
        self._until(lambda: self.controls, timeout)
        return self.controls.popleft()

    def wait_closed(self, timeout=None):
        """Takes what still comes until the server closes. Raises Waited where it does not."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        try:
            while True:
                self.take(max(0, deadline - time.monotonic()))
        except Closed:
            return

    def call(self, name, fields=None, **more):
        """Request and answer."""
        return self.answer(self.request(name, fields, **more))

    def refusal(self, name, fields=None, **more):
        """The error that this request gets; fails where it succeeds."""
        try:
            reply = self.call(name, fields, **more)
        except Refused as refused:
            return refused.error
        raise AssertionError(f"{name} was not refused: {reply}")

    def hello(self, **more):
        """Opens the connection; sends a capability and a key that nobody knows, as every client should."""
        before = int(time.time() * 1000)
        fields = {"min": 1, "max": 1, "capabilities": ["tests.of.luntan"], "lang": "en", "client": "tests/1", 1000: "grease", **more}
        reply = self.call("hello", fields)
        self.skew = reply["time"] - before
        return reply
