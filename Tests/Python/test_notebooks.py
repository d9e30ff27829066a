"""Set-up cells, run by a real kernel, and what is left of them in the notebook."""

import asyncio
import json
import pathlib
import re
import shutil
import threading
import unittest

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from world import World

import fetchctl

ENGINES = {"with aria2c": True, "without aria2c": False}

# Of output for one file, escape codes and lines that were drawn over included.
SMALL = 4000


class Notebooks(World):
    def execute(self, cells, aria2=True, stop=None, **more):
        """Runs the cells; a cell that fails ends the run, and its error is the second answer.

        `stop` is the number of a cell that is interrupted when a partial has bytes, as the stop button does it.
        """
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        client = NotebookClient(notebook, timeout=120, kernel_name="python3", extra_arguments=["--log-level=ERROR"])
        client.resources = {"metadata": {"path": str(self.work)}}
        if stop is not None:
            client.on_cell_execute = lambda cell, cell_index: cell_index == stop and self.press_stop(client)
        error = None
        try:
            client.execute(env={**self.environment(aria2), **more})
        except CellExecutionError as caught:
            error = caught
        nbformat.validate(notebook)
        # What a person would find on the disk.
        saved = json.loads(nbformat.writes(notebook))
        return [cell["outputs"] for cell in saved["cells"]], error

    def press_stop(self, client):
        def wait():
            self.eventually(lambda: any(self.received(path) > 0 for path in self.partials()), "a beginning")
            asyncio.run(client.km.interrupt_kernel())

        threading.Thread(target=wait, daemon=True).start()

    @staticmethod
    def received(path):
        try:
            record = json.loads(path.read_text())
        except (OSError, ValueError):
            return 0
        return sum(bin(int(digit, 16)).count("1") for digit in record["pieces"]) * record["piece_length"]

    def assert_tidy(self, outputs, final):
        """Small, without escape codes, and its last line says what came of it."""
        text = self.text(outputs)
        self.assertNotIn("\x1b", text)
        self.assertLess(len(json.dumps(outputs)), SMALL, text)
        lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
        self.assertTrue(any(re.search(final, line) for line in lines[-2:]), text)
        return lines

    @staticmethod
    def text(outputs):
        return "".join(
            "".join(output.get("text") or output.get("data", {}).get("text/plain", "")) for output in outputs if output["output_type"] != "error"
        )


class SetUp(Notebooks):
    cells = [
        "!fetchctl add civitai:12345 -d shell",
        "%%bash\nfetchctl add civitai:12345 -d bash",
        'import fetchctl\nfiles = fetchctl.add("civitai:12345", dir="api")\nfiles[0].sha256',
        "%fetch civitai:12345 -d magic",
        "again = await fetchctl.add_async('civitai:12345', dir='async')\nagain",
        "folder = 'shell'\n!fetchctl add civitai:12345 -d {folder}",
        "same = %fetch civitai:12345 -d $folder\nassert not same[0].fetched",
    ]

    def test_cells_bring_the_file_and_say_so(self):
        for name, aria2 in ENGINES.items():
            with self.subTest(name):
                self.setUp()
                outputs, error = self.execute(self.cells, aria2)
                self.assertIsNone(error)
                for folder in ("shell", "bash", "api", "magic", "async"):
                    self.assert_published(self.work / folder / "practice-model.safetensors")
                digest = self.published(12345)
                path = re.escape(str(self.work))
                for cell in (0, 1):
                    self.assert_tidy(outputs[cell], rf"^{path}/.*practice-model\.safetensors")
                    self.assertRegex(
                        self.text(outputs[cell]), rf"done: practice-model\.safetensors, 8\.0 MiB in [0-9.]+ s, .*/s, sha256 {digest[:8]}… verified")
                self.assert_tidy(outputs[2], digest)
                # Standard error is shown in red.
                self.assertNotIn("stderr", [output.get("name") for cell in (2, 3, 4, 6) for output in outputs[cell]])
                self.assert_tidy(outputs[3], rf"^{path}/magic/practice-model.safetensors$")
                for cell in (2, 3, 4):
                    self.assertRegex(self.text(outputs[cell]), rf"done: .* 8\.0 MiB in [0-9.]+ s, .*/s, sha256 {digest} verified")
                for cell in (5, 6):
                    self.assertIn("already there", self.text(outputs[cell]))

    def test_bars_beside_others_do_not_move_the_cursor(self):
        refs = "[('civitai:12345', 'a'), ('civitai:12345', 'b')]"
        for cell in (
            f"from tqdm import tqdm\nimport fetchctl\nfor ref, to in tqdm({refs}):\n    fetchctl.add(ref, dir=to)",
            f"from concurrent.futures import ThreadPoolExecutor\nimport fetchctl\nwith ThreadPoolExecutor() as pool:\n"
            f"    list(pool.map(lambda pair: fetchctl.add(pair[0], dir=pair[1]), {refs}))",
            f"import asyncio, fetchctl\n_ = await asyncio.gather(*(fetchctl.add_async(ref, dir=to) for ref, to in {refs}))",
        ):
            with self.subTest(cell):
                self.setUp()
                (outputs,), error = self.execute([cell])
                self.assertIsNone(error)
                self.assertNotIn("\x1b", self.text(outputs))
                for folder in "ab":
                    self.assert_published(self.work / folder / "practice-model.safetensors")

    def test_a_failed_cell_shows_what_to_do_last_and_leaves_nothing(self):
        for cell in (
            "%%bash\nfetchctl add civitai:999999",
            'import fetchctl\nfetchctl.add("civitai:999999")',
            "%load_ext fetchctl\n%fetch civitai:999999",
            "%load_ext fetchctl\n%fetch civitai:999999 -d 'models",
        ):
            with self.subTest(cell):
                (outputs,), error = self.execute([cell])
                self.assertIsNotNone(error)
                self.assertEqual([path for path in self.work.rglob("*") if path.is_file()], [])
                if "bash" in cell:
                    self.assertIn("non-zero exit status 66", str(error))
                    continue
                self.assertEqual(outputs[-1]["ename"], "FetchError")
                what, *rest = "\n".join(outputs[-1]["traceback"]).split("\n")
                self.assertRegex(what, r"^error: .*(999999|the line cannot be understood)")
                self.assertRegex(rest[-1], "^  do:  ")

    def test_a_header_of_the_magic_is_sent_and_on_no_command_line(self):
        url = self.hub.at["cdn"] + "/plain/large.bin"
        watch = (
            "import glob, threading, time, fetchctl, os\nseen = set()\ndef look():\n    while True:\n"
            "        for path in glob.glob('/proc/[0-9]*/cmdline'):\n            try: seen.add(open(path).read())\n"
            "            except OSError: pass\n        time.sleep(0.01)\n"
            "threading.Thread(target=look, daemon=True).start()"
        )
        told = "print([line for line in seen if 'h-' + 'secret' in line], any('--stop-with-process\\0%d' % os.getpid() in line for line in seen))"
        outputs, error = self.execute([watch, f"%fetch {url} --header 'X-Key: h-secret'", told])
        self.assertIsNone(error)
        self.assertEqual(self.text(outputs[2]).strip(), "[] True")
        self.assertIn("h-secret", str([request for request in self.hub.ask("GET", "requests") if "large.bin" in str(request)]))

    def test_a_shell_line_finds_the_program_of_a_kernel_whose_folder_is_not_on_path(self):
        installed = self.root / "site"
        shutil.copytree(pathlib.Path(fetchctl.__file__).parent, installed / "fetchctl", ignore=shutil.ignore_patterns("__pycache__"))
        (installed / "bin").mkdir()
        with self.inside():
            (installed / "bin/fetchctl").symlink_to(fetchctl.find_binary())
        outputs, error = self.execute(
            ["import fetchctl", "!fetchctl --version", "import os\nos.environ['PATH']"], PYTHONPATH=str(installed), PATH="/usr/bin:/bin")
        self.assertIsNone(error)
        self.assertEqual(outputs[0], [])
        self.assertRegex(self.text(outputs[1]).strip(), r"^[0-9]+\.[0-9]+\.[0-9]+$")
        # Behind everything else, so that no other program changes.
        self.assertEqual(self.text(outputs[2]), repr(f"/usr/bin:/bin:{installed}/bin"))

    def test_a_failed_shell_line_ends_with_its_code_and_the_message(self):
        (outputs, code), _ = self.execute(["!fetchctl add civitai:999999", "_exit_code"])
        self.assert_tidy(outputs, "^  do:  ")
        self.assertEqual(self.text(code), "66")


class Stopped(Notebooks):
    def test_the_stop_button_keeps_the_partial_and_the_cell_carries_on(self):
        for aria2, cell in (
            (True, "!fetchctl add civitai:12345"),
            (False, "%%bash\nfetchctl add civitai:12345"),
            (True, "import fetchctl\nfetchctl.add('civitai:12345')"),
            (False, "%load_ext fetchctl\n%fetch civitai:12345"),
            (False, "import fetchctl\nawait fetchctl.add_async('civitai:12345')"),
        ):
            with self.subTest(cell):
                self.setUp()
                self.hub.slow(400_000)
                self.execute([cell], aria2, stop=0, FETCHCTL_CONNECTIONS="2")
                self.eventually(lambda: not self.programs(), "the program's end")
                self.assertEqual(len(self.partials()), 1)
                self.assertFalse((self.work / "practice-model.safetensors").exists())
                self.hub.heal()
                (outputs,), error = self.execute([cell], aria2)
                self.assertIsNone(error)
                self.assertRegex(self.text(outputs), "carrying on at [0-9.]+ MiB")
                self.assert_published(self.work / "practice-model.safetensors")


if __name__ == "__main__":
    unittest.main()
