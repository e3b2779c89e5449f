"""Everything that a forum tells somebody: lists, texts, feeds, searches, pages, events; as it is told, or without what differs between two forums.

    before = Outside(client, browser).everything()
    ...
    expect(not difference(before, Outside(client, browser).everything()))

`strip` takes away what is another in every forum: random ids, numbers of decisions (which are told only to whom they concern), times, the store's epoch, ports, ids of feeds and form tokens become placeholders: times of the wire by their rank among
all times told, so that a time which changed shows. What remains is the same in any two forums with the same history.
"""
import re
import urllib.parse

from luntan_wire import Refused

MOST_PAGES = 400
TIME_FROM = 1_600_000_000_000  # milliseconds; no number or count comes near
GUESSES = 6                    # numbers beyond the last that are asked for
UNKNOWN = b"\x5a" * 16

NOT_FOLLOWED = re.compile(r"/(logout|login|register|static|live|archive|draft)|\.(png|svg|webmanifest)$")
PATHS = ("/", "/feeds", "/feeds.opml", "/sitemap.xml", "/robots.txt", "/watches", "/drafts", "/key/" + "A" * 22 + ".atom")
PERSONAL = ("/queue", "/queue/figures", "/digest", "/queue/1", "/queue/next", "/held", "/decisions", "/notices", "/modlog", "/modlog/heads", "/modlog.atom", "/modlog.rss", "/modlog.json", "/held/" + "A" * 22)
STRIPPED_HEADERS = ("date", "etag", "last-modified", "set-cookie", "content-length")
TEXT_RULES = [(re.compile(pattern), placed) for pattern, placed in (
    (r"127\.0\.0\.1(:|%3A)\d+", "HOST"),
    (r"<time datetime=\"[^\"]*\">[^<]*</time>", "<time>"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+\d\d:\d\d)", "TIME"),
    (r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d (GMT|\+\d{4})", "TIME"),
    (r"(/held/)[A-Za-z0-9_-]{22}", r"\1ID"),
    (r"(/decisions/)\d+", r"\1NUMBER"),
    (r"tag:[^,]*,\d{4}-\d\d-\d\d:", "tag:MINT:"),
)]
STAMP = re.compile(r"\b1[67]\d{11}\b")
TOKEN = re.compile(r"(<input type=\"hidden\" name=\"(?:op|op_id|csrf|token|form)\" value=\")[^\"]*")


class Outside:
    """One observer: a connection and a browser, of somebody or of nobody. `queries` are what is searched for; with `personal`, what is told of
    moderation and to oneself alone counts too."""

    def __init__(self, client, browser, queries=(), handles=(), personal=True):
        self.client, self.browser = client, browser
        self.queries, self.handles = list(queries), list(handles)
        self.personal = personal
        self.epoch = None
        self.told = {}

    # ---- the wire ----

    def ask(self, message, **fields):
        """The answer to a request, or its refusal, under a name of its own."""
        try:
            answer = self.client.call(message, fields)
        except Refused as refused:
            answer = {"refused": refused.error}
        label = message + " " + " ".join(f"{key}={value!r}" for key, value in sorted(fields.items()))
        self.told[label] = answer
        return answer

    def pages(self, name, key, place, **fields):
        """All pages of a list; what they hold."""
        found, next_place = [], None
        while True:
            page = self.ask(name, **fields, **({place: next_place} if next_place else {}))
            found += page.get(key, [])
            next_place = page.get("next")
            if not next_place:
                return found

    def _board(self, board):
        for thread in self.pages("threads", "threads", "after", board=board["slug"]):
            self._thread(thread["id"])
        self.pages("threads", "threads", "after", board=board["slug"], featured=True)
        self.ask("feed", kind="board", name=board["slug"])

    def _thread(self, number):
        posts = self.ask("read", thread=number)
        self.epoch = self.epoch or posts.get("cursor", b"")[1:9]
        for post in posts.get("posts", []):
            self.ask("post_get", post=post["id"])
            for revision in self.ask("history", post=post["id"]).get("revisions", []):
                self.ask("revision", post=post["id"], number=revision["number"])
        self.ask("feed", kind="thread", name=str(number))
        for tag in posts.get("thread", {}).get("tags", []):
            self.ask("feed", kind="tag", name=tag)

    def _guesses(self):
        """What comes next, or might be there for others."""
        posts = [post["id"] for answer in self.told.values() for post in answer.get("posts", [])]
        threads = [thread["id"] for answer in self.told.values() for thread in answer.get("threads", [])]
        for ahead in range(1, GUESSES):
            self.ask("post_get", post=max(posts, default=0) + ahead)
            self.ask("history", post=max(posts, default=0) + ahead)
            self.ask("post_hash", post=max(posts, default=0) + ahead)
            self.ask("read", thread=max(threads, default=0) + ahead)
            self.ask("feed", kind="thread", name=str(max(threads, default=0) + ahead))
            if self.personal:
                self.ask("item_get", item=ahead)
        self.ask("held_get", held=UNKNOWN)

    def wire(self):
        for board in self.ask("boards").get("boards", []):
            self._board(board)
        self.ask("feeds")
        self.ask("feed")
        self.ask("feed", archive=1)
        for handle in self.handles:
            self.ask("account", handle=handle)
            self.ask("feed", kind="author", name=handle)
            if self.personal:
                self.ask("decisions", handle=handle)
                self.ask("sanctions", handle=handle)
        for query in self.queries:
            self.ask("search", query=query)
            self.ask("search", query=query, by_date=True)
            self.ask("feed", kind="search", name=query)
        for name in ("watches", "drafts", *(("notices", "held", "queue", "decisions", "sanctions", "flags", "whoami", "modlog", "audit", "concerns", "figures") if self.personal else ())):
            self.ask(name)
        self._guesses()

    # ---- pages ----

    def web(self):
        """Every page that is linked from the front page and from what is linked there, and some that nobody links."""
        waiting = [*PATHS, *(PERSONAL if self.personal else ()), *(f"/search?q={urllib.parse.quote(query)}" for query in self.queries), *(f"/u/{handle}" for handle in self.handles)]
        waiting += [f"/u/{handle}/feed.{kind}" for handle in self.handles for kind in ("atom", "rss", "json")]
        seen = set()
        while waiting and len(seen) < MOST_PAGES:
            path = waiting.pop(0).partition("#")[0]
            if path in seen or not path.startswith("/") or NOT_FOLLOWED.search(path) or (not self.personal and path.startswith(PERSONAL[:-1])):
                continue
            seen.add(path)
            page = self.browser.get(path, follow=False)
            self.told["GET " + path] = {"status": page.status, "headers": page.headers, "body": page.body.decode("utf-8", "replace")}
            waiting += page.links
            waiting += [value for tag, attributes in page.elements if tag == "link" and "alternate" in attributes.get("rel", "")
                        for value in (attributes.get("href", ""), re.sub(r"\.atom$", ".rss", attributes.get("href", "")))]
        return self

    def everything(self):
        self.wire()
        self.web()
        return self.told


def _times(value, found):
    if isinstance(value, dict):
        for each in value.values():
            _times(each, found)
    elif isinstance(value, list):
        for each in value:
            _times(each, found)
    elif isinstance(value, int) and not isinstance(value, bool) and value > TIME_FROM:
        found.add(value)


def _plain(value, ranks, epoch):
    if isinstance(value, dict):
        if "headers" in value:
            value = {**value, "headers": {name: field for name, field in value["headers"].items() if name not in STRIPPED_HEADERS}}
        if "act" in value:
            value = {**value, "id": "NUMBER"}
        if "decision" in value:
            value = {**value, "decision": "NUMBER"}
        return {_plain(key, ranks, epoch): _plain(each, ranks, epoch) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each, ranks, epoch) for each in value]
    if isinstance(value, bytes):
        return b"ID" if len(value) == len(UNKNOWN) else value.replace(epoch, b"EPOCH") if epoch else value
    if isinstance(value, str):
        value = value.replace(epoch.hex(), "EPOCH") if epoch else value
        for rule, placed in TEXT_RULES:
            value = rule.sub(placed, value)
        value = STAMP.sub(lambda found: f"time {ranks.get(int(found[0]), 'unknown')}", value)
        return TOKEN.sub(r"\1TOKEN", value)
    return f"time {ranks[value]}" if value in ranks and not isinstance(value, bool) else value


def strip(told, epoch):
    """What was told without what is another in every forum."""
    found = set()
    _times(told, found)
    ranks = {time: rank for rank, time in enumerate(sorted(found))}
    return _plain(told, ranks, epoch)


def tokens_stripped(value):
    """Without what makes each form single."""
    if isinstance(value, dict):
        return {key: tokens_stripped(each) for key, each in value.items()}
    return TOKEN.sub(r"\1TOKEN", value) if isinstance(value, str) else value


def _parts(value, path=""):
    """The leaves of what was told, each with where it stands."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _parts(each, f"{path} / {key}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _parts(each, f"{path} [{number}]")
    elif isinstance(value, str) and "\n" in value:
        for number, line in enumerate(value.split("\n")):
            yield f"{path} line {number}", line
    else:
        yield path, value


def _apart(one, other, around=80):
    """Two values from where they differ."""
    one, other = repr(one), repr(other)
    at = next((place for place, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other)))
    begin = max(0, at - around)
    return f"{one[begin:at + around]} | {other[begin:at + around]}"


def difference(one, other, most=20):
    """What is not the same, in words; empty where everything is."""
    left, right = dict(_parts(one)), dict(_parts(other))
    paths = [path for path in {**left, **right} if left.get(path, "absent") != right.get(path, "absent")]
    return "\n".join(f"{path}: {_apart(left.get(path, 'absent'), right.get(path, 'absent'))}" for path in paths[:most])
