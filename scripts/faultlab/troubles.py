"""What may go wrong: faults of the servers, and things that happen to a run or to what it left."""

import os
import random

KIB = 1 << 10
MIB = 1 << 20


def fault(dice: random.Random, hash_is_known: bool):
    """A fault of the content network or an API, as the practice hub takes it. Each ends some time, so that a run can."""
    few = dice.randint(1, 6)
    content = {"match": dice.choice(["cdn/", "cdn/", "cdn/file", "/xet-bridge-us/", "cdn/plain"]), "times": few, "skip": dice.randint(0, 5)}
    api = {"match": dice.choice(["civitai/api", "hub/api", "/resolve/"]), "times": dice.randint(1, 3)}
    kinds = [
        {"kind": "drop", **content, "after": dice.choice([0, 1, 100, 16 * KIB, 700_000, dice.randrange(2 * MIB)])},
        {"kind": "reset", **content, "after": dice.choice([0, 1, 64 * KIB, dice.randrange(2 * MIB)])},
        {"kind": "slow", **content, "bytesPerSecond": dice.choice([20_000, 200_000, 1_000_000])},
        {"kind": "status", **content, "status": dice.choice([500, 502, 503, 504, 429, 408])},
        {"kind": "status", **content, "status": 429, "headers": {"Retry-After": str(dice.randint(0, 2))}},
        {"kind": "status", **content, "status": dice.choice([401, 403, 410])},
        {"kind": "status", **api, "status": dice.choice([500, 503, 429])},
        {"kind": "noAnswer", **content},
        {"kind": "noAnswer", **api},
        {"kind": "expireNow", "match": "cdn/", "times": few},
        {"kind": "ignoreRange", **content},
        {"kind": "rangeOffByOne", **content},
        {"kind": "rangeTooShort", **content},
        {"kind": "lengthTooShort", **content, "after": dice.randint(1, 3000), "skip": dice.randint(1, 5)},
        {"kind": "lengthTooLong", **content, "after": dice.randint(1, 3000)},
        {"kind": "noLength", **content},
    ]
    if hash_is_known:
        # Without a hash the difference cannot be detected.
        kinds += [
            {"kind": "wrongBytes", **content, "times": 1, "offset": dice.randrange(2 * MIB)},
            {"kind": "shiftedBytes", **content, "times": 1},
            {"kind": "mixed", **content, "times": 1},
            {"kind": "html", **content, "times": 1},
            {"kind": "gzip", **content, "times": 1},
        ]
    return dice.choice(kinds)


def damage(dice: random.Random, part: str):
    """Something that happens to a partial while nobody works on it; returns what, or None when nothing could."""
    record, control = part + ".json", part + ".aria2"
    kinds = {
        "control file emptied": lambda: os.truncate(control, 0),
        "control file deleted": lambda: os.unlink(control),
        "control file overwritten": lambda: write(control, dice.randbytes(200)),
        "record emptied": lambda: os.truncate(record, 0),
        "record deleted": lambda: os.unlink(record),
        "record overwritten": lambda: write(record, b'{"version":1,'),
        "data shortened": lambda: os.truncate(part, dice.randrange(os.path.getsize(part) + 1)),
        "data deleted": lambda: os.unlink(part),
    }
    what = dice.choice(sorted(kinds))
    try:
        kinds[what]()
    except OSError:
        return None
    return what


def write(path, data):
    with open(path, "r+b") as file:
        file.truncate(0)
        file.write(data)
