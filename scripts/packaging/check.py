"""Installs what has been packed where nothing else is, and uses it: a file comes over TLS, checked by its hash.

`venv` is a clean Python environment on this machine. `debian` and `ubuntu` (22.04: the glibc that Colab has) are systems
made for the purpose, which have Python, and no libcurl, aria2 or compiler; making them needs root, debootstrap and their
packages.
"""

import argparse
import contextlib
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
CONTENT = b"A model, by and large. " * 400_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()

# Where other distributions have what Debian has in /etc/ssl/certs/ca-certificates.crt.
ELSEWHERE = {
    "Fedora": "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "an older Fedora": "etc/pki/tls/certs/ca-bundle.crt",
    "openSUSE": "etc/ssl/ca-bundle.pem",
    "SUSE": "var/lib/ca-certificates/ca-bundle.pem",
}

# Debian has no keys of Ubuntu's: without them it comes over TLS, which is enough for a system that is thrown away.
UBUNTU_KEYS = "/usr/share/keyrings/ubuntu-archive-keyring.gpg"
UBUNTU_TRUST = f"--keyring={UBUNTU_KEYS}" if os.path.exists(UBUNTU_KEYS) else "--no-check-gpg"
# Options of debootstrap, then the suite and where it is.
ROOTS = {
    "debian": ["bookworm", "http://deb.debian.org/debian"],
    "ubuntu": ["--components=main,universe", UBUNTU_TRUST, "jammy", "https://archive.ubuntu.com/ubuntu"],
}

NGINX = """
daemon off;
master_process off;
pid {root}/nginx.pid;
error_log {root}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {root}/t1; proxy_temp_path {root}/t2; fastcgi_temp_path {root}/t3;
    uwsgi_temp_path {root}/t4; scgi_temp_path {root}/t5;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {root}/server.pem;
        ssl_certificate_key {root}/server.key;
        root {root}/files;
    }}
}}
"""


def main():
    parser = argparse.ArgumentParser(prog="check", description=__doc__)
    parser.add_argument("what", choices=["venv", *ROOTS])
    parser.add_argument("--dist", type=pathlib.Path, required=True)
    parser.add_argument("--hub", required=True, help="the practice hub")
    asked = parser.parse_args()
    wheel = next(asked.dist.glob("*.whl")).resolve()
    package = next(asked.dist.glob("*.deb")).resolve()
    with tempfile.TemporaryDirectory(prefix="fetchctl-check-") as folder, served(pathlib.Path(folder)) as (url, authority):
        if asked.what == "venv":
            in_venv(pathlib.Path(folder), wheel, url, authority, asked.hub)
        else:
            in_root(pathlib.Path(folder), asked.what, wheel, package, url, authority)


def in_venv(folder, wheel, url, authority, hub):
    python = folder / "venv/bin/python"
    program = folder / "venv/bin/fetchctl"
    run(sys.executable, "-m", "venv", folder / "venv")
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", wheel)
    began = time.monotonic()
    run(program, "--version")
    told(f"starts in {(time.monotonic() - began) * 1000:.0f} ms, {program.stat().st_size / 1e6:.0f} MB")
    if b"libcurl" in subprocess.run(["ldd", program], stdout=subprocess.PIPE, check=True).stdout:
        raise SystemExit("error: it uses the system's libcurl")
    for engine in ("auto", "builtin"):
        run(program, "add", url, "-d", folder / engine, "--sha256", DIGEST, "--engine", engine, CURL_CA_BUNDLE=authority)
        proven(folder / engine / "model.bin")
    told("a client that trusts the authority gets the file; another one gets 69")
    refused = run(program, "add", url, "-d", folder / "refused", code=69)
    if "model.bin" in refused:
        raise SystemExit("error: a file came from a stranger")

    # The same tests as from the sources, with what has been installed here; the kernel is that of the tests.
    kernel = subprocess.run(
        [TOP / ".venv-notebook/bin/python", "-c", "import site; print(site.getsitepackages()[0])"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    own = subprocess.run([python, "-c", "import site; print(site.getsitepackages()[0])"], stdout=subprocess.PIPE, text=True, check=True)
    pathlib.Path(own.stdout.strip(), "kernel.pth").write_text(kernel + "\n")
    run(python, "-m", "unittest", "discover", "--start-directory", TOP / "Tests/Python", FETCHCTL_TEST_HUB=hub, PYTHONDONTWRITEBYTECODE="1")


def in_root(folder, system, wheel, package, url, authority):
    root = folder / "root"
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        raise SystemExit("error: this needs root and debootstrap.\n  do:  apt-get install debootstrap, and run it as root")
    told(f"making a minimal {system}; this takes a minute or two")
    words = ["debootstrap", "--variant=minbase", "--include=python3,python3-venv,ca-certificates", *ROOTS[system]]
    with open(folder / "debootstrap.log", "wb") as log:
        made = subprocess.run([*words[:-2], words[-2], root, words[-1]], stdout=log, stderr=log)
    if made.returncode:
        raise SystemExit((folder / "debootstrap.log").read_text()[-2000:])
    with mounted(root):
        (root / "packages").mkdir()
        shutil.copy(wheel, root / "packages")
        shutil.copy(package, root / "packages")
        inside = lambda *words, **more: run("chroot", root, *words, **more)  # noqa: E731
        for absent in ("aria2c", "curl", "gcc", "cc"):
            inside("sh", "-c", f"! command -v {absent}")
        inside("sh", "-c", "! ls /usr/lib/*/libcurl*")
        inside("ldd", "--version")
        inside("python3", "-m", "venv", "/venv")
        inside("/venv/bin/pip", "install", "--quiet", "--no-index", f"/packages/{wheel.name}")

        get = ["/venv/bin/fetchctl", "add", url, "--sha256", DIGEST]
        inside(*get, "-d", "/refused", code=69)
        shutil.copy(authority, root / "usr/local/share/ca-certificates/practice.crt")
        inside("update-ca-certificates")
        inside(*get, "-d", "/models")
        proven(root / "models/model.bin")
        inside("/venv/bin/python", "-c", f"import fetchctl; print(fetchctl.add({url!r}, dir='/api', headers={{'X-A': 'b'}})[0].sha256)")
        proven(root / "api/model.bin")

        store = root / "etc/ssl/certs"
        bundle = (store / "ca-certificates.crt").read_bytes()
        shutil.rmtree(store)
        for name, place in ELSEWHERE.items():
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            (root / place).write_bytes(bundle)
            inside(*get, "-d", f"/{place.replace('/', '-')}")
            proven(root / place.replace("/", "-") / "model.bin")
            told(f"authorities found where {name} keeps them")
            (root / place).unlink()
        told("without any authorities nobody is trusted")
        inside(*get, "-d", "/none", code=69)

        store.mkdir()
        (store / "ca-certificates.crt").write_bytes(bundle)
        told("the Debian package, with the system's libcurl")
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        # In there the system's own keys are at hand, and the authorities are those of a test.
        sources = root / "etc/apt/sources.list"
        sources.write_text(sources.read_text().replace("https:", "http:"))
        inside("apt-get", "update", "-q")
        inside("apt-get", "install", "-y", "-q", "--no-install-recommends", f"/packages/{package.name}", DEBIAN_FRONTEND="noninteractive")
        inside("/usr/bin/fetchctl", "add", url, "--sha256", DIGEST, "-d", "/deb")
        proven(root / "deb/model.bin")
        inside("sh", "-c", "ldd /usr/bin/fetchctl | grep libcurl.so.4; ls /usr/share/man/man1/fetchctl.1.gz /usr/share/bash-completion/completions/fetchctl")


@contextlib.contextmanager
def served(folder):
    """An nginx that serves the file over TLS; gives its URL and the authority's certificate."""
    (folder / "files").mkdir()
    (folder / "files/model.bin").write_bytes(CONTENT)
    quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, cwd=folder)
    subject = ["-subj", "/CN=practice authority", "-nodes", "-days", "2", "-newkey", "rsa:2048"]
    subprocess.run(["openssl", "req", "-x509", *subject, "-keyout", "ca.key", "-out", "ca.pem"], **quiet)
    subprocess.run(["openssl", "req", "-nodes", "-newkey", "rsa:2048", "-subj", "/CN=practice", "-keyout", "server.key", "-out", "server.csr"], **quiet)
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"]
    subprocess.run(["openssl", "x509", "-req", "-in", "server.csr", *signing, "-out", "server.pem"], **quiet)
    port = free_port()
    (folder / "nginx.conf").write_text(NGINX.format(root=folder, port=port))
    nginx = subprocess.Popen(["/usr/sbin/nginx", "-c", folder / "nginx.conf", "-p", folder], stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 20
        while not (folder / "nginx.pid").exists():
            if nginx.poll() is not None or time.monotonic() > end:
                raise SystemExit("error: nginx did not start: " + (folder / "error.log").read_text())
            time.sleep(0.05)
        yield f"https://127.0.0.1:{port}/model.bin", folder / "ca.pem"
    finally:
        nginx.terminate()
        nginx.wait()


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def mounted(root):
    """With /proc, which the program and the shells' /dev/fd want."""
    subprocess.run(["mount", "-t", "proc", "proc", root / "proc"], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", root / "proc"], check=True)


def run(*words, code=0, **environment):
    """Runs it with a plain environment and the variables given. What it wrote, when it ended with `code`."""
    plain = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8"}
    print("$", *words, flush=True)
    done = subprocess.run(
        [str(word) for word in words], env={**plain, **{k: str(v) for k, v in environment.items()}}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != code:
        raise SystemExit(f"{done.stdout}\nerror: that ended with {done.returncode}, not with {code}")
    print("".join(f"   {line}\n" for line in done.stdout.splitlines()[-4:]), end="", flush=True)
    return done.stdout


def proven(path):
    if hashlib.sha256(path.read_bytes()).hexdigest() != DIGEST:
        raise SystemExit(f"error: {path} is not what was served")


def told(text):
    print(f"   {text}", flush=True)


main()
