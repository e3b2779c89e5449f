#!/usr/bin/python3
"""The full-screen interface as a person sees it: luntan in tmux, keys typed, screens read, at 80x24 and 120x40."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from forum import Forum
from screen import Screen, columns_of
from tap import Tap, equal, expect


def fits(lines, columns):
    for line in lines:
        expect(columns_of(line) <= columns, f"wider than {columns}: {line!r}")
        expect(not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in line), f"controls in {line!r}")


def editor(person, text):
    path = person.home / "editor"
    path.write_text(f"#!/bin/sh\ncat > \"$1\" <<'END'\n{text}\nEND\n")
    path.chmod(0o755)
    return str(path)


class Story:
    def __init__(self, forum):
        self.forum = forum
        self.wang = forum.person("wang", invite=forum.invitation, name="王芳")
        self.li = forum.person("li", name="李明")
        self.wang.json("admin", "role", "grant", "li", "member")
        body = "学习二十个字的长句子用来看看一行写满以后怎样换到下一行，标点不放在行首。" * 6 + "\nplain words that wrap at blanks " * 3 + "\x1b[31m红\x07"
        self.thread = self.wang.post("essays", "一篇很长的学习论文标题" * 4, body)["thread"]
        for number in range(2, 31):
            self.wang.reply(self.thread, f"第 {number} 楼的内容\n第二行", "--to", str(number - 1))

    def a_visitor_looks_around(self):
        for columns, rows in ((80, 24), (120, 40)):
            with Screen(self.forum.visitor(), columns, rows) as screen:
                fits(screen.see("学习论文", "访客"), columns)
                screen.keys("?")
                fits(screen.see("按键", "翻页"), columns)
                screen.keys("x")
                screen.see("流动党员之家")
                screen.keys("j", "j", "j", "j", "j", "Enter")
                fits(screen.see("一篇很长的学习论文标题", "30 楼"), columns)
                screen.keys("Enter")
                lines = screen.see("1 楼", "王芳", "␛[31m红␇")
                fits(lines, columns)
                for line in lines:
                    expect(not line.strip().startswith(("，", "。")), f"punctuation starts {line!r}")
                screen.keys("G")
                fits(screen.see("第 30 楼的内容"), columns)
                screen.keys("g")
                screen.see("1 楼")
                screen.keys("r")
                screen.see("请先登录")

    def logging_in_by_the_form(self):
        person = self.forum.visitor()
        with Screen(person) as screen:
            screen.see("访客")
            screen.keys("L")
            screen.see("用户名", "密码")
            screen.keys("C-r")
            screen.see("邀请码")
            screen.type("zhao")
            screen.keys("Tab")
            screen.type("correct horse battery")
            screen.keys("Tab")
            screen.type("correct horse battery")
            lines = screen.see("*********************")
            expect(not any("horse" in line for line in lines), "the password is shown")
            screen.keys("Enter", "Enter", "Enter")
            screen.see("欢迎，zhao", absent=("访客",))
            screen.keys("L")
            screen.see("退出登录? (y)")
            screen.keys("y")
            screen.see("已退出登录", "访客")
        equal(person.json("whoami"), [{}])

    def reading_follows_the_eye(self):
        with Screen(self.li) as screen:
            screen.see("学习论文", "未读 1", "li")
            screen.keys("j", "j", "j", "j", "j", "Enter")
            screen.see("* ")
            screen.keys("Enter")
            screen.see("1 楼")
            for _ in range(12):
                screen.keys("Space")
            screen.keys("G")
            screen.see("第 30 楼的内容")
            screen.keys("q")
            screen.see("30 楼")
            screen.keys("q")
            screen.see("学习论文", absent=("未读",))
        equal([b["slug"] for b in self.li.json("unread")], [])

    def posts_arrive_while_one_reads(self):
        with Screen(self.li) as screen:
            screen.see("li")
            screen.keys("j", "j", "j", "j", "j", "Enter", "Enter")
            screen.see("第 30 楼的内容")
            posted = self.wang.reply(self.thread, "刚刚写的")
            screen.see(f"新回复: {posted['floor']} 楼")
            screen.keys("G")
            screen.see("刚刚写的")
            screen.keys("q", "q")
            self.wang.post("research", "新的报告", "x")
            screen.see("未读 1")

    def writing_with_an_editor(self):
        with Screen(self.li, EDITOR=editor(self.li, "在编辑器里写的一段话")) as screen:
            screen.see("li")
            screen.keys("j", "j", "j", "j", "j", "Enter", "p")
            screen.see("标题:")
            screen.type("全屏发的主题")
            screen.keys("Enter")
            screen.see("标签")
            screen.type("学习 感悟")
            screen.keys("Enter")
            screen.see("发表 (y)")
            equal(len(self.li.json("drafts")), 1)
            screen.keys("y")
            screen.see("已发表，1 楼", "全屏发的主题", "在编辑器里写的一段话")
            equal(self.li.json("drafts"), [])
            screen.keys("r")
            screen.see("发表 (y)")
            screen.keys("d")
            screen.see("草稿已存到服务器")
            screen.keys("q", "q", "d")
            screen.see("草稿", "回复主题")
            screen.keys("Enter")
            screen.see("发表 (y)")
            screen.keys("y")
            screen.see("2 楼", "回复 1 楼")
        thread = next(t for t in self.li.json("threads", "essays") if t["title"] == "全屏发的主题")
        equal((thread["tags"], thread["floors"]), (["学习", "感悟"], 2))

    def notices_come_to_the_title_line(self):
        thread = next(t["id"] for t in self.li.json("threads", "essays") if t["title"] == "全屏发的主题")
        self.li.json("notices", "--mark")
        with Screen(self.li) as screen:
            screen.see("li", absent=("通知 1",))
            self.wang.reply(thread, "看到了", "--to", "1")
            screen.see("通知 1")
            screen.keys("n")
            screen.see("有人回复了您", "@wang")
            screen.keys("Enter")
            screen.see("看到了")
            screen.keys("q", "m")
            screen.see("通知", absent=("通知 1",))

    def the_window_changes_its_size(self):
        with Screen(self.forum.visitor(), 120, 40) as screen:
            screen.see("网上举报站")
            screen.keys("j", "j", "j", "j", "j", "Enter", "j", "Enter")
            screen.see("楼")
            for columns, rows in ((80, 24), (41, 10), (100, 30)):
                screen.resize(columns, rows)
                fits(screen.see_fitting(columns, "楼", "↑↓ 滚动"), columns)
            screen.resize(30, 6)
            screen.see("窗口太小")
            screen.resize(80, 24)
            fits(screen.see("楼", "q 返回"), 80)

    def the_connection_breaks_and_comes_back(self):
        with Screen(self.li) as screen:
            screen.see("li")
            screen.keys("j", "j", "j", "j", "j", "Enter", "G", "Enter")
            screen.see("楼")
            self.forum.stop()
            screen.see("连接已断开")
            self.forum.start(self.forum.port)
            screen.see("已重新连接")
            posted = self.wang.reply(self.thread, "断线之后")
            screen.see(f"新回复: {posted['floor']} 楼")

    def a_moderator_splits_and_merges(self):
        thread = self.wang.post("essays", "秋游", "大家说说")["thread"]
        for text in ("香山", "食堂的菜太咸"):
            self.wang.reply(thread, text)
        with Screen(self.wang) as screen:
            screen.see("wang")
            screen.keys("j", "j", "j", "j", "j", "Enter", "Enter")
            screen.see("食堂的菜太咸")
            screen.keys("M")
            screen.see("拆分 (s)", "合并 (j)")
            screen.keys("s")
            screen.see("拆出哪些楼层")
            screen.type("3")
            screen.keys("Enter")
            screen.see("标题:")
            screen.type("食堂")
            screen.keys("Enter")
            fits(screen.see("已拆成新主题", "此楼已移至主题", absent=("太咸",)), 80)
            made = next(each["id"] for each in self.wang.json("threads", "essays") if each["title"] == "食堂")
            screen.keys("M", "j")
            screen.see("并入哪个主题")
            screen.type(str(made))
            screen.keys("Enter")
            screen.see(f"已并入主题 {made}")
        equal([each["body"] for each in self.wang.json("read", made)], ["食堂的菜太咸", "大家说说", "香山"])

    def a_moderator_clears_the_queue(self):
        self.wang.json("admin", "board", "set", "essays", "--hold", "on")
        mei = self.forum.person("mei", name="梅")
        second = self.forum.person("second", name="副版主")
        for handle, role in (("mei", "member"), ("second", "moderator")):
            self.wang.json("admin", "role", "grant", handle, role)
        for number in range(1, 4):
            mei.run("post", "essays", "--title", f"第 {number} 件", "-", stdin=f"正文 {number}\n\x1b[31m红")
        with Screen(self.li) as screen:
            screen.see("li")
            screen.keys("M")
            screen.see("没有进行这项操作的权限", absent=("审核队列",))
        with Screen(self.wang) as screen:
            screen.see("wang")
            screen.keys("M")
            fits(screen.see("审核队列  3", "待审", "第 1 件", "正文 1", "第 3 件"), 80)
            second.json("claim", second.json("queue")[2]["item"])
            screen.see("second 正在处理")
            screen.keys("Enter")
            fits(screen.see("待审  第 1 件", "正文 1", "␛[31m红", "a 通过", "r 退回", "@mei"), 80)
            equal([each.get("claimed_by") for each in second.json("queue")], ["wang", None, "second"])
            screen.keys("x")
            screen.keys("a")
            screen.see("待审  第 2 件", "已处理")
            screen.keys("r")
            fits(screen.see("理由", "a  与版块或主题无关", "j  表述不清"), 80)
            screen.keys("Escape")
            screen.see("待审  第 2 件")
            screen.keys("r", "j")
            screen.see("给当事人的话")
            screen.type("请写明时间")
            screen.keys("Enter")
            screen.see("没有等待处理的", "审核队列  1", "second 正在处理")
            screen.keys("Enter")
            screen.see("待审  第 3 件", "second 正在处理")
            screen.keys("a")
            screen.see("另一位版主正在处理这一项", "待审  第 3 件")
            second.json("decide", second.json("queue")[0]["item"], "approve")
            screen.see("已经处理过了", absent=("a 通过",))
            screen.keys("q")
            screen.see("审核队列  0")
            mei.run("post", "essays", "--title", "第 4 件", "-", stdin="新到的")
            screen.see("第 4 件")
            screen.keys("Enter")
            screen.see("待审  第 4 件", "新到的")
            held = next(each["id"] for each in mei.json("held", "--open") if each["title"] == "第 4 件")
            mei.json("held", "withdraw", held)
            screen.see("已经处理过了")
        returned = next(each for each in mei.json("held") if each["title"] == "第 2 件")
        equal((returned["state"], returned["reason"], returned["words"]), ("returned", "unclear", "请写明时间"))
        equal(sorted(t["title"] for t in mei.json("threads", "essays") if t["title"].startswith("第 ")), ["第 1 件", "第 3 件"])
        self.wang.json("admin", "board", "set", "essays", "--hold", "off")

    def in_english(self):
        with Screen(self.forum.visitor(), lang="en") as screen:
            fits(screen.see("visitor", "Enter open"), 80)
            screen.keys("q")
            equal(screen.ended(), 0)


def main():
    tap = Tap()
    with Forum() as forum:
        story = Story(forum)
        for part in (story.a_visitor_looks_around, story.logging_in_by_the_form, story.reading_follows_the_eye,
                     story.posts_arrive_while_one_reads, story.writing_with_an_editor, story.notices_come_to_the_title_line,
                     story.the_window_changes_its_size, story.the_connection_breaks_and_comes_back, story.a_moderator_splits_and_merges,
                     story.a_moderator_clears_the_queue, story.in_english):
            tap.run(part.__name__.replace("_", " "), part)
    tap.end()


main()
