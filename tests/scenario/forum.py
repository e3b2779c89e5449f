"""What the scenario tests share: a real luntand, and people who use the real luntan.

    with Forum() as forum:
        wang = forum.person("wang", invite=forum.invitation)
        thread = wang.json("post", "essays", "--title", "心得", "-", stdin="…")[0]["thread"]

Nothing sleeps: the server is waited for by its ready line, events by what programs print.
"""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from daemon import PATIENCE, Daemon
from tables import build_directory

BUILD = build_directory()
SANITIZERS = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}


class Refused(Exception):
    """A verb that ended with another status than was expected."""


class Forum:
    """A server with a data directory of its own, on a port of its own choice."""

    def __init__(self, data=None, port=0, options=()):
        self.directory = tempfile.TemporaryDirectory(prefix="forum-")
        self.data = pathlib.Path(data) if data else pathlib.Path(self.directory.name, "data")
        self.options = list(options)
        self.invitation = None
        self.people = 0
        self.start(port)

    def start(self, port=0):
        self.daemon = Daemon(self.data, *self.options, port=port).until_ready()
        self.invitation = self.daemon.said.get("invitation", self.invitation)
        self.server, self.port = self.daemon.said["ready"], self.daemon.port

    def stop(self, how=signal.SIGTERM):
        self.daemon.stop(how)

    def restart(self, how=signal.SIGTERM):
        self.stop(how)
        self.start(self.port)

    def visitor(self):
        self.people += 1
        return Person(self, pathlib.Path(self.directory.name, f"person-{self.people}"))

    def person(self, handle, invite=None, name=None):
        person = self.visitor()
        person.handle = handle
        words = ["register", handle]
        words += ["--invite", invite] if invite else []
        words += ["--name", name] if name else []
        person.json(*words)
        return person

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.directory.cleanup()


class Person:
    """Somebody at a terminal, with a home and a password of their own."""

    def __init__(self, forum, home):
        self.forum = forum
        self.home = home
        self.handle = None
        home.mkdir()
        self.password = home / "password"
        self.write_password("correct horse battery " + home.name)

    def write_password(self, password):
        self.password.write_text(password + "\n")

    def environment(self, **more):
        return {"PATH": os.environ["PATH"], "HOME": str(self.home), "TERM": "xterm-256color", "LANG": "C.UTF-8",
                "TMPDIR": str(self.home), **SANITIZERS, **more}

    def words(self, *words):
        return [str(BUILD / "luntan"), "--server", self.forum.server, "--password-file", str(self.password), *map(str, words)]

    def run(self, *words, stdin="", status=0, **more):
        """Runs a verb; the bytes that it wrote to standard output and the text of standard error."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(self.words(*words), input=given, capture_output=True, env=self.environment(**more),
                              timeout=PATIENCE, check=False)
        if done.returncode != status:
            raise Refused(f"{words}: exit status {done.returncode}, expected {status}: {done.stderr.decode(errors='replace')}")
        return done.stdout, done.stderr.decode()

    def text(self, *words, **options):
        return self.run("--lang", "zh", *words, **options)[0].decode()

    def json(self, *words, **options):
        """The objects that a verb printed."""
        return [json.loads(line) for line in self.run("--json", *words, **options)[0].splitlines()]

    def error(self, *words, status=1, **options):
        """The error object of a verb that is refused."""
        return self.json(*words, status=status, **options)[-1]["error"]

    def post(self, board, title, body, *more):
        return self.json("post", board, "--title", title, *more, "-", stdin=body)[0]

    def reply(self, thread, body, *more):
        return self.json("reply", thread, *more, "-", stdin=body)[0]

    def watch(self, *words):
        return Watch(self, "watch", *words)

    def follow_queue(self, *words):
        return Watch(self, "queue", "--follow", *words)

    def at_terminal(self, *words, answers=(), **more):
        """Runs a program on a terminal of its own. `answers`: (what it asks, what is typed). Status and all it wrote."""
        process, terminal = pty.fork()
        if process == 0:
            os.execvpe(self.words()[0], [self.words()[0], "--server", self.forum.server, *map(str, words)], self.environment(**more))
        written = b""
        waiting = list(answers)
        deadline = time.monotonic() + PATIENCE
        while True:
            ready, _, _ = select.select([terminal], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                os.kill(process, signal.SIGKILL)
                raise TimeoutError(f"{words}: waited for {waiting[:1]}, saw {written[-500:]!r}")
            try:
                some = os.read(terminal, 65536)
            except OSError:
                some = b""
            if not some:
                break
            written += some
            while waiting and waiting[0][0].encode() in written:
                asked, typed = waiting.pop(0)
                written_before, _, written = written.partition(asked.encode())
                os.write(terminal, typed.encode())
        _, status = os.waitpid(process, 0)
        os.close(terminal)
        return os.waitstatus_to_exitcode(status), written.decode(errors="replace")


class Watch:
    """A verb that goes on, such as `luntan watch`, in the background, read line by line."""

    def __init__(self, person, *words):
        self.process = subprocess.Popen(person.words("--json", *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=person.environment(), bufsize=0)
        self.read = b""

    def next(self):
        while b"\n" not in self.read:
            ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            if not ready:
                raise TimeoutError("no event came")
            some = self.process.stdout.read(65536)
            if not some:
                raise EOFError(f"watch ended: {self.process.stderr.read().decode()}")
            self.read += some
        line, _, self.read = self.read.partition(b"\n")
        return json.loads(line)

    def until(self, name):
        """Events up to the first of this name."""
        events = [self.next()]
        while events[-1]["event"] != name:
            events.append(self.next())
        return events

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


def one_time_code(secret, now=None):
    """A TOTP code by RFC 6238, from a secret in base 32."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    step = struct.pack(">Q", int(now if now is not None else time.time()) // 30)
    digest = hmac.new(key, step, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"
