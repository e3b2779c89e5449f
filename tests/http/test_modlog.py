#!/usr/bin/python3
"""What moderation leaves on record, for everybody: the log as pages and as feeds, the heads of days, and what is in none of them."""
import json
import pathlib
import re
import signal
import sqlite3
import sys
import tempfile
import time
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from browser import Browser
from jing import validate
from server import Server
from tap import Tap, equal, expect

ATOM = "{http://www.w3.org/2005/Atom}"
FORMATS = ("atom", "rss", "json")
DAY_MS = 24 * 3600 * 1000
WAIT = 20


class Town:
    """A server on which a moderator has removed an advertisement, muted its author, and refused what nobody saw."""

    def __init__(self, server):
        self.server = server
        self.meet()
        self.thread = self.mei.call("post", board="essays", title="集市 <周三>", body="赶集")["thread"]
        self.post = self.mei.call("reply", thread=self.thread, body="加微信代办")["post"]
        self.remove(self.post, reason="spam", words="请勿发广告")
        self.mei.call("post", board="guestbook", title="没人见过的题目", body="没人见过的话")
        item = self.judge.call("queue")["items"][0]["item"]
        self.judge.call("decide", item=item, act="remove", hash=self.judge.call("item_get", item=item)["hash"], reason="abuse", words="不留")
        self.judge.call("sanction", handle="mei", kind="mute", hours=24, reason="spam", words="又是广告")

    def meet(self):
        self.mei, self.judge = self.server.account("mei", "member"), self.server.account("judge", "moderator")
        self.admin = self.server.account("warden", "administrator")
        self.reader = Browser(self.server.address[1])
        self.address = f"https://127.0.0.1:{self.server.address[1]}"

    def remove(self, post, act="remove", **why):
        self.judge.call("decide", post=post, act=act, hash=self.judge.call("post_hash", post=post)["hash"], **why)

    def get(self, path, **more):
        return self.reader.get(path, follow=False, **more)

    def atom(self, path="/modlog.atom"):
        return xml.fromstring(self.get(path).body)

    def titles(self, path="/modlog.atom"):
        return [each.findtext(ATOM + "title") for each in self.atom(path).iter(ATOM + "entry")]

    def heads(self):
        return re.findall(r"luntan-head (\d{4}-\d\d-\d\d) ([0-9a-f]{64})", self.get("/modlog/heads").text)


SECRETS = ("judge", "mei", "加微信", "请勿发广告", "又是广告", "没人见过", "不留", "侮辱")


def test_the_page_says_what_was_done_and_not_by_whom(town):
    page = town.get("/modlog")
    equal(page.status, 200)
    main = page.text
    expect("移除" in main and "集市 <周三>（2 楼）" in main and "禁言" in main and "广告" in main and "全站" in main, main)
    expect(f"/p/{town.post}" in page.links and "/modlog/heads" in page.links and "/modlog.atom" in page.links, page.links)
    for secret in SECRETS:
        expect(secret not in page.body.decode(), secret)
    english = Browser(town.server.address[1])
    english.cookies["lang"] = "en"
    shown = english.get("/modlog", Accept_Language="en").text
    expect("Moderation log" in shown and "the whole site" in shown, shown)
    equal(page.headers["content-type"], "text/html; charset=utf-8")


def test_one_board_can_be_chosen(town):
    form = next(form for form in town.get("/modlog").forms if form.action == "/modlog")
    equal(form.method, "get")
    page = town.get("/modlog?board=essays")
    expect("移除" in page.text and "集市" in page.text and f"/p/{town.post}" in page.links, page.text)
    expect("全站" not in page.text, "the site's acts too")
    expect("/modlog.atom?board=essays" in page.links, "it is another feed that is offered")
    expect("还没有记录" in town.get("/modlog?board=news").text, "acts elsewhere")
    equal(town.get("/modlog?board=").status, 200)
    for board in ("nowhere", "bin", "%00", "x" * 200):
        expect(town.get(f"/modlog?board={board}").status in (400, 404, 422), board)
    town.admin.call("board_set", board="research", read="member")
    equal(town.get("/modlog?board=research").status, 404)
    expect("research" not in str(town.get("/modlog").elements), "it is offered")


def test_a_thread_that_is_restored_is_in_its_board_s_log(town):
    """What comes out of the bin is on record where it goes back to."""
    opening = town.judge.call("read", thread=town.thread, count=1)["posts"][0]["id"]
    town.remove(opening, reason="off_topic")
    town.remove(opening, "restore")
    expect("恢复：集市 <周三>" in " ".join(town.titles("/modlog.atom?board=essays")), town.titles("/modlog.atom?board=essays"))


def test_pages_follow_each_other(town):
    for _ in range(26):
        town.remove(town.post, "restore")
        town.remove(town.post, reason="off_topic")
    seen, path = [], "/modlog?board=essays"
    while path:
        page = town.get(path)
        seen.append(len([tag for tag, each in page.elements if tag == "li" and not each]))
        path = next((each["href"] for tag, each in page.elements if tag == "a" and each.get("rel") == "next"), None)
    equal(len(seen), 2)
    equal([each for each in town.get("/modlog?before=1").links if each.startswith("/p/")], [])
    for strange in ("x", "0", "99999999999999999999", "-1"):
        equal(town.get(f"/modlog?before={strange}").status, 200, strange)


def test_days_have_heads_on_a_page_to_print(town):
    expect("今天结束时" in town.get("/modlog/heads").text, "a head before the day ended")
    town.server.stop(signal.SIGTERM)
    database = sqlite3.connect(town.server.data / "forum.db")
    database.execute("UPDATE audit SET time = time - ?", (3 * DAY_MS,))  # as if nothing had happened since
    database.commit()
    database.close()
    town.server.start()
    town.meet()
    until = time.monotonic() + WAIT
    while len(town.heads()) < 3 and time.monotonic() < until:
        time.sleep(0.1)
    days = [day for day, _ in town.heads()]
    equal(len(days), 3)
    equal(days, sorted(days, reverse=True))
    whole = town.server.visitor().call("heads")["heads"]
    equal([(each["day"], each["hash"].hex()) for each in whole], town.heads())
    equal(town.get(f"/modlog/heads?before={days[0]}").text.count("luntan-head"), 2)
    for strange in ("x", "2026-13-45", "%27"):
        equal(town.get(f"/modlog/heads?before={strange}").status, 200, strange)
    equal(town.get("/modlog/heads?before=" + "9" * 40).status, 422)


def test_the_feed_has_acts_and_heads_in_every_format(town):
    for form in FORMATS:
        for path in (f"/modlog.{form}", f"/modlog.{form}?lang=en", f"/modlog.{form}?board=essays"):
            page = town.get(path)
            equal(page.status, 200, path)
            for secret in SECRETS:
                expect(secret.encode() not in page.body, f"{secret} in {path}")
    titles = town.titles()
    heads = [title for title in titles if title.endswith("审计日志的校验值")]
    equal([title[:10] for title in heads], [day for day, _ in town.heads()])
    expect("移除：集市 <周三>（2 楼）" in titles, titles)
    expect(all(value in town.get("/modlog.atom").body.decode() for _, value in town.heads()), "the heads' hashes")
    stamps = [each.findtext(ATOM + "updated") for each in town.atom().iter(ATOM + "entry")]
    equal(stamps, sorted(stamps, reverse=True))
    expect(not any("校验值" in title for title in town.titles("/modlog.atom?board=essays")), "a board's feed has heads")
    expect("禁言：全站" not in town.titles("/modlog.atom?board=essays"), "a board's feed has the site's acts")
    equal(town.get("/modlog.atom?board=nowhere").status, 404)
    expect("Head" in town.titles("/modlog.atom?lang=en")[0] or "head" in town.titles("/modlog.atom?lang=en")[0], "not in English")


def test_the_feed_is_well_made(town):
    with tempfile.TemporaryDirectory() as folder:
        for form in ("atom", "rss"):
            files = []
            for query in ("", "?lang=en", "?board=essays", "?board=news"):
                files.append(pathlib.Path(folder, f"{len(files)}.{form}"))
                files[-1].write_bytes(town.get(f"/modlog.{form}{query}").body)
            validate(ROOT / f"tests/feeds/{form}.rnc", files)
    items = json.loads(town.get("/modlog.json").body)["items"]
    ids = [each.findtext(ATOM + "id") for each in town.atom().iter(ATOM + "entry")]
    equal(len(ids), len(set(ids)))
    equal([each["id"] for each in items], ids)
    expect(all(each.startswith("tag:") for each in ids), ids)
    for path in ("/modlog.atom", "/modlog.atom?board=essays", "/modlog.atom?board=essays&lang=en"):
        own = [each.get("href") for each in town.atom(path).findall(ATOM + "link") if each.get("rel") == "self"]
        equal(own, [town.address + path])


def test_whoever_has_it_is_told_so_and_whatever_changes_it_shows(town):
    page = town.get("/modlog.atom")
    tag = page.headers["etag"]
    equal(town.get("/modlog.atom", If_None_Match=tag).status, 304)
    equal(town.get("/modlog.atom", If_None_Match=tag, A_IM="feed").status, 304)
    town.remove(town.post, "restore")
    after = town.get("/modlog.atom", If_None_Match=tag)
    equal(after.status, 200)
    expect("恢复：集市 <周三>（2 楼）" in town.titles(), town.titles()[:3])
    town.admin.call("board_set", board="essays", read="member")
    expect("集市" not in town.get("/modlog.atom").body.decode() and "集市" not in town.get("/modlog").text, "what is not for everybody any more")
    town.admin.call("board_set", board="essays", read="visitor")


def test_pages_lead_to_it(town):
    expect("/modlog" in town.get("/").links, "no way from the home page")
    expect("/modlog.atom" in town.get("/feeds").links, "no way from the page about feeds")
    for path in ("/modlog", "/modlog/heads"):
        found = [each["href"] for tag, each in town.get(path).elements if tag == "link" and each.get("type") == "application/atom+xml"]
        equal(found, ["/modlog.atom"], path)


def main():
    tap = Tap()
    with Server() as server:
        town = Town(server)
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                tap.run(name[5:].replace("_", " "), test, town)
    tap.end()


main()
