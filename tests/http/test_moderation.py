#!/usr/bin/python3
"""Moderation on the web, without JavaScript: what waits, the queue, flags, decisions, tombstones; and what nobody else may see of it."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from browser import Browser
from server import PASSWORD, Server
from tap import Tap, equal, expect


class Town:
    """A server whose essays wait for a moderator, and people with browsers."""

    def __init__(self, server):
        self.server = server
        self.admin = server.account("warden", "administrator")
        for handle, role in (("mei", "member"), ("lan", "member"), ("judge", "moderator"), ("second", "moderator")):
            person = server.account(handle, role)
            person.call("account_set", lang="zh")
            person.close()
        self.port = server.address[1]
        self.mei, self.lan, self.judge, self.second = (self.signed_in(handle) for handle in ("mei", "lan", "judge", "second"))
        self.visitor = Browser(self.port)
        self.hold("on")

    def signed_in(self, handle):
        browser = Browser(self.port)
        browser.sign_in(handle, PASSWORD)
        return browser

    def hold(self, change):
        self.admin.call("board_set", board="essays", hold=change)

    def send(self, title, body):
        """Mei sends an essay that waits; the page that she is shown."""
        return self.mei.submit(self.mei.get("/b/essays/new").form("/b/essays/new"), "post", title=title, body=body)

    def decide(self, browser, page, act, **values):
        return browser.submit(page.form(page.path), act, **values)


def links(page, begin):
    return [link for link in page.links if link.startswith(begin)]


def test_what_is_sent_waits_and_its_author_sees_that(town):
    page = town.send("等待的题目", "还没有人看过的**话**。")
    expect(page.path.startswith("/held/"), page.path)
    expect("等待审核" in page.text and "版主" in page.text, page.text)
    town.path = page.path
    listed = town.mei.get("/held")
    expect("等待的题目" in listed.text and town.path in listed.links, listed.text)
    for browser in (town.visitor, town.lan):
        expect("等待的题目" not in browser.get("/b/essays").text, "the board shows it")
        expect("等待的题目" not in browser.get("/search?q=%E7%AD%89%E5%BE%85").text, "found")
    equal(town.lan.get(town.path).status, 404)
    equal(town.lan.get("/queue").status, 403)
    expect(town.visitor.get(town.path).path.startswith("/login"), "a visitor is asked to sign in")


def test_its_author_changes_it(town):
    form = town.mei.get(town.path).form(town.path)
    saved = town.mei.submit(form, title="改过的题目", body="改过的**话**。")
    expect("改过的题目" in saved.text, saved.text)
    stale = town.mei.submit(form, title="又一个题目", body="两处同时改。")
    equal(stale.status, 409)
    expect("两处同时改" in stale.body.decode(), "what was typed is gone")


def test_a_moderator_claims_looks_and_returns(town):
    listed = town.judge.get("/queue")
    town.item = next(link for link in links(listed, "/queue/") if link.rpartition("/")[2].isdigit())
    page = town.judge.get(town.item)
    expect("改过的" in page.text and "<strong>话</strong>" in page.body.decode(), page.text)
    claimed = town.judge.submit(page.form(town.item + "/claim"))
    expect("由您处理，保留到" in claimed.text, claimed.text)
    expect("由您处理，保留到" in town.judge.submit(claimed.form(town.item + "/claim")).text, "it is not renewed")
    expect("~q" in claimed.body.decode() and "/queue.js" in claimed.body.decode(), "it does not follow the queue")
    other = town.second.get(town.item)
    expect("judge 正在处理，到" in other.text and not [form for form in other.forms if form.action.endswith("/claim")], other.text)
    equal(town.decide(town.second, other, "approve").status, 409)
    unsaid = town.decide(town.judge, claimed, "return")
    equal(unsaid.status, 422)
    returned = town.decide(town.judge, town.judge.get(town.item), "return", reason="unclear", words="请写明时间")
    expect("已处理" in returned.text, returned.text)
    mine = town.mei.get(town.path)
    expect("请写明时间" in mine.text and "judge" not in mine.text, mine.text)
    expect("被退回" in town.mei.get("/notices").text, "no notice")


def test_it_is_mended_and_let_through(town):
    form = town.mei.get(town.path).form(town.path)
    town.mei.submit(form, title="改过的题目", body="写明时间的话。")
    page = town.judge.get("/queue/next")
    stale = page.form(page.path)
    town.mei.submit(town.mei.get(town.path).form(town.path), title="改过的题目", body="又改了一个字的话。")
    again = town.judge.submit(stale, "approve")
    equal(again.status, 409)
    expect("又改了一个字" in again.text and "有改动" in again.text, again.text)
    done = town.decide(town.judge, again, "approve")
    expect("已处理" in done.text, done.text)
    board = town.visitor.get("/b/essays")
    expect("改过的题目" in board.text, board.text)
    town.thread = links(board, "/t/")[0]
    expect("又改了一个字的话" in town.visitor.get(town.thread).text, "not there")
    expect(links(town.mei.get(town.path), "/p/"), "no way to the post")


def test_an_edit_waits_and_the_queue_shows_what_it_changes(town):
    post = links(town.mei.get(town.path), "/p/")[0]
    form = town.mei.get(post + "/edit").form(post + "/edit")
    page = town.mei.submit(form, "post", body="又改了两个字的话。")
    expect(page.path.startswith("/held/"), page.path)
    expect("一个字" in town.visitor.get(town.thread).text, "the new text is shown")
    item = town.judge.get("/queue/next")
    expect("<ins" in item.body.decode() and "<del" in item.body.decode(), item.text)
    town.decide(town.judge, item, "approve", body="又改了两个字的话(校)。")
    shown = town.visitor.get(town.thread)
    expect("(校)" in shown.text, shown.text)


def test_what_is_taken_back_is_in_no_queue(town):
    page = town.send("要撤回的", "话")
    town.mei.submit(page.form(page.path + "/withdraw"))
    expect("要撤回的" not in town.judge.get("/queue").text, "still in the queue")
    expect("作者已撤回" in town.mei.get(page.path).text, "not said")


def test_a_flag_is_one_item_and_the_flagger_hears_the_outcome(town):
    town.hold("off")
    answer = town.mei.submit(town.mei.get(town.thread + "/reply").form(town.thread + "/reply"), "post", body="便宜出售")
    shown = town.lan.get(town.thread)
    flag = [link for link in shown.links if link.endswith("/flag")][-1]
    expect(flag not in town.mei.get(town.thread).links, "one may flag oneself")
    expect(not [link for link in town.visitor.get(town.thread).links if link.endswith("/flag")], "a visitor may flag")
    wrong = town.lan.submit(town.lan.get(flag).form(flag), reason="other")
    equal(wrong.status, 422)
    done = town.lan.submit(town.lan.get(flag).form(flag), reason="spam", words="是广告")
    expect("已举报" in done.text, done.text)
    equal(town.lan.submit(town.lan.get(flag).form(flag), reason="spam").status, 409)
    item = town.judge.get("/queue/next")
    expect("是广告" in item.text and "便宜出售" in item.text and "lan" not in item.text, item.text)
    town.decide(town.judge, item, "remove", reason="spam", words="请勿发广告")
    gone = town.visitor.get(town.thread)
    expect("便宜出售" not in gone.text and "版主移除了这层楼" in gone.text and "广告" in gone.text, gone.text)
    expect("您的举报已有结果" in town.lan.get("/notices").text, "no notice")
    expect("您的发言被移除" in town.mei.get("/notices").text, "no notice")
    town.post = flag.removesuffix("/flag")
    expect(answer.status == 200, answer.status)


def test_a_moderator_brings_a_post_back(town):
    path = town.post + "/moderate"
    equal(town.lan.get(path).status, 403)
    expect(path in town.judge.get(town.thread).links, "no way there")
    town.judge.submit(town.judge.get(path).form(path), "restore")
    expect("便宜出售" in town.visitor.get(town.thread).text, "not back")


def test_an_opening_post_takes_its_thread_along(town):
    number = town.thread.rpartition("/")[2]
    post = [link.removesuffix("/moderate") for link in town.judge.get(town.thread).links if link.endswith("/moderate")][0]
    town.judge.submit(town.judge.get(post + "/moderate").form(post + "/moderate"), "remove", reason="off_topic")
    gone = town.visitor.get(town.thread)
    equal(gone.status, 410)
    expect(town.thread not in town.visitor.get("/b/essays").links, "still listed")
    bin_ = town.judge.get("/b/bin")
    expect(f"/t/{number}" in bin_.links, bin_.links)
    equal(town.lan.get("/b/bin").status, 404)
    town.judge.submit(town.judge.get(post + "/moderate").form(post + "/moderate"), "restore")
    equal(town.visitor.get(town.thread).status, 200)
    expect(town.thread in town.visitor.get("/b/essays").links, "not listed again")


def test_a_decision_is_told_and_appealed_from_to_somebody_else(town):
    path = town.post + "/moderate"
    town.judge.submit(town.judge.get(path).form(path), "remove", reason="spam", words="请勿发广告")
    listed = town.mei.get("/decisions")
    expect("请勿发广告" in listed.text and "judge" not in listed.text, listed.text)
    appeal = [link for link in listed.links if link.endswith("/appeal")][0]
    equal(town.lan.get(appeal).status, 404)
    equal(town.mei.submit(town.mei.get(appeal).form(appeal), words="").status, 422)
    done = town.mei.submit(town.mei.get(appeal).form(appeal), words="这是自家的蜂蜜，写在求购帖里。")
    expect("申诉待处理" in done.text, done.text)
    equal(town.mei.submit(town.mei.get(appeal).form(appeal), words="再说一次").status, 409)
    expect("自家的蜂蜜" not in town.judge.get("/queue").text, "the first decider is shown it")
    item = town.second.get("/queue/next")
    expect("自家的蜂蜜" in item.text, item.text)
    town.decide(town.second, item, "overturn", reason="other", words="不是广告")
    expect("便宜出售" in town.visitor.get(town.thread).text, "not back")
    expect("已撤销" in town.mei.get("/decisions").text, "not told")


def test_whoever_is_muted_is_told_why_and_until_when(town):
    form = town.lan.get(town.thread + "/reply").form(town.thread + "/reply")
    judge = town.server.account("judge")
    judge.call("sanction", handle="lan", kind="mute", hours=24, reason="abuse", words="请文明发言")
    refused = town.lan.submit(form, "post", body="我还要说")
    equal(refused.status, 403)
    expect("禁言" in refused.text and "我还要说" in refused.body.decode(), refused.text)
    listed = town.lan.get("/decisions")
    expect("请文明发言" in listed.text and "为止" in listed.text, listed.text)


def test_several_of_one_author_are_decided_together(town):
    town.hold("on")
    for number in range(3):
        town.send(f"成批{number}", f"成批的话{number}")
    items = [link for link in town.judge.get("/queue").links if link.startswith("/queue/") and link[7:].isdigit()]
    together = next(link for link in town.judge.get(items[-1]).links if link.startswith("/queue/together") and "mei" in link)
    page = town.judge.get(together)
    expect(all(f"成批的话{number}" in page.text for number in range(3)), page.text)
    form = page.form("/queue/together")
    boxes = [attributes["value"] for tag, attributes in page.elements if tag == "input" and attributes.get("name") == "item"]
    equal(len(boxes), 3)
    page = town.judge.submit(form, "return", item=boxes[0])
    expect("理由" in page.text and page.status == 422, page.text)
    equal([attributes["value"] for tag, attributes in page.elements if tag == "input" and attributes.get("name") == "item" and "checked" in attributes],
          boxes[:1])
    page = town.judge.submit(page.form("/queue/together"), "return", item=boxes[0], reason="unclear", words="请补充")
    equal(page.path, "/queue")
    expect("已处理" in page.text, page.text)
    page = town.judge.get(together)
    expect("成批的话0" not in page.text and "成批的话2" in page.text, page.text)
    page = town.judge.submit(page.form("/queue/together"), "approve", item=boxes[1][:-4] + "AAAA")
    expect("没有处理" in page.text and "成批的话1" in page.text, page.text)
    equal(town.judge.get("/queue/together?author=nobody").status, 404)
    equal(town.judge.get("/queue/together").status, 404)
    equal(town.lan.get(together).status, 403)


def test_a_sanction_comes_with_a_decision(town):
    town.send("再发广告", "再加微信")
    item = [link for link in town.judge.get("/queue").links if link.startswith("/queue/") and link[7:].isdigit()][-1]
    page = town.judge.get(item)
    expect("同时处分作者" in page.text, page.text)
    page = town.decide(town.judge, page, "remove", reason="spam", words="请勿再发", sanction="mute", hours="很久")
    equal(page.status, 422)
    page = town.decide(town.judge, page, "remove", reason="spam", words="请勿再发", sanction="warning", hours="")
    equal(page.status, 200)
    expect("警告" in town.mei.get("/decisions").text, town.mei.get("/decisions").text)


def test_forms_of_others_are_refused(town):
    town.hold("on")
    page = town.send("别人的", "话")
    form = town.mei.get(page.path).form(page.path)
    equal(town.lan.submit(form, body="偷改").status in (403, 404, 409), True)
    expect("偷改" not in town.mei.get(page.path).body.decode(), "changed by another")
    for path in ("/queue/999999", "/held/AAAA", "/p/999999/flag", "/p/999999/moderate"):
        equal(town.judge.get(path).status, 404)


def main():
    tap = Tap()
    with Server() as server:
        town = Town(server)
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                tap.run(name[5:].replace("_", " "), test, town)
    tap.end()


main()
