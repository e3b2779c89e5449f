#!/usr/bin/python3
"""Writing, as a browser without JavaScript meets it: every form good and bad, drafts, double taps, texts that survive whatever
happens meanwhile; notices, watches, marks, and what moderators do to a thread. Every page on the way is looked at for what forms owe
their users."""
import json
import pathlib
import re
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from browser import Browser  # noqa: E402
from server import PASSWORD, Server  # noqa: E402
from tap import Tap, equal, expect  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BODY, TITLE = 200000, 120  # limits.def
DRAFTS, PAGE = 100, 50
UNLABELLED = {"hidden", "submit", "button"}


def check(page):
    """What every page owes: one first heading, headings without gaps, ids once, labels, descriptions that are there."""
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    equal(levels.count(1), 1, f"h1 on {page.path}")
    expect(all(after <= before + 1 for before, after in zip([0] + levels, levels)), f"headings on {page.path}: {levels}")
    equal(len(set(page.ids)), len(page.ids), f"ids on {page.path}")
    labelled = {attributes.get("for") for tag, attributes in page.elements if tag == "label"}
    for tag, attributes in page.elements:
        described = attributes.get("aria-describedby", "").split()
        expect(set(described) <= set(page.ids), f"{described} on {page.path}")
        expect("style" not in attributes and not any(name.startswith("on") for name in attributes), f"{tag} {attributes}")
        if tag in ("input", "textarea", "select") and attributes.get("type") not in UNLABELLED:
            expect(attributes.get("id") in labelled or attributes.get("aria-label"), f"no label for {attributes} on {page.path}")
    return page


class Reader(Browser):
    """A browser that looks at every page that it is shown."""

    def request(self, *asked, **more):
        page = super().request(*asked, **more)
        if page.headers.get("content-type", "").startswith("text/html") and b"<html" in page.body:
            check(page)
        return page

    def editor(self, path):
        """The editor's form there."""
        return self.get(path).form(path.partition("?")[0])


class Town:
    """A server with the boards that one starts with, and people."""

    def __init__(self, server):
        self.server = server
        self.warden = server.account("warden", "administrator")
        self.warden.call("account_set", lang="zh")
        self.admin = self.signed_in("warden")

    def signed_in(self, handle):
        reader = Reader(self.server.daemon.port)
        reader.sign_in(handle, PASSWORD)
        expect("__Host-luntan" in reader.cookies, f"{handle} is not signed in")
        return reader

    def person(self, role="citizen"):
        """A browser and a connection of somebody new, and the handle."""
        handle = self.server.unique(role)
        wire = self.server.account(handle, role)
        wire.call("account_set", lang="zh")
        return self.signed_in(handle), wire, handle

    def thread(self, board="suggestions", title="路灯", body="村口的路灯坏了。", by=None):
        return (by or self.warden).call("post", board=board, title=title, body=body)["thread"]

    def bodies(self, thread, wire=None):
        return [post.get("body") for post in (wire or self.warden).call("read", thread=thread)["posts"]]

    def threads(self, board="suggestions"):
        return [thread["title"] for thread in self.warden.call("threads", board=board)["threads"]]


def said(page):
    """What a page says, on one line."""
    return f"{page.status} {page.path}: " + " ".join(page.text.split())


def place(page):
    """Thread and floor to which an answer leads."""
    equal(page.status, 303)
    found = re.fullmatch(r"/t/(\d+)(?:#(\d+)|/(\d+))", page.headers["location"])
    expect(found, page.headers["location"])
    return int(found[1]), int(found[2] or found[3])


def wrong(page, field=None):
    """The words of the refusal; that the field is marked, described by them, and alone."""
    found = re.search(r'<p class="error" role="alert" id="refused">(.*?)</p>', page.body.decode(), re.S)
    expect(found, f"no refusal on {page.path} ({page.status}): {said(page)}")
    marked = [attributes["name"] for _, attributes in page.elements if attributes.get("aria-invalid") == "true"]
    equal(marked, [field] if field else [], "marked fields")
    if field:
        words = next(attributes for _, attributes in page.elements if attributes.get("name") == field)["aria-describedby"]
        expect("refused" in words.split(), words)
    return found[1].strip()


# ---- new threads, answers, edits, deletions ----

def new_thread(town):
    reader, wire, handle = town.person()
    form = reader.editor("/b/suggestions/new")
    equal(form.encoding, "multipart/form-data")
    equal([value for _, value in form.buttons], ["preview", "draft", "post"])
    thread, floor = place(reader.submit(form, "post", follow=False, title="修路 & <b>", body="第一行\n\n第二行", tags="民生，道路 农村"))
    equal(floor, 1)
    header = wire.call("read", thread=thread)
    equal(header["thread"]["title"], "修路 & <b>")
    equal(header["thread"]["tags"], ["民生", "道路", "农村"])
    equal(header["posts"][0]["body"], "第一行\n\n第二行")
    equal(header["posts"][0]["author"], handle)
    expect("修路 & <b>" in reader.get(f"/t/{thread}").text, "the thread does not show it")


def answers(town):
    reader, wire, _ = town.person()
    thread = town.thread(body="**路灯**\n\n坏了三个\n\n")
    wire.call("reply", thread=thread, body="二楼")
    page = reader.get(f"/t/{thread}/reply?to=1&quote=1")
    form = page.form(f"/t/{thread}/reply")
    equal(form.fields["body"], "> #1 warden\n>\n> **路灯**\n>\n> 坏了三个\n\n")
    equal(form.fields["reply_to"], "1")
    expect("title" not in form and "tags" not in form, "an answer has no title")
    expect("路灯 坏了三个" in page.text, "what is answered is not shown")
    where = place(reader.submit(form, "post", follow=False, body=form.fields["body"] + "同意"))
    equal(where, (thread, 3))
    posts = wire.call("read", thread=thread)["posts"]
    equal(posts[2]["reply_to"], 1)
    expect(posts[2]["body"].endswith("同意"), posts[2]["body"])
    form = reader.editor(f"/t/{thread}/reply")
    equal((form.fields["body"], form.fields["reply_to"]), ("", ""))
    place(reader.submit(form, "post", follow=False, body="不答哪一楼"))
    equal(wire.call("read", thread=thread)["posts"][3].get("reply_to", 0), 0)


def long_quotes(town):
    reader, _, _ = town.person()
    thread = town.thread(body="很长的调研报告。" * 5000)
    body = reader.editor(f"/t/{thread}/reply?to=1&quote=1").fields["body"]
    expect(1000 < len(body) < 2000 and body.rstrip().endswith("……"), len(body))
    equal(reader.editor(f"/t/{thread}/reply?to=7&quote=1").fields["body"], "", "a floor that is not there")


def wrong_floor(town):
    reader, _, _ = town.person()
    thread = town.thread()
    page = reader.submit(reader.editor(f"/t/{thread}/reply"), "post", reply_to="99", body="答的楼层不存在")
    expect("楼层" in wrong(page), wrong(page))
    equal(page.form("/t/").fields["body"], "答的楼层不存在")


def edits(town):
    reader, wire, _ = town.person()
    thread = town.thread(by=wire)
    post = wire.call("read", thread=thread)["posts"][0]["id"]
    reply = wire.call("reply", thread=thread, body="补充")["post"]
    form = reader.editor(f"/p/{post}/edit")
    equal((form.fields["title"], form.fields["body"], form.fields["revision"]), ("路灯", "村口的路灯坏了。", "1"))
    equal(place(reader.submit(form, "post", follow=False, title="路灯修好了", body="已修好。")), (thread, 1))
    header = wire.call("read", thread=thread)
    equal((header["thread"]["title"], header["posts"][0]["body"], header["posts"][0]["revision"]), ("路灯修好了", "已修好。", 2))
    form = reader.editor(f"/p/{reply}/edit")
    expect("title" not in form, "an answer has a title")
    equal(place(reader.submit(form, "post", follow=False, body="补充二")), (thread, 2))
    page = town.person()[0].get(f"/p/{reply}/edit")
    equal(page.status, 403)
    equal([form.action for form in page.forms if form.action.startswith("/p/")], [], "a form for somebody else's post")
    expect("只有作者本人" in page.text, "no reason")


def stale_edit(town):
    reader, wire, _ = town.person()
    thread = town.thread(by=wire, body="第一段。\n\n第二段。")
    post = wire.call("read", thread=thread)["posts"][0]["id"]
    form = reader.editor(f"/p/{post}/edit")
    wire.call("edit", post=post, revision=1, title="路灯（更新）", body="第一段。\n\n第二段改过。")
    page = reader.submit(form, "post", title="我的标题", body="我的文字")
    equal(page.status, 409)
    expect("已有新的版本" in wrong(page), wrong(page))
    again = page.form(f"/p/{post}/edit")
    equal((again.fields["title"], again.fields["body"], again.fields["revision"]), ("我的标题", "我的文字", "2"))
    expect("改过" in page.text and "路灯（更新）" in page.text, "what changed is not shown")
    expect([tag for tag, _ in page.elements if tag == "ins"], "no difference")
    kept = reader.submit(again, "draft")
    equal(kept.form(f"/p/{post}/edit").fields["revision"], "2", "the revision after saving a draft")
    equal(place(reader.submit(kept.form(f"/p/{post}/edit"), "post", follow=False)), (thread, 1))
    equal(town.bodies(thread), ["我的文字"])


def deletions(town):
    reader, wire, _ = town.person()
    thread = town.thread()
    reply = wire.call("reply", thread=thread, body="说错了")["post"]
    page = reader.get(f"/p/{reply}/delete")
    expect("说错了" in page.text and "不能恢复" in page.text, said(page))
    page = reader.submit(page.form(f"/p/{reply}/delete"), follow=False)
    equal(place(page), (thread, 2))
    expect("帖子已删除" in reader.follow(page).text, "nothing is told")
    equal(town.bodies(thread)[1], None)
    equal(reader.get(f"/p/{reply}/delete").status, 410)
    equal(reader.get(f"/p/{reply}/edit").status, 410)
    first = wire.call("read", thread=thread)["posts"][0]["id"]
    page = reader.get(f"/p/{first}/delete")
    expect("只有作者本人" in page.text and f"/p/{first}/delete" not in [form.action for form in page.forms], "somebody else's post")
    equal(reader.get("/p/999999/delete").status, 404)


# ---- what is wrong with a text ----

def wrong_fields(town):
    reader, _, _ = town.person()
    before = town.threads()
    for values, field, words in (
            ({"title": "", "body": "正文"}, "title", "请填写标题"),
            ({"title": "a\nb", "body": "正文"}, "title", "一行"),
            ({"title": "a\u202eb", "body": "正文"}, "title", "一行"),
            ({"title": "长" * (TITLE + 1), "body": "正文"}, "title", f"{TITLE + 1} 字"),
            ({"title": "标题", "body": ""}, "body", "请填写正文"),
            ({"title": "标题", "body": " \n\u200b"}, "body", "请填写正文"),
            ({"title": "标题", "body": "字" * (BODY + 1)}, "body", f"{BODY + 1} 字"),
            ({"title": "标题", "body": "正文", "tags": "签" * 25}, "tags", "标签"),
            ({"title": "标题", "body": "正文", "tags": " ".join("abcdefghi")}, "tags", "标签")):
        page = reader.submit(reader.editor("/b/suggestions/new"), "post", **values)
        equal(page.status, 422, field)
        expect(words in wrong(page, field), wrong(page, field))
        again = page.form("/b/suggestions/new")
        for name, value in values.items():
            if value != "a\nb":
                equal(again.fields[name], value, name)
    page = reader.submit(again, "post", title="长" * TITLE, body="字" * BODY, tags=" ".join("abcdefgh"), follow=False)
    equal(town.bodies(place(page)[0]), ["字" * BODY], "as long as allowed")
    equal(len(town.threads()), len(before) + 1)


def broken_text(town):
    reader, _, _ = town.person()
    before = town.threads()
    for broken in ("\udcff", "\udcc0\udcaf", "\udced\udca0\udc80", "a\0b"):
        page = reader.submit(reader.editor("/b/suggestions/new"), "post", title="标题", body="正文" + broken)
        equal(page.status, 400)
        expect("没有完整送达" in page.text, said(page))
    form = reader.editor("/b/suggestions/new")
    body = b"--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n" + form.fields["token"].encode() + b"\r\n"
    equal(reader.request("POST", form.action, body, Content_Type="multipart/form-data; boundary=x").status, 400, "cut off")
    equal(town.threads(), before)


def essay(town):
    """As long as the longest that people write; blank lines at its beginning, line ends of all kinds, what HTML would swallow."""
    reader, wire, _ = town.person("member")
    body = "\n\n  # 论学习\n\n" + "".join(f"第 {i} 段：学习体会，理论联系实际 &amp; <b>&lt;</b>。\n\n" for i in range(4700)) + "</textarea>完\n"
    expect(len(body) > 150000, len(body))
    page = reader.submit(reader.editor("/b/essays/new"), "preview", title="论学习", body=body)
    equal(page.status, 200)
    equal(page.form("/b/essays/new").fields["body"], body, "after the preview")
    page = reader.submit(page.form("/b/essays/new"), "draft")
    draft = page.form("/b/essays/new").fields["draft"]
    form = reader.get(f"/drafts/{draft}").form("/b/essays/new")
    equal(form.fields["body"], body, "from its draft")
    thread, _ = place(reader.submit(form, "post", follow=False))
    post = wire.call("read", thread=thread, count=1)["posts"][0]["id"]
    equal(reader.editor(f"/p/{post}/edit").fields["body"], body, "in the editor")
    equal(reader.get(f"/drafts/{draft}").status, 404, "its draft")


# ---- once ----

def double_taps(town):
    reader, _, handle = town.person()
    form = reader.editor("/b/suggestions/new")
    taps = [town.signed_in(handle) for _ in range(4)]
    for browser in taps:
        browser.cookies = dict(reader.cookies)
    places = []
    title = "只发一次 " + handle

    def tap(browser):
        places.append(place(browser.submit(form, "post", follow=False, title=title, body="正文")))

    threads = [threading.Thread(target=tap, args=(browser,)) for browser in taps]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    equal(len(places), 4)
    equal(len(set(places)), 1, f"{places}")
    equal(town.threads().count(title), 1)
    form = reader.editor(f"/t/{places[0][0]}/reply")
    equal({place(reader.submit(form, "post", follow=False, body="答一次")) for _ in range(3)}, {(places[0][0], 2)})


def other_text_on_the_way_back(town):
    """The browser's way back leads to a form that was sent already."""
    reader, _, handle = town.person()
    form = reader.editor("/b/suggestions/new")
    place(reader.submit(form, "post", follow=False, title="甲 " + handle, body="甲"))
    page = reader.submit(form, "post", title="乙 " + handle, body="乙")
    equal(page.status, 409)
    expect("已经发布过" in wrong(page), wrong(page))
    place(reader.submit(page.form("/b/suggestions/new"), "post", follow=False))
    titles = town.threads()
    equal((titles.count("甲 " + handle), titles.count("乙 " + handle)), (1, 1))


def saved_then_posted_on_the_way_back(town):
    reader, wire, handle = town.person()
    form = reader.editor("/b/suggestions/new")
    reader.submit(form, "draft", title="先存", body="先存")
    reader.submit(form, "draft", title="先存", body="先存")
    equal(len(wire.call("drafts")["drafts"]), 1, "the same form saved twice")
    reader.submit(form, "draft", title="先存", body="又改")
    equal(len(wire.call("drafts")["drafts"]), 2, "another text saved from the same form")
    place(reader.submit(form, "post", follow=False, title="发 " + handle, body="发"))
    equal(town.threads().count("发 " + handle), 1)


# ---- drafts ----

def previews(town):
    reader, wire, _ = town.person()
    text = "**要点**\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |"
    page = reader.submit(reader.editor("/b/suggestions/new"), "preview", title="预览", body=text, tags="民生")
    equal(page.status, 200)
    expect("<strong>要点</strong>" in page.body.decode() and [tag for tag, _ in page.elements if tag == "table"], "no preview")
    expect(re.search(r"已存草稿 \d\d:\d\d", said(page)), "no time")
    form = page.form("/b/suggestions/new")
    equal((form.fields["title"], form.fields["tags"], form.fields["version"]), ("预览", "民生", "1"))
    drafts = wire.call("drafts")["drafts"]
    equal([(draft["title"], draft["version"]) for draft in drafts], [("预览", 1)])
    page = reader.submit(form, "preview", body="改过")
    equal(page.form("/b/suggestions/new").fields["version"], "2")
    place(reader.submit(page.form("/b/suggestions/new"), "post", follow=False))
    equal(wire.call("drafts").get("drafts", []), [], "drafts after posting")


def nothing_to_keep(town):
    reader, wire, _ = town.person()
    page = reader.submit(reader.editor("/b/suggestions/new"), "draft", title=" ", body="\n")
    equal(page.status, 200)
    expect("未存草稿" in page.text, "nothing is told")
    page = reader.submit(reader.editor("/b/suggestions/new"), "preview", title="", body="")
    expect("还没有正文" in page.text, "nothing is told")
    equal(wire.call("drafts").get("drafts", []), [])


def draft_list(town):
    reader, wire, _ = town.person()
    thread = town.thread(by=wire, title="要回复的主题")
    post = wire.call("read", thread=thread)["posts"][0]["id"]
    expect("没有草稿" in reader.get("/drafts").text, "no words for none")
    reader.submit(reader.editor("/b/suggestions/new"), "draft", title="有标题的", body="一", tags="甲")
    reader.submit(reader.editor(f"/t/{thread}/reply?to=1"), "draft", body="**没有**标题，只有正文")
    reader.submit(reader.editor(f"/p/{post}/edit"), "draft", title="", body="改一改")
    page = reader.get("/drafts")
    for words in ("有标题的", "主题，版块：建言献策", "没有标题，只有正文", "回复《要回复的主题》", "改一改", "修改帖子"):
        expect(words in page.text, f"{words} is missing: {said(page)}")
    ways = [link for link in page.links if re.fullmatch(r"/drafts/[\w-]{22}", link)]
    equal(len(set(ways)), 3)
    filled = {}
    for way in dict.fromkeys(ways):
        at = reader.get(way, follow=False)
        equal(at.status, 302)
        form = reader.follow(at).form(at.headers["location"].partition("?")[0])
        filled[form.action] = form
    equal(filled["/b/suggestions/new"].fields["tags"], "甲")
    equal(filled[f"/t/{thread}/reply"].fields["reply_to"], "1")
    equal(filled[f"/p/{post}/edit"].fields["revision"], "1")
    page = reader.submit(reader.get("/drafts").form("/drafts/"))
    expect("草稿已删除" in page.text, "nothing is told")
    equal(len(wire.call("drafts")["drafts"]), 2)
    place(reader.submit(filled[f"/t/{thread}/reply"], "post", follow=False))
    equal(town.bodies(thread)[1], "**没有**标题，只有正文")
    equal(len(wire.call("drafts")["drafts"]), 1)
    stranger = town.person()[0]
    equal(stranger.get(ways[-1]).status, 404, "somebody else's draft")


def draft_of_an_edit_that_came_too_late(town):
    reader, wire, _ = town.person()
    thread = town.thread(by=wire)
    post = wire.call("read", thread=thread)["posts"][0]["id"]
    page = reader.submit(reader.editor(f"/p/{post}/edit"), "draft", title="路灯", body="在草稿里")
    draft = page.form(f"/p/{post}/edit").fields["draft"]
    expect("又改过" not in reader.get(f"/drafts/{draft}").text, "warned too early")
    wire.call("edit", post=post, revision=1, body="后来又改")
    page = reader.get(f"/drafts/{draft}")
    expect("又改过" in page.text, "no warning")
    equal(page.form(f"/p/{post}/edit").fields["body"], "在草稿里")


def draft_conflict(town):
    reader, wire, _ = town.person()
    page = reader.submit(reader.editor("/b/suggestions/new"), "draft", title="两处", body="原来")
    form = page.form("/b/suggestions/new")
    draft = form.fields["draft"]
    reader.submit(form, "draft", body="那边")
    page = reader.submit(form, "draft", body="这边")
    expect("两份都已保留" in page.text, said(page))
    expect(f"/drafts/{draft}" in page.links, "no link to the other")
    mine = page.form("/b/suggestions/new")
    expect(mine.fields["draft"] != draft and mine.fields["body"] == "这边", mine.fields)
    equal(reader.get(f"/drafts/{draft}").form("/b/suggestions/new").fields["body"], "那边")
    reader.submit([each for each in reader.get("/drafts").forms if draft in each.action][0])
    page = reader.submit(form, "draft", body="第三次")
    expect("已另存为新草稿" in page.text and f"/drafts/{draft}" not in page.links, said(page))
    equal(len(wire.call("drafts")["drafts"]), 2)


def draft_gone(town):
    reader, _, handle = town.person()
    page = reader.submit(reader.editor("/b/suggestions/new"), "draft", title="草稿已删 " + handle, body="正文")
    form = page.form("/b/suggestions/new")
    reader.submit(reader.get("/drafts").form("/drafts/"))
    page = reader.submit(form, "post")
    expect("已在别处发布或删除" in wrong(page), wrong(page))
    again = page.form("/b/suggestions/new")
    equal((again.fields["draft"], again.fields["body"]), ("", "正文"))
    place(reader.submit(again, "post", follow=False))
    equal(town.threads().count("草稿已删 " + handle), 1)


def drafts_full(town):
    reader, wire, _ = town.person()
    for i in range(DRAFTS):
        wire.call("draft_save", title=f"第 {i} 份", body="文")
    page = reader.submit(reader.editor("/b/suggestions/new"), "preview", title="再一份", body="**文字**")
    equal(page.status, 422)
    expect("上限" in wrong(page) and "<strong>文字</strong>" in page.body.decode(), "no preview")
    equal(page.form("/b/suggestions/new").fields["body"], "**文字**")
    place(reader.submit(page.form("/b/suggestions/new"), "post", follow=False))
    page = reader.get("/drafts")
    equal(len([form for form in page.forms if form.action.startswith("/drafts/")]), DRAFTS)


def draft_elsewhere(town):
    """The place that a draft was for is shut, or gone: the text can go elsewhere."""
    reader, wire, handle = town.person()
    thread = town.thread()
    page = reader.submit(reader.editor(f"/t/{thread}/reply"), "draft", body="写给锁定的主题")
    draft = page.form(f"/t/{thread}/reply").fields["draft"]
    town.warden.call("thread_set", thread=thread, locked="on", reason="off_topic")
    page = reader.get(f"/drafts/{draft}")
    equal(page.status, 403)
    expect("已锁定" in page.text and page.form(f"/t/{thread}/reply").fields["body"] == "写给锁定的主题", said(page))
    expect(("do", "post") not in page.form(f"/t/{thread}/reply").buttons, "it can be posted")
    page = reader.get(f"/drafts/{draft}?elsewhere=1")
    expect("写给锁定的主题" in page.text, "no text")
    form = reader.get(f"/b/migrants/new?draft={draft}").form("/b/migrants/new")
    place(reader.submit(form, "post", follow=False, title="换个地方 " + handle))
    equal(town.threads("migrants").count("换个地方 " + handle), 1)
    equal(wire.call("drafts").get("drafts", []), [])
    homeless = wire.call("draft_save", title="没有去处", body="正文")["draft"]
    page = reader.get("/drafts")
    expect("没有去处" in page.text, "not in the list")
    page = reader.get([link for link in page.links if link.startswith("/drafts/")][0])
    expect("作为主题发表到" in page.text and len(homeless) == 16, said(page))
    equal(reader.get("/drafts/" + "A" * 22).status, 404)
    equal(reader.get("/drafts/x").status, 404)


# ---- what happens meanwhile ----

def signed_out_meanwhile(town):
    reader, wire, handle = town.person()
    form = reader.editor("/b/suggestions/new")
    for session in wire.call("sessions")["sessions"]:
        if not session.get("current"):
            wire.call("revoke", session=session["id"])
    title, body = "登录失效 " + handle, "\n保留 <b> 的\n\n文字"
    page = reader.submit(form, "post", title=title, body=body)
    expect("您填写的内容会在登录后提交" in page.text, said(page))
    page = reader.submit(page.form("/login"), handle=handle, password="wrong horse battery staple")
    last = page.form("/login")
    where = reader.submit(last, handle=handle, password=PASSWORD, follow=False)
    thread, _ = place(where)
    equal(town.bodies(thread), [body])
    reader.cookies.clear()  # a second tap, from before the first was answered
    reader.submit(last, handle=handle, password=PASSWORD)
    equal(town.threads().count(title), 1)


def preview_while_signed_out(town):
    reader, wire, handle = town.person()
    form = reader.editor("/b/suggestions/new")
    reader.cookies.clear()
    page = reader.submit(form, "draft", title="未登录", body="存草稿")
    page = reader.submit(page.form("/login"), handle=handle, password=PASSWORD)
    equal(page.form("/b/suggestions/new").fields["body"], "存草稿")
    equal([draft["title"] for draft in wire.call("drafts")["drafts"]], ["未登录"])


def foreign_forms(town):
    reader, _, handle = town.person()
    before = town.threads()
    good = reader.editor("/b/suggestions/new")
    for why, change, extra, status in (
            ("no token", {"token": None}, {}, 409),
            ("an empty token", {"token": ""}, {}, 409),
            ("a made-up token", {"token": "A" * 43}, {}, 409),
            ("another site", {}, {"Sec_Fetch_Site": "cross-site"}, 403),
            ("a sister of the site", {}, {"Sec_Fetch_Site": "same-site"}, 403),
            ("another origin", {}, {"Origin": "https://evil.example"}, 403),
            ("a null origin", {}, {"Origin": "null"}, 403)):
        page = reader.submit(good, "post", extra=extra, title="外来 " + handle, body="正文", **change)
        equal(page.status, status, why)
        if status == 409:
            equal(page.form("/b/suggestions/new").fields["body"], "正文", why)
    for path in (f"/t/{town.thread()}/mark", "/notices", "/drafts", "/preview"):
        page = reader.request("POST", path, b"op=" + b"0" * 32, Content_Type="application/x-www-form-urlencoded")
        equal(page.status, 409, path)
    equal([title for title in town.threads() if title == "外来 " + handle], [])
    other = town.person()[0].editor("/b/suggestions/new")
    equal(reader.submit(other, "post", title="别人的表单", body="正文").status, 409)
    expect("别人的表单" not in town.threads() and len(town.threads()) == len(before) + 1, "posted")


def shut_places(town):
    reader, wire, handle = town.person()
    thread = town.thread()
    post = wire.call("reply", thread=thread, body="我的")["post"]
    form, edit = reader.editor(f"/t/{thread}/reply"), reader.editor(f"/p/{post}/edit")
    town.warden.call("thread_set", thread=thread, locked="on", reason="off_topic")
    page = reader.submit(form, "post", body="锁定之前写的")
    equal(page.status, 403)
    expect("已锁定" in page.text and page.form(f"/t/{thread}/reply").fields["body"] == "锁定之前写的", said(page))
    equal([value for _, value in page.form(f"/t/{thread}/reply").buttons], ["preview", "draft"])
    page = reader.submit(page.form(f"/t/{thread}/reply"), "draft")
    expect("已存草稿" in page.text and f"/t/{thread}" in page.links, "it cannot be kept")
    page = reader.submit(edit, "post", body="锁定之前改的")
    expect("已锁定" in page.text and page.form(f"/p/{post}/edit").fields["body"] == "锁定之前改的", said(page))
    board = "b" + handle[-8:]
    town.warden.call("board_create", {"slug": board, "name": "会关的版块"})
    form = reader.editor(f"/b/{board}/new")
    town.warden.call("board_set", board=board, closed="on")
    page = reader.submit(form, "post", title="关闭之前", body="关闭之前写的")
    equal(page.status, 403)
    expect("目前不接受发言" in page.text and page.form(f"/b/{board}/new").fields["body"] == "关闭之前写的", said(page))
    town.warden.call("board_set", board=board, read="administrator")
    page = reader.submit(form, "post", title="不见之前", body="不见之前写的")
    equal(page.status, 404)
    equal(page.form(f"/b/{board}/new").fields["body"], "不见之前写的")
    page = reader.get("/b/essays/new")
    equal(page.status, 403)
    expect("不能在本版块发表主题" in page.text and "/b/essays" in page.links, said(page))
    equal(reader.get("/b/nowhere/new").status, 404)
    equal(reader.get("/t/999999/reply").status, 404)
    equal(reader.get("/t/x/reply").status, 404)
    equal(reader.get("/p/0/edit").status, 404)


def visitors(town):
    reader = Reader(town.server.daemon.port)
    equal(reader.get("/b/guestbook/new", follow=False).headers["location"], "/b/guestbook/leave")
    equal(reader.get("/b/suggestions/new", follow=False).headers["location"], "/login?to=/b/suggestions/new")
    for path in (f"/t/{town.thread()}/reply", "/drafts", "/notices", "/watches", "/p/1/edit", "/p/1/delete"):
        page = reader.get(path, follow=False)
        expect(page.status in (302, 303) and page.headers["location"].startswith("/login?to="), f"{path}: {page.status}")
    person = town.person()[0]
    page = person.submit(person.get("/b/guestbook/new").form("/b/guestbook/new"), "post", title="请问", body="介绍信丢了怎么办")
    expect(page.path.startswith("/held/") and "等待审核" in page.text, said(page))


# ---- what the script asks for ----

def ask_json(reader, form, path, **values):
    form.action, form.encoding = path, "application/x-www-form-urlencoded"
    return reader.submit(form, follow=False, extra={"Accept": "application/json"}, **values)


def autosave(town):
    reader, wire, _ = town.person()
    thread = town.thread()
    form = reader.editor(f"/t/{thread}/reply?to=1")
    page = ask_json(reader, form, "/drafts", body="自动保存")
    equal(page.status, 200)
    equal(page.headers["content-type"], "application/json")
    first = json.loads(page.body)
    expect(re.fullmatch(r"\d\d:\d\d", first["saved"]), first)
    equal((first["version"], first["conflict"]), (1, False))
    draft = wire.call("drafts")["drafts"][0]
    equal((draft["thread"], draft["reply_to"]), (thread, 1))
    second = json.loads(ask_json(reader, form, "/drafts", body="又写", draft=first["draft"], version="1").body)
    equal((second["draft"], second["version"]), (first["draft"], 2))
    third = json.loads(ask_json(reader, form, "/drafts", body="另一处", draft=first["draft"], version="1").body)
    equal((third["conflict"], third["other"]), (True, "/drafts/" + first["draft"]))
    again = json.loads(ask_json(reader, form, "/drafts", body="另一处", draft=first["draft"], version="1").body)
    equal((again["draft"], again["conflict"]), (third["draft"], True), "the same save once more")
    equal(len(wire.call("drafts")["drafts"]), 2)
    page = ask_json(reader, form, "/drafts", title="长" * (TITLE + 1), body="标题太长")
    equal(page.status, 422)
    equal((json.loads(page.body)["error"], json.loads(page.body)["field"]), ("too_long", "title"))
    page = ask_json(reader, form, "/preview", title="标题", body="# 大标题\n\n<script>x</script>**粗**")
    equal(page.status, 200)
    expect("<strong>粗</strong>" in page.body.decode(), page.body)
    expect("<script" not in page.body.decode() and "<html" not in page.body.decode(), page.body)
    reader.cookies.clear()
    page = ask_json(reader, form, "/drafts", body="已退出")
    equal((page.status, json.loads(page.body)["error"]), (401, "login_needed"))


# ---- what one follows ----

def notices(town):
    reader, wire, handle = town.person()
    other, otherwire, name = town.person()
    thread = town.thread(by=wire)
    expect("没有通知" in reader.get("/notices").text, "no words for none")
    place(other.submit(other.editor(f"/t/{thread}/reply"), "post", follow=False, body="答复"))
    other.submit(other.editor("/b/suggestions/new"), "post", title="提到您", body=f"@{handle} 请看")
    town.warden.call("grant", handle=handle, role="member")
    page = reader.get("/notices")
    for words in (f"{name} 回复了您", f"{name} 提到了您", "身份有变动", "党员", "3 条未读"):
        expect(words in page.text, f"{words} is missing: {said(page)}")
    expect(f"/t/{thread}/2" in page.links, page.links)
    expect(any("data-unread" in attributes for _, attributes in reader.get("/b/suggestions").elements), "the frame does not tell")
    equal(len(re.findall("badge-new\">未读", page.body.decode())), 3)
    page = reader.submit(page.form("/notices"))
    expect("通知已全部标为已读" in page.text and "全部已读" in page.text, said(page))
    equal(wire.call("notices").get("unread", 0), 0)
    equal([form.action for form in page.forms if form.action == "/notices"], [], "a form with nothing to mark")
    for i in range(PAGE + 5):
        otherwire.call("reply", thread=thread, body=f"第 {i} 次")
    page = reader.get("/notices")
    more = [link for link in page.links if link.startswith("/notices?before=")]
    equal(len(more), 1)
    page = reader.get(more[0])
    expect("提到您" in page.text and "/notices" in page.links, said(page))
    board = "n" + handle[-8:]
    town.warden.call("board_create", {"slug": board, "name": "移走", "read": "moderator"})
    town.warden.call("move", thread=thread, board=board, reason="off_topic")
    expect("您现在不能查看这个主题" in reader.get("/notices").text, "a title that may not be seen")


def watches(town):
    reader, wire, _ = town.person()
    thread = town.thread(title="关注的主题")
    expect("没有关注" in reader.get("/watches").text, "no words for none")
    page = reader.submit(reader.get(f"/t/{thread}").form(f"/t/{thread}/watch"))
    expect("已关注" in page.text and page.path == f"/t/{thread}", page.path)
    board = next(form for form in reader.get("/b/suggestions").forms if form.action.endswith("/watch"))
    page = reader.submit(board)
    expect("已关注" in page.text and page.path == "/b/suggestions", page.path)
    page = reader.get("/watches")
    expect("关注的主题" in page.text and "建言献策" in page.text, said(page))
    page = reader.submit(page.form(f"/t/{thread}/watch"))
    expect(page.path == "/watches" and "已取消关注" in page.text and "关注的主题" not in page.text, said(page))
    board = next(form for form in reader.get("/b/suggestions").forms if form.action.endswith("/watch"))
    page = reader.submit(board)
    expect("已取消关注" in page.text, said(page))
    equal(wire.call("watches").get("watches", []), [])
    form = reader.get(f"/t/{thread}").form(f"/t/{thread}/watch")
    for elsewhere in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x"):
        form.fields["back"] = elsewhere
        equal(reader.submit(form, follow=False).headers["location"], "/", elsewhere)
    form.action = "/t/999999/watch"
    equal(reader.submit(form, back=None).status, 404)


def marks(town):
    reader, wire, _ = town.person()
    thread = town.thread()
    form = reader.get("/b/suggestions").form("/b/suggestions/mark")
    page = reader.submit(form)
    expect("已全部标为已读" in page.text, said(page))
    equal([each["id"] for each in wire.call("threads", board="suggestions")["threads"] if each.get("unread")], [])
    town.warden.call("reply", thread=thread, body="新的")
    form = reader.get("/b/suggestions").form("/b/suggestions/mark")
    form.action = f"/t/{thread}/mark"
    page = reader.submit(form, floor="1", follow=False)
    equal((page.status, page.headers["location"]), (303, f"/t/{thread}"))
    equal(wire.call("read", thread=thread)["thread"]["read_floor"], 1)
    equal(reader.submit(form, floor="99", op="0" * 32).status, 422)


def moderation(town):
    reader, wire, handle = town.person()
    thread = town.thread(by=wire, title="要管的主题")
    expect(f"/t/{thread}/set" not in [form.action for form in reader.get(f"/t/{thread}").forms], "a citizen's buttons")
    for field, told, undone in (("pinned", "已置顶", "已取消置顶"), ("featured", "加为精华", "已取消精华")):
        for words in (told, undone):
            forms = [form for form in town.admin.get(f"/t/{thread}").forms if form.action == f"/t/{thread}/set"]
            form = next(form for form in forms if field in form)
            expect(words in town.admin.submit(form).text, words)
    foreign = reader.get(f"/t/{thread}").form(f"/t/{thread}/watch")
    foreign.action = f"/t/{thread}/set"
    equal(reader.submit(foreign, pinned="on").status, 403)
    equal(reader.get(f"/t/{thread}/move").status, 403)
    page = town.admin.get(f"/t/{thread}/move")
    form = page.form(f"/t/{thread}/move")
    boards = [attributes.get("value") for tag, attributes in page.elements if tag == "option"]
    expect("migrants" in boards and "suggestions" not in boards, boards)
    page = town.admin.submit(form, board="nowhere")
    expect("版块" in wrong(page, "board"), wrong(page, "board"))
    page = town.admin.submit(page.form(f"/t/{thread}/move"), board="migrants")
    expect("理由" in said(page) and page.status == 422, said(page))
    page = town.admin.submit(page.form(f"/t/{thread}/move"), board="migrants", reason="off_topic", words="请到这里谈")
    expect("主题已移动" in page.text and page.path == f"/t/{thread}", said(page))
    equal(wire.call("read", thread=thread)["thread"]["board_slug"], "migrants")
    expect("您的主题已被移动" in reader.get("/notices").text and "warden" not in reader.get("/notices").text, handle)
    expect("请到这里谈" in reader.get("/decisions").text, said(reader.get("/decisions")))


TESTS = (
    ("a thread is started", new_thread),
    ("a floor is answered and quoted", answers),
    ("of a long post the beginning is quoted", long_quotes),
    ("a floor that is not there is not answered", wrong_floor),
    ("a post is edited by its author", edits),
    ("what changed meanwhile is shown before it is written over", stale_edit),
    ("a post is deleted after a question", deletions),
    ("what is wrong with a field stands at it, and the text stays", wrong_fields),
    ("broken text is refused", broken_text),
    ("an essay of 150,000 characters comes through byte for byte", essay),
    ("a double tap posts once", double_taps),
    ("another text from a form that was sent is asked about", other_text_on_the_way_back),
    ("a form that was saved can be posted from the way back", saved_then_posted_on_the_way_back),
    ("the preview saves a draft, and posting ends it", previews),
    ("where there is nothing no draft is made", nothing_to_keep),
    ("drafts are listed, continued and discarded", draft_list),
    ("a draft of an edit tells that the post was changed", draft_of_an_edit_that_came_too_late),
    ("a draft saved in two places becomes two", draft_conflict),
    ("a draft that is gone does not post unasked", draft_gone),
    ("where no more drafts fit, the preview still comes", drafts_full),
    ("a draft whose place is shut goes elsewhere", draft_elsewhere),
    ("a text outlives its session and is posted once", signed_out_meanwhile),
    ("a draft outlives its session", preview_while_signed_out),
    ("forms of others are not taken, and the text stays", foreign_forms),
    ("a text outlives its place", shut_places),
    ("visitors get the guestbook's form, and sign in for others", visitors),
    ("the script saves and previews", autosave),
    ("notices are listed, led on from and marked", notices),
    ("threads and boards are watched, and no more", watches),
    ("threads and boards are marked as read", marks),
    ("moderators pin, lock, feature and move", moderation),
)


def main():
    tap = Tap()
    with Server("--boards", ROOT / "etc/boards") as server:
        town = Town(server)
        for name, test in TESTS:
            tap.run(name, test, town)
    tap.end()


main()
