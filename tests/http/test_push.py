#!/usr/bin/python3
"""Feeds that are pushed (WebSub): subscribing with real subscribers on loopback, what they are sent, and whom the server never calls."""
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import queue
import socket
import sqlite3
import ssl
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from browser import Browser  # noqa: E402
from daemon import PATIENCE, Daemon  # noqa: E402
from server import Server  # noqa: E402
from tap import Tap, equal, expect  # noqa: E402

SITE = "https://forum.example"
BOARD = SITE + "/b/essays/feed.atom"
HUB = SITE + "/hub"
LOOPBACK = "127.0.0.0/8"
DAY = 86400


class Request:
    """One request that a subscriber got."""

    def __init__(self, handler, body):
        parts = urllib.parse.urlsplit(handler.path)
        self.method, self.path, self.body = handler.command, parts.path, body
        self.query = dict(urllib.parse.parse_qsl(parts.query))
        self.headers, self.links = handler.headers, handler.headers.get_all("Link") or []


class Subscriber:
    """A subscriber's server; what it got waits in `seen`. `answers` says (status, body) by method and path, for the next requests."""

    def __init__(self, address="127.0.0.1"):
        self.seen, self.answers, self.location = queue.Queue(), {}, None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self, b"")

            def do_POST(self):
                outer.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *unused):
                pass

        self.server = http.server.ThreadingHTTPServer((address, 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.server.shutdown()
        self.server.server_close()

    def url(self, path="/feed", host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"

    def answer(self, handler, body):
        request = Request(handler, body)
        waiting = self.answers.get((request.method, request.path))
        if waiting:
            status, said = waiting.pop(0)
        else:
            status, said = 200, request.query.get("hub.challenge", "").encode()
        handler.send_response(status)
        if self.location:
            handler.send_header("Location", self.location)
        handler.send_header("Content-Length", str(len(said)))
        handler.end_headers()
        handler.wfile.write(said)
        self.seen.put(request)

    def next(self, method):
        """The next request, which has this method."""
        try:
            request = self.seen.get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError(f"no {method} came") from None
        equal(request.method, method, "method")
        return request


class Hub:
    """A server that pushes, and people who write there."""

    def __init__(self, networks=LOOPBACK, rate_limits=False):
        self.server = Server("--push", "on", "--url", SITE, "--push-networks", networks, rate_limits=rate_limits)

    def __enter__(self):
        self.server.__enter__()
        self.admin = self.server.account("warden", "administrator")
        self.li = self.server.account("lihua", "member")
        return self

    def __exit__(self, *unused):
        self.server.__exit__()

    def restart(self, sql=None):
        """Ends it, changes the database where that is asked for, and starts it again."""
        self.server.stop()
        if sql:
            with sqlite3.connect(self.server.data / "forum.db") as database:
                equal(database.execute(sql).rowcount, 1, "rows changed")
            database.close()
        self.server.start()
        self.li = self.server.account("lihua", "member")

    def post(self, title="一个主题", body="正文", board="essays", **more):
        return self.li.call("post", {"board": board, "title": title, "body": body, **more})["thread"]

    def get(self, path):
        """What a visitor gets."""
        browser = Browser(self.server.daemon.port)
        page = browser.request("GET", path, Host="forum.example")
        browser.close()
        return page

    def ask(self, callback, topic=BOARD, mode="subscribe", raw=None, **more):
        """POST /hub as a program does it; the answer."""
        fields = {"hub.mode": mode, "hub.topic": topic, "hub.callback": callback} | {f"hub.{name}": value for name, value in more.items()}
        browser = Browser(self.server.daemon.port)
        page = browser.request("POST", "/hub", raw if raw is not None else urllib.parse.urlencode(fields), Origin=None, Sec_Fetch_Site=None,
                               Content_Type="application/x-www-form-urlencoded", Host="forum.example")
        browser.close()
        return page

    def asked(self, confirmed):
        """Waits until a request is settled, so."""
        line = self.server.daemon.until_logged("push_asked")
        expect(f"confirmed={int(confirmed)}" in line, line)
        return line

    def subscribe(self, subscriber, path="/feed", **more):
        """A confirmed subscription; the request by which it was verified."""
        page = self.ask(subscriber.url(path), **more)
        equal(page.status, 202, page.body.decode())
        verified = subscriber.next("GET")
        self.asked(True)
        return verified

    def rows(self):
        database = sqlite3.connect(f"file:{self.server.data}/forum.db?mode=ro", uri=True)
        try:
            return database.execute("SELECT count(*) FROM push_subscription").fetchone()[0]
        finally:
            database.close()

    def until_rows(self, count):
        """Waits until that many subscriptions are written down."""
        deadline = time.monotonic() + PATIENCE
        while self.rows() != count:
            expect(time.monotonic() < deadline, f"{self.rows()} rows, not {count}")
            time.sleep(0.05)


# ---- subscribing ----

def intent_is_verified():
    with Hub() as hub, Subscriber() as reader:
        request = hub.subscribe(reader, "/feed?mine=1", lease_seconds=DAY)
        equal(request.query["mine"], "1", "the callback's own query")
        equal(request.query["hub.mode"], "subscribe")
        equal(request.query["hub.topic"], BOARD)
        equal(request.query["hub.lease_seconds"], str(DAY))
        expect(len(request.query["hub.challenge"]) >= 32)
        expect("Cookie" not in request.headers and "Authorization" not in request.headers)
        hub.until_rows(1)


def leases_are_bounded():
    with Hub() as hub, Subscriber() as reader:
        for asked, given in ((1, 3600), (10 * DAY, 10 * DAY), (99999999, 10 * DAY), (None, 7 * DAY)):
            more = {"lease_seconds": asked} if asked else {}
            equal(hub.subscribe(reader, **more).query["hub.lease_seconds"], str(given), f"lease for {asked}")
        for wrong in ("soon", "-1", "1.5", "9" * 30):
            equal(hub.ask(reader.url(), lease_seconds=wrong).status, 400, wrong)
        hub.until_rows(1)


def who_does_not_mean_it_is_not_subscribed():
    with Hub() as hub, Subscriber() as reader:
        for status, body in ((200, b"wrong"), (200, b""), (404, b""), (500, b""), (200, b"x" * 200000), (302, b"")):
            reader.answers = {("GET", "/feed"): [(status, body)]}
            equal(hub.ask(reader.url()).status, 202)
            reader.next("GET")
            hub.asked(False)
        # The challenge with something around it is another text; and what an error page repeats is no consent.
        reader.answers = {("GET", "/feed"): []}
        equal(hub.rows(), 0, "subscriptions")


def unsubscribing_is_verified_too():
    with Hub() as hub, Subscriber() as reader:
        hub.subscribe(reader)
        hub.until_rows(1)
        reader.answers = {("GET", "/feed"): [(404, b"")]}
        equal(hub.ask(reader.url(), mode="unsubscribe").status, 202)
        equal(reader.next("GET").query["hub.mode"], "unsubscribe")
        hub.asked(False)
        equal(hub.rows(), 1, "somebody else's wish")
        equal(hub.ask(reader.url(), mode="unsubscribe").status, 202)
        request = reader.next("GET")
        expect("hub.lease_seconds" not in request.query)
        hub.asked(True)
        hub.until_rows(0)
        hub.post()
        hub.subscribe(reader)  # had something been sent, this would not come first


def renewal_replaces():
    with Hub() as hub, Subscriber() as reader:
        hub.subscribe(reader, secret="old")
        hub.subscribe(reader, secret="new")
        hub.until_rows(1)
        hub.post()
        delivery = reader.next("POST")
        check_signature(delivery, "new")
        hub.subscribe(reader)  # nothing came twice


def wrong_requests_get_words():
    with Hub() as hub, Subscriber() as reader:
        good = reader.url()
        for wrong in ({"mode": "publish"}, {"mode": "denied"}, {"mode": ""}, {"secret": "x" * 200}):
            page = hub.ask(good, **wrong)
            equal(page.status, 400, str(wrong))
            expect(page.body and page.headers["content-type"].startswith("text/plain"), str(wrong))
        for callback in ("", "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1:70/", "http://u:p@127.0.0.1:8080/", "http://127.0.0.1:22/",
                         "http://127.0.0.1:25/", "https://127.0.0.1:993/", good + "#x", good + " x", good + "\r\nX: y", "http://", "/feed", "x" * 3000,
                         "http://forum.example/" + "x" * 2000, "http://[::1/", "http://例子.cn/"):
            equal(hub.ask(callback).status, 400, callback[:60])
        for raw in ("", "hub.mode=subscribe", "\xff=%ff%00", "&" * 1000):
            equal(hub.ask(good, raw=raw.encode("latin-1")).status, 400, raw[:20])
        equal(hub.ask(good, raw=b"x" * 70000).status, 413)
        equal(hub.get("/hub").status, 405)


def only_our_public_feeds_are_topics():
    with Hub() as hub, Subscriber() as reader:
        thread = hub.post("开头", tags=["党章"])
        hub.admin.call("board_create", {"slug": "inner", "name": "内部", "kind": "forum", "read": "member"})
        inner = hub.post(board="inner")
        for topic in ("", "https://example.com/feed.atom", SITE, SITE + "/", SITE + "/feed", SITE + "/feed.xml", SITE + "/feed.atom?x=1", SITE + "/feed.atom#x",
                      "http://forum.example/feed.atom", SITE + ".evil.example/feed.atom", SITE + "/b/nowhere/feed.atom", SITE + "/b/inner/feed.atom",
                      SITE + f"/t/{inner}/feed.atom", SITE + "/t/999/feed.atom", SITE + "/b/%65ssays/feed.atom",
                      SITE + "/archive/1.atom", SITE + "/key/AAAA.atom", SITE + "/b/essays", SITE + "/tag/nichts/feed.atom", SITE + "//feed.atom"):
            expect(hub.ask(reader.url(), topic).status in (400, 404), topic)
        for path in ("/feed.atom", "/feed.rss", "/feed.json", "/feed.atom?lang=en", "/b/essays/feed.json", f"/t/{thread}/feed.atom", "/u/lihua/feed.rss",
                     "/tag/" + urllib.parse.quote("党章") + "/feed.atom"):
            page = hub.ask(reader.url(), SITE + path)
            equal(page.status, 202, path + page.body.decode())
            equal(reader.next("GET").query["hub.topic"], SITE + path)
            hub.asked(True)


# ---- deliveries ----

def check_signature(delivery, secret):
    wanted = "sha256=" + hmac.new(secret.encode(), delivery.body, hashlib.sha256).hexdigest()
    equal(delivery.headers["X-Hub-Signature"], wanted, "signature")


def what_is_posted_is_pushed():
    with Hub() as hub, Subscriber() as reader:
        hub.subscribe(reader, secret="密钥 & more")
        hub.post("推送的标题")
        delivery = reader.next("POST")
        expect("推送的标题" in delivery.body.decode(), "the post is not there")
        page = hub.get("/b/essays/feed.atom")
        equal(delivery.body, page.body, "the document")
        equal(delivery.headers["Content-Type"], page.headers["content-type"], "its type")
        equal(sorted(delivery.links), sorted([f'<{HUB}>; rel="hub"', f'<{BOARD}>; rel="self"']), "links")
        check_signature(delivery, "密钥 & more")
        expect(f'<link rel="hub" href="{HUB}"' in page.body.decode(), "the feed names no hub")


def feeds_name_the_hub_in_every_format():
    with Hub() as hub:
        equal(json.loads(hub.get("/feed.json").body)["hubs"], [{"type": "WebSub", "url": HUB}])
        expect(f'rel="hub" href="{HUB}"' in hub.get("/feed.rss").body.decode())


def without_a_secret_nothing_is_signed():
    with Hub() as hub, Subscriber() as reader:
        hub.subscribe(reader)
        hub.post()
        expect("X-Hub-Signature" not in reader.next("POST").headers)


def each_feed_goes_to_its_own_subscribers():
    with Hub() as hub, Subscriber() as one, Subscriber("127.0.0.2") as two:
        thread = hub.post("甲")
        other = hub.post("乙", board="research")
        equal(hub.ask(one.url(), f"{SITE}/t/{thread}/feed.json").status, 202)
        one.next("GET")
        hub.asked(True)
        equal(hub.ask(two.url(host="127.0.0.2"), f"{SITE}/b/research/feed.rss").status, 202)
        two.next("GET")
        hub.asked(True)
        hub.li.call("reply", thread=other, body="第二楼")
        hub.li.call("reply", thread=thread, body="答复")
        delivery = one.next("POST")
        expect("答复" in delivery.body.decode() and "第二楼" not in delivery.body.decode())
        json.loads(delivery.body)
        delivery = two.next("POST")
        expect("第二楼" in delivery.body.decode() and "<rss" in delivery.body.decode())


def a_burst_is_sent_together():
    with Hub() as hub, Subscriber() as reader:
        hub.subscribe(reader)
        thread = hub.post()
        for number in range(30):
            hub.li.call("reply", thread=thread, body=f"第 {number} 条")
        count = 1
        delivery = reader.next("POST")
        while "第 29 条" not in delivery.body.decode():
            delivery = reader.next("POST")
            count += 1
        expect(count <= 4, f"{count} deliveries for one burst")
        equal(delivery.body, hub.get("/b/essays/feed.atom").body)


def failing_subscribers_are_tried_again():
    with Hub() as hub, Subscriber() as reader:
        hub.subscribe(reader)
        reader.answers = {("POST", "/feed"): [(500, b""), (302, b"")]}
        hub.post("头一个")
        reader.next("POST")
        line = hub.server.daemon.until_logged("push_failed")
        expect("status=500" in line and "tries=1" in line, line)
        hub.post("第二个")
        delivery = reader.next("POST")
        expect("第二个" in delivery.body.decode(), "not the newest content")
        expect("tries=2" in hub.server.daemon.until_logged("push_failed"))


def who_answers_410_is_left_alone():
    with Hub() as hub, Subscriber() as reader:
        hub.subscribe(reader)
        hub.until_rows(1)
        reader.answers = {("POST", "/feed"): [(410, b"")]}
        hub.post()
        reader.next("POST")
        hub.server.daemon.until_logged("push_ended")
        hub.until_rows(0)


def a_feed_that_is_taken_away_ends_its_subscriptions():
    with Hub() as hub, Subscriber() as reader:
        hub.subscribe(reader)
        hub.until_rows(1)
        hub.admin.call("board_set", board="essays", read="member")
        hub.post("只给成员")
        request = reader.next("GET")
        equal(request.query["hub.mode"], "denied")
        equal(request.query["hub.topic"], BOARD)
        expect("hub.challenge" not in request.query)
        hub.until_rows(0)


def long_answers_are_not_read():
    with Hub() as hub, Subscriber() as reader:
        hub.subscribe(reader)
        reader.answers = {("POST", "/feed"): [(200, b"x" * 1000000)]}
        hub.post("一")
        reader.next("POST")
        hub.post("二")
        expect("二" in reader.next("POST").body.decode())
        expect("push_failed" not in hub.server.log(), "a long answer counts as a failure")


# ---- restarts and time ----

def a_restart_forgets_nothing():
    with Hub() as hub, Subscriber() as reader:
        hub.subscribe(reader, secret="kept")
        hub.until_rows(1)
        hub.restart()
        hub.post("以后")
        check_signature(reader.next("POST"), "kept")
        # What it should have got before the end comes after it.
        hub.restart("UPDATE push_subscription SET got = zeroblob(32)")
        delivery = reader.next("POST")
        equal(delivery.body, hub.get("/b/essays/feed.atom").body)


def leases_end():
    with Hub() as hub, Subscriber() as reader:
        hub.subscribe(reader)
        hub.until_rows(1)
        hub.restart("UPDATE push_subscription SET expires = 1, got = zeroblob(32)")
        hub.server.daemon.until_logged("push_lease_ended")
        hub.until_rows(0)
        hub.subscribe(reader)  # had something been sent, this would not come first


# ---- whom it never calls ----

def nothing_inside_is_called():
    with Hub(networks="") as hub, Subscriber() as reader, Subscriber("127.0.0.3") as other:
        for host in ("127.0.0.1", "127.0.0.3", "localhost", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "127.1", "0", "0.0.0.0", "[::1]", "[::]",
                     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "172.16.0.1",
                     "192.168.1.1", "169.254.169.254", "100.64.0.1", "[fe80::1]", "[fd00::1]", "224.0.0.1", "255.255.255.255"):
            equal(hub.ask(reader.url(host=host)).status, 202, host)
            expect("refused=1" in hub.asked(False), host)
        expect(reader.seen.empty() and other.seen.empty(), "somebody inside was called")
        equal(hub.rows(), 0)


def this_machine_is_inside_by_any_name():
    with Hub(networks="") as hub, Subscriber("0.0.0.0") as reader:
        own = {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} or {"127.0.0.1"}
        for address in own:
            equal(hub.ask(reader.url(host=address)).status, 202)
            expect("refused=1" in hub.asked(False), "this machine's own address")
        expect(reader.seen.empty())


def certificates_of_subscribers_are_checked():
    with Hub() as hub, Subscriber() as reader:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(hub.server.data / "tls/certificate.pem", hub.server.data / "tls/key.pem")  # nobody vouches for it
        reader.server.socket = context.wrap_socket(reader.server.socket, server_side=True)
        equal(hub.ask(reader.url().replace("http:", "https:")).status, 202)
        expect("refused=0" in hub.asked(False))
        expect(reader.seen.empty(), "a certificate that nobody vouches for was taken")


def redirects_are_not_followed():
    with Hub(networks="127.0.0.1/32") as hub, Subscriber() as reader, Subscriber("127.0.0.2") as inside:
        reader.location = inside.url(host="127.0.0.2")
        reader.answers = {("GET", "/feed"): [(302, b""), (307, b"")]}
        for _ in range(2):
            equal(hub.ask(reader.url()).status, 202)
            reader.next("GET")
            hub.asked(False)
        hub.subscribe(reader)
        reader.answers = {("POST", "/feed"): [(307, b"")]}
        hub.post()
        reader.next("POST")
        hub.server.daemon.until_logged("push_failed")
        expect(inside.seen.empty(), "a redirect was followed")


def proxies_of_the_environment_are_not_used():
    with Subscriber() as proxy, Subscriber() as reader:
        before = dict(os.environ)
        os.environ.update({name: proxy.url("") for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY")})
        try:
            with Hub() as hub:
                hub.subscribe(reader)
        finally:
            os.environ.clear()
            os.environ.update(before)
        expect(proxy.seen.empty(), "a proxy was used")


# ---- too much ----

def who_asks_too_often_waits():
    with Hub(rate_limits=True) as hub, Subscriber() as reader:
        for _ in range(100):
            page = hub.ask(reader.url(), SITE + "/b/nowhere/feed.atom")
            if page.status == 429:
                break
            equal(page.status, 404)
        equal(page.status, 429, "status")
        expect(int(page.headers["retry-after"]) >= 1)


def slow_subscribers_keep_nobody_waiting():
    with Hub() as hub, Subscriber() as slow, Subscriber("127.0.0.2") as reader:
        released = threading.Event()
        original = slow.answer
        slow.answer = lambda handler, body: (released.wait(PATIENCE), original(handler, body))
        for number in range(20):
            equal(hub.ask(slow.url(f"/{number}")).status, 202)
        equal(hub.ask(reader.url(host="127.0.0.2")).status, 202)
        reader.next("GET")
        hub.asked(True)
        released.set()


# ---- the switch ----

def off_by_default():
    with Server("--url", SITE) as server:
        browser = Browser(server.daemon.port)
        page = browser.request("POST", "/hub", "hub.mode=subscribe", Content_Type="application/x-www-form-urlencoded")
        equal(page.status, 404, "POST /hub")
        expect("hub" not in browser.get("/feed.json").body.decode(), "a hub is named")
        browser.close()


def it_needs_its_address():
    for options, word in ((("--push", "on"), "url"), (("--push", "on", "--url", SITE, "--push-networks", "10.0.0.0"), "push_networks"),
                          (("--push-networks", "10.0.0.0/33"), "push_networks"), (("--push-networks", "10.0.0.0/8,"), "push_networks")):
        with Server() as server:
            daemon = Daemon(server.directory / "other", *options)
            equal(daemon.process.wait(PATIENCE), 2, "exit status")
            daemon.stop()
            expect(word in "\n".join(daemon.logged), word)


def logs_hold_no_secret():
    with Hub() as hub, Subscriber() as reader:
        hub.subscribe(reader, "/secret-path", secret="a very secret secret")
        hub.post()
        reader.next("POST")
        hub.restart()
        log = hub.server.log()
        expect("secret-path" not in log and "very secret" not in log and str(reader.port) not in log, "the log tells of a subscriber")


def main():
    tap = Tap()
    for test in (intent_is_verified, leases_are_bounded, who_does_not_mean_it_is_not_subscribed, unsubscribing_is_verified_too, renewal_replaces,
                 wrong_requests_get_words, only_our_public_feeds_are_topics, what_is_posted_is_pushed, feeds_name_the_hub_in_every_format,
                 without_a_secret_nothing_is_signed, each_feed_goes_to_its_own_subscribers, a_burst_is_sent_together, failing_subscribers_are_tried_again,
                 who_answers_410_is_left_alone, a_feed_that_is_taken_away_ends_its_subscriptions, long_answers_are_not_read, a_restart_forgets_nothing,
                 leases_end, nothing_inside_is_called, this_machine_is_inside_by_any_name, redirects_are_not_followed,
                 certificates_of_subscribers_are_checked,
                 proxies_of_the_environment_are_not_used, who_asks_too_often_waits, slow_subscribers_keep_nobody_waiting, off_by_default,
                 it_needs_its_address, logs_hold_no_secret):
        tap.run(test.__name__.replace("_", " "), test)
    tap.end()


if __name__ == "__main__":
    main()
