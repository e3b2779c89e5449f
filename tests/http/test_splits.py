#!/usr/bin/python3
"""Splitting and merging threads on the web, without JavaScript: choosing, looking, deciding; and what everybody else sees of it."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from browser import Browser
from server import PASSWORD, Server
from tap import Tap, equal, expect


class Town:
    """A thread of six floors, its author, a moderator, and a visitor."""

    def __init__(self, server):
        self.port = server.address[1]
        self.mei_wire = self.person(server, "mei", "member")
        self.person(server, "judge", "moderator").close()
        self.thread = self.mei_wire.call("post", board="essays", title="春游去哪里", body="大家说说")["thread"]
        self.posts = [self.mei_wire.call("reply", thread=self.thread, body=body, to=to)["post"]
                      for body, to in (("香山", 0), ("食堂的菜**太咸**", 0), ("同意", 3), ("植物园", 1), ("换个师傅", 3))]
        self.other = self.mei_wire.call("post", board="essays", title="食堂意见", body="饭菜")["thread"]
        self.mei, self.judge = self.signed_in("mei"), self.signed_in("judge")
        self.visitor = Browser(self.port)

    @staticmethod
    def person(server, handle, role):
        person = server.account(handle, role)
        person.call("account_set", lang="zh")
        return person

    def signed_in(self, handle):
        browser = Browser(self.port)
        browser.sign_in(handle, PASSWORD)
        return browser

    @property
    def path(self):
        return f"/t/{self.thread}"


def boxes(page):
    return [attributes["value"] for tag, attributes in page.elements if tag == "input" and attributes.get("name") == "floor"]


def test_only_moderators_are_led_there(town):
    expect(f"{town.path}/split" in town.judge.get(town.path).links, "no way to it")
    expect(f"{town.path}/split" not in town.mei.get(town.path).links, "a way for everybody")
    for what in ("split", "merge"):
        equal(town.mei.get(f"{town.path}/{what}").status, 404)
        equal(town.judge.get(f"/t/987654/{what}").status, 404)
        expect(town.visitor.get(f"{town.path}/{what}").path.startswith("/login"), "a visitor is asked to sign in")


def test_floors_are_chosen(town):
    page = town.judge.get(f"{town.path}/split")
    equal(boxes(page), ["2", "3", "4", "5", "6"])
    expect("还没有选" in town.judge.get(f"{town.path}/split?floors=").text, "nothing was chosen")
    for wrong in ("floors=1", "floors=2-99", "floors=x", "floors=5-3", "floor=0", "floors=2-1000"):
        page = town.judge.get(f"{town.path}/split?{wrong}")
        equal(page.status, 200)
        expect("楼层写得不对" in page.text, (wrong, page.text))
    page = town.judge.get(f"{town.path}/split?floor=3&floor=6&floors=4")
    form = page.form(f"{town.path}/split")
    equal(form.fields["floors"], "3-4,6")
    expect("共 3 楼" in page.text and "食堂的菜" in page.text and "植物园" not in page.text, page.text)
    town.form = form


def test_nothing_is_done_without_a_title_or_where_something_changed(town):
    wrong = town.judge.submit(town.form, title=" ", reason="off_topic")
    equal(wrong.status, 422)
    town.mei_wire.call("edit", post=town.posts[2], revision=1, body="非常同意")
    stale = town.judge.submit(town.form, title="食堂的菜", words="另说")
    equal(stale.status, 409)
    expect("有改动" in stale.text and "非常同意" in stale.text, stale.text)
    town.form = stale.form(f"{town.path}/split")
    equal((town.form.fields["title"], town.form.fields["words"], town.form.fields["floors"]), ("食堂的菜", "另说", "3-4,6"))


def test_a_split_leaves_stubs_that_lead_on(town):
    made = town.judge.submit(town.form, reason="off_topic", tags="生活 食堂")
    expect("已拆成新主题" in made.text and "食堂的菜" in made.text, made.text)
    town.made = made.path
    shown = town.visitor.get(town.path)
    expect("此楼已移至《食堂的菜》1 楼" in shown.text and "非常同意" not in shown.text, shown.text)
    expect(f"{made.path}/1" in shown.links, shown.links)
    equal(town.visitor.get(f"{town.path}/4").path, made.path)
    equal(town.visitor.get(f"/p/{town.posts[1]}").path, made.path)
    there = town.visitor.get(made.path)
    expect("太咸" in there.text and "非常同意" in there.text and "#食堂" in there.text, there.text)
    expect("2" in town.visitor.get("/b/essays").text)
    notices = town.mei.get("/notices")
    expect("您的发言已移至另一主题" in notices.text and "judge" not in notices.text, notices.text)
    decisions = town.mei.get("/decisions")
    expect("拆分主题" in decisions.text and "另说" in decisions.text and "judge" not in decisions.text, decisions.text)
    page = town.judge.get(f"{town.path}/split")
    equal(boxes(page), ["2", "5"])
    equal(town.mei.get(f"{town.path}/reply?to=4").path, f"{made.path}/reply?to=2")


def test_a_merge_is_looked_at_and_leads_on(town):
    page = town.judge.get(f"{town.made}/merge")
    form = page.form(f"{town.made}/merge")
    equal(sorted(form.fields), ["floors", "into"])
    for nowhere in ("987654", "x", town.made.removeprefix("/t/")):
        page = town.judge.get(f"{town.made}/merge?into={nowhere}")
        expect("没有这个主题" in page.text, (nowhere, page.text))
    expect("楼层写得不对" in town.judge.get(f"{town.made}/merge?into={town.other}&floors=1").text)
    page = town.judge.get(f"{town.made}/merge?into=https%3A%2F%2Fforum.example%2Ft%2F{town.other}%3Ffrom%3D51%232")
    expect("共 3 楼" in page.text and "食堂意见" in page.text and "消失" in page.text, page.text)
    form = page.form(f"{town.made}/merge")
    town.mei_wire.call("reply", thread=int(town.made.removeprefix("/t/")), body="还有汤")
    stale = town.judge.submit(form, reason="duplicate")
    equal(stale.status, 409)
    expect("有改动" in stale.text and "共 4 楼" in stale.text, stale.text)
    merged = town.judge.submit(stale.form(f"{town.made}/merge"))
    expect("已合并" in merged.text and "还有汤" in merged.text, merged.text)
    equal(merged.path, f"/t/{town.other}")
    equal(town.visitor.get(town.made).path, f"/t/{town.other}")
    equal(town.visitor.get(f"{town.made}/2").path, f"/t/{town.other}")
    board = town.visitor.get("/b/essays")
    expect("食堂的菜" not in board.text and "食堂意见" in board.text, board.text)
    equal(town.visitor.get(f"{town.path}/3").path, f"/t/{town.other}")


def test_what_is_put_back_stands_where_it_stood(town):
    page = town.judge.get(f"/t/{town.other}/merge?into={town.thread}&floors=2-4")
    expect("消失" not in page.text, page.text)
    town.judge.submit(page.form(f"/t/{town.other}/merge"))
    shown = town.visitor.get(town.path)
    expect("已移至" not in shown.text and "非常同意" in shown.text, shown.text)
    expect("回复 3 楼" in shown.text, shown.text)


def main():
    tap = Tap()
    with Server() as server:
        town = Town(server)
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                tap.run(name.removeprefix("test_").replace("_", " "), test, town)
    tap.end()


main()
