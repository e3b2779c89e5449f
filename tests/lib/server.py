"""Starts and ends the real luntand for tests: its own directory, a port that the system chooses, no waiting by sleeping."""
import pathlib
import queue
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from luntan_wire import Client, Refused
from tables import Tables, build_directory

PASSWORD = "correct horse battery staple"


class Server:
    """A luntand over a directory that outlives restarts; use as a context manager."""

    def __init__(self, *arguments, rate_limits=False):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="luntand-"))
        self.data = self.directory / "data"
        self.arguments = [*arguments, "--rate-limits", "on" if rate_limits else "off"]
        self.tables = Tables()
        self.process = None
        self.address = None
        self.invitation = None
        self.tokens = {}

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *unused):
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.directory, ignore_errors=True)

    # ---- life ----

    def start(self, timeout=60):
        """Starts it and waits for its line `ready ADDRESS:PORT`."""
        lines = queue.Queue()
        with open(self.directory / "stderr", "ab") as errors:
            self.process = subprocess.Popen(
                [build_directory() / "luntand", "--data", self.data, "--listen", "127.0.0.1:0", *self.arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
        threading.Thread(target=self._read, args=(self.process.stdout, lines), daemon=True).start()
        deadline = time.monotonic() + timeout
        while True:
            try:
                line = lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                self.stop(signal.SIGKILL)
                raise AssertionError(f"luntand did not become ready:\n{self.log()}")
            if line.startswith("invitation "):
                self.invitation = line.split()[1]
            if line.startswith("ready "):
                host, port = line.split()[1].rsplit(":", 1)
                self.address = (host, int(port))
                return

    @staticmethod
    def _read(stream, lines):
        for line in stream:
            lines.put(line.decode().rstrip("\n"))
        lines.put(None)

    def stop(self, how=signal.SIGTERM, timeout=30):
        """Ends it by this signal and waits. Returns its exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        self.process.stdout.close()
        self.process = None
        return status

    def restart(self, how=signal.SIGTERM):
        """Ends it and starts it again over the same data."""
        self.stop(how)
        self.start()

    def alive(self):
        """Whether it still runs."""
        return self.process is not None and self.process.poll() is None

    def log(self):
        """What it wrote to standard error so far."""
        return (self.directory / "stderr").read_text(errors="replace")

    # ---- people ----

    def connect(self, timeout=20):
        """A connection that has not said hello."""
        return Client(self.address, self.tables, timeout)

    def visitor(self):
        """A connection authenticated as nobody."""
        client = self.connect()
        client.hello()
        client.call("visit")
        return client

    def account(self, handle, role="citizen"):
        """A connection logged in as `handle`, which is made with this role on the site when it is asked for first."""
        client = self.connect()
        client.hello()
        if handle in self.tokens:
            self._come_back(client, handle)
            return client
        invite = self._invitation_for(role)
        reply = client.call("register", handle=handle, password=PASSWORD, **({"invite": invite} if invite else {}))
        self.tokens[handle] = reply["token"]
        return client

    def _come_back(self, client, handle):
        """By the token, or by the password where the session has been ended."""
        try:
            client.call("resume", token=self.tokens[handle])
        except Refused:
            self.tokens[handle] = client.call("login", handle=handle, password=PASSWORD)["token"]

    def _invitation_for(self, role):
        if role == "citizen":
            return None
        if role == "administrator" and self.invitation:
            code, self.invitation = self.invitation, None
            return code
        admin = self.account("warden", "administrator")
        try:
            return admin.call("invite", role=role)["code"]
        finally:
            admin.close()

    def unique(self, stem="user"):
        """A handle that nobody has."""
        return f"{stem}-{secrets.token_hex(4)}"


__all__ = ["PASSWORD", "Refused", "Server"]
