#!/usr/bin/python3
"""What people raise, on the web, without JavaScript: marking, the digest and its feed; and moderation's figures."""
import datetime
import pathlib
import re
import sqlite3
import sys
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from browser import Browser
from server import PASSWORD, Server
from tap import Tap, equal, expect

ATOM = "{http://www.w3.org/2005/Atom}"
WEEK = 7 * 24 * 3600 * 1000


class Town:
    def __init__(self, server):
        self.server = server
        self.port = server.address[1]
        self.people = {handle: server.account(handle, role) for handle, role in (
            ("warden", "administrator"), ("judge", "moderator"), ("mei", "member"), ("lan", "member"))}
        for person in self.people.values():
            person.call("account_set", lang="zh")
        self.warden, self.judge, self.mei = (self.signed_in(handle) for handle in ("warden", "judge", "mei"))
        posted = self.people["mei"].call("post", board="suggestions", title="村干部", body="年轻干部留不住，*大家*都在说。")
        self.thread, self.post = posted["thread"], posted["post"]
        self.answer = self.people["lan"].call("reply", thread=self.thread, body="我们村也是")["post"]

    def signed_in(self, handle):
        browser = Browser(self.port)
        browser.sign_in(handle, PASSWORD)
        return browser

    def mark(self, post, button=None, **values):
        path = f"/p/{post}/moderate"
        return self.judge.submit(self.judge.get(path).form(f"/p/{post}/concern"), button, **values)


def test_a_moderator_marks_a_post_where_it_is_moderated(town):
    page = town.mark(town.post, kind="cadre", words="村级后备干部")
    expect("已标记" in page.text and page.path.startswith(f"/t/{town.thread}"), page.text)
    form = town.judge.get(f"/p/{town.post}/moderate").form(f"/p/{town.post}/concern")
    equal((form.fields["kind"], form.fields["words"]), ("cadre", "村级后备干部"))
    town.mark(town.answer, kind="talent")
    expect("标为热点难点" not in town.mei.get(f"/t/{town.thread}").text, "members learn of it")
    equal(town.mei.get(f"/p/{town.post}/moderate").status, 403)
    town.mark(town.answer, "1")
    expect("人才工作" not in [form.fields.get("kind") for form in town.judge.get(f"/p/{town.answer}/moderate").forms], "still marked")
    town.mark(town.answer, kind="talent")


def test_a_refused_mark_is_asked_for_once_more(town):
    page = town.mark(town.answer, kind="talent", words="长" * 501)
    equal(page.status, 422)
    expect("长" * 501 in page.body.decode(), "what was typed is gone")
    forms = {form.action for form in page.forms}
    expect({f"/p/{town.answer}/moderate", f"/p/{town.answer}/concern"} <= forms, forms)


def test_the_digest_is_a_page_for_those_entitled(town):
    page = town.judge.get("/digest")
    for words in ("干部工作", "建言献策", "村干部", "年轻干部留不住", "附注：村级后备干部", "本期回复 1", "1 人参与", "人才工作", "我们村也是"):
        expect(words in page.text, f"{words} is not in {page.text}")
    for name in ("mei", "lan", "judge"):
        expect(f"/u/{name}" not in [link for link in page.links if link != "/u/judge"], "who said it is passed on")
    expect(f"/p/{town.post}" in page.links and "/settings/feeds?kind=digest&name=week" in page.links, page.links)
    before = [link for link in page.links if link.startswith("/digest?period=week&from=")][0]
    earlier = town.judge.get(before)
    expect("没有标出" in earlier.text and "下一期" in earlier.text and "下一期" not in page.text, earlier.text)
    expect("年轻干部" in town.judge.get("/digest?period=quarter").text, "not in the quarter")
    equal(town.judge.get("/digest?period=week&from=2026-02-30").status, 422)
    equal(town.mei.get("/digest").status, 403)
    expect(Browser(town.port).get("/digest").path.startswith("/login"), "a visitor is asked to sign in")


def test_what_is_hidden_is_not_in_it(town):
    path = f"/p/{town.answer}/moderate"
    town.judge.submit(town.judge.get(path).form(path), "hide", reason="abuse")
    expect("我们村也是" not in town.judge.get("/digest").text, "hidden, and in the digest")
    town.judge.submit(town.judge.get(path).form(path), "restore")
    expect("我们村也是" in town.judge.get("/digest").text, "back, and not in the digest")


def test_its_feed_is_opened_by_a_key_and_ends_with_the_right(town):
    form = town.judge.get("/settings/feeds?kind=digest&name=week").form("/settings/feeds")
    equal((form.fields["kind"], form.fields["name"]), ("digest", "week"))
    made = town.judge.submit(form)
    path = re.search(r'/key/[^"]+\.atom', made.body.decode())[0]
    visitor = Browser(town.port)
    empty = visitor.get(path)
    equal((empty.status, len(ElementTree.fromstring(empty.body).findall(ATOM + "entry"))), (200, 0))
    with sqlite3.connect(town.server.directory / "data" / "forum.db", timeout=20) as db:
        db.execute("UPDATE concern SET time = time - ?", (WEEK,))
    feed = ElementTree.fromstring(visitor.get(path).body)
    entry, = feed.findall(ATOM + "entry")
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
    monday = today - datetime.timedelta(days=today.weekday() + 7)
    link = entry.find(ATOM + "link").get("href")
    expect(link.endswith(f"/digest?period=week&from={monday}"), link)
    expect("热点难点" in entry.findtext(ATOM + "title") and str(monday) in entry.findtext(ATOM + "title"), entry.findtext(ATOM + "title"))
    content = entry.findtext(ATOM + "content")
    expect("年轻干部留不住" in content and f"/p/{town.post}" in content and "村级后备干部" in content and "<em>大家" not in content, content)
    equal(entry.findtext(ATOM + "id"), ElementTree.fromstring(visitor.get(path).body).find(ATOM + "entry").findtext(ATOM + "id"))
    expect("年轻干部留不住" in visitor.get(path.replace(".atom", ".json")).body.decode() and visitor.get(path.replace(".atom", ".rss")).status == 200, "formats")
    expect("热点难点" in town.judge.get("/settings/feeds").text, "not among the keys")
    town.people["warden"].call("ungrant", handle="judge", role="moderator")
    equal(visitor.get(path).status, 404)
    equal(town.judge.get("/digest").status, 403)
    town.people["warden"].call("grant", handle="judge", role="moderator")
    equal(visitor.get(path).status, 200)


def test_figures_are_ones_own_and_all_to_administrators(town):
    page = town.judge.get("/queue/figures")
    expect("我的处理" in page.text and "暂时隐藏" in page.text and "各版主" not in page.text, page.text)
    everything = town.warden.get("/queue/figures?days=7")
    for words in ("各版块", "建言献策", "各版主", "judge"):
        expect(words in everything.text, f"{words} is not in {everything.text}")
    expect("网上举报站" not in everything.text, "a board of which there is nothing to say")
    equal(town.mei.get("/queue/figures").status, 404)
    equal(town.judge.get("/queue/figures?days=9999").status, 422)
    expect("/queue/figures" in town.judge.get("/queue").links and "/digest" in town.judge.get("/queue").links, "no way there")


def main():
    tap = Tap()
    with Server() as server:
        town = Town(server)
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                tap.run(name[5:].replace("_", " "), test, town)
    tap.end()


main()
