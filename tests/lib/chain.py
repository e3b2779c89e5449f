"""The audit log verified by what protocol/PROTOCOL.md says of it (chapter 10), and by nothing of ours: entries as `luntan admin audit list --json` prints them.

    luntan --json admin audit list | tests/lib/chain.py HEAD...

Prints what is wrong; ends with 0 where nothing is.
"""
import hashlib
import json
import sys

NONE = bytes(32)


def number(value):
    return value.to_bytes(8, "little")


def text(value):
    return number(len(value)) + value


def entry_hash(before, entry):
    """The hash of an entry after one with the hash `before`."""
    integer = lambda name: number(entry.get(name, 0))
    words = lambda name: text(entry.get(name, "").encode())
    octets = lambda name: text(bytes.fromhex(entry.get(name, "")))
    return hashlib.blake2b(
        text(b"luntan audit 1") + before + integer("id") + integer("time") + integer("actor") + words("by") + words("act") + integer("target") +
        words("detail") + integer("decision") + integer("reason") + words("words") + octets("content") + integer("public_id") + octets("salt"),
        digest_size=32).digest()


def verify(entries, heads=()):
    """What is wrong, one line each."""
    faults, before, hashes = [], NONE, set()
    for wanted, entry in enumerate(entries, 1):
        if entry["id"] != wanted:
            return faults + [f"entry {entry['id']} stands where {wanted} should"]
        written = bytes.fromhex(entry["hash"])
        if entry_hash(before, entry) != written:
            faults.append(f"entry {wanted} is not what was written, or not after the one before")
        before = written
        hashes.add(entry["hash"])
    return faults + [f"no entry has the head {head}" for head in heads if head.split()[-1] not in hashes]


def main():
    faults = verify([json.loads(line) for line in sys.stdin if line.strip()], sys.argv[1:])
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
