"""The wheel: the program where pip puts programs, and the Python package (the binary distribution format of PyPA)."""

import base64
import hashlib
import os
import pathlib
import platform
import time
import zipfile


def write(
    out: pathlib.Path, version: str, program: pathlib.Path, top: pathlib.Path, licences: "dict[str, bytes]", glibc: str
) -> pathlib.Path:
    tag = f"py3-none-manylinux_{glibc.replace('.', '_')}_{platform.machine()}"
    info, data = f"fetchctl-{version}.dist-info", f"fetchctl-{version}.data"
    files: "dict[str, tuple[bytes, int]]" = {}
    package = top / "Sources/Python/fetchctl"
    for path in sorted(package.iterdir()):
        if path.suffix == ".py" or path.name == "py.typed":
            files[f"fetchctl/{path.name}"] = (path.read_bytes(), 0o644)
    # In bin/ as it is: no interpreter has to start before the program does.
    files[f"{data}/scripts/fetchctl"] = (program.read_bytes(), 0o755)
    files[f"{info}/METADATA"] = (_metadata(version, top).encode(), 0o644)
    files[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: fetchctl\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
        0o644,
    )
    for name, text in licences.items():
        files[f"{info}/licenses/{name}"] = (text, 0o644)

    record = "".join(f"{name},sha256={_digest(content)},{len(content)}\n" for name, (content, _) in files.items())
    files[f"{info}/RECORD"] = (f"{record}{info}/RECORD,,\n".encode(), 0o644)
    path = out / f"fetchctl-{version}-{tag}.whl"
    when = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name, (content, mode) in files.items():
            entry = zipfile.ZipInfo(name, when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100000 | mode) << 16
            wheel.writestr(entry, content)
    return path


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _metadata(version: str, top: pathlib.Path) -> str:
    return (
        "Metadata-Version: 2.1\n"
        "Name: fetchctl\n"
        f"Version: {version}\n"
        "Summary: Downloads AI models from CivitAI, Hugging Face and links: verified, resumed after every interruption\n"
        "License: Apache-2.0\n"
        "Requires-Python: >=3.8\n"
        "Classifier: Environment :: Console\n"
        "Classifier: Framework :: Jupyter\n"
        "Classifier: Operating System :: POSIX :: Linux\n"
        "Classifier: Typing :: Typed\n"
        "Description-Content-Type: text/markdown\n"
        "\n" + (top / "README.md").read_text()
    )
