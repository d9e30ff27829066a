"""A storm of kills over the queue: its worker, aria2c or both are killed at random moments while jobs come and go."""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time

from hub import Hub
from trial import PART, processes_of

MIB = 1 << 20
# Jobs that wait or run at once.
LIVE = 5
# Seconds that one job is waited for in the storm.
LONGEST_JOB = 15
# Seconds in which one kill has to come about; a storm that finds nothing to kill for so long is a fault.
LONGEST_KILL = 60
# Kills between two lines of progress.
TOLD = 25
# Seconds that the jobs which are left have in the end.
PATIENCE = 120


class Storm:
    def __init__(self, options):
        self.options = options
        self.seed = options.seed if options.seed is not None else random.randrange(1, 1 << 32)
        self.dice = random.Random(self.seed)
        self.problems = []
        self.counts = {"worker": 0, "aria2c": 0, "both": 0}
        self.names = {}
        self.done = set()

    def expect(self, holds, problem):
        if not holds and problem not in self.problems:
            self.problems.append(problem)
            print(f"!! {problem}", flush=True)
        return holds

    def run(self):
        print(f"seed {self.seed}", flush=True)
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="fetchctl-storm-"))
        for name in ("home", "work", "tmp"):
            os.mkdir(os.path.join(self.root, name))
        self.home = os.path.join(self.root, "home")
        self.queue = os.path.join(self.home, ".local/state/fetchctl/queue")
        hub = Hub(self.options.hub, ["--model-size", str(2 * MIB), "--total-rate", str(2 * MIB)])
        began = time.monotonic()
        try:
            self.link = hub.at["cdn"] + "/plain/large.bin"
            self.digest = hashlib.sha256(hub.content(self.link)).hexdigest()
            self.blow()
            self.calm()
        finally:
            for pid in processes_of(self.home):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            hub.end()
            if not self.problems:
                shutil.rmtree(self.root, ignore_errors=True)
        return self.report(time.monotonic() - began)

    # ---- the storm

    def blow(self):
        kills = 0
        began = last = time.monotonic()
        while kills < self.options.kills and not self.problems:
            live = self.look()
            # Not all at once: kills are what it is about.
            for _ in range(min(2, LIVE - len(live))):
                self.add()
            # A storm in which nothing ever ends says little of what has ended: now and then one job comes to its end first.
            if self.dice.random() < 0.1:
                self.await_end()
            # Now and then a transfer has come far.
            time.sleep(self.dice.random() * self.dice.choice([0.05, 0.2, 0.6, 1.5]))
            what = self.dice.choice(["worker", "aria2c", "aria2c", "both"])
            if not self.kill(what):
                self.expect(time.monotonic() - last < LONGEST_KILL, f"nothing ran that could be killed for {LONGEST_KILL} s")
                continue
            last = time.monotonic()
            kills += 1
            self.counts[what] += 1
            if kills % TOLD == 0 or kills == self.options.kills:
                seconds = last - began
                left = seconds / kills * (self.options.kills - kills)
                print(
                    f"{kills:5} kills of {self.options.kills}, {len(self.names)} jobs, {len(self.done)} done, {seconds:.0f} s, "
                    f"about {left:.0f} s left (seed {self.seed})", flush=True)

    def await_end(self):
        """Waits until one more job is done, on a slow machine not for ever."""
        before, end = len(self.done), time.monotonic() + LONGEST_JOB
        while len(self.done) == before and not self.problems and time.monotonic() < end:
            time.sleep(0.1)
            self.look()

    def kill(self, what):
        """Whether anything was there to be killed."""
        found = False
        for pid, name in processes_of(self.home).items():
            # The worker is started through /proc/self/exe, and is called so.
            if name == "aria2c" and what != "worker" or name in ("fetchctl", "exe") and what != "aria2c":
                try:
                    os.kill(pid, signal.SIGKILL)
                    found = True
                except ProcessLookupError:
                    pass
        return found

    def add(self):
        engine = self.dice.choice(["aria2", "builtin"])
        name = f"{len(self.names) + 1}.bin"
        done = self.command(
            "add", self.link, "-o", name, "--detach", "--engine", engine, "-x", self.dice.choice(["1", "2", "4"]), "--retries", "50", "-q")
        if self.expect(done.returncode == 0, f"add --detach ended with {done.returncode}: {done.stderr.strip()}"):
            number = int(done.stdout)
            self.expect(number not in self.names, f"the number {number} was given out twice")
            self.names[number] = name

    def look(self):
        """The jobs that have not ended; the command starts the worker again. What is reported done is looked at, and taken away."""
        done = self.command("status", "--json")
        if not self.expect(done.returncode == 0, f"status ended with {done.returncode}: {done.stderr.strip()}"):
            return []
        self.expect(not done.stderr.strip(), f"status said: {done.stderr.strip()}")
        jobs = {job["job"]: job for job in json.loads(done.stdout)["jobs"]}
        for number, job in jobs.items():
            if job["state"] == "done" and number not in self.done:
                self.done.add(number)
                self.expect_file(number)
            self.expect(job["state"] in ("queued", "running", "done"), f"job {number} is {job['state']}: {job['error']}")
            self.expect(number not in self.done or job["state"] == "done", f"job {number} was done, and is {job['state']}")
        for number in self.names:
            self.expect(number in jobs or number in self.done, f"job {number} is lost")
        return [number for number, job in jobs.items() if job["state"] != "done"]

    def expect_file(self, number):
        path = os.path.join(self.root, "work", self.names[number])
        try:
            with open(path, "rb") as file:
                good = hashlib.sha256(file.read()).hexdigest() == self.digest
            os.unlink(path)
        except OSError:
            good = False
        self.expect(good, f"job {number} is reported done, and its file is not as it should be")

    # ---- afterwards

    def calm(self):
        end = time.monotonic() + PATIENCE
        while self.look() and not self.problems and time.monotonic() < end:
            time.sleep(0.2)
        if self.problems:
            return
        self.expect(not self.look(), f"jobs are left after {PATIENCE} s")
        told = []
        folder = os.path.join(self.queue, "history")
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                told += [json.loads(line)["job"] for line in file]
        self.expect(sorted(told) == sorted(self.names), f"the history does not hold every job once: {sorted(told)}")
        left = [name for name in os.listdir(os.path.join(self.root, "work")) if PART in name or name.endswith(".bin")]
        self.expect(not left, f"left behind, or fetched a second time: {left}")
        end = time.monotonic() + 10
        while processes_of(self.home) and time.monotonic() < end:
            time.sleep(0.1)
        self.expect(not processes_of(self.home), f"processes are left: {processes_of(self.home)}")

    def report(self, seconds):
        kills = ", ".join(f"{count} of {what}" for what, count in self.counts.items())
        print(f"\nseed {self.seed}: {sum(self.counts.values())} kills ({kills}), {len(self.names)} jobs in {seconds:.0f} s")
        if not self.problems:
            print("no job was lost, none ran twice, and none was reported done that was not.")
            return 0
        print(f"what is left stands in {self.root}; to have it again:")
        print(f"  ./scripts/faults --queue --kills {self.options.kills} --seed {self.seed}    {self.problems[0]}")
        return 1

    def command(self, *words):
        """What a command answers; one that does not end in time has ended with 124."""
        words = [self.options.fetchctl, *words]
        try:
            return subprocess.run(
                words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                cwd=os.path.join(self.root, "work"), timeout=LONGEST_KILL, env={
                    "PATH": os.environ["PATH"], "HOME": self.home, "TMPDIR": os.path.join(self.root, "tmp"),
                    "FETCHCTL_RETRY_DELAY_MIN": "0.05", "FETCHCTL_RETRY_DELAY_MAX": "0.3",
                })
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(words, 124, "", f"no answer in {LONGEST_KILL} s")
