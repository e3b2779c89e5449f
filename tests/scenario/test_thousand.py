#!/usr/bin/python3
"""A thousand people follow one thread while others write in it; each sees every floor once, in order."""
import pathlib
import resource
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from forum import Forum
from tap import Tap, equal
from wire_load import EVENT, VISIT, Connection

PEOPLE, REPLIES = 1000, 40
SUBSCRIBE, CHANGE, LIVE = 0x0601, 0x1001, 0x1002
TOPIC_THREAD = 2


def follow(port, thread):
    connection = Connection(port)
    connection.call(VISIT, {})
    connection.call(SUBSCRIBE, {1: TOPIC_THREAD, 2: thread})
    return connection


def floors(connection, last):
    """Floors of the events up to the one with floor `last`."""
    seen = []
    while not seen or seen[-1] < last:
        kind, op, _, payload = connection.frame()
        if kind == EVENT and op == CHANGE and 3 in payload:
            seen.append(payload[3][3])
        elif kind == EVENT and op not in (CHANGE, LIVE):
            raise AssertionError(f"event {op:#x} {payload}")
    return seen


def main():
    tap = Tap()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4096), most))
    with Forum(options=["--rate-limits", "off"]) as forum:
        admin = forum.person("admin", invite=forum.invitation)
        thread = admin.post("essays", "千人同看", "一楼")["thread"]
        people = []

        def come():
            people.extend(follow(forum.port, thread) for _ in range(PEOPLE))

        def see_everything():
            writers = [threading.Thread(target=lambda: [admin.reply(thread, "答") for _ in range(REPLIES // 4)]) for _ in range(4)]
            for writer in writers:
                writer.start()
            for writer in writers:
                writer.join()
            for person in people:
                equal(floors(person, REPLIES + 1), list(range(2, REPLIES + 2)))

        def go():
            for person in people:
                person.close()
            equal(admin.reply(thread, "散场")["floor"], REPLIES + 2)

        tap.run(f"{PEOPLE} people follow one thread", come)
        tap.run("each sees every floor once, in order", see_everything)
        tap.run("they all vanish, and the forum goes on", go)
    tap.end()


main()
