"""Turns what the program says into values."""

import json
from pathlib import Path
from typing import Callable, Dict, List, Optional, Tuple

from ._child import Ended
from ._display import Display
from ._errors import Failed, FetchError
from ._values import Event, File, Files, Metadata


class AddReader:
    """The events of `fetchctl add --json`."""

    def __init__(self, on_event: Optional[Callable[[Event], object]], display: Display) -> None:
        self._on_event = on_event
        self._display = display
        self._resolved: Dict[str, Event] = {}
        self._files: Dict[str, File] = {}
        self._failures: List[Failed] = []
        self._code: Optional[int] = None

    def feed(self, line: bytes) -> None:
        event = parsed(line)
        if event is None:
            return
        name, file_id = event["event"], str(event.get("id"))
        if name == "resolved":
            self._resolved[file_id] = event
        elif name == "finished" or (name == "skipped" and event.get("reason") == "complete"):
            self._files[file_id] = self._file(event, file_id, fetched=name == "finished")
        elif name == "failed":
            self._failures.append(Failed.of(event))
        elif name == "summary":
            self._code = int(event.get("code") or 0)
        self._display.handle(event)
        if self._on_event is not None:
            self._on_event(event)

    def ending(self) -> None:
        self._on_event = None

    def result(self, ended: Ended) -> Files:
        """The files in the order of their references. Raises FetchError."""
        order = {file_id: place for place, file_id in enumerate(self._resolved)}
        files = Files(file for _, file in sorted(self._files.items(), key=lambda item: order.get(item[0], len(order))))
        if ended.code == 0 and self._code == 0:
            return files
        code = self._code if self._code else ended.code
        # The code is that of the first failed one in the order given, whichever failed first.
        failures = [failure for failure in self._failures if failure.code == code]
        failures += [failure for failure in self._failures if failure.code != code]
        raise FetchError(distinct(failures) or [silent(ended)], files)

    def _file(self, event: Event, file_id: str, fetched: bool) -> File:
        resolved = self._resolved.get(file_id, {})
        return File(
            reference=event["ref"],
            path=Path(event["path"]),
            size=event.get("size"),
            sha256=event.get("sha256"),
            verified=event.get("verified"),
            fetched=fetched,
            source=resolved.get("source"),
            name=resolved.get("name"),
            metadata=Metadata.of(resolved.get("metadata")),
            engine=event.get("engine"),
            seconds=event.get("seconds"),
            fetched_bytes=int(event.get("fetched_bytes") or 0),
            average_bytes_per_second=event.get("average_bytes_per_second"),
        )


class ListReader:
    """The objects of `fetchctl info --json` and `fetchctl verify --json`, one a file."""

    def __init__(self) -> None:
        self._objects: List[Event] = []

    def feed(self, line: bytes) -> None:
        event = parsed(line)
        if event is not None:
            self._objects.append(event)

    def ending(self) -> None:
        pass

    def result(self, ended: Ended, name: str) -> List[Event]:
        """The objects of that name. Raises FetchError when one failed."""
        failures = [Failed.of(event) for event in self._objects if event["event"] == "failed"]
        if failures or ended.code != 0:
            raise FetchError(distinct(failures) or [silent(ended)])
        return [event for event in self._objects if event["event"] == name]


def parsed(line: bytes) -> Optional[Event]:
    """The event of a line; None for what is none."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("event"), str) else None


def distinct(failures: List[Failed]) -> List[Failed]:
    """Each complaint about a reference once: a gated repo refuses every one of its files with the same message."""
    seen: Dict[Tuple[Optional[str], str, Optional[str]], Failed] = {}
    for failure in failures:
        seen.setdefault((failure.reference, failure.message, failure.why), failure)
    return list(seen.values())


def silent(ended: Ended) -> Failed:
    """The program ended without a word that could be read."""
    how = f"was ended by signal {-ended.code}" if ended.code < 0 else f"ended with {ended.code}"
    last = [line for line in ended.words.splitlines() if line.strip()][-3:]
    return Failed(
        code=128 - ended.code if ended.code < 0 else ended.code or 1,
        kind="interrupted" if ended.code < 0 else "unknown",
        message=f"fetchctl {how} without saying why.",
        why="; ".join(last) or None,
        hint="run it again: it resumes.",
    )
