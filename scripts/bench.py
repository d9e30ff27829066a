"""Measures fetchctl: start-up and size against their bars, transfers beside other programs.

Run through scripts/bench, which builds and installs what this needs. Python 3.9 or newer, standard library only.
"""

import argparse
import contextlib
import glob
import json
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

MIB = 1 << 20
STARTUP_BAR_MS = 20
SIZE_BAR_MB = 25

# What is fetched: name, bytes, bytes per second of each TCP connection (0: no limit).
SCENES = [
    ("8 MiB/s a connection", 256 * MIB, 8 * MIB),
    ("no limit", 1024 * MIB, 0),
]


def peers(fetchctl, url, folder, name):
    """The command lines that are compared, by their names in the table; the first is the one that ratios refer to."""
    ours = [fetchctl, "add", url, "-d", folder, "--quiet"]
    return {
        "aria2c": [
            "aria2c", "-x16", "-s16", "-k1M", "--no-conf", "--file-allocation=none", "--quiet", "-d", folder, "-o", name, url,
        ],
        "curl": ["curl", "-sSf", "-o", os.path.join(folder, name), url],
        "fetchctl --engine aria2": ours + ["--engine", "aria2"],
        "fetchctl --engine builtin": ours + ["--engine", "builtin"],
        "fetchctl builtin --no-verify": ours + ["--engine", "builtin", "--no-verify"],
    }


# ---- start-up and size


def milliseconds(command):
    """The wall time of one whole process, from its making to its end."""
    begin = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status = os.waitpid(process, 0)
    took = (time.perf_counter() - begin) * 1000
    if status != 0:
        sys.exit(f"error: {' '.join(command)} ended with status {status}.")
    return took


def measure_size(fetchctl):
    for _ in range(3):
        milliseconds([fetchctl, "--version"])
    startup = statistics.median(milliseconds([fetchctl, "--version"]) for _ in range(20))
    size = os.path.getsize(fetchctl) / 1e6
    rows = [("fetchctl --version, median of 20", startup, STARTUP_BAR_MS, "ms"), ("static, stripped binary", size, SIZE_BAR_MB, "MB")]
    for what, value, bar, unit in rows:
        print(f"{what:<34} {value:6.1f} {unit}   bar {bar} {unit}   {'held' if value < bar else 'MISSED'}")
    return {"startup_ms": round(startup, 2), "size_bytes": os.path.getsize(fetchctl), "held": all(row[1] < row[2] for row in rows)}


# ---- the content network


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def nginx_configuration(root, web, limited):
    """A web server, and before it one port for each limit, which holds for a TCP connection and not for a request."""
    module = next(iter(glob.glob("/usr/lib*/nginx/modules/ngx_stream_module.so")), None)
    streams = "".join(
        f"server {{ listen 127.0.0.1:{port}; proxy_pass 127.0.0.1:{web}; proxy_download_rate {rate}; }}\n" for rate, port in limited.items()
    )
    return f"""
{f"load_module {module};" if module else ""}
{"user root;" if os.geteuid() == 0 else ""}
worker_processes auto;
daemon off;
pid {root}/nginx.pid;
error_log {root}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    client_body_temp_path {root}/t1; proxy_temp_path {root}/t2; fastcgi_temp_path {root}/t3; uwsgi_temp_path {root}/t4; scgi_temp_path {root}/t5;
    server {{ listen 127.0.0.1:{web}; root {root}/www; }}
}}
stream {{
{streams}}}
"""


@contextlib.contextmanager
def content_network(root):
    """nginx on loopback; gives a function from a limit and a file's name to its URL."""
    web = free_port()
    ports = {rate: free_port() for _, _, rate in SCENES if rate}
    configuration = os.path.join(root, "nginx.conf")
    with open(configuration, "w", encoding="utf-8") as file:
        file.write(nginx_configuration(root, web, ports))
    program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin") or sys.exit("error: nginx is not here.")
    with open(os.path.join(root, "nginx.out"), "w", encoding="utf-8") as output:
        # What it says before it has read where to log (nginx 1.18 tries /var/log first) is of no interest.
        nginx = subprocess.Popen([program, "-c", configuration, "-p", root], stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        for port in [web, *ports.values()]:
            for _ in range(200):
                if nginx.poll() is not None:
                    sys.exit("error: nginx ended before it was ready.")
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.05)
        yield lambda rate, name: f"http://127.0.0.1:{ports.get(rate, web)}/{name}"
    finally:
        nginx.terminate()
        nginx.wait()


# ---- transfers


def make_file(path, size):
    with open(path, "wb") as file:
        for _ in range(size // MIB):
            file.write(os.urandom(MIB))


def measure(command, folder, source):
    """One run: wall and CPU seconds, and the most memory that one of its processes held."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    report = folder + ".time"
    # GNU time and not our own fork: a child's peak begins with what its parent held.
    begin = time.perf_counter()
    done = subprocess.run(["time", "-q", "-o", report, "-f", "%U %S %M", *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - begin
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(command)} ended with {done.returncode}.")
    with open(report, encoding="utf-8") as file:
        user, system, peak = file.read().split()
    if subprocess.run(["cmp", "-s", source, os.path.join(folder, os.path.basename(source))]).returncode != 0:
        sys.exit(f"error: {' '.join(command)} did not bring the file.")
    shutil.rmtree(folder)
    return {"wall": wall, "cpu": float(user) + float(system), "peak": int(peak) * 1024}


def measure_scene(scene, runs, fetchctl, root, url_of):
    title, size, rate = scene
    name = f"{size // MIB}m.dat"
    source = os.path.join(root, "www", name)
    make_file(source, size)
    folder = os.path.join(root, "target")
    commands = peers(fetchctl, url_of(rate, name), folder, name)
    results = {peer: [] for peer in commands}
    # Interleaved, so that a busy moment of the machine does not fall on one of them alone.
    for number in range(runs):
        for peer, command in commands.items():
            if sys.stderr.isatty():
                print(f"\r{title}: run {number + 1} of {runs}, {peer:<30}", end="", file=sys.stderr, flush=True)
            results[peer].append(measure(command, folder, source))
    if sys.stderr.isatty():
        print("\r" + " " * 80 + "\r", end="", file=sys.stderr)
    os.remove(source)
    medians = {peer: {key: statistics.median(run[key] for run in each) for key in each[0]} for peer, each in results.items()}
    base = next(iter(medians.values()))["wall"]
    return [
        {
            "scene": title, "size_bytes": size, "bytes_per_second_per_connection": rate or None, "program": peer,
            "wall_seconds": round(median["wall"], 3), "bytes_per_second": round(size / median["wall"]),
            "cpu_seconds": round(median["cpu"], 2), "peak_bytes": median["peak"], "wall_ratio_to_aria2c": round(median["wall"] / base, 3),
            "wall_seconds_of_runs": [round(run["wall"], 3) for run in results[peer]],
        }
        for peer, median in medians.items()
    ]


def print_table(rows, runs):
    print(f"\nMedian of {runs}, nginx on loopback; ratio: wall time over aria2c's; peak: the largest process.\n")
    print(f"{'':<38} {'wall s':>8} {'MB/s':>7} {'CPU s':>7} {'peak MB':>8} {'ratio':>6}")
    scene = None
    for row in rows:
        if row["scene"] != scene:
            scene = row["scene"]
            print(f"{row['size_bytes'] // MIB} MiB, {scene}")
        print(
            f"  {row['program']:<36} {row['wall_seconds']:8.2f} {row['bytes_per_second'] / 1e6:7.0f} {row['cpu_seconds']:7.2f} "
            f"{row['peak_bytes'] / 1e6:8.1f} {row['wall_ratio_to_aria2c']:6.2f}"
        )


def roomy_folder():
    """Memory where there is enough of it, so that no disk is measured; else the temporary folder."""
    needed = 2 * max(size for _, size, _ in SCENES) + 256 * MIB
    for folder in ["/dev/shm", tempfile.gettempdir()]:
        if os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= needed:
            return folder
    sys.exit(f"error: neither /dev/shm nor {tempfile.gettempdir()} has {needed // MIB} MiB free.")


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures fetchctl.")
    parser.add_argument("what", nargs="?", choices=["size", "all"], default="all", help="size: start-up and size only")
    parser.add_argument("--runs", type=int, default=5, help="of every program and scene (default 5)")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file too")
    parser.add_argument("--fetchctl", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    # Ended politely, so that nginx and the files go too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    figures = {
        "machine": {"system": platform.platform(), "cpus": os.cpu_count()},
        "size": measure_size(options.fetchctl),
    }
    if options.what == "all":
        parent = roomy_folder()
        with tempfile.TemporaryDirectory(prefix="fetchctl-bench-", dir=parent) as root:
            # A home of its own: no configuration of the user's decides.
            os.environ.update(HOME=root, XDG_CONFIG_HOME=os.path.join(root, "config"), FETCHCTL_CONFIG=os.devnull)
            os.makedirs(os.path.join(root, "www"))
            with content_network(root) as url_of:
                rows = [row for scene in SCENES for row in measure_scene(scene, options.runs, options.fetchctl, root, url_of)]
        figures["transfers"] = {"runs": options.runs, "on": parent, "rows": rows}
        print_table(rows, options.runs)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=2)
            file.write("\n")
    sys.exit(0 if figures["size"]["held"] else 1)


try:
    main()
except KeyboardInterrupt:
    sys.exit(130)
