#!/usr/bin/python3
"""Nothing public betrays what waits, was returned, refused, flagged or decided on in silence.

Two forums live through the same public history. In one of them much else is going on between its steps that is nobody's business. Whatever
either tells a visitor, a member, a moderator of another board, by wire, by pages or by streams, must be the same. And while only such things
go on, nothing that was told before changes by a byte, times and validators included.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from court import Court, equal, expect, next_moment

from live_stream import Stream
from luntan_wire import Refused
from outside import Outside, difference, strip, tokens_stripped
from script import work
from tap import Tap

OBSERVERS = (None, "lan", "usher")
QUERIES = ("秘密", "公开", "author:shade", "author:mei", "tag:密谋", "tag:党建", "board:quiet")
HANDLES = ("mei", "lan", "shade", "wang")
SECRET = "秘密"


# ---- the same history ----

def history(court):
    """The public steps, one at a time."""
    first = court.publish("mei", "公开的心得", "第一篇公开的话", tags=["党建"])
    yield
    court["wang"].call("post", board="open", title="公开的问题", body="公开地问 @lan", tags=["党建"])
    yield
    court.approve("judge", court.answer("lan", first["thread"], "公开地答一句"))
    yield
    shade = court["shade"].call("post", board="open", title="公开的闲话", body="公开的闲话")
    yield
    court["lan"].call("watch_set", kind="board", id=court.board("quiet"))
    court["lan"].call("watch_set", kind="thread", id=first["thread"])
    yield
    court.publish("mei", "第二篇公开的心得", "写给 @lan 的公开的话")
    yield
    court["judge"].call("post", board="quiet", title="公开的通知", body="版主自己的公开的话")
    yield
    spam = court["wang"].call("reply", thread=shade["thread"], body="公开的广告")
    yield
    court.judge_post("judge", spam["post"], "remove", reason="spam")
    yield
    court.approve("judge", court.change("mei", first["post"], "第一篇公开的话，改过", title="公开的心得（改）"))
    yield
    court.publish("mei", "内部公开的心得", "内部的公开的话", board="inner")
    yield
    court["lan"].call("mark_board", board="open")
    yield
    court.approve("judge", court.answer("mei", first["thread"], "公开的结束语"))
    yield
    court["lan"].call("reply", thread=shade["thread"], body="公开的再见")
    yield


# ---- what else goes on ----

class Undercurrent:
    """What is nobody's business, one round after the other; each round does all kinds."""

    def __init__(self, court):
        self.court = court
        self.round = 0
        self.waiting = []
        self.settled = False

    def text(self):
        self.round += 1
        return f"{SECRET}的话 {self.round}，给 @lan 看"

    def submissions(self):
        """Sent, changed, taken back, returned, mended, refused, appealed from; some go on waiting."""
        court = self.court
        self.waiting.append(court.send("shade", f"{SECRET}的题目", self.text(), tags=["密谋"]))
        court["shade"].call("held_edit", held=self.waiting[-1], version=1, title=f"{SECRET}的新题目", body=self.text())
        court["shade"].call("held_withdraw", held=court.send("shade", f"{SECRET}的题目", self.text(), board="guestbook"))
        back = court.send("shade", f"{SECRET}的题目", self.text(), board="inner")
        court.decide("judge", back, "return", reason="unclear", words="请写明")
        court["shade"].call("held_edit", held=back, version=1, body=self.text())
        court.decide("second", back, "remove", reason="spam")
        decision = court["shade"].call("decisions")["decisions"][0]["id"]
        court["shade"].call("appeal", decision=decision, words="不服")
        appeal = [item["item"] for item in court.items("judge") if item.get("kind") == "appeal"][0]
        court["judge"].call("decide", item=appeal, act="uphold", hash=court.look("judge", appeal), reason="other", words="维持")

    def under_what_is_shown(self):
        """Answers and edits of what everybody sees."""
        court = self.court
        for thread in court["judge"].call("threads", board="quiet").get("threads", [])[:1]:
            self.waiting.append(court.answer("shade", thread["id"], self.text(), to=1))
            opening = court["mei"].call("read", thread=thread["id"], count=1)["posts"][0]
            if opening["author"] == "mei":
                change = court.change("mei", opening["id"], self.text(), opening["revision"], title=f"{SECRET}的改名")
                court["judge"].call("claim", item=court.item("judge", change))
                court.decide("judge", change, "return", reason="unclear")
                court["mei"].call("held_withdraw", held=change)

    def flags(self):
        """Flags that are kept, and one that stays."""
        court = self.court
        for thread in court["judge"].call("threads", board="quiet").get("threads", [])[-1:]:
            for post in court["judge"].call("read", thread=thread["id"])["posts"]:
                if post["author"] == "lan":
                    court["mei"].call("flag", post=post["id"], reason="spam", words=self.text())
                    court.judge_post("judge", post["id"], "keep")

    def persons(self):
        """Drafts, and what moderators say to one alone."""
        court = self.court
        draft = court["shade"].call("draft_save", board="quiet", title=f"{SECRET}的草稿", body=self.text())
        court["shade"].call("draft_discard", draft=draft["draft"])
        court["judge"].call("sanction", handle="shade", kind="warning", board="inner", reason="abuse", words=self.text())
        mute = court["judge"].call("sanction", handle="shade", kind="mute", board="inner", hours=1, reason="abuse")
        court["judge"].call("sanction_lift", sanction=mute["sanction"])

    def guests(self):
        """What somebody without an account leaves, refused or thrown away."""
        court = self.court
        asked = court[None].call("guest_challenge")
        court[None].call("guest_post", {"board": "guestbook", "name": SECRET, "title": f"{SECRET}的留言", "body": self.text(), "form": asked["form"],
                                        "nonce": work(asked["form"], asked["bits"])})
        court[None].refusal("guest_post", board="guestbook", title=f"{SECRET}的留言", body=self.text(), form=asked["form"], nonce="1")
        item = next(item["item"] for item in court.items("judge") if item.get("cause") == "guest")
        court["judge"].call("decide", item=item, act="remove", hash=court.look("judge", item), reason="spam")

    def failures(self):
        """What is refused leaves nothing either."""
        court = self.court
        held = court.send("shade", f"{SECRET}的题目", self.text())
        item = court.item("judge", held)
        court["second"].call("claim", item=item)
        for fields in ({"act": "approve", "hash": bytes(32)}, {"act": "return", "hash": bytes(32)}, {"act": "hide", "hash": bytes(32), "reason": "spam"}):
            court["judge"].refusal("decide", item=item, **fields)
        court["second"].call("claim", item=item, release=True)
        self.waiting.append(held)

    def flow(self):
        for part in (self.submissions, self.under_what_is_shown, self.flags, self.persons, self.guests, self.failures):
            part()
        for held in self.waiting[:-2]:
            self.court["shade"].call("held_withdraw", held=held)
        del self.waiting[:-2]


# ---- listening ----

class Listener:
    """Follows every topic there is by wire, as somebody, and the boards' and one's own by a stream."""

    def __init__(self, court, handle):
        self.client = court.server.account(handle) if handle else court.server.visitor()
        self.topics = {}   # subscription: topic, number, what was answered
        self.events = {}   # topic and number: what was told
        self.live = 0
        boards = [board["id"] for board in self.client.call("boards")["boards"]]
        wanted = [*(("board", board) for board in range(1, max(boards) + 4)), *(("thread", thread) for thread in range(1, 12)),
                  *(("account", account) for account in range(9))]
        for topic, number in wanted:
            request = self.client.request("subscribe", topic=topic, id=number)
            try:
                self.topics[request] = topic, number, self.client.answer(request)
            except Refused as refused:
                self.topics[request] = topic, number, {"refused": refused.error}
        while self.live < len(self.followed()):
            self.take()
        self.streams = {}
        epoch = self.followed()[0][2]["cursor"][1:9].hex()
        for label, topic in (*((f"b{court.board(slug)}", f"board {court.board(slug)}") for slug in ("quiet", "open", "inner")), ("a", "account 0")):
            if topic in self.events:
                self.streams[topic] = Stream(court.server.address, f"{epoch}~{label}", court.server.tokens.get(handle))
                equal(self.streams[topic].next()[0], "live")
        self.streamed = {topic: [] for topic in self.streams}

    def followed(self):
        return [each for each in self.topics.values() if "cursor" in each[2]]

    def take(self):
        subscription, name, fields = self.client.event()
        topic, number, _ = self.topics[subscription]
        self.live += name == "live"
        self.events.setdefault(f"{topic} {number}", []).append({"name": name, **fields})

    def heard(self):
        """All that was told, up to the last change that each topic has."""
        for topic, number, reply in self.followed():
            changes = self.client.call("sync", topic=topic, id=number, since=reply["cursor"]).get("changes", [])
            last = changes[-1]["seq"] if changes else 0
            label = f"{topic} {number}"
            while last and self.events[label][-1].get("seq") != last:
                self.take()
            while last and label in self.streams and (not self.streamed[label] or self.streamed[label][-1].get("seq") != last):
                name, data = self.streams[label].next()
                self.streamed[label].append({"name": name, **data})
        subscribed = [{"topic": topic, "id": number, "reply": reply} for topic, number, reply in self.topics.values()]
        return {"subscribed": subscribed, "events": dict(sorted(self.events.items())), "streamed": self.streamed}

    def close(self):
        self.client.close()
        for stream in self.streams.values():
            stream.close()


# ---- two forums ----

def observe(court, handle):
    """An observer of the forum, whose connection and browser are nobody else's."""
    return Outside(court.server.account(handle) if handle else court.server.visitor(), court.browser(handle), QUERIES, HANDLES)


def live(court, between):
    """Lets the history pass; what each observer was told in the end, and while it passed."""
    for handle in ("judge", "second", "mei", "lan", "shade", "wang"):
        court[handle]
    listeners = {handle: Listener(court, handle) for handle in OBSERVERS}
    for _ in history(court):
        between()
        next_moment()
    told = {}
    for handle in OBSERVERS:
        observer = observe(court, handle)
        told[handle] = observer.everything() | {"live": listeners[handle].heard()}
        told[handle] = strip(told[handle], observer.epoch)
        observer.client.close()
        listeners[handle].close()
    return told


def same_for(quiet, busy, handle):
    expect(SECRET + "的" not in repr(busy[handle]), "a text is told")
    told = difference(quiet[handle], busy[handle])
    expect(not told, f"what waits is betrayed (without | with):\n{told}")
    expect(len(quiet[handle]) > 150, f"only {len(quiet[handle])} answers were compared")


def without_dates(told):
    """What may change while nothing happens: the answer's own date, the server's time in it, and what makes forms single."""
    return tokens_stripped({name: ({**answer, "headers": {field: value for field, value in answer["headers"].items() if field not in ("date", "set-cookie")}}
                         if "headers" in answer else {field: value for field, value in answer.items() if field != "now"}) for name, answer in told.items()})


def nothing_moves(court, undercurrent, handle):
    """While only such things go on, everything stays as it is, to the byte."""
    observer = observe(court, handle)
    before = without_dates(observer.everything())
    undercurrent.flow()
    undercurrent.flow()
    for held in undercurrent.waiting:
        court.decide("judge", held, "remove", reason="spam")
    undercurrent.waiting.clear()
    observer.told = {}
    told = difference(before, without_dates(observer.everything()))
    observer.client.close()
    expect(not told, f"something changed (before | after):\n{told}")


def main():
    tap = Tap()
    with Court() as court:
        quiet = live(court, lambda: None)
    with Court() as court:
        undercurrent = Undercurrent(court)
        busy = live(court, undercurrent.flow)
        for handle in OBSERVERS:
            tap.run(f"{handle or 'a visitor'} is told the same by both", same_for, quiet, busy, handle)
        for handle in OBSERVERS:
            tap.run(f"nothing moves for {handle or 'a visitor'}", nothing_moves, court, undercurrent, handle)
    tap.end()


main()
