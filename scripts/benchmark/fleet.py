"""Measures a fleet: real processes in network namespaces of their own, an origin, and a LAN between them.

Run through `scripts/bench fleet`, as root. Every node is a namespace with a veth into one bridge; `tc` limits the LAN, and what leaves
the origin: shared by all nodes, or for each of them. `--row` chooses what is measured:

- uplink, hosts: last node and copies beside one node alone and all nodes without a fleet, for each `--nodes`
- wide: 16 nodes; copies and whether all have the same bytes, no times: two cores do the work of 16 machines
- refused: an origin that answers 429 above 4 connections
- damaged: bytes that are damaged on their way to a node (one byte of one file and of one shard; all that one node gets), and on the
  disk of a node that offers them
- killed: the coordinator, a node that comes back, and a node that does not, each killed when the fleet has a quarter of the file
- late: a node that starts when the others are done and still there
- mixed: one of the nodes has no aria2c

Memory is the largest of any process of a node, CPU the seconds of one node, aria2c's included, for each GiB of the file.
Python 3.11 or newer, standard library only.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time

from fleet_lab import FLEET_PORT, MIB, REPOSITORY, Network, Node, address, hub, measure

ROWS = ("uplink", "hosts", "wide", "refused", "damaged", "killed", "late", "mixed")
MOST_MEMORY = 200 * MIB

def fleet_words(root, nodes):
    secret = os.path.join(root, "secret")
    with open(secret, "w") as file:
        file.write(os.urandom(24).hex())
    return ["--fleet", f"tcp://{address(0)}:{FLEET_PORT}", "--fleet-size", str(nodes), "--fleet-secret", f"@{secret}"]


def tell(title, figures, words, **facts):
    """Prints a row, and gives it for the file."""
    facts = {"row": title, "fleet": figures.last, "copies": figures.copies, "memory": figures.memory, "cpu_per_gib": figures.cpu, **facts}
    facts["held"] = facts["held"] and figures.memory <= MOST_MEMORY
    print(f"{title:44} {figures.last:8.1f} s {figures.copies:6.2f} {figures.memory / MIB:7.0f} MiB {figures.cpu:7.1f} s   {words}"
          f"{'' if facts['held'] else '  MISSED'}", flush=True)
    return facts


def compare(options, root, nodes, title, bar, **limits):
    """A fleet beside one node alone, and all of them without a fleet."""
    size = options.size * MIB
    with Network(nodes, options.lan, **limits) as network, hub(network, options.hub, size) as ask:
        alone = measure(options, network, ask, root, 1, [], size)
        every = measure(options, network, ask, root, nodes, [], size)
        fleet = measure(options, network, ask, root, nodes, fleet_words(root, nodes), size)
    words = (f"one alone {alone.last:.1f} s ({alone.cpu:.1f} s/GiB), all without {every.last:.1f} s and {every.copies:.2f} copies, "
             f"{fleet.last / alone.last:.2f} of one alone (bar {bar})")
    return tell(
        title, fleet, words, nodes=nodes, bytes=size, alone=alone.last, without=every.last, without_copies=every.copies, bar=bar,
        held=fleet.last <= bar * alone.last and fleet.copies <= 1.05)


def wide(options, root):
    size, nodes = options.size * MIB, 16
    with Network(nodes, options.lan, shared=100) as network, hub(network, options.hub, size) as ask:
        fleet = measure(options, network, ask, root, nodes, fleet_words(root, nodes), size)
    return tell(
        f"{nodes} nodes, uplink of 100 Mbit/s shared", fleet, "all the same bytes", nodes=nodes, bytes=size, held=fleet.copies <= 1.05)


def refused(options, root):
    size, nodes, most = options.size * MIB, 4, 4
    with Network(nodes, options.lan, shared=100) as network, hub(network, options.hub, size, most) as ask:
        fleet = measure(options, network, ask, root, nodes, fleet_words(root, nodes), size)
    return tell(
        f"{nodes} nodes, 429 above {most} connections", fleet, "no failure", nodes=nodes, bytes=size, held=fleet.copies <= 1.2)


def damage_on_disk(network, node, size, start):
    """Overwrites what the node has of the file, and offers to others, once the fleet has half of it."""
    network.wait_for(size // 2, start)
    block = 64 << 10
    with open(os.path.join(node.arguments[3], "model.safetensors.fetchctl-part"), "r+b") as file:
        behind = []
        while not behind:
            is_there = [any(os.pread(file.fileno(), 512, start)) for start in range(0, size, block)]
            # What comes before the first gap is in the file's own hash already: nobody could notice that it changes.
            gap = is_there.index(False)
            behind = [number for number in range(gap, len(is_there)) if is_there[number]]
        for number in behind[len(behind) // 2:][:4]:
            os.pwrite(file.fileno(), os.urandom(block), number * block)


def damaged(options, root):
    size, nodes, shards = options.size * MIB, 4, 8
    results = []
    with Network(nodes, options.lan, shared=100) as network, hub(network, options.hub, size) as ask:
        ask("POST", "files", {
            "place": "hub", "repository": "practice/shards", "name": "model-0000#-of-00008.safetensors", "copies": shards,
            "size": size // shards})

        def on_the_way(offset):
            return lambda _: ask("POST", "faults", {"kind": "wrongBytes", "match": "", "times": 1, "offset": offset})

        def on_disk(started):
            threading.Thread(target=damage_on_disk, args=(network, started[1], size, network.sent()), daemon=True).start()

        for title, disturb, repository in (
            ("a byte damaged before it is hashed", on_the_way(size // 2), REPOSITORY),
            ("the same in one of 8 shards", on_the_way(size // shards // 2), "practice/shards"),
            ("damaged on the disk of one node", on_disk, REPOSITORY),
        ):
            words = fleet_words(root, nodes)
            clean = measure(options, network, ask, root, nodes, words, size, repository=repository)
            fleet = measure(options, network, ask, root, nodes, words, size, disturb, repository=repository)
            ask("DELETE", "faults")
            results.append(tell_damage(f"{nodes} nodes, {title}", fleet, clean, nodes, size))
    return [*results, *(damaged_for_one(options, root, nodes) for nodes in (4, 8))]


def damaged_for_one(options, root, nodes):
    """One node gets damaged bytes only."""
    size = options.size * MIB
    results = []
    for damages in (None, 2):
        with Network(nodes, options.lan, shared=100) as network, hub(network, options.hub, size, damages=damages) as ask:
            results.append(measure(options, network, ask, root, nodes, fleet_words(root, nodes), size))
    clean, fleet = results
    return tell_damage(f"{nodes} nodes, one gets damaged bytes only", fleet, clean, nodes, size)


def tell_damage(title, fleet, clean, nodes, size):
    more, most = fleet.last - clean.last, 6
    words = f"{more:.1f} s more than {clean.last:.1f} s without (bar {most})"
    return tell(
        title, fleet, words, nodes=nodes, bytes=size, without_fault=clean.last, held=more <= most and fleet.copies <= 1.2)


def killed(options, root):
    size, nodes, most = options.size * MIB, 4, 8
    results = []
    with Network(nodes, options.lan, shared=100) as network, hub(network, options.hub, size) as ask:
        clean = measure(options, network, ask, root, nodes, fleet_words(root, nodes), size)
        for title, victim, comes_back in (
            ("the coordinator is killed", 0, False), ("a node is killed and comes back", 2, True), ("a node is killed for good", 2, False),
        ):
            def kill(started, victim=victim, comes_back=comes_back):
                network.wait_for(size // 4, network.sent())
                started[victim].kill()
                if comes_back:
                    time.sleep(2)
                    started.append(started[victim].again())

            fleet = measure(options, network, ask, root, nodes, fleet_words(root, nodes), size, kill)
            words = f"{fleet.last - clean.last:.1f} s more than {clean.last:.1f} s without (bar {most})"
            results.append(tell(
                f"{nodes} nodes, {title}", fleet, words, nodes=nodes, bytes=size, without_fault=clean.last,
                held=fleet.last - clean.last <= most and fleet.copies <= 1.2))
    return results


def late(options, root):
    size, nodes = options.size * MIB, 4
    with Network(nodes, options.lan, shared=100) as network, hub(network, options.hub, size) as ask:
        words = [*fleet_words(root, nodes), "--fleet-linger", "60"]

        def start_late(started):
            for node in started:
                while node.placed is None and node.process.poll() is None:
                    time.sleep(0.05)
            started.append(Node(options, network, nodes - 1, os.path.join(root, f"node{nodes - 1}"), words))

        fleet = measure(options, network, ask, root, nodes - 1, words, size, start_late)
    return tell(
        f"{nodes} nodes, one when the others are done", fleet, "the late one's time is the last", nodes=nodes, bytes=size,
        held=fleet.copies <= 1.05)


def mixed(options, root):
    size, nodes = options.size * MIB, 4
    with Network(nodes, options.lan, shared=100) as network, hub(network, options.hub, size) as ask:
        fleet = measure(
            options, network, ask, root, nodes, fleet_words(root, nodes), size,
            environments={nodes - 1: {"FETCHCTL_ARIA2C": ""}})
    return tell(
        f"{nodes} nodes, one without aria2c", fleet, "that one gets all from the origin", nodes=nodes, bytes=size,
        held=fleet.copies <= 2.05)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench fleet", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--fetchctl", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--hub", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, default=256, metavar="MIB", help="of the file (default 256)")
    parser.add_argument("--lan", type=int, default=400, metavar="MBIT", help="what each node sends (default 400)")
    parser.add_argument("--nodes", type=int, action="append", metavar="N", help="repeatable (default 2 and 8)")
    parser.add_argument("--row", action="append", choices=ROWS, help="repeatable (default: all)")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file too")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("error: namespaces need root")
    rows = options.row or ROWS
    root = tempfile.mkdtemp(prefix="fetchctl-fleet-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    print(f"{'':44} {'last':>10} {'copies':>6} {'memory':>11} {'CPU/GiB':>9}")
    results = []
    try:
        for nodes in options.nodes or [2, 8]:
            if "uplink" in rows:
                results.append(compare(options, root, nodes, f"{nodes} nodes, uplink of 100 Mbit/s shared", 1.2, shared=100))
            if "hosts" in rows:
                bar = 0.65 if nodes < 8 else 0.3
                results.append(compare(options, root, nodes, f"{nodes} nodes, each host limited to 25 Mbit/s", bar, each=25))
        if "wide" in rows:
            results.append(wide(options, root))
        if "refused" in rows:
            results.append(refused(options, root))
        if "damaged" in rows:
            results += damaged(options, root)
        if "killed" in rows:
            results += killed(options, root)
        if "late" in rows:
            results.append(late(options, root))
        if "mixed" in rows:
            results.append(mixed(options, root))
    finally:
        shutil.rmtree(root, ignore_errors=True)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=2)
    sys.exit(0 if all(result["held"] for result in results) else 1)


if __name__ == "__main__":
    main()
