"""A network in which names change their answers: run by `unshare --mount --net`, with a command, which it runs in there.

Name server and web server are threads of this process. Every name is at 93.184.216.34, which this network's loopback has too,
but for what the mode says:

  later    after its first answer a name is at 127.0.0.1
  aria2c   a process named aria2c is told 127.0.0.1
  both     a name that begins with "b." is at 127.0.0.1 besides

A line for each request goes to standard error: "asked ADDRESS PATH". /start.bin redirects to the third argument.
"""
import ctypes, fcntl, glob, os, re, socket, socketserver, struct, subprocess, sys, threading, time

MODE, FOLDER, TARGET, COMMAND = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
PUBLIC, LOOPBACK = "93.184.216.34", "127.0.0.1"
SIZE = 8 << 20
DATA = bytes((i * 31 + (i >> 12) * 7) & 0xFF for i in range(1 << 16)) * (SIZE >> 16)


def interface(name, address=None):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        if address:
            fcntl.ioctl(sock, 0x8916, struct.pack("16sHH4s8x", name.encode(), socket.AF_INET, 0, socket.inet_aton(address)))
        fcntl.ioctl(sock, 0x8914, struct.pack("16sH14x", name.encode(), 0x1 | 0x8 | 0x40))


def set_name_server():
    path = os.path.join(FOLDER, "resolv.conf")
    with open(path, "w") as file:
        file.write("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(path.encode(), b"/etc/resolv.conf", None, 4096, None) != 0:
        sys.exit("mount: " + os.strerror(ctypes.get_errno()))


def process_at(port):
    """The name of the process with that UDP port."""
    with open("/proc/net/udp") as table:
        inodes = [line.split()[9] for line in table if line.split()[1].endswith(":%04X" % port)]
    for link in glob.glob("/proc/[0-9]*/fd/*"):
        try:
            if os.readlink(link) in ["socket:[%s]" % inode for inode in inodes]:
                with open("/proc/%s/comm" % link.split("/")[2]) as comm:
                    return comm.read().strip()
        except OSError:
            pass
    return ""


def answers(name, port, seen={}):
    if MODE == "later":
        seen[name] = seen.get(name, 0) + 1
        return [PUBLIC if seen[name] == 1 else LOOPBACK]
    if MODE == "aria2c" and process_at(port) == "aria2c":
        return [LOOPBACK]
    return [PUBLIC, LOOPBACK] if MODE == "both" and name.startswith("b.") else [PUBLIC]


class Names(socketserver.BaseRequestHandler):
    def handle(self):
        query, sock = self.request
        end = 12
        while query[end]:
            end += query[end] + 1
        name = re.sub(rb"[\x01-\x3f]", b".", query[12:end]).decode().lstrip(".").lower()
        kind = struct.unpack(">H", query[end + 1 : end + 3])[0]
        found = answers(name, self.client_address[1]) if kind == 1 else []
        head = query[:2] + struct.pack(">HHHHH", 0x8180, 1, len(found), 0, 0) + query[12 : end + 5]
        body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 0, 4) + socket.inet_aton(address) for address in found)
        sock.sendto(head + body, self.client_address)


class Files(socketserver.StreamRequestHandler):
    def handle(self):
        lines = []
        while (line := self.rfile.readline().strip()):
            lines.append(line.decode())
        if not lines:
            return
        path, own = lines[0].split()[1], self.connection.getsockname()[0]
        print("asked", own, path, file=sys.stderr, flush=True)
        if path == "/start.bin":
            self.wfile.write(("HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % TARGET).encode())
            return
        first, last, status = 0, SIZE - 1, "200 OK"
        for line in lines:
            if line.lower().startswith("range: bytes="):
                begin, _, end = line.split("=")[1].partition("-")
                first, last, status = int(begin), int(end or SIZE - 1), "206 Partial Content"
        head = "HTTP/1.1 %s\r\nContent-Length: %d\r\nContent-Range: bytes %d-%d/%d\r\nAccept-Ranges: bytes\r\nConnection: close\r\n\r\n"
        self.wfile.write((head % (status, last - first + 1, first, last, SIZE)).encode())
        try:
            for offset in range(first, last + 1, 1 << 16):
                self.wfile.write(DATA[offset : min(offset + (1 << 16), last + 1)])
                # Slow, inside even more so, so that there is something to be seen.
                time.sleep(0.05 if own == LOOPBACK else 0.01)
        except OSError:
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


interface("lo")
interface("lo:1", PUBLIC)
set_name_server()
for server in [socketserver.ThreadingUDPServer((LOOPBACK, 53), Names), Server(("", 80), Files), Server(("", 8080), Files)]:
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
sys.exit(subprocess.run(COMMAND).returncode)
