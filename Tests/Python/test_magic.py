"""%fetch takes its line as a shell would."""

import contextlib
import io
import re
import subprocess
import unittest

from world import World

import fetchctl
from fetchctl import _magic, _words
from fetchctl._binary import find_binary


class Line(World):
    def fetch(self, line):
        told = io.StringIO()
        with self.inside(), contextlib.redirect_stdout(told), contextlib.redirect_stderr(io.StringIO()):
            return _magic.fetch(line), told.getvalue()

    def said(self, option):
        """What the program prints of itself."""
        with self.inside():
            return subprocess.run([find_binary(), "add", option], stdout=subprocess.PIPE, text=True, check=True).stdout

    def test_words_are_those_of_bash(self):
        for line in (
            "a b\tc",
            "~ ~/m ~root/x a~ a/~ '~' \"~/m\" \\~ -d~/m --dir=~/m ~'/m' ~nobody-of-that-name/m",
            "a#b # c 'd",
            "#",
            "'#' \"#\" \\# a'b'#c",
            "'a b' \"a 'b'\" 'a \"b\"' a\\ b a'b'\"c\"d '' \"\"",
            r"'\a' '\' \a \\ " + r'"\a" "\\" "\"" "\$" a\\',
        ):
            with self.subTest(line), self.inside():
                said = subprocess.check_output(["bash", "-c", f"printf '<%s>\\n' {line}"], text=True)
                self.assertEqual("".join(f"<{word}>\n" for word in _words.split(line)) or "<>\n", said)

    def test_a_quote_that_is_not_closed_is_told_without_what_follows(self):
        for line in ("civitai:12345 --header 'X-Key: secret", 'civitai:12345 "secret\\"', "it's-secret"):
            with self.subTest(line), self.assertRaises(fetchctl.FetchError) as caught:
                self.fetch(line)
            error = caught.exception
            self.assertEqual((error.code, error.kind), (64, "usage"))
            self.assertTrue(error.message and error.why and error.hint)
            self.assertNotIn("secret", str(error))

    def test_home_and_comments(self):
        files, _ = self.fetch("civitai:12345 -d ~/models  # what's here")
        self.assertEqual(files[0].path, self.root / "home/models/practice-model.safetensors")

    def test_after_two_dashes_only_references_come(self):
        url = self.hub.at["cdn"] + "/plain/large.bin"
        files, _ = self.fetch(f"-dto --header 'X-Key: h' -- {url}?token=q civitai:12345")
        self.assertEqual([file.path.name for file in files], ["large.bin", "practice-model.safetensors"])
        with self.assertRaisesRegex(fetchctl.FetchError, "reference"):
            self.fetch("-- --help")

    def test_references_keep_their_order(self):
        url = self.hub.at["cdn"] + "/plain/large.bin?token=q"
        files, _ = self.fetch(f"civitai:12345 {url} -x 2")
        self.assertEqual([file.path.name for file in files], ["practice-model.safetensors", "large.bin"])

    def test_what_only_prints_prints_what_the_command_does(self):
        for option in ("--help", "-h", "--version"):
            with self.subTest(option):
                self.assertEqual(self.fetch(f"civitai:12345 {option}"), (None, self.said(option)))

    def test_its_options_are_those_of_the_program(self):
        known = re.findall(r"^  (?:-(\w), )?--([\w-]+)( <)?", self.said("--help"), re.MULTILINE)
        self.assertGreater(len(known), 30)
        self.assertEqual({name for _, name, takes in known if takes}, _magic.WITH_VALUE - {"generate-completion-script"})
        self.assertEqual({letter: name for letter, name, _ in known if letter}, _magic.LETTERS)

    def test_an_option_without_its_value_takes_no_secret_for_it(self):
        for line in ("civitai:12345 --dir --header 'X-Key: secret'", "civitai:12345 -d"):
            with self.subTest(line), self.assertRaisesRegex(fetchctl.FetchError, "missing value for '--dir"):
                self.fetch(line)


if __name__ == "__main__":
    unittest.main()
