#!/usr/bin/python3
"""People without an account at a terminal: what they leave waits, comes out as a guest's, is exported, and nothing of them is kept."""
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from forum import Forum
from tap import Tap, equal, expect


class Story:
    def __init__(self, forum, directory):
        self.forum, self.directory = forum, pathlib.Path(directory)
        self.admin = forum.person("wang", invite=forum.invitation)
        self.judge = forum.person("judge")
        self.admin.json("admin", "role", "grant", "judge", "moderator")
        self.guest = forum.visitor()

    def what_a_guest_leaves_waits(self):
        said = self.guest.text("--lang", "zh", "guest", "guestbook", "-", "--title", "补办介绍信", "--name", "老李", stdin="介绍信丢了怎么办")
        expect("已收到" in said and "没有保存" in said, said)
        equal(self.guest.json("threads", "guestbook"), [])
        item = self.judge.json("queue")[0]
        equal((item["cause"], item["author_name"], "author" in item), ("guest", "访客 老李", False))
        expect("访客 老李" in self.judge.text("queue"), "the guest has no name in the queue")
        error = self.judge.error("decide", item["item"], "return", "--reason", "unclear")
        equal((error["name"], error["field"]), ("no_author", "act"))
        self.thread = self.judge.json("decide", item["item"], "approve")[0]["thread"]

    def it_comes_out_as_a_guests(self):
        shown = self.guest.text("read", self.thread)
        expect("访客 老李" in shown and "(@" not in shown, shown)
        expect("访客 老李" in self.guest.text("threads", "guestbook"), "the list")

    def an_answer_in_the_thread(self):
        path = self.directory / "answer"
        path.write_text("已经在社区补办好了，谢谢", encoding="utf-8")
        self.guest.json("guest", f"thread:{self.thread}", path, "--to", 1)
        item = self.judge.json("queue")[0]
        equal(item["author_name"], "访客")
        self.judge.json("decide", item["item"], "approve")
        equal([post.get("reply_to") for post in self.guest.json("read", self.thread)], [None, 1])

    def what_is_wrong_is_said(self):
        for words, field, name in ((("guestbook", "-", "--title", "题"), "body", "bad_field"), (("nowhere", "-", "--title", "题"), "board", "not_found"),
                                   (("thread:987654", "-"), "thread", "not_found"), (("suggestions", "-", "--title", "题"), None, "login_needed")):
            error = self.guest.error("guest", *words, stdin="" if field == "body" else "正文")
            equal((error["name"], error.get("field")), (name, field))
        equal(self.guest.error("guest", "guestbook", "-", "--title", "题", stdin="字" * 4001)["name"], "too_long")
        self.guest.run("guest", "guestbook", "-", stdin="正文", status=2)
        self.guest.run("guest", "thread:x", "-", stdin="正文", status=2)
        equal(self.judge.json("queue"), [])

    def whoever_is_signed_in_leaves_it_as_a_guest_too(self):
        self.judge.json("guest", "guestbook", "-", "--title", "匿名", stdin="也可以不署名")
        item = self.admin.json("queue")[0]
        expect("author" not in item, item)
        self.admin.json("decide", item["item"], "remove", "--reason", "spam")

    def it_goes_on_in_an_export(self):
        path = self.directory / "export"
        self.admin.run("admin", "export", path)
        with Forum() as other:
            admin = other.person("wang", invite=other.invitation)
            admin.run("admin", "import", path)
            shown = other.visitor().text("read", self.thread)
            expect("访客 老李" in shown and "已经在社区" in shown, shown)

    def nothing_is_kept_of_them(self):
        self.forum.stop()
        log = "\n".join(self.forum.daemon.logged)
        for word in ("老李", "介绍信", "社区"):
            expect(word not in log, log)
        kept = b"".join(path.read_bytes() for path in self.forum.data.glob("forum.db*"))
        expect("介绍信丢了".encode() in kept and b"127.0.0.1" not in kept, "an address, or not the database")
        self.forum.start(self.forum.port)
        self.guest.json("guest", "guestbook", "-", "--title", "再来", stdin="重新启动之后")


def main():
    tap = Tap()
    with Forum() as forum, tempfile.TemporaryDirectory() as directory:
        story = Story(forum, directory)
        for name in [name for name in vars(Story) if not name.startswith("_")]:
            tap.run(name.replace("_", " "), getattr(story, name))
    tap.end()


main()
