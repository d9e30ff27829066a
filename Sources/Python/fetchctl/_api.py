"""The functions that people call."""

import os
import re
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from . import _child, _lists, _secrets
from ._certificates import certificates
from ._display import Display
from ._errors import Failed, FetchError
from ._reader import AddReader, ListReader
from ._values import Event, Files, Listing, Metadata, Verified

PathLike = Union[str, "os.PathLike[str]"]
Option = Union[None, bool, int, float, str, "os.PathLike[str]", Sequence[str]]

References = Union[str, Sequence[str]]
"""A reference, or a list of them."""

Options = List[Tuple[str, Optional[str]]]
"""Options of the program with their values: ``("--dir", "models")``, ``("--force", None)``."""

TEXTS = ("--help", "--help-hidden", "--version", "--experimental-dump-help", "--generate-completion-script")
"""Options with which the program prints something and does nothing."""

OTHER_REFERENCES = ("--mirror", "--any-of")
"""Options whose values are references too."""

OF_ONE_FILE = ("--out", "--sha256", *OTHER_REFERENCES)
"""Options that are not for what an input file names; there each has its own."""

LINE_ENDS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def add(
    *references: References,
    dir: Optional[PathLike] = None,
    out: Optional[PathLike] = None,
    on_event: Optional[Callable[[Event], object]] = None,
    progress: Optional[bool] = None,
    headers: Optional[Mapping[str, str]] = None,
    env: Optional[Mapping[str, str]] = None,
    **options: Option,
) -> Files:
    """Fetches, verifies and places what the references (or lists of them) mean; what is there is not fetched again.

    ``dir`` and ``out`` say where to; every other option of ``fetchctl add`` goes by its name: ``layout="comfyui"``,
    ``limit_rate="20M"``, ``include=["*.json"]``, ``force=True``. ``on_event`` is called with each event (a dictionary,
    as ``fetchctl add --json`` writes it) in the calling thread. ``progress`` shows what happens; left out, it does
    so in notebooks and on terminals. ``headers`` are sent to the typed link's own host. ``env`` is added to the program's
    environment. Tokens come from the environment or, on Colab and Kaggle, from the notebook's secrets.

    Raises FetchError. KeyboardInterrupt ends the program and keeps the partial: the same call resumes.
    """
    command = _add_command(references, dir, out, headers, env, options)
    return run_add(command, on_event, progress)


async def add_async(
    *references: References,
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


def info(*references: References, env: Optional[Mapping[str, str]] = None, **options: Option) -> List[Listing]:
    """What the references are: files, sizes, hashes, licence, gating. Nothing is fetched. Raises FetchError."""
    reader = ListReader()
    return _listings(reader, _child.run(_list_command("info", references, env, options), reader))


async def info_async(*references: References, env: Optional[Mapping[str, str]] = None, **options: Option) -> List[Listing]:
    """``info`` for an event loop."""
    reader = ListReader()
    return _listings(reader, await _child.run_async(_list_command("info", references, env, options), reader))


def verify(*items: Union[PathLike, Sequence[PathLike]], env: Optional[Mapping[str, str]] = None, **options: Option) -> List[Verified]:
    """Reads files, folders, or what references downloaded, and compares them with their records or their source.

    Raises FetchError when one is not as it should be; ``failures`` names all of those.
    """
    reader = ListReader()
    return _checks(reader, _child.run(_list_command("verify", items, env, options), reader))


async def verify_async(
    *items: Union[PathLike, Sequence[PathLike]], env: Optional[Mapping[str, str]] = None, **options: Option
) -> List[Verified]:
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
    options: Options, references: Sequence[str], headers: Sequence[str] = (), env: Optional[Mapping[str, str]] = None
) -> _child.Command:
    """Links that may hold a secret go by standard input, and then all references do, so that they keep their order."""
    references = [_reference(reference) for reference in references]
    mirrors = [value for name, value in options if name in OTHER_REFERENCES and value]
    lists = [value for name, value in options if name == "--input-file" and value]
    listed = _lists.text(lists[-1]) if lists and _lists.can_be_read_twice(lists[-1]) else None
    environment = _environment([*references, *mirrors, *_lists.references(listed or "")], env)
    fixed = ["add", "--json", "--stop-with-process", str(os.getpid())]
    alone = len(references) == 1 and not lists
    if not any(holds_secret(text) for text in (*references, *(mirrors if alone else ()))):
        return _child.Command(fixed + _words(options), environment, list(references), list(headers))
    lines = [text for text in references if _stands_alone(text)]
    words = [text for text in references if not _stands_alone(text)]
    if len(references) == 1:
        lines += [f" {name[2:]}={_one_line(name, value)}" for name, value in options if name in OF_ONE_FILE and value]
    if alone:
        options = [option for option in options if option[0] not in OTHER_REFERENCES]
    if lists:
        # There is but one input file: theirs goes on where ours ends.
        listed = _lists.text(lists[-1]) if listed is None else listed
        if listed is None:
            lines = []
        else:
            lines += listed.split("\n")
            options = [option for option in options if option[0] != "--input-file"]
    return _child.Command(fixed + _words(options), environment, words, list(headers), lines)


def holds_secret(reference: str) -> bool:
    """Whether it may: a link's query can be a signature or a token, and its authority a password."""
    return "://" in reference and ("?" in reference or "@" in reference.split("://", 1)[1].split("/", 1)[0])


def _add_command(
    references: Sequence[References],
    dir: Optional[PathLike],
    out: Optional[PathLike],
    headers: Optional[Mapping[str, str]],
    env: Optional[Mapping[str, str]],
    options: Mapping[str, Option],
) -> _child.Command:
    lines = [_header(name, value) for name, value in (headers or {}).items()]
    return add_command(to_options({"dir": dir, "out": out, **options}), _flat(references), lines, env)


def _list_command(
    name: str, items: Sequence[Union[PathLike, Sequence[PathLike]]], env: Optional[Mapping[str, str]], options: Mapping[str, Option]
) -> _child.Command:
    texts = [_text("an item to verify or to look at", item) for item in _flat(items)]
    return _child.Command([name, "--json", *_words(to_options(options))], _environment(texts, env), texts)


def _flat(items: Iterable[Any]) -> List[Any]:
    """The items of lists and tuples in the place of these."""
    return [inner for item in items for inner in (item if isinstance(item, (list, tuple)) else [item])]


def _reference(reference: object) -> str:
    if not isinstance(reference, str):
        raise TypeError(f"a reference is a string, not {type(reference).__name__}")
    if LINE_ENDS.search(reference.strip()) or "\t" in reference.strip():
        raise ValueError("a reference is one line")
    return reference.strip()


def _stands_alone(reference: str) -> bool:
    """Whether a line of an input file can be it. What cannot is not a reference, which the program says."""
    return reference != "" and not reference.startswith("#")


def _one_line(name: str, value: str) -> str:
    if LINE_ENDS.search(value):
        raise ValueError(f"the value of {name} has a line break")
    return value


def _header(name: object, value: object) -> str:
    if not isinstance(name, str) or not isinstance(value, str):
        raise TypeError("a header's name and value are strings")
    return checked_header(f"{name}: {value}")


def checked_header(line: str) -> str:
    """A line break in it would make two of one. It may be a secret, and is not told."""
    if LINE_ENDS.search(line):
        raise ValueError("a header has a line break; strip() takes away one at its end")
    return line


def to_options(options: Mapping[str, Option]) -> Options:
    """``limit_rate="20M"`` is ``--limit-rate=20M``; True is the option alone, a list the option several times."""
    found: Options = []
    for name, value in options.items():
        option = "--" + name.rstrip("_").replace("_", "-")
        if value is None or value is False:
            continue
        if option in TEXTS:
            raise FetchError(
                [
                    Failed(
                        code=64,
                        kind="usage",
                        message=f"{name} is not for a call.",
                        why=f"with {option} the program prints a text and does nothing else.",
                        hint=f"run it in a shell: fetchctl {option}",
                    )
                ]
            )
        if value is True:
            found.append((option, None))
        elif isinstance(value, (list, tuple, set, frozenset)):
            found += [(option, _text(name, item)) for item in value]
        else:
            found.append((option, _text(name, value)))
    return found


def _text(name: str, value: object) -> str:
    """As a word of the command line. Bytes are refused: to Python they are a list of numbers too."""
    text = os.fspath(value) if isinstance(value, os.PathLike) else value
    if isinstance(text, bool) or not isinstance(text, (str, int, float)):
        raise TypeError(f"{name} is text, a number, a path or a list of them, not {type(text).__name__}")
    return str(text)


def _words(options: Options) -> List[str]:
    words: List[str] = []
    for name, value in options:
        # `--dir=` would take the next word.
        words += [name] if value is None else [f"{name}={value}"] if value else [name, ""]
    return words


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
