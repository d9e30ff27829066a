"""`%fetch civitai:128078 -d models`, a line of a notebook."""

import subprocess
import sys
from typing import Any, List, Optional

from . import _words
from ._api import add_command, holds_secret, run_add
from ._binary import find_binary
from ._values import Files


def fetch(line: str) -> Optional[Files]:
    """Fetch, verify and place models: takes what `fetchctl add` takes.

    %fetch civitai:128078 -d models
    files = %fetch org/name --include '*.json'
    """
    words = _words.split(line)
    if not words or any(word in ("-h", "--help") for word in words):
        print(subprocess.run([find_binary(), "add", "--help"], stdout=subprocess.PIPE, text=True).stdout, end="")
        return None
    arguments: List[str] = []
    headers: List[str] = []
    hidden: List[str] = []
    progress = not any(word in ("-q", "--quiet") for word in words)
    rest = iter(words)
    for word in rest:
        name, joined, value = word.partition("=")
        if name == "--header":
            value = value if joined else next(rest, "")
            if value.startswith("@"):
                arguments.append(f"--header={value}")
            else:
                headers.append(value)
        elif holds_secret(word) and not word.startswith("-") and not (arguments and arguments[-1] == "--mirror"):
            hidden.append(word)
        else:
            arguments.append(word)
    return run_add(add_command(arguments, hidden=hidden, headers=headers), None, progress)


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext fetchctl`."""
    ipython.register_magic_function(fetch, "line", "fetch")


def register_where_ipython_runs() -> None:
    """So that `import fetchctl` is enough in a notebook."""
    ipython = sys.modules.get("IPython")
    shell = getattr(ipython, "get_ipython", lambda: None)()
    if shell is not None:
        load_ipython_extension(shell)
