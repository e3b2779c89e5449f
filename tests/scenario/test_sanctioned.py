#!/usr/bin/python3
"""A sanction as the person at a terminal is told of it: at sign-in, with every refused act, on the full screen; and texts that wait, changed from there."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from forum import Forum
from tap import Tap, equal, expect
from screen import Screen


class Story:
    def __init__(self, forum):
        self.forum = forum
        self.admin = forum.person("wang", invite=forum.invitation)
        self.li, self.judge = forum.person("li"), forum.person("judge")
        for handle, role in (("li", "member"), ("judge", "moderator")):
            self.admin.json("admin", "role", "grant", handle, role)

    def _says(self, said, *words):
        for each in words + (f"luntan appeal {self.decision} '理由'",):
            expect(each in said, f"{each} was not said: {said}")
        expect("judge" not in said, f"who decided is told: {said}")

    def every_refused_act_says_what_where_until_when_and_why(self):
        number = self.judge.json("sanction", "li", "mute", "--hours", "24", "--reason", "abuse", "--words", "请文明发言")[0]
        self.sanction, self.decision = number["sanction"], number["decision"]
        words = self.li.run("--lang", "zh", "post", "essays", "--title", "t", "-", stdin="话", status=1)[1]
        self._says(words, "您目前被禁言。范围：全站", "约 24 小时后自动结束", "侮辱或攻击他人（请文明发言）", "自动结束")
        error = self.li.error("post", "essays", "--title", "t", "-", stdin="话")
        sanction = error["sanction"]
        equal((error["name"], sanction["kind"], sanction["reason"], sanction["words"], sanction["decision"]), ("muted", "mute", "abuse", "请文明发言", self.decision))
        expect(sanction["until"] > sanction["since"] and sanction["appeal_by"] > sanction["until"] and "board_slug" not in sanction, sanction)
        english = self.li.run("--lang", "en", "post", "essays", "--title", "t", "-", stdin="话", status=1)[1]
        expect(f"luntan appeal {self.decision} 'WHY'" in english and "It ends by itself at" in english, english)

    def signing_in_says_it(self):
        said = self.li.run("--lang", "zh", "login", "li")[1]
        self._says(said, "您目前受到处分: 禁言 (全站)", "自动结束", "理由: 侮辱或攻击他人 (请文明发言)")
        self._says(self.li.text("sanctions"), "禁言", "请文明发言", "有效")
        expect("处分" not in self.judge.run("--lang", "zh", "login", "judge")[1], "said to others")

    def the_full_screen_says_it(self):
        with Screen(self.li) as screen:
            lines = screen.see("您目前受到处分", "请文明发言", f"luntan appeal {self.decision}")
            expect(len(lines) == 24, lines)
            screen.keys("Down")
            screen.see("建言", absent=("您目前受到处分",))
            screen.keys("q")
            equal(screen.ended(), 0)

    def an_appeal_is_said_too(self):
        self.li.json("appeal", self.decision, "没有的事")
        words = self.li.run("--lang", "zh", "post", "essays", "--title", "t", "-", stdin="话", status=1)[1]
        expect("申诉正在处理" in words and "申诉待处理" in words and "luntan appeal" not in words, words)

    def it_ends_and_nothing_is_said(self):
        self.judge.json("sanction", "lift", self.sanction)
        expect("处分" not in self.li.run("--lang", "zh", "login", "li")[1], "still said")

    def what_waits_is_changed(self):
        self.admin.json("admin", "board", "set", "essays", "--hold", "on")
        self.li.run("post", "essays", "--title", "心得", "--tag", "学习", "-", stdin="第一稿")
        held = self.li.json("held")[0]["id"]
        (self.li.home / "text").write_text("第二稿")
        equal(self.li.json("held", "edit", held, self.li.home / "text")[0]["version"], 2)
        expect("第 3 版" in self.li.run("--lang", "zh", "held", "edit", held, "--title", "新心得", "-", stdin="第三稿")[0].decode())
        now = self.li.json("held", "show", held)[0]
        equal((now["title"], now["tags"], now["body"], now["version"]), ("新心得", ["学习"], "第三稿", 3))
        equal(self.li.json("held", "edit", held, "--tag", "读书", "-", stdin="第三稿")[0]["version"], 4)
        equal(self.li.json("held", "show", held)[0]["tags"], ["读书"])
        self.held = held

    def an_editor_is_given_what_is_there(self):
        editor = self.li.home / "editor"
        editor.write_text("#!/bin/sh\ngrep -q 第三稿 \"$1\" && printf 第四稿 > \"$1\"\n")
        editor.chmod(0o755)
        status, said = self.li.at_terminal("--lang", "zh", "held", "edit", self.held, EDITOR=str(editor), VISUAL="")
        equal(status, 0, said)
        equal(self.li.json("held", "show", self.held)[0]["body"], "第四稿")

    def what_was_changed_meanwhile_is_not_written_over(self):
        editor = self.li.home / "editor"
        other = self.li.words("held", "edit", self.held, self.li.home / "text")
        editor.write_text("#!/bin/sh\n" + " ".join(f"'{word}'" for word in other) + " >/dev/null\nprintf 别处的 > \"$1\"\n")
        status, said = self.li.at_terminal("--lang", "zh", "held", "edit", self.held, EDITOR=str(editor), VISUAL="")
        equal(status, 1, said)
        expect("内容已在别处改动" in said and "存入本机文件" in said, said)
        equal(self.li.json("held", "show", self.held)[0]["body"], "第二稿")

    def one_that_was_returned_is_sent_again(self):
        item = self.judge.json("queue")[0]["item"]
        self.judge.json("decide", item, "return", "--reason", "unclear")
        equal(self.li.json("held")[0]["state"], "returned")
        self.li.run("held", "edit", self.held, "-", stdin="改好的")
        equal("state" in self.li.json("held")[0], False)
        seen = self.judge.run("--lang", "zh", "look", self.judge.json("queue")[0]["item"])[0].decode()
        expect("改好的" in seen and "luntan sanctions li; luntan decisions li" in seen, seen)
        expect([each["act"] for each in self.judge.json("decisions", "li")][:1] == ["return"], "no earlier decisions")
        equal(self.judge.json("sanctions", "li")[0]["id"], self.sanction)

    def bad_input_changes_nothing(self):
        self.li.run("held", "edit", "xyz", "-", stdin="x", status=2)
        equal(self.li.error("held", "edit", "00" * 16, "-", stdin="x")["name"], "not_found")
        equal(self.li.error("held", "edit", self.held, "-", stdin=" \n")["field"], "body")
        equal(self.li.error("held", "edit", self.held, "-", stdin=b"\xff")["field"], "body")
        equal(self.li.error("held", "edit", self.held, self.li.home / "absent")["name"], "local")
        equal(self.judge.error("held", "edit", self.held, "-", stdin="x")["name"], "not_found")
        self.judge.json("decide", self.judge.json("queue")[0]["item"], "approve")
        equal(self.li.error("held", "edit", self.held, "-", stdin="x")["name"], "decided")


def main():
    tap = Tap()
    with Forum(options=["--rate-limits", "off"]) as forum:
        story = Story(forum)
        for name in list(vars(Story)):
            if not name.startswith("_"):
                tap.run(name.replace("_", " "), getattr(story, name))
    tap.end()


main()
