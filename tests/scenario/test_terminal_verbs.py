#!/usr/bin/python3
"""Every verb of luntan against a real luntand: what people and scripts do, and what they are told when they may not."""
import json
import pathlib
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from forum import PATIENCE, Forum, one_time_code
from tap import Tap, equal, expect

NASTY = "第一行\n\x1b[31m红\x1b]0;t\x07\n\ttab\r\n\u202e反\u2066\n党\u0301\x7f\n末行没有换行"


def editor(home, name, script):
    """A program that stands in for somebody's editor."""
    path = home / name
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(0o755)
    return str(path)


class Story:
    def __init__(self, forum):
        self.forum = forum

    def calling_it_wrongly(self):
        nobody = self.forum.visitor()
        for words in (["nothing"], ["read"], ["read", "x"], ["boards", "--title", "x"], ["boards", "--server", "a:b:c:0"],
                      ["watch", "room"], ["post", "essays", "-"], ["mark"], ["--lang", "fr", "boards"], ["whoami", "--as", "nobody"]):
            out, err = nobody.run(*words, status=2)
            equal(out, b"")
            expect(err.strip(), f"{words} says nothing")
        expect("luntan read THREAD" in nobody.run("--lang", "en", "read", "--help")[0].decode())
        expect("全屏" in nobody.text("--help"))
        equal(nobody.run("--version")[0].split()[0], b"luntan")

    def nobody_reads(self):
        nobody = self.forum.visitor()
        equal(nobody.json("whoami"), [{}])
        boards = nobody.json("boards")
        slugs = [board["slug"] for board in boards]
        expect(len(boards) >= 10 and "essays" in slugs, f"boards: {slugs}")
        equal(nobody.error("post", "essays", "--title", "t", "-", stdin="x")["name"], "login_needed")
        equal(nobody.error("read", "999999")["name"], "not_found")
        expect(nobody.run("--lang", "en", "boards")[0].decode().strip())

    def first_administrator(self):
        self.admin = self.forum.person("wang", invite=self.forum.invitation, name="王芳")
        me = self.admin.json("whoami")[0]["account"]
        equal((me["handle"], me["name"], me["role"]), ("wang", "王芳", "administrator"))
        state = self.admin.home / ".local/state/luntan"
        for name in ("sessions", "servers"):
            equal(stat.S_IMODE((state / name).stat().st_mode), 0o600)
        self.li = self.forum.person("li", name="李明")
        equal(self.li.json("whoami")[0]["account"]["role"], "citizen")
        self.admin.json("admin", "role", "grant", "li", "member")
        equal(self.li.json("whoami")[0]["account"]["role"], "member")
        equal(self.admin.error("register", "li")["name"], "exists")
        equal(self.forum.visitor().error("register", "short", "--invite", "no-such-code")["name"], "code_invalid")

    def posting_and_reading(self):
        first = self.li.post("essays", "学习心得", NASTY, "--tag", "学习", "--tag", "Study")
        equal(first["floor"], 1)
        self.thread, self.post = first["thread"], first["post"]
        second = self.admin.reply(self.thread, "说得好", "--to", "1")
        equal((second["thread"], second["floor"]), (self.thread, 2))
        self.second = second["post"]
        posts = self.li.json("read", self.thread)
        equal([p["floor"] for p in posts], [1, 2])
        equal(posts[0]["body"], NASTY)
        equal((posts[0]["author"], posts[1]["author"], posts[1]["reply_to"]), ("li", "wang", 1))
        equal([p["floor"] for p in self.li.json("read", self.thread, "--from", "2")], [2])
        equal([p["floor"] for p in self.li.json("read", self.thread, "--count", "1")], [1])
        threads = self.li.json("threads", "essays")
        equal((threads[0]["title"], threads[0]["tags"]), ("学习心得", ["学习", "study"]))
        line = self.li.run("--json", "read", self.thread)[0]
        expect(b"\x1b" not in line and b"\x07" not in line, "JSON lines are harmless on a terminal")

    def nothing_steers_the_terminal(self):
        shown = self.li.run("read", self.thread)[0].decode()
        bad = [c for c in shown if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066"]
        equal(bad, [])
        expect("␛[31m红" in shown and "末行没有换行" in shown, shown)
        trace = self.li.run("--trace", "read", self.thread)[1]
        expect("\x1b" not in trace and "> request read op=0x0302" in trace and "< response hello op=0x0001" in trace, trace[:500])
        expect("{1: %d" % self.thread in trace, "the request in diagnostic notation")

    def files_and_pipes(self):
        path = self.li.home / "essay.md"
        path.write_bytes("从文件来\n\n".encode())
        posted = self.li.json("post", "reflections", "--title", "文件", path)[0]
        equal(self.li.json("read", posted["thread"])[0]["body"], "从文件来\n\n")
        piped = self.li.json("reply", posted["thread"], stdin="从管道来")[0]
        equal(self.li.json("read", posted["thread"], "--from", piped["floor"])[0]["body"], "从管道来")
        self.li.run("post", "essays", "--title", "t", self.li.home / "absent", status=1)
        error = self.li.error("post", "essays", "--title", "t", "-", stdin=b"\xff\xfe")
        equal((error["name"], error["field"]), ("bad_field", "body"))
        error = self.li.error("post", "essays", "--title", "t", "-", stdin="字" * 200001)
        equal((error["name"], error["field"], error["limit"]), ("too_long", "body", 200000))
        error = self.li.error("post", "essays", "--title", " ", "-", stdin="x")
        equal((error["name"], error["field"]), ("bad_field", "title"))
        long = "长" * 200000
        posted = self.li.post("essays", "长文", long)
        equal(self.li.json("read", posted["thread"])[0]["body"], long)

    def editing_and_history(self):
        edited = self.li.json("edit", self.post, "--title", "学习心得 (改)", "-", stdin="改过的")[0]
        equal(edited["revision"], 2)
        equal(self.li.json("read", self.thread)[0]["body"], "改过的")
        equal(self.title(), "学习心得 (改)")
        equal([r["number"] for r in self.li.json("history", self.post)], [2, 1])
        equal(self.li.json("history", self.post, "--revision", "1")[0]["body"], NASTY)
        equal(self.admin.error("edit", self.post, "-", stdin="x")["name"], "forbidden")
        gone = self.li.reply(self.thread, "要删的")
        self.li.json("delete", gone["post"])
        last = self.li.json("read", self.thread, "--from", gone["floor"])[0]
        equal((last["state"], "body" in last and last["body"] != ""), ("deleted", False))
        equal(self.li.error("delete", gone["post"])["name"], "gone")

    def title(self):
        return next(t["title"] for t in self.li.json("threads", "essays") if t["id"] == self.thread)

    def watching_live(self):
        with self.li.watch(f"thread:{self.thread}") as watch:
            live = watch.until("live")[-1]
            self.admin.reply(self.thread, "实时一")
            self.admin.reply(self.thread, "实时二")
            changes = [watch.next(), watch.next()]
        equal([c["post"]["body"] for c in changes if "post" in c], ["实时一", "实时二"])
        again = self.li.json("watch", f"thread:{self.thread}", "--since", changes[0]["cursor"], "--count", "1")
        equal([c["post"]["body"] for c in again if c["event"] == "change"], ["实时二"])
        both = self.li.json("watch", f"thread:{self.thread}", "--since", live["cursor"], "--count", "2")
        equal([c["seq"] for c in both if c["event"] == "change"], [c["seq"] for c in changes])
        with self.li.watch("board:essays") as watch:
            watch.until("live")
            posted = self.admin.post("essays", "新主题", "x")
            equal(watch.until("change")[-1]["thread"]["id"], posted["thread"])
        equal(self.li.error("watch", "board:nothing")["name"], "not_found")
        equal(self.li.error("watch", "thread:1", "--since", "00")["name"] in ("bad_field", "resync"), True)

    def notices_and_marks(self):
        with self.li.watch("account") as watch:
            watch.until("live")
            self.admin.reply(self.thread, "@li 请看", "--to", "1")
            equal("notice" in watch.until("change")[-1], True)
        notices = self.li.json("notices")
        expect(any(n.get("thread") == self.thread and not n.get("read") for n in notices), notices)
        self.li.json("notices", "--mark", "--count", "1")
        expect(all(n.get("read") for n in self.li.json("notices")))
        expect(any(b["slug"] == "essays" for b in self.li.json("unread")))
        self.li.json("mark", self.thread)
        equal(next(t for t in self.li.json("threads", "essays") if t["id"] == self.thread).get("unread"), None)
        self.li.json("mark", "--board", "essays")
        expect(not any(b["slug"] == "essays" for b in self.li.json("unread")))
        self.li.json("follow", f"thread:{self.thread}")
        self.li.json("follow", "board:news")
        equal(sorted(w["kind"] for w in self.li.json("follow")), ["board", "thread"])
        self.li.json("unfollow", "board:news")
        equal([w["kind"] for w in self.li.json("follow")], ["thread"])

    def moderating(self):
        for verb, field in (("pin", "pinned"), ("lock", "locked"), ("hold", "hold"), ("feature", "featured")):
            self.admin.json(verb, self.thread, *(("--reason", "other", "--words", "已有结论") if verb in ("lock", "hold") else ()))
            equal(self.header()[field], True)
            if verb == "lock":
                equal(self.li.error("reply", self.thread, "-", stdin="x")["name"], "locked")
            if verb == "hold":
                expect(self.li.json("reply", self.thread, "-", stdin="先审的一句")[0].get("held"), "it does not wait")
            self.admin.json(verb, self.thread, "--off")
            equal(self.header().get(field), None)
            equal(self.li.error(verb, self.thread)["name"], "forbidden")
        self.admin.json("feature", self.thread)
        equal([t["id"] for t in self.li.json("threads", "essays", "--featured")], [self.thread])
        equal(self.admin.error("move", self.thread, "research")["field"], "reason")
        self.admin.json("move", self.thread, "research", "--reason", "off_topic")
        expect(self.thread in [t["id"] for t in self.li.json("threads", "research")])
        expect(self.thread not in [t["id"] for t in self.li.json("threads", "essays")])
        self.admin.json("move", self.thread, "essays", "--reason", "other", "--words", "移回")

    def header(self):
        return next(t for t in self.admin.json("threads", "essays") if t["id"] == self.thread)

    def drafts_and_the_editor(self):
        write = editor(self.li.home, "write", 'printf "在编辑器里写的" > "$1"\n')
        status, seen = self.li.at_terminal("post", "essays", "--title", "编辑器", VISUAL=write)
        equal(status, 0)
        expect("已发表" in seen, seen)
        equal(self.li.json("drafts"), [])
        thread = self.li.json("threads", "essays")[0]
        equal(self.li.json("read", thread["id"])[0]["body"], "在编辑器里写的")
        status, seen = self.li.at_terminal("post", "essays", "--title", "空", VISUAL="true")
        equal((status, self.li.json("drafts")), (1, []))
        self.admin.json("lock", self.thread, "--reason", "off_topic")
        status, seen = self.li.at_terminal("reply", self.thread, VISUAL=write)
        equal(status, 1)
        drafts = self.li.json("drafts")
        equal((len(drafts), drafts[0]["thread"]), (1, self.thread))
        expect(drafts[0]["id"] in seen, seen)
        equal(self.li.json("drafts", "show", drafts[0]["id"])[0]["body"], "在编辑器里写的")
        self.admin.json("lock", self.thread, "--off")
        sent = self.li.json("drafts", "send", drafts[0]["id"])[0]
        equal((sent["thread"], self.li.json("drafts")), (self.thread, []))
        fail = editor(self.li.home, "fail", "exit 1\n")
        status, seen = self.li.at_terminal("reply", self.thread, VISUAL=fail)
        draft = self.li.json("drafts")[0]["id"]
        equal((status, draft in seen), (1, True))
        self.li.json("drafts", "discard", draft)
        equal(self.li.json("drafts"), [])
        append = editor(self.li.home, "append", 'printf "又改" >> "$1"\n')
        status, seen = self.li.at_terminal("edit", self.post, EDITOR=append)
        equal((status, self.li.json("read", self.thread)[0]["body"]), (0, "改过的又改"))
        equal(list(self.li.home.glob("luntan-*.md")), [])

    def a_long_essay_survives(self):
        """While the editor is open its text reaches the server; where the server is gone, a file here."""
        slow = editor(self.li.home, "slow", 'printf "写到一半" > "$1"\nuntil [ -e "$HOME/go" ]; do sleep 0.1; done\n')
        with ThreadPoolExecutor(1) as beside:
            writing = beside.submit(self.li.at_terminal, "post", "essays", "--title", "长文", EDITOR=slow)
            deadline = time.monotonic() + PATIENCE
            while not any(self.li.json("drafts", "show", d["id"])[0].get("body") == "写到一半" for d in self.li.json("drafts")):
                expect(time.monotonic() < deadline, "the draft was not saved while the editor ran")
                time.sleep(0.2)
            (self.li.home / "go").touch()
            equal(writing.result()[0], 0)
        equal(self.li.json("drafts"), [])
        fatal = editor(self.li.home, "fatal", f'printf "服务器断了" > "$1"\nkill -9 {self.forum.daemon.process.pid}\n')
        status, seen = self.li.at_terminal("post", "essays", "--title", "断线", EDITOR=fatal)
        self.forum.restart()
        kept = list((self.li.home / ".local/state/luntan").glob("unsent-*.md"))
        equal((status, [path.read_text() for path in kept]), (1, ["服务器断了"]))
        expect(str(kept[0]) in seen, seen)
        draft = self.li.json("drafts")[0]
        equal(draft["title"], "断线")
        self.li.json("drafts", "discard", draft["id"])

    def watching_across_a_restart(self):
        with self.li.watch(f"thread:{self.thread}") as watch:
            watch.until("live")
            self.admin.reply(self.thread, "重启之前")
            first = watch.until("change")[-1]
            self.forum.restart()
            self.admin.reply(self.thread, "重启之后")
            second = watch.until("change")[-1]
        equal([first["post"]["body"], second["post"]["body"]], ["重启之前", "重启之后"])
        equal(second["seq"], first["seq"] + 1)

    def a_reader_that_goes_away(self):
        command = " ".join(map(repr, self.li.words("--json", "watch", f"thread:{self.thread}"))) + " | head -n 1"
        done = subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, env=self.li.environment())
        equal(json.loads(done.stdout.readline())["event"], "live")
        self.admin.reply(self.thread, "没有人看")
        done.stdout.close()
        equal(done.wait(PATIENCE), 0)

    def asking_for_passwords(self):
        zhao = self.forum.visitor()
        secret = "correct horse battery staple"
        status, seen = zhao.at_terminal("register", "zhao", "--lang", "zh", answers=(("密码: ", secret + "\n"), ("再输入一次: ", secret + "\n")))
        equal(status, 0)
        expect(secret not in seen, "the password was shown")
        status, _ = zhao.at_terminal("register", "zhao2", "--lang", "zh", answers=(("密码: ", secret + "\n"), ("再输入一次: ", "another one\n")))
        equal(status, 2)
        status, _ = zhao.at_terminal("login", "zhao", "--lang", "zh", answers=(("密码: ", "\x03"),))
        equal(status, 1)
        equal(zhao.json("whoami")[0]["account"]["handle"], "zhao")

    def sessions_and_passwords(self):
        li = self.li
        other = self.forum.visitor()
        other.password.write_text(li.password.read_text())
        other.json("login", "li")
        sessions = li.json("sessions")
        equal((len(sessions), sum(s.get("current", False) for s in sessions)), (2, 1))
        li.json("revoke", next(s["id"] for s in sessions if not s.get("current")))
        other.run("whoami", status=1)
        equal(other.json("whoami"), [{}])
        equal(other.error("login", "li", "--password-file", __file__)["name"], "denied")
        fresh = li.home / "fresh"
        fresh.write_text("an altogether new password\n")
        li.json("password", "--new-password-file", fresh)
        li.write_password("an altogether new password")
        li.json("logout")
        equal(li.json("whoami"), [{}])
        li.json("login", "li")
        li.json("profile", "--name", "李明明", "--language", "en", "--zone", "Asia/Urumqi")
        me = li.json("whoami")[0]["account"]
        equal((me["name"], me["lang"], me["zone"]), ("李明明", "en", "Asia/Urumqi"))
        equal(li.json("account", "wang")[0]["handle"], "wang")

    def several_sessions_of_one_person(self):
        both = self.forum.visitor()
        both.json("register", "sun")
        both.json("register", "zhou")
        equal(both.json("whoami")[0]["account"]["handle"], "zhou")
        equal(both.json("whoami", "--as", "sun")[0]["account"]["handle"], "sun")
        both.json("logout")
        equal(both.json("whoami")[0]["account"]["handle"], "sun")

    def second_factor(self):
        invitation = self.admin.json("invite", "--role", "moderator")[0]["code"]
        qian = self.forum.person("qian", invite=invitation)
        secret = qian.json("totp", "enroll")[0]["secret"]
        recovery = qian.json("totp", "confirm", one_time_code(secret))[0]["recovery"]
        equal(len(recovery), 10)
        qian.json("logout")
        equal(qian.error("login", "qian")["name"], "code_needed")
        equal(qian.error("login", "qian", "--code", "000000")["name"], "denied")
        qian.json("login", "qian", "--code", recovery[0])
        equal(qian.json("whoami")[0]["account"]["totp"], True)
        equal(self.li.error("invite", "--role", "administrator")["name"], "forbidden")

    def administering(self):
        admin = self.admin
        made = admin.json("admin", "board", "create", "test-board", "试验", "--kind", "forum", "--name-en", "Trial", "--start", "member")[0]
        expect(made["board"])
        admin.json("admin", "board", "set", "test-board", "--closed", "on", "--about", "说明")
        board = next(b for b in admin.json("admin", "board", "list") if b["slug"] == "test-board")
        equal((board["closed"], board["about"], board["start"]), (True, "说明", "member"))
        equal(self.li.error("post", "test-board", "--title", "t", "-", stdin="x")["name"], "closed")
        admin.json("admin", "board", "set", "test-board", "--closed", "off")
        expect({"wang", "li"} <= {a["handle"] for a in admin.json("admin", "account", "list")})
        admin.json("admin", "account", "set", "li", "--unit", "城关镇")
        equal(admin.json("admin", "account", "show", "li")[0]["unit"], "城关镇")
        admin.json("admin", "role", "grant", "li", "moderator", "--board", "test-board")
        equal([g["role"] for g in admin.json("account", "li")[0]["grants"] if g.get("scope") == "board"], ["moderator"])
        admin.json("admin", "role", "revoke", "li", "moderator", "--board", "test-board")
        admin.json("admin", "account", "set", "zhao", "--suspend")
        equal(admin.json("account", "zhao")[0]["state"], "suspended")
        admin.json("admin", "account", "set", "zhao", "--restore")
        equal(self.li.error("admin", "account", "list")["name"], "forbidden")
        code = admin.json("admin", "reset", "zhao")[0]["code"]
        zhao = self.forum.visitor()
        zhao.json("reset", "zhao", "--reset-code", code)
        equal(zhao.error("reset", "zhao", "--reset-code", code)["name"], "code_invalid")
        zhao.json("login", "zhao")

    def export_and_import(self):
        path, again = self.admin.home / "export.jsonl", self.admin.home / "again.jsonl"
        self.admin.run("admin", "export", path)
        equal(stat.S_IMODE(path.stat().st_mode), 0o600)
        lines = path.read_text().splitlines()
        equal(json.loads(lines[0])["luntan_export"], 1)
        names = [next(iter(json.loads(line))) for line in lines[1:]]
        order = ["board", "account", "thread", "post", "revision", "draft", "mark", "watch", "notice"]
        equal(names, sorted(names, key=order.index))
        expect({"board", "account", "thread", "post", "revision", "mark", "watch", "notice"} <= set(names), sorted(set(names)))
        with Forum() as other:
            boss = other.person("wang", invite=other.invitation, name="王芳")
            broken = self.admin.home / "broken.jsonl"
            broken.write_text(lines[0] + "\n{\"board\":{\"id\":1}}\n")
            equal(boss.error("admin", "import", broken)["name"], "bad_field")
            broken.write_text("{}\n")
            boss.run("admin", "import", broken, status=1)
            equal(boss.json("admin", "import", path)[0]["count"], len(lines) - 1)
            boss.run("admin", "export", again)
            equal(again.read_text().splitlines()[1:], lines[1:])

    def another_certificate(self):
        li = self.li
        with Forum() as other:
            expect(other.person("li2"))
            servers = li.home / ".local/state/luntan/servers"
            servers.write_text(servers.read_text() + f"{other.server} {'0' * 64}\n")
            done = li.run("--json", "--server", other.server, "boards", status=1)[0]
            equal(json.loads(done)["error"]["name"], "untrusted")

    def settings_of_ones_own(self):
        nobody = self.forum.visitor()
        config = nobody.home / ".config/luntan/luntan.conf"
        config.parent.mkdir(parents=True)
        config.write_text(f"# mine\nserver = {self.forum.server}\nlang = en\n")
        command = nobody.words()[0]

        def run(*words, **more):
            return subprocess.run([command, *words], capture_output=True, text=True, env=nobody.environment(**more), timeout=PATIENCE, check=False)

        equal((run("whoami").returncode, run("whoami").stdout), (0, "A visitor, not logged in.\n"))
        equal(run("--lang", "zh", "whoami").stdout, "访客 (未登录)\n")
        equal(run("whoami", LUNTAN_SERVER="127.0.0.1:1").returncode, 1)
        equal(run("--server", self.forum.server, "whoami", LUNTAN_SERVER="127.0.0.1:1").returncode, 0)
        certificate = self.forum.data / "tls/certificate.pem"
        equal(run("--ca", str(certificate), "whoami").returncode, 0)
        config.write_text("server\n")
        done = run("whoami")
        equal((done.returncode, "1" in done.stderr), (2, True))

    def a_server_that_is_not_there(self):
        nobody = self.forum.visitor()
        equal(nobody.error("--server", "127.0.0.1:1", "boards")["name"], "unreachable")


def main():
    tap = Tap()
    with Forum() as forum:
        story = Story(forum)
        for part in (story.calling_it_wrongly, story.nobody_reads, story.first_administrator, story.posting_and_reading,
                     story.nothing_steers_the_terminal, story.files_and_pipes, story.editing_and_history, story.watching_live,
                     story.notices_and_marks, story.moderating, story.drafts_and_the_editor, story.a_long_essay_survives,
                     story.watching_across_a_restart, story.a_reader_that_goes_away, story.asking_for_passwords,
                     story.sessions_and_passwords, story.several_sessions_of_one_person, story.second_factor, story.administering,
                     story.export_and_import, story.another_certificate, story.settings_of_ones_own, story.a_server_that_is_not_there):
            tap.run(part.__name__.replace("_", " "), part)
    tap.end()


main()
