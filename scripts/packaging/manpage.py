"""The man page: what --help says, as roff. From ArgumentParser's own description of the commands."""

import json
import pathlib
import subprocess


def of(program: pathlib.Path, version: str) -> str:
    dump = subprocess.run([program, "--experimental-dump-help"], check=True, stdout=subprocess.PIPE).stdout
    root = json.loads(dump)["command"]
    lines = [
        f'.TH FETCHCTL 1 "" "fetchctl {version}" "User Commands"',
        ".SH NAME",
        f"fetchctl \\- {_plain(root['abstract']).rstrip('.')}",
        ".SH SYNOPSIS",
        ".B fetchctl",
        ".I command",
        "[\\fIoptions\\fR]",
        ".SH DESCRIPTION",
        *_text(root.get("discussion", "")),
        ".SH COMMANDS",
    ]
    for command in root.get("subcommands", []):
        if command.get("shouldDisplay", True) and command["commandName"] != "help":
            lines += _command(command, "fetchctl")
    return "\n".join(lines) + "\n"


def _command(command: dict, parent: str) -> "list[str]":
    name = f"{parent} {command['commandName']}"
    arguments = [argument for argument in command.get("arguments", []) if argument.get("shouldDisplay", True)]
    positional = [_plain(f"<{a['valueName']}>" + (" ..." if a["isRepeating"] else "")) for a in arguments if a["kind"] == "positional"]
    title = " ".join([_plain(name), *positional, "[options]"])
    lines = [f'.SS "{title}"', *_text(command.get("abstract", "")), ".PP", *_text(command.get("discussion", ""))]
    for argument in arguments:
        if argument["kind"] == "positional" or any(name["name"] in ("help", "version") for name in argument.get("names", [])):
            continue
        lines += [".TP", ", ".join(_name(name) for name in argument["names"]) + _value(argument), *_text(argument.get("abstract", ""))]
    for inner in command.get("subcommands", []):
        if inner.get("shouldDisplay", True) and inner["commandName"] != "help":
            lines += _command(inner, name)
    return lines


def _name(name: dict) -> str:
    dashes = "-" if name["kind"] == "short" else "--"
    return f"\\fB{_plain(dashes + name['name'])}\\fR"


def _value(argument: dict) -> str:
    return f" \\fI{_plain(argument['valueName'])}\\fR" if argument["kind"] == "option" else ""


def _text(text: str) -> "list[str]":
    """Paragraphs; lines that are indented stay as they are."""
    lines, verbatim = [], False
    for line in text.splitlines():
        if line.startswith("  ") != verbatim:
            verbatim = not verbatim
            lines.append(".nf" if verbatim else ".fi")
        lines.append(_plain(line) if line.strip() else ".PP" if not verbatim else "")
    return lines + ([".fi"] if verbatim else [])


def _plain(text: str) -> str:
    """Text that roff leaves alone."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return "\\&" + text if text.startswith((".", "\\(aq")) else text
