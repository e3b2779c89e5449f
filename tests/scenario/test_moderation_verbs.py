#!/usr/bin/python3
"""Moderation from the terminal: what waits, the queue, claims, decisions, flags, appeals and sanctions, as people and scripts use them."""
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
        self.li, self.mei = forum.person("li"), forum.person("mei")
        self.judge, self.second = forum.person("judge"), forum.person("second")
        for handle, role in (("li", "member"), ("mei", "member"), ("judge", "moderator"), ("second", "moderator")):
            self.admin.json("admin", "role", "grant", handle, role)
        self.admin.json("admin", "board", "set", "essays", "--hold", "on")

    def what_is_sent_waits(self):
        shown = self.li.run("--lang", "zh", "post", "essays", "--title", "学习心得", "-", stdin="第一稿")[0].decode()
        expect("已送审" in shown and "luntan held show" in shown, shown)
        held = self.li.json("held")
        equal([(each["title"], each["cause"], each["decides"]) for each in held], [("学习心得", "board", "moderator")])
        self.held = held[0]["id"]
        equal(self.li.json("held", "show", self.held)[0]["body"], "第一稿")
        equal(self.mei.error("held", "show", self.held)["name"], "not_found")
        equal(self.mei.json("threads", "essays"), [])
        equal(self.mei.error("queue")["name"], "forbidden")
        self.li.run("held", "show", "xyz", status=2)

    def a_moderator_claims_and_the_other_learns_who_has_it(self):
        items = self.judge.json("queue")
        equal([(each["title"], each["author"], each["excerpt"]) for each in items], [("学习心得", "li", "第一稿")])
        self.item = items[0]["item"]
        equal([each["item"] for each in self.judge.json("search", "第一稿")], [self.item])
        expect("等待审核" in self.judge.run("--lang", "zh", "search", "第一稿")[0].decode())
        equal(self.mei.json("search", "第一稿"), [])
        expect("第一稿" in self.judge.run("look", self.item)[0].decode())
        equal(self.judge.json("claim", self.item)[0]["mine"], True)
        equal(self.second.run("--json", "claim", self.item, status=1)[0].count(b'"judge"'), 1)
        equal(self.second.json("queue", "--unclaimed"), [])
        equal(self.second.error("decide", self.item, "approve")["name"], "claimed")

    def a_decision_is_about_what_was_seen(self):
        hash_ = self.judge.json("look", self.item)[0]["hash"]
        equal(self.judge.error("decide", self.item, "return", "--hash", hash_)["field"], "reason")
        equal(self.judge.error("decide", self.item, "approve", "--hash", "00" * 32)["name"], "stale")
        self.judge.run("decide", self.item, "burn", status=2)
        self.judge.json("decide", self.item, "return", "--hash", hash_, "--reason", "unclear", "--words", "请写明时间")
        back = self.li.json("held")[0]
        equal((back["state"], back["reason"], back["words"]), ("returned", "unclear", "请写明时间"))
        expect("judge" not in self.li.run("held")[0].decode() + self.li.run("notices")[0].decode(), "who decided is told")
        self.li.json("held", "withdraw", self.held)
        equal(self.li.json("held", "--open"), [])

    def ten_are_cleared_one_after_the_other(self):
        for number in range(10):
            self.li.run("post", "essays", "--title", f"第{number}篇", "-", stdin=f"正文{number}")
        for item in self.judge.json("queue"):
            self.judge.run("decide", item["item"], "approve")
        equal(len(self.mei.json("threads", "essays")), 10)
        equal(self.judge.json("queue"), [])
        equal(sum(each["kind"] == "approved" for each in self.li.json("notices")), 10)

    def approved_with_edits(self):
        self.li.run("post", "essays", "--title", "有错字的题目", "-", stdin="有错字的话")
        item = self.judge.json("queue")[0]["item"]
        self.judge.run("decide", f"{item},{item + 1}", "approve", "-", stdin="不行", status=2)
        self.judge.run("decide", item, "approve", self.judge.home / "none.md", status=1)
        self.judge.json("decide", item, "approve", "-", "--title", "改好的题目", stdin="改好的话")
        thread = next(each for each in self.mei.json("threads", "essays") if each["title"] == "改好的题目")
        post = self.mei.json("read", thread["id"])[0]
        equal((post["body"], post["moderated"]), ("改好的话", True))

    def several_of_one_author_are_decided_at_once(self):
        for number in range(3):
            self.li.run("post", "essays", "--title", f"同类{number}", "-", stdin=f"同类的话{number}")
        self.mei.run("post", "essays", "--title", "别人的", "-", stdin="别人的话")
        items = [each["item"] for each in self.judge.json("queue", "--author", "li", "--only", "held", "--cause", "board")]
        equal(len(items), 3)
        equal(self.judge.error("queue", "--only", "odd")["field"], "kind")
        listed = ",".join(str(each) for each in items)
        self.judge.run("decide", listed + ",", "approve", status=2)
        self.judge.run("decide", f"{items[0]},{items[0]}", "approve", status=2)
        equal(self.judge.error("decide", listed, "return")["field"], "reason")
        self.second.json("claim", items[1])
        done = self.judge.run("--json", "decide", listed, "return", "--reason", "unclear", "--words", "请补充", status=1)[0].decode()
        equal((done.count('"ok"'), done.count('"claimed"')), (2, 1))
        self.second.json("claim", items[1], "--release")
        shown = self.judge.run("--lang", "zh", "decide", str(items[1]), "remove", "--reason", "spam", "--words", "广告", "--sanction", "warning")[0].decode()
        expect("同类的话1" in shown and "处分" in shown, shown)
        equal([(each["words"], each.get("kind", "warning")) for each in self.li.json("sanctions")], [("广告", "warning")])
        left = self.judge.json("queue")
        equal([each["title"] for each in left], ["别人的"])
        self.judge.json("decide", left[0]["item"], "approve")

    def the_queue_is_followed_as_it_changes(self):
        self.li.run("post", "essays", "--title", "先到", "-", stdin="一")
        with self.judge.follow_queue() as follow:
            first = follow.next()
            equal((first["title"], first.get("claimed_by")), ("先到", None))
            self.li.run("post", "essays", "--title", "后到", "-", stdin="二")
            later = follow.next()
            equal(later["title"], "后到")
            self.second.json("claim", first["item"])
            equal((follow.next().get("claimed_by"), self.second.json("claim", first["item"])[0]["mine"]), ("second", True))
            self.second.json("decide", first["item"], "approve")
            equal(follow.next(), {"item": first["item"], "gone": True})
            self.admin.json("admin", "role", "revoke", "judge", "moderator")
            ended = follow.next()
            while "error" not in ended:
                ended = follow.next()
            expect(ended["error"]["name"] in ("not_found", "forbidden"), ended)
        self.admin.json("admin", "role", "grant", "judge", "moderator")
        equal(self.mei.error("queue", "--follow")["name"], "forbidden")
        with self.second.follow_queue("--board", "essays") as follow:
            equal(follow.next()["item"], later["item"])
            self.second.json("decide", later["item"], "approve")
            equal(follow.next(), {"item": later["item"], "gone": True})
        with self.second.watch("queue") as watch:
            watch.until("live")
            self.li.run("post", "essays", "--title", "再到", "-", stdin="三")
            equal(set(watch.next()), {"event", "seq", "cursor"})
        self.second.json("decide", self.second.json("queue")[0]["item"], "approve")

    def a_flagged_post_is_removed_and_appealed_for(self):
        self.admin.json("admin", "board", "set", "essays", "--hold", "off")
        thread = self.mei.json("threads", "essays")[0]["id"]
        post = self.li.reply(thread, "加微信代办")["post"]
        equal(self.mei.error("flag", post, "--reason", "other")["field"], "words")
        self.mei.json("flag", post, "--reason", "spam")
        equal(self.mei.error("flag", post, "--reason", "spam")["name"], "exists")
        item = self.judge.json("queue")[0]
        equal((item["kind"], item["flags"], item["reason"]), ("flagged", 1, "spam"))
        seen = self.judge.run("--lang", "zh", "look", item["item"])[0].decode()
        expect(f"post:{post}" in seen and "公开发言" in seen and "等待审核" not in seen and "访客" not in seen, seen)
        self.judge.json("decide", item["item"], "remove", "--reason", "spam")
        expect("版主已移除: 广告或刷屏" in self.mei.run("--lang", "zh", "read", thread)[0].decode(), "the rule is told")
        equal(self.mei.json("flags")[0]["outcome"], "remove")
        equal([each.get("state") for each in self.mei.json("read", thread)], [None, "removed"])
        decision = self.li.json("decisions")[0]["id"]
        self.li.json("appeal", decision, "这是给同乡的建议")
        equal(self.judge.json("queue"), [])
        appeal = self.second.json("queue")[0]
        equal(appeal["kind"], "appeal")
        expect("这是给同乡的建议" in self.second.run("look", appeal["item"])[0].decode(), "why, says who appeals")
        self.second.json("decide", appeal["item"], "overturn", "--reason", "other", "--words", "不是广告")
        equal(self.mei.json("read", thread)[1]["body"], "加微信代办")
        self.judge.json("decide", post, "hide", "--post", "--reason", "privacy")
        equal(self.mei.json("read", thread)[1]["state"], "hidden")
        self.judge.json("decide", post, "restore", "--post")

    def a_mute_is_told_and_lifted(self):
        number = self.judge.json("sanction", "li", "mute", "--hours", "24", "--reason", "abuse", "--words", "请文明发言")[0]["sanction"]
        equal(self.li.error("post", "suggestions", "--title", "t", "-", stdin="x")["name"], "muted")
        equal([(each["kind"], each["words"], each["active"]) for each in self.li.json("sanctions")[:1]], [("mute", "请文明发言", True)])
        equal(self.mei.error("sanction", "li", "mute", "--reason", "abuse")["name"], "forbidden")
        self.judge.json("sanction", "lift", number)
        self.li.post("suggestions", "又能说话", "好")
        for verb in ("queue", "held", "flags", "decisions", "sanctions"):
            expect(self.judge.run("--lang", "en", verb)[0] is not None, verb)


def main():
    tap = Tap()
    with Forum(options=["--rate-limits", "off"]) as forum:
        story = Story(forum)
        for name in list(vars(Story)):
            if not name.startswith("_"):
                tap.run(name.replace("_", " "), getattr(story, name))
    tap.end()


main()
