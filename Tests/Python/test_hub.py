"""fetchctl.snapshot and fetchctl.file: huggingface_hub's calls, their places and their tokens."""

import os
import pathlib
import unittest
import warnings

from world import World

import fetchctl
from test_secrets import ASKED

TOKEN = "practice-hf-token"


class Calls(World):
    def cache(self):
        return self.root / "home/.cache/huggingface/hub"

    def sent(self, part):
        return str([request for request in self.hub.ask("GET", "requests") if part in str(request)])


class Snapshot(Calls):
    def test_is_the_folder_in_the_cache(self):
        with self.inside():
            path = fetchctl.snapshot("practice/tiny", allow_patterns=["*.json", "sub/"], ignore_patterns="config*")
        self.assertIsInstance(path, str)
        self.assertEqual(pathlib.Path(path).parent, self.cache() / "models--practice--tiny/snapshots")
        found = sorted(str(file.relative_to(path)) for file in pathlib.Path(path).rglob("*") if file.is_file())
        self.assertEqual(found, ["sub/dir/file.txt", "tokenizer.json"])
        commit = os.path.basename(path)
        with self.inside():
            self.assertEqual(fetchctl.snapshot("practice/tiny", revision=commit, allow_patterns="sub/*"), path)
            self.assertEqual(os.path.basename(fetchctl.snapshot("gpt-practice", allow_patterns="*.json", revision="main")), self.main("gpt-practice"))

    def main(self, repo):
        return next(found["commit"] for found in self.hub.ask("GET", "catalogue")["hub"] if found["id"] == repo)

    def test_is_a_folder_of_ones_own(self):
        with self.inside():
            path = fetchctl.snapshot("practice/data", repo_type="dataset", local_dir=pathlib.Path("data"), allow_patterns="*.json")
            cached = fetchctl.snapshot("practice/space", repo_type="space", cache_dir="hub")
        self.assertEqual(path, str(self.work / "data"))
        self.assertTrue((self.work / "data/data/index.json").is_file())
        self.assertFalse(self.cache().exists())
        self.assertEqual(pathlib.Path(cached).parent, self.work / "hub/spaces--practice--space/snapshots")
        self.assertTrue((pathlib.Path(cached) / "app.py").is_file())

    def test_that_fails_raises(self):
        for code, repo, more in (
            (66, "practice/no-such-repo", {}),
            (66, "practice/tiny", {"revision": "no-such-branch"}),
            (66, "practice/tiny", {"allow_patterns": "*.nope"}),
            (64, "practice/tiny", {"no_such_option": 1}),
        ):
            with self.subTest(repo=repo, more=more), self.inside(), self.assertRaises(fetchctl.FetchError) as caught:
                fetchctl.snapshot(repo, **more)
            self.assertEqual(caught.exception.code, code)
        for wrong, more in ((7, {}), ("a/b", {"token": b"x"}), ("a/b", {"allow_patterns": 7})):
            with self.subTest(wrong=wrong, more=more), self.inside(), self.assertRaises(TypeError):
                fetchctl.snapshot(wrong, **more)
        for wrong, more in (("datasets/a/b", {}), ("a@b", {}), ("", {}), ("a/b", {"repo_type": "set"}), ("a/b", {"allow_patterns": []})):
            with self.subTest(wrong=wrong, more=more), self.inside(), self.assertRaises(ValueError):
                fetchctl.snapshot(wrong, **more)

    def test_of_a_hub_that_cannot_be_reached_is_what_is_there(self):
        nobody = {"HF_ENDPOINT": "http://127.0.0.1:9", "FETCHCTL_RETRY_DELAY_MIN": "30", "FETCHCTL_RETRY_DELAY_MAX": "30"}
        with self.inside():
            path = fetchctl.snapshot("practice/tiny", allow_patterns="*.json")
            local = fetchctl.file("practice/tiny", "config.json", local_dir="m")
        with self.inside(**nobody), warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            self.assertEqual(fetchctl.snapshot("practice/tiny", allow_patterns="*.json"), path)
            self.assertEqual(fetchctl.file("practice/tiny", "config.json", local_dir="m"), local)
        self.assertEqual(len(told), 2)
        self.assertIn("practice/tiny", str(told[0].message))
        with self.inside(**nobody), self.assertRaises(fetchctl.FetchError) as caught:
            fetchctl.snapshot("practice/one", retries=0)
        self.assertEqual(caught.exception.code, 69)
        with self.inside(**nobody), self.assertRaises(fetchctl.FetchError) as caught:
            fetchctl.snapshot("practice/one", local_files_only=True)
        self.assertEqual(caught.exception.code, 69)


class File(Calls):
    def test_is_its_path(self):
        names = ["a file with spaces.txt", "ümläut/日本語.txt", "100%.txt", "a+b&c=d#e?f.txt"]
        with self.inside():
            for name in names:
                path = fetchctl.file("practice/names", name)
                self.assertTrue(path.endswith("/" + name) and os.path.isfile(path), path)
            self.assertTrue(fetchctl.file("practice/tiny", "file.txt", subfolder="sub/dir").endswith("/sub/dir/file.txt"))
            self.assertTrue(os.path.isfile(fetchctl.file("gpt-practice", "config.json")))
            self.assertEqual(fetchctl.file("practice/tiny", "config.json", local_dir="m"), str(self.work / "m/config.json"))
            self.assertEqual(fetchctl.file("practice/data", "data/index.json", repo_type="dataset", local_dir="d"), str(self.work / "d/data/index.json"))

    def test_that_is_none_raises(self):
        for name in ("nope.txt", "sub"):
            with self.subTest(name), self.inside(), self.assertRaises(fetchctl.FetchError) as caught:
                fetchctl.file("practice/tiny", name)
            self.assertEqual((caught.exception.code, caught.exception.kind), (66, "not_found"))
        with self.inside(), self.assertRaises(ValueError):
            fetchctl.file("practice/tiny", "sub/")


class Tokens(Calls):
    def test_false_keeps_every_token_out(self):
        stored = self.root / "home/.cache/huggingface/token"
        stored.parent.mkdir(parents=True)
        stored.write_text(TOKEN)
        for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_ACCESS_TOKEN", "UNRELATED"):
            with self.subTest(name), self.inside(**{name: TOKEN}):
                with self.assertRaises(fetchctl.FetchError):
                    fetchctl.file("practice/private", "README.md", token=False)
                self.assertNotIn(TOKEN, self.sent("practice/private"))
                self.assertIn(fetchctl.snapshot("practice/tiny", allow_patterns="config.json", token=False)[:1], "/")
        with self.inside():
            self.assertTrue(fetchctl.file("practice/private", "README.md"))
            self.assertTrue(fetchctl.file("practice/private", "README.md", token=True, force_download=True))

    def test_of_the_call_is_used_and_on_no_command_line(self):
        seen = set()
        look = lambda event: seen.update(self.programs().values())  # noqa: E731
        for more in ({"HF_TOKEN": "hf_wrong"}, {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}, {}):
            with self.subTest(more=more), self.inside(**more):
                self.assertTrue(fetchctl.file("practice/private", "README.md", token=TOKEN, on_event=look))
        self.assertTrue(seen)
        self.assertFalse([line for line in seen if TOKEN in line])

    def test_false_asks_no_notebook_for_one(self):
        (self.root / "modules/google/colab").mkdir(parents=True)
        (self.root / "modules/google/colab/__init__.py").write_text("")
        (self.root / "modules/google/colab/userdata.py").write_text(ASKED)
        paths = [str(self.root / "modules"), self.environment().get("PYTHONPATH", "")]
        for token, asked in (("token=False", False), ("token=None", True)):
            code = f"import fetchctl; fetchctl.file('practice/tiny', 'config.json', {token})"
            process = self.python(code, PYTHONPATH=":".join(path for path in paths if path), COLAB_RELEASE_TAG="release")
            words = process.communicate(timeout=60)[1]
            self.assertEqual(process.returncode, 0, words)
            self.assertEqual((self.root / "home/asked").exists(), asked)


if __name__ == "__main__":
    unittest.main()
