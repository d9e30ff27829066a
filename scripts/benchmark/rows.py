"""What is measured: each row's work, the programs that do it, and the bars that fetchctl is to reach."""

import os
import statistics

import programs
from figures import Bar, judged, tabulate
from machine import MIB, Failed, empty, is_same, make_file, milliseconds, progress, run, sha256
from many import measure_killed, measure_many, measure_memory
from network import RATE, SLOWNESS
from queue_rows import KIB, measure_add, measure_control, measure_foreground, measure_list


class Bench:
    """What all rows work with."""

    def __init__(self, options, root, network):
        self.options = options
        self.root = root
        self.network = network
        self.target = os.path.join(root, "target")
        self.hashes = {}

    def source(self, name, size):
        """A file of the content network, made once."""
        path = os.path.join(self.network.folder, name)
        if not os.path.exists(path) or os.path.getsize(path) != size:
            progress(f"making {name}")
            make_file(path, size)
            self.hashes[name] = sha256(path)
        return path

    def scaled(self, size):
        return size // self.options.scale

    def drop(self, names):
        for name in names:
            os.remove(os.path.join(self.network.folder, name))

    def wanted(self, peers):
        only = self.options.only
        return {name: peer for name, peer in peers.items() if not only or only in name}


class Row:
    """One piece of work under a listener, done by each of several programs in turns."""

    def __init__(self, name, title, size, listener, peers, bars, count=1, ideal=None, fresh=False):
        self.name, self.title, self.size, self.listener = name, title, size * count, listener
        self.each, self.count = size, count
        self.peers, self.bars, self.ideal, self.fresh = peers, bars, ideal, fresh

    def measure(self, bench, _=None):
        each = bench.scaled(self.each)
        names = [f"{each // MIB}m-{number}.dat" for number in range(self.count)]
        sources = [bench.source(name, each) for name in names]
        urls = [bench.network.url(self.listener, name) for name in names]
        job = programs.Job(bench, sources, urls, [bench.hashes[name] for name in names])
        peers = bench.wanted({name: programs.ALL[name](job) for name in self.peers})
        results = {name: [] for name in peers}
        failures = {}
        # Interleaved, so that a busy moment of the machine does not fall on one of them alone.
        for number in range(bench.options.runs):
            for name, command in peers.items():
                progress(f"{self.name}: run {number + 1} of {bench.options.runs}, {name}")
                if self.fresh:
                    bench.network.restart()
                try:
                    results[name].append(self.one(bench, command, sources, is_first=number == 0))
                except Failed as failure:
                    failures[name] = str(failure)
        progress()
        bench.drop(names)
        empty(bench.target)
        table = tabulate(results, sum(os.path.getsize(source) if os.path.exists(source) else each for source in sources))
        walls = {row["program"]: row["wall_seconds"] for row in table}
        walls["ideal"] = self.ideal / bench.options.scale if self.ideal else None
        return result(self, table, [bar.judge(walls) for bar in self.bars], notes(self, walls, failures))

    def one(self, bench, command, sources, is_first):
        before = bench.network.served(self.listener)
        figures = run(command, bench.target)
        figures["served"] = bench.network.served(self.listener) - before
        for source in sources:
            path = os.path.join(bench.target, os.path.basename(source))
            good = os.path.getsize(path) == os.path.getsize(source) if os.path.exists(path) else False
            if not good or is_first and not is_same(source, path):
                raise Failed(f"{' '.join(command)} did not download {os.path.basename(source)}")
        empty(bench.target)
        return figures


def result(row, table, bars, notes=()):
    return {"row": row.name, "title": row.title, "size_bytes": row.size, "programs": table, "bars": bars, "notes": list(notes)}


def notes(row, walls, failures):
    if walls.get("ideal"):
        yield f"ideal: {walls['ideal']:.2f} s"
    for name, why in failures.items():
        yield f"{name} failed: {why}"


class Tiny:
    """A file so small that starting up is all there is."""

    name, title, size = "tiny", "1 KiB file", 1024

    def measure(self, bench, _=None):
        source = bench.source("tiny.dat", self.size)
        job = programs.Job(bench, [source], [bench.network.url("plain", "tiny.dat")], [bench.hashes["tiny.dat"]])
        peers = bench.wanted({name: programs.ALL[name](job) for name in ["curl", "aria2c", programs.BUILTIN, programs.ARIA2]})
        times = {name: [] for name in peers}
        for number in range(max(bench.options.runs * 2, 5)):
            for name, command in peers.items():
                progress(f"tiny: run {number + 1}, {name}")
                empty(bench.target)
                times[name].append(milliseconds(command))
        progress()
        figures = {}
        for name, command in peers.items():
            before = bench.network.served("plain")
            figures[name] = run(command, bench.target)
            figures[name]["served"] = bench.network.served("plain") - before
            figures[name]["wall"] = statistics.median(times[name]) / 1000
        table = tabulate({name: [one] for name, one in figures.items()}, self.size)
        bars = []
        for name, bar in [(programs.BUILTIN, 50), (programs.ARIA2, 250)]:
            if name in times and "curl" in times:
                over = statistics.median(times[name]) - statistics.median(times["curl"])
                bars.append(judged(f"{name}: ms over curl", over, bar, over <= bar))
        bench.drop(["tiny.dat"])
        return result(self, table, bars)


class Special:
    """A row of another shape than one table of times."""

    def __init__(self, name, title, size, work):
        self.name, self.title, self.size, self.work = name, title, size, work

    def measure(self, bench, _=None):
        table, bars, remarks = self.work(bench)
        return result(self, table, bars, remarks)


FAST = ["copy", "aria2c", "curl", "axel", programs.UNVERIFIED, programs.BUILTIN, programs.ARIA2]
IDEAL = 256 * MIB / (programs.CONNECTIONS * RATE)
UNEVEN = 256 * MIB / ((programs.CONNECTIONS - 1 + 1 / SLOWNESS) * RATE)

ROWS = [
    Row(
        "rate", "256 MiB, 8 MB/s a connection, 16 connections", 256 * MIB, "limited",
        ["aria2c", "curl", "axel", programs.BUILTIN, programs.ARIA2],
        [Bar(engine, *bar) for engine in (programs.BUILTIN, programs.ARIA2)
         for bar in [(1.05, "aria2c"), (1.15, "ideal"), (13, "curl", True)]], ideal=IDEAL),
    Row(
        "http", "4 GiB, http, no limit", 4096 * MIB, "plain", FAST,
        [Bar(programs.UNVERIFIED, 0.6, "aria2c"), Bar(programs.BUILTIN, 0.7, "aria2c"), Bar(programs.ARIA2, 1.3, "aria2c")]),
    Row(
        "https", "4 GiB, https, no limit", 4096 * MIB, "tls", FAST,
        [Bar(programs.UNVERIFIED, 0.75, "aria2c"), Bar(programs.BUILTIN, 1.0, "aria2c"), Bar(programs.ARIA2, 1.3, "aria2c")]),
    Row(
        "equal", "1 GiB, http, no limit, fetched and hashed", 1024 * MIB, "plain",
        [programs.OPENSSL, programs.SHA256SUM, programs.CHECKSUM, programs.BUILTIN, programs.ARIA2],
        [Bar(programs.BUILTIN, 0.9, programs.OPENSSL), Bar(programs.ARIA2, 1.15, programs.OPENSSL)]),
    Row(
        "eight", "8 files of 512 MiB at once", 512 * MIB, "plain", ["copy", "aria2c", "curl", programs.BUILTIN, programs.ARIA2],
        [Bar(programs.BUILTIN, 1.5, "aria2c", True)], count=8),
    Row(
        "uneven", "256 MiB, 15 connections at 8 MB/s, the sixteenth at a fiftieth of it", 256 * MIB, "uneven",
        ["aria2c", programs.BUILTIN, programs.ARIA2], [Bar(programs.BUILTIN, 1.15, "ideal")], ideal=UNEVEN, fresh=True),
    Special("many", "1,000 files of 8 KiB from a Hub repo", 8 * MIB, measure_many),
    Tiny(),
    Special("killed", "killed at half: 256 MiB, 8 MB/s a connection", 256 * MIB, measure_killed),
    Special("memory", "memory of fetchctl", 4096 * MIB, measure_memory),
    Special("queue-list", "a queue of 10,000 jobs, listed", KIB, measure_list),
    Special("queue-add", "a job put into the queue", KIB, measure_add),
    Special("queue-control", "a running transfer paused, resumed and limited, 100 times", 256 * MIB, measure_control),
    Special("queue-foreground", "what the queue costs a foreground add", KIB, measure_foreground),
]
