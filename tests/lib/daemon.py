"""The real luntand as a process of the test's own: it chooses its port, is listened to line by line, and is never slept for."""
import pathlib
import queue
import signal
import subprocess
import threading

from tables import build_directory

PATIENCE = 60  # seconds, for anything that must happen


class Daemon:
    """A luntand over `data`. `out` and `log` hold what it printed and logged, a line each, and None at the end."""

    def __init__(self, data, *options, port=0):
        self.data = pathlib.Path(data)
        self.process = subprocess.Popen(
            [build_directory() / "luntand", "--data", data, "--listen", f"127.0.0.1:{port}", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
        self.out, self.log = queue.Queue(), queue.Queue()
        self.printed, self.logged = [], []
        self.said = {}  # the rest of each line printed until it was ready, by its first word
        self.port = None
        self.readers = [threading.Thread(target=self._follow, args=each, daemon=True)
                        for each in ((self.process.stdout, self.printed, self.out), (self.process.stderr, self.logged, self.log))]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def _follow(stream, seen, lines):
        for line in stream:
            seen.append(line.rstrip("\n"))
            lines.put(line.rstrip("\n"))
        lines.put(None)

    def _next(self, lines, awaited):
        try:
            line = lines.get(timeout=PATIENCE)
        except queue.Empty:
            line = None
        if line is None:
            raise AssertionError(f"luntand did not come to {awaited}:\n" + "\n".join(self.printed + self.logged))
        return line

    def until_ready(self):
        """Waits for its line `ready ADDRESS:PORT`."""
        while "ready" not in self.said:
            word, _, rest = self._next(self.out, "ready").partition(" ")
            self.said[word] = rest
        self.port = int(self.said["ready"].rpartition(":")[2])
        return self

    def until_logged(self, event):
        """Waits for a line of the log that tells of this event, and returns it."""
        while True:
            line = self._next(self.log, event)
            if line.split(" ")[2] == event:
                return line

    def send_signal(self, number):
        self.process.send_signal(number)
        return self

    def stop(self, how=signal.SIGTERM):
        """Ends it by this signal where it still runs, and waits until all that it wrote is read. Returns its exit status."""
        if self.process.poll() is None:
            self.send_signal(how)
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        for reader in self.readers:
            reader.join(PATIENCE)
        return status
