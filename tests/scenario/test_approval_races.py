#!/usr/bin/python3
"""Approval while something else happens: two moderators at once, its author, a lease that runs out, powers that end, a crash."""
import pathlib
import random
import signal
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from court import Court, equal, expect

from luntan_wire import Closed, Refused
from tap import Tap

ROUNDS = 60
CRASHES = 8


def together(*acts):
    """Runs these at the same moment, each in a thread of its own; what each answered, or how it was refused."""
    start, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        start.wait()
        try:
            results[number] = act()
        except Refused as error:
            results[number] = error.code
        except Closed:
            results[number] = "closed"

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def succeeded(result):
    return isinstance(result, dict)


def bodies(court, thread):
    return [post["body"] for post in court["judge"].call("read", thread=thread)["posts"]]


def is_whole(court):
    """Numbers, floors and counts are what a recount says."""
    equal(court.number("SELECT count(*) FROM thread t WHERE floors <> (SELECT count(*) FROM post WHERE thread = t.id) OR "
                       "floors <> (SELECT max(floor) FROM post WHERE thread = t.id)"), 0, "threads whose floors have gaps")
    equal(court.number("SELECT count(*) FROM board b WHERE threads <> (SELECT count(*) FROM thread WHERE board = b.id) OR "
                       "posts <> (SELECT coalesce(sum(floors), 0) FROM thread WHERE board = b.id)"), 0, "boards that count wrongly")
    states, acts = (court.server.tables.enums[name]["values"] for name in ("held_state", "decision_act"))
    equal(court.number("SELECT count(*) FROM held h WHERE state = ? AND (SELECT count(*) FROM decision WHERE held = h.id AND act IN (?, ?)) <> 1",
                       states["approved"], acts["approve"], acts["overturn"]), 0, "approved without one decision")
    equal(court.number("SELECT count(*) FROM item WHERE open AND held IN (SELECT id FROM held WHERE state <> 0) AND kind = 0"), 0, "open items of what is settled")
    equal(court.number("SELECT count(*) FROM held WHERE state = 0 AND id NOT IN (SELECT held FROM item WHERE open AND held IS NOT NULL)"), 0, "waiting without an item")


# ---- two at once ----

def two_decide_at_once(court):
    thread = court.publish("mei", "两人同时", "一楼")["thread"]
    acts = [("approve", {}), ("remove", {"reason": "spam"}), ("return", {"reason": "unclear"})]
    shuffled = random.Random(6)
    for number in range(ROUNDS):
        held = court.answer("lan", thread, f"第 {number} 句")
        item = court.item("judge", held)
        seen = court.look("judge", item)
        chosen = [shuffled.choice(acts) for _ in range(3)] if number % 2 else [acts[0]] * 3
        results = together(*(lambda who=who, act=act, more=more: court[who].call("decide", item=item, act=act, hash=seen, **more)
                             for who, (act, more) in zip(("judge", "second", "warden"), chosen)))
        equal(sorted("done" if succeeded(result) else result for result in results), ["decided", "decided", "done"], f"round {number}")
        won = chosen[[succeeded(result) for result in results].index(True)][0]
        equal(f"第 {number} 句" in bodies(court, thread)[-1:], won == "approve", won)
        equal(court.number("SELECT count(*) FROM decision WHERE held = ?", held), 1, "decisions")
        if won == "return":
            court["lan"].call("held_withdraw", held=held)
    is_whole(court)


def two_decide_on_one_post_at_once(court):
    thread = court.publish("mei", "同一楼", "一楼")["thread"]
    for number in range(ROUNDS // 4):
        post = court.approve("judge", court.answer("lan", thread, f"第 {number} 楼"))["post"]
        seen = court["judge"].call("post_hash", post=post)["hash"]
        results = together(*(lambda who=who: court[who].call("decide", post=post, act="remove", hash=seen, reason="spam") for who in ("judge", "second")))
        equal(sorted("done" if succeeded(result) else result for result in results), ["bad_field", "done"])
        equal(court.number("SELECT count(*) FROM decision WHERE post = ? AND act = 3", post), 1, "removals")
    is_whole(court)


def two_claim_at_once(court):
    held = court.send("lan", "两人认领", "话")
    item = court.item("judge", held)
    for _ in range(ROUNDS // 4):
        results = together(*(lambda who=who: court[who].call("claim", item=item) for who in ("judge", "second")))
        equal(sorted(bool(result.get("mine")) for result in results), [False, True])
        equal(len({result["by"] for result in results}), 1)
        court[results[0]["by"]].call("claim", item=item, release=True)
    court.decide("judge", held, "remove", reason="spam")


# ---- its author at the same moment ----

def its_author_withdraws_at_the_same_moment(court):
    thread = court.publish("mei", "撤回", "一楼")["thread"]
    for number in range(ROUNDS):
        held = court.answer("lan", thread, f"撤回第 {number} 句")
        item = court.item("judge", held)
        seen = court.look("judge", item)
        approved, withdrawn = together(lambda: court["judge"].call("decide", item=item, act="approve", hash=seen), lambda: court["lan"].call("held_withdraw", held=held))
        expect(succeeded(approved) != succeeded(withdrawn), f"{approved} and {withdrawn}")
        equal("decided", withdrawn if succeeded(approved) else approved)
        equal(f"撤回第 {number} 句" in bodies(court, thread)[-1:], succeeded(approved))
    is_whole(court)


def its_author_changes_it_at_the_same_moment(court):
    thread = court.publish("mei", "改动", "一楼")["thread"]
    for number in range(ROUNDS):
        held = court.answer("lan", thread, f"看过的第 {number} 句")
        item = court.item("judge", held)
        seen = court.look("judge", item)
        approved, changed = together(lambda: court["judge"].call("decide", item=item, act="approve", hash=seen),
                                     lambda: court["lan"].call("held_edit", held=held, version=1, body="没看过的话"))
        expect(succeeded(approved) != succeeded(changed), f"{approved} and {changed}")
        equal("decided" if succeeded(approved) else "stale", changed if succeeded(approved) else approved)
        expect("没看过的话" not in bodies(court, thread), "what nobody looked at is shown")
        if succeeded(changed):
            court["lan"].call("held_withdraw", held=held)
    is_whole(court)


def its_thread_is_taken_at_the_same_moment(court):
    """Moved or removed while an answer is approved: it is let through where it was seen, or the decision is stale."""
    for number in range(ROUNDS // 4):
        placed = court.publish("mei", f"移动 {number}", "一楼")
        held = court.answer("lan", placed["thread"], "二楼")
        item = court.item("judge", held)
        seen, opening = court.look("judge", item), court["second"].call("post_hash", post=placed["post"])["hash"]
        taken = (lambda: court["second"].call("move", thread=placed["thread"], board="open", reason="off_topic")) if number % 2 else \
            (lambda: court["second"].call("decide", post=placed["post"], act="remove", hash=opening, reason="spam"))
        approved, moved = together(lambda: court["judge"].call("decide", item=item, act="approve", hash=seen), taken)
        expect(succeeded(moved), moved)
        expect(succeeded(approved) or approved == "stale", approved)
        equal(bodies(court, placed["thread"]), ["一楼", "二楼"] if succeeded(approved) else ["一楼"])
        if not succeeded(approved):
            court.decide("judge", held, "remove", reason="spam")
    is_whole(court)


# ---- claims ----

def a_lease_runs_out_in_the_middle(court):
    held = court.send("lan", "租约", "租约的话")
    item = court.item("judge", held)
    seen = court.look("judge", item)
    equal(court["judge"].call("claim", item=item)["mine"], True)
    equal(court["second"].refusal("decide", item=item, act="approve", hash=seen)["name"], "claimed")
    court.age("UPDATE item SET lease = 1 WHERE id = ?", item)
    equal([each.get("claimed_by") for each in court.items("second") if each["item"] == item], [None])
    equal(court["second"].call("claim", item=item)["mine"], True)
    equal(court["judge"].refusal("decide", item=item, act="approve", hash=seen)["name"], "claimed")
    equal(court["judge"].call("claim", item=item).get("mine"), None)
    court.age("UPDATE item SET lease = 1 WHERE id = ?", item)
    # Whose lease ran out, and whose place nobody took, still has seen the text.
    expect(succeeded(court["judge"].call("decide", item=item, act="approve", hash=seen)), "refused")
    equal(court["second"].refusal("decide", item=item, act="approve", hash=seen)["name"], "decided")


def a_claim_is_renewed_while_one_looks(court):
    held = court.send("lan", "续租", "续租的话")
    item = court.item("judge", held)
    first = court["judge"].call("claim", item=item)["until"]
    court.age("UPDATE item SET lease = lease - 500000 WHERE id = ?", item)
    expect(court["judge"].call("claim", item=item)["until"] >= first, "not renewed")
    court["second"].call("claim", item=item, release=True)
    equal(court["judge"].call("claim", item=item)["mine"], True, "another gave it back")
    court.decide("judge", held, "remove", reason="spam")


# ---- powers that end ----

def losing(court, name, take, give):
    """A moderator loses the power between the look and the decision."""
    held = court.send("lan", name, f"{name}的话")
    item = court.item("fading", held)
    seen = court.look("fading", item)
    equal(court["fading"].call("claim", item=item)["mine"], True)
    take()
    try:
        for message, fields in (("decide", {"act": "approve", "hash": seen}), ("claim", {}), ("item_get", {})):
            error = court["fading"].refusal(message, item=item, **fields)
            expect(error["name"] in ("not_found", "banned", "suspended", "login_needed"), error)
        expect(court["fading"].refusal("queue")["name"] in ("forbidden", "banned", "suspended", "login_needed"), "the queue is shown")
        equal(court.number("SELECT count(*) FROM post WHERE body = ?", f"{name}的话"), 0)
    finally:
        give()
    court.age("UPDATE item SET lease = 1 WHERE id = ?", item)
    court.decide("judge", held, "remove", reason="spam")


def a_moderator_is_demoted_in_the_middle(court):
    court["fading"]
    grant = {"handle": "fading", "role": "moderator", "board": "quiet"}
    court["warden"].call("grant", grant)
    losing(court, "降职", lambda: court["warden"].call("ungrant", grant), lambda: None)


def a_moderator_is_banned_in_the_middle(court):
    grant = {"handle": "fading", "role": "moderator", "board": "quiet"}
    court["warden"].call("grant", grant)
    ban = []
    losing(court, "封禁", lambda: ban.append(court["warden"].call("sanction", handle="fading", kind="ban", hours=1, reason="abuse")["sanction"]),
           lambda: court["warden"].call("sanction_lift", sanction=ban[0]))
    court["warden"].call("ungrant", grant)


def a_moderator_is_suspended_in_the_middle(court):
    grant = {"handle": "fading", "role": "moderator", "board": "quiet"}
    court["warden"].call("grant", grant)
    losing(court, "停用", lambda: court["warden"].call("account_admin", handle="fading", suspended="on"), lambda: None)


def a_demoted_moderator_s_page_decides_nothing(court):
    """What stood in the browser when the power ended."""
    grant = {"handle": "paging", "role": "moderator", "board": "quiet"}
    court["paging"]
    court["warden"].call("grant", grant)
    held = court.send("lan", "页面", "页面上的话")
    browser, path = court.browser("paging"), f"/queue/{court.item('judge', held)}"
    page = browser.get(path)
    expect("页面上的话" in page.text, page.text)
    court["warden"].call("ungrant", grant)
    refused = browser.submit(page.form(path), "approve")
    equal(refused.status, 404)
    expect("页面上的话" not in browser.get(path).body.decode(), "it is shown")
    equal(court.number("SELECT count(*) FROM post WHERE body = '页面上的话'"), 0)
    court.decide("judge", held, "remove", reason="spam")


# ---- what is owed to others than the moderator ----

def an_author_s_limits_do_not_hold_up_the_moderator(court):
    """Whose rate is used up, and who has as many waiting as one may, is approved all the same; and approvals are not charged to them."""
    limit = court.server.tables.limits["held"]
    with Court(rate_limits=True) as busy:
        held = []
        while True:
            try:
                held.append(busy.send("mei", f"第 {len(held)} 篇", "话"))
            except Refused as error:
                expect(error.code in ("rate_limited", "too_many", "slow_down"), error.code)
                break
        expect(0 < len(held) <= limit, len(held))
        for each in held[:5]:
            busy.approve("judge", each)
        equal(busy.number("SELECT count(*) FROM post"), min(5, len(held)))
        expect("lan" not in busy.people and busy.send("lan", "别人的", "话"), "others wait for it")


# ---- crashes ----

def a_decision_is_made_once_whatever_crashes(court):
    """kill -9 around the answer, and the same operation again: one post, one decision, one notice."""
    shuffled = random.Random(20261125)
    thread = court.publish("mei", "崩溃", "一楼")["thread"]
    for number in range(CRASHES):
        held = court.answer("lan", thread, f"崩溃第 {number} 句")
        item = court.item("judge", held)
        fields = {"item": item, "act": "approve", "hash": court.look("judge", item), "op_id": court["judge"].fresh_operation()}
        killer = threading.Timer(shuffled.random() * 0.004, lambda: court.server.daemon.send_signal(signal.SIGKILL))
        killer.start()
        first = together(lambda: court["judge"].call("decide", fields))[0]
        killer.join()
        court.server.restart(signal.SIGKILL)
        court.forget()
        again = court["judge"].call("decide", fields)
        expect(again.get("decision") and (not succeeded(first) or again["dup"]), f"{first}, then {again}")
        if succeeded(first):
            equal({**again, "dup": None}, {**first, "dup": None})
        equal(bodies(court, thread).count(f"崩溃第 {number} 句"), 1)
        equal(court.number("SELECT count(*) FROM decision WHERE held = ?", held), 1, "decisions")
        equal(court.number("SELECT count(*) FROM notice WHERE held = ?", held), 1, "notices")
        equal(court["judge"].refusal("decide", {**fields, "act": "remove", "reason": "spam"})["name"], "conflict")
    is_whole(court)


def main():
    tap = Tap()
    with Court() as court:
        for name, test in list(globals().items()):
            if callable(test) and getattr(test, "__module__", None) == "__main__" and test.__code__.co_varnames[:test.__code__.co_argcount] == ("court",) and \
                    name != "is_whole":
                tap.run(name.replace("_", " "), test, court)
    tap.end()


main()
