#!/usr/bin/python3
"""A decision that is overturned leaves no trace but in the log: whatever anybody is told is as it was before it.

What a change of state costs anywhere stays: sequences, cursors, the time of a feed's last change. And feeds publish anew what is shown
again, under a new number, or nobody who follows them would have it back: their entries are compared without their order.
"""
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from court import Court, equal, expect

from outside import Outside, difference, strip
from tap import Tap

MOVED_ON = ("seq", "as_of", "cursor", "head", "no", "updated", "archives")
MOVED_ON_IN_TEXT = [(re.compile(pattern), placed) for pattern, placed in (
    (r"data-live=\"[^\"]*\"", "data-live"), (r"data-seq=\"\d+\"", "data-seq"), (r"(EPOCH~[^\"]*)", "LIVE"), (r"(<lastmod>)[^<]*", r"\1"),
    (r"archive/\d+\.", "archive/NUMBER."), (r"<at:deleted-entry[^>]*>(</at:deleted-entry>)?", ""))]
# What moderators read of earlier decisions about somebody: there the trace is to stand.
LOG = re.compile(r"GET /u/\w+/sanctions\b")
OBSERVERS = (None, "lan", "wang", "usher")


def entries_of(text):
    """A feed's own parts, and its entries in one order."""
    if text.startswith("{"):
        feed = json.loads(text)
        return [*sorted(map(repr, feed.pop("items"))), repr(feed)]
    entries = re.findall(r"<entry>.*?</entry>|<item>.*?</item>", text, re.DOTALL)
    return [*sorted(entries), re.sub(r"<entry>.*?</entry>|<item>.*?</item>", "", text, flags=re.DOTALL)]


def without_progress(value):
    """Without what moves on with every change."""
    if isinstance(value, dict):
        if "entries" in value:
            value = {**value, "entries": sorted((entry for entry in value["entries"] if not entry.get("gone")), key=lambda entry: entry["post"])}
        if re.match(r"application/(atom\+xml|rss\+xml|feed\+json)", value.get("headers", {}).get("content-type", "")):
            value = {**value, "body": entries_of(without_progress(value["body"]))}
        return {key: without_progress(each) for key, each in value.items() if key not in MOVED_ON}
    if isinstance(value, list):
        return [without_progress(each) for each in value]
    if isinstance(value, str):
        for rule, placed in MOVED_ON_IN_TEXT:
            value = rule.sub(placed, value)
    return value


class Town:
    """A thread with some history, and who has read how much of it. Whose words it is about, who are told, are no observers."""

    def __init__(self, court):
        self.court = court
        self.before = None  # what was told last
        before = court["mei"].call("post", board="open", title="之前的主题", body="之前", tags=["党建"])
        self.thread = court["mei"].call("post", board="open", title="有历史的主题", body="一楼的话", tags=["党建", "心得"])
        for who, body in (("zhou", "二楼的话 @wang"), ("wang", "三楼的话"), ("mei", "四楼的话"), ("zhou", "五楼的话")):
            self.last = court[who].call("reply", thread=self.thread["thread"], to=1, body=body)
        court["mei"].call("edit", post=self.thread["post"], revision=1, body="一楼的话，改过", title="有历史的主题（改）")
        court["wang"].call("delete", post=self.thread["post"] + 2)
        court["mei"].call("post", board="open", title="之后的主题", body="之后")
        court["lan"].call("mark", thread=self.thread["thread"], floor=3)
        court["wang"].call("mark_board", board="open")
        court["usher"].call("mark", thread=before["thread"])
        court["lan"].call("watch_set", kind="thread", id=self.thread["thread"])
        court["usher"].call("thread_set", thread=self.thread["thread"], pinned="on", featured="on")
        court["mei"].call("reply", thread=self.thread["thread"], body="六楼的话")

    def told(self):
        """What each observer is told, but for what moves on."""
        told = {}
        for handle in OBSERVERS:
            client = self.court.server.account(handle) if handle else self.court.server.visitor()
            observer = Outside(client, self.court.browser(handle), ("的话", "author:mei", "tag:心得", "board:open"), ("mei", "zhou"), personal=False)
            seen = {key: each for key, each in observer.everything().items() if not LOG.match(key)}
            told[handle] = without_progress(strip(seen, observer.epoch))
            client.close()
        return told

    def overturned(self, post, act, **more):
        """Decided, appealed from by its author, and overturned by somebody else."""
        court = self.court
        author = court["judge"].call("post_get", post=post)["posts"][0]["author"]
        decision = court.judge_post("judge", post, act, reason="spam", **more)["decision"]
        court[author].call("appeal", decision=decision, words="请再看看")
        appeal = [item["item"] for item in court.items("second") if item.get("decision") == decision][0]
        court["second"].call("decide", item=appeal, act="overturn", hash=court.look("second", appeal), reason="other", words="没有违反")


def leaves_no_trace(town, post, act):
    before = town.before or town.told()
    town.overturned(post, act)
    after = town.before = town.told()
    for handle in OBSERVERS:
        told = difference(before[handle], after[handle])
        expect(not told, f"{handle or 'a visitor'} (before | after):\n{told}")


def main():
    tap = Tap()
    with Court() as court:
        town = Town(court)
        opening, answer, newest = town.thread["post"], town.thread["post"] + 1, town.last["post"] + 1
        for act in ("remove", "hide"):
            tap.run(f"an answer in the middle, {act}", leaves_no_trace, town, answer, act)
            tap.run(f"the newest answer, {act}", leaves_no_trace, town, newest, act)
            tap.run(f"an opening post with its thread, {act}", leaves_no_trace, town, opening, act)
    tap.end()


main()
