"""The archive: unpack it anywhere, its bin/fetchctl needs nothing beside it."""

import gzip
import io
import os
import pathlib
import platform
import tarfile


def write(
    out: pathlib.Path, version: str, program: pathlib.Path, top: pathlib.Path, share: "dict[str, bytes]", licences: "dict[str, bytes]"
) -> pathlib.Path:
    name = f"fetchctl-{version}-linux-{platform.machine()}"
    files = {"bin/fetchctl": (program.read_bytes(), 0o755)}
    # What is not Debian's own belongs there for zsh.
    files.update({path.replace("vendor-completions", "site-functions"): (content, 0o644) for path, content in share.items()})
    files.update({f"share/doc/fetchctl/licences/{path}": (content, 0o644) for path, content in licences.items()})
    documents = [top / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "DESIGN.md", "SECURITY.md")]
    for document in documents + sorted((top / "docs").iterdir()):
        files[f"share/doc/fetchctl/{document.relative_to(top)}"] = (document.read_bytes(), 0o644)
    path = out / f"{name}.tar.gz"
    when = int(os.environ["SOURCE_DATE_EPOCH"])
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, when) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for place, (content, mode) in sorted(files.items()):
            entry = tarfile.TarInfo(f"{name}/{place}")
            entry.size, entry.mode, entry.mtime = len(content), mode, when
            entry.uname = entry.gname = "root"
            tar.addfile(entry, io.BytesIO(content))
    return path
