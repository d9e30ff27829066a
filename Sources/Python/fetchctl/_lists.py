"""Input files: lists of references, a line each."""

import os
from typing import List, Optional


def text(path: str) -> Optional[str]:
    """What is in it; None where it cannot be read, which the program says better."""
    try:
        with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="\n") as file:
            return file.read()
    except (OSError, ValueError):
        return None


def can_be_read_twice(path: str) -> bool:
    """Whether what we read is still there for the program: a pipe's is not."""
    return os.path.isfile(path)


def references(text: str) -> List[str]:
    """Those that a list names, mirrors too. The options below them, such as ``dir=``, are none."""
    found: List[str] = []
    for line in text.split("\n"):
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        if not line.startswith((" ", "\t")):
            found += [part.strip() for part in line.split("\t") if part.strip()]
            continue
        name, _, value = content.partition("=")
        if name.strip() in ("mirror", "any-of"):
            found.append(value.strip())
    return found
