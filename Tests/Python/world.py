"""What the tests of the Python package work in: a practice hub, folders of their own, and nothing of this machine's settings.

`FETCHCTL_TEST_HUB` names the practice hub. `FETCHCTL_TEST_PROGRAM` names the program for the package in Sources/Python;
without it the package that is installed is tested, with the program inside it.
"""

import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "Sources/Python"
PROGRAM = os.environ.get("FETCHCTL_TEST_PROGRAM")
if PROGRAM:
    sys.path.insert(0, str(SOURCES))
sys.path.insert(0, str(SOURCES.parents[1] / "scripts/faultlab"))
import hub  # noqa: E402  the practice hub as a child

HUB = os.environ.get("FETCHCTL_TEST_HUB", "")

# A shell starts what runs in its background with Ctrl-C ignored, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A program that Ctrl-C reaches leaves within two seconds; the machine may be busy.
LIMIT_SECONDS = 30.0


class Hub(hub.Hub):
    def __init__(self, *words):
        super().__init__(HUB, words)

    def slow(self, bytes_per_second):
        self.ask("POST", "faults", {"kind": "slow", "match": "cdn/", "bytesPerSecond": bytes_per_second})

    def heal(self):
        self.ask("DELETE", "faults")


class World(unittest.TestCase):
    """A test's hub, home and working folder."""

    hub_words = ("--model-size", "8M")

    @classmethod
    def setUpClass(cls):
        cls.hub = Hub(*cls.hub_words)
        cls.addClassCleanup(cls.hub.end)

    def setUp(self):
        root = tempfile.mkdtemp(prefix="fetchctl-python-")
        self.addCleanup(shutil.rmtree, root, ignore_errors=True)
        self.root = pathlib.Path(os.path.realpath(root))
        for name in ("home", "tmp", "work"):
            (self.root / name).mkdir()
        self.work = self.root / "work"
        self.addCleanup(self.hub.heal)

    def environment(self, aria2=True):
        """For a process of its own: this and nothing else."""
        folder = os.path.dirname(PROGRAM) if PROGRAM else os.path.dirname(sys.executable)
        values = {
            "PATH": f"{folder}:{os.path.dirname(sys.executable)}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.root / "home"),
            "TMPDIR": str(self.root / "tmp"),
            "HF_ENDPOINT": self.hub.at["hub"],
            "FETCHCTL_CIVITAI_ENDPOINT": self.hub.at["civitai"],
            "FETCHCTL_RETRY_DELAY_MIN": "0.05",
            "FETCHCTL_RETRY_DELAY_MAX": "0.2",
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANG": "C.UTF-8",
        }
        if PROGRAM:
            values["PYTHONPATH"] = str(SOURCES)
        if not aria2:
            values["FETCHCTL_ARIA2C"] = ""
        return values

    @contextlib.contextmanager
    def inside(self, **more):
        """This process with that environment, in the working folder."""
        before, here = dict(os.environ), os.getcwd()
        os.environ.clear()
        os.environ.update({**self.environment(), **more})
        os.chdir(self.work)
        try:
            yield
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(before)

    def python(self, code, **more):
        """Another Python that runs `code`, in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=self.work,
            env={**self.environment(), **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def programs(self):
        """The command lines of what runs in this test's home, by process."""
        found = {}
        home = f"HOME={self.root / 'home'}".encode()
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words = (process / "cmdline").read_bytes().split(b"\0")
                if home in (process / "environ").read_bytes().split(b"\0") and words[0].endswith((b"fetchctl", b"aria2c")):
                    found[int(process.name)] = b" ".join(words).decode()
        return found

    def eventually(self, condition, what):
        end = time.monotonic() + LIMIT_SECONDS
        while not condition():
            self.assertLess(time.monotonic(), end, f"{what}: not within {LIMIT_SECONDS:.0f} s")
            time.sleep(0.02)

    def partials(self):
        return [path for path in self.work.rglob("*.fetchctl-part.json")]

    def assert_published(self, path):
        self.assertEqual(hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest(), self.published(12345))

    def published(self, version):
        """The SHA-256 of the model of that CivitAI version."""
        found = []

        def look(value):
            if isinstance(value, dict):
                if value.get("version") == version and "sha256" in json.dumps(value):
                    found.append(value)
                for inner in value.values():
                    look(inner)
            elif isinstance(value, list):
                for inner in value:
                    look(inner)

        look(self.hub.ask("GET", "catalogue"))
        return json.dumps(found[0]).split('"sha256": "')[1][:64]
