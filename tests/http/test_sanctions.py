#!/usr/bin/python3
"""Sanctions on the web, without JavaScript: moderators impose and lift them, and whom they concern is told everything, everywhere, while they last."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from browser import Browser
from server import PASSWORD, Server
from tap import Tap, equal, expect

NOTE = "您目前受到的处分"


class Town:
    """People with browsers: lan writes, judge moderates the site, local the board essays alone."""

    def __init__(self, server):
        self.server = server
        self.admin = server.account("warden", "administrator")
        for handle, role in (("lan", "member"), ("mei", "member"), ("local", "member"), ("judge", "moderator"), ("second", "moderator")):
            person = server.account(handle, role)
            person.call("account_set", lang="zh")
            person.close()
        self.admin.call("grant", handle="local", role="moderator", board="essays")
        self.port = server.address[1]
        self.lan, self.mei, self.local, self.judge, self.second = (self.signed_in(each) for each in ("lan", "mei", "local", "judge", "second"))
        self.visitor = Browser(self.port)
        page = self.lan.submit(self.lan.get("/b/essays/new").form("/b/essays/new"), "post", title="蜂蜜", body="自家的蜂蜜")
        self.thread = page.path.partition("#")[0]

    def signed_in(self, handle):
        browser = Browser(self.port)
        browser.sign_in(handle, PASSWORD)
        return browser

    def impose(self, browser, handle="lan", **values):
        """Fills in the form on somebody's page; the page that follows."""
        return browser.submit(form_to_impose(browser.get(f"/u/{handle}/sanctions")), **{"kind": "mute", "board": "essays", "term": "2", "unit": "days", "reason": "abuse", **values})

    def lift(self, browser, handle="lan", words=""):
        path = f"/u/{handle}/sanctions"
        return browser.submit(browser.get(path).form(path + "/"), words=words)


def form_to_impose(page):
    return [form for form in page.forms if form.action.startswith("/u/") and form.action.endswith("/sanctions")][0]


def told(page, *more):
    """Whether the page says all that one is owed: what, where, until when, why, in which words, how to appeal."""
    for words in (NOTE, "禁言", "为止", "侮辱或攻击他人", "请文明发言", "前可申诉") + more:
        expect(words in page.text, f"{words} is not on {page.path}: {page.text}")
    expect([link for link in page.links if link.startswith("/decisions/") and link.endswith("/appeal")], f"no way to appeal on {page.path}")
    expect("judge" not in page.text and "local" not in page.text, page.text)


def test_moderators_find_the_way(town):
    path = "/u/lan/sanctions"
    expect(path in town.judge.get("/u/lan").links, "not on the person's page")
    expect(path + "?board=essays" in town.judge.get(town.thread).links, "not on the post")
    expect(path + "?board=essays" in town.local.get(town.thread).links, "not for a board's moderator")
    post = [link for link in town.judge.get(town.thread).links if link.endswith("/moderate")][0]
    expect(path + "?board=essays" in town.judge.get(post).links, "not where one decides")
    for browser in (town.mei, town.lan):
        for page in ("/u/lan", town.thread):
            expect(not [link for link in browser.get(page).links if "/sanctions" in link], "others see it")
    equal(town.mei.get(path).status, 403)
    expect(town.lan.get(path).path.startswith("/decisions"), "one's own are elsewhere")
    expect(town.visitor.get(path).path.startswith("/login"), "a visitor is asked to sign in")
    equal(town.judge.get("/u/nobody-here/sanctions").status, 404)


def test_the_scope_is_the_moderators(town):
    page = town.local.get("/u/lan/sanctions?board=essays")
    expect(("option", {"value": "*"}) not in page.elements, "a board's moderator is offered the site")
    equal(form_to_impose(page).fields["board"], "essays")
    expect([each for each in town.judge.get("/u/lan/sanctions").elements if each[0] == "option" and each[1].get("value") == "*"], "the site is not offered")
    equal(town.impose(town.local, board="*").status, 403)
    equal(town.impose(town.local, board="suggestions").status, 403)
    equal(town.impose(town.local, handle="judge").status, 403)


def test_bad_input_changes_nothing(town):
    for values, words in (
        ({"reason": "none"}, "理由"), ({"reason": "other", "words": ""}, "说明"), ({"term": ""}, "期限应是整数"), ({"term": "-1"}, "期限应是整数"),
        ({"term": "0"}, "期限应是整数"), ({"term": "一"}, "期限应是整数"), ({"term": "99999999999999999"}, "期限应是整数"), ({"term": "4000"}, "期限应是整数"), ({"board": ""}, "请选择范围"),
        ({"board": "nowhere"}, "请选择范围"),
    ):
        page = town.impose(town.judge, **{"words": "写好的话", **values})
        equal(page.status, 404 if "board" in values else 422)
        expect(words in page.text and ("写好的话" in page.body.decode() or "words" in values), (values, page.text))
    expect("没有处分" in town.judge.get("/u/lan/sanctions").text, "something was done")


def test_whoever_is_muted_is_told_everywhere(town):
    form = town.lan.get(town.thread + "/reply").form(town.thread + "/reply")
    done = town.impose(town.judge, words="请文明发言")
    expect("已处分" in done.text and "请文明发言" in done.text and "禁言" in done.text, done.text)
    expect("您受到了处分" in town.lan.get("/notices").text, "no notice")
    for path in ("/", "/b/essays", town.thread, town.thread + "/reply", "/b/essays/new", "/settings"):
        told(town.lan.get(path)) if path not in (town.thread + "/reply", "/b/essays/new") else None
    thread = town.lan.get(town.thread)
    expect("您目前不能在这里发言" in thread.text and thread.text.count("请文明发言") == 2, "no word where the form was")
    for path in (town.thread + "/reply", "/b/essays/new"):
        page = town.lan.get(path)
        equal(page.status, 403)
        for words in ("您目前不能在这里发言", "禁言", "为止", "侮辱或攻击他人", "请文明发言", "前可申诉"):
            expect(page.text.count(words) == 1, (words, page.text))
    refused = town.lan.submit(form, "post", body="我还要说")
    equal(refused.status, 403)
    expect("我还要说" in refused.body.decode(), "what was typed is gone")
    expect("您目前被禁言。范围：" in refused.text and "请文明发言" in refused.text and "处理编号" in refused.text, refused.text)
    expect([link for link in refused.links if link.endswith("/appeal")], "no way to appeal")
    other = town.lan.get("/b/suggestions/new")
    told(other)
    expect("您目前不能在这里发言" not in other.text, "said where it does not hold")
    for browser in (town.mei, town.judge, town.visitor):
        expect(NOTE not in browser.get("/").text, "told to others")
    told(town.signed_in("lan").get("/"))


def test_it_is_appealed_from_and_that_is_said(town):
    appeal = [link for link in town.lan.get("/").links if link.endswith("/appeal")][0]
    town.lan.submit(town.lan.get(appeal).form(appeal), words="没有的事")
    page = town.lan.get("/")
    expect("申诉待处理" in page.text and appeal not in page.links, page.text)
    expect("申诉待处理" in town.second.get("/u/lan/sanctions").text, "moderators do not see that")


def test_it_is_lifted_with_words(town):
    expect("没有处分" in town.local.get("/u/mei/sanctions").text, "another's are shown")
    page = town.lift(town.judge, words="已改正")
    expect("已解除" in page.text and "已改正" in page.text, page.text)
    expect(not [form for form in page.forms if form.action.endswith("/lift")], "it can be lifted again")
    expect(NOTE not in town.lan.get("/").text, "still told")
    expect("已改正" in town.lan.get("/decisions").text, "why is not told")
    town.lan.get(town.thread).form(town.thread + "/reply")


def test_one_of_a_kind_at_a_time(town):
    town.impose(town.local, term="1", unit="hours")
    again = town.impose(town.judge, term="5", unit="days", words="更久")
    equal(again.status, 409)
    expect("请先解除" in again.text and "更久" in again.body.decode(), again.text)
    equal(form_to_impose(again).fields["term"], "5")
    expect("已解除" in town.lift(town.local).text, "not lifted")


def test_a_board_moderator_lifts_nothing_of_the_site(town):
    town.impose(town.judge, board="*", kind="hold", unit="endless", term="")
    page = town.local.get("/u/lan/sanctions")
    expect("发言先审后发" in page.text and "直到解除" in page.text, page.text)
    expect(not [form for form in page.forms if form.action.endswith("/lift")], "offered")
    note = town.lan.get("/").text
    expect("发言先审后发" in note and "直到解除" in note, note)
    town.lan.get(town.thread).form(town.thread + "/reply")  # one may still write
    town.lift(town.judge)


def test_a_warning_has_no_term(town):
    page = town.impose(town.judge, kind="warning", term="3", words="下不为例")
    expect("已处分" in page.text and "下不为例" in page.text, page.text)
    expect(NOTE not in town.lan.get("/").text, "a warning keeps from nothing")
    expect("下不为例" in town.lan.get("/decisions").text, "not told")


def test_a_banned_person_sees_why_and_can_appeal(town):
    done = town.impose(town.judge, board="*", kind="ban", term="1", words="请文明发言")
    expect("已处分" in done.text, done.text)
    home = town.lan.get("/")
    for words in (NOTE, "封禁", "全站", "请文明发言", "前可申诉"):
        expect(words in home.text, home.text)
    drafts = town.lan.get("/drafts")
    equal(drafts.status, 403)
    expect("此账号目前被封禁。范围：全站" in drafts.text and "请文明发言" in drafts.text, drafts.text)
    appeal = [link for link in drafts.links if link.endswith("/appeal")][0]
    equal(town.lan.get(appeal).status, 200)
    expect(NOTE in town.lan.get(town.thread).text, "not told on a thread")
    town.lift(town.judge)
    expect(NOTE not in town.lan.get("/").text, "still told")


def test_from_an_item_of_the_queue(town):
    flag = [link for link in town.mei.get(town.thread).links if link.endswith("/flag")][0]
    town.mei.submit(town.mei.get(flag).form(flag), reason="spam")
    item = town.judge.get("/queue/next")
    expect("/u/lan/sanctions?board=essays" in item.links, item.links)
    page = town.judge.get("/u/lan/sanctions?board=essays")
    expect("警告" in page.text and "下不为例" in page.text and "此前的处理" in page.text, page.text)


def main():
    tap = Tap()
    with Server() as server:
        town = Town(server)
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                tap.run(name[5:].replace("_", " "), test, town)
    tap.end()


main()
