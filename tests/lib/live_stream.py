"""A stream of server-sent events, read as a browser reads it."""
import base64
import json
import re
import socket

from browser import trusting
from tap import expect

PATIENCE = 30
EVENT = re.compile(r"(?:event: (?P<event>\w+)\nid: (?P<id>[^\n]*)\n)?(?:retry: (?P<retry>\d+)\n)?(?:data: (?P<data>[^\n]*)\n)?\n")


class Stream:
    """One GET of /live: status, header fields, and events one by one. `door` is an address, or the path of a local socket."""

    def __init__(self, door, topics, token=None, last=None, method="GET"):
        if isinstance(door, str):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(PATIENCE)
            self.socket.connect(door)
        else:
            context = trusting()
            context.set_alpn_protocols(["http/1.1"])
            self.socket = context.wrap_socket(socket.create_connection(door, PATIENCE), server_hostname="localhost")
        lines = [f"{method} /live?topics={topics} HTTP/1.1", "Host: forum.example"]
        if token:
            lines.append("Cookie: __Host-luntan=" + base64.urlsafe_b64encode(token).decode().rstrip("="))
        if last:
            lines.append("Last-Event-ID: " + last)
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.seen = b""
        head = self._until(b"\r\n\r\n").decode("ascii").split("\r\n")
        self.status = int(head[0].split(" ")[1])
        self.fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        self.last = last
        self.retry = None

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        self.socket.close()

    def _until(self, end):
        while end not in self.seen:
            piece = self.socket.recv(65536)
            if not piece:
                raise EOFError(f"ended after {self.seen!r}")
            self.seen += piece
        piece, _, self.seen = self.seen.partition(end)
        return piece

    def next(self):
        """The next event, as (name, data); what only keeps the stream alive is passed over."""
        while True:
            text = self._until(b"\n\n").decode() + "\n\n"
            if text.startswith(":"):
                continue
            found = EVENT.fullmatch(text)
            expect(found, f"no event: {text!r}")
            self.retry = int(found["retry"]) if found["retry"] else self.retry
            if found["event"]:
                self.last = found["id"]
                return found["event"], json.loads(found["data"])

    def until(self, wanted):
        """All events up to the first of this name, which is the last of the list."""
        events = [self.next()]
        while events[-1][0] != wanted:
            events.append(self.next())
        return events

    def floors(self, last):
        """The floors that are told, up to this one."""
        floors = []
        while not floors or floors[-1] != last:
            name, data = self.next()
            if name == "change" and "post" in data:
                floors.append(data["post"]["floor"])
        return floors

    def ended(self):
        """That nothing more comes, and the stream ends."""
        try:
            more = self.socket.recv(65536)
        except ConnectionError:
            more = b""
        return not self.seen and not more
