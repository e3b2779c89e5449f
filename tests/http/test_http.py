#!/usr/bin/python3
"""HTTP as no browser sends it, over real TLS: smuggling forms, limits, pipelining, ranges, conditions, codings, headers."""
import gzip
import pathlib
import socket
import ssl
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from browser import Browser, trusting  # noqa: E402
from server import Server  # noqa: E402
from tap import Tap, equal, expect  # noqa: E402


class Raw:
    """A TLS connection on which anything can be said."""

    def __init__(self, server):
        context = trusting()
        context.set_alpn_protocols(["http/1.1"])
        self.stream = context.wrap_socket(socket.create_connection(server.address, 30), server_hostname="localhost")
        self.seen = b""

    def say(self, data):
        self.stream.sendall(data)
        return self

    def _more(self):
        piece = self.stream.recv(65536)
        self.seen += piece
        return bool(piece)

    def answer(self, head=False):
        """Status, header fields and body of the next answer; None where the connection ended without one."""
        while b"\r\n\r\n" not in self.seen:
            if not self._more():
                equal(self.seen, b"", "bytes after the last answer")
                return None
        raw, _, self.seen = self.seen.partition(b"\r\n\r\n")
        lines = raw.decode("ascii").split("\r\n")
        status = int(lines[0].split(" ")[1])
        fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            fields.setdefault(name.lower(), value)
        length = int(fields.get("content-length", 0)) if not head and status not in (100, 304) else 0
        while len(self.seen) < length:
            expect(self._more(), "the body ended early")
        body, self.seen = self.seen[:length], self.seen[length:]
        return status, fields, body

    def ended(self):
        """Whether the server has ended the connection, with nothing more said."""
        while self._more():
            pass
        return not self.seen

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()


GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n"

# What two parsers could read in two ways, or what nobody means: name, bytes, status. Each ends the connection.
REFUSED = [
    ("folded line", GET + b"X-A: 1\r\n 2\r\n\r\n", 400),
    ("bare CR in a value", GET + b"X-Abc:\rTransfer-Encoding: chunked\r\n\r\n", 400),
    ("bare LF as line end", b"GET / HTTP/1.1\nHost: localhost\n\n", 400),
    ("blank before the colon", GET + b"X-A : 1\r\n\r\n", 400),
    ("blank before the colon of a framing field", GET + b"Transfer-Encoding : chunked\r\n\r\n", 400),
    ("NUL in a value", GET + b"X-A: \0\r\n\r\n", 400),
    ("no Host", b"GET / HTTP/1.1\r\n\r\n", 400),
    ("two Hosts", GET + b"Host: other\r\n\r\n", 400),
    ("a Host of strange characters", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    ("two lengths in a list", b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nabcde", 400),
    ("two different lengths", b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", 400),
    ("a length with a plus", b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nabcde", 400),
    ("a negative length", b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
    ("a length beyond numbers", b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n", (400, 413)),
    ("length and chunks", b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("a coding like chunked", b"POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", (400, 501)),
    ("chunked not last", b"POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n", (400, 501)),
    ("a chunk length with a sign", b"POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nabcde\r\n0\r\n\r\n", 400),
    ("a chunk without its end", b"POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc", 400),
    ("two blanks in the request line", b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("a method in lower case", b"get / HTTP/1.1\r\nHost: x\r\n\r\n", (400, 501)),
    ("HTTP/0.9", b"GET /\r\n\r\n", (400, 505)),
    ("HTTP/3.0", b"GET / HTTP/3.0\r\nHost: x\r\n\r\n", (400, 505)),
    ("HTTP/2's opening", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 505)),
    ("a target without a slash", b"GET index HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("bytes above ASCII in the target", b"GET /\xe5\x85\x9a HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("CONNECT", b"CONNECT other:443 HTTP/1.1\r\nHost: x\r\n\r\n", (400, 405, 501)),
    ("a target that is too long", b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    ("too many fields", GET + b"X: 1\r\n" * 150 + b"\r\n", 431),
    ("a head that is too long", GET + b"X: " + b"a" * 20000 + b"\r\n\r\n", 431),
    ("a body on GET", b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde", 413),
    ("a form that is too long", b"POST /register HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n", 413),
]


def refused(server, data, wanted):
    with Raw(server) as raw:
        got = raw.say(data).answer()
        expect(got, "no answer")
        expect(got[0] in (wanted if isinstance(wanted, tuple) else (wanted,)), f"status {got[0]}")
        equal(got[1].get("connection"), "close", "Connection")
        expect(raw.ended(), "the connection goes on")


def pieces(server):
    """A request byte by byte."""
    with Raw(server) as raw:
        for byte in GET + b"\r\n":
            raw.say(bytes([byte]))
        equal(raw.answer()[0], 200)


def pipelined(server):
    with Raw(server) as raw:
        raw.say(b"".join(b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % path
                         for path in (b"/", b"/no/such/page", b"/robots.txt", b"/login", b"/b/essays")))
        equal([raw.answer()[0] for _ in range(5)], [200, 404, 200, 200, 200])
        raw.say(GET + b"Connection: close\r\n\r\n")
        equal(raw.answer()[0], 200)
        expect(raw.ended(), "the connection goes on")


def old_version(server):
    with Raw(server) as raw:
        status, fields, _ = raw.say(b"GET /robots.txt HTTP/1.0\r\nHost: localhost\r\n\r\n").answer()
        equal((status, fields["connection"]), (200, "close"))
        expect(raw.ended())


def heads(server):
    with Raw(server) as raw:
        status, fields, body = raw.say(GET + b"\r\n").answer()
        same = raw.say(GET.replace(b"GET", b"HEAD") + b"\r\n").answer(head=True)
        equal((same[0], same[1]["content-length"]), (status, str(len(body))))
        equal(raw.say(b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n").answer()[0], 200, "after HEAD")
        expect("date" in fields, "no Date")


def conditions(server):
    with Raw(server) as raw:
        etag = raw.say(GET + b"\r\n").answer()[1]["etag"].encode()
        for value in (etag, b"*", b'"x", ' + etag, b"W/" + etag, b'"a","b",W/' + etag):
            status, fields, body = raw.say(GET + b"If-None-Match: " + value + b"\r\n\r\n").answer()
            equal((status, body, fields.get("etag")), (304, b"", etag.decode()), value)
        equal(raw.say(GET + b'If-None-Match: "other"\r\n\r\n').answer()[0], 200)


def ranges(server):
    style = next(path for tag, attributes in Browser(server.address[1]).get("/").elements
                 for path in [attributes.get("href", "")] if tag == "link" and path.endswith(".css")).encode()
    ask = b"GET " + style + b" HTTP/1.1\r\nHost: localhost\r\n"
    with Raw(server) as raw:
        _, fields, whole = raw.say(ask + b"\r\n").answer()
        expect("immutable" in fields["cache-control"], fields["cache-control"])
        for value, wanted in ((b"0-9", whole[:10]), (b"10-", whole[10:]), (b"-5", whole[-5:])):
            status, fields, body = raw.say(ask + b"Range: bytes=" + value + b"\r\n\r\n").answer()
            equal((status, body), (206, wanted), value)
            expect(fields["content-range"].endswith(f"/{len(whole)}"))
        equal(raw.say(ask + b"Range: bytes=9999999-\r\n\r\n").answer()[0], 416)
        equal(raw.say(ask + b"Range: lines=1-2\r\n\r\n").answer()[0], 200, "an unknown unit")
        status, _, body = raw.say(ask + b'Range: bytes=0-9\r\nIf-Range: "other"\r\n\r\n').answer()
        equal((status, len(body)), (200, len(whole)), "If-Range of another file")


def codings(server):
    with Raw(server) as raw:
        plain = raw.say(GET + b"\r\n").answer()
        expect("content-encoding" not in plain[1], "encoded without being asked")
        zipped = raw.say(GET + b"Accept-Encoding: gzip\r\n\r\n").answer()
        equal(zipped[1]["content-encoding"], "gzip")
        equal(gzip.decompress(zipped[2]), plain[2], "gzip")
        equal(raw.say(GET + b"Accept-Encoding: gzip, br\r\n\r\n").answer()[1]["content-encoding"], "br")
        equal(raw.say(GET + b"Accept-Encoding: br;q=0, gzip;q=0.5\r\n\r\n").answer()[1]["content-encoding"], "gzip")
        expect("content-encoding" not in raw.say(GET + b"Accept-Encoding: identity, *;q=0\r\n\r\n").answer()[1])
        expect("accept-encoding" in plain[1]["vary"].lower(), "Vary")
        expect(zipped[1]["etag"] != plain[1]["etag"], "one ETag for two codings")


def chunks(server):
    """A form in chunks: without its token it is refused as a form, not as HTTP, and the connection goes on."""
    with Raw(server) as raw:
        head = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
        status, _, body = raw.say(head + b"7\r\nhandle=\r\n5;x=y\r\nzhang\r\n0\r\n\r\n").answer()
        equal(status, 409)
        expect("zhang" in body.decode(), "what was typed is gone")
        equal(raw.say(GET + b"\r\n").answer()[0], 200)


def expects(server):
    with Raw(server) as raw:
        raw.say(b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        equal(raw.answer()[0], 100)
        equal(raw.say(b"a=b").answer()[0], 409)


def headers(server):
    """What every page says for the browser's safety."""
    for path in ("/", "/login", "/no/such/page", "/b/essays/new"):
        page = Browser(server.address[1]).get(path)
        policy = page.headers["content-security-policy"]
        expect("unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy, policy)
        expect(page.headers["strict-transport-security"].startswith("max-age="))
        equal(page.headers["x-content-type-options"], "nosniff")
        equal(page.headers["referrer-policy"], "same-origin")
        expect("server" not in page.headers, "it tells what it is")


def methods(server):
    with Raw(server) as raw:
        for method in (b"PUT", b"DELETE", b"PATCH", b"TRACE", b"OPTIONS"):
            with Raw(server) as other:
                status = other.say(method + b" / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n").answer()[0]
                expect(status in (405, 501), f"{method}: {status}")
        equal(raw.say(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n").answer()[0], 405)


def reloads(server):
    """An address that takes a form, loaded by itself, shows the page with that form, or the way to it."""
    browser = Browser(server.address[1])
    page = browser.get("/settings/look", follow=False)
    equal(page.status, 200)
    page.form("/settings/look")
    equal(browser.get("/settings/factor/confirm", follow=False).headers.get("location", "").partition("?")[0], "/login")


def suites(server):
    """TLS 1.2, for old browsers, only with forward secrecy and authenticated encryption."""
    def shakes(ciphers):
        context = trusting()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(ciphers)
        try:
            with context.wrap_socket(socket.create_connection(server.address, 30)) as stream:
                return stream.cipher()[0]
        except ssl.SSLError:
            return None

    expect("GCM" in (shakes("ECDHE+AESGCM") or ""), "no TLS 1.2 at all")
    for weak in ("ECDHE+AES:!AESGCM:!AESCCM", "RSA+AES", "AES256-GCM-SHA384"):
        equal(shakes(weak), None, weak)


def doors(server):
    """Plain HTTP on the TLS port is led to https; other plain text is told what this port speaks."""
    def plain(data):
        with socket.create_connection(server.address, 30) as stream:
            stream.sendall(data)
            got = b""
            while piece := stream.recv(4096):
                got += piece
            return got.decode()

    got = plain(b"GET /t/1?from=51 HTTP/1.1\r\nHost: forum.example.cn\r\n\r\n")
    expect(got.startswith("HTTP/1.1 308 ") and "Location: https://forum.example.cn/t/1?from=51\r\n" in got, got)
    for wrong in (b"GET /a HTTP/1.1\r\nHost: a\x0d\x0d\r\n\r\n", b"GET //evil HTTP/1.1\r\n\r\n", b"GET http://evil/ HTTP/1.1\r\nHost: a/b\r\n\r\n"):
        expect("Location: " not in plain(wrong), wrong)
    expect("HTTP" not in plain(b"hello there, who are you\r\n").split("\n")[0])


def walks(server):
    """Addresses that climb, hide or repeat lead nowhere."""
    browser = Browser(server.address[1])
    for path in ("/static/../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "//b/essays", "/b/%2Fessays", "/b/ess%00ays", "/t/%31%",
                 "/t/99999999999999999999", "/t/-1", "/b//", "/static/x/y/z", "/t/1/2/3/4", "/b/%FF"):
        expect(browser.get(path, follow=False).status in (400, 404), f"{path}: {browser.get(path, follow=False).status}")
    equal(browser.get("/b/essays/", follow=False).headers.get("location"), "/b/essays")


def main():
    tap = Tap()
    with Server() as server:
        for name, data, wanted in REFUSED:
            tap.run(f"refused: {name}", refused, server, data, wanted)
        for name, test in (("byte by byte", pieces), ("pipelined requests are answered in order", pipelined), ("HTTP/1.0", old_version),
                           ("HEAD", heads), ("If-None-Match", conditions), ("ranges of a file", ranges), ("codings", codings),
                           ("chunked upload", chunks), ("Expect: 100-continue", expects), ("headers of every page", headers),
                           ("methods", methods), ("an address that takes a form, loaded by itself", reloads), ("TLS 1.2", suites), ("plain HTTP on the TLS port", doors), ("addresses that lead nowhere", walks)):
            tap.run(name, test, server)
        tap.run("the server is alive after all this", lambda: expect(server.alive()))
    tap.end()


main()
