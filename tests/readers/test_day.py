#!/usr/bin/python3
"""Four feed readers of others follow a board through a day of posting, editing, pinning, deleting, moderation and moving, as Atom and as RSS.

Each must show exactly what happened, once each: the same entries, ids, dates and texts.

time limit: 600 s
"""
import pathlib
import sys
import tempfile
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

import feed_readers
from feed_readers import Fetcher
from server import Server
from tap import Tap, equal, expect

ATOM = "{http://www.w3.org/2005/Atom}"
IN_REPLY_TO = "{http://purl.org/syndication/thread/1.0}in-reply-to"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
ODD = "<3 AT&T <rant> ]]> &amp; 😀 e\u0301"
ESSAY = "第一段：流动党员在外也要过组织生活。\n\n第二段：\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n"


class Day:
    """A server, the people on it, and every reader on the board's feed in both formats."""

    def __init__(self, server, home):
        self.server = server
        self.author = server.account("li-hua", "member")
        self.moderator = server.account("chen", "administrator")
        self.board = f"https://localhost:{server.address[1]}/b/essays"
        self.atom = Fetcher(self.board + "/feed.atom")
        self.readers = []
        for form in ("atom", "rss"):
            for kind in feed_readers.READERS:
                folder = home / form / kind.name
                folder.mkdir(parents=True)
                self.readers.append((f"{kind.name} on {form}", kind(folder, f"{self.board}/feed.{form}")))

    def post(self, title, body, board="essays"):
        return self.author.call("post", board=board, title=title, body=body)

    def document(self):
        return xml.etree.ElementTree.fromstring(self.atom.fetch())

    def entries(self):
        """The feed's own entries by id: title, updated, published."""
        return {entry.findtext(ATOM + "id"): entry for entry in self.document().iter(ATOM + "entry")}

    def updated(self):
        """When each entry says that it was updated."""
        return {key: entry.findtext(ATOM + "updated") for key, entry in self.entries().items()}

    def id_of(self, post):
        return next(each for each in self.entries() if f"post:{post}." in each)

    def reload(self):
        """What every reader shows now, by id; each entry must be there once."""
        shown = {}
        for name, reader in self.readers:
            entries = reader.reload()
            ids = [entry.id for entry in entries]
            expect(len(ids) == len(set(ids)), f"{name} shows something twice: {ids}")
            shown[name] = {entry.id: entry for entry in entries}
        return shown

    def expect_all(self, ids, check=None):
        """Every reader shows exactly these, and `check` holds for what it shows."""
        for name, entries in self.reload().items():
            expect(set(entries) == set(ids), f"{name} shows {sorted(entries)} rather than {sorted(ids)}")
            if check:
                check(name, entries)


def titles(wanted):
    def check(name, entries):
        for key, title in wanted.items():
            expect(entries[key].title == title, f"{name} shows the title {entries[key].title!r}, not {title!r}")
    return check


def words(wanted, unwanted=()):
    def check(name, entries):
        for key, text in wanted.items():
            expect(text in entries[key].html, f"{name} does not show {text!r}: {entries[key].html!r}")
            for gone in unwanted:
                expect(gone not in entries[key].html, f"{name} still shows {gone!r}")
    return check


def test_what_was_posted_in_the_morning_is_there_in_every_reader(day):
    day.first, day.second = day.post("流动党员管理", ESSAY), day.post(ODD, "正文：" + ODD)
    day.one, day.two = day.id_of(day.first["post"]), day.id_of(day.second["post"])
    day.all = [day.one, day.two]
    day.expect_all(day.all, titles({day.one: "流动党员管理"}))
    day.expect_all(day.all, words({day.one: "流动党员在外也要过组织生活。"}))


def test_odd_characters_arrive_as_they_were_written(day):
    day.expect_all(day.all, titles({day.two: ODD}))


def test_every_reader_sees_the_same_dates_authors_and_addresses(day):
    published = {key: feed_readers.seconds(entry.findtext(ATOM + "published")) for key, entry in day.entries().items()}
    for name, entries in day.reload().items():
        for key, entry in entries.items():
            equal(entry.published, published[key], name)
            expect(entry.link.startswith(day.board.rpartition("/b/")[0] + "/"), f"{name}: {entry.link}")
            expect("li-hua" in entry.author, f"{name}: {entry.author}")


def test_a_reply_comes_once_and_says_what_it_answers(day):
    day.reply = day.author.call("reply", thread=day.first["thread"], body="我也**同意**。")
    day.three = day.id_of(day.reply["post"])
    day.all.append(day.three)
    day.expect_all(day.all, words({day.three: "<strong>同意</strong>"}))
    parent = day.entries()[day.three].find(IN_REPLY_TO)
    expect(parent is not None and parent.get("ref") == day.one, "no in-reply-to")


def test_nothing_happened_and_the_bytes_are_the_same(day):
    before = day.atom.fetch()
    day.atom.fetch()
    equal(day.atom.status, 304)
    equal(Fetcher(day.board + "/feed.atom").fetch(), before)


def test_a_pin_changes_nothing_that_readers_see(day):
    before = day.updated()
    day.moderator.call("thread_set", thread=day.first["thread"], pinned="on")
    equal(day.updated(), before)
    day.expect_all(day.all)


def test_an_edit_is_the_same_entry_with_another_text_and_a_later_date(day):
    before = day.updated()[day.one]
    day.author.call("edit", post=day.first["post"], revision=1, title="流动党员的管理", body="改过的正文。")
    expect(day.updated()[day.one] > before, "no later")
    day.expect_all(day.all, titles({day.one: "流动党员的管理"}))
    day.expect_all(day.all, words({day.one: "改过的正文。"}, ["组织生活"]))


def test_a_minor_edit_changes_the_text_and_no_date(day):
    before = day.updated()
    day.author.call("edit", post=day.first["post"], revision=2, body="改过的正文（勘误）。", minor=True)
    equal(day.updated(), before)
    expect("勘误" in day.entries()[day.one].findtext(ATOM + "content"), "not the present text")
    day.expect_all(day.all)


def test_a_deleted_post_leaves_a_tombstone_and_its_text_nowhere(day):
    day.author.call("delete", post=day.reply["post"])
    equal([each.get("ref") for each in day.document().iter(TOMBSTONE)], [day.three])
    for form in ("atom", "rss", "json"):
        expect("同意" not in Fetcher(f"{day.board}/feed.{form}").fetch().decode(), f"{form} still has the text")
    day.expect_all(day.all)  # readers keep what they have


def decide(day, post, act, **more):
    """A moderator decides on a post as it stands."""
    return day.moderator.call("decide", post=post, act=act, hash=day.moderator.call("post_hash", post=post)["hash"], **more)


def test_what_a_moderator_removes_leaves_the_same_tombstone_and_comes_back_under_its_id(day):
    reply = day.author.call("reply", thread=day.first["thread"], body="便宜出售，加微信。")
    day.four = day.id_of(reply["post"])
    day.all.append(day.four)
    day.expect_all(day.all, words({day.four: "便宜出售"}))
    published = day.entries()[day.four].findtext(ATOM + "published")
    decide(day, reply["post"], "remove", reason="spam")
    equal({each.get("ref") for each in day.document().iter(TOMBSTONE)}, {day.three, day.four})
    for form in ("atom", "rss", "json"):
        expect("便宜出售" not in Fetcher(f"{day.board}/feed.{form}").fetch().decode(), f"{form} still has the text")
    decide(day, reply["post"], "restore")
    equal(day.entries()[day.four].findtext(ATOM + "published"), published)
    day.expect_all(day.all, words({day.four: "便宜出售"}))


def test_a_thread_that_a_moderator_removes_is_gone_and_comes_back_whole(day):
    thread = f"https://localhost:{day.server.address[1]}/t/{day.first['thread']}/feed.atom"
    before = set(day.entries())
    decide(day, day.first["post"], "remove", reason="off_topic")
    equal(set(day.entries()), {day.two})
    expect(day.one in {each.get("ref") for each in day.document().iter(TOMBSTONE)}, "no tombstone")
    gone = Fetcher(thread)
    gone.fetch()
    equal(gone.status, 410)
    decide(day, day.first["post"], "restore")
    equal(set(day.entries()), before)
    day.expect_all(day.all)


def test_a_post_that_was_only_held_leaves_nothing(day):
    day.moderator.call("board_set", board="essays", hold="on")
    before = day.atom.fetch()
    held = day.author.call("post", board="essays", title="等待审核", body="还没有人看过。")
    expect("post" not in held, "it was not held")
    equal(Fetcher(day.board + "/feed.atom").fetch(), before)
    item = day.moderator.call("queue")["items"][0]["item"]
    looked = day.moderator.call("item_get", item=item)
    day.moderator.call("decide", item=item, act="remove", hash=looked["hash"], reason="unclear")
    equal(Fetcher(day.board + "/feed.atom").fetch(), before)
    day.moderator.call("board_set", board="essays", hold="off")


def test_a_moved_thread_arrives_on_its_new_board_once_under_its_id_with_its_dates(day):
    published = day.entries()[day.two].findtext(ATOM + "published")
    day.moderator.call("move", thread=day.second["thread"], board="research", reason="off_topic")
    there = xml.etree.ElementTree.fromstring(Fetcher(day.board.replace("essays", "research") + "/feed.atom").fetch())
    equal([(entry.findtext(ATOM + "id"), entry.findtext(ATOM + "published")) for entry in there.iter(ATOM + "entry")], [(day.two, published)])
    day.expect_all(day.all)


def test_the_next_post_comes_to_who_follows(day):
    late = day.post("晚间", "晚上好。")
    day.expect_all([*day.all, day.id_of(late["post"])])


def main():
    tap = Tap()
    with Server() as server, tempfile.TemporaryDirectory() as home:
        day = Day(server, pathlib.Path(home))
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                tap.run(name[5:].replace("_", " "), test, day)
    tap.end()


main()
