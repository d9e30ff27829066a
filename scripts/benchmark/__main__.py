"""Measures fetchctl against the other programs, row by row, and against the bars that it is to reach.

Run through scripts/bench, which builds and installs what this needs. Python 3.9 or newer, standard library only.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
import time

import line
import plot
import report
import rows
import startup
from machine import MIB
from network import ContentNetwork


def roomy_folder(needed):
    """Memory where there is enough of it, so that no disk is measured; else the temporary folder."""
    for folder in ["/dev/shm", tempfile.gettempdir()]:
        if os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= needed:
            return folder
    sys.exit(f"error: neither /dev/shm nor {tempfile.gettempdir()} has {needed // MIB} MiB free.")


ROWS = rows.ROWS + line.ROWS


def chosen(row, words):
    """Whether one of the words names the row, or the group that it belongs to: `line` names `line-64m`."""
    return any(row.name == word or row.name.startswith(word + "-") for word in words)


def arguments():
    names = ", ".join(["size", *(row.name for row in ROWS)])
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measures fetchctl. Without a row's name: all of them.",
        epilog=f"Rows: {names}. The name of a group, such as line, means all rows of it.")
    parser.add_argument("row", nargs="*", help="measure only these rows")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="of every program, in turns (default 5)")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file too")
    parser.add_argument(
        "--minutes", type=float, metavar="N",
        help="begin no row that would end later than this; the same command again goes on with the rows that --json FILE lacks")
    parser.add_argument("--plot", metavar="FILE", help="draw the rows' times as SVG")
    parser.add_argument("--only", metavar="WORD", help="only programs with this word in their names")
    parser.add_argument("--scale", type=int, default=1, metavar="N", help="large files N times smaller: a quick look, not the benchmark")
    parser.add_argument(
        "--rtt", type=int, action="append", metavar="MS", help="round-trip time of the line rows; repeatable (default 80)")
    parser.add_argument("--fetchctl", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--hub", help=argparse.SUPPRESS)
    parser.add_argument("--hf", help=argparse.SUPPRESS)
    parser.add_argument("--line-proxy", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.runs < 1 or options.scale < 1:
        parser.error("--runs and --scale must be at least 1")
    if options.minutes is not None and not options.json:
        parser.error("--minutes needs --json FILE, which keeps what has been measured")
    options.rtt = options.rtt or [80]
    if any(not 1 <= milliseconds <= 10_000 for milliseconds in options.rtt):
        parser.error("--rtt takes 1 to 10000 milliseconds")
    unknown = [word for word in options.row if word != "size" and not any(chosen(row, [word]) for row in ROWS)]
    if unknown:
        parser.error(f"there is no row {unknown[0]}; rows: {names}")
    return options


class Plan:
    """The rows that are wanted, each at its round-trip times, and what of them has been measured already."""

    def __init__(self, options, figures):
        wanted = [row for row in ROWS if not options.row or chosen(row, options.row)]
        units = [(row, rtt) for row in wanted for rtt in (options.rtt if isinstance(row, line.LineRow) else [None])]
        known = {(one["row"], one.get("rtt")): one for one in figures.get("rows", [])}
        self.kept = [known[row.name, rtt] for row, rtt in units if (row.name, rtt) in known]
        self.left = [(row, rtt) for row, rtt in units if (row.name, rtt) not in known]
        self.end = time.monotonic() + options.minutes * 60 if options.minutes else None
        self.runs = options.runs

    def next(self):
        """The next row that ends in time, with its round-trip time; None when there is none."""
        if not self.left:
            return None
        row, rtt = self.left[0]
        about = row.seconds(rtt, self.runs) if hasattr(row, "seconds") else 120
        if self.end and time.monotonic() + about > self.end:
            return None
        return self.left.pop(0)


def earlier(options):
    """What the same command has measured before, when it is to go on."""
    if options.minutes and os.path.exists(options.json):
        with open(options.json, encoding="utf-8") as file:
            figures = json.load(file)
        if figures["runs"] == options.runs and figures["scale"] == options.scale:
            return figures
    return {}


def main():
    options = arguments()
    # Ended politely, so that servers and files go too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    before = earlier(options)
    figures = {"machine": {"system": platform.platform(), "cpus": os.cpu_count()}, "runs": options.runs, "scale": options.scale}
    held = True
    if "size" in before:
        figures["size"] = before["size"]
    elif not options.row or "size" in options.row:
        figures["size"] = startup.measure(options.fetchctl)
    held = figures.get("size", {"held": True})["held"]
    plan = Plan(options, before)
    figures["rows"] = plan.kept
    if plan.left:
        measure(options, plan, figures)
    if figures["rows"]:
        if options.plot:
            plot.draw(figures, options.plot)
        missed = report.summarise(figures["rows"])
        held = held and not missed
    save(options.json, figures)
    if plan.left:
        names = ", ".join(row.name + (f" at {rtt} ms" if rtt else "") for row, rtt in plan.left)
        print(f"\n{len(plan.left)} rows are left for the next run of the same command: {names}")
        sys.exit(75)
    sys.exit(0 if held else 1)


def measure(options, plan, figures):
    parent = roomy_folder(max(2 * row.size // options.scale for row, _ in plan.left) + 256 * MIB)
    figures["on"] = parent
    with tempfile.TemporaryDirectory(prefix="fetchctl-bench-", dir=parent) as root:
        # A home of its own: no configuration of the user's decides.
        os.environ.update(HOME=root, XDG_CONFIG_HOME=os.path.join(root, "config"), FETCHCTL_CONFIG=os.devnull)
        with ContentNetwork(root) as network:
            os.environ.update(SSL_CERT_FILE=network.authority, CURL_CA_BUNDLE=network.authority)
            bench = rows.Bench(options, root, network)
            print(report.HEADING)
            while unit := plan.next():
                row, rtt = unit
                result = row.measure(bench, rtt)
                line.mark_bound(result, figures["rows"])
                report.show(result)
                figures["rows"].append(result)
                # Written after each, so that what was measured is kept if the rest is not waited for.
                save(options.json, figures)


def save(path, figures):
    if path:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=2)
            file.write("\n")


try:
    main()
except KeyboardInterrupt:
    sys.exit(130)
