#!/usr/bin/python3
"""Splitting and merging threads from the terminal, as moderators do it and as everybody else sees it."""
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
        self.thread = self.li.post("essays", "春游去哪里", "大家说说")["thread"]
        self.posts = [self.mei.reply(self.thread, text)["post"] for text in ("香山", "食堂的菜太咸", "同意，太咸", "植物园", "换个师傅")]

    def floors_are_read_as_people_write_them(self):
        for bad in ("x", "3-", "-3", "3,", ",3", "3;4", "3--4"):
            self.judge.run("thread", "look", self.thread, "--floors", bad, status=2)
        equal(self.judge.error("thread", "look", self.thread, "--floors", "1-2")["field"], "floors")
        equal(self.judge.error("thread", "look", self.thread, "--floors", "3-99")["field"], "floors")
        equal(self.mei.error("thread", "look", self.thread, "--floors", "3")["name"], "not_found")
        equal(self.judge.json("thread", "look", self.thread, "--floors", "3-4,6")[0]["posts"], 3)
        self.judge.run("thread", "split", self.thread, "--floors", "3", status=2)
        self.judge.run("thread", "split", self.thread, "--title", "食堂", status=2)

    def a_split_is_about_what_was_looked_at(self):
        looked = self.judge.json("thread", "look", self.thread, "--floors", "3-4,6")[0]["hash"]
        self.mei.run("edit", self.posts[1], "-", stdin="食堂的菜太咸了")
        split = ("thread", "split", self.thread, "--floors", "3-4,6", "--title", "食堂", "--reason", "off_topic", "--words", "另说")
        equal(self.judge.error(*split, "--hash", looked)["name"], "stale")
        equal(self.mei.error(*split)["name"], "not_found")
        answer = self.judge.json(*split, "--tag", "生活")[0]
        equal(answer["posts"], 3)
        self.made = answer["thread"]

    def stubs_say_where_the_posts_are(self):
        shown = self.li.run("--lang", "zh", "read", self.thread)[0].decode()
        expect(f"此楼已移至《食堂》1 楼: luntan read {self.made} --from 1" in shown, shown)
        equal([each.get("state") for each in self.li.json("read", self.thread)], [None, None, "moved", "moved", None, "moved"])
        equal([each["body"] for each in self.li.json("read", self.made)], ["食堂的菜太咸了", "同意，太咸", "换个师傅"])
        equal(sorted(each["title"] for each in self.li.json("threads", "essays")), ["春游去哪里", "食堂"])
        notices = self.mei.run("--lang", "zh", "notices")[0].decode()
        expect("您的发言已移至另一主题" in notices and "judge" not in notices, notices)
        decision = self.mei.json("decisions")[0]
        equal((decision["act"], decision["reason"], decision["words"]), ("split", "off_topic", "另说"))

    def an_answer_to_a_floor_that_moved_follows_it(self):
        equal(self.li.json("reply", self.thread, "--to", "4", "-", stdin="少放盐")[0]["thread"], self.made)

    def a_merge_puts_everything_back(self):
        equal(self.judge.error("thread", "merge", self.made, self.made)["field"], "into")
        equal(self.judge.error("thread", "merge", self.made, 999999)["name"], "not_found")
        merged = self.judge.json("thread", "merge", self.made, self.thread, "--reason", "duplicate")[0]
        equal((merged["thread"], merged["posts"]), (self.thread, 4))
        equal([each["id"] for each in self.li.json("read", self.thread)][1:6], self.posts)
        equal([each["title"] for each in self.li.json("threads", "essays")], ["春游去哪里"])
        equal({each["state"] for each in self.li.json("read", self.made)}, {"moved"})
        equal(self.judge.error("thread", "merge", self.made, self.thread)["name"], "gone")

    def it_is_told_in_words(self):
        expect("They are thread" in self.judge.run("--lang", "en", "thread", "split", self.thread, "--floors", "2", "--title", "香山")[0].decode())
        made = max(each["id"] for each in self.judge.json("threads", "essays"))
        expect("已并入主题" in self.judge.run("--lang", "zh", "thread", "merge", made, self.thread)[0].decode())


def main():
    tap = Tap()
    with Forum(options=["--rate-limits", "off"]) as forum:
        story = Story(forum)
        for name in list(vars(Story)):
            if not name.startswith("_"):
                tap.run(name.replace("_", " "), getattr(story, name))
    tap.end()


main()
