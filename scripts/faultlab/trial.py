"""One trial: a source with faults, runs that are disturbed, and one without faults, which must fetch the file."""

import collections
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time

import troubles
from hub import Hub

MIB = 1 << 20
PART = ".fetchctl-part"
# Exit codes that a disturbed run may have: trouble of the source's, or a signal of ours. Never a crash.
ALLOWED = {0, 65, 66, 69, 74, 75, 77, 129, 130, 143, -signal.SIGKILL}
# Seconds after which a run is taken to hang. Silence is waited out for 30 s, and a wait that is asked for is short here.
PATIENCE = 150

# Name, reference (with the hub's addresses in braces), file name, link to its bytes, whether a hash is published.
SOURCES = [
    ("CivitAI", "civitai:12345", "practice-model.safetensors", "{civitai}/api/download/models/12345", True),
    ("Hub", "hf:practice/one/model.safetensors", "model.safetensors", "{hub}/practice/one/resolve/main/model.safetensors", True),
    ("plain", "{cdn}/plain/large.bin", "large.bin", "{cdn}/plain/large.bin", False),
]


def processes_of(home):
    """The living processes that have this home folder, by what they are called."""
    found = {}
    mark = f"HOME={home}".encode()
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    if mark not in file.read().split(b"\0"):
                        continue
                with open(f"/proc/{name}/stat", "rb") as file:
                    text = file.read()
            except OSError:
                continue
            if text[text.rindex(b")") + 2:][:1] not in (b"Z", b"X"):
                found[int(name)] = text[text.index(b"(") + 1:text.rindex(b")")].decode(errors="replace")
    return found


class Trial:
    def __init__(self, options, seed, number):
        self.options = options
        self.dice = random.Random(f"{seed} {number}")
        self.counts = collections.Counter()
        self.problems = []
        self.lines = []
        self.words = []
        self.seconds = 0.0

    @property
    def summary(self):
        return ", ".join(self.words)

    @property
    def story(self):
        return "\n".join("       | " + line for line in self.lines)

    def note(self, what):
        self.counts[what] += 1
        self.words.append(what)
        self.lines.append(f"-- {what}")

    def expect(self, holds, problem):
        if not holds:
            self.problems.append(problem)
            self.lines.append(f"!! {problem}")
        return holds

    def run(self):
        begin = time.monotonic()
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="fetchctl-faults-"))
        hub = None
        try:
            for name in ["home", "work", "tmp"]:
                os.mkdir(os.path.join(self.root, name))
            hub = self.start_hub()
            self.attempt(hub)
        except Exception as error:  # The lab goes on, and says so.
            self.expect(False, f"the trial itself failed: {error!r}")
        finally:
            for pid in processes_of(self.home):
                os.kill(pid, signal.SIGKILL)
            if hub:
                hub.end()
            shutil.rmtree(self.root, ignore_errors=True)
        self.seconds = time.monotonic() - begin
        return self.problems

    @property
    def home(self):
        return os.path.join(self.root, "home")

    def path(self, name):
        return os.path.join(self.root, "work", name)

    def start_hub(self):
        dice = self.dice
        size = dice.choice([1, 3 * MIB, 8 * MIB, 16 * MIB, 16 * MIB + 12345, dice.randrange(1, 20 * MIB)])
        words = ["--model-size", str(size)]
        if dice.random() < 0.8:
            words += ["--total-rate", str(max(100_000, size // dice.choice([1, 2, 4])))]
        if dice.random() < 0.3:
            words += ["--link-lifetime", str(dice.choice([1.2, 2, 3, 5]))]
        if dice.random() < 0.2:
            words += ["--transfers", str(dice.randint(1, 6))]
        if dice.random() < 0.2:
            words += [f"--clock-offset={dice.choice([3600, -3600, 86400 * 400])}"]
        self.lines.append("-- practice-hub " + " ".join(words))
        return Hub(self.options.hub, words)

    def attempt(self, hub):
        dice = self.dice
        source, reference, self.name, link, hash_is_known = dice.choice(SOURCES)
        self.at = hub.at
        self.reference = reference.format(**hub.at)
        self.content = hub.content(link.format(**hub.at))
        self.digest = hashlib.sha256(self.content).hexdigest()
        self.words.append(f"{source} {len(self.content)} bytes")
        for _ in range(dice.randint(0, 4)):
            fault = troubles.fault(dice, hash_is_known)
            hub.add(fault)
            self.note(f"fault {fault['kind']}{' ' + str(fault['status']) if 'status' in fault else ''}")
            self.lines.append("-- " + json.dumps(fault))
        self.mirror = self.at["cdn"] + "/plain/large.bin?from=mirror" if source == "plain" else None
        self.kept = 0
        for _ in range(dice.randint(0, 5)):
            self.disturbed(hub)
            if self.problems:
                return
        hub.clear()
        self.in_peace()

    # ---- runs

    def start(self, words, environment=None):
        command = [self.options.fetchctl, "add", self.reference, "--json", *words]
        self.lines.append("$ " + " ".join(command[1:]))
        output = tempfile.TemporaryFile(dir=os.path.join(self.root, "tmp"))
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=self.path(""), env={
                "PATH": os.environ["PATH"], "HOME": self.home, "TMPDIR": os.path.join(self.root, "tmp"),
                "HF_ENDPOINT": self.at["hub"], "FETCHCTL_CIVITAI_ENDPOINT": self.at["civitai"],
                "FETCHCTL_RETRY_DELAY_MIN": "0.05", "FETCHCTL_RETRY_DELAY_MAX": "0.3", **(environment or {}),
            })
        process.output = output
        self.counts["runs"] += 1
        return process

    def finish(self, process):
        """Its exit code and events. One that hangs is a problem."""
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.expect(False, f"a run hung for {PATIENCE} s")
            process.kill()
            code = process.wait()
        process.output.seek(0)
        text = process.output.read().decode(errors="replace")
        process.output.close()
        events = []
        for line in text.splitlines():
            if line.startswith('{"event":"progress"'):
                continue
            self.lines.append(line[:600])
            if line.startswith("{"):
                try:
                    events.append(json.loads(line))
                except ValueError:
                    # Only a run that was killed may have stopped within a line.
                    self.expect(code == -signal.SIGKILL, "a line of events is cut")
        self.lines.append(f"-- exit code {code}")
        self.counts[f"exit code {code}"] += 1
        return code, events

    def options_of_a_run(self):
        dice = self.dice
        words = ["--engine", dice.choice(["aria2", "builtin", "auto"]), "-x", str(dice.choice([1, 2, 4, 16]))]
        words += ["--retries", str(dice.choice([0, 2, 10]))]
        if self.mirror and dice.random() < 0.4:
            words += ["--mirror", self.mirror]
            self.counts["runs with a mirror"] += 1
        if dice.random() < 0.1:
            words += ["--limit-rate", "2M"]
        return words

    def disturbed(self, hub):
        dice = self.dice
        runs = [self.start(self.options_of_a_run())]
        if dice.random() < 0.15:
            self.note("two at once")
            runs.append(self.start(self.options_of_a_run()))
        what = dice.choice(["SIGKILL", "SIGKILL", "SIGKILL of both", "SIGKILL of aria2c", "SIGSTOP of aria2c", "SIGTERM", "SIGINT", "peace"])
        halted = []
        if what != "peace":
            time.sleep(dice.random() ** 2 * 2.5)
            self.note(what)
            self.disturb(what, runs[0], halted)
        if halted:
            # Long enough to be missed now and then, and mostly not.
            time.sleep(dice.choice([0.2, 1, 12]))
            for pid in halted:
                self.signal(pid, signal.SIGCONT)
        for run in runs:
            code, events = self.finish(run)
            # Told to end before it had begun to listen for that.
            is_stillborn = code in (-signal.SIGTERM, -signal.SIGINT) and not events
            self.expect(code in ALLOWED or is_stillborn, f"exit code {code}")
            if code == 0:
                self.expect_file("after exit code 0")
            if code != -signal.SIGKILL and not is_stillborn:
                self.expect(events and events[-1]["event"] == "summary", "the last event is no summary")
        self.expect_nothing_wrong(events)

    def disturb(self, what, run, halted):
        aria2c = [pid for pid, name in processes_of(self.home).items() if name == "aria2c"]
        if what in ("SIGKILL of aria2c", "SIGKILL of both"):
            for pid in aria2c:
                self.signal(pid, signal.SIGKILL)
        if what == "SIGSTOP of aria2c":
            for pid in aria2c:
                self.signal(pid, signal.SIGSTOP)
                halted.append(pid)
        if what in ("SIGKILL", "SIGKILL of both"):
            run.send_signal(signal.SIGKILL)
        elif what in ("SIGTERM", "SIGINT"):
            run.send_signal(getattr(signal, what))

    @staticmethod
    def signal(pid, number):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass

    def in_peace(self):
        """The source is well again: the file must come, and what was kept must not come twice."""
        code, events = self.finish(self.start(["--engine", self.dice.choice(["aria2", "builtin", "auto"])]))
        self.expect(code == 0, f"exit code {code} though the source is well again")
        if code != 0:
            return
        self.expect_file("in the end")
        left = [name for name in os.listdir(self.path("")) if PART in name or name.endswith(".aria2")]
        self.expect(not left, f"left behind: {left}")
        started = next((event for event in events if event["event"] == "started"), None)
        if started and self.kept:
            self.expect(started["resumed_bytes"] >= self.kept, f"{self.kept} bytes were recorded, {started['resumed_bytes']} resumed")
        finished = next((event for event in events if event["event"] == "finished"), None)
        if finished:
            self.expect(finished["sha256"] in (self.digest, None), "another SHA-256 is told than the file has")
        self.counts["MiB brought"] += len(self.content) // MIB
        end = time.monotonic() + 5
        while processes_of(self.home) and time.monotonic() < end:
            time.sleep(0.1)
        self.expect(not processes_of(self.home), f"processes left behind: {processes_of(self.home)}")

    # ---- what must hold

    def expect_file(self, when):
        try:
            with open(self.path(self.name), "rb") as file:
                data = file.read()
        except OSError:
            return self.expect(False, f"the file is not there {when}")
        return self.expect(data == self.content, f"the file has wrong bytes {when}")

    def expect_nothing_wrong(self, events):
        """Under the final name stands nothing but the right file; what the record claims is there; and nothing is forgotten."""
        if os.path.exists(self.path(self.name)):
            self.expect_file("after a disturbed run")
            if self.dice.random() < 0.7:
                os.unlink(self.path(self.name))
            self.kept = 0
            return
        anew = any(event["event"] == "warning" and event["kind"] in ("restarted", "checksum") for event in events)
        gave_up = any(event["event"] == "failed" and event["code"] in (65, 66) for event in events)
        recorded = self.recorded()
        if recorded < self.kept:
            self.expect(anew or gave_up, f"{self.kept} bytes were recorded, and now {recorded}")
        self.kept = recorded
        if self.dice.random() < 0.2:
            what = troubles.damage(self.dice, self.path(self.name) + PART)
            if what:
                self.note(what)
                self.kept = 0

    def recorded(self):
        """Bytes that the record says are there, each piece of them looked at."""
        part = self.path(self.name) + PART
        try:
            with open(part + ".json", encoding="utf-8") as file:
                record = json.load(file)
        except (OSError, ValueError):
            return 0
        pieces, length = record.get("pieces"), record.get("piece_length")
        if not pieces or not length:
            return 0
        bits = bytes.fromhex(pieces)
        total = 0
        with open(part, "rb") as file:
            for index in range((len(self.content) + length - 1) // length):
                if bits[index // 8] & 0x80 >> index % 8:
                    wanted = self.content[index * length:(index + 1) * length]
                    file.seek(index * length)
                    if file.read(len(wanted)) != wanted and self.is_trustworthy:
                        self.expect(False, f"piece {index} is recorded, and other bytes stand there")
                    total += len(wanted)
        return total

    @property
    def is_trustworthy(self):
        """No fault has put wrong bytes in under a good head: of those the hash tells only in the end."""
        return not any(word.split()[1:2] in (["wrongBytes"], ["shiftedBytes"], ["mixed"]) for word in self.words if word.startswith("fault"))
