"""The queue: downloads that outlive this process.

    from fetchctl import queue

    job = queue.add("org/name", dir="models")
    job.pause(); job.resume(); job.status()["state"]
    paths = await job.wait()

The words are those of the commands ``fetchctl status``, ``pause``, ``resume``, …; jobs that they added are seen here too.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Union

from . import _child
from ._api import Option, PathLike, References, _add_command, _environment
from ._errors import Failed, FetchError
from ._reader import ListReader, silent

Status = Dict[str, Any]
"""A job as ``fetchctl status --json`` writes it."""

JobLike = Union["Job", int, str]
"""A job, its number, or ``"all"``."""

KINDS = {
    64: "usage",
    66: "not_found",
    69: "unreachable",
    73: "exists",
    74: "io",
    75: "server",
    77: "needs_login",
    78: "config",
    130: "interrupted",
}
"""The usual kind of failure behind an exit code, where no event names it."""


@dataclass(frozen=True)
class Job:
    """One ``add`` line in the queue."""

    number: int

    def status(self) -> Status:
        return status(self)[0]

    def pause(self) -> None:
        """Stops it; its partial is kept."""
        pause(self)

    def resume(self) -> None:
        """Lets it go on, with the tokens of this process's environment."""
        resume(self)

    def cancel(self, delete: bool = False) -> None:
        """Ends it; ``delete`` removes what came of it as well."""
        cancel(self, delete=delete)

    def retry(self) -> None:
        """Puts a failed or cancelled one at the end of the queue."""
        retry(self)

    def move(self, *where: Union[str, JobLike]) -> None:
        """``"first"``, ``"last"``, ``"up"``, ``"down"``, or ``"before", JOB``."""
        move(self, *where)

    def limit(self, rate: Union[int, str]) -> None:
        """Bytes per second from now on, such as ``"20M"``; 0 takes the limit away."""
        limit(self, rate=rate)

    def log(self) -> str:
        """Its messages."""
        return log(self)

    async def wait(self) -> List[Path]:
        """Waits until it has ended. Returns the final paths; raises FetchError when it failed or was cancelled."""
        return await wait_async(self)


class _Output:
    """Keeps what a command prints."""

    def __init__(self) -> None:
        self.text = b""

    def feed(self, line: bytes) -> None:
        self.text += line

    def ending(self) -> None:
        pass


def add(
    *references: References,
    dir: Optional[PathLike] = None,
    out: Optional[PathLike] = None,
    headers: Optional[Mapping[str, str]] = None,
    env: Optional[Mapping[str, str]] = None,
    **options: Option,
) -> Job:
    """Records what ``fetchctl.add`` would do as a job, and starts the worker if none runs.

    ``at="02:30"``, ``between="22:00-06:00"``, ``on_complete="…"`` and ``on_error="…"`` as for ``fetchctl add``. Header values are not
    kept in a queue: give ``header="@FILE"``. Raises FetchError when the line cannot be understood.
    """
    command = _add_command(references, dir, out, headers, env, {"detach": True, **options})
    # The job outlives this process.
    place = command.arguments.index("--stop-with-process")
    del command.arguments[place : place + 2]
    reader = ListReader()
    return Job(int(reader.result(_child.run(command, reader), "queued")[0]["job"]))


def status(*jobs: JobLike) -> List[Status]:
    """Jobs that have not ended, in order, and those of the last ten minutes; or the named ones."""
    return list(json.loads(_run("status", *_words(jobs), "--json"))["jobs"])


def history() -> List[Status]:
    """All jobs that have ended and were not cleared."""
    return list(json.loads(_run("history", "--json"))["jobs"])


def pause(*jobs: JobLike) -> None:
    _run("pause", *_words(jobs))


def resume(*jobs: JobLike) -> None:
    _run("resume", *_words(jobs))


def cancel(*jobs: JobLike, delete: bool = False) -> None:
    _run("cancel", *_words(jobs), *(["--delete"] if delete else []))


def retry(*jobs: JobLike) -> None:
    _run("retry", *_words(jobs))


def move(job: JobLike, *where: Union[str, JobLike]) -> None:
    _run("move", *_words([job]), *_words(where))


def limit(*jobs: JobLike, rate: Union[int, str]) -> None:
    _run("limit", *_words(jobs), str(rate))


def log(job: JobLike) -> str:
    return _run("log", *_words([job]))


def wait(*jobs: JobLike) -> List[Path]:
    """Waits until all have ended. Raises FetchError with the code of the first that failed."""
    return _paths(_run("wait", *_words(jobs)))


async def wait_async(*jobs: JobLike) -> List[Path]:
    """``wait`` for an event loop. To cancel it leaves the jobs as they are."""
    output = _Output()
    return _paths(_text(output, await _child.run_async(_command("wait", *_words(jobs)), output)))


def _words(jobs: Any) -> List[str]:
    return [str(job.number if isinstance(job, Job) else job) for job in jobs]


def _command(*arguments: str) -> _child.Command:
    return _child.Command(list(arguments), _environment([], None))


def _run(*arguments: str) -> str:
    output = _Output()
    return _text(output, _child.run(_command(*arguments), output))


def _text(output: _Output, ended: _child.Ended) -> str:
    if ended.code == 0:
        return os.fsdecode(output.text)
    parts = {}
    for line in ended.words.splitlines():
        for name, start in (("message", "error: "), ("why", "  why: "), ("hint", "  do:  ")):
            if line.startswith(start):
                parts.setdefault(name, line[len(start) :])
    if "message" not in parts:
        raise FetchError([silent(ended)])
    raise FetchError([Failed(code=ended.code, kind=KINDS.get(ended.code, "unknown"), **parts)])


def _paths(text: str) -> List[Path]:
    return [Path(line) for line in text.splitlines()]
