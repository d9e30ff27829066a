"""Files to fetch, and programs run under a clock."""

import os
import shutil
import subprocess
import sys
import time

MIB = 1 << 20


class Failed(Exception):
    """A program did not do its work."""


def make_file(path, size):
    """Noise that does not repeat: each MiB carries its number, so that one in another's place shows."""
    noise = bytearray(os.urandom(8 * MIB))
    with open(path, "wb") as file:
        for start in range(0, size, MIB):
            at = start % len(noise)
            noise[at:at + 8] = start.to_bytes(8, "big")
            file.write(memoryview(noise)[at:at + min(MIB, size - start)])
    return path


def sha256(path):
    return subprocess.run(["sha256sum", path], check=True, stdout=subprocess.PIPE, text=True).stdout[:64]


def is_same(one, other):
    return subprocess.run(["cmp", "-s", one, other]).returncode == 0


def milliseconds(command):
    """The wall time of one whole process, from its making to its end."""
    begin = time.perf_counter()
    silence = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=silence)
    _, status = os.waitpid(process, 0)
    took = (time.perf_counter() - begin) * 1000
    if status != 0:
        raise Failed(f"{' '.join(command)} ended with status {status}")
    return took


def run(command, folder, environment=None):
    """One run into a fresh folder: wall and CPU seconds, and the most memory that one of its processes held."""
    empty(folder)
    times = folder + ".time"
    # GNU time and not our own fork: a child's peak begins with what its parent held.
    timed = ["time", "-q", "-o", times, "-f", "%U %S %M", *command]
    begin = time.perf_counter()
    done = subprocess.run(
        timed, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **(environment or {})})
    wall = time.perf_counter() - begin
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise Failed(f"{' '.join(command)} ended with {done.returncode}: {' / '.join(words[-4:])}")
    with open(times, encoding="utf-8") as file:
        user, system, peak = file.read().split()[-3:]
    return {"wall": wall, "cpu": float(user) + float(system), "peak": int(peak) * 1024}


def empty(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)


def progress(words=""):
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)
