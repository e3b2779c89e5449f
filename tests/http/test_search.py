#!/usr/bin/python3
"""Searching, by the protocol and on the web: what is found, what is not, who finds it, and what bad questions get."""
import pathlib
import random
import sys
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from browser import Browser
from server import Server
from tap import Tap, equal, expect

ONE = "关于流动党员在外省的组织关系接转。没有介绍信怎么办？请看文件 GB2312，或问 Zhang Wei。"
TWO = "流动党员有组织。"
THREE = "組織關係已經轉到深圳，謝謝版主。Ｔｒａｎｓｆｅｒ letters and communication."


class Town:
    def __init__(self, server):
        self.server = server
        self.author = server.account("li-hua", "member")
        self.other = server.account("wang", "member")
        self.admin = server.account("chen", "administrator")
        self.visitor = server.visitor()
        self.reader = Browser(server.address[1])
        self.admin.call("board_create", {"slug": "inner", "name": "内部", "read": "member", "start": "member", "reply": "member"})
        self.one = self.author.call("post", board="essays", title="接转问题", body=ONE, tags=["党建", "外 省"])
        self.two = self.author.call("post", board="research", title="别的", body=TWO)
        self.three = self.other.call("reply", thread=self.one["thread"], body=THREE)
        self.secret = self.author.call("post", board="inner", title="内部", body="流动党员的秘密名单")
        self.names = {self.one["post"]: "one", self.two["post"]: "two", self.three["post"]: "three", self.secret["post"]: "secret"}

    def find(self, query, who=None, **more):
        """Names of what is found, in order."""
        reply = (who or self.visitor).call("search", {"query": query, "by_date": True, **more})
        return [self.names.get(hit["post"], hit["post"]) for hit in reply.get("hits", [])]

    def page(self, query, **more):
        return self.reader.get("/search?" + urllib.parse.urlencode({"q": query, **more}), follow=False)


def test_every_word_must_be_there(town):
    for query, wanted in (("流动党员", ["two", "one"]), ("流动党员 没有", ["one"]), ("党", ["two", "one"]), ("接转", ["one"]), ("组织关系", ["three", "one"]),
                          ("組織關係", ["three", "one"]), ("动员", []), ("流员", []), ("gb2312", ["one"]), ("ＧＢ２３１２", ["one"]), ("GB231", []),
                          ("gb231*", ["one"]), ("transfer", ["three"]), ("commun*", ["three"]), ("communicat", []), ("zhang wei", ["one"]),
                          ("流动　组织", ["two", "one"]), ("接转问题", ["one"]), ("有组织", ["two"])):
        equal(town.find(query), wanted, query)


def test_operators(town):
    for query, wanted in (('"流动党员在外省"', ["one"]), ('"党员流动"', []), ("“组织关系接转”", ["one"]), ("「有组织」", ["two"]), ('"zhang wei"', ["one"]),
                          ('"wei zhang"', []), ("组织 -关系", ["two"]), ("组织 -\"关系接转\"", ["three", "two"]), ("author:wang", ["three"]),
                          ("author:@wang 组织", ["three"]), ("author:li-hua 组织", ["two", "one"]), ("board:research 组织", ["two"]), ("tag:党建", ["three", "one"]),
                          ('tag:"外 省" 接转', ["one"]), ("title:接转", ["one"]), ("title:流动", []), ("after:2020 流动", ["two", "one"]), ("before:2020-01 流动", []),
                          ("board:research", ["two"]), ("board:essays -author:li-hua -title:长文", ["three"]),
                          ("before：2020-01-01 流动", []), ("after:2999-12-31 流动", []), ("title:接转 -没有", [])):
        equal(town.find(query), wanted, query)


def test_only_what_the_asker_may_read_is_found(town):
    equal(town.find("秘密"), [])
    equal(town.find("秘密", town.author), ["secret"])
    equal(town.find("流动党员", town.author), ["secret", "two", "one"])
    equal(town.visitor.refusal("search", {"query": "board:inner 流动"})["name"], "not_found")
    town.admin.call("board_set", {"board": "inner", "read": "visitor"})
    equal(town.find("秘密"), ["secret"])
    town.admin.call("board_set", {"board": "inner", "read": "member"})
    equal(town.find("秘密"), [])
    expect("秘密" not in town.page("秘密名单").body.decode().split("</form>")[-1], "shown")


def test_edited_and_deleted_texts_are_not_found(town):
    posted = town.author.call("post", board="essays", title="旧题目", body="斑马在草原")
    town.names[posted["post"]] = "zebra"
    equal(town.find("斑马"), ["zebra"])
    equal(town.find("旧题目"), ["zebra"])
    town.author.call("edit", post=posted["post"], revision=1, title="新题目", body="长颈鹿")
    equal([town.find(query) for query in ("斑马", "旧题目", "长颈鹿", "新题目")], [[], [], ["zebra"], ["zebra"]])
    town.author.call("delete", post=posted["post"])
    equal([town.find(query) for query in ("长颈鹿", "新题目")], [[], []])


def test_excerpts_show_where_it_matches(town):
    hit = town.visitor.call("search", {"query": "接转"})["hits"][0]
    text, marks = hit["excerpt"].encode(), hit["marks"]
    equal([text[begin:end].decode() for begin, end in zip(marks[::2], marks[1::2])], ["接转"])
    long = "开头。" + "无关的话。" * 400 + "这里有独角兽出没！" + "后面的话。" * 400
    town.author.call("post", board="essays", title="长文", body=long + "\x07\n\t" + "e\u0301" * 50)
    hit = town.visitor.call("search", {"query": "独角兽"})["hits"][0]
    expect("独角兽" in hit["excerpt"] and len(hit["excerpt"]) <= 240, hit["excerpt"])
    expect(hit["excerpt"].startswith("…") and hit["excerpt"].endswith("…"), hit["excerpt"])
    expect(not any(each < " " for each in hit["excerpt"]), "a control character")


def test_pages_show_every_hit_once(town):
    noise = random.Random(7)
    made = {town.author.call("post", board="suggestions", title=f"人才{number}", body="凤凰 " * noise.randint(1, 9) + "甲" * noise.randint(0, 400))["post"]
            for number in range(130)}
    for by_date in (True, False):
        seen, after = [], {}
        for _ in range(20):
            reply = town.visitor.call("search", {"query": "凤凰", "by_date": by_date, "count": 20, **after})
            seen += [hit["post"] for hit in reply.get("hits", [])]
            if "next" not in reply:
                break
            after = {"after": reply["next"]}
        equal((len(seen), set(seen)), (130, made), f"by date: {by_date}")
        if by_date:
            equal(seen, sorted(seen, reverse=True))


def test_bad_questions_get_clear_answers(town):
    for query in ("", " ", '"流动', "！？。", "-流动", "- - -", "-" * 200, "after:昨天 流动", "author:", "tag:", "党员\"", "after:2026-02-31 流动", "author:wang author:wang"):
        equal(town.visitor.refusal("search", {"query": query})["name"], "bad_field", query)
    equal(town.visitor.refusal("search", {"query": "-" * 10000})["name"], "too_long")
    equal(town.visitor.refusal("search", {"query": " ".join("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午")})["name"], "too_many")
    equal(town.visitor.refusal("search", {"query": "author:nobody 党"})["field"], "author")
    for broken in (b"\x00", b"\x01\x02\x03\x04\x05", b"\x01\x00\x00\x00", b"\xff" * 64):
        equal(town.visitor.refusal("search", {"query": "党", "by_date": True, "after": broken})["field"], "after")
    reply = town.visitor.call("search", {"query": "党", "count": 1})
    equal(town.visitor.refusal("search", {"query": "党", "by_date": True, "after": reply["next"]})["field"], "after")


def test_the_web_page_finds_and_marks(town):
    page = town.page("接转")
    equal(page.status, 200)
    expect("<mark>接转</mark>" in page.body.decode() and f"/p/{town.one['post']}" in page.links, "not marked")
    equal(page.forms[-1].fields["q"], "接转")
    for query, status in (('"', 422), ("-党", 422), ("author:nobody 党", 404), ("-" * 300, 422)):
        page = town.page(query)
        equal(page.status, status, query[:20])
        expect('aria-invalid="true"' in page.body.decode() and 'class="error"' in page.body.decode(), query[:20])
    equal(town.page("接转", after="zzz").status, 422)
    expect("没有找到" in town.page("麒麟").text, "nothing is said")
    equal(town.page("").status, 200)
    expect("/search?q=tag%3A" in town.reader.get("/tag/" + urllib.parse.quote("党建"), follow=False).headers["location"], "not to the search")


def test_nothing_typed_becomes_html(town):
    attack = '<script>alert(1)</script>"\'><img src=x>'
    town.author.call("post", board="essays", title=attack, body=attack + " 麒麟")
    for query in (attack, "麒麟", "title:script"):
        body = town.page(query).body.decode()
        expect("<script>alert" not in body and "<img src=x" not in body, query)


def test_the_index_is_built_anew_while_serving(town):
    town.admin.call("reindex")
    for _ in range(600):
        state = town.admin.call("index_state")
        if not state.get("building"):
            break
        time.sleep(0.05)
    expect(not state.get("building") and state["built"], str(state))
    equal(town.find("流动党员 没有"), ["one"])
    expect(state["posts"] == state["indexed"], str(state))
    town.author.call("edit", post=town.two["post"], revision=1, body="改成别的话")
    equal(town.find("有组织"), [])


def main():
    tap = Tap()
    with Server() as server:
        town = Town(server)
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                tap.run(name[5:].replace("_", " "), test, town)
    tap.end()


main()
