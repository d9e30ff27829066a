"""Runs fetchctl through random troubles until the time is up, and tells whether anything was lost.

Run through scripts/faults, which builds what this needs. Python 3.9 or newer, standard library only.
"""

import argparse
import collections
import os
import random
import signal
import sys
import threading
import time

import shared
from storm import Storm
from trial import Trial


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/faults", description="Random faults, engines and kills, until the time is up.")
    parser.add_argument("--minutes", type=float, default=10, metavar="N", help="how long (default 10)")
    parser.add_argument("--seed", type=int, metavar="S", help="have the trials of that seed again")
    parser.add_argument("--trial", type=int, metavar="N", help="only this one of them, with all that fetchctl said")
    parser.add_argument("--queue", action="store_true", help="kill the queue's worker and its aria2c instead")
    parser.add_argument("--shared", action="store_true", help="several machines on one shared folder instead (root, FUSE, bindfs)")
    parser.add_argument("--kills", type=int, default=1000, metavar="N", help="with --queue: how often (default 1000)")
    parser.add_argument("--side-by-side", type=int, default=2, metavar="N", help="trials at once (default 2)")
    parser.add_argument("--fetchctl", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--hub", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.fetchctl, options.hub = os.path.abspath(options.fetchctl), os.path.abspath(options.hub)
    return options


class Lab:
    """Hands out trials to threads, and counts what they did."""

    def __init__(self, options):
        self.options = options
        self.seed = options.seed if options.seed is not None else random.randrange(1, 1 << 32)
        self.end = time.monotonic() + options.minutes * 60
        self.lock = threading.Lock()
        self.next = 0
        self.counts = collections.Counter()
        self.failed = []
        self.is_stopping = False

    def take(self):
        with self.lock:
            if self.is_stopping or time.monotonic() >= self.end:
                return None
            self.next += 1
            return self.next

    def work(self):
        while (number := self.take()) is not None:
            self.run(number)

    def run(self, number):
        trial = Trial(self.options, self.seed, number)
        problems = trial.run()
        with self.lock:
            self.counts.update(trial.counts)
            self.counts["trials"] += 1
            verdict = "kept" if not problems else "LOST"
            print(f"{number:5}  {verdict}  {trial.seconds:5.1f} s  {trial.summary}", flush=True)
            if problems:
                self.failed.append((number, problems))
                for problem in problems:
                    print(f"       {problem}", flush=True)
            if problems or self.options.trial is not None:
                print(trial.story, flush=True)

    def report(self):
        print(f"\nseed {self.seed}: {self.counts.pop('trials', 0)} trials")
        for what, count in sorted(self.counts.items()):
            print(f"  {count:8}  {what}")
        if not self.failed:
            print("nothing was lost.")
            return 0
        print(f"{len(self.failed)} trials went wrong; to have one of them again:")
        for number, problems in self.failed:
            print(f"  ./scripts/faults --seed {self.seed} --trial {number}    {problems[0]}")
        return 1


def main():
    options = arguments()
    if options.queue:
        return Storm(options).run()
    if options.shared:
        return shared.run(options)
    lab = Lab(options)

    def stop(*_):
        lab.is_stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"seed {lab.seed}", flush=True)
    if options.trial is not None:
        lab.run(options.trial)
        return lab.report()
    threads = [threading.Thread(target=lab.work) for _ in range(max(1, options.side_by_side))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return lab.report()


sys.exit(main())
