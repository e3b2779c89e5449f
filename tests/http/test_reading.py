#!/usr/bin/python3
"""The pages that are read, as visitors and members get them: front page, boards, threads and their floors, revisions, profiles,
help, and what search engines are told."""
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from browser import Browser  # noqa: E402
from server import PASSWORD, Server  # noqa: E402
from tap import Tap, equal, expect  # noqa: E402

FLOORS = 120
LONG = "一篇长文。" * 4000  # 60 KB: few of them fill a page
ESSAY = "前言\n\n## 甲\n\n一\n\n### 乙\n\n二\n\n## 丙\n\n三"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


class Town:
    """A server with something to read."""

    def __init__(self, server):
        self.server = server
        self.admin = server.account("warden", "administrator")
        self.admin.call("account_set", lang="zh")
        self.li = server.account("lihua", "member")
        self.li.call("account_set", {"name": "李华", "lang": "zh"})
        self.wang = server.account("wangfang", "member")
        self.visitor = Browser(server.daemon.port)
        self.notice = self.start(self.admin, "news", "公告一则", pinned=1)
        self.essay = self.start(self.li, "essays", "论文", body=ESSAY, tags=["党章", "支部"], featured=1)
        self.talk = self.start(self.wang, "research", "长谈")
        self.posts = [self.reply(self.wang if floor % 2 else self.li, self.talk, f"第 {floor} 楼") for floor in range(2, FLOORS + 1)]

    def start(self, who, board, title, body="正文", tags=None, **marks):
        thread = who.call("post", {"board": board, "title": title, "body": body, **({"tags": tags} if tags else {})})["thread"]
        if marks:
            self.admin.call("thread_set", thread=thread, reason="off_topic", **marks)
        return thread

    @staticmethod
    def reply(who, thread, body, to=0):
        return who.call("reply", thread=thread, body=body, **({"to": to} if to else {}))["post"]

    def member(self, handle="lihua"):
        browser = Browser(self.server.daemon.port)
        browser.sign_in(handle, PASSWORD)
        return browser


def floors(page):
    """The floors that are shown, in order."""
    return [int(attributes["id"]) for tag, attributes in page.elements if tag == "article"]


def article(page, floor):
    """The HTML of one floor."""
    found = re.search(rf'<article [^>]*id="{floor}".*?</article>', page.body.decode(), re.S)
    expect(found, f"no floor {floor}")
    return found[0]


def landing(town, path):
    """Where an address leads: the page, and the floor that it names."""
    answer = town.visitor.get(path, follow=False)
    equal(answer.status, 302, path)
    target, _, floor = answer.headers["location"].partition("#")
    page = town.visitor.get(target)
    expect(int(floor) in floors(page), f"{path} leads to {target}, without floor {floor}")
    return page, int(floor)


def canonical(page):
    return next(attributes["href"] for tag, attributes in page.elements if tag == "link" and attributes.get("rel") == "canonical")


def without_base(town, url):
    base = f"https://127.0.0.1:{town.server.daemon.port}"
    expect(url.startswith(base), url)
    return url[len(base):]


# ---- front page and boards ----

def test_front(town):
    page = town.visitor.get("/")
    for words in ("公告一则", "论文", "长谈", "时政信息", "学习论文", "网上举报站"):
        expect(words in page.text, words)
    groups = [page.text.index(words) for words in ("栏目", "留言板", "网上举报站")]
    equal(groups, sorted(groups), "the groups' order")
    equal([tag for tag, _ in page.elements if tag == "h1"], ["h1"])


def test_front_newest(town):
    thread = town.start(town.li, "suggestions", "刚刚写的")
    page = town.visitor.get("/")
    newest = re.search(r'aria-labelledby="newest".*?</section>', page.body.decode(), re.S)[0]
    equal(int(re.search(r"/t/(\d+)", newest)[1]), thread, "the newest thread")


def test_visitors_hold_no_form(town):
    for path in ("/", "/b/essays", f"/t/{town.essay}", f"/t/{town.essay}/all", "/help"):
        equal(len(town.visitor.get(path).forms), 0, f"forms on {path}")


def test_board_pages(town):
    made = {town.start(town.wang, "reflections", f"感悟 {number}") for number in range(60)}
    seen, path = [], "/b/reflections"
    while path:
        page = town.visitor.get(path)
        rows = [int(number) for number in re.findall(r'href="/t/(\d+)"', page.body.decode())]
        seen += rows
        path = next((attributes["href"] for tag, attributes in page.elements if attributes.get("rel") == "next"), None)
    equal(len(seen), 60, "rows")
    equal(set(seen), made, "threads")
    equal(seen, sorted(seen, reverse=True), "the order")


def test_board_marks(town):
    page = town.visitor.get("/b/essays?featured=1")
    expect("精华" in page.text and "#党章" in page.text, page.text)
    expect("noindex" in page.body.decode(), "a filtered list is offered to search engines")
    expect("置顶" in town.visitor.get("/b/news").text)
    locked = town.start(town.li, "suggestions", "锁住的", locked=1)
    expect("已锁定" in town.visitor.get("/b/suggestions").text)
    expect("不再接受回复" in town.visitor.get(f"/t/{locked}").text)


def test_board_by_number(town):
    number = next(board["id"] for board in town.admin.call("boards")["boards"] if board["slug"] == "essays")
    answer = town.visitor.get(f"/b/{number}", follow=False)
    equal((answer.status, answer.headers["location"]), (301, "/b/essays"))


def test_station(town):
    page = town.visitor.get("/b/station")
    equal((page.status, len(page.forms)), (200, 0))
    expect("尚未开通" in page.text)


def test_missing(town):
    for path in ("/b/nowhere", "/t/99999", "/t/0", "/t/x", f"/t/{town.talk}/{FLOORS + 1}", "/p/99999", "/p/99999/revisions", "/u/nobody",
                 "/nowhere"):
        page = town.visitor.get(path)
        equal(page.status, 404, path)
        expect("/" in page.links, "no way back")


# ---- threads ----

def test_thread_pages(town):
    shown, path = [], f"/t/{town.talk}"
    while path:
        page = town.visitor.get(path)
        shown += floors(page)
        equal(without_base(town, canonical(page)), path, "canonical")
        path = next((attributes["href"] for tag, attributes in page.elements if attributes.get("rel") == "next"), None)
    equal(shown, list(range(1, FLOORS + 1)), "floors")


def test_whole_thread(town):
    equal(floors(town.visitor.get(f"/t/{town.talk}/all")), list(range(1, FLOORS + 1)))


def test_floors_are_found(town):
    for floor in (1, 50, 51, 100, FLOORS):
        page, landed = landing(town, f"/t/{town.talk}/{floor}")
        equal((landed, floors(page)[0] % 50), (floor, 1))
    equal(landing(town, f"/t/{town.talk}/last")[1], FLOORS)
    equal(landing(town, f"/p/{town.posts[75]}")[1], 77)


def test_floors_of_long_texts_are_found(town):
    thread = town.start(town.li, "research", "长文", body=LONG)
    for _ in range(2, 13):
        town.reply(town.wang, thread, LONG)
    for floor in (1, 4, 5, 6, 11, 12):
        equal(landing(town, f"/t/{thread}/{floor}")[1], floor)
    shown, path = [], f"/t/{thread}"
    while path:
        page = town.visitor.get(path)
        shown += floors(page)
        path = next((attributes["href"] for tag, attributes in page.elements if attributes.get("rel") == "next"), None)
    equal(shown, list(range(1, 13)), "floors by going on")
    equal(floors(town.visitor.get(f"/t/{thread}/all")), list(range(1, 13)), "floors of the whole")


def test_posts_alone(town):
    page = town.visitor.get(f"/t/{town.talk}/posts?from=101")
    equal(floors(page), list(range(101, FLOORS + 1)))
    expect("<html" not in page.body.decode() and not page.forms, "more than the posts")


def test_contents(town):
    page = town.visitor.get(f"/t/{town.essay}")
    contents = re.search(r'<details class="contents">.*?</details>', page.body.decode(), re.S)[0]
    links = re.findall(r'href="#([^"]+)"', contents)
    equal(len(links), 3)
    for link in links:
        expect(link in page.ids, f"no heading {link}")
    expect('class="contents"' not in town.visitor.get(f"/t/{town.talk}").body.decode(), "contents of a text without headings")


def test_replies_and_tombstones(town):
    thread = town.start(town.li, "suggestions", "答与删")
    gone = town.reply(town.wang, thread, "要删的话")
    town.reply(town.li, thread, "答二楼", to=2)
    town.wang.call("delete", post=gone)
    page = town.visitor.get(f"/t/{thread}")
    expect("作者已删除" in article(page, 2) and "要删的话" not in page.text)
    expect('href="#2"' in article(page, 3), "no link to what it answers")


def test_names_are_text(town):
    name = "<b>\"&'"
    town.wang.call("account_set", {"name": name})
    page = town.visitor.get(f"/t/{town.talk}")
    expect(name in page.text, "the name is not shown")
    expect("<b>" not in page.body.decode(), "markup from a name")
    town.wang.call("account_set", {"name": "王芳"})


# ---- for members ----

def test_member_reads_on(town):
    who = town.member()
    page = who.get(f"/t/{town.talk}")
    who.submit(page.form(f"/t/{town.talk}/mark"))
    town.reply(town.wang, town.talk, "又一楼")
    answer = who.get(f"/t/{town.talk}/unread", follow=False)
    equal(answer.headers["location"], f"/t/{town.talk}?from=51#51")
    page = who.get("/b/research")
    expect("thread unread" in page.body.decode() and f"/t/{town.talk}/unread" in page.links, page.text)
    who.submit(page.form("/b/research/mark"))
    expect("thread unread" not in who.get("/b/research").body.decode(), "still unread")


def test_member_tools(town):
    who = town.member()
    page = who.get(f"/t/{town.essay}")
    mine = article(page, 1)
    for path in ("/edit", "/delete"):
        expect(path in mine, f"no {path} on one's own post")
    expect("/set" not in " ".join(form.action for form in page.forms), "moderation for a member")
    page = who.submit(page.form(f"/t/{town.essay}/reply"), "post", body="在帖子下面直接回复")
    expect("在帖子下面直接回复" in page.text, page.text)
    page = who.get("/b/essays")
    who.submit(next(form for form in page.forms if form.action.endswith("/watch")))
    expect("取消关注" in who.get("/b/essays").text, "not watched")


def test_moderator_tools(town):
    who = town.member("warden")
    thread = town.start(town.li, "suggestions", "待管理")
    for field, words in (("pinned", "取消置顶"), ("featured", "取消精华")):
        page = who.get(f"/t/{thread}")
        form = next(form for form in page.forms if form.action == f"/t/{thread}/set" and field in form)
        who.submit(form)
        expect(words in who.get(f"/t/{thread}").text, words)
    page = who.get(f"/t/{thread}/arrange")
    refused = who.submit(page.form(f"/t/{thread}/arrange"), "lock")
    expect("理由" in refused.text and refused.status == 422, refused.text)
    who.submit(refused.form(f"/t/{thread}/arrange"), "lock", reason="other", words="已有结论")
    expect("解除锁定" in who.get(f"/t/{thread}").text, "not locked")
    page = who.get(f"/t/{thread}/arrange")
    who.submit(page.form(f"/t/{thread}/arrange"), "unpin", words="到期")
    who.submit(who.get(f"/t/{thread}/arrange").form(f"/t/{thread}/arrange"), "unlock")
    page = who.get(f"/t/{thread}/arrange")
    who.submit(page.form(f"/t/{thread}/arrange"), "hold_thread", reason="abuse", words="争吵")
    expect("不再先审" in who.get(f"/t/{thread}").text, "not held")
    for path in (f"/t/{thread}", f"/t/{thread}/reply"):
        page = town.member().get(path).text
        expect("经版主看过后才显示" in page, page)
    expect("取消置顶" not in who.get(f"/t/{thread}").text, "still pinned")


# ---- revisions, people, help ----

def test_revisions(town):
    thread = town.start(town.li, "suggestions", "改之前", body="村口没有灯，天黑难走。")
    post = int(re.search(r'data-post="(\d+)"', town.visitor.get(f"/t/{thread}").body.decode())[1])
    expect("/revisions" not in article(town.visitor.get(f"/t/{thread}"), 1), "revisions of a text never changed")
    town.li.call("edit", {"post": post, "revision": 1, "title": "改之后", "body": "村口没有路灯，天黑难走。"})
    expect(f"/p/{post}/revisions" in town.visitor.get(f"/t/{thread}").links, "no way to the revisions")
    page = town.visitor.get(f"/p/{post}/revisions")
    expect(f"/p/{post}/revisions/1" in page.links and f"/p/{post}/revisions/2" in page.links)
    page = town.visitor.get(f"/p/{post}/revisions/2")
    expect(re.search(r"没有<ins>(<span[^>]*>[^<]*</span>)?路", page.body.decode()), "what was added is not marked")
    expect("<del>改之前</del>" in page.body.decode() and "<ins>改之后</ins>" in page.body.decode(), "the title's change")
    equal(town.visitor.get(f"/p/{post}/revisions/1").status, 200)
    equal(town.visitor.get(f"/p/{post}/revisions/3").status, 404)


def test_profile(town):
    page = town.visitor.get("/u/lihua")
    expect("李华" in page.text and "@lihua" in page.text and "党员" in page.text)
    expect("/settings" in town.member().get("/u/lihua").links)
    expect("/admin/accounts/lihua" in town.member("warden").get("/u/lihua").links)


def test_help(town):
    page = town.visitor.get("/help")
    body = page.body.decode()
    for piece in ("<strong>", "<table>", "<blockquote>", "footnote"):
        expect(piece in body, piece)


def test_english(town):
    who = Browser(town.server.daemon.port, lang="en-US,en;q=0.9")
    page = who.get("/b/essays")
    expect('<html lang="en"' in page.body.decode() and "Study essays" in page.text and "Threads" in page.text)


# ---- search engines ----

def test_robots(town):
    page = town.visitor.get("/robots.txt")
    expect(page.headers["content-type"].startswith("text/plain"))
    url = re.search(r"^Sitemap: (\S+)$", page.body.decode(), re.M)[1]
    equal(without_base(town, url), "/sitemap.xml")


def test_sitemap(town):
    def locations(path):
        return [without_base(town, each.text) for each in xml.fromstring(town.visitor.get(path).body).iter(MAP + "loc")]
    maps = locations("/sitemap.xml")
    expect("/sitemap.xml?board=research" in maps and "/sitemap.xml?board=station" not in maps, str(maps))
    urls = {url for each in maps for url in locations(each)}
    for path in ("/b/essays", f"/t/{town.essay}", f"/t/{town.talk}"):
        expect(path in urls, path)
    equal(town.visitor.get("/sitemap.xml?board=nowhere").status, 404)


def main():
    tap = Tap()
    with Server() as server:
        town = Town(server)
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                tap.run(name[5:].replace("_", " "), test, town)
    tap.end()


main()
