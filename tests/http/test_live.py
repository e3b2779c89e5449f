#!/usr/bin/python3
"""Streams of events over real TLS: going on where one was cut off, and every way in which the right to one ends."""
import json
import pathlib
import signal
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from live_stream import Stream  # noqa: E402
from server import Server  # noqa: E402
from tap import Tap, equal, expect  # noqa: E402

SESSION_STREAMS = 6


class Place:
    """A thread on a board of its own, and where it stands."""

    def __init__(self, server, read="visitor"):
        self.server = server
        self.admin = server.account("warden", "administrator")
        self.board = server.unique("board")
        self.admin.call("board_create", {"slug": self.board, "name": "测试", "read": read, "start": "citizen", "reply": "citizen"})
        self.thread = self.admin.call("post", board=self.board, title="现场", body="一")["thread"]

    def post(self, count=1):
        """So many floors more; the last one's number."""
        for _ in range(count):
            floor = self.admin.call("reply", thread=self.thread, body="又来了新消息")["floor"]
        return floor

    def topics(self, *more):
        """The thread as it stands now, as a page would ask for it."""
        cursor = self.admin.call("read", thread=self.thread)["cursor"]
        epoch, seq = cursor[1:9].hex(), int.from_bytes(cursor[18:26], "big")
        return "~".join([epoch, f"t{self.thread}.{seq}", *more])


# ---- what is told ----

def what_happens_is_told(server):
    place = Place(server)
    with Stream(server.address, place.topics()) as stream:
        equal(stream.status, 200)
        equal(stream.fields["content-type"], "text/event-stream")
        equal(stream.fields["cache-control"], "no-store")
        equal(stream.fields.get("transfer-encoding"), None)
        equal(stream.next()[0], "live")
        equal(stream.retry, 5000)
        floor = place.post()
        name, data = stream.next()
        equal((name, data["topic"], data["post"]["floor"], data["post"]["author"]), ("change", f"t{place.thread}", floor, "warden"))
        expect("新消息" not in json.dumps(data, ensure_ascii=False), "a text is told")


def a_cut_stream_goes_on_without_loss_or_repetition(server):
    place = Place(server)
    topics = place.topics()
    heard, last = [], None
    for _ in range(4):
        before = place.post(3)
        with Stream(server.address, topics, last=last) as stream:
            heard += stream.floors(before)
            after = place.post(2)
            heard += stream.floors(after - 1)
            last = stream.last
        # What was on its way when it was cut off is told by the next one.
    with Stream(server.address, topics, last=last) as stream:
        heard += stream.floors(after)
    equal(heard, list(range(2, after + 1)))


def another_history_is_a_gap(server):
    place = Place(server)
    with Stream(server.address, f"0011223344556677~t{place.thread}.1") as stream:
        names = [stream.next()[0], stream.next()[0]]
        equal(names, ["gap", "live"])
        place.post()
        equal(stream.next()[0], "change")


def notices_reach_the_account(server):
    place = Place(server)
    author = server.account("asker", "member")
    thread = author.call("post", board=place.board, title="请问", body="在吗")["thread"]
    epoch = place.topics().partition("~")[0]
    with Stream(server.address, epoch + "~a", server.tokens["asker"]) as stream:
        equal(stream.next()[0], "live")
        place.admin.call("reply", thread=thread, body="在的")
        name, data = stream.next()
        equal((name, data["topic"], data["notice"]["kind"]), ("change", "a", "reply"))
    author.close()


def a_queue_tells_those_who_decide_and_not_whom_it_is_about(server):
    place = Place(server)
    topics = place.topics().partition("~")[0] + "~q"
    judge = server.account("judge", "moderator")
    fellow = server.account("fellow", "member")
    with Stream(server.address, topics, server.tokens["judge"]) as own, Stream(server.address, topics, server.tokens["warden"]) as other:
        equal((own.next()[0], other.next()[0]), ("live", "live"))
        post = judge.call("reply", thread=place.thread, body="版主自己的话")["post"]
        fellow.call("flag", post=post, reason="abuse")
        name, data = other.next()
        equal((name, sorted(data), data["topic"]), ("change", ["seq", "topic"], "q"))
        fellow.call("flag", post=place.admin.call("reply", thread=place.thread, body="别人的话")["post"], reason="spam")
        name, told = own.next()
        equal(name, "change")
        expect(told["seq"] > data["seq"], "the first was for others only")
    with Stream(server.address, topics, server.tokens["fellow"]) as stream:
        equal(stream.next()[0], "end")


def a_proxy_is_told_the_same(server):
    place = Place(server)
    with Stream(server.daemon.said["proxy"].removeprefix("unix:"), place.topics()) as stream:
        equal(stream.status, 200)
        equal(stream.next()[0], "live")
        floor = place.post()
        equal(stream.floors(floor), [floor])


# ---- rights ----

def a_member(server, stem):
    """A handle with a session that was never used before, and its token."""
    handle = server.unique(stem)
    server.account(handle, "member").close()
    return handle, server.tokens[handle]


def told_bye(server, place, stream, act):
    """After `act` nothing is told but bye, though something happens."""
    act()
    place.post(3)
    equal(stream.until("bye"), [("bye", {})])
    expect(stream.ended(), "it goes on after bye")


def signing_out_ends_it(server):
    place = Place(server)
    handle, token = a_member(server, "leaver")
    client = server.account(handle)
    with Stream(server.address, place.topics(), token) as stream:
        equal(stream.next()[0], "live")
        told_bye(server, place, stream, lambda: client.call("logout"))
        with Stream(server.address, place.topics(), token, last=stream.last) as again:
            equal(again.status, 401)
    client.close()


def so_does_revocation(server):
    place = Place(server)
    handle, token = a_member(server, "revoked")
    client = server.account(handle)
    other = server.connect()
    other.hello()
    session = client.call("whoami")["session"]
    other.call("login", handle=handle, password="correct horse battery staple")
    with Stream(server.address, place.topics(), token) as stream:
        equal(stream.next()[0], "live")
        told_bye(server, place, stream, lambda: other.call("revoke", session=session))
    client.close()
    other.close()


def so_does_suspension(server):
    place = Place(server)
    handle, token = a_member(server, "suspended")
    with Stream(server.address, place.topics(), token) as stream:
        equal(stream.next()[0], "live")
        told_bye(server, place, stream, lambda: place.admin.call("account_admin", handle=handle, suspended="on"))


def so_does_another_role(server):
    place = Place(server)
    handle, token = a_member(server, "promoted")
    with Stream(server.address, place.topics(), token) as stream:
        equal(stream.next()[0], "live")
        told_bye(server, place, stream, lambda: place.admin.call("grant", handle=handle, role="moderator"))
        # The browser comes again, as whoever it is now, and has what came meanwhile.
        with Stream(server.address, place.topics(), token, last=stream.last) as again:
            equal(again.floors(4), [2, 3, 4])


def a_closed_board_ends_its_topic(server):
    place, elsewhere = Place(server), Place(server)
    topics = place.topics(elsewhere.topics().partition("~")[2])
    with Stream(server.address, topics) as stream:
        equal([stream.next()[0], stream.next()[0]], ["live", "live"])
        place.admin.call("board_set", board=place.board, read="member")
        place.post(2)
        elsewhere.post()
        name, data = stream.next()
        equal((name, data), ("end", {"topic": f"t{place.thread}"}))
        name, data = stream.next()
        equal((name, data["topic"]), ("change", f"t{elsewhere.thread}"))
        expect(f"t{place.thread}." not in stream.last, "it still stands there")
        with Stream(server.address, topics, last=stream.last) as again:
            expect(("end", {"topic": f"t{place.thread}"}) in [again.next(), again.next()], "it is told once more")


def a_hidden_board_is_no_topic(server):
    place = Place(server, read="member")
    with Stream(server.address, place.topics()) as stream:
        equal(stream.next(), ("end", {"topic": f"t{place.thread}"}))
    handle, token = a_member(server, "insider")
    with Stream(server.address, place.topics(), token) as stream:
        equal(stream.next()[0], "live")
    expect(handle, "")


# ---- limits ----

def what_cannot_be_read_is_refused(server):
    place = Place(server)
    epoch = place.topics().partition("~")[0]
    for topics in ("", epoch, "xyz", epoch + "~t", epoch + "~" + "~".join(f"t{n}" for n in range(1, 10)), epoch + "~t1~t1"):
        with Stream(server.address, topics) as stream:
            equal(stream.status, 400, topics)
    with Stream(server.address, place.topics(), token=b"x" * 32) as stream:
        equal(stream.status, 401)


def streams_of_a_session_are_few(server):
    place = Place(server)
    _, token = a_member(server, "greedy")
    topics = place.topics()
    streams = [Stream(server.address, topics, token) for _ in range(SESSION_STREAMS)]
    equal([stream.status for stream in streams], [200] * SESSION_STREAMS)
    with Stream(server.address, topics, token) as one_more:
        equal(one_more.status, 429)
    for stream in streams:
        equal(stream.next()[0], "live")
        stream.close()


def a_stopping_server_says_bye(server):
    place = Place(server)
    with Stream(server.address, place.topics()) as stream:
        equal(stream.next()[0], "live")
        server.daemon.send_signal(signal.SIGTERM)
        equal(stream.until("bye"), [("bye", {})])
        expect(stream.retry >= 5000, f"retry is {stream.retry}")
        expect(stream.ended(), "it goes on after bye")
    equal(server.stop(), 0, "exit status")


tap = Tap()
with tempfile.TemporaryDirectory() as directory, Server("--proxy-listen", f"unix:{directory}/http") as running:
    for test in (what_happens_is_told, a_cut_stream_goes_on_without_loss_or_repetition, another_history_is_a_gap,
                 notices_reach_the_account, a_queue_tells_those_who_decide_and_not_whom_it_is_about, a_proxy_is_told_the_same, signing_out_ends_it, so_does_revocation,
                 so_does_suspension, so_does_another_role, a_closed_board_ends_its_topic, a_hidden_board_is_no_topic,
                 what_cannot_be_read_is_refused, streams_of_a_session_are_few, a_stopping_server_says_bye):
        tap.run(test.__name__.replace("_", " "), test, running)
tap.end()
