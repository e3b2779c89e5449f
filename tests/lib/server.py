"""Starts and ends the real luntand for tests: its own directory, a port that the system chooses, no waiting by sleeping."""
import pathlib
import secrets
import shutil
import signal
import tempfile

from daemon import Daemon
from luntan_wire import Client, Refused
from tables import Tables

PASSWORD = "correct horse battery staple"


class Server:
    """A luntand over a directory that outlives restarts; use as a context manager."""

    def __init__(self, *arguments, rate_limits=False):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="luntand-"))
        self.data = self.directory / "data"
        self.arguments = [*arguments, "--rate-limits", "on" if rate_limits else "off"]
        self.tables = Tables()
        self.daemon = None
        self.earlier = []  # logged before the last start
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

    def start(self):
        """Starts it and waits until it is ready."""
        self.daemon = Daemon(self.data, *self.arguments)
        try:
            self.daemon.until_ready()
        except AssertionError:
            self.stop(signal.SIGKILL)
            raise
        self.invitation = self.daemon.said.get("invitation", self.invitation)
        self.address = ("127.0.0.1", self.daemon.port)

    def stop(self, how=signal.SIGTERM):
        """Ends it by this signal and waits. Returns its exit status, or None where it had been ended before."""
        if self.daemon is None:
            return None
        daemon, self.daemon = self.daemon, None
        try:
            return daemon.stop(how)
        finally:
            self.earlier += daemon.logged

    def restart(self, how=signal.SIGTERM):
        """Ends it and starts it again over the same data."""
        self.stop(how)
        self.start()

    def alive(self):
        """Whether it still runs."""
        return self.daemon is not None and self.daemon.process.poll() is None

    def log(self):
        """What it wrote to standard error so far."""
        return "\n".join(self.earlier + (self.daemon.logged if self.daemon else []))

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
