"""A small client of the native protocol for tests that need many requests in flight and must know what was answered.

Written from the protocol's description alone, with a CBOR library that is not ours. One thread per connection.
"""
import os
import socket
import ssl
import struct
import time

import cbor2

HEADER = struct.Struct(">IBBHI")  # length, kind, flags, op, id
REQUEST, RESPONSE, PART, ERROR, EVENT, PING, PONG = 1, 2, 3, 4, 5, 7, 8
HELLO, VISIT, LOGIN, READ, POST, REPLY, POST_GET = 0x0001, 0x0002, 0x0102, 0x0302, 0x0304, 0x0305, 0x0303


class Lost(Exception):
    """The connection broke."""


class Connection:
    def __init__(self, port):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(["luntan/1"])
        try:
            plain = socket.create_connection(("127.0.0.1", port), 30)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket = context.wrap_socket(plain)
        except OSError as error:
            raise Lost(str(error)) from error
        self.socket.settimeout(60)
        self.bytes = b""
        self.last = 0
        hello = self.call(HELLO, {1: 1, 2: 1, 3: ["nobody-knows-this"], 63: 1})
        self.ahead = hello[5] - int(time.time() * 1000)

    def operation_id(self):
        now = int(time.time() * 1000) + self.ahead
        return struct.pack(">Q", now)[2:] + os.urandom(10)

    def login(self, handle, password):
        return self.call(LOGIN, {1: self.operation_id(), 2: handle, 3: password})

    def send(self, op, payload):
        """Sends a request and returns its id."""
        self.last += 1
        body = cbor2.dumps(payload, canonical=True)
        try:
            self.socket.sendall(HEADER.pack(len(body), REQUEST, 0, op, self.last) + body)
        except OSError as error:
            raise Lost(str(error)) from error
        return self.last

    def _take(self, count):
        while len(self.bytes) < count:
            try:
                some = self.socket.recv(65536)
            except OSError as error:
                raise Lost(str(error)) from error
            if not some:
                raise Lost("closed")
            self.bytes += some
        taken, self.bytes = self.bytes[:count], self.bytes[count:]
        return taken

    def frame(self):
        """The next frame but pings, which are answered: kind, op, id, payload."""
        while True:
            length, kind, _, op, number = HEADER.unpack(self._take(HEADER.size))
            payload = self._take(length)
            if kind != PING:
                return kind, op, number, cbor2.loads(payload) if payload else None
            self.socket.sendall(HEADER.pack(length, PONG, 0, op, number) + payload)

    def call(self, op, payload):
        """Sends one request with nothing else in flight; its answer, parts put together as a list under each list's key."""
        number = self.send(op, payload)
        whole = {}
        while True:
            kind, _, answered, payload = self.frame()
            if answered != number or kind not in (RESPONSE, PART, ERROR):
                continue
            if kind == ERROR:
                raise AssertionError(payload)
            for key, value in payload.items():
                whole[key] = whole[key] + value if isinstance(value, list) and key in whole else value
            if kind == RESPONSE:
                return whole

    def close(self):
        self.socket.close()


def bodies(records, body=11, offset=13):
    """Posts of an answer, with bodies that went on in further parts put together."""
    posts = []
    for record in records:
        if record.get(offset, 0):
            posts[-1][body] += record[body]
        else:
            posts.append(dict(record))
    return posts
