"""Start-up and size of the binary, against their bars."""

import os
import statistics

from machine import milliseconds

STARTUP_BAR_MS = 20
# With the server that a fleet needs.
SIZE_BAR_MB = 32


def measure(fetchctl):
    for _ in range(3):
        milliseconds([fetchctl, "--version"])
    startup = statistics.median(milliseconds([fetchctl, "--version"]) for _ in range(20))
    size = os.path.getsize(fetchctl)
    rows = [
        ("fetchctl --version, median of 20", startup, STARTUP_BAR_MS, "ms"), ("static, stripped binary", size / 1e6, SIZE_BAR_MB, "MB")
    ]
    for what, value, bar, unit in rows:
        print(f"{what:<34} {value:6.1f} {unit}   bar {bar} {unit}   {'held' if value < bar else 'MISSED'}")
    return {"startup_ms": round(startup, 2), "size_bytes": size, "held": all(row[1] < row[2] for row in rows)}
