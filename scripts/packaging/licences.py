"""The licence texts of what stands in the binary."""

import pathlib
import subprocess

# What of the packages ends up in the program; FlyingFox serves tests only.
PACKAGES = ["swift-argument-parser", "swift-crypto", "swift-log", "swift-subprocess", "swift-system"]
# Debian's packages whose archives our own libcurl is linked with, and what they are called here.
CARRIED = {"libcurl4-openssl-dev": "curl", "libssl-dev": "openssl", "zlib1g-dev": "zlib", "libnghttp2-dev": "nghttp2"}


class Licences:
    def __init__(self, top: pathlib.Path, toolchain: pathlib.Path) -> None:
        self._top = top
        self._toolchain = toolchain

    def all(self) -> "dict[str, bytes]":
        """File names and texts: of Swift's part, and of the libraries that are carried."""
        texts = self.of_swift()
        for package, name in CARRIED.items():
            texts[f"{name}.copyright"] = pathlib.Path(f"/usr/share/doc/{package}/copyright").read_bytes()
        texts["libstdc++.copyright"] = self._of_compiler()
        texts["GPL-3"] = pathlib.Path("/usr/share/common-licenses/GPL-3").read_bytes()
        return texts

    def of_swift(self) -> "dict[str, bytes]":
        """Ours, the packages', and that of Swift's own runtime."""
        texts = {"LICENSE": (self._top / "LICENSE").read_bytes()}
        for name in PACKAGES:
            folder = self._top / ".build/checkouts" / name
            found = sorted(path for path in folder.iterdir() if path.name.upper().startswith(("LICENSE", "NOTICE")))
            if not found:
                raise SystemExit(f"error: {folder} has no licence text")
            for path in found:
                texts[f"{name}.{path.name}"] = path.read_bytes()
        texts["swift-runtime.LICENSE.txt"] = self._of_runtime()
        return texts

    def _of_runtime(self) -> bytes:
        path = self._toolchain / "share/swift/LICENSE.txt"
        if path.is_file():
            return path.read_bytes()
        exception = (
            b"The Swift runtime is licensed under the Apache License 2.0 (see LICENSE) with this exception:\n\n"
            b"As an exception, if you use this Software to compile your source code and portions of this Software are\n"
            b"embedded into the binary product as a result, you may redistribute such product without providing\n"
            b"attribution as would otherwise be required by Sections 4(a), 4(b) and 4(d) of the License.\n"
        )
        return exception

    def _of_compiler(self) -> bytes:
        """Of the GCC whose libstdc++ was linked in: GPL with the runtime library exception."""
        archive = subprocess.run(["gcc", "-print-file-name=libstdc++.a"], check=True, stdout=subprocess.PIPE, text=True)
        path = pathlib.Path(archive.stdout.strip()).resolve()
        owner = subprocess.run(["dpkg", "-S", str(path)], check=True, stdout=subprocess.PIPE, text=True).stdout
        return pathlib.Path(f"/usr/share/doc/{owner.split(':')[0]}/copyright").read_bytes()
