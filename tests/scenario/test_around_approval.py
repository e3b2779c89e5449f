#!/usr/bin/python3
"""The known ways around approval that forums have had: what waits is shown by nothing but a decision on the very text that is shown."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from court import Court, equal, expect

from luntan_wire import Refused
from tap import Tap


def refused(court, who, message, code, field=None, **fields):
    """That somebody's request is refused with this code, about this field."""
    error = court[who].refusal(message, fields)
    equal((error["name"], error.get("field")), (code, field), f"refusal of {message}")
    return error


def refused_decision(court, who, item, act, code, field=None, hash_of=None, **fields):
    refused(court, who, "decide", code, field, item=item, act=act, hash=hash_of or court.look(who, item), **fields)


def body(court, post, who=None):
    """A post's text as somebody reads it."""
    return court[who].call("post_get", post=post)["posts"][0]["body"]


def hits(court, query, who=None):
    return [hit["post"] for hit in court[who].call("search", query=query).get("hits", [])]


def floors(court, thread, who=None):
    return [post["floor"] for post in court[who].call("read", thread=thread)["posts"]]


# ---- texts that change ----

def an_edit_after_approval_waits_too(court):
    post = court.publish("mei", "先好的", "先是好话")["post"]
    change = court.change("mei", post, "后是坏话", title="后坏的")
    equal(body(court, post), "先是好话")
    equal(hits(court, "坏话"), [])
    equal([revision["number"] for revision in court[None].call("history", post=post)["revisions"]], [1])
    refused(court, None, "revision", "not_found", "number", post=post, number=2)
    refused(court, "mei", "edit", "exists", "post", post=post, revision=1, body="另一个坏话")
    court.decide("judge", change, "remove", reason="spam")
    equal(body(court, post), "先是好话")


def an_edit_between_look_and_decision_makes_it_stale(court):
    held = court.send("mei", "看过的题目", "看过的话", tags=["看过"])
    item = court.item("judge", held)
    for version, change in enumerate(({"body": "没看过的话", "title": "看过的题目", "tags": ["看过"]}, {"body": "看过的话", "title": "没看过的题目", "tags": ["看过"]},
                                      {"body": "看过的话", "title": "看过的题目", "tags": ["没看过"]}, {"body": "看过的话", "title": "看过的题目"}), 1):
        seen = court.look("judge", item)
        court["mei"].call("held_edit", held=held, version=version, **change)
        now = court.look("judge", item)
        if now == seen:
            equal(change.get("tags"), None, "what the hash leaves out")
        else:
            refused_decision(court, "judge", item, "approve", "stale", "hash", seen)
            refused_decision(court, "judge", item, "return", "stale", "hash", seen, reason="unclear")
    equal(hits(court, "没看过的话"), [])
    placed = court.approve("judge", held)
    equal(body(court, placed["post"]), "看过的话")


def a_hash_of_something_else_decides_nothing(court):
    one, other = court.send("mei", "题", "一样的话"), court.send("lan", "题", "不一样的话")
    item = court.item("judge", other)
    refused_decision(court, "judge", item, "approve", "stale", "hash", court.look("judge", court.item("judge", one)))
    refused_decision(court, "judge", item, "approve", "bad_field", "hash", b"\0" * 31)
    refused(court, "judge", "decide", "bad_field", "hash", item=item, act="approve")
    for held in (one, other):
        court.decide("judge", held, "remove", reason="spam")


def a_mended_one_waits_again_under_its_new_text(court):
    held = court.send("mei", "退回的", "不清楚的话")
    item = court.item("judge", held)
    seen = court.look("judge", item)
    court.decide("judge", held, "return", reason="unclear")
    refused_decision(court, "judge", item, "approve", "decided", "item", seen)
    court["mei"].call("held_edit", held=held, version=1, body="清楚的话")
    refused_decision(court, "judge", item, "approve", "decided", "item", seen)
    refused_decision(court, "judge", court.item("judge", held), "approve", "stale", "hash", seen)
    equal(body(court, court.approve("judge", held)["post"]), "清楚的话")


def a_direct_edit_leaves_the_waiting_one_stale(court):
    """A thread that moves to a board which holds nothing can be edited there at once, but what waited does not come over it."""
    placed = court.publish("mei", "会移动的", "旧话")
    change = court.change("mei", placed["post"], "等着的话")
    court["judge"].call("move", thread=placed["thread"], board="open", reason="off_topic")
    equal(body(court, placed["post"]), "旧话")
    equal(court["mei"].call("edit", post=placed["post"], revision=1, body="直接的话").get("held"), None)
    refused_decision(court, "judge", court.item("judge", change), "approve", "stale", "revision")
    equal(body(court, placed["post"]), "直接的话")
    court.decide("judge", change, "return", reason="unclear")
    court["mei"].call("held_edit", held=change, version=1, body="看着新的再改")
    court.approve("judge", change)
    equal(body(court, placed["post"]), "看着新的再改")


def an_approval_with_edits_shows_only_the_edited_text(court):
    held = court.send("mei", "要改的", "原来的电话 13800000000")
    placed = court.decide("judge", held, "approve", body="原来的电话（已隐去）")
    shown = court[None].call("post_get", post=placed["post"])["posts"][0]
    equal((shown["body"], shown.get("moderated")), ("原来的电话（已隐去）", True))
    equal(court[None].call("revision", post=placed["post"], number=1)["revisions"][0]["body"], "原来的电话（已隐去）")
    equal(hits(court, "13800000000"), [])
    equal(court["mei"].call("held_get", held=held)["held"][0]["body"], "原来的电话 13800000000")
    refused(court, "lan", "held_get", "not_found", "held", held=held)


def a_first_good_post_opens_no_door_before_the_others(court):
    """Where first posts wait: an edit of the one that passed waits, one that was taken back or refused does not count, and members wait for nobody."""
    with Court("--hold-first", "2") as strict:
        refuse = strict.send("wang", "第一篇", "不通过的话", board="open")
        strict.decide("judge", refuse, "remove", reason="spam")
        strict["wang"].call("held_withdraw", held=strict.send("wang", "第二篇", "撤回的话", board="open"))
        placed = strict.publish("wang", "第三篇", "好话", board="open")
        change = strict.change("wang", placed["post"], "坏话")
        equal(body(strict, placed["post"]), "好话")
        strict.decide("judge", change, "return", reason="unclear")
        second = strict.answer("wang", placed["thread"], "又是好话")
        strict.approve("judge", second)
        equal(strict["wang"].call("reply", thread=placed["thread"], body="从此不必等")["floor"], 3)
        expect(strict["mei"].call("post", board="open", title="党员的", body="不必等")["post"] > 0, "a member waits")


# ---- places that change ----

def what_waits_in_a_thread_moves_with_it_and_still_waits(court):
    placed = court.publish("mei", "会移动的主题", "一楼")
    held = court.answer("lan", placed["thread"], "移动以后的话")
    seen = court.look("judge", court.item("judge", held))
    equal(court.items("usher"), [])
    court["judge"].call("move", thread=placed["thread"], board="open", reason="off_topic")
    equal(floors(court, placed["thread"]), [1])
    item = court.item("usher", held)
    refused_decision(court, "judge", item, "approve", "stale", "hash", seen)
    court["judge"].call("move", thread=placed["thread"], board="quiet", reason="off_topic")
    equal(court.items("usher"), [])
    refused(court, "usher", "item_get", "not_found", "item", item=item)
    refused(court, "usher", "decide", "not_found", "item", item=item, act="approve", hash=seen)
    court["judge"].call("move", thread=placed["thread"], board="open", reason="off_topic")
    equal(court.approve("usher", held)["floor"], 2)


def what_has_no_number_cannot_be_moved_or_answered(court):
    latest = court.publish("mei", "最新的", "话")
    court.send("lan", "没有编号的", "没有编号的话")
    thread, post = latest["thread"] + 1, latest["post"] + 1
    for who in ("lan", "mei", "judge", "usher"):
        refused(court, who, "reply", "not_found", "thread", thread=thread, body="猜一个")
        refused(court, who, "move", "not_found", "thread", thread=thread, board="open")
        refused(court, who, "thread_set", "not_found", "thread", thread=thread, pinned="on")
        refused(court, who, "edit", "not_found", "post", post=post, revision=1, body="猜一个")
        refused(court, who, "delete", "not_found", "post", post=post)
        refused(court, who, "flag", "not_found", "post", post=post, reason="spam")
        refused(court, who, "read", "not_found", "thread", thread=thread)
        refused(court, who, "post_get", "not_found", "post", post=post)
        refused(court, who, "watch_set", "not_found", "id", kind="thread", id=thread)
        refused(court, who, "mark", "not_found", "thread", thread=thread)
        refused(court, who, "subscribe", "not_found", "id", topic="thread", id=thread)


def what_waits_cannot_be_answered_or_quoted(court):
    placed = court.publish("mei", "有人答的", "一楼")
    court.answer("lan", placed["thread"], "暗中的话")
    error = refused(court, "mei", "reply", "bad_field", "to", thread=placed["thread"], to=2, body="答二楼")
    equal(error["limit"], 1)
    for who in ("mei", "lan"):
        page = court.browser(who).get(f"/t/{placed['thread']}/reply?to=2&quote=1")
        expect("暗中的话" not in page.body.decode(), "it is quoted")
    expect("暗中的话" not in court.browser("mei").get(f"/t/{placed['thread']}/2").body.decode(), "it is shown")


def an_answer_to_what_was_removed_meanwhile_is_seen_by_nobody(court):
    placed = court.publish("mei", "要移除的", "一楼")
    held = court.answer("lan", placed["thread"], "迟到的话")
    seen = court.look("judge", court.item("judge", held))
    court.judge_post("judge", placed["post"], "remove", reason="off_topic")
    refused_decision(court, "judge", court.item("judge", held), "approve", "stale", "hash", seen)
    late = court.approve("judge", held)
    refused(court, None, "read", "gone", "thread", thread=placed["thread"])
    refused(court, None, "post_get", "gone", "post", post=late["post"])
    equal(hits(court, "迟到的话"), [])
    expect("迟到的话" not in court.browser(None).get("/feed.atom").body.decode(), "a feed shows it")
    court.judge_post("judge", placed["post"], "restore")
    equal(floors(court, placed["thread"]), [1, 2])
    equal(hits(court, "迟到的话"), [late["post"]])


def an_edit_of_what_was_removed_meanwhile_does_not_bring_it_back(court):
    placed = court.publish("mei", "主题", "一楼")
    second = court.approve("judge", court.answer("lan", placed["thread"], "二楼"))
    change = court.change("lan", second["post"], "二楼（改）")
    court.judge_post("judge", second["post"], "remove", reason="spam")
    item = court.item("judge", change)
    refused_decision(court, "judge", item, "approve", "gone", "post")
    equal(court[None].call("read", thread=placed["thread"])["posts"][1]["state"], "removed")
    court.judge_post("judge", second["post"], "restore")
    equal(body(court, second["post"]), "二楼")
    court.approve("judge", change)
    equal(body(court, second["post"]), "二楼（改）")


def an_edit_of_what_its_author_deleted_is_settled(court):
    placed = court.publish("mei", "主题", "一楼")
    second = court.approve("judge", court.answer("lan", placed["thread"], "二楼"))
    change = court.change("lan", second["post"], "二楼（改）")
    item = court.item("judge", change)
    seen = court.look("judge", item)
    court["lan"].call("delete", post=second["post"])
    equal([each for each in court.items("judge") if each["item"] == item], [])
    refused_decision(court, "judge", item, "approve", "decided", "item", seen)
    refused(court, "lan", "held_edit", "decided", "held", held=change, version=1, body="再改")


def a_board_that_closes_or_hides_meanwhile_betrays_nothing(court):
    held = court.send("mei", "关闭以后", "关闭以后的话", board="inner")
    court["warden"].call("board_set", board="inner", closed="on", read="moderator")
    equal(court["mei"].call("held_get", held=held)["held"][0]["body"], "关闭以后的话")
    refused(court, "mei", "post", "not_found", "board", board="inner", title="又一篇", body="话")
    placed = court.approve("judge", held)
    refused(court, "mei", "read", "not_found", "thread", thread=placed["thread"])
    refused(court, None, "post_get", "not_found", "post", post=placed["post"])
    equal(hits(court, "关闭以后的话", "mei"), [])
    court["warden"].call("board_set", board="inner", closed="off", read="member")
    equal(hits(court, "关闭以后的话", "mei"), [placed["post"]])
    equal(hits(court, "关闭以后的话"), [])


def an_author_is_not_told_of_a_board_that_is_not_theirs_to_read(court):
    """Where the thread went that one's answer waits in, only who may read there learns."""
    court["warden"].call("board_create", {"slug": "cellar", "name": "地窖", "read": "moderator", "start": "moderator", "reply": "moderator"})
    placed = court.publish("mei", "移走的主题", "一楼")
    court.approve("judge", court.answer("lan", placed["thread"], "先通过的话"))
    held = court.answer("lan", placed["thread"], "还等着的话")
    follower = court.server.account("lan")
    follower.call("subscribe", topic="account")
    equal(follower.event()[1], "live")
    court["judge"].call("move", thread=placed["thread"], board="cellar", reason="off_topic")
    told = repr(court["lan"].call("held")) + repr(court["lan"].call("held_get", held=held))
    expect("cellar" not in told and "地窖" not in told and "移走的主题" not in told, told)
    page = court.browser("lan").get("/held")
    expect("cellar" not in page.body.decode() and "地窖" not in page.text, "the page tells")
    court.decide("judge", held, "remove", reason="off_topic")
    notices = court["lan"].call("notices")
    court["lan"].call("notices_mark", up_to=notices["notices"][0]["id"])
    told = repr(court["lan"].call("decisions")["decisions"][0]) + repr(notices) + repr([follower.event(), follower.event()])
    expect("cellar" not in told and "移走的主题" not in told, told)
    follower.close()


# ---- people who change ----

def a_banned_author_s_text_waits_and_is_let_through_only_by_a_decision(court):
    held = court.send("wang", "封禁之前", "封禁之前的话")
    ban = court["judge"].call("sanction", handle="wang", kind="ban", hours=1, reason="abuse")
    refused(court, "wang", "held_edit", "banned", None, held=held, version=1, body="封禁之后的话")
    equal(hits(court, "封禁之前的话"), [])
    placed = court.approve("judge", held)
    equal(court[None].call("post_get", post=placed["post"])["posts"][0]["author"], "wang")
    court["judge"].call("sanction_lift", sanction=ban["sanction"])


def a_muted_author_changes_nothing_that_waits(court):
    held = court.send("lan", "禁言之前", "禁言之前的话")
    returned = court.send("lan", "退回之前", "退回之前的话")
    court.decide("judge", returned, "return", reason="unclear")
    mute = court["judge"].call("sanction", handle="lan", kind="mute", board="quiet", hours=1, reason="abuse")
    for each in (held, returned):
        refused(court, "lan", "held_edit", "muted", None, held=each, version=1, body="禁言之后的话")
    court["lan"].call("held_withdraw", held=returned)
    equal(body(court, court.approve("judge", held)["post"]), "禁言之前的话")
    court["judge"].call("sanction_lift", sanction=mute["sanction"])


def a_suspended_author_s_text_waits_as_any_other(court):
    held = court.send("gone", "停用之前", "停用之前的话")
    court["warden"].call("account_admin", handle="gone", suspended="on")
    equal(hits(court, "停用之前的话"), [])
    refused_decision(court, "judge", court.item("judge", held), "approve", "stale", "hash", b"\1" * 32)
    placed = court.approve("judge", held)
    equal(body(court, placed["post"]), "停用之前的话")


def nobody_decides_on_themselves(court):
    """Whoever becomes a moderator while something of their own waits."""
    held = court.send("rising", "自己的", "自己的话")
    item = court.item("judge", held)
    seen = court.look("judge", item)
    court["warden"].call("grant", handle="rising", role="moderator", board="quiet")
    try:
        equal([each for each in court.items("rising") if each.get("held") == held], [])
        for message, fields in (("item_get", {}), ("claim", {}), ("decide", {"act": "approve", "hash": seen})):
            refused(court, "rising", message, "not_found", "item", item=item, **fields)
        equal(court["rising"].call("search", query="自己的话").get("waiting", []), [])
        placed = court.approve("judge", held)
        refused(court, "rising", "post_hash", "forbidden", "post", post=placed["post"])
        refused(court, "rising", "decide", "forbidden", "post", post=placed["post"], act="keep", hash=seen)
    finally:
        court["warden"].call("ungrant", handle="rising", role="moderator", board="quiet")


# ---- steps that are none ----

def acts_of_another_kind_let_nothing_through(court):
    held = court.send("mei", "主题", "等着的话")
    item = court.item("judge", held)
    seen = court.look("judge", item)
    for act in ("keep", "restore", "hide", "uphold", "overturn", "warn", "mute", "ban", "lift"):
        refused(court, "judge", "decide", "bad_field", "act", item=item, act=act, hash=seen, reason="spam")
    placed = court.approve("judge", held)
    seen = court["judge"].call("post_hash", post=placed["post"])["hash"]
    for act in ("approve", "return", "restore", "uphold", "overturn"):
        refused(court, "judge", "decide", "bad_field", "act", post=placed["post"], act=act, hash=seen, reason="spam")
    refused(court, "judge", "decide", "bad_field", "item", item=item, post=placed["post"], act="approve", hash=seen)


def what_was_refused_comes_back_only_by_an_appeal(court):
    held = court.send("mei", "未通过的", "未通过的话")
    decision = court.decide("judge", held, "remove", reason="spam")["decision"]
    refused(court, "mei", "held_edit", "decided", "held", held=held, version=1, body="换一句")
    refused(court, "mei", "held_withdraw", "decided", "held", held=held)
    refused(court, "lan", "appeal", "not_found", "decision", decision=decision, words="替别人申诉")
    court["mei"].call("appeal", decision=decision, words="请再看看")
    refused(court, "mei", "appeal", "exists", "decision", decision=decision, words="再来一次")
    appeal = [item for item in court.items("second") if item.get("decision") == decision][0]["item"]
    equal([item for item in court.items("judge") if item["item"] == appeal], [])
    refused(court, "judge", "decide", "not_found", "item", item=appeal, act="overturn", hash=b"\0" * 32, reason="other", words="我改主意了")
    refused_decision(court, "second", appeal, "approve", "bad_field", "act")
    equal(hits(court, "未通过的话"), [])
    placed = court["second"].call("decide", item=appeal, act="overturn", hash=court.look("second", appeal), reason="other", words="可以")
    equal(body(court, placed["post"]), "未通过的话")
    refused_decision(court, "second", appeal, "uphold", "decided", "item", b"\0" * 32, reason="other")


def a_draft_and_a_preview_are_nobody_else_s(court):
    draft = court["mei"].call("draft_save", board="quiet", title="草稿的题目", body="草稿的话")["draft"]
    refused(court, "lan", "draft_get", "not_found", "draft", draft=draft)
    held = court["mei"].call("post", board="quiet", title="草稿的题目", body="草稿的话", draft=draft)["held"]
    refused(court, "mei", "draft_get", "not_found", "draft", draft=draft)
    equal(hits(court, "草稿的话"), [])
    court.decide("judge", held, "return", reason="unclear")
    equal(court["mei"].call("held_get", held=held)["held"][0]["body"], "草稿的话")
    court["mei"].call("held_withdraw", held=held)


def an_export_holds_nothing_that_waits(court):
    court.send("mei", "不导出的题目", "不导出的话")
    placed = court.publish("mei", "导出的题目", "导出的话")
    court.change("mei", placed["post"], "不导出的改动")
    entry = court["warden"].call("export_begin")["entry"]
    rows, sections = [], court.server.tables.enums["export_section"]["values"]
    for section in (name for name, number in sections.items() if number):
        after = {}
        while True:
            page = court["warden"].call("export", section=section, entry=entry, **after)
            rows += page.get("rows", [])
            if "next" not in page:
                break
            after = {"after": page["next"]}
    expect("导出的话" in repr(rows) and "不导出" not in repr(rows), "it is exported")
    refused(court, "judge", "export", "forbidden", None, section=next(iter(sections)))


def what_is_guessed_looks_like_what_does_not_exist(court):
    """Somebody else's is refused exactly as what never was."""
    held = court.send("mei", "猜不到的", "猜不到的话")
    item = court.item("judge", held)
    decision = court.decide("judge", court.send("mei", "题", "话"), "remove", reason="spam")["decision"]
    far = 10 ** 12
    for who in ("lan", "usher", "gone-by", None):
        for message, there, nowhere in (
                ("held_get", {"held": held}, {"held": os.urandom(16)}), ("held_edit", {"held": held, "version": 1, "body": "话"}, {"held": os.urandom(16), "version": 1, "body": "话"}),
                ("held_withdraw", {"held": held}, {"held": os.urandom(16)}), ("item_get", {"item": item}, {"item": far}), ("claim", {"item": item}, {"item": far}),
                ("decide", {"item": item, "act": "approve", "hash": bytes(32)}, {"item": far, "act": "approve", "hash": bytes(32)}),
                ("appeal", {"decision": decision, "words": "话"}, {"decision": far, "words": "话"})):
            equal(court[who].refusal(message, there), court[who].refusal(message, nowhere), f"{who}: {message}")
    for path, nowhere in ((f"/queue/{item}", f"/queue/{far}"), (f"/decisions/{decision}/appeal", f"/decisions/{far}/appeal")):
        one, other = court.browser("lan").get(path, follow=False), court.browser("lan").get(nowhere, follow=False)
        equal((one.status, one.text), (other.status, other.text), path)


# ---- what is kept to be asked again ----

def conditional_requests_betray_nothing(court):
    placed = court.publish("mei", "缓存的主题", "一楼", tags=["缓存"])
    thread = placed["thread"]
    paths = ["/", "/b/quiet", f"/t/{thread}", f"/t/{thread}/all", f"/t/{thread}/posts", "/sitemap.xml", "/sitemap.xml?board=quiet", "/feeds",
             *(path + kind for path in ("/feed", "/b/quiet/feed", f"/t/{thread}/feed", "/tag/%E7%BC%93%E5%AD%98/feed", "/u/mei/feed") for kind in (".atom", ".rss", ".json"))]
    visitor = court.browser(None)
    before = {path: visitor.get(path).headers for path in paths}
    court.send("mei", "暗中的", "暗中的话", tags=["缓存"])
    court.answer("mei", thread, "暗中的话")
    change = court.change("mei", placed["post"], "暗中的话")
    court.decide("judge", change, "return", reason="unclear")
    court["lan"].call("flag", post=placed["post"], reason="spam")
    court.judge_post("judge", placed["post"], "keep")
    for path, headers in before.items():
        if "etag" in headers:
            equal(visitor.get(path, If_None_Match=headers["etag"]).status, 304, path)
        if "last-modified" in headers:
            equal(visitor.get(path, If_Modified_Since=headers["last-modified"]).status, 304, path)
        again = visitor.get(path).headers
        equal([again.get(name) for name in ("etag", "last-modified")], [headers.get(name) for name in ("etag", "last-modified")], path)
        if "feed" in path and "etag" in headers:
            equal(visitor.get(path, If_None_Match=headers["etag"], A_IM="feed").status, 304, path)
    for who, path in (("mei", "/held"), ("judge", "/queue"), ("mei", "/decisions")):
        page = court.browser(who).get(path)
        equal((page.headers["cache-control"], page.headers.get("etag")), ("private, no-store", None), path)


def a_private_feed_shows_nothing_that_waits_to_its_owner_either(court):
    key = court["mei"].call("feed_key_make", {"kind": "board", "name": "inner"})
    held = court.send("mei", "私人订阅", "私人订阅里没有的话", board="inner")
    shown = court["mei"].call("feed", key=key["key"])
    expect("私人订阅里没有的话" not in repr(shown), "the feed shows it")
    court.approve("judge", held)
    expect("私人订阅里没有的话" in repr(court["mei"].call("feed", key=key["key"])), "the feed does not show it")


def only_its_author_follows_an_account(court):
    number = court["mei"].call("whoami")["account"]["id"]
    for who in ("lan", "judge", "usher", None):
        for message, more in (("subscribe", {}), ("sync", {"since": court["mei"].call("subscribe", topic="account")["cursor"]})):
            try:
                reply = court[who].call(message, topic="account", id=number, **more)
            except Refused as error:
                equal(error.code, "not_found" if who else error.code)
            else:
                raise AssertionError(f"{who} follows: {reply}")


def main():
    tap = Tap()
    with Court() as court:
        for name, test in list(globals().items()):
            if callable(test) and getattr(test, "__module__", None) == "__main__" and test.__code__.co_varnames[:test.__code__.co_argcount] == ("court",):
                tap.run(name.replace("_", " "), test, court)
    tap.end()


main()
