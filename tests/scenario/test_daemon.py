#!/usr/bin/python3
"""The daemon as its administrator meets it: first start, certificates, backups, signals."""
import hashlib
import os
import pathlib
import queue
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

BUILD = pathlib.Path(os.environ["LUNTAN_BUILD"])
WAIT = 60  # seconds, for anything that must happen


class Daemon:
    """A luntand of the test's own; what it prints comes line by line, each waited for."""

    def __init__(self, data, *options):
        self.data = pathlib.Path(data)
        self.process = subprocess.Popen([BUILD / "luntand", "--data", data, "--listen", "127.0.0.1:0", "--lang", "en", *options],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.out, self.log = queue.Queue(), queue.Queue()
        self.seen = []
        for stream, lines in ((self.process.stdout, self.out), (self.process.stderr, self.log)):
            threading.Thread(target=self.follow, args=(stream, lines), daemon=True).start()
        self.said = {}

    def follow(self, stream, lines):
        for line in stream:
            self.seen.append(line.rstrip("\n"))
            lines.put(line.rstrip("\n"))
        lines.put(None)

    def until_ready(self):
        while "ready" not in self.said:
            line = self.out.get(timeout=WAIT)
            assert line is not None, "ended before it was ready: " + "\n".join(self.seen)
            word, _, rest = line.partition(" ")
            self.said[word] = rest
        self.port = int(self.said["ready"].rpartition(":")[2])
        return self

    def until_logged(self, event):
        while True:
            line = self.log.get(timeout=WAIT)
            assert line is not None, f"ended before {event}: " + "\n".join(self.seen)
            if line.split(" ")[2] == event:
                return line

    def signal(self, number):
        self.process.send_signal(number)
        return self

    def stop(self):
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.process.wait(WAIT)

    def connect(self, ca=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_alpn_protocols(["luntan/1"])
        if ca:
            context.load_verify_locations(ca)
        else:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), WAIT), server_hostname="localhost")

    def shown(self):
        with self.connect() as tls:
            return hashlib.sha256(tls.getpeercert(binary_form=True)).hexdigest()


def other_certificate(directory):
    """A certificate and key that some authority might have issued."""
    directory.mkdir(exist_ok=True)
    cert, key = directory / "c.pem", directory / "k.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "90",
                    "-subj", "/CN=forum.example", "-keyout", key, "-out", cert], check=True, capture_output=True)
    der = ssl.PEM_cert_to_DER_cert(cert.read_text())
    return cert, key, hashlib.sha256(der).hexdigest()


def the_first_start_invites_once(base):
    first = Daemon(base / "data").until_ready()
    assert len(first.said["invitation"].replace("-", "")) == 20, first.said
    assert first.stop() == 0
    second = Daemon(base / "data").until_ready()
    assert "invitation" not in second.said
    assert second.said["fingerprint"] == first.said["fingerprint"]
    assert second.stop() == 0


def a_client_that_trusts_the_file_is_satisfied(base):
    daemon = Daemon(base / "data").until_ready()
    with daemon.connect(ca=base / "data/tls/certificate.pem") as tls:
        assert tls.version() == "TLSv1.3" and tls.selected_alpn_protocol() == "luntan/1"
    assert daemon.shown() == daemon.said["fingerprint"]
    daemon.stop()


def nothing_is_for_others_to_read(base):
    daemon = Daemon(base / "data").until_ready()
    for path in (base / "data").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    with open(f"/proc/{daemon.process.pid}/limits", encoding="ascii") as file:
        limits = file.read()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    files = next(line for line in limits.splitlines() if line.startswith("Max open files"))
    assert core.split()[4] == core.split()[5] == "0", core
    assert files.split()[3] == files.split()[4], files
    daemon.stop()


def hangup_changes_the_certificate(base):
    cert, key, fingerprint = other_certificate(base / "issued")
    daemon = Daemon(base / "data", "--certificate", cert, "--key", key).until_ready()
    assert daemon.shown() == daemon.said["fingerprint"] == fingerprint
    old = daemon.connect()
    _, _, renewed = other_certificate(base / "issued")
    assert daemon.shown() == fingerprint
    daemon.signal(signal.SIGHUP)
    assert daemon.out.get(timeout=WAIT) == f"fingerprint {renewed}"
    deadline = time.monotonic() + WAIT
    while daemon.shown() != renewed:  # the loops take it up one after another
        assert time.monotonic() < deadline, "the new certificate is not shown"
    old.close()

    cert.write_text("spoilt\n")
    daemon.signal(signal.SIGHUP)
    assert "c.pem" in daemon.until_logged("certificate_kept")
    assert daemon.shown() == renewed
    assert daemon.stop() == 0


def a_backup_is_a_forum_of_its_own(base):
    daemon = Daemon(base / "data", "--backups", "1").until_ready()
    for _ in range(2):
        daemon.signal(signal.SIGUSR1).until_logged("backup")
    daemon.stop()
    backups = list((base / "data/backups").glob("forum-*.db"))
    assert len(backups) == 1, backups
    (base / "restored").mkdir(mode=0o700)
    shutil.copy(backups[0], base / "restored/forum.db")
    restored = Daemon(base / "restored").until_ready()
    assert "invitation" not in restored.said, "the copy holds no boards"
    assert restored.stop() == 0


def stopping_waits_for_nobody_the_second_time(base):
    daemon = Daemon(base / "data", "--drain-seconds", "600").until_ready()
    with daemon.connect():
        daemon.signal(signal.SIGTERM).until_logged("stopping")
        daemon.signal(signal.SIGTERM)
        assert daemon.process.wait(WAIT) == 0


def two_servers_never_share_a_directory_or_a_port(base):
    daemon = Daemon(base / "data").until_ready()
    second = Daemon(base / "data")
    assert second.process.wait(WAIT) == 1
    third = subprocess.run([BUILD / "luntand", "--data", base / "other", "--lang", "en", "--listen", f"127.0.0.1:{daemon.port}"],
                           capture_output=True, text=True, timeout=WAIT)
    assert third.returncode == 1 and "ready" not in third.stdout, third
    assert "luntand: " in third.stderr, third.stderr
    daemon.stop()


def a_lost_administrator_is_invited_anew(base):
    def invite():
        return subprocess.run([BUILD / "luntand", "--data", base / "data", "--invite"], capture_output=True, text=True, timeout=WAIT)

    daemon = Daemon(base / "data").until_ready()
    assert invite().returncode == 1, "an invitation while the server runs"
    daemon.stop()
    done = invite()
    assert done.returncode == 0 and done.stdout.startswith("invitation "), done
    assert done.stdout.split()[1] != daemon.said["invitation"]


def the_log_names_no_peer(base):
    daemon = Daemon(base / "data", "--log-level", "debug").until_ready()
    with daemon.connect() as tls:
        tls.sendall(b"\x00" * 64)
        peer = tls.getsockname()[1]
    daemon.stop()
    daemon.log.put(None)
    lines = "\n".join(iter(daemon.log.get, None))
    assert "127.0.0.1" not in lines and str(peer) not in lines, lines


TESTS = [
    the_first_start_invites_once, a_client_that_trusts_the_file_is_satisfied, nothing_is_for_others_to_read,
    hangup_changes_the_certificate, a_backup_is_a_forum_of_its_own, stopping_waits_for_nobody_the_second_time,
    two_servers_never_share_a_directory_or_a_port, a_lost_administrator_is_invited_anew, the_log_names_no_peer,
]


def main():
    failed = 0
    print(f"1..{len(TESTS)}", flush=True)
    for number, test in enumerate(TESTS, 1):
        with tempfile.TemporaryDirectory() as base:
            try:
                test(pathlib.Path(base))
                print(f"ok {number} - {test.__name__}", flush=True)
            except Exception as error:  # whatever it is, the other tests run
                failed = 1
                print(f"not ok {number} - {test.__name__}", flush=True)
                print("\n".join("# " + line for line in f"{type(error).__name__}: {error!s}".splitlines()), flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
