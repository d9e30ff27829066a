"""The Debian package: the program with the system's libcurl, man page and completions."""

import gzip
import pathlib
import shutil
import subprocess


def write(
    out: pathlib.Path, version: str, program: pathlib.Path, work: pathlib.Path, share: "dict[str, bytes]", licences: "dict[str, bytes]"
) -> pathlib.Path:
    root = work / "root"
    shutil.rmtree(work, ignore_errors=True)
    _put(root / "usr/bin/fetchctl", program.read_bytes(), 0o755)
    for place, content in share.items():
        if "/man/" in place:
            place, content = place + ".gz", gzip.compress(content, 9, mtime=0)
        _put(root / "usr" / place, content)
    texts = "".join(f"===== {name} =====\n\n{text.decode('utf-8', 'replace')}\n\n" for name, text in licences.items())
    _put(root / "usr/share/doc/fetchctl/copyright", texts.encode())

    architecture = subprocess.run(["dpkg", "--print-architecture"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) // 1024
    control = (
        "Package: fetchctl\n"
        f"Version: {version}\n"
        f"Architecture: {architecture}\n"
        "Maintainer: The fetchctl authors <fetchctl@localhost>\n"
        f"Installed-Size: {size}\n"
        f"Depends: {_dependencies(work)}\n"
        "Recommends: ca-certificates, aria2\n"
        "Section: net\n"
        "Priority: optional\n"
        "Description: downloads AI models from CivitAI, Hugging Face and links\n"
        " Finds out what a reference means, downloads it over many connections, checks\n"
        " what came, puts it in place, and resumes where it was when anything fails.\n"
    )
    _put(root / "DEBIAN/control", control.encode())
    path = out / f"fetchctl_{version}_{architecture}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", root, path], check=True, stdout=subprocess.DEVNULL)
    return path


def _put(path: pathlib.Path, content: bytes, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)


def _dependencies(work: pathlib.Path) -> str:
    """What the program's symbols ask for, as Debian works it out."""
    for folder in ("debian", "root/DEBIAN"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    (work / "debian/control").write_text("Source: fetchctl\n\nPackage: fetchctl\nArchitecture: any\n")
    asked = subprocess.run(["dpkg-shlibdeps", "-O", "-Sroot", "root/usr/bin/fetchctl"], cwd=work, check=True, stdout=subprocess.PIPE, text=True)
    return asked.stdout.strip().split("=", 1)[1]
