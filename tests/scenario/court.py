"""What the scenarios of moderation share: a real luntand whose boards wait for a moderator, and the people around it.

    with Court() as court:
        held = court.send("mei", "心得", "正文")
        court.approve("judge", held)

People are connections by handle, made when they are first asked for; whoever is not named in ROLES is a member. Nothing sleeps.
"""
import pathlib
import sqlite3
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from browser import Browser
from server import PASSWORD, Server
from tap import equal, expect

ROLES = {"warden": "administrator", "judge": "moderator", "second": "moderator", "wang": "citizen"}
BOARDS = (("quiet", "visitor", "on"), ("open", "visitor", "off"), ("inner", "member", "on"))


class Court:
    """A forum with three boards: `quiet` holds, `open` does not, `inner` holds and is for members only. `usher` moderates `open` alone."""

    def __init__(self, *arguments, **options):
        self.server = Server(*arguments, **options)
        self.people = {}
        self.browsers = {}

    def __enter__(self):
        self.server.__enter__()
        for slug, read, hold in BOARDS:
            next_moment()
            self["warden"].call("board_create", {"slug": slug, "name": slug, "read": read, "start": "citizen", "reply": "citizen"})
            self["warden"].call("board_set", board=slug, hold=hold)
        self["usher"]
        self["warden"].call("grant", handle="usher", role="moderator", board="open")
        return self

    def __exit__(self, *why):
        for each in [*self.people.values(), *self.browsers.values()]:
            each.close()
        self.server.__exit__(*why)

    def __getitem__(self, handle):
        """Somebody's connection; None is a visitor's."""
        if handle not in self.people:
            self.people[handle] = self.server.account(handle, ROLES.get(handle, "member")) if handle else self.server.visitor()
        return self.people[handle]

    def browser(self, handle):
        """Somebody's browser, signed in; None is a visitor's."""
        if handle not in self.browsers:
            self.browsers[handle] = Browser(self.server.address[1])
            if handle:
                self[handle]
                self.browsers[handle].sign_in(handle, PASSWORD)
        return self.browsers[handle]

    def forget(self):
        """Every connection is made anew when it is next asked for: after a restart."""
        for each in [*self.people.values(), *self.browsers.values()]:
            each.close()
        self.people.clear()
        self.browsers.clear()

    def board(self, slug):
        """A board's number."""
        return next(board["id"] for board in self["warden"].call("boards")["boards"] if board["slug"] == slug)

    # ---- writing ----

    def send(self, handle, title, body, board="quiet", tags=()):
        """A thread that waits; its id."""
        reply = self[handle].call("post", {"board": board, "title": title, "body": body, "tags": list(tags)})
        expect("held" in reply and not reply.get("post"), f"it does not wait: {reply}")
        return reply["held"]

    def answer(self, handle, thread, body, to=0):
        """An answer that waits; its id."""
        reply = self[handle].call("reply", thread=thread, to=to, body=body)
        expect("held" in reply and not reply.get("post"), f"it does not wait: {reply}")
        return reply["held"]

    def change(self, handle, post, body, revision=1, **more):
        """An edit that waits; its id."""
        reply = self[handle].call("edit", post=post, revision=revision, body=body, **more)
        expect("held" in reply, f"it does not wait: {reply}")
        return reply["held"]

    def publish(self, handle, title, body, board="quiet", by="judge", tags=()):
        """A thread that a moderator let through: what decide answered."""
        return self.approve(by, self.send(handle, title, body, board, tags))

    # ---- deciding ----

    def items(self, handle, **filters):
        """All that somebody's queue lists."""
        found, after = [], {}
        while True:
            page = self[handle].call("queue", **after, **filters)
            found += page.get("items", [])
            if "next" not in page:
                return found
            after = {"after": page["next"]}

    def item(self, handle, held):
        """The number of the item about a submission, in somebody's queue."""
        found = [item["item"] for item in self.items(handle) if item.get("held") == held]
        equal(len(found), 1, "items about it")
        return found[0]

    def look(self, handle, item):
        """The hash of what is on the screen."""
        return self[handle].call("item_get", item=item)["hash"]

    def decide(self, handle, held, act, **more):
        """Looks at a submission and decides on it."""
        item = self.item(handle, held)
        return self[handle].call("decide", item=item, act=act, hash=self.look(handle, item), **more)

    def approve(self, handle, held):
        return self.decide(handle, held, "approve")

    def judge_post(self, handle, post, act, **more):
        """Looks at a post as it stands and decides on it."""
        return self[handle].call("decide", post=post, act=act, hash=self[handle].call("post_hash", post=post)["hash"], **more)

    # ---- what stands in the store ----

    def number(self, sql, *values):
        """What a query of one number yields, over a connection of its own."""
        db = sqlite3.connect(self.server.data / "forum.db", timeout=30)
        try:
            return db.execute(sql, values).fetchone()[0]
        finally:
            db.close()

    def age(self, sql, *values):
        """Lets time pass for something that the store keeps a time of; the server has no other clock for it."""
        db = sqlite3.connect(self.server.data / "forum.db", timeout=30, isolation_level=None)
        try:
            db.execute("BEGIN IMMEDIATE")
            expect(db.execute(sql, values).rowcount > 0, "nothing aged")
            db.execute("COMMIT")
        finally:
            db.close()


def next_moment():
    """Waits until the clock shows another millisecond, so that what happens now and what happens then differ in time."""
    before = int(time.time() * 1000)
    while int(time.time() * 1000) <= before + 1:
        pass
