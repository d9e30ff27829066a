"""Tokens that Colab and Kaggle keep."""

import unittest

from world import World

COLAB = '''
import os
class SecretNotFoundError(Exception):
    pass
def get(name):
    with open(os.environ["HOME"] + "/asked", "a") as asked:
        asked.write(name + "\\n")
    if name != "CIVITAI_TOKEN":
        raise SecretNotFoundError(name)
    return "practice-civitai-token"
'''
ASKED = COLAB.replace('!= "CIVITAI_TOKEN"', "is not None")
KAGGLE = '''
class UserSecretsClient:
    def get_secret(self, name):
        if name != "CIVITAI_API_TOKEN":
            raise ConnectionError("no such secret")
        return "practice-civitai-token"
'''
CODE = """
import glob, os, fetchctl
seen = set()
def look(event):
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            seen.add(open(path).read())
        except OSError:
            pass
fetchctl.add("civitai:12346", on_event=look)
assert [line for line in seen if "civitai:12346" in line and "--json" in line]
assert not [line for line in seen if "practice-civitai" + "-token" in line]
assert "CIVITAI_API_TOKEN" not in os.environ
"""


class Secrets(World):
    def modules(self, files):
        for name, text in files.items():
            path = self.root / "modules" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def run_with(self, code, **environment):
        paths = [str(self.root / "modules"), self.environment().get("PYTHONPATH", "")]
        process = self.python(code, PYTHONPATH=":".join(path for path in paths if path), **environment)
        return process, process.communicate(timeout=60)[1]

    def test_of_colab_are_found_and_asked_for_only_where_they_can_serve(self):
        self.modules({"google/colab/__init__.py": "", "google/colab/userdata.py": COLAB})
        process, words = self.run_with(CODE, COLAB_RELEASE_TAG="release")
        self.assertEqual(process.returncode, 0, words)
        asked = (self.root / "home/asked").read_text().split()
        self.assertEqual(asked, ["CIVITAI_API_TOKEN", "CIVITAI_TOKEN"])

    def test_of_kaggle_are_found(self):
        self.modules({"kaggle_secrets.py": KAGGLE})
        process, words = self.run_with(CODE, KAGGLE_KERNEL_RUN_TYPE="Interactive")
        self.assertEqual(process.returncode, 0, words)

    def test_are_not_looked_for_elsewhere_nor_where_the_environment_has_one(self):
        self.modules({"google/colab/__init__.py": "", "google/colab/userdata.py": COLAB})
        process, words = self.run_with(CODE)
        self.assertIn("no CivitAI token was sent", words)
        process, words = self.run_with(CODE, COLAB_RELEASE_TAG="release", CIVITAI_API_KEY="practice-civitai-token")
        self.assertFalse((self.root / "home/asked").exists())

    def asked(self, code, colab=ASKED, **environment):
        """The names that Colab was asked for."""
        self.modules({"google/colab/__init__.py": "", "google/colab/userdata.py": colab})
        path = self.root / "home/asked"
        path.write_text("")
        process, words = self.run_with(code, COLAB_RELEASE_TAG="release", **environment)
        self.assertEqual(process.returncode, 0, words)
        return path.read_text().split()

    def test_of_references_in_an_input_file_are_found(self):
        (self.work / "list.txt").write_text("# hf:a/b\ncivitai:12346\n  dir=models\n")
        for code in (
            "import fetchctl; fetchctl.add(input_file='list.txt')",
            "import fetchctl._magic as magic; magic.fetch('-i list.txt')",
            "import fetchctl._magic as magic; magic.fetch('-qilist.txt')",
        ):
            with self.subTest(code):
                self.assertEqual(self.asked(code, COLAB), ["CIVITAI_API_TOKEN", "CIVITAI_TOKEN"])
        self.assertTrue((self.work / "models").is_dir())

    def test_are_asked_for_by_references_alone(self):
        url = self.hub.at["cdn"] + "/plain/large.bin"
        (self.work / "list.txt").write_text(f"{url}\n  dir=civitai/huggingface\n  out=github.bin\n")
        code = f"""
import fetchctl, fetchctl._magic as magic
fetchctl.add({url!r}, dir="civitai/x", out="huggingface.bin")
magic.fetch("-d github/x {url} -o civitai.bin")
fetchctl.add(input_file="list.txt")
"""
        self.assertEqual(self.asked(code), [])

    def test_of_the_hub_are_asked_for_where_the_hub_is(self):
        url = self.hub.at["hub"] + "/practice/sharded/resolve/main/config.json"
        names = self.asked(f"import fetchctl; fetchctl.add({url!r}, dry_run=True)")
        self.assertEqual(names, ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_ACCESS_TOKEN"])

    def test_in_a_variable_that_the_program_does_not_read_are_passed_on(self):
        code = """
import os, fetchctl
seen = set()
def look(event):
    for process in os.listdir("/proc"):
        try:
            words = open(f"/proc/{process}/cmdline").read().split("\\0")
            if "--json" in words:
                seen.update(word for word in open(f"/proc/{process}/environ").read().split("\\0") if word.startswith("HF_TOKEN="))
        except OSError:
            pass
fetchctl.add("practice/sharded", include=["*.json"], dry_run=True, on_event=look)
print(*seen)
"""
        for given, passed in (
            ({"HUGGINGFACE_ACCESS_TOKEN": "practice-token"}, "HF_TOKEN=practice-token"),
            ({"HUGGINGFACE_ACCESS_TOKEN": "practice-token", "HF_TOKEN": "practice-hf-token"}, "HF_TOKEN=practice-hf-token"),
            ({"HUGGINGFACE_ACCESS_TOKEN": "practice-token", "HUGGING_FACE_HUB_TOKEN": "practice-hf-token"}, ""),
        ):
            with self.subTest(given):
                process = self.python(code, **given)
                said, words = process.communicate(timeout=60)
                self.assertEqual((process.returncode, said.strip()), (0, passed), words)

    def test_that_are_missing_are_asked_for_with_the_line_to_paste(self):
        process, words = self.run_with(CODE, COLAB_RELEASE_TAG="release")
        self.assertIn('os.environ["CIVITAI_API_TOKEN"] = userdata.get("CIVITAI_API_TOKEN")', words)


if __name__ == "__main__":
    unittest.main()
