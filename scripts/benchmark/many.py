"""The rows that are no race over one URL: repositories of many files, a kill on the way, memory."""

import os
import signal
import statistics
import subprocess
import time

import programs
from figures import Bar, judged, tabulate
from machine import MIB, Failed, empty, is_same, progress, run
from network import RATE, Hub

PIECE = MIB
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process):
    with open(f"/proc/{process}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def repository_programs(bench, hub, repository):
    ours = [bench.options.fetchctl, "add", f"hf:{repository}", "-d", bench.target, "--quiet"]
    peers = {
        programs.BUILTIN: ours + ["--engine", "builtin"],
        programs.ARIA2: ours + ["--engine", "aria2"],
    }
    if bench.options.hf:
        peers = {"hf download": [bench.options.hf, "download", repository, "--local-dir", bench.target], **peers}
    environment = {
        "HF_ENDPOINT": hub.url, "HF_HOME": os.path.join(bench.root, "hf"), "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    }
    return bench.wanted(peers), environment


def fetch_repository(bench, hub, command, environment, count, size):
    hub.forget_requests()
    hub_before = cpu_seconds(hub.process.pid)
    figures = run(command, bench.target, environment)
    figures["hub"] = cpu_seconds(hub.process.pid) - hub_before
    figures["requests"], figures["served"] = hub.requests()
    found = [
        os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(bench.target) for name in names
        if name.endswith((".txt", ".bin")) and ".cache" not in folder
    ]
    # The number of a text makes it a few bytes longer.
    if len(found) != count or not all(size <= one < size + 8 for one in found):
        raise Failed(f"{' '.join(command)} downloaded {len(found)} of {count} files")
    empty(bench.target)
    return figures


def measure_many(bench):
    count, size = 1000, 8192
    with Hub(bench.options.hub) as hub:
        progress("making a repository")
        hub.add_repository("practice/bench", count, size)
        peers, environment = repository_programs(bench, hub, "practice/bench")
        results = {name: [] for name in peers}
        # Once for nothing: the hub computes what it serves at the first request.
        fetch_repository(bench, hub, list(peers.values())[-1], environment, count, size)
        for number in range(bench.options.runs):
            for name, command in peers.items():
                progress(f"many: run {number + 1} of {bench.options.runs}, {name}")
                results[name].append(fetch_repository(bench, hub, command, environment, count, size))
    progress()
    table = tabulate(results, count * size)
    bars, notes = [], []
    median = {name: {key: statistics.median(one[key] for one in each) for key in each[0]} for name, each in results.items()}
    if "hf download" in median and programs.BUILTIN in median:
        bars.append(Bar(programs.BUILTIN, 5, "hf download", at_least=True).judge({n: m["wall"] for n, m in median.items()}))
    for name, figures in median.items():
        each = figures["requests"] / count
        if name != "hf download":
            bars.append(judged(f"{name}: requests a file, the list's included", each, 2.01, each <= 2.01))
        notes.append(
            f"{name}: {each:.2f} requests a file; the practice hub itself used {figures['hub']:.2f} CPU s in {figures['wall']:.2f} s"
            + (" and is what limits it" if figures["hub"] > 0.6 * figures["wall"] else ""))
    return table, bars, notes


def measure_killed(bench):
    size = 256 * MIB
    source = bench.source("killed.dat", size)
    url, digest = bench.network.url("limited", "killed.dat"), bench.hashes["killed.dat"]
    target = os.path.join(bench.target, "killed.dat")
    half = size / (programs.CONNECTIONS * RATE) / 2
    command = [bench.options.fetchctl, "add", url, "-d", bench.target, "--quiet", "--sha256", digest, "--engine"]
    table, bars = [], []
    for first, second in [("builtin", "builtin"), ("aria2", "aria2"), ("builtin", "aria2"), ("aria2", "builtin")]:
        name = f"{first}, then {second}"
        again = []
        for number in range(bench.options.runs):
            progress(f"killed: run {number + 1} of {bench.options.runs}, {name}")
            empty(bench.target)
            before = bench.network.served("limited")
            with subprocess.Popen(command + [first], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as one:
                time.sleep(half + 0.25)
                one.send_signal(signal.SIGKILL)
            at_kill = bench.network.served("limited") - before
            subprocess.run(command + [second], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if not is_same(source, target):
                raise Failed(f"{name}: the file is wrong")
            again.append((bench.network.served("limited") - before - size, at_kill))
        progress()
        fetched, at_kill = (statistics.median(one[part] for one in again) for part in (0, 1))
        table.append({"program": name, "bytes_served_at_kill": at_kill, "bytes_fetched_again": fetched, "of_runs": [one[0] for one in again]})
        worst = max(one[0] for one in again) / PIECE
        bars.append(judged(f"{name}: MiB fetched again, at worst", worst, programs.CONNECTIONS, worst <= programs.CONNECTIONS))
    bench.drop(["killed.dat"])
    return table, bars, ["what counts is what left the server for good: 16 connections with a piece of 1 MiB each are 16 MiB"]


def measure_memory(bench):
    size = bench.scaled(4096 * MIB)
    source = bench.source("memory.dat", size)
    job = programs.Job(bench, [source], [bench.network.url("limited", "memory.dat")], [bench.hashes["memory.dat"]])
    table, bars = [], []

    def add(name, figures, bytes_, bar):
        figures.setdefault("served", 0)
        table.extend(tabulate({name: [figures]}, bytes_))
        peak = figures["peak"] / 1e6
        bars.append(judged(f"{name}: MB at most (its largest process)", peak, bar, peak <= bar))

    for name, peer in bench.wanted({name: programs.ALL[name] for name in (programs.BUILTIN, programs.ARIA2)}).items():
        progress(f"memory: 4 GiB, {name}")
        add(f"{name}, 4 GiB over 16 connections", run(peer(job), bench.target), size, 64)
    bench.drop(["memory.dat"])
    empty(bench.target)
    with Hub(bench.options.hub) as hub:
        progress("making a repository")
        hub.add_repository("practice/bench", 10_000, 1024)
        peers, environment = repository_programs(bench, hub, "practice/bench")
        for name, command in peers.items():
            if name != "hf download":
                progress(f"memory: 10,000 files, {name}")
                add(f"{name}, 10,000 files", fetch_repository(bench, hub, command, environment, 10_000, 1024), 10_000 * 1024, 128)
    progress()
    return table, bars, []
