#!/usr/bin/python3
"""Somebody follows a thread and a board while the server is restarted and killed: nothing is lost, nothing comes twice."""
import pathlib
import signal
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from forum import Forum
from tap import Tap, equal, expect

RESTARTS = (signal.SIGTERM, signal.SIGKILL, signal.SIGTERM, signal.SIGKILL)
BETWEEN = 7


def floors(events):
    return [event["post"]["floor"] for event in events if "post" in event]


def main():
    tap = Tap()
    with Forum() as forum:
        admin = forum.person("admin", invite=forum.invitation)
        thread = admin.post("essays", "接着看", "一楼")["thread"]

        def across_restarts():
            seen = []
            with admin.watch(f"thread:{thread}") as watch:
                seen += watch.until("live")
                floor = 1
                for how in RESTARTS:
                    for _ in range(BETWEEN):
                        floor = admin.reply(thread, f"第 {floor + 1} 楼")["floor"]
                    forum.restart(how)
                    for _ in range(BETWEEN):
                        floor = admin.reply(thread, f"第 {floor + 1} 楼")["floor"]
                while not floors(seen) or floors(seen)[-1] < floor:
                    seen.append(watch.next())
            equal(floors(seen), list(range(2, floor + 1)))
            expect(not [event for event in seen if event["event"] in ("gap", "end")], "a gap was told")

        def from_a_cursor():
            with admin.watch(f"board:essays") as watch:
                cursor = watch.until("live")[-1]["cursor"]
            first = admin.reply(thread, "离线时之一")["floor"]
            forum.restart(signal.SIGKILL)
            other = admin.post("essays", "离线时的新主题", "文")["thread"]
            with admin.watch("board:essays", "--since", cursor) as watch:
                missed = [event["thread"] for event in watch.until("live") if "thread" in event]
                equal([(header["id"], header["floors"]) for header in missed], [(thread, first), (other, 1)])
                admin.reply(other, "二楼")
                equal(watch.next()["thread"]["floors"], 2)

        def of_another_epoch():
            with admin.watch("board:essays") as watch:
                cursor = watch.until("live")[-1]["cursor"]
            strange = cursor[:2] + ("0" if cursor[2] != "0" else "1") + cursor[3:]
            out, _ = admin.run("--json", "watch", "board:essays", "--since", strange, status=1)
            expect(b"resync" in out, out)

        tap.run("a follower sees every floor once across four restarts", across_restarts)
        tap.run("what happened while nobody was connected comes from the cursor on", from_a_cursor)
        tap.run("a cursor of another epoch is refused", of_another_epoch)
    tap.end()


main()
