"""The servers: nginx as the content network, and the practice hub."""

import contextlib
import glob
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time

RATE = 8_000_000
SLOWNESS = 50


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ContentNetwork:
    """nginx on loopback. Listeners: `plain`, `tls`, `limited` (RATE for each TCP connection), and `uneven`, where one
    connection of sixteen gets a fiftieth of that. A limit stands in front of the web server, because nginx's own is per
    request and short ranges cheat it."""

    def __init__(self, root):
        self.root = root
        self.folder = os.path.join(root, "www")
        self.authority = os.path.join(root, "authority.pem")
        self.ports = {name: free_port() for name in ["plain", "tls", "limited", "uneven", "even part", "slow part"]}
        self.logs = {name: os.path.join(root, name + ".log") for name in ["web", "limited"]}
        self.process = None
        os.makedirs(self.folder)

    def __enter__(self):
        self.make_certificates()
        with open(os.path.join(self.root, "nginx.conf"), "w", encoding="utf-8") as file:
            file.write(self.configuration())
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def url(self, listener, name):
        return f"{'https' if listener == 'tls' else 'http'}://127.0.0.1:{self.ports[listener]}/{name}"

    def make_certificates(self):
        """A throw-away authority, and a certificate for this address that it has signed."""
        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=self.root, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        openssl("req", "-x509", *key, "-keyout", "authority.key", "-out", "authority.pem", "-days", "2", "-subj", "/CN=bench")
        openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1")
        with open(os.path.join(self.root, "san"), "w", encoding="utf-8") as file:
            file.write("subjectAltName=IP:127.0.0.1\n")
        openssl(
            "x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "2",
            "-extfile", "san", "-out", "server.pem")

    def configuration(self):
        module = next(iter(glob.glob("/usr/lib*/nginx/modules/ngx_stream_module.so")), None)
        root, ports = self.root, self.ports
        return f"""
{f"load_module {module};" if module else ""}
{"user root;" if os.geteuid() == 0 else ""}
worker_processes auto;
daemon off;
pid {root}/nginx.pid;
error_log {root}/error.log;
events {{ worker_connections 1024; }}
http {{
    log_format bytes $bytes_sent;
    access_log {self.logs["web"]} bytes;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000;
    client_body_temp_path {root}/t1; proxy_temp_path {root}/t2; fastcgi_temp_path {root}/t3; uwsgi_temp_path {root}/t4; scgi_temp_path {root}/t5;
    server {{
        # Each worker takes its share of the connections.
        listen 127.0.0.1:{ports["plain"]} reuseport;
        listen 127.0.0.1:{ports["tls"]} ssl reuseport;
        ssl_certificate {root}/server.pem;
        ssl_certificate_key {root}/server.key;
        root {self.folder};
    }}
}}
stream {{
    log_format bytes $bytes_sent;
    upstream parts {{
        zone parts 64k;
        server 127.0.0.1:{ports["even part"]} weight=15;
        server 127.0.0.1:{ports["slow part"]};
    }}
    server {{
        listen 127.0.0.1:{ports["limited"]};
        proxy_pass 127.0.0.1:{ports["plain"]};
        proxy_download_rate {RATE};
        access_log {self.logs["limited"]} bytes;
    }}
    server {{
        listen 127.0.0.1:{ports["uneven"]};
        proxy_pass parts;
        access_log {self.logs["limited"]} bytes;
    }}
    server {{ listen 127.0.0.1:{ports["even part"]}; proxy_pass 127.0.0.1:{ports["plain"]}; proxy_download_rate {RATE}; }}
    server {{ listen 127.0.0.1:{ports["slow part"]}; proxy_pass 127.0.0.1:{ports["plain"]}; proxy_download_rate {RATE // SLOWNESS}; }}
}}
"""

    def start(self):
        with open(os.path.join(self.root, "nginx.out"), "w", encoding="utf-8") as output:
            # What it says before it has read where to log (nginx 1.18 tries /var/log first) is of no interest.
            self.process = subprocess.Popen(
                [nginx_program(), "-c", os.path.join(self.root, "nginx.conf"), "-p", self.root], stdin=subprocess.DEVNULL, stdout=output,
                stderr=output)
        for name, port in self.ports.items():
            if name == "uneven":
                # A look at it would move the turn of the slow connection.
                continue
            wait_for(port, self.process, "nginx")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.process = None

    def restart(self):
        """So that the slow connection is the eighth again."""
        self.stop()
        self.start()

    def served(self, listener):
        """Bytes that have gone out so far, headers included: of ended requests, or of ended connections where they are limited."""
        log = self.logs["limited" if listener in ("limited", "uneven") else "web"]
        # The server notices the end of a client a moment after us.
        time.sleep(0.1)
        with contextlib.suppress(FileNotFoundError), open(log, encoding="utf-8") as file:
            return sum(int(line) for line in file)
        return 0


class SecureFront:
    """nginx with TLS, and HTTP/2 where that is asked for, in front of servers without. `ports` maps each name to its port."""

    def __init__(self, network, targets, http2):
        self.root = os.path.join(network.root, "front")
        self.network, self.targets, self.http2 = network, targets, http2
        self.ports = {name: free_port() for name in targets}
        self.process = None
        os.makedirs(self.root, exist_ok=True)

    def __enter__(self):
        servers = "".join(self.server(name, target) for name, target in self.targets.items())
        temporary = "".join(
            f"{kind}_temp_path {self.root}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        configuration = f"""
{"user root;" if os.geteuid() == 0 else ""}
worker_processes auto;
daemon off;
pid {self.root}/nginx.pid;
error_log {self.root}/error.log;
events {{ worker_connections 1024; }}
http {{
access_log off;
keepalive_requests 100000;
proxy_http_version 1.1;
proxy_set_header Connection "";
{temporary}{servers}}}
"""
        path = os.path.join(self.root, "nginx.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(configuration)
        self.process = subprocess.Popen(
            [nginx_program(), "-c", path, "-p", self.root], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for port in self.ports.values():
            wait_for(port, self.process, "nginx")
        return self

    def server(self, name, target):
        words = "ssl http2" if self.http2 else "ssl"
        return f"""
upstream {name} {{ server 127.0.0.1:{target}; keepalive 64; }}
server {{
    listen 127.0.0.1:{self.ports[name]} {words};
    ssl_certificate {self.network.root}/server.pem;
    ssl_certificate_key {self.network.root}/server.key;
    location / {{ proxy_pass http://{name}; }}
}}
"""

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def nginx_program():
    program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    return program or sys.exit("error: nginx is not here.")


def wait_for(port, process, what):
    for _ in range(200):
        if process.poll() is not None:
            sys.exit(f"error: {what} ended before it was ready.")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    sys.exit(f"error: {what} did not get ready.")


class Hub:
    """The practice hub, with repositories of many small files."""

    def __init__(self, program, *words):
        # A client that respects the Hub's quota would otherwise wait for it after 3,000 requests.
        self.process = subprocess.Popen(
            [program, "--until-stdin-closes", "--quota", "10000000", *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line:
            sys.exit("error: practice-hub ended before it was ready.")
        self.addresses = json.loads(line)
        self.url = self.addresses["hub"]
        self.control = self.addresses["control"].removeprefix(self.url)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.url.split("/")[2])
        connection.request(method, self.control + path, body and json.dumps(body))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status >= 300:
            sys.exit(f"error: practice-hub answered {answer.status} to {method} {path}: {content[:200]}")
        return json.loads(content) if content else None

    def add_repository(self, name, files, size, shards=False):
        """Half of them as git holds them, half in large-file storage: the Hub serves the two by other ways. Shards all lie in the
        latter."""
        if shards:
            file = {"place": "hub", "repository": name, "name": "shard-#.bin", "size": size, "copies": files}
            return self.ask("POST", "/files", file)
        for half, ending in [("text", "txt"), ("bytes", "bin")]:
            file = {"place": "hub", "repository": name, "name": f"{half}/#.{ending}", "size": size, "copies": files // 2}
            if half == "text":
                file["text"] = "#".ljust(size, ".")
            self.ask("POST", "/files", file)

    def requests(self):
        """How many there have been, and the bytes of their bodies."""
        records = self.ask("GET", "/requests")
        return len(records), sum(record["bodyBytesSent"] for record in records)

    def forget_requests(self):
        self.ask("DELETE", "/requests")
