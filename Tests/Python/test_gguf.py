"""GGUF files that gguf's own writer made, fetched, and read by its own reader where a program looks for them."""

import functools
import http.server
import pathlib
import subprocess
import threading
import unittest

import gguf
import numpy
from world import PROGRAM, World


class Files(World):
    """A server of the folder `served`."""

    def setUp(self):
        super().setUp()
        self.served = self.root / "served"
        self.served.mkdir()
        handler = functools.partial(Quiet, directory=str(self.served))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.address = f"http://127.0.0.1:{server.server_port}"

    def fetch(self, *words):
        done = subprocess.run(
            [PROGRAM or "fetchctl", *words], cwd=self.work, env=self.environment(), capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class GGUF(Files):
    def make(self, name, architecture):
        writer = gguf.GGUFWriter(str(self.served / name), architecture)
        writer.add_name(f"practice {architecture}")
        writer.add_array("practice.words", ["a", "b"])
        writer.add_tensor("weights", numpy.arange(4096, dtype=numpy.float32).reshape(64, 64))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()

    def test_goes_where_its_architecture_says_and_is_read_there(self):
        for architecture, folder in [("flux", "diffusion_models"), ("t5encoder", "text_encoders")]:
            with self.subTest(architecture):
                name = f"{architecture}-Q8_0.gguf"
                self.make(name, architecture)
                lines = self.fetch("add", f"{self.address}/{name}", "--layout", "comfyui", "-d", "ComfyUI")
                path = self.work / "ComfyUI/models" / folder / name
                self.assertEqual(lines, [str(path)])
                self.assert_readable(path, architecture)

    def test_is_the_same_file_when_another_program_gets_it_by_a_link(self):
        self.make("llama-Q8_0.gguf", "llama")
        self.fetch("add", f"{self.address}/llama-Q8_0.gguf", "-d", "models")
        self.fetch("link", "models/llama-Q8_0.gguf", "--layout", "lmstudio", "-d", "studio")
        found = list((self.work / "studio").rglob("*.gguf"))
        self.assertEqual(len(found), 1)
        self.assert_readable(found[0], "llama")

    def assert_readable(self, path, architecture):
        reader = gguf.GGUFReader(pathlib.Path(path))
        self.assertEqual(reader.get_field("general.architecture").contents(), architecture)
        self.assertEqual([tensor.name for tensor in reader.tensors], ["weights"])
        self.assertEqual(float(reader.tensors[0].data.reshape(-1)[4095]), 4095.0)


if __name__ == "__main__":
    unittest.main()
