"""The command lines that are compared, by their names in the tables."""

import os
import shlex
from dataclasses import dataclass
from typing import Any

CONNECTIONS = 16
BUILTIN = "fetchctl builtin"
UNVERIFIED = "fetchctl builtin --no-verify"
# The same work as ours: fetched, then hashed.
OPENSSL = "aria2c && openssl dgst"
SHA256SUM = "aria2c && sha256sum"
CHECKSUM = "aria2c --checksum"
ARIA2 = "fetchctl aria2"


@dataclass
class Job:
    """Files to download into `bench.target`, each from its URL."""

    bench: Any
    sources: list
    urls: list
    hashes: list

    @property
    def folder(self):
        return self.bench.target

    @property
    def names(self):
        return [os.path.basename(source) for source in self.sources]

    def listing(self, form):
        """A file that names each URL in the given form."""
        path = os.path.join(self.bench.root, f"list-{abs(hash(form))}.txt")
        with open(path, "w", encoding="utf-8") as file:
            for url, name, digest in zip(self.urls, self.names, self.hashes):
                file.write(form.format(url=url, name=name, digest=digest))
        return path


def fetchctl(job, *words, verifies=True):
    command = [job.bench.options.fetchctl, "add", "-d", job.folder, "--quiet", *words]
    if len(job.urls) > 1:
        return command + ["-j", str(len(job.urls)), "-i", job.listing("{url}\n  sha256={digest}\n")]
    return command + job.urls + (["--sha256", job.hashes[0]] if verifies else [])


def aria2c(job):
    command = [
        "aria2c", "-x16", "-s16", "-k1M", "--no-conf", "--file-allocation=none", "--quiet", "-d", job.folder,
        f"--ca-certificate={job.bench.network.authority}",
    ]
    if len(job.urls) > 1:
        return command + [f"-j{len(job.urls)}", "-i", job.listing("{url}\n")]
    return command + ["-o", job.names[0], job.urls[0]]


def curl(job):
    command = ["curl", "-sSf", "--cacert", job.bench.network.authority]
    if len(job.urls) > 1:
        command += ["--parallel", "--parallel-immediate"]
    for url, name in zip(job.urls, job.names):
        command += ["-o", os.path.join(job.folder, name), url]
    return command


def axel(job):
    # It knows no authorities but the system's.
    return ["axel", "-q", "-k", "-n16", "-o", os.path.join(job.folder, job.names[0]), job.urls[0]]


def hashed(job, *words):
    """aria2c, and then a program that reads the file."""
    path = os.path.join(job.folder, job.names[0])
    return ["sh", "-c", f"{shlex.join(aria2c(job))} && {shlex.join([*words, path])}"]


ALL = {
    OPENSSL: lambda job: hashed(job, "openssl", "dgst", "-sha256"),
    SHA256SUM: lambda job: hashed(job, "sha256sum"),
    CHECKSUM: lambda job: [*aria2c(job)[:-1], f"--checksum=sha-256={job.hashes[0]}", job.urls[0]],
    # The floor: the same bytes from the page cache.
    "copy": lambda job: ["cp", *job.sources, job.folder],
    "aria2c": aria2c,
    "curl": curl,
    "axel": axel,
    BUILTIN: lambda job: fetchctl(job, "--engine", "builtin"),
    UNVERIFIED: lambda job: fetchctl(job, "--engine", "builtin", "--no-verify", verifies=False),
    ARIA2: lambda job: fetchctl(job, "--engine", "aria2"),
}
