"""The queue of moderation with ten items and with many: its first ten, a claim, a decision, by the protocol and by the program for terminals."""
import os
import secrets
import sqlite3
import statistics
import subprocess
import time

TEN = 10
PASSWORD = "correct horse battery staple"

BODY = "通过系统学习，我对基层党建工作有了更深的认识。群众的事没有小事，要把工作做到田间地头。" * 5


def fill(data, count):
    """So many submissions that wait on the first board, besides those that do."""
    db = sqlite3.connect(data / "forum.db", timeout=30, isolation_level=None)
    now = int(time.time() * 1000)
    ids = [secrets.token_bytes(16) for _ in range(count)]
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT OR IGNORE INTO account (id, handle, handle_key, name, role, created) VALUES (1, 'writer', 'writer', 'writer', 1, ?)", (now,))
    db.executemany("INSERT INTO held (id, account, kind, board, cause, sent, title, size, body) VALUES (?, 1, 0, 1, 1, ?, ?, ?, ?)",
                   ((id_, now + number, f"第 {number} 篇", len(BODY.encode()), BODY) for number, id_ in enumerate(ids)))
    db.executemany("INSERT INTO item (kind, rank, created, board, held, author) VALUES (0, 245, ?, 1, ?, 1)",
                   ((now + number, id_) for number, id_ in enumerate(ids)))
    db.execute("COMMIT")
    db.close()


def moderator(client, data):
    """Makes the connection a moderator's; nobody is invited here, so that the role is written into the store."""
    account = client.call("register", handle="judge", password=PASSWORD)["account"]["id"]
    db = sqlite3.connect(data / "forum.db", timeout=30, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO \"grant\" (account, role, scope, ref, since) VALUES (?, 4, 0, 0, 1)", (account,))
    db.execute("UPDATE account SET role = 4, totp_due = ? WHERE id = ?", (int(time.time() * 1000) + 10 ** 9, account))
    db.execute("COMMIT")
    db.close()


def first_ten(client):
    """Their numbers. As many where there are more, so that the same is asked of both."""
    return [item["item"] for item in client.call("queue", count=TEN)["items"]]


def decide(client, item):
    """Looks at an item and lets it through."""
    client.call("decide", item=item, act="approve", hash=client.call("item_get", item=item)["hash"])


class Terminal:
    """The moderator at a terminal: each verb is a program that starts, connects, looks and decides."""

    def __init__(self, program, server, home):
        self.home = home
        home.mkdir()
        (home / "password").write_text(PASSWORD + "\n")
        self.words = [program, "--server", server, "--password-file", home / "password"]
        self.run("login", "judge")

    def run(self, *words):
        subprocess.run([*self.words, *map(str, words)], check=True, capture_output=True,
                       env={"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"})


def paced(data, client, act, rounds):
    """Milliseconds that `act` takes on an item that waits, the median; after each ten as many come anew, so that ever as many wait."""
    times = []
    for _ in range(rounds):
        for item in first_ten(client):
            began = time.perf_counter()
            act(item)
            times.append(1000 * (time.perf_counter() - began))
        fill(data, TEN)
    return statistics.median(times)
