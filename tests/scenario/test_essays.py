#!/usr/bin/python3
"""The texts of fortunes-zh as posts, read back byte for byte; their escape characters never reach a terminal."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from forum import Forum
from tap import Tap, equal, expect
from wire_load import POST_GET, REPLY, RESPONSE, Connection, bodies

TEXTS = pathlib.Path("/usr/share/games/fortunes")
IN_FLIGHT = 32


def essays():
    for name in ("chinese", "tang300", "song100"):
        for text in (TEXTS / name).read_bytes().split(b"\n%\n"):
            text = text.removesuffix(b"%\n").decode()
            if text.strip():
                yield text


def pipelined(connection, requests):
    """Answers in the order of the requests: each (op, payload)."""
    requests = list(requests)
    answers, flying, at = [None] * len(requests), {}, 0
    while at < len(requests) or flying:
        while at < len(requests) and len(flying) < IN_FLIGHT:
            flying[connection.send(*requests[at])] = at
            at += 1
        kind, _, number, payload = connection.frame()
        if number in flying and kind == RESPONSE:
            answers[flying.pop(number)] = payload
        elif number in flying:
            raise AssertionError(payload)
    return answers


def main():
    tap = Tap()
    with Forum(options=["--rate-limits", "off"]) as forum:
        admin = forum.person("admin", invite=forum.invitation)
        thread = admin.post("essays", "诗文", "一楼")["thread"]
        connection = Connection(forum.port)
        connection.login("admin", admin.password.read_text().strip())
        texts = list(essays())
        posted = []

        def post_all():
            expect(len(texts) > 5000, f"only {len(texts)} texts")
            posted.extend(pipelined(connection, ((REPLY, {1: connection.operation_id(), 2: thread, 4: text}) for text in texts)))

        def read_all():
            answers = pipelined(connection, ((POST_GET, {1: answer[6]}) for answer in posted))
            for text, answer in zip(texts, answers):
                equal(bodies(answer[1])[0][11].encode(), text.encode())

        def shown():
            escaped = next(answer for text, answer in zip(texts, posted) if "\x1b" in text)
            page, _ = admin.run("read", thread, "--from", escaped[7])
            expect(b"\x1b" not in page, "an escape character reached the terminal")
            raw = admin.json("read", thread, "--from", escaped[7])[0]["body"]
            expect("\x1b" in raw, "it was stored without its escape character")

        tap.run("every text is posted", post_all)
        tap.run("every text is read back byte for byte", read_all)
        tap.run("escape characters are stored and shown harmless", shown)
    tap.end()


main()
