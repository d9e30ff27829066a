"""What comes back."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Tuple

Event = Dict[str, Any]
"""What ``fetchctl add --json`` says while it works: ``event`` and ``time``, and the fields of that event."""

MOST_SHOWN = 20


@dataclass(frozen=True)
class Metadata:
    """What the source says of a file."""

    page_url: Optional[str] = None
    model: Optional[str] = None
    version: Optional[str] = None
    type: Optional[str] = None
    base_model: Optional[str] = None
    trained_words: Tuple[str, ...] = ()
    licence: Optional[str] = None
    gated: Optional[bool] = None
    nsfw: Optional[bool] = None
    preview_urls: Tuple[str, ...] = ()
    pinned: Optional[str] = None
    """The reference that gets exactly these bytes again."""

    @staticmethod
    def of(fields: Optional[Mapping[str, Any]]) -> "Metadata":
        known = {name: value for name, value in (fields or {}).items() if name in Metadata.__dataclass_fields__}
        for name in ("trained_words", "preview_urls"):
            known[name] = tuple(known.get(name) or ())
        return Metadata(**known)


@dataclass(frozen=True)
class File:
    """A file that is there and verified. ``open()`` and the like take it for its path."""

    reference: str
    path: Path
    size: Optional[int]
    sha256: Optional[str]
    verified: Optional[str] = None
    """By what it was verified: ``sha256``, ``git-sha1`` or ``size``; None where it was there already."""
    fetched: bool = True
    """False where it was there already."""
    source: Optional[str] = None
    name: Optional[str] = None
    """Its name at the source."""
    metadata: Metadata = field(default_factory=Metadata, repr=False)
    engine: Optional[str] = None
    seconds: Optional[float] = None
    fetched_bytes: int = 0
    average_bytes_per_second: Optional[int] = None

    def __fspath__(self) -> str:
        return str(self.path)


class Files(List[File]):
    """The files of a call, in the order of its references. A cell shows their paths, of many the first ones."""

    @property
    def paths(self) -> List[str]:
        return [str(file.path) for file in self]

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        paths = self.paths
        shown = paths if len(paths) <= MOST_SHOWN else [*paths[:MOST_SHOWN], f"… and {len(paths) - MOST_SHOWN} more"]
        printer.text("\n".join(shown))


@dataclass(frozen=True)
class Listing:
    """A file as its source describes it."""

    reference: str
    name: str
    size: Optional[int]
    sha256: Optional[str]
    source: Optional[str] = None
    url_host: Optional[str] = None
    metadata: Metadata = field(default_factory=Metadata, repr=False)
    details: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What else the source tells of the whole."""
    file_details: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What else it tells of this file."""


@dataclass(frozen=True)
class Verified:
    """A file that has been read and is as it should be."""

    path: Path
    algorithm: str
    """``sha256``, ``git-sha1`` or ``size``."""
    digest: Optional[str]
    reference: Optional[str] = None
