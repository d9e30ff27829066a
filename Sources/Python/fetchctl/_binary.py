"""Where the program is."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Iterator

NAME = "fetchctl"


def find_binary() -> str:
    """The path of the program that was installed with this package, else of the one on PATH.

    Raises FileNotFoundError, which says what to do.
    """
    for folder in _folders():
        path = os.path.join(folder, NAME)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    found = shutil.which(NAME)
    if found is None:
        raise FileNotFoundError(
            "the program fetchctl is not there: this package was copied without it. Install the wheel with pip."
        )
    return found


def version() -> str:
    """What ``fetchctl --version`` says. Raises AttributeError where there is no program to ask."""
    try:
        said = subprocess.run([find_binary(), "--version"], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    except (OSError, subprocess.SubprocessError) as error:
        raise AttributeError(f"the version is the program's, which does not run: {error}") from None
    return said.stdout.decode().strip()


def put_on_path() -> None:
    """Adds the program's folder at the end of PATH, where no folder of it has one. Without a program nothing happens."""
    if shutil.which(NAME) is not None:
        return
    try:
        folder = os.path.dirname(find_binary())
    except FileNotFoundError:
        return
    os.environ["PATH"] = os.pathsep.join(part for part in (os.environ.get("PATH"), folder) if part)


def _folders() -> Iterator[str]:
    """Where pip puts programs, in the order of how sure it is that this one came with this package."""
    package = Path(__file__).resolve().parent
    # pip install --target DIR
    yield str(package.parent / "bin")
    yield sysconfig.get_path("scripts")
    # pip install --prefix DIR, and Debian's own idea of where things go
    for folder in list(package.parents)[1:4]:
        if folder.name in ("lib", "lib64", "local"):
            yield str(folder.parent / "bin")
    user = f"{os.name}_user"
    if user in sysconfig.get_scheme_names():
        yield sysconfig.get_path("scripts", user)
