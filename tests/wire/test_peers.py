#!/usr/bin/python3
"""Peers that trickle, flood, stop reading or vanish, and those who speak something else: each costs a bounded amount and disturbs
nobody. The patient ones wait for limits in time, all at once, each in a thread of its own.

time limit: 240 s
"""
import pathlib
import socket
import ssl
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from luntan_wire import Closed, Refused, header
from server import Server
from tables import build_directory
from tap import Tap, equal, expect

tap = Tap()
GRACE = 25   # seconds that a busy machine may add to a limit in time
GROWTH = 64 * 1024   # KiB of memory that a misbehaving peer may leave behind
SANITIZED_GROWTH = 512 * 1024   # a sanitizer keeps what was freed for a while


def seconds(server, limit):
    return server.tables.limits[limit] / 1000


def tls_context(alpn=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if alpn:
        context.set_alpn_protocols([alpn])
    return context


def all_of(sock, timeout=20):
    """Everything until the peer closes."""
    sock.settimeout(timeout)
    out = b""
    try:
        while data := sock.recv(65536):
            out += data
    except (ConnectionError, ssl.SSLError):
        pass
    return out


def resident(server):
    """Resident memory of the server, in KiB."""
    with open(f"/proc/{server.daemon.process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))


def growth_allowed():
    """KiB, by whether this build has a sanitizer in it."""
    binary = (build_directory() / "luntand").read_bytes()
    return SANITIZED_GROWTH if b"__asan_init" in binary or b"__tsan_init" in binary else GROWTH


def undisturbed(server, client, most=5.0):
    """Another's requests are answered as ever."""
    began = time.monotonic()
    client.call("whoami")
    client.call("boards")
    expect(time.monotonic() - began < most, f"another waited {time.monotonic() - began:.1f} s")
    expect(server.alive(), "the server is gone")


# ---- who speaks something else ----

def plain_text(server):
    with socket.create_connection(server.address, timeout=20) as sock:
        sock.sendall(b"hello, is this a forum?\r\n")
        answer = all_of(sock)
    expect(b"TLS" in answer and answer.count(b"\n") == 1, f"answered {answer!r}")


def plain_http(server):
    with socket.create_connection(server.address, timeout=20) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = all_of(sock)
    expect(answer.startswith(b"HTTP/1.1 400 "), f"answered {answer!r}")


def plain_http_is_sent_to_https(server):
    for method, pieces in (("GET", 1), ("HEAD", 1), ("GET", 7)):
        with socket.create_connection(server.address, timeout=20) as sock:
            request = f"{method} /t/12?from=3 HTTP/1.1\r\nUser-Agent: y\r\nhost: forum.example:7100\r\n\r\n".encode()
            for start in range(0, len(request), len(request) // pieces):
                sock.sendall(request[start:start + len(request) // pieces])
            answer = all_of(sock)
        expect(answer.startswith(b"HTTP/1.1 308 "), f"answered {answer!r}")
        expect(b"\r\nLocation: https://forum.example:7100/t/12?from=3\r\n" in answer, f"answered {answer!r}")
        expect(answer.endswith(b"\r\n\r\n") == (method == "HEAD"), f"answered {answer!r}")


def http_in_tls(server):
    for alpn in (None, "http/1.1"):
        with socket.create_connection(server.address, timeout=20) as plain, tls_context(alpn).wrap_socket(plain) as sock:
            sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answer = all_of(sock)
        expect(answer.startswith(b"HTTP/1.1 200 ") and b"<html" in answer, f"answered {answer[:200]!r}")


def old_tls(server):
    context = tls_context("luntan/1")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(server.address, timeout=20) as plain:
        try:
            sock = context.wrap_socket(plain)
            sock.sendall(header(1, 1, 1, 5) + b"\xa2\x01\x01\x02\x01")
            answer = all_of(sock)
        except (ssl.SSLError, ConnectionError):
            return
    expect(not answer, f"luntan/1 was spoken over TLS 1.2: {answer!r}")


# ---- bytes in odd pieces ----

def one_byte_at_a_time(server):
    client = server.connect()
    payload = server.tables.encode("request", "hello", {"min": 1, "max": 1, "client": "byte by byte"})
    for byte in header(1, 1, 1, len(payload)) + payload + header(1, 2, 2, 1) + b"\xa0":
        client.send_raw(bytes([byte]))
    equal(client.receive().op, 1)
    equal(client.receive().op, 2)
    client.close()


def everything_in_one_piece(server):
    client = server.connect()
    hello = server.tables.encode("request", "hello", {"min": 1, "max": 1})
    pieces = header(1, 1, 1, len(hello)) + hello + header(1, 2, 2, 1) + b"\xa0"
    for number in range(3, 40):
        pieces += header(1, 4, number, 1) + b"\xa0"
    client.send_raw(pieces)
    got = sorted(client.receive().id for _ in range(39))
    equal(got, list(range(1, 40)), "answers")
    client.close()


# ---- who takes more than their share ----

def vanishing(server):
    """Header of a mebibyte, half of it, and gone; a hundred times."""
    other = server.visitor()
    before = resident(server)
    for _ in range(100):
        client = server.account("ghost", "member")
        client.send_raw(header(1, 0x0305, 2**20, 1000000) + b"\xa3" * 500000)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        client.close()
    undisturbed(server, other)
    other.close()
    grown = resident(server) - before
    expect(grown < growth_allowed(), f"{grown} KiB more than before")


def flooding(server):
    """Thousands of requests at once by one who does not read until later: each still has its one answer, others do not wait."""
    flood, other = server.account("flood", "member"), server.visitor()
    before = resident(server)
    count = 5000
    first = flood.last_id + 1
    flood.send_raw(b"".join(header(1, 0x0201, first + i, 1) + b"\xa0" for i in range(count)))
    for _ in range(20):
        undisturbed(server, other)
    seen = [flood.receive(60).id for _ in range(count)]
    equal(sorted(seen), list(range(first, first + count)), "answers")
    grown = resident(server) - before
    expect(grown < growth_allowed(), f"{grown} KiB more than before")
    flood.close()
    other.close()


def large_writes_at_once(server):
    """More unanswered bytes than the limit: the server reads on as answers leave; nothing is lost or refused."""
    client = server.account("essayist", "member")
    body = "长" * 200000
    numbers = [client.request("draft_save", board="essays", body=body) for _ in range(8)]
    drafts = {client.answer(number, 60)["draft"] for number in numbers}
    equal(len(drafts), 8)
    for draft in drafts:
        equal(client.call("draft_get", draft=draft)["drafts"][0]["body"], body)
    client.close()


def many_subscriptions(server):
    client = server.account("follower", "member")
    thread = client.call("post", board="essays", title="t", body="b")["thread"]
    limit = server.tables.limits["subscriptions"]
    numbers = [client.request("subscribe", topic="thread", id=thread) for _ in range(limit + 1)]
    refused = []
    for number in numbers:
        try:
            client.answer(number)
        except Refused as refusal:
            refused.append(refusal.error)
    equal([(error["name"], error["limit"]) for error in refused], [("too_many", limit)])
    client.call("reply", thread=thread, body="all of them")
    changes = set()
    while len(changes) < limit:
        number, name, _ = client.event()
        if name == "change":
            expect(number not in changes, "the same event twice")
            changes.add(number)
    client.close()


def strangers(server):
    """Three hundred connections that say nothing do not keep a member out."""
    crowd = [socket.create_connection(server.address, timeout=20) for _ in range(300)]
    client = server.account("late", "member")
    undisturbed(server, client)
    client.close()
    for sock in crowd:
        sock.close()


# ---- limits in time ----

def closes_within(began, sock, limit):
    """The peer closes when `limit` seconds are over, not long after."""
    sock.settimeout(max(0.1, limit + GRACE - (time.monotonic() - began)))
    try:
        while sock.recv(65536):
            pass
    except TimeoutError as error:
        raise AssertionError(f"still open after {time.monotonic() - began:.0f} s") from error
    except (ConnectionError, ssl.SSLError):
        pass
    return time.monotonic() - began


def silent_before_tls(server):
    began = time.monotonic()
    with socket.create_connection(server.address, timeout=20) as sock:
        closes_within(began, sock, seconds(server, "preauth_ms"))


def half_a_handshake(server):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    shake = tls_context("luntan/1").wrap_bio(incoming, outgoing)
    try:
        shake.do_handshake()
    except ssl.SSLWantReadError:
        pass
    opener = outgoing.read()
    began = time.monotonic()
    with socket.create_connection(server.address, timeout=20) as sock:
        sock.sendall(opener[:len(opener) // 2])
        closes_within(began, sock, seconds(server, "preauth_ms"))


def silent_stranger(server):
    client = server.connect()
    client.hello()
    began = time.monotonic()
    took = closes_within(began, client.socket, seconds(server, "preauth_ms"))
    expect(took > seconds(server, "preauth_ms") / 2, f"after {took:.1f} s already")


def trickling_stranger(server):
    """A byte a second is not a way to stay."""
    client = server.connect()
    began = time.monotonic()
    limit = seconds(server, "preauth_ms") + GRACE
    client.send_raw(header(1, 1, 1, 4000))
    client.socket.settimeout(1)
    while True:
        expect(time.monotonic() - began < limit, "still open")
        try:
            client.socket.sendall(b"\xa2")
            if not client.socket.recv(1):
                return
        except TimeoutError:
            continue
        except (OSError, Closed):
            return


def patient_member(server):
    """Whoever is logged in may be silent for longer."""
    client = server.account("patient", "member")
    time.sleep(seconds(server, "preauth_ms") + 3)
    client.call("whoami")
    client.close()


def stops_reading(server):
    """A megabyte is asked for and never taken: the connection ends, and others have not noticed."""
    writer = server.account("writer", "member")
    thread = writer.call("post", board="research", title="长文", body="长" * 200000)["thread"]
    for _ in range(3):
        writer.call("reply", thread=thread, body="长" * 200000)
    deaf = server.account("deaf", "member")
    deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    for _ in range(20):
        deaf.request("read", thread=thread)
    began = time.monotonic()
    limit = seconds(server, "stall_ms")
    probe = server.visitor()
    while True:
        undisturbed(server, probe)
        try:
            deaf.socket.settimeout(1)
            deaf.socket.sendall(header(7, 0, 1, 0))   # a ping shows whether the connection is still there
        except (OSError, TimeoutError):
            break
        expect(time.monotonic() - began < limit + GRACE, "still open")
        time.sleep(1)
    expect(time.monotonic() - began > limit / 2, f"after {time.monotonic() - began:.0f} s already")
    probe.close()
    writer.close()
    deaf.close()


def at_once(server, functions):
    """Runs all of them in threads, reports each."""
    problems = {}

    def guarded(function):
        try:
            function(server)
        except Exception as error:  # reported below
            problems[function] = f"{type(error).__name__}: {error}"

    threads = [threading.Thread(target=guarded, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for function in functions:
        tap.report(function.__name__.replace("_", " "), problems.get(function))


with Server() as running:
    for test in (plain_text, plain_http, plain_http_is_sent_to_https, http_in_tls, old_tls, one_byte_at_a_time,
                 everything_in_one_piece, vanishing, flooding, large_writes_at_once, many_subscriptions, strangers):
        tap.run(test.__name__.replace("_", " "), test, running)
    at_once(running, (silent_before_tls, half_a_handshake, silent_stranger, trickling_stranger, patient_member, stops_reading))
    tap.run("the server is still there", lambda: expect(running.alive(), running.log()))
    tap.run("it ends as it should", lambda: equal(running.stop(), 0, running.log()))
tap.end()
