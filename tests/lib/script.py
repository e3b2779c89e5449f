"""Send-and-expect scripts, `*.wire`: what goes over connections, by names or as hex, and what must come back.

A line is one step; a line that begins with white space goes on the one before. `#` begins a comment line.

    == TITLE                       a test begins; its connections are closed when the next one does
    open NAME raw|hello|visitor|ROLE   connects: TLS only; and hello; and as a visitor; as account NAME of that
                                   role on the site. NAME is in use from now on
    use NAME                       the following steps are on this connection
    let NAME = VALUE               for later as $NAME
    restart                        the server ends and starts again over its data
    > MESSAGE {FIELDS}             sends a request, with a fresh op_id where none is given
    repeat N > MESSAGE {FIELDS}    sends so many, all of which must succeed
    < MESSAGE {PATTERN}            the oldest unanswered request of that name gets a response like this
    <x STATUS {PATTERN}            the oldest unanswered request gets this error
    <! EVENT {PATTERN}             the next event
    <~ EVENT {PATTERN}             the next event of this name; others before it are passed over
    <quiet                         no event has come: asked by a ping, whose pong comes after whatever was there
    >> HEX                         bytes as they are
    >op N HEX                      a request with this op and payload, under the next id
    >f KIND OP ID FLAGS HEX        a frame; KIND by name or number
    <f KIND {PATTERN}              the next pong, goaway, or error that answers a frame sent by >f or >>
    cancel                         cancels the request sent last
    <closed                        the server closes

HEX may hold white space, and BLOB12 for twelve bytes.

A VALUE is a number, a string as in JSON, true, false, h'HEX', a list, a map {name: value}, $NAME, $NAME.field, or a call of one of
FUNCTIONS. A number as a name in a map is a key on the wire that the tables do not know. A PATTERN is a value in which `any` stands
for whatever is there, `absent` for nothing, `=NAME` for whatever is there and kept as $NAME; in a map fields that are not
named may be anything; `...` at the end of a list lets it go on. Enumerations are written as strings.
"""
import base64
import hashlib
import hmac
import json
import re
import time

from luntan_wire import Client, Refused, operation_id
from tap import equal, expect

TOKEN = re.compile(r"""\s*(?:
    (?P<hex>h'[0-9a-fA-F\s]*')
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<number>0x[0-9a-fA-F]+|-?\d+)
  | (?P<bind>=[a-z_0-9]+)
  | (?P<var>\$[a-z_0-9]+(?:\.[a-z_0-9]+)*)
  | (?P<rest>\.\.\.)
  | (?P<word>[a-z_][a-z_0-9]*)
  | (?P<mark>[{}\[\]():,+]))""", re.VERBOSE)


class Any:
    """A pattern that everything is like."""


class Absent:
    """A pattern that only nothing is like."""


class Rest:
    """The end of a list that may go on."""


class Bind(str):
    """A pattern that keeps what it finds under this name."""


def totp(secret, steps=0):
    """The six digits of an authenticator (RFC 6238) for a secret in base 32."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, (int(time.time()) // 30 + steps).to_bytes(8, "big"), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7fffffff) % 1000000:06}"


def flip(data, at):
    """The same bytes with one of them changed."""
    return data[:at] + bytes([data[at] ^ 0xff]) + data[at + 1:]


def work(token, bits):
    """A nonce that pays for a guest's form."""
    begun = hashlib.sha256(token.encode())
    nonce = 0
    while True:
        hashed = begun.copy()
        hashed.update(str(nonce).encode())
        if int.from_bytes(hashed.digest()[:8], "big") >> (64 - bits) == 0:
            return str(nonce)
        nonce += 1


def unhex(text):
    """The bytes that the hex of a step is."""
    return bytes.fromhex(re.sub(r"BLOB(\d+)", lambda found: "a5" * int(found[1]), text))


FUNCTIONS = {
    "op": lambda ahead_ms=0: operation_id(int(time.time() * 1000), ahead_ms),
    "times": lambda text, count: text * count,
    "bytes": lambda count: b"\xa5" * count,
    "totp": totp,
    "work": work,
    "flip": flip,
    "item": lambda items, at: items[at],
}


class Values:
    """Reads values and patterns; knows the names that a script has kept."""

    def __init__(self):
        self.names = {}

    def parse(self, text):
        """One value, which must be all of the text."""
        tokens, at = [], 0
        text = text.strip()
        while at < len(text):
            found = TOKEN.match(text, at)
            expect(found, f"cannot read {text[at:at + 30]!r}")
            tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        value, rest = self.value(tokens)
        expect(not rest, f"more than one value: {rest}")
        return value

    def value(self, tokens):
        """(value, remaining tokens)"""
        expect(tokens, "a value is missing")
        kind, text = tokens[0]
        rest = tokens[1:]
        if kind == "hex":
            return bytes.fromhex(text[2:-1]), rest
        if kind == "string":
            return json.loads(text), rest
        if kind == "number":
            return int(text, 0), rest
        if kind == "bind":
            return Bind(text[1:]), rest
        if kind == "var":
            return self.lookup(text[1:]), rest
        if kind == "rest":
            return Rest, rest
        if text == "{":
            return self.map(rest)
        if text == "[":
            return self.sequence(rest, "]")
        if kind == "word" and rest and rest[0][1] == "(":
            arguments, rest = self.sequence(rest[1:], ")")
            return FUNCTIONS[text](*arguments), rest
        words = {"true": True, "false": False, "any": Any, "absent": Absent}
        expect(text in words, f"no value: {text}")
        return words[text], rest

    def lookup(self, path):
        value = self.names[path.split(".")[0]]
        for step in path.split(".")[1:]:
            value = value[int(step) if step.isdigit() else step]
        return value

    def sequence(self, tokens, end):
        out = []
        while tokens[0][1] != end:
            value, tokens = self.value(tokens)
            out.append(value)
            if tokens[0][1] == ",":
                tokens = tokens[1:]
        return out, tokens[1:]

    def map(self, tokens):
        out = {}
        while tokens[0][1] != "}":
            name = int(tokens[0][1], 0) if tokens[0][0] == "number" else tokens[0][1]
            expect(tokens[1][1] == ":", f"{name}: a colon is missing")
            out[name], tokens = self.value(tokens[2:])
            if tokens[0][1] == ",":
                tokens = tokens[1:]
        return out, tokens[1:]

    def match(self, pattern, value, where):
        """Fails where `value` is not like `pattern`; keeps what the pattern names."""
        if pattern is Any:
            return
        if isinstance(pattern, Bind):
            self.names[str(pattern)] = value
        elif isinstance(pattern, dict):
            expect(isinstance(value, dict), f"{where} is {value!r}")
            for name, part in pattern.items():
                if part is Absent:
                    expect(name not in value, f"{where}.{name} should be absent, is {value.get(name)!r}")
                else:
                    expect(name in value, f"{where}.{name} is absent: {value!r}")
                    self.match(part, value[name], f"{where}.{name}")
        elif isinstance(pattern, list):
            open_end = bool(pattern) and pattern[-1] is Rest
            items = pattern[:-1] if open_end else pattern
            expect(isinstance(value, list) and (len(value) >= len(items) if open_end else len(value) == len(items)),
                   f"{where}: {len(items)} items wanted{' or more' if open_end else ''}, got {value!r}")
            for number, (part, item) in enumerate(zip(items, value)):
                self.match(part, item, f"{where}[{number}]")
        else:
            equal(value, pattern, where)


class Script:
    """Runs the steps of one file against one server, and remembers what it has covered."""

    WINDOW = 48   # requests in flight while repeating

    def __init__(self, server, covered):
        self.server = server
        self.covered = covered
        self.values = Values()
        self.clients = {}
        self.current = None

    # ---- connections ----

    def client(self):
        expect(self.current in self.clients, "no connection is open")
        return self.clients[self.current]

    def close(self):
        """Closes every connection of a test; all answers must have been expected."""
        left = [f"{name}: {client.unexpected()}" for name, client in self.clients.items() if client.unexpected()]
        for client in self.clients.values():
            client.close()
        self.clients = {}
        expect(not left, "; ".join(left))

    def step_open(self, text):
        name, how = text.split()
        if name in self.clients:
            self.clients[name].close()
        client = ScriptClient(self.server)
        self.clients[name] = client
        self.current = name
        if how == "raw":
            return
        client.hello()
        self.covered.add("hello")
        if how == "visitor":
            client.call("visit")
            self.covered.add("visit")
        elif how != "hello":
            self.server.account(name, how).close()
            client.call("resume", token=self.server.tokens[name])
            self.covered.add("resume")
        client.order.clear()

    def step_use(self, text):
        self.current = text.strip()
        self.client()

    def step_let(self, text):
        name, value = text.split("=", 1)
        self.values.names[name.strip()] = self.values.parse(value)

    def step_restart(self, _):
        self.server.restart()

    # ---- requests and answers ----

    def _fields(self, text):
        name, _, rest = text.strip().partition(" ")
        return name, self.values.parse(rest) if rest.strip() else {}

    def step_send(self, text):
        name, fields = self._fields(text)
        self.client().ask(name, fields)

    def step_repeat(self, text):
        count, _, rest = text.partition(">")
        name, fields = self._fields(rest)
        client, waiting = self.client(), []
        for _ in range(int(count)):
            if len(waiting) == self.WINDOW:
                client.answer(waiting.pop(0))
            waiting.append(client.request(name, fields))
        for number in waiting:
            client.answer(number)
        self.covered.add(name)

    def step_response(self, text):
        name, pattern = self._fields(text)
        reply = self.client().answer_of(name)
        self.values.match(pattern, reply, name)
        self.covered.add(name)

    def step_refused(self, text):
        code, pattern = self._fields(text)
        expect(code in self.server.tables.statuses, f"no status {code}")
        try:
            reply = self.client().answer_of(None)
        except Refused as refused:
            equal(refused.code, code, f"status of {refused.error}")
            equal(refused.error["code"], self.server.tables.statuses[code]["number"], "number of the status")
            equal(refused.error.get("retryable", False), self.server.tables.statuses[code]["retryable"], "retryable")
            self.values.match(pattern, refused.error, "error")
            return
        raise AssertionError(f"{code} wanted, got the reply {reply}")

    def step_cancel(self, _):
        client = self.client()
        client.cancel(client.last_id)

    # ---- events ----

    def step_event(self, text):
        wanted, pattern = self._fields(text)
        _, name, fields = self.client().event()
        equal(name, wanted, f"event {fields}")
        self.values.match(pattern, fields, name)
        self.covered.add(name)

    def step_event_after(self, text):
        wanted, pattern = self._fields(text)
        name = None
        while name != wanted:
            _, name, fields = self.client().event()
        self.values.match(pattern, fields, name)
        self.covered.add(name)

    def step_quiet(self, _):
        client = self.client()
        client.send_frame("ping", 0, 0xfffffff0)
        frame = None
        while frame is None or (frame.kind, frame.id) != ("pong", 0xfffffff0):
            frame, _ = client.control()
        expect(not client.events, f"an event came: {client.events}")

    # ---- bytes ----

    def step_raw(self, text):
        self.client().send_raw(unhex(text))

    def step_op(self, text):
        number, *payload = text.split()
        client = self.client()
        name = client.name_of(int(number, 0))
        client.order.append((client.send_request(int(number, 0), unhex("".join(payload)), name), name))

    def step_frame(self, text):
        kind, op, number, flags, *payload = text.split()
        self.client().raw_ids.add(int(number, 0))
        self.client().send_frame(int(kind) if kind.isdigit() else kind, int(op, 0), int(number, 0), unhex("".join(payload)), int(flags))

    def step_control(self, text):
        kind, pattern = self._fields(text)
        frame, fields = self.client().control()
        equal(frame.kind, kind, "kind of frame")
        self.values.match(pattern, {"id": frame.id, "op": frame.op, "payload": frame.payload, **fields}, kind)

    def step_closed(self, _):
        self.client().wait_closed()

    # ---- lines ----

    STEPS = (
        ("open ", step_open), ("use ", step_use), ("let ", step_let), ("restart", step_restart), ("repeat ", step_repeat),
        (">>", step_raw), (">op ", step_op), (">f ", step_frame), ("> ", step_send),
        ("<closed", step_closed), ("<quiet", step_quiet), ("<f ", step_control), ("<x ", step_refused), ("<! ", step_event),
        ("<~ ", step_event_after), ("< ", step_response), ("cancel", step_cancel),
    )

    def step(self, line):
        """Does one line."""
        for prefix, function in self.STEPS:
            if line.startswith(prefix):
                function(self, line[len(prefix):])
                return
        raise AssertionError("no such step")


class ScriptClient(Client):
    """A client that knows the order of what it asked."""

    def __init__(self, server):
        self.order = []   # (id, name)
        super().__init__(server.address, server.tables)

    def name_of(self, op):
        """The message with this op, for reading its answer."""
        message = self.tables.by_op.get(op)
        return message["name"] if message else f"op {op:#06x}"

    def ask(self, name, fields):
        """Sends a request whose answer a later step expects."""
        self.order.append((self.request(name, fields), name))

    def answer_of(self, name):
        """The answer to the oldest request of this name that is still to be expected."""
        for at, (number, asked) in enumerate(self.order):
            if name in (None, asked):
                del self.order[at]
                return self.answer(number)
        raise AssertionError(f"no request {name or ''} is unanswered")

    def unexpected(self):
        """Answers that no step has expected, in words; empty where there are none."""
        return ", ".join(f"the answer to {name} was not expected" for _, name in self.order)


def steps_of(text):
    """(line number, step) for each step; titles as steps that begin with ==."""
    out = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            out[-1] = (out[-1][0], out[-1][1] + " " + line.strip())
        else:
            out.append((number, line.rstrip()))
    return out


def tests_of(text):
    """(title, [(line number, step)]) for each test of a script."""
    out = []
    for number, step in steps_of(text):
        if step.startswith("=="):
            out.append((step[2:].strip(), []))
        else:
            expect(out, f"line {number}: a step before the first title")
            out[-1][1].append((number, step))
    return out
