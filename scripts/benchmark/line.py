"""Rows over a long line: a proxy delays every byte and limits every connection, as the lines of users do."""

import contextlib
import json
import os
import statistics
import subprocess
import time

import programs
from figures import Bar, judged, tabulate
from machine import MIB, Failed, empty, is_same, progress, run
from many import fetch_repository, repository_programs
from network import Hub, SecureFront, free_port

# Bytes per second for each connection.
RATE = 20_000_000
AUTO = "fetchctl auto"


class LineProxy:
    """The proxy in front of some ports. `ports` maps the name of each forward to the port that clients connect to."""

    def __init__(self, program, milliseconds, targets, listen=None, rate=RATE):
        listen = listen or {name: free_port() for name in targets}
        words = [word for name, target in targets.items() for word in ("--forward", f"{listen[name]}:{target}")]
        self.names = list(targets)
        self.process = subprocess.Popen(
            [program, "--rtt", str(milliseconds), "--rate", str(rate), *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ports = dict(zip(self.names, json.loads(self.process.stdout.readline())["ports"]))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def ask(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def reset(self):
        self.ask("reset")

    def report(self):
        """What each forward has carried since the last reset."""
        return dict(zip(self.names, self.ask("report")))


class LineRow:
    """What all rows over the line share."""

    def __init__(self, name, title, size, most_runs=1000):
        self.name, self.title, self.size, self.most_runs = name, title, size, most_runs

    def measure(self, bench, milliseconds):
        table, walls, notes = self.work(bench, milliseconds)
        # At other round-trip times a bar may be a tenth over what it is at 80 ms.
        allowance = 0 if milliseconds == 80 else 0.1
        bars = [bar.judge(walls, allowance, f" at {milliseconds} ms") for bar in self.bars(milliseconds)]
        return {
            "row": self.name, "rtt": milliseconds, "title": f"{self.title}, {milliseconds} ms", "size_bytes": self.size,
            "programs": table, "bars": bars, "notes": notes}

    def seconds(self, milliseconds, runs):
        """About how long it takes: files are made, and every program has its turns."""
        return 10 + self.size / 200e6 + min(runs, self.most_runs) * self.turn(milliseconds / 1000)

    def turn(self, trip):
        """Seconds in which every program has done the work once, at that round-trip time."""
        return 5 * (1 + self.size / (16 * RATE) + 8 * trip)

    def turns(self, bench, milliseconds, peers, one):
        """Every program in turns."""
        results, failures = {name: [] for name in peers}, []
        for number in range(min(bench.options.runs, self.most_runs)):
            for name, command in peers.items():
                progress(f"{self.name} at {milliseconds} ms: run {number + 1}, {name}")
                try:
                    results[name].append(one(command, number == 0))
                except Failed as failure:
                    failures.append(f"{name} failed: {failure}")
        progress()
        table = tabulate(results, self.size)
        return table, {row["program"]: row["wall_seconds"] for row in table}, failures

    def bars(self, milliseconds):
        return []


class Within:
    """A time that may be so many times another's, and so many seconds more."""

    def __init__(self, program, times, other, more=0.0):
        self.program, self.times, self.other, self.more = program, times, other, more

    def judge(self, walls, allowance, where):
        mine, theirs = walls.get(self.program), walls.get(self.other)
        more = f" + {self.more:.2f} s" if self.more else ""
        what = f"{self.program}: time over that of {self.other}{more}{where}"
        if mine is None or theirs is None:
            return judged(what, None, self.times, None)
        value = mine / (theirs + self.more)
        return judged(what, value, self.times + allowance, value <= self.times + allowance)


class LinkRow(LineRow):
    """A plain link, or several at once."""

    def __init__(self, name, title, size, listener="plain", count=1, most_runs=1000):
        super().__init__(name, title, size * count, most_runs)
        self.each, self.listener, self.count = size, listener, count

    def work(self, bench, milliseconds):
        names = [f"{self.each // MIB}m-{number}.dat" for number in range(self.count)]
        sources = [bench.source(name, self.each) for name in names]
        with LineProxy(bench.options.line_proxy, milliseconds, {self.listener: bench.network.ports[self.listener]}) as proxy:
            scheme = "https" if self.listener == "tls" else "http"
            urls = [f"{scheme}://127.0.0.1:{proxy.ports[self.listener]}/{name}" for name in names]
            job = programs.Job(bench, sources, urls, [bench.hashes[name] for name in names])
            peers = {name: programs.ALL[name](job) for name in ["aria2c", "curl", programs.BUILTIN, programs.ARIA2]}
            peers[AUTO] = programs.fetchctl(job)
            if self.size > 256 * MIB:
                # 50 s a GiB: known without measuring.
                del peers["curl"]

            def one(command, is_first):
                proxy.reset()
                figures = run(command, bench.target)
                figures["served"] = proxy.report()[self.listener]["bytes"]
                for source in sources:
                    path = os.path.join(bench.target, os.path.basename(source))
                    if not os.path.exists(path) or os.path.getsize(path) != os.path.getsize(source) or is_first and not is_same(source, path):
                        raise Failed(f"{' '.join(command)} did not download {os.path.basename(source)}")
                empty(bench.target)
                return figures

            result = self.turns(bench, milliseconds, bench.wanted(peers), one)
        bench.drop(names)
        return result

    def bars(self, milliseconds):
        round_trip = milliseconds / 1000
        better = Better(AUTO, 1.05, (programs.BUILTIN, programs.ARIA2))
        aria2 = Within(programs.ARIA2, 1.0, "aria2c", 2 * round_trip + self.size / 1.4e9)
        return [Within(programs.BUILTIN, 1.05, "aria2c"), aria2, better]


class Better:
    """A time that may be so many times the better one of two."""

    def __init__(self, program, times, others):
        self.program, self.times, self.others = program, times, others

    def judge(self, walls, allowance, where):
        theirs = [walls[name] for name in self.others if name in walls]
        what = f"{self.program}: time over the better engine's{where}"
        if self.program not in walls or not theirs:
            return judged(what, None, self.times, None)
        value = walls[self.program] / min(theirs)
        return judged(what, value, self.times + allowance, value <= self.times + allowance)


@contextlib.contextmanager
def proxied_hub(bench, milliseconds, front=None):
    """A practice hub whose services stand behind the line: over http, or `front` (`https`, `http2`)."""
    listen = {name: free_port() for name in ("hub", "civitai", "cdn")}
    scheme = "https" if front else "http"
    with contextlib.ExitStack() as stack:
        hub = stack.enter_context(Hub(bench.options.hub, "--public-cdn", f"{scheme}://127.0.0.1:{listen['cdn']}"))
        targets = {name: hub.addresses[name].rsplit(":", 1)[1] for name in listen}
        if front:
            targets = stack.enter_context(SecureFront(bench.network, targets, http2=front == "http2")).ports
        yield hub, stack.enter_context(LineProxy(bench.options.line_proxy, milliseconds, targets, listen))


class RepositoryRow(LineRow):
    """A repository of the Hub, through `hf download` and fetchctl."""

    def __init__(self, name, title, count, size, bar, most_runs=1000, front=None, shards=False):
        super().__init__(name, title, count * size, most_runs)
        self.count, self.each, self.bar, self.front, self.shards = count, size, bar, front, shards

    def turn(self, trip):
        # `hf download` has eight files under way, each of which takes four round trips, and needs a second to start.
        return 4 + self.count * (0.01 + 0.7 * trip) + self.size / (8 * RATE)

    def work(self, bench, milliseconds):
        with proxied_hub(bench, milliseconds, self.front) as (hub, proxy):
            progress("making a repository")
            hub.add_repository("practice/line", self.count, self.each, shards=self.shards)
            peers, environment = repository_programs(bench, hub, "practice/line")
            # Once for nothing, past the line where that is possible: the hub computes what it serves at the first request.
            secure = f"https://127.0.0.1:{proxy.ports['hub']}"
            environment["HF_ENDPOINT"] = secure if self.front else hub.url
            fetch_repository(bench, hub, peers[programs.BUILTIN], environment, self.count, self.each)
            environment["HF_ENDPOINT"] = secure if self.front else f"http://127.0.0.1:{proxy.ports['hub']}"
            peers.pop(programs.ARIA2, None)

            def one(command, _):
                proxy.reset()
                figures = fetch_repository(bench, hub, command, environment, self.count, self.each)
                # How many connections the line has seen, all servers together.
                figures["connections"] = sum(each["connections"] for each in proxy.report().values())
                return figures

            return self.turns(bench, milliseconds, peers, one)

    def bars(self, milliseconds):
        return [Within(programs.BUILTIN, self.bar, "hf download")]


class VersionRow(LineRow):
    """A version at CivitAI, which publishes size and hash, beside aria2c with the download link of the same file."""

    VERSION = 777_000

    def work(self, bench, milliseconds):
        name = "line-version.safetensors"
        target = os.path.join(bench.target, name)
        with proxied_hub(bench, milliseconds) as (hub, proxy):
            hub.ask("POST", "/files", {"place": "civitai", "name": name, "size": self.size, "version": self.VERSION})
            base = f"http://127.0.0.1:{proxy.ports['civitai']}"
            os.environ["FETCHCTL_CIVITAI_ENDPOINT"] = base
            ours = [bench.options.fetchctl, "add", f"civitai:{self.VERSION}", "-d", bench.target, "--quiet", "--engine"]
            peers = {
                "aria2c": [
                    "aria2c", "-x16", "-s16", "-k1M", "--no-conf", "--file-allocation=none", "--quiet", "-d", bench.target, "-o", name,
                    f"{base}/api/download/models/{self.VERSION}"],
                programs.BUILTIN: [*ours, "builtin"], programs.ARIA2: [*ours, "aria2"], AUTO: [*ours, "auto"],
            }
            # Once for nothing, past nothing: the hub computes what it serves at the first request.
            run(peers[programs.BUILTIN], bench.target)

            def one(command, _):
                proxy.reset()
                figures = run(command, bench.target)
                figures["served"] = proxy.report()["cdn"]["bytes"]
                if not os.path.exists(target) or os.path.getsize(target) != self.size:
                    raise Failed(f"{' '.join(command)} did not download {name}")
                empty(bench.target)
                return figures

            try:
                return self.turns(bench, milliseconds, bench.wanted(peers), one)
            finally:
                del os.environ["FETCHCTL_CIVITAI_ENDPOINT"]

    def bars(self, milliseconds):
        return [Within(programs.BUILTIN, 0.9, "aria2c"), Better(AUTO, 1.05, (programs.BUILTIN, programs.ARIA2))]


class FirstByteRow(LineRow):
    """From the start of the process to the first byte of a file that leaves the proxy."""

    def work(self, bench, milliseconds):
        source = bench.source("first.dat", self.size)
        table, walls, notes = [], {}, []
        with proxied_hub(bench, milliseconds) as (hub, proxy):
            with LineProxy(bench.options.line_proxy, milliseconds, {"plain": bench.network.ports["plain"]}) as plain:
                url = f"http://127.0.0.1:{plain.ports['plain']}/first.dat"
                ours = [bench.options.fetchctl, "add", "-d", bench.target, "--quiet", "--engine", "builtin"]
                environment = {
                    "HF_ENDPOINT": f"http://127.0.0.1:{proxy.ports['hub']}",
                    "FETCHCTL_CIVITAI_ENDPOINT": f"http://127.0.0.1:{proxy.ports['civitai']}",
                }
                works = {
                    "curl": (["curl", "-sSf", "-o", os.path.join(bench.target, "first.dat"), url], plain, "plain"),
                    "plain link": (ours + [url], plain, "plain"),
                    "Hub": (ours + ["hf:practice/one"], proxy, "cdn"),
                    "Hub, one file": (ours + ["hf:practice/one@main/model.safetensors"], proxy, "cdn"),
                    "CivitAI": (ours + ["civitai:12345"], proxy, "cdn"),
                }
                for name, (command, line, forward) in works.items():
                    seconds = [first_byte(bench, command, environment, line, forward) for _ in range(max(3, bench.options.runs))]
                    walls[name] = statistics.median(seconds)
                    table.append({"program": name, "wall_seconds": round(walls[name], 4), "wall_seconds_of_runs": seconds})
                    if name != "curl":
                        trips, rest = divmod(walls[name] - walls["curl"], milliseconds / 1000)
                        notes.append(f"{name}: {trips:.0f} round trips and {rest * 1000:.0f} ms more than curl")
        bench.drop(["first.dat"])
        del source
        return table, walls, notes

    def turn(self, trip):
        # curl fetches the whole file over one connection.
        return 10 + self.size / RATE + 40 * trip

    def bars(self, milliseconds):
        trip = milliseconds / 1000
        return [RoundTrips(name, count, trip) for name, count in [("plain link", 1), ("Hub", 3), ("Hub, one file", 3), ("CivitAI", 2)]]


class RoundTrips:
    """How many round trips later than curl's the first byte may leave."""

    def __init__(self, name, count, trip):
        self.name, self.count, self.trip = name, count, trip

    def judge(self, walls, _, where):
        value = (walls[self.name] - walls["curl"]) / self.trip
        return judged(f"{self.name}: round trips over curl's to the first byte{where}", value, self.count, value <= self.count)


def first_byte(bench, command, environment, line, forward):
    empty(bench.target)
    line.reset()
    begin = time.time()
    subprocess.run(
        command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, **environment})
    first = line.report()[forward]["first_body"]
    if first is None:
        raise Failed(f"{' '.join(command)}: no byte of a body passed the proxy")
    return round(first - begin, 4)


class ProxyRow:
    """What the proxy can carry when it limits nothing: rows above half of that are bound by this machine."""

    name, title, size = "line-proxy", "the proxy itself, unshaped, 1 GiB by aria2c", 1024 * MIB

    def seconds(self, _, runs):
        return 10 + 5 * runs

    def measure(self, bench, _):
        source = bench.source("proxy.dat", self.size)
        with LineProxy(bench.options.line_proxy, 0, {"plain": bench.network.ports["plain"]}, rate=0) as proxy:
            url = f"http://127.0.0.1:{proxy.ports['plain']}/proxy.dat"
            job = programs.Job(bench, [source], [url], [bench.hashes["proxy.dat"]])
            runs = [{**run(programs.ALL["aria2c"](job), bench.target), "served": self.size} for _ in range(min(3, bench.options.runs))]
        bench.drop(["proxy.dat"])
        table = tabulate({"aria2c": runs}, self.size)
        rate = table[0]["bytes_per_second"]
        limit = f"connections at {RATE // 10**6} MB/s that it can feed: {rate // RATE}; rows above half of that are bound by this machine"
        return {"row": self.name, "title": self.title, "size_bytes": self.size, "programs": table, "bars": [], "notes": [limit]}


def mark_bound(result, measured):
    """Notes which programs of a line's row came near to what the proxy itself can carry: there this machine is measured."""
    proxy = next((row["programs"][0]["bytes_per_second"] for row in measured if row["row"] == ProxyRow.name), None)
    if proxy is None or "rtt" not in result:
        return
    bound = [one["program"] for one in result["programs"] if one.get("bytes_per_second", 0) > proxy / 2]
    if bound:
        result["notes"].append(f"bound by this machine, above half of the proxy's {proxy / 1e6:.0f} MB/s: {', '.join(bound)}")


ROWS = [
    ProxyRow(),
    LinkRow("line-16m", "16 MiB plain link over the line", 16 * MIB),
    LinkRow("line-64m", "64 MiB plain link over the line", 64 * MIB),
    LinkRow("line-1g", "1 GiB plain link over the line", 1024 * MIB, most_runs=3),
    LinkRow("line-https", "64 MiB over the line, https", 64 * MIB, listener="tls"),
    LinkRow("line-eight", "8 files of 128 MiB over the line", 128 * MIB, count=8, most_runs=3),
    RepositoryRow(
        "line-shards", "8 shards of 128 MiB from a Hub repo over the line", 8, 128 * MIB, 0.8, most_runs=3, shards=True),
    RepositoryRow("line-300", "300 files of 5 KiB from a Hub repo over the line", 300, 5 << 10, 0.25, most_runs=3),
    RepositoryRow("line-3000", "3,000 files of 5 KiB from a Hub repo over the line", 3000, 5 << 10, 0.2, most_runs=1),
    RepositoryRow("line-hub-https", "300 files of 5 KiB from a Hub repo over the line, https", 300, 5 << 10, 0.25, 3, front="https"),
    RepositoryRow("line-hub-http2", "300 files of 5 KiB from a Hub repo over the line, HTTP/2", 300, 5 << 10, 0.25, 3, front="http2"),
    VersionRow("line-civitai", "a CivitAI version of 64 MiB over the line", 64 * MIB),
    FirstByteRow("line-first", "time to the first byte over the line", 64 * MIB),
]
