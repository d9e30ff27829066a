"""%fetch takes its line as a shell would."""

import contextlib
import io
import subprocess
import unittest

from world import World

import fetchctl
from fetchctl import _magic, _words


class Line(World):
    def fetch(self, line):
        told = io.StringIO()
        with self.inside(), contextlib.redirect_stdout(told), contextlib.redirect_stderr(io.StringIO()):
            return _magic.fetch(line), told.getvalue()

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


if __name__ == "__main__":
    unittest.main()
