"""Shows what happens, in a cell or on a terminal."""

import os
import sys
import time
import warnings
from typing import Any, Dict, Optional

from ._values import Event

SECONDS_A_LINE = 10.0

FEW = 5
"""As many files are named one by one; of more only the number is told, so that a saved notebook stays small."""


class Display:
    """Shows nothing; what others are made from."""

    def handle(self, event: Event) -> None:
        """Something happened."""

    def close(self) -> None:
        """Nothing more comes."""

    @staticmethod
    def make(wanted: Optional[bool]) -> "Display":
        """`wanted` is None for: shown in a notebook or on a terminal."""
        if wanted is False or (wanted is None and not (in_notebook() or is_terminal())):
            return Display()
        bar = _tqdm()
        return Lines() if bar is None else Bar(bar)


class Lines(Display):
    """Plain lines: what it is, how far it is every ten seconds, and what came of it."""

    def __init__(self) -> None:
        self._received: Dict[str, int] = {}
        self._total: Optional[int] = None
        self._resolved = 0
        self._told = time.monotonic()

    def handle(self, event: Event) -> None:
        name, file_id = event["event"], str(event.get("id"))
        if name == "resolved":
            self._resolved += 1
        if name == "planned":
            self._total = event.get("size")
            if self._resolved > FEW:
                self.say(f"{event.get('files')} files, {size(self._total or 0)}")
        elif name == "started":
            self._received[file_id] = int(event.get("resumed_bytes") or 0)
            self.moved(event)
        elif name == "progress":
            self._received[file_id] = int(event.get("received_bytes") or 0)
            self.moved(event)
        elif name in ("finished", "skipped"):
            self._received[file_id] = int(event.get("size") or 0)
            self.moved(event)
        many = self._resolved > FEW
        if many and name == "summary":
            came = f"{size(event.get('fetched_bytes') or 0)} in {event.get('seconds') or 0:.1f} s"
            self.say(f"done: {event.get('finished')} files, {came}; {event.get('skipped')} were there already")
        text = None if many and name in ("resolved", "finished", "skipped") else words(event)
        if text:
            self.say(text)

    @property
    def received(self) -> int:
        return sum(self._received.values())

    @property
    def total(self) -> Optional[int]:
        return self._total

    def moved(self, event: Event) -> None:
        """More bytes are there."""
        now = time.monotonic()
        if event["event"] == "progress" and now - self._told >= SECONDS_A_LINE:
            self._told = now
            of = f" of {size(self._total)}" if self._total else ""
            self.say(f"{os.path.basename(str(event.get('path')))}: {size(self.received)}{of}, {rate(event)}")

    def say(self, text: str) -> None:
        print(text, file=stream(), flush=True)


class Bar(Lines):
    """One bar for everything: several would move the cursor, which cells cannot."""

    def __init__(self, tqdm: Any) -> None:
        super().__init__()
        self._tqdm = tqdm
        self._bar: Any = None

    def moved(self, event: Event) -> None:
        if self._bar is None and event["event"] != "started":
            return
        if self._bar is None:
            # Text that is drawn over piles up in a saved notebook; a widget and a terminal forget it.
            is_text = in_notebook() and all(base.__module__ != "tqdm.notebook" for base in self._tqdm.__mro__)
            self._bar = self._tqdm(
                total=self.total,
                initial=self.received,
                desc=os.path.basename(str(event.get("path"))) if self._resolved == 1 else f"{self._resolved} files",
                unit="B",
                unit_scale=True,
                unit_divisor=1024,
                miniters=1,
                mininterval=SECONDS_A_LINE if is_text else 0.5,
                leave=False,
                # Below another bar it would move the cursor to its line and back.
                position=0 if is_text else None,
                file=stream(),
            )
        self._bar.update(max(0, self.received - self._bar.n))

    def say(self, text: str) -> None:
        if self._bar is None:
            super().say(text)
        else:
            # It draws the bar again below the text.
            self._bar.clear()
            super().say(text)
            if self.received < (self.total or 0):
                self._bar.refresh()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def words(event: Event) -> Optional[str]:
    """The line for an event, as the program itself words it; None for most."""
    name = event["event"]
    path = str(event.get("path"))
    if name == "resolved":
        metadata = event.get("metadata") or {}
        version = metadata.get("version") or ""
        # A commit is told by its first digits.
        what = " ".join(part for part in (metadata.get("model"), version[:7] if len(version) == 40 else version) if part)
        known = f", {size(event['size'])}" if event.get("size") is not None else ""
        return f"{what}: {event.get('name')}{known}" if what else f"{event.get('name')}{known}"
    if name == "started" and event.get("resumed_bytes"):
        of = f" of {size(event['size'])}" if event.get("size") else ""
        return f"{os.path.basename(path)}: carrying on at {size(event['resumed_bytes'])}{of}"
    if name == "skipped" and event.get("reason") == "complete":
        return f"already there: {path} ({size(event['size'])})" if event.get("size") is not None else f"already there: {path}"
    if name == "finished":
        checked = f"sha256 {event['sha256']}" if event.get("sha256") else "not hashed"
        if event.get("verified") not in (None, "size"):
            checked += " verified"
        came = f" in {event.get('seconds', 0):.1f} s, {rate(event)}" if event.get("fetched_bytes") else ""
        return f"done: {path}  {size(event['size'])}{came}, {checked}"
    if name == "failed" and event.get("kind") == "interrupted":
        return f"kept: {size(event['kept_bytes'])} of {path}; the same call resumes" if event.get("kept_bytes") else None
    if name == "retrying":
        return f"{os.path.basename(path)}: {event.get('reason')}; trying again in {event.get('seconds')} s"
    if name == "warning":
        return f"{event.get('message')}" if event.get("kind") == "note" else f"warning: {event.get('message')}"
    return None


def size(count: Any) -> str:
    """`64.0 MiB`."""
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TiB"


def rate(event: Event) -> str:
    return size(event.get("average_bytes_per_second") or event.get("bytes_per_second") or 0) + "/s"


def in_notebook() -> bool:
    """Whether this is a kernel, whose output goes to a cell."""
    ipython = sys.modules.get("IPython")
    shell = getattr(ipython, "get_ipython", lambda: None)()
    return shell is not None and getattr(shell, "kernel", None) is not None


def stream() -> Any:
    """Where it goes: a cell shows standard error in red, as if something had failed."""
    return sys.stdout if in_notebook() else sys.stderr


def is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _tqdm() -> Any:
    """`tqdm.auto`'s bar; None where there is none."""
    try:
        with warnings.catch_warnings():
            # That it is experimental, and that a notebook without widgets gets the plain one.
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return None
    return tqdm
