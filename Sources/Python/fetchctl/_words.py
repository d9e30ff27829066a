"""Takes a line apart as a shell does."""

import os
import re
from typing import List, Optional

from ._errors import Failed, FetchError


def split(line: str) -> List[str]:
    """The words of a line: quotes, backslashes, ``~`` at the beginning of a word and comments mean what they mean to bash.

    Variables are left alone: IPython has put them in. Raises FetchError for a quote that is not closed.
    """
    words: List[str] = []
    word: Optional[str] = None
    place = 0
    while place < len(line):
        character = line[place]
        if character == "#" and word is None:
            end = line.find("\n", place)
            place = len(line) if end < 0 else end
        elif character in " \t\r\n":
            if word is not None:
                words.append(word)
            word = None
            place += 1
        elif character == "~" and word is None:
            end = place
            while end < len(line) and line[end] not in " \t\r\n/'\"\\":
                end += 1
            whole = end == len(line) or line[end] in " \t\r\n/"
            word = os.path.expanduser(line[place:end]) if whole else line[place:end]
            place = end
        elif character in "'\"":
            end = _closing(line, place)
            inside = line[place + 1 : end]
            word = (word or "") + (inside if character == "'" else _unescaped(inside))
            place = end + 1
        elif character == "\\" and place + 1 < len(line):
            if line[place + 1] != "\n":
                word = (word or "") + line[place + 1]
            place += 2
        else:
            word = (word or "") + character
            place += 1
    return words if word is None else [*words, word]


def _closing(line: str, opening: int) -> int:
    """Where the quote ends. What is inside may be a secret, and is not told."""
    quote = line[opening]
    place = opening + 1
    while place < len(line) and line[place] != quote:
        place += 2 if line[place] == "\\" and quote == '"' else 1
    if place < len(line):
        return place
    raise FetchError(
        [
            Failed(
                code=64,
                kind="usage",
                message="the line cannot be understood.",
                why=f"the quote {quote} at its character {opening + 1} is not closed.",
                hint=f"close it; where the character itself is meant, write \\{quote}",
            )
        ]
    )


def _unescaped(inside: str) -> str:
    """Between double quotes a backslash stands for itself, unless it is before what would mean something."""
    return re.sub(r'\\([$`"\\])|\\\n', lambda match: match.group(1) or "", inside)
