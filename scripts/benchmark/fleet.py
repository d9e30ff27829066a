"""Measures a fleet: real processes in network namespaces of their own, an origin, and a LAN between them.

Run through `scripts/bench fleet`, as root. Every node is a namespace with a veth into one bridge; `tc` limits the LAN, and what leaves
the origin: shared by all nodes, or for each of them. `--row` chooses what is measured:

- uplink, hosts: last node and copies beside one node alone and all nodes without a fleet, for each `--nodes`
- wide: 16 nodes; copies and whether all have the same bytes, no times: two cores do the work of 16 machines
- refused: an origin that answers 429 above 4 connections
- damaged: bytes that are damaged on their way to one node, and on the disk of a node that offers them

Memory is the largest of any process of a node, CPU the seconds of one node, aria2c's included, for each GiB of the file.
Python 3.11 or newer, standard library only.
"""

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

PREFIX = "fcbench"
ORIGIN = "10.77.0.1"
MIB = 1 << 20
HUB_PORT, CDN_PORT, FLEET_PORT = 8080, 8081, 7700

ROWS = ("uplink", "hosts", "wide", "refused", "damaged")
MOST_MEMORY = 200 * MIB

# Copies in front of the hub's own ports, which are on loopback: bytes from one socket to another. A third number is how many
# connections are served; others are answered with 429.
FORWARDER = """
import socket, sys, threading
REFUSAL = b"HTTP/1.1 429 Too Many Requests\\r\\nRetry-After: 1\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n"
def pump(a, b):
    try:
        while True:
            data = a.recv(1 << 18)
            if not data: break
            b.sendall(data)
    except OSError: pass
    for end in (a, b):
        try: end.shutdown(socket.SHUT_RDWR)
        except OSError: pass
def refuse(client):
    with client:
        client.settimeout(5)
        try:
            client.recv(1 << 16)
            client.sendall(REFUSAL)
        except OSError: pass
def join(client, port, places):
    target = socket.create_connection(("127.0.0.1", port))
    back = threading.Thread(target=pump, args=(target, client), daemon=True)
    back.start()
    pump(client, target)
    back.join()
    for end in (client, target): end.close()
    places.release()
def serve(own, port, most=10000):
    listener = socket.create_server((sys.argv[1], own), backlog=512)
    places = threading.Semaphore(most)
    while True:
        client, _ = listener.accept()
        if places.acquire(blocking=False): threading.Thread(target=join, args=(client, port, places), daemon=True).start()
        else: threading.Thread(target=refuse, args=(client,), daemon=True).start()
pairs = [tuple(map(int, word.split(":"))) for word in sys.argv[2:]]
for pair in pairs: threading.Thread(target=serve, args=pair, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
"""


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def address(node):
    return f"10.77.0.{10 + node}"


class Network:
    """The namespaces, while it is entered."""

    def __init__(self, nodes, lan, shared=None, each=None):
        self.nodes, self.lan, self.shared, self.each = nodes, lan, shared, each
        self.names = [f"{PREFIX}-{number}" for number in range(nodes)]
        self.origin, self.bridge = f"{PREFIX}-o", f"{PREFIX}-b"

    def __enter__(self):
        self.remove()
        run("ip", "netns", "add", self.bridge)
        run("ip", "-n", self.bridge, "link", "add", "br0", "type", "bridge")
        run("ip", "-n", self.bridge, "link", "set", "br0", "up")
        for number, name in enumerate([*self.names, self.origin]):
            own = ORIGIN if name == self.origin else address(number)
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
            run("ip", "link", "add", "lan0", "netns", name, "type", "veth", "peer", "name", f"port{number}", "netns", self.bridge)
            run("ip", "-n", self.bridge, "link", "set", f"port{number}", "master", "br0", "up")
            run("ip", "-n", name, "address", "add", f"{own}/24", "dev", "lan0")
            run("ip", "-n", name, "link", "set", "lan0", "up")
            if name == self.origin:
                self.limit_origin()
            else:
                self.limit(name, self.lan)
        return self

    @staticmethod
    def limit(name, rate):
        run("tc", "-n", name, "qdisc", "add", "dev", "lan0", "root", "tbf", "rate", f"{rate}mbit", "burst", "256k", "latency", "50ms")

    def limit_origin(self):
        if self.shared:
            self.limit(self.origin, self.shared)
            return
        tc, device = ["tc", "-n", self.origin], ["dev", "lan0"]
        run(*tc, "qdisc", "add", *device, "root", "handle", "1:", "htb")
        for number in range(self.nodes):
            one = f"1:{number + 1}"
            run(*tc, "class", "add", *device, "parent", "1:", "classid", one, "htb", "rate", f"{self.each}mbit", "burst", "64k")
            run(*tc, "filter", "add", *device, "parent", "1:", "protocol", "ip", "u32", "match", "ip", "dst", f"{address(number)}/32",
                "flowid", one)

    def remove(self):
        for name in [*self.names, self.origin, self.bridge]:
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)

    def __exit__(self, *_):
        self.remove()


@contextlib.contextmanager
def hub(network, program, size, most=None):
    """The practice hub in the origin's namespace, with what makes it reachable from the others.

    most: connections of the content network; further ones are answered with 429.
    """
    inside = ["ip", "netns", "exec", network.origin]
    words = [program, "--model-size", str(size), "--until-stdin-closes", "--public-cdn", f"http://{ORIGIN}:{CDN_PORT}"]
    server = subprocess.Popen([*inside, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    places = json.loads(server.stdout.readline())
    ports = {name: places[name].rsplit(":", 1)[1] for name in ("hub", "cdn")}
    forwarder = subprocess.Popen(
        [*inside, sys.executable, "-c", FORWARDER, ORIGIN, f"{HUB_PORT}:{ports['hub']}",
         f"{CDN_PORT}:{ports['cdn']}" + (f":{most}" if most else "")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    forwarder.stdout.readline()

    def ask(method, path, body=None):
        data = json.dumps(body).encode() if body else None
        code = (f"import urllib.request as u; "
                f"print(u.urlopen(u.Request('{places['control']}/{path}', data={data!r}, method='{method}')).read().decode())")
        return subprocess.run([*inside, sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True).stdout

    try:
        yield ask
    finally:
        for process in (forwarder, server):
            process.stdin.close()
            process.wait()


class Node:
    """One `fetchctl add`, from its start to its end."""

    def __init__(self, options, network, number, folder, words):
        os.makedirs(folder)
        environment = {
            "PATH": os.environ["PATH"], "HOME": folder, "HF_ENDPOINT": f"http://{ORIGIN}:{HUB_PORT}", "TMPDIR": folder,
            "FETCHCTL_STATE_DIR": os.path.join(folder, "state"), "FETCHCTL_CHECK_NETWORK": "false",
        }
        self.began = time.monotonic()
        self.placed = None
        self.path = os.path.join(folder, "model.safetensors")
        self.log = open(os.path.join(folder, "log"), "w+")
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", network.names[number], options.fetchctl, "add", "practice/one", "-d", folder, *words],
            env=environment, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        # The final path is printed once the file is verified; a fleet's member stays for the others after that.
        for _ in self.process.stdout:
            self.placed = self.placed or time.monotonic() - self.began

    def end(self):
        self.reader.join()
        # What the process used, and the children that it has waited for: its aria2c.
        _, status, self.usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        if self.process.returncode != 0 or self.placed is None:
            self.log.seek(0)
            raise SystemExit(f"error: fetchctl ended with {self.process.returncode}:\n{self.log.read()[-3000:]}")
        with open(self.path, "rb") as file:
            return self.placed, hashlib.file_digest(file, "sha256").hexdigest()


class Figures:
    """What a run of all nodes came to."""

    def __init__(self, nodes, ends, served, size):
        self.last = max(seconds for seconds, _ in ends)
        self.copies = served / size
        self.memory = max(node.usage.ru_maxrss for node in nodes) * 1024
        self.cpu = max(node.usage.ru_utime + node.usage.ru_stime for node in nodes) / (size / (1 << 30))
        self.is_same = len({digest for _, digest in ends}) == 1


def measure(options, network, ask, root, count, words, size, disturb=None):
    """Runs so many nodes. `disturb` is called with them once they have been started."""
    ask("DELETE", "requests")
    nodes = [Node(options, network, number, os.path.join(root, f"node{number}"), words) for number in range(count)]
    if disturb:
        disturb(nodes)
    ends = [node.end() for node in nodes]
    served = sum(request["bodyBytesSent"] for request in json.loads(ask("GET", "requests")) if request["server"] == "cdn")
    for number in range(count):
        shutil.rmtree(os.path.join(root, f"node{number}"))
    figures = Figures(nodes, ends, served, size)
    if not figures.is_same:
        raise SystemExit("error: the nodes have different bytes")
    return figures


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


def damage_on_disk(node, size):
    """Overwrites what the node has of the file, once it has a quarter of it, and offers it to others."""
    path = node.path + ".fetchctl-part"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if os.path.exists(path) and os.stat(path).st_blocks * 512 > size // 4:
            break
        time.sleep(0.02)
    with open(path, "r+b") as file:
        start = 0
        for _ in range(4):
            try:
                start = os.lseek(file.fileno(), start, os.SEEK_DATA)
            except OSError:
                break
            os.pwrite(file.fileno(), os.urandom(64 << 10), start)
            start += 8 * MIB


def damaged(options, root):
    size, nodes, most = options.size * MIB, 4, 6
    results = []
    with Network(nodes, options.lan, shared=100) as network, hub(network, options.hub, size) as ask:
        clean = measure(options, network, ask, root, nodes, fleet_words(root, nodes), size)

        def on_the_way(_):
            ask("POST", "faults", {"kind": "wrongBytes", "match": "", "times": 1, "offset": size // 2})

        def on_disk(started):
            threading.Thread(target=damage_on_disk, args=(started[1], size), daemon=True).start()

        for title, disturb in (("damaged before it is hashed", on_the_way), ("damaged on the disk of one node", on_disk)):
            fleet = measure(options, network, ask, root, nodes, fleet_words(root, nodes), size, disturb)
            ask("DELETE", "faults")
            more = fleet.last - clean.last
            words = f"{more:.1f} s more than {clean.last:.1f} s without (bar {most})"
            results.append(tell(
                f"{nodes} nodes, {title}", fleet, words, nodes=nodes, bytes=size, without_fault=clean.last, held=more <= most))
    return results


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
    finally:
        shutil.rmtree(root, ignore_errors=True)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=2)
    sys.exit(0 if all(result["held"] for result in results) else 1)


if __name__ == "__main__":
    main()
