"""Four feed readers that share no code: newsboat, sfeed, Python's feedparser, npm's rss-parser.

Each follows one address and keeps what it has seen, as its people see it: `reload` fetches once more and returns all entries
that the reader shows now, as a list of Entry. newsboat and sfeed keep their own files; the other two are libraries, and what a program
on top of them would keep by id is kept here.
"""
import collections
import datetime
import email.utils
import http.client
import json
import os
import pathlib
import sqlite3
import subprocess
import urllib.parse

import feedparser

from browser import trusting

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PATIENCE = 60

# `published` in seconds since 1970; html and author None where the reader does not tell.
Entry = collections.namedtuple("Entry", "id title link html author published")


def seconds(words):
    """A date as feeds write it, RFC 3339 or RFC 822, as seconds since 1970."""
    try:
        return int(datetime.datetime.fromisoformat(words.replace("Z", "+00:00")).timestamp())
    except ValueError:
        return int(email.utils.parsedate_to_datetime(words).timestamp())


def run(words, home, **more):
    environment = {**os.environ, "HOME": str(home), "LANG": "C.UTF-8", "XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data")}
    done = subprocess.run(words, env=environment, capture_output=True, timeout=PATIENCE, check=False, **more)
    assert done.returncode == 0, f"{words}: {done.stderr.decode(errors='replace')}"
    return done.stdout


class Fetcher:
    """Fetches as a polite reader does: with the validators of last time."""

    def __init__(self, address):
        self.address = urllib.parse.urlsplit(address)
        self.validators = {}
        self.bytes = None
        self.status = None

    def fetch(self):
        """The feed's present bytes; of one that is gone (status 410) the last that there were."""
        connection = http.client.HTTPSConnection(self.address.hostname, self.address.port, context=trusting(), timeout=PATIENCE)
        try:
            target = self.address.path + (f"?{self.address.query}" if self.address.query else "")
            connection.request("GET", target, headers={"User-Agent": "reader/1", **self.validators})
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        self.status = answer.status
        assert answer.status in (200, 304, 410), f"{target}: {answer.status}"
        if answer.status == 200:
            self.bytes = body
            self.validators = {"If-None-Match": answer.headers["ETag"], "If-Modified-Since": answer.headers["Last-Modified"]}
        return self.bytes


class Newsboat:
    """A reader for terminals, with its own database."""

    name = "newsboat"

    def __init__(self, home, address):
        self.home = home / "newsboat"
        self.home.mkdir(parents=True)
        (self.home / "urls").write_text(address + "\n")
        (self.home / "config.txt").write_text("ssl-verifyhost no\nssl-verifypeer no\nuse-proxy no\n")

    def reload(self):
        cache = self.home / "cache.db"
        run(["newsboat", "-q", "-C", self.home / "config.txt", "-u", self.home / "urls", "-c", cache, "-x", "reload"], self.home)
        with sqlite3.connect(cache) as db:
            rows = db.execute("SELECT guid, title, url, content, author, pubDate FROM rss_item WHERE deleted = 0").fetchall()
        return [Entry(*row) for row in rows]


class Sfeed:
    """A reader of shell scripts and text files; it merges what it fetches into them."""

    name = "sfeed"

    def __init__(self, home, address):
        self.home = home / "sfeed"
        self.home.mkdir(parents=True)
        (self.home / "sfeedrc").write_text(
            f'sfeedpath="{self.home}/feeds"\n'
            'fetch() { curl -k -s -f -m 30 "$2"; }\n'
            # its own way would keep an entry twice whose title has changed
            "merge() { sort -t '\t' -s -u -k6,6 \"$3\" \"$2\"; }\n"
            f'feeds() {{ feed "one" "{address}"; }}\n')

    @staticmethod
    def _plain(field):
        """A field as it was, of one in which line ends, tabs and backslashes are escaped."""
        plain, rest = "", iter(field)
        for character in rest:
            plain += {"n": "\n", "t": "\t", "\\": "\\"}[next(rest)] if character == "\\" else character
        return plain

    def reload(self):
        run(["sfeed_update", self.home / "sfeedrc"], self.home)
        lines = (self.home / "feeds/one").read_text(encoding="utf-8").splitlines()
        rows = [line.split("\t") for line in lines]
        return [Entry(row[5], row[1], row[2], self._plain(row[3]), row[6], int(row[0])) for row in rows]


class Library:
    """What is common to programs on top of a parser: each entry once, by its id, in its newest state."""

    def __init__(self, home, address):
        self.home = home
        self.fetcher = Fetcher(address)
        self.kept = {}

    def reload(self):
        self.kept |= {entry.id: entry for entry in self.parse(self.fetcher.fetch())}
        return list(self.kept.values())


class Feedparser(Library):
    """Python's parser, the base of many readers."""

    name = "feedparser"

    def parse(self, content):
        feed = feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False)
        assert not feed.bozo, f"feedparser: {feed.bozo_exception}"
        return [Entry(each.id, each.title, each.link, each.content[0].value if "content" in each else each.summary, each.author, seconds(each.published))
                for each in feed.entries]


class RssParser(Library):
    """The parser of many programs in JavaScript."""

    name = "rss-parser"

    def parse(self, content):
        read = json.loads(run(["node", ROOT / "tests/lib/rss_reader.mjs"], self.home, input=content))
        return [Entry(each["id"], each["title"], each["link"], each.get("html"), each.get("author"), seconds(each["published"])) for each in read["entries"]]


READERS = (Newsboat, Sfeed, Feedparser, RssParser)
