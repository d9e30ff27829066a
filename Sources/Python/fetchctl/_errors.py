"""What is raised."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, List, Mapping, Optional, Sequence

from ._values import File, Files


@dataclass(frozen=True)
class Failed:
    """One thing that failed: what happened, why, and what to do."""

    code: int
    """An exit code of sysexits: 64 not understood, 65 wrong bytes, 66 no such thing, 69 not reached, 73 the target is
    taken, 74 disk, 75 not served now, 77 not allowed, 78 configuration."""
    kind: str
    """``usage``, ``not_found``, ``gated``, ``needs_login``, ``token_rejected``, ``checksum``, ``disk_full``, …"""
    message: str
    why: Optional[str] = None
    hint: Optional[str] = None
    url: Optional[str] = None
    """A page to visit."""
    reference: Optional[str] = None
    path: Optional[Path] = None
    kept_bytes: int = 0
    """What is kept for the next try."""

    def __str__(self) -> str:
        lines = [self.message]
        if self.why:
            lines.append(f"  why: {self.why}")
        if self.hint:
            lines.append(f"  do:  {self.hint}")
        return "\n".join(lines)

    @staticmethod
    def of(event: Mapping[str, Any]) -> "Failed":
        """From a ``failed`` event."""
        path = event.get("path")
        return Failed(
            code=int(event.get("code") or 1),
            kind=str(event.get("kind") or "unknown"),
            message=str(event.get("message") or ""),
            why=event.get("why"),
            hint=event.get("hint"),
            url=event.get("url"),
            reference=event.get("ref"),
            path=Path(path) if path else None,
            kept_bytes=int(event.get("kept_bytes") or 0),
        )


class FetchError(Exception):
    """Something that was asked for is not there.

    Its own fields are those of the failure that decided; ``failures`` has all of them, and ``files`` what did come.
    """

    def __init__(self, failures: Sequence[Failed], files: Sequence[File] = ()) -> None:
        self.failures: List[Failed] = list(failures)
        self.files = Files(files)
        first = self.failures[0]
        self.code = first.code
        self.kind = first.kind
        self.message = first.message
        self.why = first.why
        self.hint = first.hint
        self.url = first.url
        self.reference = first.reference
        self.path = first.path
        self.kept_bytes = first.kept_bytes
        super().__init__(str(self))

    def __str__(self) -> str:
        lines = [str(self.failures[0])]
        lines += [f"also failed: {other.reference or other.path or ''}: {other.message}" for other in self.failures[1:]]
        return "\n".join(lines)

    def __reduce__(self) -> Any:
        return (FetchError, (self.failures, list(self.files)))

    def _render_traceback_(self) -> List[str]:
        """What a cell shows: our own frames would only push the message out of sight."""
        *others, last = [str(failure) for failure in (*self.failures[1:], self.failures[0])]
        return [f"error: {text}" for text in (*others, last)]


# What a traceback calls it.
FetchError.__module__ = "fetchctl"
