"""Nodes in network namespaces of their own, an origin, and a LAN between them: what the rows of scripts/bench fleet are measured in."""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

PREFIX = "fcbench"
ORIGIN = "10.77.0.1"
MIB = 1 << 20
# It has one file, of the size that the hub is started with.
REPOSITORY = "practice/one"
HUB_PORT, CDN_PORT, FLEET_PORT = 8080, 8081, 7700

# Copies in front of the hub's own ports, which are on loopback: bytes from one socket to another. A third number is how many
# connections are served; others are answered with 429. The first word is the own address, the second one that of a node that gets
# damaged bytes, or nothing.
FORWARDER = """
import socket, sys, threading
REFUSAL = b"HTTP/1.1 429 Too Many Requests\\r\\nRetry-After: 1\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n"
def pump(a, b, damage=False):
    try:
        while True:
            data = a.recv(1 << 18)
            if not data: break
            # The last byte of much data is not a header's.
            if damage and len(data) >= 1 << 15: data = data[:-1] + bytes([data[-1] ^ 255])
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
    back = threading.Thread(target=pump, args=(target, client, client.getpeername()[0] == sys.argv[2]), daemon=True)
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
pairs = [tuple(map(int, word.split(":"))) for word in sys.argv[3:]]
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

    def sent(self):
        """Bytes that the origin has sent so far."""
        place = "/sys/class/net/lan0/statistics/tx_bytes"
        words = ["ip", "netns", "exec", self.origin, "cat", place]
        return int(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout)

    def wait_for(self, size, start):
        """Returns when the origin has sent so many bytes since it had sent `start`."""
        while self.sent() < start + size:
            time.sleep(0.02)

    def remove(self):
        for name in [*self.names, self.origin, self.bridge]:
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)

    def __exit__(self, *_):
        self.remove()


@contextlib.contextmanager
def hub(network, program, size, most=None, damages=None):
    """The practice hub in the origin's namespace, with what makes it reachable from the others.

    most: connections of the content network; further ones are answered with 429.
    damages: the number of a node that gets damaged bytes.
    """
    inside = ["ip", "netns", "exec", network.origin]
    words = [program, "--model-size", str(size), "--until-stdin-closes", "--public-cdn", f"http://{ORIGIN}:{CDN_PORT}"]
    server = subprocess.Popen([*inside, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    places = json.loads(server.stdout.readline())
    ports = {name: places[name].rsplit(":", 1)[1] for name in ("hub", "cdn")}
    forwarder = subprocess.Popen(
        [*inside, sys.executable, "-c", FORWARDER, ORIGIN, address(damages) if damages is not None else "", f"{HUB_PORT}:{ports['hub']}",
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

    def __init__(self, options, network, number, folder, words, environment=None, began=None, repository=REPOSITORY):
        self.arguments = (options, network, number, folder, words)
        os.makedirs(folder, exist_ok=True)
        environment = {
            "PATH": os.environ["PATH"], **(environment or {}), "HOME": folder, "HF_ENDPOINT": f"http://{ORIGIN}:{HUB_PORT}", "TMPDIR": folder,
            "FETCHCTL_STATE_DIR": os.path.join(folder, "state"), "FETCHCTL_CHECK_NETWORK": "false",
        }
        self.began = began or time.monotonic()
        self.is_killed = False
        self.placed = None
        self.log = open(os.path.join(folder, "log"), "a+")
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", network.names[number], options.fetchctl, "add", repository, "-d", folder, *words],
            env=environment, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        # A final path is printed once the file is verified; a fleet's member stays for the others after that.
        for _ in self.process.stdout:
            self.placed = time.monotonic() - self.began

    def kill(self):
        self.is_killed = True
        self.process.send_signal(signal.SIGKILL)

    def again(self):
        """The same command once more, in the same folder; its time counts from the first start."""
        return Node(*self.arguments, began=self.began)

    def end(self):
        self.reader.join()
        # What the process used, and the children that it has waited for: its aria2c.
        _, status, self.usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        if self.is_killed:
            return None
        if self.process.returncode != 0 or self.placed is None:
            self.log.seek(0)
            raise SystemExit(f"error: fetchctl ended with {self.process.returncode}:\n{self.log.read()[-3000:]}")
        folder = self.arguments[3]
        return self.placed, tuple(sha256(os.path.join(folder, name)) for name in sorted(os.listdir(folder)) if name.endswith(".safetensors"))


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Figures:
    """What a run of all nodes came to."""

    def __init__(self, nodes, ends, served, size):
        self.last = max(seconds for seconds, _ in ends)
        self.copies = served / size
        self.memory = max(node.usage.ru_maxrss for node in nodes) * 1024
        self.cpu = max(node.usage.ru_utime + node.usage.ru_stime for node in nodes) / (size / (1 << 30))
        self.is_same = len({digest for _, digest in ends}) == 1


def measure(options, network, ask, root, count, words, size, disturb=None, environments=None, repository=REPOSITORY):
    """Runs so many nodes.

    disturb: called with the list of nodes once they have been started; it may add some.
    environments: by a node's number, variables of its own.
    """
    ask("DELETE", "requests")
    nodes = [
        Node(
            options, network, number, os.path.join(root, f"node{number}"), words, (environments or {}).get(number), repository=repository)
        for number in range(count)
    ]
    if disturb:
        disturb(nodes)
    ends = [end for end in [node.end() for node in nodes] if end]
    served = sum(request["bodyBytesSent"] for request in json.loads(ask("GET", "requests")) if request["server"] == "cdn")
    for folder in {node.arguments[3] for node in nodes}:
        shutil.rmtree(folder)
    figures = Figures(nodes, ends, served, size)
    if not figures.is_same:
        raise SystemExit("error: the nodes have different bytes")
    return figures
