"""fetchctl doctor on ways to the network that work: through a proxy, and by name over both address families."""

import http.server
import json
import subprocess
import threading
import unittest
import urllib.request

from world import PROGRAM, World


class Proxy(http.server.BaseHTTPRequestHandler):
    """Passes requests on, and counts them."""

    def do_HEAD(self):
        self.server.passed.append(self.path)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(urllib.request.Request(self.path, method="HEAD")) as answer:
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


class Doctor(World):
    def network(self, **more):
        """What it says of each service's network, by name."""
        done = subprocess.run(
            [PROGRAM or "fetchctl", "doctor", "--json"], cwd=self.work, env={**self.environment(), **more}, capture_output=True, text=True,
            check=False)
        checks = json.loads(done.stdout)["checks"]
        return {check["name"]: check for check in checks if check["name"].startswith("network")}

    def test_asks_through_the_proxy_that_is_set(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        server.passed = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        found = self.network(http_proxy=f"http://127.0.0.1:{server.server_port}")
        self.assertIn("network hf", found)
        for name, check in found.items():
            self.assertEqual(check["state"], "good", check)
            self.assertIn(f"proxy 127.0.0.1:{server.server_port}", json.dumps(check), name)
        self.assertEqual(len(server.passed), len(found))

    def test_says_which_address_families_of_a_name_answer(self):
        port = self.hub.at["hub"].rsplit(":", 1)[1]
        check = self.network(HF_ENDPOINT=f"http://localhost:{port}")["network hf"]
        self.assertEqual(check["state"], "good", check)
        self.assertRegex(json.dumps(check), r"IPv4 \d+ ms")


if __name__ == "__main__":
    unittest.main()
