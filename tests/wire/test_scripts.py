#!/usr/bin/python3
"""Runs every script of this folder against a real server, each against its own; a message without a script is a failure.

time limit: 300 s

    LUNTAN_BUILD=build/release tests/wire/test_scripts.py [NAME ...]
"""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lib"))

from script import Script, tests_of
from server import Server
from tables import Tables
from tap import Tap, expect

tap = Tap()
covered = set()


def run_test(script, steps):
    try:
        for number, step in steps:
            try:
                script.step(step)
            except Exception as error:
                raise AssertionError(f"line {number}: {step[:200]}\n{type(error).__name__}: {error}") from error
        script.close()
    finally:
        for client in script.clients.values():
            client.close()
        script.clients = {}


def run_file(path):
    with Server() as server:
        script = Script(server, covered)
        for title, steps in tests_of(path.read_text(encoding="utf-8")):
            tap.run(f"{path.stem}: {title}", run_test, script, steps)
        tap.run(f"{path.stem}: the server is still there", lambda: expect(server.alive(), server.log()))
        tap.run(f"{path.stem}: it ends as it should", lambda: expect(server.stop() == 0, server.log()))


def every_message_has_a_script():
    missing = set(Tables().messages) - covered
    expect(not missing, f"no script gets an answer to {', '.join(sorted(missing))}")


wanted = sys.argv[1:]
for file in sorted((ROOT / "tests/wire").glob("*.wire")):
    if not wanted or file.stem in wanted:
        run_file(file)
if not wanted:
    tap.run("every message has a script", every_message_has_a_script)
tap.end()
