"""Runs the program: its words are read line by line, and it ends when we do."""

import asyncio
import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field
from typing import IO, Any, Dict, Iterator, List, Protocol

from ._binary import find_binary

KILL_AFTER = 10.0
"""Seconds for an interrupted program to end in; it promises two."""

LONGEST_LINE = 1 << 26


@dataclass
class Command:
    """A command line of the program, without its name."""

    arguments: List[str]
    environment: Dict[str, str]
    words: List[str] = field(default_factory=list)
    """What follows all options."""
    headers: List[str] = field(default_factory=list)
    """`Name: value`: secrets, which take another way than the command line."""
    lines: List[str] = field(default_factory=list)
    """An input file for standard input: references that may hold a token."""


class Reader(Protocol):
    """Takes what the program says."""

    def feed(self, line: bytes) -> None: ...

    def ending(self) -> None:
        """From here on it is only heard out."""


def run(command: Command, reader: Reader) -> "Ended":
    """Runs it to its end. An interruption reaches it as SIGINT, is waited for, and raised."""
    with _prepared(command) as prepared:
        process = subprocess.Popen(prepared.arguments, **prepared.options)
        assert process.stdout is not None
        try:
            prepared.hand_over()
            _send(process, command)
            for line in process.stdout:
                reader.feed(line)
            code = process.wait()
        except BaseException:
            reader.ending()
            _stop(process, reader)
            raise
        finally:
            process.stdout.close()
        return prepared.ended(code)


async def run_async(command: Command, reader: Reader) -> "Ended":
    """The same for an event loop; to cancel it is to interrupt it."""
    with _prepared(command) as prepared:
        process = await asyncio.create_subprocess_exec(*prepared.arguments, limit=LONGEST_LINE, **prepared.options)
        assert process.stdout is not None
        try:
            prepared.hand_over()
            if process.stdin is not None:
                process.stdin.write(_input(command))
                process.stdin.close()
            async for line in process.stdout:
                reader.feed(line)
            code = await process.wait()
        except BaseException:
            reader.ending()
            await asyncio.shield(_stop_async(process, reader))
            raise
        return prepared.ended(code)


@dataclass(frozen=True)
class Ended:
    """How the program ended."""

    code: int
    """Its exit code, or a signal's number below zero."""
    words: str
    """What it wrote on standard error."""


class _Prepared:
    def __init__(self, command: Command, words: "IO[bytes]", header_pipe: List[int]) -> None:
        self._words = words
        self._header_pipe = header_pipe
        self.arguments = [find_binary(), *command.arguments]
        if header_pipe:
            self.arguments += ["--header", f"@/dev/fd/{header_pipe[0]}"]
        if command.lines:
            self.arguments += ["-i", "-"]
        if command.words:
            self.arguments += ["--", *command.words]
        self.options: Dict[str, Any] = dict(
            stdin=subprocess.PIPE if command.lines else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=words,
            env=command.environment,
            pass_fds=tuple(header_pipe),
            # A stop button signals a kernel's whole process group; the program gets its one SIGINT from us.
            start_new_session=True,
        )

    def hand_over(self) -> None:
        """The program has its own end of the pipe now."""
        while self._header_pipe:
            os.close(self._header_pipe.pop())

    def ended(self, code: int) -> Ended:
        self._words.seek(0)
        return Ended(code, self._words.read().decode("utf-8", "replace"))


@contextlib.contextmanager
def _prepared(command: Command) -> Iterator[_Prepared]:
    with tempfile.TemporaryFile() as words:
        header_pipe: List[int] = []
        if command.headers:
            reading, writing = os.pipe()
            header_pipe.append(reading)
            with os.fdopen(writing, "w", encoding="utf-8") as pipe:
                pipe.write("".join(f"{line}\n" for line in command.headers))
        prepared = _Prepared(command, words, header_pipe)
        try:
            yield prepared
        finally:
            prepared.hand_over()


def _input(command: Command) -> bytes:
    return "".join(f"{line}\n" for line in command.lines).encode("utf-8", "surrogateescape")


def _send(process: "subprocess.Popen[bytes]", command: Command) -> None:
    if process.stdin is None:
        return
    # It may have its reasons not to read, and will say them.
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(_input(command))
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()


def _stop(process: "subprocess.Popen[bytes]", reader: Reader) -> None:
    """SIGINT keeps the partial, and the program's last output is still read. A second interrupt ends the wait."""
    assert process.stdout is not None
    process.send_signal(signal.SIGINT)
    clock = threading.Timer(KILL_AFTER, process.kill)
    clock.daemon = True
    clock.start()
    try:
        for line in process.stdout:
            reader.feed(line)
        process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        clock.cancel()


async def _stop_async(process: "asyncio.subprocess.Process", reader: Reader) -> None:
    assert process.stdout is not None
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    clock = asyncio.get_running_loop().call_later(KILL_AFTER, _kill, process)
    try:
        async for line in process.stdout:
            reader.feed(line)
        await process.wait()
    finally:
        clock.cancel()


def _kill(process: "asyncio.subprocess.Process") -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
