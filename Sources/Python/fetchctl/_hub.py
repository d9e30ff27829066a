"""The two calls of `huggingface_hub` that notebooks have, with its arguments and its places."""

import os
import warnings
from typing import Callable, Dict, List, Mapping, Optional, Sequence, Union
from urllib.parse import quote

from ._api import Option, PathLike, add_command, run_add, to_options
from ._child import Command
from ._errors import Failed, FetchError
from ._secrets import HUB, NO_HUB_TOKEN
from ._values import Event, Files

Patterns = Union[None, str, Sequence[str]]
Token = Union[None, bool, str]

PREFIXES = {None: "", "model": "", "dataset": "datasets/", "space": "spaces/"}

UNANSWERED = frozenset(["unreachable", "proxy", "tls", "rate_limited", "server"])
"""Kinds of failure that say nothing of the repo."""


def snapshot(
    repo_id: str,
    *,
    revision: Optional[str] = None,
    allow_patterns: Patterns = None,
    ignore_patterns: Patterns = None,
    local_dir: Optional[PathLike] = None,
    cache_dir: Optional[PathLike] = None,
    token: Token = None,
    repo_type: Optional[str] = None,
    force_download: bool = False,
    local_files_only: bool = False,
    on_event: Optional[Callable[[Event], object]] = None,
    progress: Optional[bool] = None,
    **options: Option,
) -> str:
    """Fetches a repo of the Hub as ``huggingface_hub.snapshot_download`` does, and returns the path of its folder.

    The folder is ``local_dir``, else the snapshot in the Hub's cache (``cache_dir``). ``token=False`` sends no token,
    whatever the environment, a login or a notebook's secrets hold. Where the Hub cannot be reached and everything
    that was asked for is there, that is returned, with a warning. Other options are those of ``fetchctl add``.

    Raises FetchError, also when the patterns leave no file.
    """
    for name, patterns in (("allow_patterns", allow_patterns), ("ignore_patterns", ignore_patterns)):
        if not isinstance(patterns, (str, list, tuple, set, frozenset, type(None))):
            raise TypeError(f"{name} is a pattern or a list of them, not {type(patterns).__name__}")
    if allow_patterns is not None and not allow_patterns:
        raise ValueError("allow_patterns is empty, which leaves no file; leave it out to get all of them")
    request = _Request(_reference(repo_id, repo_type, revision), local_dir, cache_dir, token, force_download, local_files_only, options)
    request.options.update(include=_list(allow_patterns), exclude=_list(ignore_patterns))
    files = request.run(on_event, progress)
    if local_dir is not None:
        return os.path.realpath(os.fspath(local_dir))
    path, name = str(files[0].path), files[0].name or ""
    return path[: len(path) - len(name)].rstrip("/")


def file(
    repo_id: str,
    filename: str,
    *,
    subfolder: Optional[str] = None,
    revision: Optional[str] = None,
    local_dir: Optional[PathLike] = None,
    cache_dir: Optional[PathLike] = None,
    token: Token = None,
    repo_type: Optional[str] = None,
    force_download: bool = False,
    local_files_only: bool = False,
    on_event: Optional[Callable[[Event], object]] = None,
    progress: Optional[bool] = None,
    **options: Option,
) -> str:
    """Fetches one file of a repo as ``huggingface_hub.hf_hub_download`` does, and returns its path.

    What the arguments mean is what they mean to ``snapshot``. Raises FetchError.
    """
    path = f"{subfolder}/{filename}" if subfolder else filename
    if not isinstance(filename, str) or not filename or filename.endswith("/"):
        raise ValueError("filename is the path of a file in the repo")
    reference = f"{_reference(repo_id, repo_type, revision or 'main')}/{quote(path)}"
    request = _Request(reference, local_dir, cache_dir, token, force_download, local_files_only, options)
    files = request.run(on_event, progress)
    found = [str(file.path) for file in files if str(file.path).endswith(f"/{path}")]
    if len(files) != 1 or not found:
        raise FetchError([Failed(66, "not_found", f"{path} is a folder of {repo_id}, not a file.", hint="use fetchctl.snapshot.")], files)
    return found[0]


class _Request:
    """What both calls ask the program for."""

    def __init__(
        self,
        reference: str,
        local_dir: Optional[PathLike],
        cache_dir: Optional[PathLike],
        token: Token,
        force: bool,
        local_files_only: bool,
        options: Mapping[str, Option],
    ) -> None:
        self.reference = reference
        self.options: Dict[str, Option] = dict(options)
        self.options.update(
            layout="hf-cache" if local_dir is None else "hf-local",
            dir=cache_dir if local_dir is None else local_dir,
            force=bool(force) and not local_files_only,
        )
        self.environment = _environment(token)
        self.is_local = bool(local_files_only)

    def run(self, on_event: Optional[Callable[[Event], object]], progress: Optional[bool]) -> Files:
        """The files. Without an answer of the Hub, those that are there: after the first failure, not after all tries."""
        if self.is_local:
            return self._standing(on_event, progress)
        is_resolved = False
        has_looked = False

        def heed(event: Event) -> None:
            nonlocal is_resolved, has_looked
            is_resolved = is_resolved or event["event"] == "resolved"
            if event["event"] in ("retrying", "waiting") and not is_resolved and not has_looked:
                has_looked = True
                files = self._complete()
                if files:
                    raise _Standing(files)
            if on_event is not None:
                on_event(event)

        try:
            return run_add(self._command(self.environment), heed, progress)
        except _Standing as standing:
            files, why = standing.files, "does not answer"
        except FetchError as error:
            found = None if is_resolved or error.kind not in UNANSWERED else self._complete()
            if not found:
                raise
            files, why = found, f"cannot be asked: {error.message}"
        warnings.warn(f"Hugging Face {why}; {self.reference} is used as it is here", stacklevel=3)
        return files

    def _complete(self) -> Optional[Files]:
        """What is here when that is all of it."""
        try:
            return self._standing(None, False)
        except FetchError:
            return None

    def _standing(self, on_event: Optional[Callable[[Event], object]], progress: Optional[bool]) -> Files:
        return run_add(self._command({**self.environment, "HF_HUB_OFFLINE": "1"}), on_event, progress)

    def _command(self, environment: Mapping[str, str]) -> Command:
        return add_command(to_options(self.options), [self.reference], env=environment)


class _Standing(Exception):
    """Ends a run without an answer."""

    def __init__(self, files: Files) -> None:
        super().__init__()
        self.files = files


def _reference(repo_id: str, repo_type: Optional[str], revision: Optional[str]) -> str:
    if not isinstance(repo_id, str):
        raise TypeError(f"repo_id is a string, not {type(repo_id).__name__}")
    if repo_type not in PREFIXES:
        raise ValueError("repo_type is 'model', 'dataset' or 'space'")
    if not repo_id or repo_id.count("/") > 1 or repo_id.strip("/") != repo_id or "@" in repo_id or ":" in repo_id:
        raise ValueError(f"repo_id is 'name' or 'owner/name', not {repo_id!r}")
    return f"hf:{PREFIXES[repo_type]}{repo_id}" + (f"@{quote(revision, safe='')}" if revision else "")


def _environment(token: Token) -> Dict[str, str]:
    """What makes the program use that token, and no other one."""
    if token is False:
        return {**dict.fromkeys(HUB.names, ""), NO_HUB_TOKEN: "1"}
    if token is None:
        return {}
    if token is True:
        return {NO_HUB_TOKEN: ""}
    if not isinstance(token, str):
        raise TypeError(f"token is a string, True, False or None, not {type(token).__name__}")
    return {"HF_TOKEN": token, NO_HUB_TOKEN: ""}


def _list(patterns: Patterns) -> Optional[List[str]]:
    return None if patterns is None else [patterns] if isinstance(patterns, str) else list(patterns)
