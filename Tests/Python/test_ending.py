"""Who ends when: Ctrl-C, a kernel that dies."""

import os
import signal
import unittest

from world import LIMIT_SECONDS, World

CODE = """
import fetchctl
fetchctl.add("civitai:12345", connections=4, on_event=lambda event: print(event["event"], event.get("received_bytes"), flush=True))
"""


class Ending(World):
    def begun(self):
        self.hub.slow(100_000)
        process = self.python(CODE)
        self.addCleanup(process.kill)
        for line in process.stdout:
            name, received = line.split()
            if name == "progress" and int(received) > 1 << 20:
                return process
        self.fail(process.stderr.read())

    def test_an_interruption_ends_the_program_and_keeps_the_partial(self):
        process = self.begun()
        process.send_signal(signal.SIGINT)
        _, words = process.communicate(timeout=LIMIT_SECONDS)
        self.assertTrue(words.strip().endswith("KeyboardInterrupt"), words)
        self.assertEqual(self.programs(), {})
        self.assertEqual(len(self.partials()), 1)

    def test_one_that_reaches_the_whole_group_does_the_same(self):
        process = self.begun()
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=LIMIT_SECONDS)
        self.assertEqual(self.programs(), {})
        self.assertEqual(len(self.partials()), 1)

    def test_the_program_ends_when_its_kernel_is_killed(self):
        process = self.begun()
        process.kill()
        process.communicate(timeout=LIMIT_SECONDS)
        self.eventually(lambda: not self.programs(), "the program's end")
        self.assertEqual(len(self.partials()), 1)


if __name__ == "__main__":
    unittest.main()
