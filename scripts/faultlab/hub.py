"""A practice hub of a trial's own: started, asked and told through its control URLs, ended."""

import json
import subprocess
import urllib.request

# The loopback needs no proxy, whatever the environment says.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Hub:
    def __init__(self, program, words):
        # Its standard input ends with us, and it with that.
        self.process = subprocess.Popen(
            [program, "--until-stdin-closes", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.at = json.loads(self.process.stdout.readline())

    def ask(self, method, what, value=None):
        data = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(f"{self.at['control']}/{what}", data=data, method=method)
        with OPENER.open(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def add(self, fault):
        self.ask("POST", "faults", fault)

    def clear(self):
        self.ask("DELETE", "faults")

    def requests(self):
        return self.ask("GET", "requests")

    def content(self, url):
        """The bytes behind a link, as they are without a fault."""
        with OPENER.open(url, timeout=60) as answer:
            return answer.read()

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
