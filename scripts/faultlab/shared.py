"""Several machines on one shared folder: mounts of it whose locks and caches are their own, with host names, boots and processes of
their own. Needs root, FUSE and bindfs."""

import concurrent.futures
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time

from hub import Hub
from trial import processes_of

MIB = 1 << 20
SIZE = 48
LAYOUTS = ["plain", "hf-cache", "hf-local"]
# Seconds; a machine is taken for dead after 60.
TIMEOUT = 240
LONG = 75


class Machine:
    def __init__(self, lab, number):
        self.lab, self.number = lab, number
        self.home, self.folder = f"{lab.root}/home{number}", f"{lab.root}/machine{number}"
        for path in (self.home, self.folder):
            os.mkdir(path)
        seen = f"attr_timeout={lab.cache},entry_timeout={lab.cache},negative_timeout={lab.cache}"
        subprocess.run(["bindfs", "-o", seen, lab.disk, self.folder], check=True)
        with open(f"{lab.root}/boot{number}", "w", encoding="ascii") as file:
            file.write(f"{number}1111111-2222-3333-4444-555555555555\n")

    def start(self):
        script = (
            f"hostname machine{self.number} && mount --bind {self.lab.root}/boot{self.number} /proc/sys/kernel/random/boot_id"
            f' && cd {self.folder} && exec "$0" "$@"')
        self.output = open(f"{self.lab.root}/output{self.number}", "w+", encoding="utf-8")
        # Processes have the same small numbers on each machine.
        self.process = subprocess.Popen(
            ["unshare", "--uts", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", script, *self.lab.words],
            stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT, env={
                "PATH": os.environ["PATH"], "HOME": self.home, "TMPDIR": "/tmp", "HF_ENDPOINT": self.lab.hub.at["hub"],
                "FETCHCTL_RETRY_DELAY_MIN": "0.1", "FETCHCTL_RETRY_DELAY_MAX": "0.5",
            })

    def signal(self, number):
        for pid, name in processes_of(self.home).items():
            if name in ("fetchctl", "aria2c"):
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass

    def finish(self):
        try:
            return self.process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class Shared:
    """One folder, filled by several machines of which the first is disturbed."""

    def __init__(self, options, layout, trouble, count=2, cache=0, fleet=False):
        self.options, self.layout, self.trouble, self.count, self.cache, self.fleet = options, layout, trouble, count, cache, fleet

    def __str__(self):
        return f"{self.layout}, {self.count} machines, cache {self.cache} s{', fleet' if self.fleet else ''}: {self.trouble}"

    def run(self):
        self.root = tempfile.mkdtemp(prefix="fetchctl-shared-")
        self.disk = f"{self.root}/disk"
        os.mkdir(self.disk)
        self.hub = Hub(self.options.hub, ["--model-size", str(SIZE * MIB), "--total-rate", str(10 * MIB)])
        self.words = [self.options.fetchctl, "add", "practice/one", "practice/tiny", "--layout", self.layout, "-d", "models", "--json"]
        if self.fleet:
            with open(f"{self.root}/secret", "w", encoding="ascii") as file:
                file.write("the secret of a fleet of machines\n")
            port = 20000 + hash(self.root) % 10000
            self.words += ["--fleet", f"tcp://127.0.0.1:{port}", "--fleet-size", str(self.count), "--fleet-secret", f"@{self.root}/secret"]
        machines = []
        try:
            for number in range(self.count):
                machines.append(Machine(self, number))
            codes = self.disturb(machines)
            return self.problems(codes)
        finally:
            for machine in machines:
                machine.signal(signal.SIGKILL)
                subprocess.run(["umount", "-l", machine.folder], check=False)
            self.hub.end()
            shutil.rmtree(self.root, ignore_errors=True)

    def disturb(self, machines):
        first = machines[0]
        first.start()
        if self.trouble != "all at once":
            end = time.monotonic() + 60
            while self.served() < 12 * MIB and time.monotonic() < end:
                time.sleep(0.1)
        for machine in machines[1:]:
            machine.start()
        if self.trouble != "all at once":
            time.sleep(1)
        if self.trouble in ("SIGKILL", "SIGTERM"):
            first.signal(getattr(signal, self.trouble))
        if self.trouble.startswith("SIGSTOP"):
            first.signal(signal.SIGSTOP)
            time.sleep(LONG if self.trouble.endswith("long") else 8)
            first.signal(signal.SIGCONT)
        codes = [machine.finish() for machine in machines]
        return codes[1:] if self.trouble in ("SIGKILL", "SIGTERM") else codes

    def served(self):
        return sum(
            request["bodyBytesSent"] for request in self.hub.requests()
            if request["server"] == "cdn" or "/resolve" in request["path"] and request["status"] < 300)

    def problems(self, codes):
        found = [] if not any(codes) else [f"exit codes {codes}"]
        copies = self.served() / ((SIZE + 8) * MIB)
        # A machine that is lost takes its unfinished pieces with it; one that was stopped has the rest of its answers in its sockets.
        if copies > (1.05 if self.trouble in ("all at once", "later") else 2.1):
            found.append(f"{copies:.2f} copies")
        for repo in ("one", "tiny"):
            right = hashlib.sha256(self.hub.content(f"{self.hub.at['hub']}/practice/{repo}/resolve/main/model.safetensors")).hexdigest()
            folder = f"models/models--practice--{repo}" if self.layout == "hf-cache" else f"models/{repo}"
            there = [
                os.path.join(path, name) for path, _, names in os.walk(f"{self.disk}/{folder}") for name in names
                if name == "model.safetensors"]
            if not there or any(self.digest(path) != right for path in there):
                found.append(f"{repo} is missing or has wrong bytes")
        left = [name for _, _, names in os.walk(self.disk) for name in names if ".fetchctl-" in name]
        # A killed member of a fleet leaves its empty mark, which cleanup removes.
        if left and not (self.fleet and self.trouble == "SIGKILL" and all(name.endswith(".fetchctl-new") for name in left)):
            found.append(f"left behind: {left}")
        return found, copies

    @staticmethod
    def digest(path):
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()


def run(options):
    """Prints a line a trial. Returns the exit code."""
    troubles = ["all at once", "later", "SIGTERM", "SIGSTOP", "SIGKILL", "SIGSTOP, long"]
    trials = [Shared(options, layout, trouble, cache=cache) for trouble in troubles for layout in LAYOUTS for cache in (0, 2)]
    trials += [Shared(options, layout, trouble, count=3, fleet=True) for trouble in ("all at once", "SIGKILL") for layout in LAYOUTS]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max(1, options.side_by_side)) as pool:
        for trial, (found, copies) in zip(trials, pool.map(Shared.run, trials)):
            failed += bool(found)
            print(f"{'LOST' if found else 'kept'}  {copies:.2f} copies  {trial}{''.join('; ' + problem for problem in found)}", flush=True)
    print("nothing was lost." if not failed else f"{failed} of {len(trials)} trials went wrong.")
    return int(failed > 0)
