"""Brings AI models home: resolved, verified, carried on with when anything fails.

    import fetchctl

    files = fetchctl.add("civitai:128078", dir="models")
    files[0].path, files[0].sha256

In a notebook ``%fetch civitai:128078 -d models`` does the same. The work is done by the program ``fetchctl``, which is
installed with this package; what it can do is what ``fetchctl add --help`` says.
"""

from ._api import add, add_async, info, info_async, verify, verify_async
from ._binary import find_binary
from ._errors import Failed, FetchError
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
    "find_binary",
    "info",
    "info_async",
    "load_ipython_extension",
    "verify",
    "verify_async",
]

register_where_ipython_runs()
