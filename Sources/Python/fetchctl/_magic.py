"""`%fetch civitai:128078 -d models`, a line of a notebook."""

import subprocess
import sys
from typing import Any, Callable, List, Optional, Tuple

from . import _words
from ._api import TEXTS, Options, add_command, checked_header, run_add
from ._binary import find_binary
from ._values import Files

LETTERS = {"d": "dir", "o": "out", "i": "input-file", "x": "connections", "j": "jobs", "q": "quiet", "v": "verbose", "h": "help"}

WITH_VALUE = frozenset(
    "dir out input-file engine connections jobs limit-rate header sha256 retries timeout only wait stop-with-process revision "
    "include exclude file format fp size quant layout type sidecar mirror any-of staging at between on-complete on-error "
    "fleet fleet-size fleet-rank fleet-secret fleet-port fleet-interface fleet-linger generate-completion-script".split()
)
"""The other options are flags; what is none at all the program says."""


def fetch(line: str) -> Optional[Files]:
    """Fetch, verify and place models: takes what `fetchctl add` takes.

    %fetch civitai:128078 -d models
    files = %fetch org/name --include '*.json'
    """
    words = _words.split(line)
    options, references = parsed(words)
    texts = [[name] if value is None else [name, value] for name, value in options if name in TEXTS]
    if not words or texts:
        asked = texts[0] if texts else ["--help"]
        print(subprocess.run([find_binary(), "add", *asked], stdout=subprocess.PIPE, text=True).stdout, end="")
        return None
    headers = [checked_header(value or "") for name, value in options if is_secret(name, value)]
    command = add_command([option for option in options if not is_secret(*option)], references, headers)
    return run_add(command, None, progress=("--quiet", None) not in options)


def parsed(words: List[str]) -> Tuple[Options, List[str]]:
    """The options by their long names, and the references; what comes after ``--`` is one of these, whatever it looks like."""
    options: Options = []
    references: List[str] = []
    rest = list(words)

    def value(joined: Optional[str]) -> Optional[str]:
        if joined is None and rest and (rest[0] == "-" or not rest[0].startswith("-")):
            return rest.pop(0)
        return joined

    while rest:
        word = rest.pop(0)
        if word == "--":
            return options, references + rest
        if word.startswith("--"):
            name, equals, joined = word.partition("=")
            given = joined if equals else None
            options.append((name, value(given) if name[2:] in WITH_VALUE else given))
        elif word.startswith("-") and word != "-":
            options += letters(word, value)
        else:
            references.append(word)
    return options, references


def letters(word: str, value: Callable[[Optional[str]], Optional[str]]) -> Options:
    """``-qd models``, ``-dmodels``, ``-d=models``."""
    options: Options = []
    for place, letter in enumerate(word[1:], start=2):
        name = LETTERS.get(letter)
        if name is None:
            return [(word, None)]
        if name in WITH_VALUE:
            joined = word[place:]
            given = joined[1:] if joined.startswith("=") else joined or None
            return [*options, (f"--{name}", value(given))]
        options.append((f"--{name}", None))
    return options


def is_secret(name: str, value: Optional[str]) -> bool:
    """Whether it is a header that is in the line, not in a file."""
    return name == "--header" and value is not None and not value.startswith("@")


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext fetchctl`."""
    ipython.register_magic_function(fetch, "line", "fetch")


def register_where_ipython_runs() -> bool:
    """So that `import fetchctl` is enough in a notebook. Says whether this is one."""
    ipython = sys.modules.get("IPython")
    shell = getattr(ipython, "get_ipython", lambda: None)()
    if shell is not None:
        load_ipython_extension(shell)
    return shell is not None
