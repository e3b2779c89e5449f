#!/usr/bin/python3
"""kill -9 at seeded random moments under load: every acknowledged post is there, once, where it was said to be.

time limit: 240 s

Four people answer in one thread, eight requests in flight each. The server is killed in the middle; what was not
answered is sent again to the next server under the same operation id. LUNTAN_SOAK=1 does it 200 times.
"""
import os
import pathlib
import random
import signal
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from forum import Forum
from tap import Tap, equal, expect
from wire_load import ERROR, READ, REPLY, RESPONSE, Connection, Lost, bodies

ROUNDS = 200 if os.environ.get("LUNTAN_SOAK") else 20
PEOPLE, IN_FLIGHT = 4, 8
SEED = 20061129


class Writer(threading.Thread):
    """Answers until the connection breaks. `waiting` survives: operation id and text of what was not answered."""

    def __init__(self, memory, port, thread):
        super().__init__(daemon=True)
        self.memory, self.port, self.thread = memory, port, thread
        self.failure = None

    def run(self):
        try:
            self.write()
        except Lost:
            pass
        except Exception as failure:  # told by the main thread
            self.failure = failure

    def write(self):
        connection = Connection(self.port)
        connection.login(self.memory["handle"], self.memory["password"])
        flying = {}
        again = list(self.memory["waiting"].items())
        while True:
            while len(flying) < IN_FLIGHT:
                if again:
                    operation, text = again.pop()
                else:
                    operation = connection.operation_id()
                    text = f"{self.memory['handle']} {self.memory['count']}"
                    self.memory["count"] += 1
                    self.memory["waiting"][operation] = text
                flying[connection.send(REPLY, {1: operation, 2: self.thread, 4: text})] = operation
            kind, _, number, answer = connection.frame()
            if number not in flying:
                continue
            if kind == ERROR and answer.get(6):
                continue  # to be sent again: busy, shutting down
            if kind != RESPONSE:
                raise AssertionError(answer)
            text = self.memory["waiting"].pop(flying.pop(number))
            self.memory["answered"][text] = (answer[6], answer[7])


def everything(port, person, thread):
    """All posts of the thread: text -> list of (number, floor)."""
    connection = Connection(port)
    connection.login(person["handle"], person["password"])
    found, at = {}, 1
    while at:
        page = connection.call(READ, {1: thread, 2: at})
        for post in bodies(page[2]):
            found.setdefault(post[11], []).append((post[1], post[3]))
        at = page.get(3, 0)
    connection.close()
    return found


def main():
    tap = Tap()
    chance = random.Random(SEED)
    with Forum(options=["--rate-limits", "off"]) as forum:
        admin = forum.person("admin", invite=forum.invitation)
        thread = admin.post("suggestions", "断电", "一楼")["thread"]
        people = []
        for i in range(PEOPLE):
            person = forum.person(f"writer{i}")
            people.append({"handle": person.handle, "password": person.password.read_text().strip(), "count": 0,
                           "waiting": {}, "answered": {}})

        def one_round(moment):
            before = sum(len(p["answered"]) for p in people)
            writers = [Writer(p, forum.port, thread) for p in people]
            for writer in writers:
                writer.start()
            writers[0].join(moment)
            forum.restart(signal.SIGKILL)
            for writer in writers:
                writer.join(60)
                expect(not writer.is_alive(), "a writer hangs")
                if writer.failure:
                    raise writer.failure
            found = everything(forum.port, people[0], thread)
            floors = sorted(floor for places in found.values() for _, floor in places)
            equal(floors, list(range(1, len(floors) + 1)))
            for person in people:
                for text, place in person["answered"].items():
                    equal((text, found.get(text)), (text, [place]))
                for text in person["waiting"].values():
                    expect(len(found.get(text, [])) <= 1, f"{text} is there twice")
            return sum(len(p["answered"]) for p in people) - before

        acknowledged = []
        for i in range(ROUNDS):
            moment = chance.uniform(0.1, 0.8)
            tap.run(f"killed after {moment:.3f} s", lambda m=moment: acknowledged.append(one_round(m)))
        tap.run("there was load", lambda: expect(sum(acknowledged) > ROUNDS * PEOPLE, f"only {sum(acknowledged)} answers"))
    tap.end()


main()
