#!/usr/bin/python3
"""Messages without an account on the web, without JavaScript: the form, its question, what can be wrong, and what everybody sees of it."""
import hashlib
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from browser import Browser
from script import work
from server import PASSWORD, Server
from tap import Tap, equal, expect

BITS = 18
NEW = "/b/guestbook/leave"


class Town:
    """A server with a moderator, and somebody without an account."""

    def __init__(self, server):
        self.server, self.port = server, server.address[1]
        self.warden = server.account("warden", "administrator")
        judge = server.account("judge", "moderator")
        judge.call("account_set", lang="zh")
        self.judge, self.judge_wire = Browser(self.port), judge
        self.judge.sign_in("judge", PASSWORD)
        self.guest = Browser(self.port)

    def waiting(self):
        return self.judge_wire.call("queue").get("items", [])

    def leave(self, path=NEW, **fields):
        """Fills the form, with work where no answer is given, and sends it."""
        form = self.guest.get(path).form(path.partition("?")[0])
        if "answer" not in fields:
            fields["nonce"] = work(form.fields["form"], BITS)
        return self.guest.submit(form, **fields)


def field(page, name):
    return next(attributes for _, attributes in page.elements if attributes.get("name") == name)


def test_the_way_there(town):
    page = town.guest.get("/b/guestbook")
    expect(NEW in page.links, page.links)
    expect(b'name="form"' not in page.body, "what is kept for everybody holds a token")
    page = town.guest.get(NEW)
    equal(page.status, 200)
    equal(page.headers["cache-control"], "private, no-store")
    form = page.form(NEW)
    equal(len(form.fields["form"]), 64)
    expect("required" in field(page, "answer"), "a question that need not be answered")
    expect(form.fields["form"] != town.guest.get(NEW).form(NEW).fields["form"], "one token twice")
    equal(town.guest.get("/b/suggestions/leave", follow=False).headers["location"], "/login?to=/b/suggestions/new")
    equal(town.guest.get("/b/nowhere/leave").status, 404)
    equal(town.guest.get("/t/987654/leave").status, 404)
    equal(town.judge.get(NEW, follow=False).headers["location"], "/b/guestbook/new")


def test_an_answer_in_words_pays_after_a_while(town):
    form = town.guest.get(NEW).form(NEW)
    opened = time.monotonic()
    page = town.guest.submit(form, name="小李", title="请问", body="介绍信丢了怎么办", answer="黄冈")
    expect("送出得太快" in page.text, page.text)
    equal(page.status, 422)
    again = page.form(NEW)
    equal([again.fields[name] for name in ("name", "title", "body", "answer", "form")],
          ["小李", "请问", "介绍信丢了怎么办", "黄冈", form.fields["form"]], "what was typed")
    page = town.guest.submit(again, answer="武汉")
    equal(page.status, 422)
    equal(field(page, "answer").get("aria-invalid"), "true")
    equal(town.waiting(), [])
    # The form's own time is what counts; it passes by the clock.
    while time.monotonic() - opened < 5.1:
        time.sleep(0.1)
    page = town.guest.submit(page.form(NEW), answer="黄 冈")
    equal(page.path, "/b/guestbook/left")
    expect("已收到" in page.text and "没有保存您是谁" in page.text, page.text)
    equal([item["author_name"] for item in town.waiting()], ["访客 小李"])
    page = town.guest.submit(again, answer="黄冈", title="再来", op=hashlib.sha256(b"another").hexdigest()[:32])
    expect(page.status in (409, 422), page.status)
    equal(len(town.waiting()), 1)


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(town):
    for fields, wrong in (({"title": " ", "body": "正文"}, "title"), ({"title": "题目", "body": " "}, "body"),
                          ({"title": "题目", "body": "字" * 4001}, "body"), ({"name": "名" * 21, "title": "题目", "body": "正文"}, "name")):
        page = town.leave(**fields)
        equal(page.status, 422)
        equal(field(page, wrong).get("aria-invalid"), "true", wrong)
        equal(page.form(NEW).fields["body"].strip(), fields["body"].strip())
    form = town.guest.get(NEW).form(NEW)
    page = town.guest.submit(form, title="题目", body="正文", nonce="1")
    equal(page.status, 422)
    expect(page.form(NEW).fields["nonce"] == "" and page.form(NEW).fields["body"] == "正文", page.text)
    form = town.guest.get(NEW).form(NEW)
    form.fields["form"] = "A" * 64
    page = town.guest.submit(form, title="题目", body="正文", nonce="1")
    expect("不是本论坛发出的" in page.text and page.form(NEW).fields["form"] != "A" * 64, page.text)
    equal(len(town.waiting()), 1)


def test_a_moderator_lets_it_through(town):
    item = town.waiting()[0]["item"]
    page = town.judge.get(f"/queue/{item}")
    expect("访客 小李" in page.text and "没有账号" in page.text, page.text)
    values = [attributes.get("value") for tag, attributes in page.elements if tag == "button"]
    expect("approve" in values and "return" not in values, values)
    page = town.judge.submit(page.form(f"/queue/{item}"), "approve")
    expect(page.status == 200, page.text)
    thread = town.warden.call("threads", board="guestbook")["threads"][0]["id"]
    town.thread = f"/t/{thread}"
    for path in ("/b/guestbook", town.thread, f"{town.thread}/all", f"{town.thread}/posts", "/search?q=%E4%BB%8B%E7%BB%8D%E4%BF%A1", "/b/guestbook/feed.atom",
                 "/b/guestbook/feed.rss", "/b/guestbook/feed.json"):
        page = town.guest.get(path)
        equal(page.status, 200)
        expect("访客 小李" in page.body.decode(), f"{path}: {page.body.decode()[:3000]}")
        expect('/u/"' not in page.body.decode(), f"{path}: a link to nobody")
    page = town.guest.get(town.thread)
    expect(f"{town.thread}/leave" in page.links and b'name="form"' not in page.body, page.links)


def test_an_answer_in_a_thread(town):
    path = f"{town.thread}/leave"
    page = town.guest.get(f"{path}?to=1")
    equal(page.form(path).fields["to"], "1")
    expect("title" not in page.form(path).fields, "an answer has a title")
    page = town.leave(f"{path}?to=1", body="又及")
    equal(page.path, f"{town.thread}/left")
    equal([item["author_name"] for item in town.waiting()], ["访客"])


def test_it_can_be_closed(town):
    town.warden.call("account_set", lang="zh")
    admin = Browser(town.port)
    admin.sign_in("warden", PASSWORD)
    path = "/admin/boards/guestbook"
    form = admin.get(path).form(path)
    equal((form.fields["start"], form.fields["reply"]), ("visitor", "visitor"))
    page = admin.get("/admin/boards/essays")
    equal([attributes.get("value") for tag, attributes in page.elements if tag == "option"].count("visitor"), 1, "visitors read, and no more")
    page = admin.submit(form, start="citizen", reply="citizen")
    equal(page.status, 200)
    expect(NEW not in town.guest.get("/b/guestbook").links, "the way is still there")
    expect(f"{town.thread}/leave" not in town.guest.get(town.thread).links, "the way is still there")
    equal(town.guest.get(NEW, follow=False).headers["location"], "/login?to=/b/guestbook/new")


def main():
    tap = Tap()
    with Server() as server:
        town = Town(server)
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                tap.run(name.removeprefix("test_").replace("_", " "), test, town)
    tap.end()


main()
