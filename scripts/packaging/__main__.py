"""Packs what has been built: a wheel, an archive, a Debian package."""

import argparse
import pathlib
import subprocess

import archive
import completions
import debian
import licences
import manpage
import wheel


def main() -> None:
    parser = argparse.ArgumentParser(prog="packaging", description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, required=True, help="has own/fetchctl and system/fetchctl")
    parser.add_argument("--top", type=pathlib.Path, required=True, help="of the repository")
    parser.add_argument("--toolchain", type=pathlib.Path, required=True, help="Swift's usr folder")
    parser.add_argument("--glibc", required=True, help="the oldest glibc that it runs with")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    asked = parser.parse_args()

    own, system = asked.work / "own/fetchctl", asked.work / "system/fetchctl"
    version = subprocess.run([system, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    share = {**completions.of(system), "share/man/man1/fetchctl.1": manpage.of(system, version).encode()}
    texts = licences.Licences(asked.top, asked.toolchain)
    for old in asked.out.glob("fetchctl[-_]*"):
        old.unlink()
    made = [
        wheel.write(asked.out, version, own, asked.top, texts.all(), asked.glibc),
        archive.write(asked.out, version, own, asked.top, share, texts.all()),
        debian.write(asked.out, version, system, asked.work / "deb", share, texts.of_swift()),
    ]
    for path in made:
        print(f"   {path}  {path.stat().st_size / 1e6:.1f} MB")


main()
