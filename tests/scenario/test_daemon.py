#!/usr/bin/python3
"""The daemon as its administrator meets it: first start, certificates, backups, signals."""
import hashlib
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from daemon import PATIENCE
from daemon import Daemon as AnyDaemon
from tables import build_directory
from tap import Tap

LUNTAND = build_directory() / "luntand"


class Daemon(AnyDaemon):
    """One that speaks English and shows its certificate."""

    def __init__(self, data, *options):
        super().__init__(data, "--lang", "en", *options)

    def connect(self, ca=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_alpn_protocols(["luntan/1"])
        if ca:
            context.load_verify_locations(ca)
        else:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), PATIENCE), server_hostname="localhost")

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
    daemon.send_signal(signal.SIGHUP)
    assert daemon.out.get(timeout=PATIENCE) == f"fingerprint {renewed}"
    deadline = time.monotonic() + PATIENCE
    while daemon.shown() != renewed:  # the loops take it up one after another
        assert time.monotonic() < deadline, "the new certificate is not shown"
    old.close()

    cert.write_text("spoilt\n")
    daemon.send_signal(signal.SIGHUP)
    assert "c.pem" in daemon.until_logged("certificate_kept")
    assert daemon.shown() == renewed
    assert daemon.stop() == 0


def a_backup_is_a_forum_of_its_own(base):
    daemon = Daemon(base / "data", "--backups", "1").until_ready()
    for _ in range(2):
        daemon.send_signal(signal.SIGUSR1).until_logged("backup")
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
        daemon.send_signal(signal.SIGTERM).until_logged("stopping")
        daemon.send_signal(signal.SIGTERM)
        assert daemon.process.wait(PATIENCE) == 0


def two_servers_never_share_a_directory_or_a_port(base):
    daemon = Daemon(base / "data").until_ready()
    second = Daemon(base / "data")
    assert second.process.wait(PATIENCE) == 1
    third = subprocess.run([LUNTAND, "--data", base / "other", "--lang", "en", "--listen", f"127.0.0.1:{daemon.port}"],
                           capture_output=True, text=True, timeout=PATIENCE)
    assert third.returncode == 1 and "ready" not in third.stdout, third
    assert "luntand: " in third.stderr, third.stderr
    daemon.stop()


def a_lost_administrator_is_invited_anew(base):
    def invite():
        return subprocess.run([LUNTAND, "--data", base / "data", "--invite"], capture_output=True, text=True, timeout=PATIENCE)

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
    lines = "\n".join(daemon.logged)
    assert lines
    assert "127.0.0.1" not in lines and str(peer) not in lines, lines


TESTS = [
    the_first_start_invites_once, a_client_that_trusts_the_file_is_satisfied, nothing_is_for_others_to_read,
    hangup_changes_the_certificate, a_backup_is_a_forum_of_its_own, stopping_waits_for_nobody_the_second_time,
    two_servers_never_share_a_directory_or_a_port, a_lost_administrator_is_invited_anew, the_log_names_no_peer,
]


def main():
    tap = Tap()
    for test in TESTS:
        with tempfile.TemporaryDirectory() as base:
            tap.run(test.__name__, test, pathlib.Path(base))
    tap.end()


if __name__ == "__main__":
    main()
