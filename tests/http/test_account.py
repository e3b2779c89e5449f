#!/usr/bin/python3
"""One's own account and everybody's, as a browser without JavaScript meets them: signing up and in, second factor, sessions, a forgotten
password, settings, administration; and what must not work."""
import pathlib
import re
import sys
from urllib.parse import quote

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from browser import Browser  # noqa: E402
from script import totp  # noqa: E402
from server import PASSWORD, Server  # noqa: E402
from tap import Tap, equal, expect  # noqa: E402

OTHER = "another horse battery staple"
WRONG = "no horse, no battery, no staple"
SECRET = re.compile(r"[?&;]secret=([A-Z2-7]+)")
CODE = re.compile(r'<code class="secret">([0-9A-Z-]+)</code>')


class Town:
    """A server and the people that tests need."""

    def __init__(self, server):
        self.server = server
        self.secrets = set()  # passwords and codes that must be in no log
        self.secrets |= {PASSWORD, OTHER, WRONG}
        warden = server.account("warden", "administrator")  # whoever is the first
        warden.call("account_set", lang="zh")
        self.warden = warden

    def browser(self, **more):
        return Browser(self.server.daemon.port, **more)

    def person(self, role="citizen", stem=None, **more):
        """A browser that is signed in as somebody new with this role on the site; and the handle."""
        handle = self.server.unique(stem or role)
        browser = self.browser(**more)
        browser.sign_up(handle, PASSWORD, None if role == "citizen" else self.warden.call("invite", role=role)["code"])
        return browser, handle

    def signed_in(self, handle, password=PASSWORD, **more):
        browser = self.browser(**more)
        browser.sign_in(handle, password)
        expect("__Host-luntan" in browser.cookies, f"{handle} is not signed in")
        return browser

    def keep(self, *secrets):
        self.secrets |= set(secrets)


def who(browser):
    """The handle that the pages take this browser for, or None for a visitor."""
    page = browser.get("/settings")
    found = re.search(r'href="/u/([^"]+)">@', page.body.decode())
    return found[1] if found else None


def login_form(page):
    return page.form("/login")


def forms(page, action, field=None):
    """The forms that post exactly there, with this field where one is named."""
    return [form for form in page.forms if form.action == action and (field is None or field in form)]


def marked(page, field):
    """Whether the input of this name is marked as wrong and tied to the words of the refusal."""
    found = [attributes for _, attributes in page.elements if attributes.get("name") == field and attributes.get("aria-invalid") == "true"]
    return bool(found) and "refused" in found[0].get("aria-describedby", "") and "refused" in page.ids


def refused(page):
    """The words of the refusal that stand on top of a form."""
    found = re.search(r'<p class="error" id="refused" role="alert">(.*?)</p>', page.body.decode(), re.S)
    expect(found, f"no refusal on {page.path} ({page.status}): {page.text[:400]}")
    return found[1]


def without_tokens(page):
    return re.sub(r'name="(token|op)" value="[^"]*"', "", page.body.decode())


# ---- signing up ----

def sign_up_citizen(town):
    browser, handle = town.browser(), town.server.unique("民")
    page = browser.sign_up(handle, PASSWORD)
    equal(page.status, 200)
    expect("欢迎" in page.text, "no welcome")
    equal(who(browser), quote(handle))
    expect("群众" in browser.get("/settings").text, "not a citizen")


def sign_up_invited(town):
    admin, _ = town.person("administrator")
    page = admin.get("/admin/invite")
    page = admin.submit(page.form("/admin/invite"), role="member", follow=False)
    equal(page.status, 200)
    code = CODE.search(page.body.decode())[1]
    town.keep(code)
    link = next(link for link in page.links if "/register?invite=" in link)
    expect(link.startswith(f"https://127.0.0.1:{town.server.daemon.port}/register?invite="), link)
    browser = town.browser()
    page = browser.get(link.partition(str(town.server.daemon.port))[2])
    equal(page.form("/register").fields["invite"], code)
    page = browser.submit(page.form("/register"), handle=town.server.unique("dang"), password=PASSWORD)
    expect("党员" in browser.get("/settings").text, "not a member")
    again = town.browser()
    page = again.submit(again.get("/register?invite=" + code).form("/register"), handle=town.server.unique("dang"), password=PASSWORD)
    expect("邀请码" in refused(page) and marked(page, "invite"), refused(page))


def sign_up_wrong(town):
    browser, (_, taken) = town.browser(), town.person()
    for values, field in (({"handle": "-", "password": PASSWORD}, "handle"), ({"handle": taken, "password": PASSWORD}, "handle"),
                          ({"handle": "zhang-san", "password": "kurz"}, "password"), ({"handle": "zhang-san", "password": "0123456789"}, "password"),
                          ({"handle": "zhang-san", "password": PASSWORD, "name": "a\u202eb"}, "name")):
        page = browser.submit(browser.get("/register").form("/register"), **values)
        expect(page.status >= 400, f"{values}: {page.status}")
        expect(marked(page, field), f"{values}: {refused(page)}")
        equal(page.form("/register").fields["handle"], values["handle"], "what was typed")
        equal(page.form("/register").fields["password"], "", "the password")
        expect(values["password"] not in page.body.decode(), "the password stands in the page")
        expect("__Host-luntan" not in browser.cookies, "signed up")
    expect("已有人使用" in refused(browser.submit(browser.get("/register").form("/register"), handle=taken, password=PASSWORD)), "no reason")


def sign_up_twice(town):
    browser, handle = town.browser(), town.server.unique()
    form = browser.get("/register").form("/register")
    twin = town.browser()
    browser.submit(form, handle=handle, password=PASSWORD)
    page = twin.submit(form, handle=handle, password=PASSWORD)
    expect("__Host-luntan" not in twin.cookies, "the second tap has a session")
    expect("请再登录一次" in page.text and login_form(page), f"not told to sign in: {page.text[:300]}")
    equal(who(town.signed_in(handle)), handle)


# ---- signing in ----

def sign_in_right(town):
    _, handle = town.person()
    browser = town.browser()
    page = browser.get("/login")
    for name, wanted in (("handle", "username"), ("password", "current-password"), ("code", "one-time-code")):
        equal([a.get("autocomplete") for t, a in page.elements if t == "input" and a.get("name") == name], [wanted], name)
    page = browser.submit(login_form(page), handle=handle.upper(), password=PASSWORD, follow=False)
    equal((page.status, page.headers["location"]), (303, "/"))
    line = next(line for line in browser.set_cookies if line.startswith("__Host-luntan="))
    attributes = {each.strip().lower() for each in line.split(";")[1:]}
    expect({"secure", "httponly", "path=/"} <= attributes and attributes & {"samesite=lax", "samesite=strict"}, line)
    expect(not any(each.startswith("domain") for each in attributes), line)
    equal(len(line.partition(";")[0].partition("=")[2]), 43, "256 bits as base64url")
    page = browser.get("/settings")
    expect("no-store" in page.headers["cache-control"], page.headers["cache-control"])


def sign_in_wrong(town):
    _, handle = town.person()
    seen = []
    for name in (handle, "nobody-" + handle[-8:]):
        browser = town.browser()
        page = browser.submit(login_form(browser.get("/login")), handle=name, password=WRONG)
        equal(login_form(page).fields["handle"], name)
        expect(WRONG not in page.body.decode(), "the password stands in the page")
        expect("__Host-luntan" not in browser.cookies, "signed in")
        seen.append((page.status, without_tokens(page).replace(name, "NAME")))
    equal(seen[0], seen[1], "wrong password and unknown handle")
    equal(seen[0][0], 403)


def sessions_replaced(town):
    browser, handle = town.person()
    first = browser.cookies["__Host-luntan"]
    stale = browser.get("/settings").form("/settings/look")
    browser.cookies.clear()
    browser.submit(login_form(browser.get("/login")), handle=handle, password=PASSWORD)
    second = browser.cookies["__Host-luntan"]
    expect(first != second, "the session was not replaced")
    page = browser.submit(stale, theme="dark", follow=False)
    expect(page.status >= 400, f"a form of the earlier session was taken: {page.status}")


def planted_session(town):
    """A token that somebody planted in the browser is never the one that is signed in with."""
    _, handle = town.person()
    browser = town.browser()
    browser.cookies["__Host-luntan"] = "A" * 43
    page = browser.get("/login")
    browser.submit(login_form(page), handle=handle, password=PASSWORD)
    if who(browser) is None:  # the token was dropped in between, and the form with it
        browser.submit(login_form(browser.get("/login")), handle=handle, password=PASSWORD)
    equal(who(browser), handle)
    expect(browser.cookies["__Host-luntan"] != "A" * 43, "the planted token stays")


def sign_out(town):
    browser, _ = town.person()
    token = browser.cookies["__Host-luntan"]
    page = browser.submit(browser.get("/settings").form("/logout"))
    expect("您已退出" in page.text, "not told")
    expect("__Host-luntan" not in browser.cookies, "the cookie stays")
    browser.cookies["__Host-luntan"] = token
    equal(who(browser), None, "the ended session")


def way_back(town):
    _, handle = town.person()
    for to, wanted in (("/b/essays?after=x", "/b/essays?after=x"), ("/", "/"), ("//evil.example", "/"), ("/\\evil.example", "/"),
                       ("\\\\evil.example", "/"), ("https://evil.example/", "/"), ("/%0d%0aSet-Cookie:%20a=b", "/%0d%0aSet-Cookie:%20a=b"),
                       ("/\r\nSet-Cookie: a=b", "/"), ("/\t/evil.example", "/"), ("javascript:alert(1)", "/"), ("evil.example", "/"), ("", "/"),
                       (" //evil.example", "/"), ("/x\u00a0", "/")):
        browser = town.browser()
        page = browser.get("/login?to=" + quote(to, safe=""))
        for sent in (login_form(page).fields.get("to"), to):
            page = browser.submit(login_form(browser.get("/login")), handle=handle, password=PASSWORD, to=sent, follow=False)
            equal((page.status, page.headers["location"]), (303, wanted), repr(to))
            expect(not any(line.startswith("a=") for line in browser.set_cookies), "a header was split")
            page = browser.get("/login?to=" + quote(to, safe=""), follow=False)
            equal((page.status, page.headers["location"]), (302, wanted), f"signed in already: {to!r}")
            browser.cookies.clear()
    page = town.browser().get("/settings/sessions")
    equal(login_form(page).fields.get("to"), "/settings/sessions", "the way back from the sign-in page")


def throttled(_):
    with Server(rate_limits=True) as server:
        town = Town(server)
        browser, (_, handle) = town.browser(), town.person()
        statuses = []
        for _ in range(40):
            page = browser.submit(login_form(browser.get("/login")), handle=handle, password=WRONG)
            statuses.append(page.status)
            if page.status == 429:
                break
        equal(statuses[-1], 429, f"after {len(statuses)} tries")
        expect(len(statuses) > 5, "a person may mistype")
        expect(int(page.headers["retry-after"]) > 0, "when to come again")
        expect("分钟" in refused(page), refused(page))
        page = browser.submit(login_form(page), handle=handle, password=PASSWORD)
        equal(page.status, 429, "the right password, too soon")


def carried(town):
    browser, handle = town.person("member")
    form = browser.get("/b/essays/new").form("/b/essays/new")
    other = town.signed_in(handle)
    for each in forms(other.get("/settings/sessions"), "/settings/sessions", "session"):
        other.submit(each)
    title, body = "一篇长文 " + handle, "第一段 <b>&amp;\n\n第二段 " + handle
    page = browser.submit(form, "post", title=title, body=body)
    expect("您写的内容还在" in page.text, f"{page.status} {page.text[:300]}")
    page = browser.submit(login_form(page), handle=handle, password=WRONG)
    expect("您写的内容还在" in page.text, "lost by a wrong password")
    last = login_form(page)
    page = browser.submit(last, handle=handle, password=PASSWORD)
    expect(title in page.text and "第二段 " + handle in page.text, f"{page.status} {page.path} {page.text[:400]}")
    listed = browser.get("/b/essays").text
    equal(listed.count(title), 1, "how often it stands on the board")


# ---- second factor ----

def second_factor(town):
    browser, handle = town.person()
    before = browser.cookies["__Host-luntan"]
    page = browser.submit(browser.get("/settings/factor").form("/settings/factor"), follow=False)
    equal(page.status, 200)
    secret = SECRET.search(page.body.decode())[1]
    town.keep(secret)
    expect(any(tag == "svg" for tag, _ in page.elements) and any(tag == "path" and len(a.get("d", "")) > 1000 for tag, a in page.elements), "no QR code")
    expect("style" not in {name for _, a in page.elements for name in a}, "a style attribute, which the policy forbids")
    page = browser.submit(page.form("/settings/factor/confirm"), code="000000")
    expect(marked(page, "code") and SECRET.search(page.body.decode())[1] == secret, "the secret is lost by a wrong code")
    page = browser.submit(page.form("/settings/factor/confirm"), code=totp(secret))
    recovery = CODE.findall(page.body.decode())
    equal(len(recovery), 10, page.text[:300])
    town.keep(*recovery)
    expect(browser.cookies["__Host-luntan"] != before, "the session was not replaced")
    equal(who(browser), handle)

    other = town.browser()
    page = other.submit(login_form(other.get("/login")), handle=handle, password=PASSWORD)
    expect(marked(page, "code") and "两步验证" in refused(page), refused(page))
    page = other.submit(login_form(page), handle=handle, password=PASSWORD, code="123456")
    expect(marked(page, "code"), refused(page))
    page = other.submit(login_form(page), handle=handle, password=WRONG, code=totp(secret, 1))
    expect(not marked(page, "code"), "a wrong password tells about the code")
    other.submit(login_form(page), handle=handle, password=PASSWORD, code=recovery[0].lower())
    equal(who(other), handle)
    third = town.browser()
    page = third.submit(login_form(third.get("/login")), handle=handle, password=PASSWORD, code=recovery[0])
    expect(marked(page, "code"), "a recovery code was good twice")
    third.submit(login_form(page), handle=handle, password=PASSWORD, code=totp(secret, 1))
    equal(who(third), handle)

    page = browser.get("/settings/factor")
    page = browser.submit(page.form("/settings/factor"), code="")
    expect(marked(page, "code"), "a new secret without a code")
    form = page.form("/settings/factor")
    page = browser.submit(form, code=recovery[1])
    town.keep(SECRET.search(page.body.decode())[1])
    page = browser.submit(form, code=recovery[1])
    expect("不能再次显示" in page.text and not SECRET.search(page.body.decode()), "a secret was shown twice")


# ---- sessions and passwords ----

def revoked(town):
    browser, handle = town.person(agent="Mozilla/5.0 (Windows NT 10.0) Chrome/120.0")
    other = town.signed_in(handle, agent="Mozilla/5.0 (iPhone; CPU iPhone OS 12_0) Safari/604.1")
    page = browser.get("/settings/sessions")
    expect("iPhone" in page.text and "Windows" in page.text, page.text)
    ends = forms(page, "/settings/sessions", "session")
    equal(len(ends), 1, "other sessions")
    equal(who(other), handle)
    browser.submit(ends[0])
    equal(who(other), None, "the other browser")
    page = other.submit(other.get("/login").form("/login"), handle=handle, password=PASSWORD)
    equal(who(other), handle, "it can sign in anew")
    stranger, name = town.person()
    town.signed_in(name)
    page = stranger.submit(forms(stranger.get("/settings/sessions"), "/settings/sessions", "session")[0],
                           session=forms(browser.get("/settings/sessions"), "/settings/sessions", "session")[0].fields["session"])
    expect(page.status >= 400, "somebody else's session was ended")
    equal(who(other), handle)


def password_changed(town):
    browser, handle = town.person()
    other = town.signed_in(handle)
    page = browser.submit(browser.get("/settings/password").form("/settings/password"), old_password=WRONG, new_password=OTHER)
    expect(marked(page, "old_password") and OTHER not in page.body.decode(), refused(page))
    page = browser.submit(page.form("/settings/password"), old_password=PASSWORD, new_password="short")
    expect(marked(page, "new_password"), refused(page))
    page = browser.submit(page.form("/settings/password"), old_password=PASSWORD, new_password=OTHER)
    expect("密码已修改" in page.text, page.text[:300])
    equal((who(browser), who(other)), (handle, None))
    town.signed_in(handle, OTHER)


# ---- settings ----

def settings(town):
    browser, _ = town.person()
    own = forms(browser.get("/settings"), "/settings", "zone")[0]
    equal(own.fields["zone"], "Asia/Shanghai")
    page = browser.submit(own, name="<b>王&小明</b>", lang="en", zone="America/New_York")
    expect("Your settings are saved." in page.text and "Time zone" in page.text, page.text[:300])
    expect("<b>王" not in page.body.decode(), "the name is not escaped")
    own = forms(page, "/settings", "zone")[0]
    equal((own.fields["name"], own.fields["lang"], own.fields["zone"]), ("<b>王&小明</b>", "en", "America/New_York"))
    page = browser.submit(own, name=" ", follow=False)
    expect(marked(page, "name"), refused(page))
    equal(forms(page, "/settings", "zone")[0].fields["zone"], "America/New_York")
    page = browser.submit(forms(browser.get("/settings"), "/settings", "zone")[0], zone="Asia/../etc")
    expect(page.status >= 400, "a zone that is none")


def looks(town):
    browser = town.browser()
    page = browser.get("/settings")
    expect(not forms(page, "/settings", "zone") and not forms(page, "/logout"), "a visitor has no account")
    page = browser.submit(page.form("/settings/look"), theme="dark", lang="en")
    body = browser.get("/settings").body.decode()
    expect('data-theme="dark"' in body and 'lang="en"' in body, body[:300])
    line = next(line for line in browser.cookies if line.startswith("__Host-look"))
    expect(line, "no cookie")
    browser.submit(browser.get("/settings").form("/settings/look"), theme="\"><script>", lang="xx")
    expect('data-theme="dark"' in browser.get("/settings").body.decode(), "a theme that is none")


# ---- a forgotten password ----

def forgotten(town):
    admin, _ = town.person("administrator")
    deputy, deputy_handle = town.person("member", "deputy")
    member, handle = town.person("member")
    stranger, stranger_handle = town.person("member")
    for name in (deputy_handle, handle):
        page = admin.get(f"/admin/accounts/{name}")
        page = admin.submit(forms(page, f"/admin/accounts/{name}", "unit")[0], unit="宋埠镇党委")
        expect("账号已更新" in page.text, page.text[:300])
    page = admin.get(f"/admin/accounts/{deputy_handle}")
    page = admin.submit(page.form(f"/admin/accounts/{deputy_handle}/grant"), role="deputy", unit="宋埠镇党委")
    expect("单位联络人" in page.text and "账号已更新" in page.text, page.text[:500])

    # Powers that need a second factor rest without one once the time to enroll is over; until then the deputy acts.
    page = deputy.get("/admin/accounts?handle=" + handle)
    equal(page.path, f"/admin/accounts/{handle}")
    expect(not forms(page, f"/admin/accounts/{handle}"), "a deputy is shown an administrator's forms")
    form = page.form(f"/admin/accounts/{handle}/reset")
    page = deputy.submit(form, follow=False)
    equal(page.status, 200, page.text[:300])
    code = CODE.search(page.body.decode())[1]
    town.keep(code)
    expect("no-store" in page.headers["cache-control"], "the page with the code may be kept")
    page = deputy.submit(form)
    expect(not CODE.search(page.body.decode()) and "不能再次显示" in page.text, "a code was shown twice")
    page = deputy.get(f"/admin/accounts/{stranger_handle}")
    page = deputy.submit(page.form(f"/admin/accounts/{stranger_handle}/reset"))
    equal(page.status, 403)
    expect("没有" in refused(page) and not CODE.search(page.body.decode()), refused(page))

    browser = town.browser()
    equal(browser.get("/login").links.count("/reset"), 1, "the way to a new password")
    page = browser.submit(browser.get("/reset").form("/reset"), handle=handle, code="AAAA-AAAA", password=OTHER)
    expect(marked(page, "code") and OTHER not in page.body.decode(), refused(page))
    equal(page.form("/reset").fields["code"], "", "a code is not shown again")
    page = browser.submit(page.form("/reset"), handle=stranger_handle, code=code, password=OTHER)
    expect(marked(page, "code"), "somebody else's code")
    equal(who(member), handle)
    page = browser.submit(page.form("/reset"), handle=handle, code=code.lower().replace("-", " "), password=OTHER)
    expect("新密码已设定" in page.text and login_form(page), page.text[:300])
    equal(who(member), None, "the sessions of before")
    town.signed_in(handle, OTHER)
    page = browser.submit(browser.get("/reset").form("/reset"), handle=handle, code=code, password=PASSWORD)
    expect(marked(page, "code"), "a code was good twice")
    equal(who(stranger), stranger_handle)


# ---- administration ----

ADMIN_VIEWS = ("/admin/boards", "/admin/boards/essays", "/admin/accounts")


def administration_by_role(town):
    admin, _ = town.person("administrator")
    _, target = town.person()
    acts = {
        "/admin/boards": dict(slug="sneaky", name="偷偷", kind="forum", read="visitor", start="citizen", reply="citizen"),
        "/admin/boards/essays": dict(name="偷偷", position="1", read="visitor", start="citizen", reply="citizen"),
        f"/admin/accounts/{target}": dict(unit="偷偷"),
        f"/admin/accounts/{target}/grant": dict(role="moderator", board="", unit=""),
        f"/admin/accounts/{target}/ungrant": dict(role="member", board="", unit=""),
        f"/admin/accounts/{target}/reset": {},
        "/admin/invite": dict(role="administrator"),
    }
    boards = admin.get("/admin/boards").text
    for role in ("citizen", "member", "moderator"):
        browser, _ = town.person(role)
        equal('href="/admin"' in browser.get("/").body.decode(), role == "moderator", f"{role}: the way to administration")
        for path in ADMIN_VIEWS:
            equal(browser.get(path).status, 403, f"{role}: {path}")
        for path, fields in acts.items():
            token = browser.get("/settings").form("/settings/look")
            token.action, token.fields = path, token.fields | fields
            page = browser.submit(token, follow=False)
            equal(page.status, 403, f"{role}: {path}")
            expect(not CODE.search(page.body.decode()), f"{role} was given a code by {path}")
    visitor = town.browser()
    for path in (*ADMIN_VIEWS, "/admin", "/admin/invite", f"/admin/accounts/{target}"):
        page = visitor.get(path, follow=False)
        equal((page.status, page.headers.get("location", "").partition("?")[0]), (302, "/login"), path)
    equal(admin.get("/admin/boards").text, boards)
    page = admin.get(f"/admin/accounts/{target}")
    expect("偷偷" not in page.text and "没有授予过身份" in page.text, "somebody without power has changed something")


def moderators_invite(town):
    browser, _ = town.person("moderator")
    page = browser.submit(browser.get("/admin/invite").form("/admin/invite"), role="member", follow=False)
    town.keep(CODE.search(page.body.decode())[1])
    form = browser.get("/admin/invite").form("/admin/invite")
    page = browser.submit(form, role="moderator", follow=False)
    equal(page.status, 403)
    expect(not CODE.search(page.body.decode()), "a code")
    equal(page.form("/admin/invite").fields["role"], "moderator", "what was chosen")


def boards_made(town):
    admin, _ = town.person("administrator")
    slug = town.server.unique("ban")[:20]
    page = admin.submit(admin.get("/admin/boards").form("/admin/boards"), slug="NO!", name="新版块", about="一\n二")
    expect(marked(page, "slug"), refused(page))
    form = page.form("/admin/boards")
    equal((form.fields["name"], form.fields["about"]), ("新版块", "一\n二"))
    page = admin.submit(form, slug=slug, kind="column", start="moderator")
    equal(page.path, f"/admin/boards/{slug}")
    form = page.form(f"/admin/boards/{slug}")
    equal((form.fields["about"], form.fields["start"], form.fields["reply"]), ("一 二", "moderator", "citizen"))
    page = admin.submit(form, name_en="<i>New</i>", closed="1", position="9999999", read="member")
    expect(marked(page, "position") and "closed" in page.form(f"/admin/boards/{slug}"), refused(page))
    page = admin.submit(page.form(f"/admin/boards/{slug}"), position="77")
    form = page.form(f"/admin/boards/{slug}")
    equal((form.fields["name_en"], form.fields["position"], form.fields["read"], form.fields.get("closed"), form.fields.get("hold")),
          ("<i>New</i>", "77", "member", "1", None))
    page = admin.submit(form, closed=None)
    expect("closed" not in page.form(f"/admin/boards/{slug}"), "it is still closed")
    equal(town.browser().get(f"/b/{slug}").status, 404, "a board for members, to a visitor")
    equal(admin.get("/admin/boards/none-such").status, 404)


def accounts_administered(town):
    admin, admin_handle = town.person("administrator")
    browser, handle = town.person()
    path = f"/admin/accounts/{handle}"
    page = admin.get("/admin/accounts?after=" + handle[:-1])
    expect(path in page.links, "the list of accounts")
    equal(admin.get("/admin/accounts/nobody-here").status, 404)

    page = admin.submit(admin.get(path).form(path + "/grant"), role="moderator", board="essays", unit="")
    expect(forms(page, path + "/ungrant") and "版主" in page.text, page.text[:300])
    page = admin.submit(page.form(path + "/grant"), role="member", board="essays")
    expect("版主" in refused(page) and marked(page, "board"), refused(page))
    equal((page.form(path + "/grant").fields["board"], forms(page, path, "unit")[0].fields["unit"]), ("essays", ""))
    page = admin.submit(page.form(path + "/ungrant"))
    expect(not forms(page, path + "/ungrant"), "the role stays")

    # Asked twice: an administrator's role, and suspension.
    page = admin.submit(page.form(path + "/grant"), role="administrator", board="", unit="", follow=False)
    expect(page.status == 200 and "成为管理员吗" in page.text, page.text[:300])
    equal(len(forms(admin.get(path), path + "/ungrant")), 0, "done unasked")
    page = admin.submit(page.form(path + "/grant"))
    expect("管理员" in page.text and forms(page, path + "/ungrant"), page.text[:300])
    page = admin.submit(page.form(path + "/ungrant"), follow=False)
    page = admin.submit(page.form(path + "/ungrant"))
    expect(not forms(page, path + "/ungrant"), "the role stays")

    page = admin.submit(forms(page, path, "suspended")[0], follow=False)
    equal(who(browser), handle, "suspended unasked")
    page = admin.submit(page.form(path))
    equal(who(browser), None, "a suspended person")
    expect("已停用" in page.text, page.text[:300])
    page = browser.submit(login_form(browser.get("/login")), handle=handle, password=PASSWORD)
    expect("停用" in refused(page) and "__Host-luntan" not in browser.cookies, refused(page))
    page = admin.get(path)
    admin.submit(forms(page, path, "suspended")[0])
    browser.submit(login_form(browser.get("/login")), handle=handle, password=PASSWORD)
    equal(who(browser), handle)
    expect(not forms(admin.get(f"/admin/accounts/{admin_handle}"), f"/admin/accounts/{admin_handle}", "suspended"), "one may suspend oneself")


def invitation_shown_once(town):
    admin, _ = town.person("administrator")
    form = admin.get("/admin/invite").form("/admin/invite")
    page = admin.submit(form, role="citizen", follow=False)
    town.keep(CODE.search(page.body.decode())[1])
    page = admin.submit(form, role="citizen")
    expect(not CODE.search(page.body.decode()) and "不能再次显示" in page.text, page.text[:300])


# ---- what must not work ----

def foreign_forms(town):
    _, handle = town.person()
    browser = town.signed_in(handle)
    good = browser.get("/settings").form("/settings/look")
    for why, change, extra in (("no token", {"token": None}, {}), ("an empty token", {"token": ""}, {}), ("a made-up token", {"token": "A" * 43}, {}),
                               ("another site", {}, {"Sec_Fetch_Site": "cross-site"}), ("another host of the site", {}, {"Sec_Fetch_Site": "same-site"}),
                               ("another origin", {}, {"Origin": "https://evil.example"}), ("a null origin", {}, {"Origin": "null"})):
        page = browser.submit(good, follow=False, extra=extra, theme="dark", **change)
        expect(page.status >= 400, f"{why}: {page.status}")
        expect('data-theme="dark"' not in browser.get("/settings").body.decode(), why)
    other, _ = town.person()
    foreign = other.get("/settings").form("/settings/look")
    expect(browser.submit(foreign, follow=False, theme="dark").status >= 400, "another session's form")
    visitor = town.browser()
    form = login_form(visitor.get("/login"))
    form.fields["token"] = visitor.get("/register").form("/register").fields["token"]
    expect(visitor.submit(form, handle=handle, password=PASSWORD, follow=False).status >= 400, "another form's token")
    tokens = {visitor.get("/login").form("/login").fields["token"] for _ in range(3)}
    equal(len(tokens), 3, "tokens are masked anew")


INJECTED = '"><script>alert(1)</script><img src=x onerror=alert(2)>\'{{token}}'


def injected(town):
    browser, handle = town.person()
    admin, _ = town.person("administrator")
    pages = []
    for path, form, fields in (("/login", "/login", ("handle", "to", "code")), ("/register", "/register", ("handle", "name", "invite", "to")),
                               ("/reset", "/reset", ("handle", "code"))):
        visitor = town.browser()
        pages.append(visitor.submit(visitor.get(path).form(form), password="x", **{name: INJECTED for name in fields}))
    quoted = quote(INJECTED)
    pages += [town.browser().get("/login?to=/" + quoted), town.browser().get("/register?to=" + quoted + "&invite=" + quoted)]
    pages.append(browser.submit(forms(browser.get("/settings"), "/settings", "zone")[0], name=INJECTED, zone=INJECTED, lang=INJECTED))
    pages.append(browser.submit(forms(browser.get("/settings"), "/settings", "zone")[0], name=INJECTED[:64]))
    page = browser.submit(browser.get("/settings/factor").form("/settings/factor"))
    town.keep(SECRET.search(page.body.decode())[1])
    pages.append(browser.submit(page.form("/settings/factor/confirm"), code=INJECTED, uri="javascript:x?secret=" + INJECTED + "&issuer=" + INJECTED))
    path = f"/admin/accounts/{handle}"
    pages.append(admin.submit(forms(admin.get(path), path, "unit")[0], unit=INJECTED[:64]))
    pages.append(admin.submit(admin.get(path).form(path + "/grant"), role=INJECTED, board=INJECTED, unit=INJECTED[:64]))
    pages.append(admin.submit(admin.get("/admin/boards").form("/admin/boards"), slug=INJECTED, name=INJECTED[:64], name_en=INJECTED[:64], about=INJECTED, kind=INJECTED))
    pages.append(admin.get("/admin/accounts/" + quoted))
    pages.append(admin.submit(forms(admin.get(path), path, "suspended")[0], unit=INJECTED, **{"x": INJECTED}))
    for page in pages:
        equal([t for t, a in page.elements if t == "script" and "src" not in a], [], f"scripts on {page.path}")
        equal([a for t, a in page.elements if "onerror" in a], [], f"on {page.path}")
        equal([a for t, a in page.elements if t == "a" and a.get("href", "").startswith("javascript")], [], f"links on {page.path}")


def nothing_logged(town):
    log = town.server.log()
    for secret in town.secrets:
        for written in (secret, secret.replace(" ", "+"), secret.replace(" ", "%20")):
            expect(written not in log, f"a secret stands in the log: {written[:4]}…")


TESTS = (
    ("anybody signs up, as a citizen", sign_up_citizen),
    ("an invitation's link gives its role, once", sign_up_invited),
    ("what cannot be signed up with comes back in the form, but for the password", sign_up_wrong),
    ("a double tap signs up once", sign_up_twice),
    ("signing in sets a cookie for this host alone", sign_in_right),
    ("a wrong password and an unknown handle look the same", sign_in_wrong),
    ("each signing in has a session of its own", sessions_replaced),
    ("a planted session is never signed in with", planted_session),
    ("signing out ends the session", sign_out),
    ("the way back leads nowhere else", way_back),
    ("guessing is throttled", throttled),
    ("a session that has ended does not lose a text", carried),
    ("a second factor, its recovery codes, and a new session by it", second_factor),
    ("a session that is ended is ended at once", revoked),
    ("a changed password ends the other sessions", password_changed),
    ("name, language and time zone", settings),
    ("a visitor's language and colours", looks),
    ("a deputy helps with a forgotten password", forgotten),
    ("who may not administer is shown and does nothing", administration_by_role),
    ("moderators invite members, and nobody higher", moderators_invite),
    ("boards are made and changed", boards_made),
    ("accounts are administered; what cannot be undone easily is asked twice", accounts_administered),
    ("an invitation is shown once", invitation_shown_once),
    ("forms of others are not taken", foreign_forms),
    ("nothing that is typed becomes a part of a page", injected),
    ("no password and no code is logged", nothing_logged),
)


def main():
    tap = Tap()
    with Server() as server:
        town = Town(server)
        for name, test in TESTS:
            tap.run(name, test, town)
    tap.end()


main()
