#!/usr/bin/python3
"""Writes the seed corpora into tests/fuzz/corpus/: small inputs that the fuzz targets start from.

What a message may hold is read from protocol/messages.def and types.def, so that each message has a seed in each
direction with every field set. Run it again after a change of the tables; the files are checked in.
"""
import pathlib
import re
import struct

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"
DEPTH = 3  # composites inside composites


# ---- CBOR, as far as the profile goes ----

def head(major, value):
    if value < 24:
        return bytes([major << 5 | value])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if value < 1 << (8 * size):
            return bytes([major << 5 | info]) + value.to_bytes(size, "big")
    raise ValueError(value)


def cbor(value):
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(key) + cbor(item) for key, item in sorted(value.items()))


# ---- the tables ----

def rows(text, *macros):
    """(macro, arguments) of each row, doc strings left out."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    for line in text.splitlines():
        found = re.match(r"\s*(\w+)\(([^\"]*)", line)
        if found and found[1] in macros and not line.startswith("#"):
            yield found[1], [part.strip(" )") for part in found[2].split(",")]


OPERATION = [["1", "BYTES", "none", "op_id", "NEED", "LIMIT_OP_ID"]]
EFFECT = [["1", "BOOL", "none"], ["2", "ENUM", "topic"], ["3", "UINT", "none"], ["4", "UINT", "none"]]


def read_records():
    records = {}
    for macro, arguments in rows((ROOT / "protocol/types.def").read_text(), "RECORD", "FIELD"):
        if macro == "RECORD":
            records[arguments[0]] = []
        else:
            records[arguments[0]].append(arguments[1:])
    return records


def read_messages():
    """(name, direction, fields) in the order of the table: requests, then events."""
    requests, events = [], []
    for macro, arguments in rows((ROOT / "protocol/messages.def").read_text(), "REQUEST", "REQ", "REPLY", "RES", "OPERATION",
                                 "EFFECT", "EVENT", "EV", "EVENT_OF"):
        if arguments[0] == "message" or arguments[0] == "op":
            continue
        if macro == "REQUEST":
            requests.append((arguments[1], {"request": [], "reply": []}))
        elif macro == "EVENT":
            events.append((arguments[1], {"event": []}))
        elif macro == "EVENT_OF":
            events.append((arguments[1], {"event": arguments[1]}))
        elif macro == "REQ":
            requests[-1][1]["request"].append(arguments[1:])
        elif macro == "OPERATION":
            requests[-1][1]["request"] += OPERATION
        elif macro == "RES":
            requests[-1][1]["reply"].append(arguments[1:])
        elif macro == "EFFECT":
            requests[-1][1]["reply"] += EFFECT
        elif macro == "EV":
            events[-1][1]["event"].append(arguments[1:])
    return requests + events


def sample(fields, records, depth=0):
    values = {}
    for key, kind, ref, *_ in fields:
        inside = sample(records[ref], records, depth + 1) if kind in ("RECORD", "RECORDS") and depth < DEPTH else {}
        values[int(key)] = {
            "UINT": 1700000000000 if int(key) % 2 else 7, "BOOL": True, "TEXT": "党员", "BYTES": b"\x01" * 8, "ENUM": 1,
            "RECORD": inside, "TEXTS": ["学习", "a"], "UINTS": [1, 300], "RECORDS": [inside, inside],
        }[kind]
    return values


# ---- the corpora ----

def write(target, name, data):
    directory = CORPUS / target
    directory.mkdir(parents=True, exist_ok=True)
    (directory / name).write_bytes(data)


def frame(kind, op, number, payload, flags=0):
    return struct.pack(">IBBHI", len(payload), kind, flags, op, number) + payload


def pieces(data, size):
    """As the session's target wants them: each piece behind a byte with its length."""
    return b"".join(bytes([len(data[at:at + size])]) + data[at:at + size] for at in range(0, len(data), size))


def write_messages(records, messages):
    for row, (name, directions) in enumerate(messages):
        for direction, fields in directions.items():
            fields = records[fields] if isinstance(fields, str) else fields
            write("messages", f"{name}-{direction}", bytes([row, direction == "request"]) + cbor(sample(fields, records)))
    write("messages", "error", bytes([len(messages), 0]) + cbor({1: 4, 2: "too_long", 3: "太长", 4: "body", 5: 200000, 6: True, 7: 9}))
    write("messages", "goaway", bytes([len(messages) + 1, 0]) + cbor({1: 27, 2: "停止", 3: 12}))


def write_wire():
    items = {
        "numbers": [0, 23, 24, 255, 256, 65535, 65536, 2 ** 32 - 1, 2 ** 32, 2 ** 64 - 1],
        "texts": ["", "a", "党员", "\U0001f33e", "x" * 300], "bytes": [b"", b"\x00\xff", b"y" * 24],
        "map": {0: True, 1: False, 24: {1: [2]}, 70000: "z"}, "deep": [[[[[[[1]]]]]]],
    }
    for name, item in items.items():
        write("wire", name, cbor(item))
    broken = {
        "long-form": b"\x18\x05", "indefinite": b"\x9f\x01\xff", "tag": b"\xc0\x01", "float": b"\xf9\x00\x00", "negative": b"\x20",
        "order": b"\xa2\x02\x01\x01\x01", "twice": b"\xa2\x01\x01\x01\x01", "count": b"\x9b" + b"\xff" * 8, "short": b"\x45abc",
        "utf8": b"\x62\xc0\x80", "surrogate": b"\x63\xed\xa0\x80", "nul": b"\x61\x00", "trailing": b"\x01\x01", "too-deep": b"\x81" * 9 + b"\x01",
    }
    for name, data in broken.items():
        write("wire", name, data)


def write_frames():
    write("frame", "one-of-each", b"".join(frame(kind, 0x0302, kind, b"")[:12] for kind in range(12)))
    write("frame", "largest", struct.pack(">IBBHI", 0xffffff, 3, 1, 0xffff, 0xffffffff))
    write("frame", "http", b"GET / HTTP/1.1\r\n")
    write("frame", "short", b"\x00\x00\x00")


def write_client(records):
    def post(floor, body, offset=0):
        return {1: 100 + floor, 2: 1, 3: floor, 11: body, 12: 9, 13: offset}

    hello = frame(2, 0x0001, 1, cbor({1: 1, 4: b"epochepo", 5: 1700000000000, 63: "?"}))
    change = frame(5, 0x1001, 4, cbor({1: 3, 2: b"c", 4: sample(records["thread"], records)}))
    stories = {
        "hello": hello,
        "parts": hello + frame(3, 0x0302, 2, cbor({2: [post(1, "前"), post(2, "长文")]})) +
        frame(3, 0x0302, 2, cbor({2: [post(2, "的中", 6)]})) + frame(2, 0x0302, 2, cbor({2: [post(2, "。", 12), post(3, "后")], 3: 4})),
        "export": hello + frame(3, 0x0185, 6, cbor({1: [{4: post(1, "one")}]})) + frame(2, 0x0185, 6, cbor({1: [{4: post(1, "two", 3)}]})),
        "misfit": hello + frame(3, 0x0303, 3, cbor({1: [post(1, "a")]})) + frame(2, 0x0303, 3, cbor({1: [post(2, "b", 1)]})),
        "events": hello + frame(2, 0x0601, 4, cbor({2: b"c"})) + change + frame(5, 0x1002, 4, cbor({1: b"c"})) +
        frame(5, 0x1003, 4, cbor({1: 4, 2: 9, 3: b"c"})) + frame(2, 0x0602, 5, cbor({})),
        "end": hello + frame(2, 0x0601, 4, cbor({2: b"c"})) + frame(5, 0x1004, 4, cbor({1: 14})) + change,
        "error": hello + frame(4, 0x0302, 2, cbor({1: 14, 2: "not_found", 3: "没有"})),
        "goaway": hello + frame(10, 0, 0, cbor({1: 27, 3: 6})) + frame(2, 0x0303, 3, cbor({})),
        "ping": frame(7, 0, 9, b"") + hello + frame(7, 0, 10, b"") + frame(6, 0, 1, b"\xa0") + frame(99, 0, 1, b"\xa0", 1),
        "unasked": hello + frame(2, 0x0302, 3, cbor({})),
    }
    for name, data in stories.items():
        write("client", name, pieces(data, 255 if len(name) % 2 else 7))


def write_markdown():
    texts = {
        "prose": "# 第一章\n　　**《党章》**规定，*重点*。\n第二行 ~~删~~ @zhang #5 https://a.cn/b。\n\n> 引\n\n- 甲\n- 乙\n",
        "footnotes": "文[^1]，再[^甲]，再[^1]。\n\n[^1]: 注一 [x](/t/1)\n[^甲]: 注二[^1]\n",
        "table": "|甲|乙|\n|-:|:-:|\n|`a|b`|[x](https://a)|\n|1|\n",
        "code": "```c\nint x<y;\n```\n    </code>\n~~~\n`` ` ``\n",
        "links": "[x](javascript:a) [y](//b) <https://c> [z]: /d\n![i](https://e \"t\\\"\") [![j](f)](https://g) <h@i.j>\n",
        "html": "<script>x</script> <img onerror=a> <!-- b --> <?c?> <![CDATA[d]]> &lt; &#0; </p>\n<div>\n\n",
        "nested": "> > 1. - * > ## a\n> lazy\n   - b\n\n***a**b*c**\n[[[a](b)](c)](d)\n",
        "bytes": "\x01\x1b\x7f\u0085\u202e\U00010a7f**《a》**b\r\nc\r\td",
    }
    for name, text in texts.items():
        write("markdown", name, text.encode())


def write_http():
    """Bytes from 0xf0 on are moves, see fuzz_http.c: 0xff lets everything happen, 0xfe lets a second pass."""
    host = b"Host: a.example\r\n"

    def request(line, *fields, body=b""):
        return line + b"\r\n" + host + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body

    get = request(b"GET /now/a?b=c HTTP/1.1")
    refused = {
        "folded": request(b"GET / HTTP/1.1", b"X: 1", b" 2"),
        "host-twice": request(b"GET / HTTP/1.1", b"host: b.example"),
        "length-list": request(b"POST / HTTP/1.1", b"Content-Length: 5, 5", body=b"hello"),
        "length-plus": request(b"POST / HTTP/1.1", b"Content-Length: +5", body=b"hello"),
        "length-tab": request(b"POST / HTTP/1.1", b"Content-Length: 5 \t", body=b"hello"),
        "both-lengths": request(b"POST / HTTP/1.1", b"Content-Length: 5", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        "xchunked": request(b"POST / HTTP/1.1", b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
        "chunked-identity": request(b"POST / HTTP/1.1", b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"),
        "bare-cr": request(b"POST / HTTP/1.1", b"X-Abc:\rTransfer-Encoding: chunked", body=b"0\r\n\r\n"),
        "space-colon": request(b"POST / HTTP/1.1", b"Transfer-Encoding : chunked", body=b"0\r\n\r\n"),
        "absolute": request(b"GET http://A.example/now/x HTTP/1.1") + request(b"GET http://b.example/ HTTP/1.1"),
        "connect": request(b"CONNECT a.example:443 HTTP/1.1"),
        "options": request(b"OPTIONS * HTTP/1.1"),
        "lower-case": request(b"get / HTTP/1.1"),
        "http2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "http09": b"GET /\r\n",
        "lf": get.replace(b"\r\n", b"\n"),
        "leading-crlf": b"\r\n" + get + b"\r\n\r\n" + get,
        "two-spaces": request(b"GET  / HTTP/1.1"),
        "no-slash": request(b"GET now HTTP/1.1"),
        "trailer": request(b"POST / HTTP/1.1", b"Transfer-Encoding: chunked", body=b"0\r\nX: 1\r\n\r\n"),
    }
    stories = {
        "pipeline": get * 3 + b"\xff",
        "post": request(b"POST / HTTP/1.1", b"Content-Length: 5", body=b"he\xfello") + b"\xff" + get + b"\xff",
        "chunks": request(b"POST / HTTP/1.1", b"Transfer-Encoding: chunked", body=b"2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n") + get + b"\xff",
        "expect": request(b"POST /much HTTP/1.1", b"Expect: 100-continue", b"Content-Length: 2") + b"\xffhi\xff",
        "later": request(b"GET /later HTTP/1.1") + get + b"\xff\xfe\xfd\xff",
        "gone": request(b"GET /later HTTP/1.1"),
        "stream": request(b"GET /stream HTTP/1.1") + b"\xffmore\xfe\xff\xfa",
        "stream-head": request(b"HEAD /stream HTTP/1.1") + b"\xff",
        "long": request(b"GET /long HTTP/1.1", b"Range: bytes=5-9", b'If-Range: "e"') + b"\xfc\xff" + get + b"\xff",
        "conditions": request(b"GET /now/a HTTP/1.1", b'If-None-Match: W/"x", "e"', b'If-Match: "e"') + b"\xff",
        "upgrade": request(b"GET /now/a HTTP/1.1", b"Connection: upgrade", b"Upgrade: h2c") + b"\xff" + get + b"\xff",
        "old": b"GET /now/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n\xffGET / HTTP/1.0\r\n\r\n\xff",
        "slow": b"GET / HT" + b"\xfe" * 12 + b"\xff",
        "drain": request(b"GET /later HTTP/1.1") + b"\xfa\xfd\xff",
    }
    for name, data in stories.items():
        write("http", name, data)
    for name, data in refused.items():
        write("http", "odd-" + name, data + get + b"\xff")


def write_form():
    """A line with the Content-Type, then the body."""
    part = b'--x\r\nContent-Disposition: form-data; name="a%22"\r\n\r\n\xe4\xbd\xa0\r\n--\r\n'
    forms = {
        "urlencoded": (b"application/x-www-form-urlencoded", b"a=1&b=%E4%BD%A0+%2B&c&=d&e=%0D%0A%&f=%zz"),
        "multipart": (b"multipart/form-data; boundary=x", part + part + b"--x--\r\n"),
        "quoted": (b'Multipart/Form-Data; a="\\";" ; boundary="x"', part + b"--x--"),
        "file": (b"multipart/form-data; boundary=x", part.replace(b'name', b'filename=a; name') + b"--x--"),
        "no-text": (b"application/x-www-form-urlencoded", b"a=%ff&b=%00"),
    }
    for name, (kind, body) in forms.items():
        write("form", name, kind + b"\n" + body)


def write_feed():
    """Texts, each with its length before it, for the places of a feed (fuzz_feed.c)."""
    feeds = {
        "plain": ["学习体会", "<p>第一段</p>", "张三", "学习论文", "每周更新", "学习", "心得", "tag:forum,2026:post:1.1", "https://forum/t/1#1",
                  "https://forum/u/zhang", "tag:forum,2026:post:0.1", "https://forum/t/1"],
        "markup": ["<3 AT&T <rant>", "<p>]]&gt; ]]> <![CDATA[</p>", "&lt;", "a&amp;b", "\"'", "<tag>", "t&t", "tag:x", "https://x/?a=1&b=2", "'", "\r\n\t", "\n"],
        "illegal": ["\x00\x08\x0b\x1f", "\ufffe\uffff", "\x7f\x80\x85\x9f", "\ud7ff\ue000", "\U0001f600\U0010ffff", "e\u0301", "\u202e", "", "", "", "", ""],
    }
    for name, texts in feeds.items():
        pieces_ = [text.encode("utf-8", "surrogatepass") for text in texts]
        write("feed", name, b"".join(len(piece).to_bytes(2, "big") + piece for piece in pieces_))
    write("feed", "bytes", b"\x00\x06\xff\xc0\x80\xed\xa0\x80\x00\x04\xf5\x80\x80\x80\x00\x02\xe4\xbd")


def main():
    records, messages = read_records(), read_messages()
    write_messages(records, messages)
    write_wire()
    write_frames()
    write_client(records)
    write_markdown()
    write_feed()
    write_http()
    write_form()


main()
