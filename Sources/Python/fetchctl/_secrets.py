"""Tokens that a notebook keeps where no child process can see them."""

import importlib
import os
import re
from typing import Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional

Lookup = Callable[[str], Optional[str]]


class Service(NamedTuple):
    """Whose token it is, and under which names people keep it."""

    names: List[str]
    """In the order of looking; the first is what the program is given."""
    mentions: "re.Pattern[str]"
    """What in a reference means this service."""


SERVICES = [
    Service(
        ["CIVITAI_API_TOKEN", "CIVITAI_TOKEN", "CIVITAI_API_KEY"],
        re.compile(r"civitai|^(urn:)?air:|^sha256:", re.IGNORECASE),
    ),
    Service(
        ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_ACCESS_TOKEN"],
        re.compile(r"^hf:|huggingface|\bhf\.co\b|^[\w.-]+/[\w.-]+(@|$)", re.IGNORECASE),
    ),
    Service(["GITHUB_TOKEN"], re.compile(r"github", re.IGNORECASE)),
    Service(["MODELSCOPE_API_TOKEN"], re.compile(r"modelscope", re.IGNORECASE)),
]

_known: Dict[str, str] = {}
"""What was found: Colab asks its user for every look."""


def found(references: Iterable[str], environment: Mapping[str, str]) -> Dict[str, str]:
    """The tokens for these references that the environment lacks, by the names to pass them under.

    A notebook may ask its user before it hands one out, so only what the references can use is asked for.
    """
    lookup = _lookup()
    if lookup is None:
        return {}
    texts = list(references)
    tokens: Dict[str, str] = {}
    for service in SERVICES:
        if not any(service.mentions.search(text) for text in texts):
            continue
        if any(environment.get(name) for name in service.names):
            continue
        for name in service.names:
            value = _known.get(name) or lookup(name)
            if value and value.strip():
                _known[name] = value
                tokens[service.names[0]] = value.strip()
                break
    return tokens


def _lookup() -> Optional[Lookup]:
    """How this notebook hands out its secrets; None where there is no such thing."""
    if "COLAB_RELEASE_TAG" in os.environ or "COLAB_GPU" in os.environ:
        return _getter("google.colab", lambda colab: getattr(_module("google.colab.userdata"), "get"))
    if "KAGGLE_KERNEL_RUN_TYPE" in os.environ:
        return _getter("kaggle_secrets", lambda kaggle: kaggle.UserSecretsClient().get_secret)
    return None


def _getter(module: str, find: Callable[..., Callable[[str], object]]) -> Optional[Lookup]:
    try:
        get = find(_module(module))
    except Exception:
        return None

    def lookup(name: str) -> Optional[str]:
        try:
            value = get(name)
        # Not there, not allowed, not attached, no network: each of them has its own exception, and all mean no token.
        except Exception:
            return None
        return value if isinstance(value, str) else None

    return lookup


def _module(name: str) -> object:
    return importlib.import_module(name)
