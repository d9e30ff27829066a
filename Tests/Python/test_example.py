"""The example package (Examples/FetchOne), which uses the library's public face only. `FETCHCTL_TEST_EXAMPLE` names what was built of it."""

import os
import signal
import subprocess
import unittest

from world import LIMIT_SECONDS, World

EXAMPLE = os.environ.get("FETCHCTL_TEST_EXAMPLE")


@unittest.skipUnless(EXAMPLE, "the example belongs to the sources, not to an installed package")
class Example(World):
    def example(self, *words, **more):
        return subprocess.Popen(
            [EXAMPLE, *words], cwd=self.work, env={**self.environment(), **more}, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def ended(self, *words, **more):
        process = self.example(*words, **more)
        out, errors = process.communicate(timeout=LIMIT_SECONDS)
        return process.returncode, out, errors

    def test_it_fetches_a_repo_and_skips_it_the_second_time(self):
        code, out, errors = self.ended("practice/tiny", "models")
        self.assertEqual((code, errors), (0, ""), out)
        self.assertTrue((self.work / "models").is_dir())
        self.assertIn("git-sha1", out)
        code, out, _ = self.ended("practice/tiny", "models")
        self.assertEqual(code, 0)
        self.assertIn("already there: ", out)

    def test_a_failure_says_what_to_do_and_ends_with_the_commands_code(self):
        code, out, _ = self.ended("practice/nothing")
        self.assertEqual(code, 66, out)
        self.assertIn("error: ", out)
        code, out, _ = self.ended("not a reference")
        self.assertEqual(code, 64, out)

    def test_what_was_cut_off_is_resumed_and_no_process_stays(self):
        self.hub.slow(200_000)
        process = self.example("civitai:12345", "models")
        self.addCleanup(process.kill)
        partial = self.work / "models"
        self.eventually(lambda: list(partial.glob("*.fetchctl-part")), "a partial")
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=LIMIT_SECONDS)
        self.eventually(lambda: not self.programs(), "aria2c's end")
        self.hub.heal()
        code, out, _ = self.ended("civitai:12345", "models")
        self.assertEqual(code, 0, out)
        self.assertIn("sha256", out)


if __name__ == "__main__":
    unittest.main()
