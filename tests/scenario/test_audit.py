#!/usr/bin/python3
"""The audit log from outside: every act of power is in it, whoever tampers with the database is found out, and it survives kill -9.

time limit: 300 s

LUNTAN_SOAK=1 kills the server 200 times.
"""
import os
import pathlib
import random
import signal
import sqlite3
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from chain import verify
from forum import Forum
from tap import Tap, equal, expect
from wire_load import Connection, Lost

ROUNDS = 200 if os.environ.get("LUNTAN_SOAK") else 20
SEED = 19210723


class Story:
    def __init__(self, forum):
        self.forum = forum
        self.admin = forum.person("wang", invite=forum.invitation)
        self.mei, self.judge = forum.person("mei"), forum.person("judge")
        self.admin.json("admin", "role", "grant", "judge", "moderator")
        self.admin.json("admin", "role", "grant", "mei", "member")
        self.head = None

    def verify(self, *words, status=0):
        *faults, end = self.admin.json("admin", "audit", "verify", *words, status=status)
        equal(end["whole"], status == 0)
        return faults

    def acts(self):
        return [each["act"] for each in self.admin.json("admin", "audit", "list")]

    def every_act_of_power_is_in_it(self):
        thread = self.mei.post("essays", "心得", "一楼")["thread"]
        post = self.mei.reply(thread, "加微信代办")["post"]
        self.forum.visitor().json("boards")
        self.judge.json("pin", thread)
        self.judge.json("decide", post, "remove", "--post", "--reason", "spam", "--words", "请勿发广告")
        self.mei.json("appeal", self.mei.json("decisions")[0]["id"], "不是广告")
        self.admin.json("decide", self.admin.json("queue")[0]["item"], "overturn", "--reason", "other", "--words", "误会")
        number = self.judge.json("sanction", "mei", "mute", "--hours", "1", "--reason", "abuse", "--words", "请文明")[0]["sanction"]
        self.judge.json("sanction", "lift", number)
        self.admin.json("admin", "board", "set", "research", "--about", "调研")
        self.admin.json("admin", "reset", "mei")
        self.admin.json("invite", "--role", "member")
        self.admin.json("admin", "reindex")
        self.admin.run("admin", "export", self.admin.home / "export.jsonl")
        acts = self.acts()
        boards = (ROOT / "etc/boards").read_text().count("\n[")
        equal(acts[:boards + 2], ["begin"] + ["board_create"] * boards + ["invite"])
        for act in ("register", "grant", "remove", "overturn", "mute", "lift", "board_set", "reset_issue", "invite", "reindex", "export_begin", "pin"):
            expect(act in acts, f"{act} is not in {acts}")
        pin = next(each for each in self.admin.json("admin", "audit", "list") if each["act"] == "pin")
        expect(f" thread {thread} " in pin["detail"], pin)
        entry = next(each for each in self.admin.json("admin", "audit", "list") if each["act"] == "remove")
        equal((entry["by"], entry["words"], len(entry["content"])), ("judge", "请勿发广告", 64))
        equal(self.mei.error("admin", "audit", "list")["name"], "forbidden")
        equal(self.verify(), [])

    def the_public_log_says_what_and_not_who(self):
        visitor = self.forum.visitor()
        acts = visitor.json("modlog")
        expect({"remove", "overturn", "mute", "lift"} <= {each["act"] for each in acts}, acts)
        shown = visitor.text("modlog")
        for secret in ("judge", "wang", "mei", "加微信", "请勿发广告", "请文明"):
            expect(secret not in shown and secret not in str(acts), f"told: {secret}")
        equal([each["id"] for each in acts], list(range(len(acts), 0, -1)))
        equal(visitor.json("modlog", "heads"), [])

    def a_head_kept_elsewhere_is_met(self):
        entries = self.admin.json("admin", "audit", "list")
        self.head = entries[-1]["hash"]
        equal(self.verify("--head", self.head), [])
        equal(self.verify("--head", f"luntan-head 2026-11-24 {self.head}"), [])
        equal(self.admin.json("admin", "audit", "verify", "-", stdin=self.head + "\n\n")[-1], {"entries": len(entries), "heads": 1, "whole": True})
        self.admin.run("admin", "audit", "verify", "--head", "abc", status=2)
        self.admin.run("admin", "audit", "verify", "/nowhere/heads", status=2)

    def a_verifier_by_the_book_finds_the_same(self):
        """What the protocol's description alone leads to (tests/lib/chain.py)."""
        entries = self.admin.json("admin", "audit", "list")
        equal(verify(entries, [self.head, f"luntan-head 2026-11-24 {self.head}"]), [])
        equal(len(verify(entries, ["00" * 32])), 1)
        for name in ("time", "actor", "by", "act", "target", "detail", "decision", "reason", "words", "content", "public_id", "salt"):
            number = next(at for at, each in enumerate(entries) if name in each)
            value = entries[number][name]
            altered = value + 1 if isinstance(value, int) else "00" * 16 if name in ("content", "salt") else value + "x"
            changed = entries[:number] + [{**entries[number], name: altered}] + entries[number + 1:]
            equal(len(verify(changed)), 1, name)
        equal(len(verify(entries[:3] + entries[4:])), 1)
        equal(len(verify(entries[:2] + [entries[3], entries[2]] + entries[4:])), 1)

    def tampered(self, *sql, head=None):
        """Faults found after the statements were done to the database while the server was stopped; all is undone afterwards."""
        self.forum.stop()
        file = self.forum.data / "forum.db"
        whole = file.read_bytes()
        database = sqlite3.connect(file)
        for statement in sql:
            database.execute(statement)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        self.forum.start(self.forum.port)
        faults = self.verify(*(["--head", head] if head else []), status=1)
        self.forum.stop()
        for each in self.forum.data.glob("forum.db-*"):
            each.unlink()
        file.write_bytes(whole)
        self.forum.start(self.forum.port)
        return faults

    def whoever_tampers_is_found_out(self):
        last = len(self.admin.json("admin", "audit", "list"))
        remove = next(each for each in self.admin.json("admin", "audit", "list") if each["act"] == "remove")
        number = remove["id"]
        for column, value in (("time", "time + 1"), ("actor", "actor + 1"), ("handle", "'mei'"), ("act", "'keep'"), ("target", "1"), ("detail", "''"),
                              ("reason", "3"), ("words", "'别的话'"), ("content", "zeroblob(32)"), ("public", "99"), ("salt", "zeroblob(16)")):
            faults = self.tampered(f"UPDATE audit SET {column} = {value} WHERE id = {number}")
            expect({"fault": "altered", "from": number, "to": number} in faults, (column, faults))
        equal(self.tampered(f"UPDATE audit SET hash = zeroblob(32) WHERE id = {number}")[0]["from"], number)
        equal(self.tampered(f"DELETE FROM audit WHERE id = {number}")[0], {"fault": "missing", "from": number, "to": number})
        equal(self.tampered("DELETE FROM audit WHERE id < 3")[0], {"fault": "missing", "from": 1, "to": 2})
        faults = self.tampered(f"UPDATE audit SET id = 100000 WHERE id = {number}", f"UPDATE audit SET id = {number} WHERE id = {number + 1}",
                               f"UPDATE audit SET id = {number + 1} WHERE id = 100000")
        expect(faults and faults[0]["from"] == number, faults)
        for column, value in (("words", "'没有说过'"), ("reason", "3"), ("actor", "1"), ("account", "1"), ("act", "4"), ("post", "1")):
            equal(self.tampered(f"UPDATE decision SET {column} = {value} WHERE id = {remove['decision']}"),
                  [{"fault": "differs", "from": number, "to": number}])
        equal(self.tampered(f"DELETE FROM audit WHERE id = {last}", head=self.head), [{"fault": "head", "hash": self.head}])
        equal(self.verify("--head", self.head), [])


class Deciding(threading.Thread):
    """Removes and restores one post until the connection breaks; remembers which decisions were answered."""

    def __init__(self, forum, judge, post, answered):
        super().__init__(daemon=True)
        self.forum, self.judge, self.post, self.answered = forum, judge, post, answered
        self.failure = None
        self.begun = threading.Event()

    def run(self):
        try:
            connection = Connection(self.forum.port)
            connection.login(self.judge.handle, self.judge.password.read_text().strip())
            self.begun.set()
            while True:
                for act, reason in ((4, 2), (6, 0)):  # hide, restore
                    hash_ = connection.call(0x90b, {1: self.post})[1]
                    fields = {1: connection.operation_id(), 3: self.post, 4: act, 5: hash_}
                    self.answered.append(connection.call(0x90a, {**fields, 6: reason} if reason else fields)[5])
        except (Lost, OSError):
            pass
        except Exception as failure:  # told by the main thread
            self.failure = failure


def kills(tap):
    chance = random.Random(SEED)
    with Forum(options=["--rate-limits", "off"]) as forum:
        admin = forum.person("wang", invite=forum.invitation)
        judges = [forum.person(f"judge{i}") for i in range(2)]
        for judge in judges:
            admin.json("admin", "role", "grant", judge.handle, "moderator")
        thread = admin.post("essays", "断电", "一楼")["thread"]
        posts = [admin.reply(thread, "一")["post"] for _ in judges]
        answered = []

        def one_round(moment):
            deciding = [Deciding(forum, judge, post, answered) for judge, post in zip(judges, posts)]
            for each in deciding:
                each.start()
            for each in deciding:
                expect(each.begun.wait(60), "a moderator cannot log in")
            deciding[0].join(moment)
            forum.restart(signal.SIGKILL)
            for each in deciding:
                each.join(60)
                expect(not each.is_alive(), "a moderator hangs")
                if each.failure:
                    raise each.failure
            for judge, post in zip(judges, posts):  # hidden when the server died: the next round begins with what can be seen
                if judge.json("read", thread)[post - posts[0] + 1].get("state") == "hidden":
                    judge.json("decide", post, "restore", "--post")
            expect(admin.json("admin", "audit", "verify")[-1]["whole"], "the log is broken")

        for _ in range(ROUNDS):
            moment = chance.uniform(0.05, 0.5)
            tap.run(f"killed after {moment:.3f} s: the log is whole", lambda m=moment: one_round(m))

        def each_has_its_entry():
            entries = [each["decision"] for each in admin.json("admin", "audit", "list") if "decision" in each]
            equal(len(entries), len(set(entries)))
            missing = set(answered) - set(entries)
            expect(not missing, f"answered, and not in the log: {missing}")
            equal(sorted(entries), list(range(1, len(entries) + 1)))
            expect(len(answered) > ROUNDS, f"only {len(answered)} decisions")

        tap.run("each decision that was answered has its entry, and each entry its decision", each_has_its_entry)


def main():
    tap = Tap()
    with Forum() as forum:
        story = Story(forum)
        for step in ("every_act_of_power_is_in_it", "the_public_log_says_what_and_not_who", "a_head_kept_elsewhere_is_met",
                     "a_verifier_by_the_book_finds_the_same",
                     "whoever_tampers_is_found_out"):
            tap.run(step.replace("_", " "), getattr(story, step))
    kills(tap)
    tap.end()


main()
