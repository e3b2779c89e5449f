"""A terminal of its own (tmux) with luntan's full screen in it: keys typed, screens read. What is waited for is what appears, never a while."""
import subprocess
import time
import unicodedata

from forum import BUILD, PATIENCE
from tap import expect


class Screen:
    """One terminal with luntan in it."""

    opened = 0

    def __init__(self, person, columns=80, rows=24, lang="zh", **environment):
        Screen.opened += 1  # a socket of its own for each: the one before may still be closing
        self.socket = person.home / f"tmux-{Screen.opened}"
        # The shell keeps the exit status: tmux does not always learn of a program's end.
        self.status = person.home / f"status-{Screen.opened}"
        command = ["/bin/sh", "-c", '"$@"; echo $? > "$0"', str(self.status),
                   str(BUILD / "luntan"), "--server", person.forum.server, "--lang", lang]
        self.environment = person.environment(**environment)
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows), *command)
        self.tmux("set-option", "-g", "remain-on-exit", "on")

    def tmux(self, *words):
        done = subprocess.run(["tmux", "-u", "-S", str(self.socket), *words], env=self.environment, capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        expect(done.returncode == 0, f"tmux {words}: {done.stderr}")
        return done.stdout

    def lines(self):
        return self.tmux("capture-pane", "-p").split("\n")[:-1]

    def see(self, *words, absent=()):
        """Waits until all words are on the screen and the others are not; its lines."""
        deadline = time.monotonic() + PATIENCE
        while True:
            lines = self.lines()
            text = "\n".join(lines)
            if all(word in text for word in words) and not any(word in text for word in absent):
                return lines
            if time.monotonic() > deadline:
                raise AssertionError(f"{words} did not appear:\n{text}")
            time.sleep(0.05)

    def ended(self):
        """Waits until the program has ended; its exit status."""
        deadline = time.monotonic() + PATIENCE
        while not self.status.exists() or not self.status.read_text():
            expect(time.monotonic() < deadline, "it did not end")
            time.sleep(0.05)
        return int(self.status.read_text())

    def see_fitting(self, columns, *words):
        """Waits until the words are there on lines that fit: right after a change of size the old screen still stands."""
        deadline = time.monotonic() + PATIENCE
        while True:
            lines = self.see(*words)
            if all(columns_of(line) <= columns for line in lines) or time.monotonic() > deadline:
                return lines
            time.sleep(0.05)

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def resize(self, columns, rows):
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tmux("kill-server")


def columns_of(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
