#!/usr/bin/python3
"""Nothing that people write becomes markup: hostile texts go into every field, address and header, and every page is read strictly.

Each text that is planted tries to leave where it stands and names an element and an attribute after its place, which no page may
then have. Pages are found by following links and sending forms, so that a new page or field is met without being named here.

time limit: 600 s
"""
import collections
import html.parser
import pathlib
import re
import sys
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from browser import Browser  # noqa: E402
from server import PASSWORD, Server  # noqa: E402
from tap import Tap, expect  # noqa: E402

PAGES_MOST = 150  # of one crawl
URLS = {"href", "src", "action", "formaction", "data", "poster", "cite", "background", "xlink:href", "srcset", "ping", "manifest"}
SCHEMES = {"https", "http", "mailto"}
FORBIDDEN = {"style", "base", "iframe", "frame", "frameset", "object", "embed", "applet", "math", "foreignobject", "animate",
             "set", "marquee"}
UNSEEN = re.compile("[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff]")
RAW = {"script", "textarea", "title", "style"}

LINKS = """[a](javascript:xssprobe()) [b](%01javascript:xssprobe()) [c](java&#10;script:xssprobe()) [d](data:text/html,<xss-link>)
[e](//evil.example) ![f](javascript:xssprobe()) <javascript:xssprobe()> [g](https://evil.example/"onxss=1 "t\\"onxss=1")
![h](https://evil.example/x.png "\\"><xss-image>) <img src=x onerror=xssprobe()> <svg/onload=xssprobe()> <script>xssprobe()</script>

| <xss-cell> | [x](vbscript:xssprobe()) |
|---|---|
| "onxss=1 | `</code><xss-code>` |

```"><xss-fence>
</code></pre><xss-block>
```
文[^"><xss-note>]

[^"><xss-note>]: <xss-definition> @"><xss-mention> #1"><xss-floor>
"""


def probe(place, room=None):
    """A text that tries to leave an attribute of either kind of quotes, and an element."""
    text = f"\"'><xss-{place} xss{place}=1 onxss=1>"
    return text if room is None else text[:room]


class Reader(html.parser.HTMLParser):
    """Reads one page and gathers what should not be in it."""

    def __init__(self, body):
        super().__init__(convert_charrefs=True)
        self.faults = []
        self.script = False
        self.ids = collections.Counter()
        self.feed(body)
        self.close()
        self.faults += [f"the id {name} stands there {count} times" for name, count in self.ids.items() if count > 1]

    def fault(self, words):
        self.faults.append(f"line {self.getpos()[0]}: {words}")

    def handle_starttag(self, tag, attrs):
        if "xss" in tag or tag in FORBIDDEN:
            self.fault(f"<{tag}>")
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.fault(f"an attribute twice in <{tag}>: {names}")
        attributes = dict(attrs)
        for name, value in attrs:
            self.check_attribute(tag, name, value or "")
        if tag == "script":
            self.script = True
            if not re.fullmatch(r"/static/[0-9a-z]+/[\w.-]+", attributes.get("src") or ""):
                self.fault(f"a script that is not ours: {attributes}")
        if tag == "meta" and attributes.get("http-equiv"):
            self.fault(f"a header in the page: {attributes}")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        self.script = self.script and tag != "script"

    def check_attribute(self, tag, name, value):
        if name.startswith("on") or "xss" in name or name in ("style", "srcdoc") or not re.fullmatch(r"[a-z][a-z0-9:-]*", name):
            self.fault(f"{name} in <{tag}>")
        if name == "id":
            self.ids[value] += 1
        if name in URLS:
            self.check_url(tag, name, value)

    def check_url(self, tag, name, value):
        seen = UNSEEN.sub("", value).replace("\\", "/")
        scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):", seen)
        if seen.startswith("//") or (scheme and scheme[1].lower() not in SCHEMES):
            if not (tag == "a" and seen.startswith("otpauth://totp/")):
                self.fault(f"<{tag} {name}={value!r}>")
        elif scheme and tag != "a" and not seen.startswith("https://127.0.0.1"):
            self.fault(f"<{tag} {name}={value!r}> loads from elsewhere")
        elif not scheme and tag == "form" and not seen.startswith("/"):
            self.fault(f"a form that posts to {value!r}")

    def handle_data(self, data):
        if self.script and data.strip():
            self.fault(f"a script in the page: {data[:80]!r}")

    def handle_comment(self, data):
        self.fault(f"a comment: {data[:80]!r}")

    def handle_pi(self, data):
        self.fault(f"an instruction: {data[:80]!r}")

    def unknown_decl(self, data):
        self.fault(f"a declaration: {data[:80]!r}")


def check_policy(page, faults):
    policy = page.headers.get("content-security-policy", "")
    rules = {name: rest for name, _, rest in (rule.strip().partition(" ") for rule in policy.split(";"))}
    if rules.get("default-src") != "'none'" or rules.get("script-src") != "'self'" or "unsafe" in policy:
        faults.append(f"the policy is {policy!r}")
    for name, value in (("base-uri", "'none'"), ("form-action", "'self'"), ("frame-ancestors", "'none'")):
        if rules.get(name) != value:
            faults.append(f"the policy's {name} is {rules.get(name)!r}")
    if page.headers.get("x-content-type-options") != "nosniff":
        faults.append("types may be guessed")


def faults_of(page):
    """What is wrong with an answer, whatever it is."""
    faults = [f"the header field {name}" for name in page.headers if "xss" in name]
    kind = page.headers.get("content-type", "")
    location = page.headers.get("location")
    if location is not None and (not location.startswith("/") or location.startswith(("//", "/\\"))):
        faults.append(f"it leads to {location!r}")
    if page.status >= 500:
        faults.append(f"status {page.status}")
    if kind.startswith("text/html"):
        check_policy(page, faults)
        if kind != "text/html; charset=utf-8":
            faults.append(f"the type is {kind!r}")
        faults += Reader(page.body.decode()).faults
    elif kind.startswith(("application/xml", "text/xml")) and b"<xss-" in page.body:
        faults.append("markup in XML")
    return faults


class Hunt:
    """Everything that was looked at, and what was wrong with it."""

    def __init__(self):
        self.faults = []
        self.seen = collections.Counter()  # places whose text was shown
        self.pages = 0

    def look(self, page):
        self.pages += 1
        self.faults += [f"{page.path} ({page.status}): {fault}" for fault in faults_of(page)]
        self.seen.update(set(re.findall(r"&lt;xss-(\w+)", page.body.decode("utf-8", "replace"))))
        return page

    def end(self, least, places=()):
        expect(not self.faults, "\n".join(self.faults[:40]))
        expect(self.pages >= least, f"only {self.pages} pages were looked at")
        missing = [place for place in places if not self.seen[place]]
        expect(not missing, f"never shown: {missing}; shown: {sorted(self.seen)}")


def look_along(hunt, browser, path, **more):
    """Goes there and wherever that leads, looking at each answer."""
    page = hunt.look(browser.get(path, follow=False, **more))
    for _ in range(5):
        if page.status not in (302, 303):
            break
        page = hunt.look(browser.get(page.headers["location"].partition("#")[0], follow=False))
    return page


def crawl(hunt, browser, visit=lambda page: None):
    """Follows all links of this site from the front page, breadth first; one of each shape of address twice."""
    queue, met, shapes = collections.deque(["/"]), {"/"}, collections.Counter()
    while queue and len(met) < PAGES_MOST:
        page = look_along(hunt, browser, queue.popleft())
        visit(page)
        for link in page.links:
            parts = urlsplit(link)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            shape = re.sub(r"\d+", "N", path)
            if parts.scheme or parts.netloc or not path.startswith("/") or path in met or shapes[shape] > 3:
                continue
            met.add(path)
            shapes[shape] += 1
            queue.append(path)
    return met


# ---- what is planted ----

def plant(server):
    """By the native protocol, which takes all that the store takes: into everything that people can write."""
    warden = server.account("warden", "administrator")
    warden.call("board_create", {"slug": "probe", "name": probe("board"), "name_en": probe("boarden"), "about": probe("about"),
                                 "about_en": probe("abouten")})
    server.account("evil", "member").close()
    warden.call("account_admin", handle="evil", unit=probe("unit"))
    evil = server.connect()
    evil.hello(client=probe("client"))
    server.tokens["evil"] = evil.call("login", handle="evil", password=PASSWORD)["token"]
    evil.call("account_set", {"name": probe("name")})
    made = evil.call("post", board="probe", title=probe("title"), tags=[probe("tag", 24), "a\"'b<i>"],
                     body=probe("body") + "\n\n" + LINKS)
    answer = evil.call("reply", thread=made["thread"], to=1, body=probe("reply") + " @warden\n\n# " + probe("heading"))
    evil.call("edit", post=made["post"], revision=1, title=probe("retitled"), body=probe("edited") + "\n\n" + LINKS)
    evil.call("edit", post=answer["post"], revision=1, body=probe("again") + " @warden")
    evil.call("draft_save", version=0, board="probe", title=probe("draft"), tags=[probe("dtag", 24)], body=probe("dbody"))
    gone = evil.call("reply", thread=made["thread"], body=probe("gone"))
    evil.call("delete", post=gone["post"])
    warden.call("grant", handle="evil", role="moderator", board="probe")
    warden.call("grant", handle="evil", role="deputy", unit=probe("unit"))
    evil.close()
    warden.close()
    return made["thread"], made["post"]


def what_is_stored_is_shown_as_text(server):
    hunt = Hunt()
    for handle, lang in ((None, "zh-CN"), (None, "en"), ("evil", "zh-CN"), ("warden", "en")):
        browser = Browser(server.daemon.port, lang=lang)
        if handle:
            browser.sign_in(handle, PASSWORD)
        crawl(hunt, browser)
        browser.close()
    hunt.end(150, ("board", "about", "unit", "client", "name", "retitled", "edited", "again", "draft", "heading", "image"))


def the_planted_pages_in_all_their_forms(server, thread, post):
    hunt = Hunt()
    browser = Browser(server.daemon.port)
    browser.sign_in("evil", PASSWORD)
    thread_paths = ("", "/all", "/posts", "/last", "/1", "/reply?to=1&quote=1", "/move")
    post_paths = ("", "/revisions", "/revisions/1", "/revisions/2", "/edit", "/delete")
    others = ("/b/probe", "/b/probe/new", "/drafts", "/u/evil", "/sitemap.xml", "/sitemap.xml?board=probe", "/settings/sessions",
              "/notices", "/watches", "/help")
    for path in (*(f"/t/{thread}{rest}" for rest in thread_paths), *(f"/p/{post}{rest}" for rest in post_paths), *others):
        look_along(hunt, browser, path)
    browser.close()
    hunt.end(20, ("title", "retitled", "body", "edited", "draft"))


# ---- what is typed into forms ----

TAKEN = {"name", "name_en", "about", "about_en", "title", "body", "unit"}
SKIPPED = re.compile(r"/logout|/settings/(password|factor|sessions)|/register|/reset$|/settings/look")


def values_for(form, number):
    """Hostile values for what a person can type in this form, in two sorts: any, and those that are taken for good."""
    kept = {"token", "op", "to", "do", "version", "revision", "draft", "floor", "thread", "post", "reply_to", "up_to", "session",
            "field", "sure"}
    typed = [name for name in form.fields if name not in kept]
    wild = {name: probe(f"form{number}") for name in typed}
    tame = {name: value for name, value in wild.items() if name in TAKEN}
    return wild, tame


def what_is_typed_comes_back_as_text(server):
    """Every form is sent with hostile values: refused ones are shown again with them, others are stored and shown."""
    hunt = Hunt()
    met = set()

    def send_all(browser, page):
        for form in page.forms:
            shape = re.sub(r"\d+", "N", form.action) + " " + " ".join(sorted(form.fields))
            if shape in met or SKIPPED.search(form.action):
                continue
            met.add(shape)
            if form.method == "get":
                asked = "&".join(f"{name}={quote(probe('search'))}" for name in form.fields)
                look_along(hunt, browser, f"{form.action}?{asked}")
                continue
            for values in values_for(form, len(met)):
                hunt.look(browser.submit(form, follow=False, **values))

    for handle in ("warden", "evil", None):
        browser = Browser(server.daemon.port)
        if handle:
            browser.sign_in(handle, PASSWORD)
        crawl(hunt, browser, lambda page, browser=browser: send_all(browser, page))
        if handle:
            expect("__Host-luntan" in browser.cookies, f"{handle} was signed out on the way")
        browser.close()
    expect(len(met) >= 12, f"only these forms were met: {sorted(met)}")
    hunt.end(200)
    expect(any(place.startswith("form") for place in hunt.seen), f"nothing typed was shown again: {sorted(hunt.seen)}")


# ---- addresses and headers ----

TEXTS = (
    probe("address"), "javascript:xssprobe()", "</title></textarea></script><xss-end>", "{{page.token}}{{say home}}",
    "\u202e\ufeff<xss-bidi>", "%s%n%x", "../../etc/passwd", "a" * 3000, "\r\nX-Xss: 1\r\n\r\n<xss-split>", "\0<xss-nul>",
    "//evil.example", "\\\\evil.example", "-1", "18446744073709551616",
)
QUERIES = (
    "/?x=%s", "/b/probe?after=%s", "/b/probe?featured=%s", "/t/1?from=%s", "/t/1/all?from=%s", "/t/1/posts?from=%s",
    "/t/1/reply?to=%s", "/t/1/reply?quote=%s", "/p/1/revisions?before=%s", "/login?to=%s", "/register?invite=%s",
    "/reset?handle=%s", "/notices?before=%s", "/admin/accounts?after=%s", "/admin/accounts?handle=%s",
    "/sitemap.xml?board=%s", "/sitemap.xml?after=%s", "/?%s=1", "/?%s",
)
PATHS = (
    "/%s", "/b/%s", "/b/%s/new", "/t/%s", "/t/1/%s", "/p/%s", "/p/1/revisions/%s", "/u/%s", "/drafts/%s",
    "/admin/boards/%s", "/admin/accounts/%s", "/static/%s", "/static/1/%s", "/live/%s",
)
ELSEWHERE = (
    "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:xssprobe()", "/\t/evil.example",
    "/%09/evil.example", "https:evil.example", "/\r\nX-Xss: 1", "//127.0.0.1@evil.example", "/..//evil.example", "/.//evil.example",
    "@evil.example", "///evil.example",
)
HEADERS = (
    "User_Agent", "Accept_Language", "Accept", "Referer", "Cookie", "If_None_Match", "If_Modified_Since", "Range",
    "Accept_Encoding", "X_Forwarded_For", "X_Forwarded_Host", "Forwarded", "Origin", "Sec_Fetch_Site", "Host", "Content_Type", "X_Requested_With",
    "Last_Event_ID", "Purpose",
)


def addresses_come_back_as_text(server):
    hunt = Hunt()
    for handle in (None, "warden"):
        browser = Browser(server.daemon.port)
        if handle:
            browser.sign_in(handle, PASSWORD)
        for pattern in QUERIES + PATHS:
            for text in TEXTS:
                hunt.look(browser.get(pattern % quote(text, safe=""), follow=False))
        browser.close()
    hunt.end(2 * len(QUERIES + PATHS) * len(TEXTS))


def nobody_is_sent_elsewhere_after_signing_in(server):
    hunt = Hunt()
    for to in ELSEWHERE:
        for given in (None, to):
            browser = Browser(server.daemon.port)
            page = hunt.look(browser.get("/login?to=" + quote(to, safe=""), follow=False))
            form = page.form("/login")
            values = {"handle": "evil", "password": PASSWORD} | ({"to": given} if given else {})
            answer = hunt.look(browser.submit(form, follow=False, **values))
            expect(answer.status in (303, 400, 403, 200), f"{to!r}: status {answer.status}")
            location = answer.headers.get("location", "/")
            expect(re.fullmatch(r"/(?![/\\])[^\\\s]*", location), f"{to!r} leads to {location!r}")
            browser.close()
    hunt.end(30)


def headers_come_back_as_text(server):
    hunt = Hunt()
    for handle in (None, "evil"):
        for name in HEADERS:
            browser = Browser(server.daemon.port, agent=probe("agent"))
            if handle:
                browser.sign_in(handle, PASSWORD)
            for path in ("/", "/login", "/settings", "/settings/sessions", "/nowhere"):
                hunt.look(browser.get(path, follow=False, **{name: probe("header")}))
            browser.close()
    hunt.end(150)


def bodies_of_other_kinds_come_back_as_text(server):
    """What no form would send: strange types, names, files, half of a form."""
    hunt = Hunt()
    browser = Browser(server.daemon.port)
    browser.sign_in("evil", PASSWORD)
    url, bound = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
    part = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n<xss-part>\r\n--x--\r\n'
    bodies = (
        ("text/plain", probe("plain").encode()),
        ("application/json", b'{"a": "<xss-json>"}'),
        ("text/html", b"<xss-html>"),
        ("", b"<xss-none>"),
        (url, quote(probe("field")).encode() + b"=1"),
        (url, b"%ff%fe=%zz&" * 50),
        (bound, part % b'body"; filename="<xss-file>'),
        (bound, part % b'\\"><xss-name>'),
        (bound, b"--x\r\n<xss-broken>"),
        ('multipart/form-data; boundary="<xss-bound>"', b"--<xss-bound>\r\n"),
    )
    for path in ("/login", "/settings", "/b/probe/new", "/t/1/reply", "/drafts", "/preview", "/notices", "/nowhere", "/"):
        for kind, body in bodies:
            hunt.look(browser.request("POST", path, body, Content_Type=kind))
    browser.close()
    hunt.end(90)


def main():
    tap = Tap()
    with Server() as server:
        thread, post = plant(server)
        tap.run("what is stored is shown as text", what_is_stored_is_shown_as_text, server)
        tap.run("the planted pages in all their forms", the_planted_pages_in_all_their_forms, server, thread, post)
        tap.run("what is typed comes back as text", what_is_typed_comes_back_as_text, server)
        tap.run("addresses come back as text", addresses_come_back_as_text, server)
        tap.run("nobody is sent elsewhere after signing in", nobody_is_sent_elsewhere_after_signing_in, server)
        tap.run("headers come back as text", headers_come_back_as_text, server)
        tap.run("bodies of other kinds come back as text", bodies_of_other_kinds_come_back_as_text, server)
        tap.run("the server is still there", lambda: expect(server.alive(), server.log()))
    tap.end()


main()
