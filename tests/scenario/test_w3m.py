#!/usr/bin/python3
"""The pages in a text browser: w3m in tmux, keys typed, screens read; it reads, signs in, writes and finds what it wrote."""
import os
import pathlib
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from server import PASSWORD, Server
from tap import Tap, expect

PATIENCE = 60
OPTIONS = ["-o", "ssl_verify_server=0", "-o", "accept_language=en", "-o", "confirm_qq=0", "-o", "display_charset=UTF-8", "-cookie"]


def url(server, path):
    return f"https://localhost:{server.address[1]}{path}"


def dump(server, path):
    """The page as w3m writes it to a pipe."""
    done = subprocess.run(["w3m", *OPTIONS, "-dump", "-cols", "80", url(server, path)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=PATIENCE, check=True)
    return done.stdout


class Browser:
    """w3m in a terminal. What is typed into a text area comes from a file, by way of $EDITOR."""

    def __init__(self, server, path):
        self.server = server
        self.home = server.directory / "w3m"
        self.home.mkdir(exist_ok=True)
        self.written = self.home / "written"
        editor = self.home / "editor"
        editor.write_text(f'#!/bin/sh\nfor file; do :; done\ncat {shlex.quote(str(self.written))} > "$file"\n')
        editor.chmod(0o755)
        self.environment = {**os.environ, "HOME": str(self.home), "LANG": "C.UTF-8", "EDITOR": str(editor)}
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "40", "w3m", *OPTIONS, url(server, path))

    def tmux(self, *words):
        done = subprocess.run(["tmux", "-u", "-S", str(self.home / "tmux"), *words], env=self.environment, capture_output=True,
                              text=True, timeout=PATIENCE, check=False)
        expect(done.returncode == 0, f"tmux {words}: {done.stderr}")
        return done.stdout

    def close(self):
        subprocess.run(["tmux", "-S", str(self.home / "tmux"), "kill-server"], env=self.environment, capture_output=True, check=False)

    def see(self, *words):
        """Waits until all these words are on the screen."""
        deadline = time.monotonic() + PATIENCE
        while True:
            text = self.tmux("capture-pane", "-p")
            if all(word in text for word in words):
                return text
            expect(time.monotonic() < deadline, f"{words} did not appear:\n{text}")
            time.sleep(0.05)

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def go(self, path):
        self.keys("U")
        self.see("Goto URL:")
        self.keys("C-u")
        self.type(url(self.server, path))
        self.keys("Enter")

    def find(self, words):
        """Puts the cursor on these words, from the top of the page."""
        self.keys("g", "/")
        self.see("Forward:")
        self.type(words)
        self.keys("Enter")

    def press(self, words):
        """Presses the last button that says this."""
        self.keys("G", "?")
        self.see("Backward:")
        self.type(words)
        self.keys("Enter", "Enter")

    def fill(self, label, text):
        """Types into the field after this label."""
        self.find(label)
        self.keys("Tab", "Enter")
        self.see("TEXT:" if label != "Password" else "Password:")
        self.keys("C-u")
        self.type(text)
        self.keys("Enter")


def reading(server, thread):
    front = dump(server, "/")
    expect("建言献策" in front or "Suggestions" in front, front)
    page = dump(server, f"/t/{thread}")
    expect("给村口装一盏路灯" in page and "下晚自习的孩子" in page, page)


def signing_in_and_writing(server, thread):
    browser = Browser(server, "/login")
    try:
        browser.see("Sign in")
        browser.fill("Handle", "li")
        browser.fill("Password", PASSWORD)
        browser.press("Sign in")
        browser.see("Notices", "li")
        browser.go(f"/t/{thread}/reply")
        browser.see("Text")
        browser.written.write_text("w3m 里写的回复，也算数。\n", encoding="utf-8")
        browser.find("Text")
        browser.keys("Tab", "Enter")
        browser.see("w3m 里写的回复")
        browser.press("Post")
        browser.see("w3m 里写的回复", "Floor 2")
    finally:
        browser.close()
    expect("w3m 里写的回复，也算数。" in dump(server, f"/t/{thread}"), "not there for others")


def main():
    tap = Tap()
    with Server() as server:
        server.account("warden", "administrator").close()
        member = server.account("li", "citizen")
        thread = member.call("post", board="suggestions", title="给村口装一盏路灯", body="下晚自习的孩子要走黑路。")["thread"]
        member.close()
        tap.run("a thread is read", reading, server, thread)
        tap.run("signing in, writing and posting", signing_in_and_writing, server, thread)
    tap.end()


if __name__ == "__main__":
    main()
