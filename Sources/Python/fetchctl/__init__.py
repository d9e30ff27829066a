"""Downloads AI models: verified, in the right place, resumed after every interruption.

    import fetchctl

    files = fetchctl.add("civitai:128078", dir="models")
    files[0].path, files[0].sha256

``fetchctl.snapshot("org/name")`` and ``fetchctl.file("org/name", "config.json")`` take the place of huggingface_hub's
``snapshot_download`` and ``hf_hub_download``, and return paths.

In a notebook ``%fetch civitai:128078 -d models`` does the same. The work is done by the program ``fetchctl``, which is
installed with this package; what it can do is what ``fetchctl add --help`` says.
"""

from ._api import add, add_async, info, info_async, verify, verify_async
from ._binary import find_binary, put_on_path, version
from ._errors import Failed, FetchError
from ._hub import file, snapshot
from ._magic import load_ipython_extension, register_where_ipython_runs
from ._values import Event, File, Files, Listing, Metadata, Verified

__all__ = [
    "Event",
    "Failed",
    "FetchError",
    "File",
    "Files",
    "Listing",
    "Metadata",
    "Verified",
    "add",
    "add_async",
    "file",
    "find_binary",
    "info",
    "info_async",
    "load_ipython_extension",
    "snapshot",
    "verify",
    "verify_async",
]


def __getattr__(name: str) -> str:
    """``__version__`` is the program's own, asked for at its first use."""
    if name != "__version__":
        raise AttributeError(f"module 'fetchctl' has no attribute {name!r}")
    globals()[name] = found = version()
    return found


if register_where_ipython_runs():
    # For `!fetchctl`: a kernel of a virtual environment is often started without the environment's folder on PATH.
    put_on_path()
