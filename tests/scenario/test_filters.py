#!/usr/bin/python3
"""Filters from an administrator's terminal: files with mistakes, trying one out, putting it in force, and what becomes of what is sent."""
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from forum import Forum
from tap import Tap, equal, expect

RULES = "# 广告\nrule loans hold spam in title,body\n\tword 贷款\nrule phones flag privacy\npattern 1[3-9]\\d{9}\nrule fraud refuse unlawful\nlink fraud.example\n"
BROKEN = (
    ("rule a hold\nword 甲\npattern 微信(abc\n", 3, 15, "正则表达式有误", "the pattern is broken"),
    ("rule a hold\npattern (x+x+)+y\n", 2, 9, "可能耗时过长", "may take too long"),
    ("规则 a\n", 1, 1, "每行应以 rule", "a line begins with rule"),
    ("rule a refuse\nword 甲\n", 1, 14, "写明理由", "wants a reason"),
    ("rule a hold\nrepeat 3 in 90d\n", 2, 8, "不超过 30 天", "30 days at most"),
    ("rule a hold\nlink http://a.example/\n", 2, 6, "应为域名", "wants a host"),
)


class Story:
    def __init__(self, forum, directory):
        self.forum, self.directory = forum, pathlib.Path(directory)
        self.admin = forum.person("wang", invite=forum.invitation)
        self.mei, self.judge = forum.person("mei"), forum.person("judge")
        self.admin.json("admin", "role", "grant", "judge", "moderator")
        self.admin.json("admin", "role", "grant", "mei", "member")

    def file(self, text):
        path = self.directory / "rules"
        path.write_text(text, encoding="utf-8")
        return path

    def the_example_is_what_it_says(self):
        equal(self.admin.json("admin", "filter", "put", "example", ROOT / "etc/filters.example")[0]["rules"], 4)
        self.admin.json("admin", "filter", "remove", "example")
        equal(self.admin.json("admin", "filter", "list"), [])

    def a_broken_file_is_refused_whole_with_line_and_column(self):
        self.admin.json("admin", "filter", "put", "ads", self.file(RULES))
        for text, line, column, zh, en in BROKEN:
            path = self.file(text)
            error = self.admin.error("admin", "filter", "put", "ads", path)
            equal((error["name"], error["field"], error["line"], error["column"]), ("bad_field", "text", line, column))
            for lang, words, place in (("zh", zh, f"第 {line} 行第 {column} 个字"), ("en", en, f"line {line}, column {column}")):
                said = self.admin.run("--lang", lang, "admin", "filter", "test", path, status=1)[1]
                expect(words in said and place in said, said)
        equal(self.admin.error("admin", "filter", "put", "ads", self.file(""))["name"], "bad_field")
        equal(self.admin.json("admin", "filter", "show", "ads")[0]["text"], RULES)
        equal(self.admin.error("admin", "filter", "put", "Ads", self.file(RULES))["field"], "filter")
        equal(self.admin.error("admin", "filter", "show", "none")["name"], "not_found")
        equal(self.judge.error("admin", "filter", "list")["name"], "forbidden")
        self.admin.run("admin", "filter", "put", "ads", self.directory / "absent", status=1)
        self.admin.json("admin", "filter", "remove", "ads")

    def it_is_tried_before_it_is_switched_on(self):
        for body in ("请问 贷 款 怎么办", "电话 １３８ ００１３ ８０００", "天气好"):
            self.mei.post("essays", "题目", body)
        path = self.file(RULES)
        hits = self.admin.json("admin", "filter", "test", path)
        equal([(each["rule"], each["action"]) for each in hits], [("phones", "flag"), ("loans", "hold")])
        equal(self.admin.json("admin", "filter", "list"), [])
        said = self.admin.run("--lang", "zh", "admin", "filter", "test", path, "--days", "1")[0].decode()
        expect("看了 3 个帖子，会命中 2 个" in said and "先审后发" in said, said)
        equal(self.admin.error("admin", "filter", "test", path, "--days", "31")["field"], "days")
        equal(self.admin.error("admin", "filter", "test", "nothing-of-the-kind")["name"], "not_found")

    def it_holds_flags_and_refuses(self):
        self.admin.json("admin", "filter", "put", "ads", self.file(RULES))
        held = self.mei.post("essays", "快来", "貸\u200b款").get("held")
        expect(held, "it waits")
        shown = self.mei.run("--lang", "zh", "held", "show", held)[0].decode()
        expect("loans" not in shown and "ads" not in shown, shown)
        post = self.mei.post("essays", "找我", "13800138000")["post"]
        refused = self.mei.error("post", "essays", "--title", "好", "-", stdin="见 www.FRAUD.example")
        equal((refused["name"], refused["reason"]), ("refused", "unlawful"))
        said = self.mei.run("--lang", "zh", "post", "essays", "--title", "好", "-", stdin="见 fraud点example", status=1)[1]
        expect("违反法律法规" in said and "fraud" not in said, said)
        queue = {each["rule"]: each for each in self.judge.json("queue")}
        equal(sorted(queue), ["ads/loans", "ads/phones"])
        equal(queue["ads/phones"]["post"], post)
        expect("规则 ads/loans" in self.judge.run("--lang", "zh", "queue")[0].decode(), "the rule stands in the queue's line")
        equal([(each["rule"], each["hits"]) for each in self.admin.json("admin", "filter", "list")], [("loans", 1), ("phones", 1), ("fraud", 2)])
        said = self.admin.run("--lang", "zh", "admin", "filter", "list")[0].decode()
        expect("ads/fraud" in said and "命中 2 次" in said, said)
        saved = self.admin.run("admin", "filter", "show", "ads")[0].decode()
        self.admin.json("admin", "filter", "put", "ads", self.file(saved))
        equal([each["hits"] for each in self.admin.json("admin", "filter", "list")], [1, 1, 2])

    def somebody_on_hold_learns_why_and_until_when(self):
        number = self.judge.json("sanction", "mei", "hold", "--hours", "24", "--reason", "spam", "--words", "请勿刷屏")[0]["sanction"]
        equal([(each["kind"], each["words"], each["active"]) for each in self.mei.json("sanctions")], [("hold", "请勿刷屏", True)])
        expect(self.mei.post("essays", "题目", "你好").get("held"), "it waits")
        self.judge.json("sanction", "lift", number)
        expect(self.mei.post("essays", "题目", "又好").get("post"), "it is shown")
        equal(self.forum.visitor().json("modlog"), [])

    def it_outlives_a_restart(self):
        self.forum.restart()
        expect(self.mei.post("essays", "又来", "貸款").get("held"), "it waits")


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as directory, Forum(options=["--rate-limits", "off"]) as forum:
        story = Story(forum, directory)
        for name in list(vars(Story)):
            if not name.startswith("_") and name != "file":
                tap.run(name.replace("_", " "), getattr(story, name))
    tap.end()


main()
