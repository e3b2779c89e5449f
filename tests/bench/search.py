"""Searching beside FTS5's trigram tokenizer and a LIKE scan, over the same posts of made-up Chinese that has the frequencies of words.

The texts are drawn from a vocabulary by Zipf's law, the same for each run. Two words are set into them: one in every thousandth post, one in half of all.
"""
import itertools
import pathlib
import random
import sqlite3
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

RARE, COMMON = "接转", "党员"
COMMON_CHARACTERS = ("的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物"
                     "现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者"
                     "最立代想已通并提直题程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处理世车")
QUERIES = (("one character", "组"), ("two characters, rare", RARE), ("two characters, in half of all", COMMON), ("three characters", "组织关"),
           ("four characters", "组织关系"), ("two words", f"组织 {RARE}"), ("two words that never meet", f"{COMMON} {RARE}"), ("two words, one in no post", f"{COMMON} 麒麟"))


def texts(count):
    """`count` posts of some hundred characters."""
    chance = random.Random(20261125)
    characters = COMMON_CHARACTERS + "织系绍信党"
    words = ["".join(chance.choice(characters) for _ in range(chance.choice((1, 2, 2, 2, 3, 4)))) for _ in range(20000)] + ["组织", "关系", "组织关系"]
    cumulative = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(words))))
    for number in range(count):
        drawn = chance.choices(words, cum_weights=cumulative, k=50)
        if number % 2:
            drawn[chance.randrange(50)] = COMMON
        if number % 1000 == 0:
            drawn[chance.randrange(50)] = RARE
        for at in range(12, 50, 12):
            drawn[at] += "。"
        yield "".join(drawn)


def fill(data, count):
    """Puts the posts into a store whose index is empty, in threads of a hundred; the index is to be built by the server."""
    db = sqlite3.connect(data / "forum.db", isolation_level=None)
    for setting in ("synchronous=OFF", "cache_size=-400000", "foreign_keys=OFF"):
        db.execute(f"PRAGMA {setting}")
    now = int(time.time() * 1000)
    threads = (count + 99) // 100
    db.execute("BEGIN")
    db.execute("INSERT INTO account (id, handle, handle_key, name, role, created) VALUES (1, 'writer', 'writer', 'writer', 1, ?)", (now,))
    db.executemany("INSERT INTO post (id, thread, floor, author, created, seq, body) VALUES (?, ?, ?, 1, ?, ?, ?)",
                   ((number + 1, 1 + number // 100, 1 + number % 100, now + number, 1 + number % 100, body) for number, body in enumerate(texts(count))))
    db.executemany("INSERT INTO thread (id, board, title, author, created, floors, last_post, last_time, last_author, board_seq, head)"
                   " VALUES (?, 1, ?, 1, ?, 100, ?, ?, 1, ?, 100)",
                   ((each, f"第 {each} 个主题", now, min(each * 100, count), now + each * 100, each) for each in range(1, threads + 1)))
    db.execute("UPDATE board SET threads = ?, posts = ?, last_post = ?, last_time = ?, head = ? WHERE id = 1", (threads, count, count, now + count, threads))
    db.execute("UPDATE setting SET value = ? WHERE name = 'search_floor'", (count + 1,))
    db.execute("UPDATE setting SET value = ? WHERE name = 'search_top'", (count,))
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def sizes(data):
    """Bytes of the index and of the texts."""
    db = sqlite3.connect(f"file:{data / 'forum.db'}?mode=ro", uri=True)
    index = db.execute("SELECT sum(length(block)) FROM search_data").fetchone()[0]
    text = db.execute("SELECT sum(length(CAST(body AS BLOB))) FROM post").fetchone()[0]
    db.close()
    return index, text


def wait_until_built(data, patience):
    """Until the server has built the index. Returns the seconds that took."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        db = sqlite3.connect(f"file:{data / 'forum.db'}?mode=ro", uri=True)
        floor = db.execute("SELECT value FROM setting WHERE name = 'search_floor'").fetchone()[0]
        db.close()
        if floor <= 1:
            return time.monotonic() - began
        time.sleep(0.2)
    raise RuntimeError("the index is not built")


def visitor(port):
    """A connection by the protocol."""
    from luntan_wire import Client
    from tables import Tables
    client = Client(("127.0.0.1", port), Tables(), 120)
    client.hello()
    client.call("visit")
    return client


def write_steadily(port, board, rate, over):
    """Somebody who starts a thread and answers in it `rate` times a second until `over` is set."""
    client = visitor(port)
    client.call("register", handle="writer-of-feeds", password="correct horse battery staple")
    thread = client.call("post", board=board, title="每秒一百条", body="开始")["thread"]
    due = time.monotonic()
    while not over.is_set():
        client.call("reply", thread=thread, body="又一条消息，内容不长。")
        due += 1 / rate
        time.sleep(max(0.0, due - time.monotonic()))
    client.close()


def posting(client, board, count):
    """Median ms of a reply over one connection, one after the other."""
    client.call("register", handle="writer-of-posts", password="correct horse battery staple")
    thread = client.call("post", board=board, title="每帖一次", body="开始")["thread"]
    bodies = iter(list(texts(count)))
    return timed(lambda: client.call("reply", thread=thread, body=next(bodies)), count)[0]


def timed(function, runs):
    """Median and 95th percentile in ms."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        function()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))]


class Trigram:
    """The peer: FTS5 with its own trigram tokenizer over the same texts, in a database of its own."""

    def __init__(self, path, count):
        fresh = not path.exists()
        self.db = sqlite3.connect(path, isolation_level=None)
        if fresh:
            self.db.execute("PRAGMA synchronous=OFF")
            self.db.execute("CREATE VIRTUAL TABLE found USING fts5(body, tokenize='trigram')")
            self.db.execute("BEGIN")
            self.db.executemany("INSERT INTO found (rowid, body) VALUES (?, ?)", enumerate(texts(count), 1))
            self.db.execute("COMMIT")

    def match(self, query):
        return self.db.execute("SELECT rowid FROM found WHERE found MATCH ? ORDER BY rowid DESC LIMIT 50",
                               (" ".join(f'"{word}"' for word in query.split()),)).fetchall()

    def inserting(self, count):
        """Median ms of a commit that stores one post, without and with its entry in the index; each on disk."""
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("CREATE TABLE IF NOT EXISTS plain (body TEXT)")
        more, medians = list(texts(2 * count)), []
        for at, indexed in ((0, False), (count, True)):
            rest = iter(more[at:])

            def insert():
                body = next(rest)
                self.db.execute("BEGIN IMMEDIATE")
                self.db.execute("INSERT INTO plain (body) VALUES (?)", (body,))
                if indexed:
                    self.db.execute("INSERT INTO found (body) VALUES (?)", (body,))
                self.db.execute("COMMIT")
            medians.append(timed(insert, count)[0])
        return medians

    def scan(self, data, query):
        db = sqlite3.connect(f"file:{data / 'forum.db'}?mode=ro", uri=True)
        where = " AND ".join("body LIKE ?" for _ in query.split())
        rows = db.execute(f"SELECT id FROM post WHERE {where} ORDER BY id DESC LIMIT 50", [f"%{word}%" for word in query.split()]).fetchall()
        db.close()
        return rows
