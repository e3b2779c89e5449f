#!/usr/bin/python3
"""Feeds over HTTP: ids, dates, texts, archives, validators, parts, keys, and what never appears in them."""
import base64
import email.utils
import json
import pathlib
import random
import sys
import tempfile
import time
import urllib.parse
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from browser import Browser
from jing import validate
from server import Server
from tap import Tap, equal, expect

ATOM, GONE = "{http://www.w3.org/2005/Atom}", "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"
FORMATS = ("atom", "rss", "json")
ODD = "<3 AT&T <rant> ]]> &amp; \U0001f600 e\u0301 \u200f"


class Town:
    """A server, its people and a reader that keeps no cookies."""

    def __init__(self, server):
        self.server = server
        self.author = server.account("li-hua", "member")
        self.admin = server.account("chen", "administrator")
        self.reader = Browser(server.address[1])
        self.address = f"https://127.0.0.1:{server.address[1]}"

    def get(self, path, **more):
        return self.reader.get(path, follow=False, **more)

    def atom(self, path):
        return xml.fromstring(self.get(path).body)

    def entries(self, path):
        return {each.findtext(ATOM + "id"): each for each in self.atom(path).iter(ATOM + "entry")}

    def post(self, title, body="正文", board="essays", tags=()):
        return self.author.call("post", board=board, title=title, body=body, **({"tags": list(tags)} if tags else {}))


def test_every_kind_of_feed_is_there_in_every_format(town):
    town.first = town.post("接转", "**正文**", tags=["党建"])
    for root in ("", "/b/essays", f"/t/{town.first['thread']}", "/tag/%E5%85%9A%E5%BB%BA", "/u/li-hua"):
        for form in FORMATS:
            page = town.get(f"{root}/feed.{form}")
            equal(page.status, 200, f"{root}/feed.{form}")
            expect("正文".encode() in page.body, f"{root}/feed.{form} has no text")
            expect(page.headers["content-type"].endswith("charset=utf-8"), page.headers["content-type"])
    equal(town.get("/search/feed.json?q=" + urllib.parse.quote("接转")).status, 200)
    equal([each["url"].rpartition("/p/")[2] for each in json.loads(town.get("/search/feed.json?q=" + urllib.parse.quote("接转")).body)["items"]],
          [str(town.first["post"])])


def test_self_is_what_was_asked_for_and_all_addresses_are_absolute(town):
    town.post("链接", "[站内](/b/essays) @li-hua #1 注[^1]\n\n[^1]: 脚注")
    for path in ("/feed.atom", "/b/essays/feed.atom", "/search/feed.atom?q=" + urllib.parse.quote("链接")):
        feed = town.atom(path)
        equal([each.get("href") for each in feed.findall(ATOM + "link") if each.get("rel") == "self"], [town.address + path])
        for each in feed.iter(ATOM + "link"):
            expect(each.get("href").startswith("https://"), each.get("href"))
    expect(b"href=&quot;/" not in town.get("/feed.atom").body and b"href=&quot;#" not in town.get("/feed.atom").body, "a relative address")


def test_odd_characters_arrive_as_written_and_none_that_xml_forbids(town):
    odd = town.post("题" + ODD.replace("\u200f", ""), "a\x01\x0b\x1f\ufffe\uffff" + ODD)
    feed = town.get("/b/essays/feed.atom").body.decode()
    expect(not any(each in feed for each in "\x01\x0b\x1f\ufffe\uffff"), "a forbidden character")
    title = next(each for key, each in town.entries("/b/essays/feed.atom").items() if f"post:{odd['post']}." in key).findtext(ATOM + "title")
    equal(title, "题" + ODD.replace("\u200f", ""))
    equal(json.loads(town.get("/b/essays/feed.json").body)["items"][0]["title"], title)
    equal(xml.fromstring(town.get("/b/essays/feed.rss").body).findtext("channel/item/title"), title)
    equal(xml.fromstring(town.get("/b/essays/feed.rss").body).find("channel/item/guid").get("isPermaLink"), "false")


def test_validators_hold_while_nothing_happens_and_move_together(town):
    second = int(time.time())
    while int(time.time()) == second:  # of what changes twice within a second no date tells which one somebody has
        time.sleep(0.05)
    town.post("一篇")
    page = town.get("/b/essays/feed.atom")
    tag, date = page.headers["etag"], page.headers["last-modified"]
    expect(tag.startswith('"'), "a weak tag")
    for condition in ({"If_None_Match": tag}, {"If_None_Match": f'"x", W/{tag}'}, {"If_None_Match": "*"}, {"If_Modified_Since": date},
                      {"If_None_Match": tag, "If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
                      {"If_Modified_Since": email.utils.formatdate(time.time() + 86400, usegmt=True)}):
        answer = town.get("/b/essays/feed.atom", **condition)
        equal((answer.status, answer.body), (304, b""), str(condition))
        equal((answer.headers["etag"], answer.headers["last-modified"]), (tag, date))
    for condition in ({"If_None_Match": '"x"', "If_Modified_Since": date}, {"If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
                      {"If_Modified_Since": "yesterday"}):
        equal(town.get("/b/essays/feed.atom", **condition).status, 200, str(condition))
    town.post("又一篇")
    after = town.get("/b/essays/feed.atom", If_None_Match=tag)
    equal(after.status, 200)
    expect(after.headers["etag"] != tag, "the same tag")


def test_codings_have_tags_of_their_own_and_head_has_no_body(town):
    tags = {town.get("/b/essays/feed.atom", Accept_Encoding=coding).headers["etag"] for coding in ("identity", "gzip", "br")}
    equal(len(tags), 3)
    head = town.reader.request("HEAD", "/b/essays/feed.atom")
    equal((head.status, head.body), (200, b""))
    expect(head.headers["etag"] in tags, "another tag")


def test_who_says_what_it_has_gets_only_what_is_newer(town):
    tag = town.get("/b/essays/feed.atom").headers["etag"]
    equal(town.get("/b/essays/feed.atom", A_IM="feed", If_None_Match=tag).status, 304)
    new = town.post("更新的")
    part = town.get("/b/essays/feed.atom", A_IM="feed", If_None_Match=tag)
    equal((part.status, part.headers["im"]), (226, "feed"))
    equal([each.findtext(ATOM + "title") for each in xml.fromstring(part.body).iter(ATOM + "entry")], ["更新的"])
    equal(town.get("/b/essays/feed.atom", A_IM="feed", If_None_Match=part.headers["etag"]).status, 304)
    town.author.call("delete", post=new["post"])
    gone = town.get("/b/essays/feed.atom", A_IM="feed", If_None_Match=part.headers["etag"])
    equal((gone.status, len(list(xml.fromstring(gone.body).iter(GONE)))), (226, 1))
    for strange in ('"x"', '"' + "0" * 32 + ".1." + "0" * 16 + '.i"', tag.replace(".", ".9", 1)):
        equal(town.get("/b/essays/feed.atom", A_IM="feed", If_None_Match=strange).status, 200, strange)
    equal(town.get("/b/essays/feed.rss", A_IM="feed", If_None_Match=tag).status, 200)  # a tag of another feed


def test_archives_stay_as_they_are(town):
    posted = [town.post(f"第{number}篇", f"正文{number}", board="research") for number in range(55)]
    before = town.get("/b/research/archive/1.atom")
    equal(before.status, 200)
    equal(len(town.entries("/b/research/archive/1.atom")), 50)
    expect(town.atom("/b/research/archive/1.atom").find(ARCHIVE) is not None, "no fh:archive")
    equal([each.get("href") for each in town.atom("/b/research/feed.atom").findall(ATOM + "link") if each.get("rel") == "prev-archive"],
          [town.address + "/b/research/archive/1.atom"])
    town.author.call("edit", post=posted[0]["post"], revision=1, title="改了题目", body="改了正文")
    town.author.call("reply", thread=posted[1]["thread"], body="答")
    town.admin.call("board_set", {"board": "research", "name": "调研"})
    town.author.call("account_set", {"name": "李华同志"})
    equal(town.get("/b/research/archive/1.atom").body, before.body)
    expect("改了正文".encode() in town.get("/b/research/feed.atom").body, "an edit is not in the newest")
    town.author.call("delete", post=posted[2]["post"])
    after = town.get("/b/research/archive/1.atom")
    expect(after.headers["etag"] != before.headers["etag"] and "正文2<".encode() not in after.body, "the deleted text stays")
    equal(len(list(xml.fromstring(after.body).iter(GONE))), 1)
    both = set(town.entries("/b/research/feed.atom")) | set(town.entries("/b/research/archive/1.atom"))
    equal(len(both), 55)  # 55 posts and an answer, without the deleted one
    for path in ("/b/research/archive/2.atom", "/b/research/archive/0.atom", "/b/research/archive/01.atom", "/b/research/archive/1.xml"):
        equal(town.get(path).status, 404, path)


def test_what_members_alone_may_read_is_in_no_feed(town):
    town.admin.call("board_create", {"slug": "inner", "name": "内部", "read": "member", "start": "member", "reply": "member"})
    secret = town.post("内部的事", "秘密正文", board="inner", tags=["内部标签"])
    for path in ("/feed", "/u/li-hua/feed"):
        for form in FORMATS:
            body = town.get(f"{path}.{form}").body
            expect("秘密正文".encode() not in body and "内部".encode() not in body, path)
    for path in ("/b/inner/feed.atom", f"/t/{secret['thread']}/feed.atom", "/tag/" + urllib.parse.quote("内部标签") + "/feed.atom"):
        equal(town.get(path).status, 404, path)
    expect("内部".encode() not in town.get("/feeds.opml").body and "inner" not in town.get("/feeds").body.decode(), "listed")
    town.secret = secret


def test_a_key_opens_one_feed_until_it_is_revoked(town):
    made = town.author.call("feed_key_make", {"kind": "board", "name": "inner"})
    key = base64.urlsafe_b64encode(made["key"]).decode().rstrip("=")
    page = town.get(f"/key/{key}.atom")
    equal(page.status, 200)
    expect("秘密正文".encode() in page.body and key.encode() not in page.body, "no text, or the key in it")
    expect("no-store" in page.headers["cache-control"] and "private" in page.headers["cache-control"], page.headers["cache-control"])
    equal([each.get("rel") for each in xml.fromstring(page.body).findall(ATOM + "link") if each.get("rel") in ("self", "hub")], [])
    expect(key not in town.server.log(), "the key is in the log")
    town.author.call("feed_key_revoke", id=made["id"])
    equal(town.get(f"/key/{key}.atom").status, 410)
    equal(town.get("/key/" + "A" * 43 + ".atom").status, 404)


def test_a_board_made_private_leaves_every_feed_at_once(town):
    town.admin.call("board_set", {"board": "research", "read": "member"})
    expect("改了正文".encode() not in town.get("/feed.atom").body and "改了正文".encode() not in town.get("/u/li-hua/feed.json").body, "still there")
    equal(town.get("/b/research/archive/1.atom").status, 404)
    town.admin.call("board_set", {"board": "research", "read": "visitor"})
    expect("改了正文".encode() in town.get("/feed.atom").body, "not back")


def test_closed_and_moved_feeds_say_so(town):
    for path, status, to in (("/b/6/feed.atom", 301, "/b/essays/feed.atom"), ("/u/LI-HUA/feed.rss", 301, "/u/li-hua/feed.rss"),
                             ("/feed", 301, "/feed.atom"), ("/b/nowhere/feed.atom", 404, None), ("/t/99999/feed.atom", 404, None)):
        page = town.get(path)
        equal((page.status, page.headers.get("location")), (status, to), path)
    town.admin.call("board_set", {"board": "suggestions", "feed": "off"})
    equal(town.get("/b/suggestions/feed.atom").status, 410)


def test_every_document_fits_its_schema(town):
    """Of everything that this town has by now, and of posts of any characters."""
    noise = random.Random(4287)
    written = {}
    for _ in range(40):
        text = "".join(chr(noise.choice((noise.randrange(1, 0x80), noise.randrange(0x80, 0xd800), noise.randrange(0xe000, 0x110000))))
                       for _ in range(noise.randrange(1, 60)))
        title = "".join(each for each in text[:30] if each.isalnum()) + "字 <&>]]>\"'"
        written[town.post(title, text + "字")["post"]] = title
    paths = ["/feed", "/b/essays/feed", "/b/research/feed", "/b/research/archive/1", "/u/li-hua/feed", f"/t/{town.first['thread']}/feed",
             "/tag/%E5%85%9A%E5%BB%BA/feed"]
    with tempfile.TemporaryDirectory() as folder:
        for form in ("atom", "rss"):
            files = []
            for path in paths:
                file = pathlib.Path(folder, f"{len(files)}.{form}")
                file.write_bytes(town.get(f"{path}.{form}").body)
                files.append(file)
            validate(ROOT / f"tests/feeds/{form}.rnc", files)
        file = pathlib.Path(folder, "list.opml")
        file.write_bytes(town.get("/feeds.opml").body)
        validate(ROOT / "tests/feeds/opml.rnc", [file])
    shown = {int(each["id"].rpartition(":")[2].partition(".")[0]): each["title"] for each in json.loads(town.get("/b/essays/feed.json").body)["items"]}
    for key, entry in town.entries("/b/essays/feed.atom").items():
        number = int(key.rpartition(":")[2].partition(".")[0])
        equal((entry.findtext(ATOM + "title"), shown[number]), (written.get(number, shown[number]),) * 2)


def test_pages_lead_to_their_feeds(town):
    for path, feed in (("/", "/feed.atom"), ("/b/essays", "/b/essays/feed.atom"), (f"/t/{town.first['thread']}", f"/t/{town.first['thread']}/feed.atom"),
                       ("/u/li-hua", "/u/li-hua/feed.atom")):
        page = town.get(path)
        found = [each["href"] for tag, each in page.elements if tag == "link" and each.get("type") == "application/atom+xml"]
        equal(found, [feed], path)
    expect("/b/essays/feed.atom" in town.get("/b/essays").links, "no visible link")
    equal(len(xml.fromstring(town.get("/feeds.opml").body).findall("body/outline")), 1 + len(town.get("/feeds").body.decode().split('scope="row"')) - 2)


def test_ids_stay_when_the_address_and_names_change(town):
    before = set(town.entries("/b/essays/feed.atom")), town.atom("/b/essays/feed.atom").findtext(ATOM + "id")
    town.admin.call("board_set", {"board": "essays", "name": "论文"})
    town.server.arguments += ["--url", "https://forum.example.cn"]
    town.server.restart()
    town.__init__(town.server)
    equal((set(town.entries("/b/essays/feed.atom")), town.atom("/b/essays/feed.atom").findtext(ATOM + "id")), before)
    expect(b"https://forum.example.cn/b/essays/feed.atom" in town.get("/b/essays/feed.atom").body, "not the proper address")


def main():
    tap = Tap()
    with Server() as server:
        town = Town(server)
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                tap.run(name[5:].replace("_", " "), test, town)
    with Server(rate_limits=True) as server:
        reader = Browser(server.address[1])

        def hammer():
            answers = [reader.get("/feed.atom") for _ in range(80)]
            expect(answers[0].status == 200 and answers[-1].status == 429, str([each.status for each in answers[-3:]]))
            expect(int(answers[-1].headers["retry-after"]) >= 1, answers[-1].headers["retry-after"])
            equal(reader.get("/b/essays/feed.atom").status, 200)
        tap.run("a reader that hammers is told when to come again", hammer)
    tap.end()


main()
