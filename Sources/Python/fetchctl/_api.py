"""The functions that people call."""

import os
from pathlib import Path
from typing import Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Union

from . import _child, _secrets
from ._certificates import certificates
from ._display import Display
from ._reader import AddReader, ListReader
from ._values import Event, Files, Listing, Metadata, Verified

PathLike = Union[str, "os.PathLike[str]"]
Option = Union[None, bool, int, float, str, "os.PathLike[str]", Sequence[str]]


def add(
    *references: str,
    dir: Optional[PathLike] = None,
    out: Optional[PathLike] = None,
    on_event: Optional[Callable[[Event], object]] = None,
    progress: Optional[bool] = None,
    headers: Optional[Mapping[str, str]] = None,
    env: Optional[Mapping[str, str]] = None,
    **options: Option,
) -> Files:
    """Fetches, verifies and places what the references mean; what is there already is not fetched again.

    ``dir`` and ``out`` say where to; every other option of ``fetchctl add`` goes by its name: ``layout="comfyui"``,
    ``limit_rate="20M"``, ``include=["*.json"]``, ``force=True``. ``on_event`` is called with each event (a dictionary,
    as ``fetchctl add --json`` writes it) in the calling thread. ``progress`` shows what happens; left out, it does
    so in notebooks and on terminals. ``headers`` are sent to the typed link's own host. ``env`` is added to the program's
    environment. Tokens come from the environment or, on Colab and Kaggle, from the notebook's secrets.

    Raises FetchError. KeyboardInterrupt ends the program and keeps the partial: the same call carries on.
    """
    command = _add_command(references, dir, out, headers, env, options)
    return run_add(command, on_event, progress)


async def add_async(
    *references: str,
    dir: Optional[PathLike] = None,
    out: Optional[PathLike] = None,
    on_event: Optional[Callable[[Event], object]] = None,
    progress: Optional[bool] = None,
    headers: Optional[Mapping[str, str]] = None,
    env: Optional[Mapping[str, str]] = None,
    **options: Option,
) -> Files:
    """``add`` for an event loop. To cancel it ends the program and keeps the partial."""
    command = _add_command(references, dir, out, headers, env, options)
    display = Display.make(progress)
    reader = AddReader(on_event, display)
    try:
        return reader.result(await _child.run_async(command, reader))
    finally:
        display.close()


def info(*references: str, env: Optional[Mapping[str, str]] = None, **options: Option) -> List[Listing]:
    """What the references are: files, sizes, hashes, licence, gating. Nothing is fetched. Raises FetchError."""
    reader = ListReader()
    return _listings(reader, _child.run(_list_command("info", references, env, options), reader))


async def info_async(*references: str, env: Optional[Mapping[str, str]] = None, **options: Option) -> List[Listing]:
    """``info`` for an event loop."""
    reader = ListReader()
    return _listings(reader, await _child.run_async(_list_command("info", references, env, options), reader))


def verify(*items: PathLike, env: Optional[Mapping[str, str]] = None, **options: Option) -> List[Verified]:
    """Reads files, folders, or what references brought, and compares them with their records or their source.

    Raises FetchError when one is not as it should be; ``failures`` names all of those.
    """
    reader = ListReader()
    return _checks(reader, _child.run(_list_command("verify", items, env, options), reader))


async def verify_async(*items: PathLike, env: Optional[Mapping[str, str]] = None, **options: Option) -> List[Verified]:
    """``verify`` for an event loop."""
    reader = ListReader()
    return _checks(reader, await _child.run_async(_list_command("verify", items, env, options), reader))


def run_add(command: _child.Command, on_event: Optional[Callable[[Event], object]], progress: Optional[bool]) -> Files:
    display = Display.make(progress)
    reader = AddReader(on_event, display)
    try:
        return reader.result(_child.run(command, reader))
    finally:
        display.close()


def add_command(
    arguments: List[str],
    *,
    words: Sequence[str] = (),
    hidden: Sequence[str] = (),
    headers: Sequence[str] = (),
    env: Optional[Mapping[str, str]] = None,
) -> _child.Command:
    """``hidden`` are references that go by standard input."""
    fixed = ["add", "--json", "--stop-with-process", str(os.getpid())]
    environment = _environment([*arguments, *words, *hidden], env)
    return _child.Command(fixed + arguments, environment, list(words), list(headers), list(hidden))


def holds_secret(reference: str) -> bool:
    """Whether it may: a link's query can be a signature or a token, and its authority a password."""
    return "://" in reference and ("?" in reference or "@" in reference.split("://", 1)[1].split("/", 1)[0])


def _add_command(
    references: Sequence[str],
    dir: Optional[PathLike],
    out: Optional[PathLike],
    headers: Optional[Mapping[str, str]],
    env: Optional[Mapping[str, str]],
    options: Mapping[str, Option],
) -> _child.Command:
    texts = [_reference(reference) for reference in references]
    arguments = _arguments({"dir": dir, "out": out, **options})
    lines = [f"{name}: {value}" for name, value in (headers or {}).items()]
    # In the order given: all of them take the same way.
    if any(holds_secret(text) for text in texts):
        return add_command(arguments, hidden=texts, headers=lines, env=env)
    return add_command(arguments, words=texts, headers=lines, env=env)


def _list_command(
    name: str, items: Sequence[PathLike], env: Optional[Mapping[str, str]], options: Mapping[str, Option]
) -> _child.Command:
    texts = [os.fspath(item) for item in items]
    return _child.Command([name, "--json", *_arguments(options)], _environment(texts, env), texts)


def _reference(reference: object) -> str:
    if not isinstance(reference, str):
        raise TypeError(f"a reference is a string, not {type(reference).__name__}; give several one by one: add(*references)")
    if "\n" in reference or "\r" in reference:
        raise ValueError("a reference is one line")
    return reference.strip()


def _arguments(options: Mapping[str, Option]) -> List[str]:
    """``limit_rate="20M"`` is ``--limit-rate=20M``; True is the option alone, a list the option several times."""
    arguments: List[str] = []
    for name, value in options.items():
        option = "--" + name.rstrip("_").replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            arguments.append(option)
        elif isinstance(value, (str, int, float, os.PathLike)):
            arguments.append(f"{option}={os.fspath(value) if isinstance(value, os.PathLike) else value}")
        else:
            arguments += [f"{option}={item}" for item in value]
    return arguments


def _environment(references: Iterable[str], env: Optional[Mapping[str, str]]) -> Dict[str, str]:
    environment = {**os.environ, **(env or {})}
    environment.update(_secrets.found(references, environment))
    environment.update(certificates(environment))
    return environment


def _listings(reader: ListReader, ended: _child.Ended) -> List[Listing]:
    return [
        Listing(
            reference=event["ref"],
            name=event["name"],
            size=event.get("size"),
            sha256=event.get("sha256"),
            source=event.get("source"),
            url_host=event.get("url_host"),
            metadata=Metadata.of(event.get("metadata")),
            details=event.get("details") or {},
            file_details=event.get("file_details") or {},
        )
        for event in reader.result(ended, "resolved")
    ]


def _checks(reader: ListReader, ended: _child.Ended) -> List[Verified]:
    return [
        Verified(
            path=Path(event["path"]),
            algorithm=str(event.get("algorithm")),
            digest=event.get("digest"),
            reference=event.get("ref") or None,
        )
        for event in reader.result(ended, "verified")
    ]
