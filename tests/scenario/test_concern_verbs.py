#!/usr/bin/python3
"""What people raise, from the terminal: moderators mark it, a digest gathers it, and figures say how moderation fares."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from forum import Forum
from tap import Tap, equal, expect


class Story:
    def __init__(self, forum):
        self.forum = forum
        self.admin = forum.person("wang", invite=forum.invitation)
        self.li, self.mei, self.judge = forum.person("li"), forum.person("mei"), forum.person("judge")
        for handle, role in (("li", "member"), ("mei", "member"), ("judge", "moderator")):
            self.admin.json("admin", "role", "grant", handle, role)

    def a_moderator_marks_what_was_said(self):
        posted = self.li.json("post", "suggestions", "--title", "村干部", "-", stdin="年轻干部留不住")[0]
        self.thread, self.post = posted["thread"], posted["post"]
        self.answer = self.mei.reply(self.thread, "我们村也是")["post"]
        equal(self.mei.error("concern", self.post, "cadre")["name"], "forbidden")
        self.judge.run("concern", self.post, "roads", status=2)
        self.judge.run("concern", self.post, status=2)
        self.judge.run("concern", "x", "cadre", status=2)
        self.judge.json("concern", self.post, "talent")
        self.judge.json("concern", self.post, "cadre", "--words", "后备干部")
        shown = self.judge.run("--lang", "zh", "concern", self.answer, "organization")[0].decode()
        expect("组织工作" in shown, shown)
        equal([(each["post"], each["kind"]) for each in self.judge.json("concerns")], [(self.answer, "organization"), (self.post, "cadre")])
        equal([each["words"] for each in self.judge.json("concerns", "cadre", "--period", "month")], ["后备干部"])
        equal(self.judge.json("concerns", "--from", "2020-01-01"), [])
        equal(self.judge.error("concerns", "--from", "2020-02-30")["field"], "from")
        equal(self.mei.error("concerns")["name"], "forbidden")

    def the_digest_gathers_it(self):
        digest = self.judge.json("digest")[0]
        equal([(each["post"], each["replies"], each["participants"]) for each in digest["concerns"]], [(self.post, 1, 1), (self.answer, 1, 1)])
        equal([each.get("posts", 0) for each in digest["sums"]], [1, 1, 0])
        shown = self.judge.run("--lang", "zh", "digest", "--period", "quarter")[0].decode()
        for words in ("热点难点", "干部工作: 1 篇", "村干部", "年轻干部留不住", "后备干部", "回复 1，1 人参与", "建言献策"):
            expect(words in shown, f"{words} is not in\n{shown}")
        expect("@" not in shown, "who said it, and who marked it, is not passed on")
        equal(self.judge.json("digest", "--from", "2020-01-01")[0].get("concerns"), None)
        equal(self.judge.error("digest", "--period", "all")["field"], "period")
        self.judge.run("digest", "--period", "year", status=2)
        equal(self.mei.error("digest")["name"], "forbidden")

    def what_is_taken_away_is_in_it_no_more(self):
        self.judge.json("decide", self.answer, "hide", "--post", "--reason", "abuse")
        equal([each["post"] for each in self.judge.json("digest")[0]["concerns"]], [self.post])
        self.judge.json("decide", self.answer, "restore", "--post")
        equal(len(self.judge.json("digest")[0]["concerns"]), 2)
        self.judge.json("concern", self.answer, "--off")
        equal(self.judge.error("concern", self.answer, "--off")["field"], "kind")
        equal([each["post"] for each in self.judge.json("digest")[0]["concerns"]], [self.post])

    def figures_are_for_those_responsible(self):
        own = self.judge.json("figures")[0]
        equal((own["handle"], own["decided"], own["appealable"], own.get("waited")), ("judge", 2, 1, None))
        equal(self.mei.error("figures")["name"], "not_found")
        equal(self.judge.error("figures", "boards")["name"], "not_found")
        equal(self.judge.error("figures", "--days", "400")["field"], "days")
        self.judge.run("figures", "weather", status=2)
        equal([each["handle"] for each in self.admin.json("figures", "moderators")], ["judge"])
        self.mei.json("flag", self.post, "--reason", "spam")
        boards = {each.get("board_slug"): each for each in self.admin.json("figures", "boards")}
        equal((boards["suggestions"]["waiting"], boards["suggestions"]["decided"]), (1, 2))
        expect(None in boards, "the site's own row")
        shown = self.admin.run("--lang", "zh", "figures", "boards")[0].decode()
        expect("等待 1" in shown and "最早的已等" in shown and "暂时隐藏 1" in shown, shown)


def main():
    tap = Tap()
    with Forum(options=["--rate-limits", "off"]) as forum:
        story = Story(forum)
        for name in list(vars(Story)):
            if not name.startswith("_"):
                tap.run(name.replace("_", " "), getattr(story, name))
    tap.end()


main()
