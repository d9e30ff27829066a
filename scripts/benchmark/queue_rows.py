"""What the queue costs, against its bars: lists of 10,000 jobs, adding, control of a running transfer, a foreground add."""

import fcntl
import json
import os
import shutil
import signal
import statistics
import subprocess
import time

from figures import judged, tabulate
from machine import MIB, Failed, empty, milliseconds, progress, run

JOBS = 10_000
TRIES = 100
KIB = 1024


class QueueFolder:
    """A state folder of a row's own; its worker ends with it."""

    def __init__(self, bench):
        self.path = os.path.join(bench.root, "state")
        self.program = bench.options.fetchctl

    def __enter__(self):
        empty(self.path)
        self.before = os.environ.get("FETCHCTL_STATE_DIR")
        os.environ["FETCHCTL_STATE_DIR"] = self.path
        return self

    def __exit__(self, *_):
        self.end_worker()
        del os.environ["FETCHCTL_STATE_DIR"]
        shutil.rmtree(self.path, ignore_errors=True)

    def end_worker(self):
        try:
            with open(os.path.join(self.path, "queue/worker.json"), encoding="utf-8") as file:
                pid = json.load(file)["pid"]
            os.kill(pid, signal.SIGTERM)
            while os.path.exists(f"/proc/{pid}"):
                time.sleep(0.02)
        except (OSError, ValueError):
            pass

    def fill(self, count):
        """Jobs whose time comes in a day, as `add --at` writes them."""
        live = os.path.join(self.path, "queue/live")
        for name in ("live", "log", "history", "damaged"):
            os.makedirs(os.path.join(self.path, "queue", name), mode=0o700, exist_ok=True)
        now = int(time.time())
        environment = {"HOME": "/home/somebody", "LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin", "HF_HOME": "/data/hub"}
        for number in range(1, count + 1):
            link = f"https://example.com/models/a-model-of-some-size-{number:05}.safetensors"
            record = {
                "version": 1, "job": number, "state": "queued", "refs": [link], "dir": "/tmp", "created": now, "not_before": now + 86400,
                "line": {
                    "arguments": [link, "-d", "models", "--at", "+1d"], "folder": "/tmp", "umask": 0o022, "environment": environment,
                },
            }
            with open(os.path.join(live, f"{number}.json"), "w", encoding="utf-8") as file:
                json.dump(record, file)
        with open(os.path.join(self.path, "queue/highest"), "w", encoding="utf-8") as file:
            file.write(f"{count}\n")


def bar(what, value, most):
    return judged(what, value, most, value <= most)


def measure_list(bench):
    program = bench.options.fetchctl
    forms = {"status --json": ["status", "--json"], "status": ["status"]}
    results, bars = {name: [] for name in forms}, []
    with QueueFolder(bench) as folder:
        progress("queue-list: writing the jobs")
        folder.fill(JOBS)
        # The first one starts the worker.
        milliseconds([program, "status"])
        for number in range(max(bench.options.runs, 5)):
            for name, words in forms.items():
                progress(f"queue-list: run {number + 1}, {name}")
                results[name].append({**run([program, *words], bench.target), "served": 0})
        progress()
    for name, figures in results.items():
        bars.append(bar(f"{name}: ms", statistics.median(one["wall"] for one in figures) * 1000, 200))
        bars.append(bar(f"{name}: MB at most", max(one["peak"] for one in figures) / 1e6, 128))
    return tabulate(results, JOBS * KIB), bars, [f"{JOBS} jobs that wait for their time; the worker runs"]


def measure_add(bench):
    times = []
    with QueueFolder(bench) as folder:
        command = [folder.program, "add", "https://example.com/model.safetensors", "--at", "+1d", "-q"]
        # The first one starts the worker.
        milliseconds(command)
        for number in range(max(bench.options.runs * 4, 20)):
            progress(f"queue-add: run {number + 1}")
            times.append(milliseconds(command))
        progress()
    return [], [bar("add --detach: ms", statistics.median(times), 100)], [f"median of {len(times)}, slowest {max(times):.0f} ms"]


class RunningJob:
    """A job of the queue whose transfer runs, as its files show it."""

    def __init__(self, folder, number):
        self.record = os.path.join(folder.path, f"queue/live/{number}.json")
        self.lock = os.path.join(folder.path, f"queue/live/{number}.lock")

    def state(self):
        try:
            with open(self.record, encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            return {}

    def is_held(self):
        """Whether the transfer runs, or is still being stopped."""
        with open(self.lock, "rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def wait_until(self, holds):
        end = time.monotonic() + 10
        while not holds():
            if time.monotonic() > end:
                raise Failed(f"the job did not change within 10 s: {self.state().get('state')}")
            time.sleep(0.002)


def measure_control(bench):
    """From the command's start until the transfer has stopped, has begun again, or has its new ceiling."""
    size = 256 * MIB
    bench.source("queue.dat", size)
    url = bench.network.url("limited", "queue.dat")
    empty(bench.target)
    times = {"pause": [], "resume": [], "limit": []}
    with QueueFolder(bench) as folder:
        program = folder.program
        subprocess.run(
            [program, "add", url, "-d", bench.target, "--detach", "-q", "-x", "2", "--limit-rate", "1M"], check=True,
            stdout=subprocess.DEVNULL)
        job = RunningJob(folder, 1)
        job.wait_until(lambda: job.state().get("state") == "running")
        for number in range(TRIES):
            word = ("pause", "resume", "limit")[number % 3]
            rate = 1_000_000 + number
            begin = time.perf_counter()
            subprocess.run(
                [program, word, "1", *([str(rate)] if word == "limit" else [])], check=True, stdout=subprocess.DEVNULL)
            if word == "pause":
                job.wait_until(lambda: job.state().get("state") == "paused" and not job.is_held())
            elif word == "resume":
                job.wait_until(lambda: job.state().get("state") == "running" and job.is_held())
            else:
                job.wait_until(lambda: job.state().get("limit_rate") == rate)
            times[word].append(time.perf_counter() - begin)
            progress(f"queue-control: {number + 1} of {TRIES}")
        progress()
        subprocess.run([program, "cancel", "1", "--delete"], check=True, stdout=subprocess.DEVNULL)
    bench.drop(["queue.dat"])
    empty(bench.target)
    every = [one for each in times.values() for one in each]
    remarks = [f"{word}: median {statistics.median(each):.3f} s, slowest {max(each):.3f} s" for word, each in times.items()]
    return [], [
        bar("control: s in the median", statistics.median(every), 0.5), bar("control: s at worst", max(every), 1)
    ], remarks


def measure_foreground(bench):
    bench.source("tiny.dat", KIB)
    command = [bench.options.fetchctl, "add", bench.network.url("plain", "tiny.dat"), "-d", bench.target, "-q"]
    times = {True: [], False: []}
    with QueueFolder(bench) as folder:
        for number in range(max(bench.options.runs * 8, 40)):
            for is_queued in (True, False):
                progress(f"queue-foreground: run {number + 1}")
                empty(bench.target)
                # Without a folder that can be written there is no queue.
                os.environ["FETCHCTL_STATE_DIR"] = folder.path if is_queued else "/proc/none"
                times[is_queued].append(milliseconds(command))
        os.environ["FETCHCTL_STATE_DIR"] = folder.path
        progress()
    bench.drop(["tiny.dat"])
    empty(bench.target)
    with_queue, without = (statistics.median(times[is_queued]) for is_queued in (True, False))
    return [], [bar("foreground add of 1 KiB: ms that the queue costs", with_queue - without, 10)], [
        f"{with_queue:.1f} ms with a queue, {without:.1f} ms without"
    ]
