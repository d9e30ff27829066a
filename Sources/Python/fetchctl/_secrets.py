"""Tokens that a notebook keeps where no child process can see them."""

import importlib
import os
import re
from typing import Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

Lookup = Callable[[str], Optional[str]]


class Service(NamedTuple):
    """Whose token it is, and under which names people keep it."""

    names: List[str]
    """In the order of looking; the first is what the program is given."""
    mentions: "re.Pattern[str]"
    """What in a reference means this service."""
    endpoint: str
    """The variable that puts another address in its place."""
    unread: Tuple[str, ...] = ()
    """Those of the names that the program itself does not look at."""
    refusal: Optional[str] = None
    """The variable that forbids to look for a token."""


NO_HUB_TOKEN = "HF_HUB_DISABLE_IMPLICIT_TOKEN"
"""The variable that says, also to huggingface_hub, not to look for a token."""

HUB = Service(
    ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_ACCESS_TOKEN"],
    re.compile(r"^hf:|huggingface|\bhf\.co\b|^[\w.-]+/[\w.-]+(@|$)", re.IGNORECASE),
    "HF_ENDPOINT",
    unread=("HUGGINGFACE_ACCESS_TOKEN",),
    refusal=NO_HUB_TOKEN,
)

SERVICES = [
    Service(
        ["CIVITAI_API_TOKEN", "CIVITAI_TOKEN", "CIVITAI_API_KEY"],
        re.compile(r"civitai|^(urn:)?air:|^sha256:", re.IGNORECASE),
        "FETCHCTL_CIVITAI_ENDPOINT",
    ),
    HUB,
    Service(["GITHUB_TOKEN"], re.compile(r"github", re.IGNORECASE), "FETCHCTL_GITHUB_ENDPOINT"),
    Service(["MODELSCOPE_API_TOKEN"], re.compile(r"modelscope", re.IGNORECASE), "FETCHCTL_MODELSCOPE_ENDPOINT"),
]

_known: Dict[str, str] = {}
"""What was found: Colab asks its user for every look."""


def found(references: Iterable[str], environment: Mapping[str, str]) -> Dict[str, str]:
    """The tokens for these references that the program would not find in the environment, by the names to pass them under.

    A notebook may ask its user before it hands one out, so only what the references can use is asked for.
    """
    lookup = _lookup()
    texts = list(references)
    tokens: Dict[str, str] = {}
    for service in SERVICES:
        host = _host(environment.get(service.endpoint) or "")
        if not any(service.mentions.search(text) or (host and _host(text) == host) for text in texts):
            continue
        if service.refusal and (environment.get(service.refusal) or "").upper() in ("1", "ON", "YES", "TRUE"):
            continue
        given = [name for name in service.names if (environment.get(name) or "").strip()]
        if given:
            if all(name in service.unread for name in given):
                tokens[service.names[0]] = environment[given[0]].strip()
            continue
        if lookup is None:
            continue
        for name in service.names:
            value = _known.get(name) or lookup(name)
            if value and value.strip():
                _known[name] = value
                tokens[service.names[0]] = value.strip()
                break
    return tokens


def _host(link: str) -> Optional[str]:
    """The host of a link with its port; None for what is not a link."""
    match = re.match(r"https?://(?:[^/?#]*@)?([^/?#]+)", link, re.IGNORECASE)
    return match.group(1).lower() if match else None


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
