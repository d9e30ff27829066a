"""Measures a fleet: real processes in network namespaces of their own, an origin, and a LAN between them.

Run through `scripts/bench fleet`, as root. Every node is a namespace with a veth into one bridge; `tc` limits the LAN, and what leaves
the origin: shared by all nodes, or for each of them. Python 3.9 or newer, standard library only.
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

# Copies in front of the hub's own ports, which are on loopback: bytes from one socket to another.
FORWARDER = """
import socket, sys, threading
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
def serve(own, port):
    listener = socket.create_server((sys.argv[1], own), backlog=512)
    while True:
        client, _ = listener.accept()
        target = socket.create_connection(("127.0.0.1", port))
        for ends in ((client, target), (target, client)): threading.Thread(target=pump, args=ends, daemon=True).start()
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
def hub(network, program, size):
    """The practice hub in the origin's namespace, with what makes it reachable from the others."""
    inside = ["ip", "netns", "exec", network.origin]
    words = [program, "--model-size", str(size), "--until-stdin-closes", "--public-cdn", f"http://{ORIGIN}:{CDN_PORT}"]
    server = subprocess.Popen([*inside, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    places = json.loads(server.stdout.readline())
    ports = {name: places[name].rsplit(":", 1)[1] for name in ("hub", "cdn")}
    forwarder = subprocess.Popen(
        [*inside, sys.executable, "-c", FORWARDER, ORIGIN, f"{HUB_PORT}:{ports['hub']}", f"{CDN_PORT}:{ports['cdn']}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    forwarder.stdout.readline()

    def ask(method, path):
        code = f"import urllib.request as u; print(u.urlopen(u.Request('{places['control']}/{path}', method='{method}')).read().decode())"
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
        if self.process.wait() != 0 or self.placed is None:
            self.log.seek(0)
            raise SystemExit(f"error: fetchctl ended with {self.process.returncode}:\n{self.log.read()[-3000:]}")
        with open(self.path, "rb") as file:
            return self.placed, hashlib.file_digest(file, "sha256").hexdigest()


def measure(options, network, ask, root, count, words):
    """Seconds until the last node has every byte, and bytes that the origin sent."""
    ask("DELETE", "requests")
    nodes = [Node(options, network, number, os.path.join(root, f"node{number}"), words) for number in range(count)]
    ends = [node.end() for node in nodes]
    served = sum(request["bodyBytesSent"] for request in json.loads(ask("GET", "requests")) if request["server"] == "cdn")
    for number in range(count):
        shutil.rmtree(os.path.join(root, f"node{number}"))
    if len({digest for _, digest in ends}) != 1:
        raise SystemExit("error: the nodes have different bytes")
    return max(seconds for seconds, _ in ends), served


def row(options, root, nodes, size, title, bar, **limits):
    with Network(nodes, options.lan, **limits) as network, hub(network, options.hub, size) as ask:
        secret = os.path.join(root, "secret")
        with open(secret, "w") as file:
            file.write(os.urandom(24).hex())
        fleet = ["--fleet", f"tcp://{address(0)}:{FLEET_PORT}", "--fleet-size", str(nodes), "--fleet-secret", f"@{secret}"]
        alone, _ = measure(options, network, ask, root, 1, [])
        every, copies = measure(options, network, ask, root, nodes, [])
        last, served = measure(options, network, ask, root, nodes, fleet)
    result = {
        "row": title, "nodes": nodes, "bytes": size, "alone": alone, "without": every, "without_copies": copies / size, "fleet": last,
        "copies": served / size, "bar": bar, "held": last <= bar * alone and served <= 1.05 * size,
    }
    print(f"{title:44} {alone:7.1f} s {every:8.1f} s {copies / size:6.2f} {last:8.1f} s {served / size:6.2f}   "
          f"{last / alone:5.2f} of one alone (bar {bar}){'' if result['held'] else '  MISSED'}", flush=True)
    return result


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench fleet", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--fetchctl", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--hub", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, default=256, metavar="MIB", help="of the file (default 256)")
    parser.add_argument("--lan", type=int, default=400, metavar="MBIT", help="what each node sends (default 400)")
    parser.add_argument("--nodes", type=int, action="append", metavar="N", help="repeatable (default 2 and 8)")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file too")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("error: namespaces need root")
    root = tempfile.mkdtemp(prefix="fetchctl-fleet-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    print(f"{'':44} {'one alone':>9} {'all alone':>10} {'copies':>6} {'last of fleet':>10} {'copies':>6}")
    results = []
    try:
        for nodes in options.nodes or [2, 8]:
            size = options.size * MIB
            results.append(row(options, root, nodes, size, f"{nodes} nodes, uplink of 100 Mbit/s shared", 1.2, shared=100))
            bar = 0.65 if nodes < 8 else 0.3
            results.append(row(options, root, nodes, size, f"{nodes} nodes, each host limited to 25 Mbit/s", bar, each=25))
    finally:
        shutil.rmtree(root, ignore_errors=True)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=2)
    sys.exit(0 if all(result["held"] for result in results) else 1)


if __name__ == "__main__":
    main()
