"""The shells' completions, as the program itself writes them."""

import pathlib
import subprocess

PLACES = {
    "bash": "share/bash-completion/completions/fetchctl",
    "zsh": "share/zsh/vendor-completions/_fetchctl",
    "fish": "share/fish/vendor_completions.d/fetchctl.fish",
}


def of(program: pathlib.Path) -> "dict[str, bytes]":
    return {
        place: subprocess.run([program, "--generate-completion-script", shell], check=True, stdout=subprocess.PIPE).stdout
        for shell, place in PLACES.items()
    }
