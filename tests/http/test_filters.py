#!/usr/bin/python3
"""Filters on the web, without JavaScript: rules with mistakes, trying them, putting them in force, and what moderators and authors see of a hit."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from browser import Browser
from server import PASSWORD, Server
from tap import Tap, equal, expect

RULES = "rule loans hold spam\nword 贷款\nrule fraud refuse unlawful\nlink fraud.example\n"


class Town:
    def __init__(self, server):
        self.server, self.port = server, server.address[1]
        for handle, role in (("warden", "administrator"), ("judge", "moderator"), ("mei", "member")):
            person = server.account(handle, role)
            person.call("account_set", lang="zh")
            person.close()
        self.warden, self.judge, self.mei = (self.signed_in(handle) for handle in ("warden", "judge", "mei"))

    def signed_in(self, handle):
        browser = Browser(self.port)
        browser.sign_in(handle, PASSWORD)
        return browser

    def send(self, title, body):
        return self.mei.submit(self.mei.get("/b/essays/new").form("/b/essays/new"), "post", title=title, body=body)

    def new(self, do, **values):
        return self.warden.submit(self.warden.get("/admin/filters").form("/admin/filters"), do, **values)


def with_field(page, name):
    """The last form of filters that has this field."""
    return [form for form in page.forms if form.action.startswith("/admin/filters") and name in form.fields][-1]


def test_only_administrators_see_them(town):
    equal(town.judge.get("/admin/filters").status, 403)
    equal(town.mei.get("/admin/filters/ads").status, 403)
    expect(Browser(town.port).get("/admin/filters").path.startswith("/login"), "a visitor is asked to sign in")
    expect("/admin/filters" in town.warden.get("/admin").links, "administration leads there")
    equal(town.warden.get("/admin/filters/none").status, 404)


def test_a_mistake_is_named_with_line_and_column_and_nothing_is_lost(town):
    page = town.new("put", filter="ads", text="rule a hold\nword 甲\npattern 微信(abc")
    equal(page.status, 422)
    expect("第 3 行第 15 个字" in page.text and "正则表达式有误" in page.text, page.text)
    expect("微信(abc" in page.body.decode(), "what was typed is gone")
    page = town.new("put", filter="Ads", text=RULES)
    equal(page.status, 422)
    expect("1 至 32 个小写字母" in page.text, page.text)
    page = town.new("try", filter="ads", text="rule a hold")
    expect("这条规则没有内容" in page.text and "rule a hold" in page.body.decode(), page.text)
    expect("没有启用任何规则" in town.warden.get("/admin/filters").text, "something came into force")


def test_it_is_tried_first(town):
    town.send("题目", "快来贷 款")
    town.send("题目", "没有什么")
    page = town.new("try", filter="ads", text=RULES)
    equal(page.status, 200)
    expect("看了 2 个帖子，会命中 1 个" in page.text and "loans" in page.text and "快来贷 款" in page.text, page.text)
    expect("没有启用任何规则" in town.warden.get("/admin/filters").text, "it came into force by being tried")
    page = town.warden.submit(with_field(page, "text"), "put")
    equal(page.path, "/admin/filters")
    expect("过滤器已启用" in page.text and "loans" in page.text and "命中 0 次" in page.text, page.text)


def test_a_trial_goes_on(town):
    thread = int(town.send("长长的主题", "第一楼").path.split("/")[2])
    lan = town.server.account("lan", "member")
    for number in range(60):
        lan.call("reply", thread=thread, body=f"借钱 {number}")
    lan.close()
    page = town.new("try", filter="more", text="rule r flag\nword 借钱")
    expect("会命中 50 个" in page.text, page.text)
    page = town.warden.submit(with_field(page, "after"), "try")
    expect("会命中 10 个" in page.text and "借钱 0" in page.text, page.text)


def test_what_hits_waits_or_is_refused(town):
    page = town.send("好消息", "貸\u200b款")
    expect(page.path.startswith("/held/") and "loans" not in page.text and "内容需要版主看过" in page.text, page.text)
    page = town.send("好消息", "见 www.FRAUD.example")
    equal(page.status, 422)
    expect("违反法律法规" in page.text and "FRAUD" in page.body.decode(), page.text)
    queue = town.judge.get("/queue")
    expect("规则 ads/loans" in queue.text, queue.text)
    item = next(link for link in queue.links if link.startswith("/queue/") and link.rpartition("/")[2].isdigit())
    expect("规则 ads/loans" in town.judge.get(item).text, "the item names the rule")
    expect("命中 1 次" in town.warden.get("/admin/filters").text, "hits are counted")


def test_it_is_changed_and_taken_away(town):
    form = town.warden.get("/admin/filters/ads").form("/admin/filters/ads")
    page = town.warden.submit(form, "put", text="rule loans hold\npattern (x+x+)+y")
    equal(page.status, 422)
    expect("第 2 行第 9 个字" in page.text and "(x+x+)+y" in page.body.decode(), page.text)
    page = town.warden.submit(town.warden.get("/admin/filters/ads").form("/admin/filters/ads"), "put", text="rule loans flag\nword 甲乙")
    expect("提请版主查看" in page.text, page.text)
    page = town.warden.submit(town.warden.get("/admin/filters/ads").form("/admin/filters/ads/remove"))
    expect("确定吗" in page.text and "/admin/filters/ads" in page.links, page.text)
    page = town.warden.submit(page.form("/admin/filters/ads/remove"))
    expect("过滤器已停用" in page.text and "没有启用任何规则" in page.text, page.text)


def main():
    tap = Tap()
    with Server() as server:
        town = Town(server)
        for name, function in list(globals().items()):
            if name.startswith("test_"):
                tap.run(name[5:].replace("_", " "), function, town)
    tap.end()


main()
