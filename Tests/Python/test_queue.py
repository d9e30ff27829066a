"""`fetchctl.queue`: jobs that another process runs."""

import asyncio
import unittest

from world import World


class Queue(World):
    def setUp(self):
        super().setUp()
        from fetchctl import queue

        self.queue = queue

    def test_a_job_is_added_waited_for_and_remembered(self):
        with self.inside():
            job = self.queue.add("civitai:12345", dir="models")
            paths = asyncio.run(job.wait())
            self.assertEqual([path.suffix for path in paths], [".safetensors"])
            self.assertTrue(paths[0].is_file())
            self.assertEqual(job.status()["state"], "done")
            self.assertIn(job.number, [entry["job"] for entry in self.queue.history()])
            self.assertIn("done: ", job.log())
        self.eventually(lambda: not self.programs(), "the worker's end")

    def test_a_job_is_paused_limited_moved_resumed_and_cancelled(self):
        self.hub.slow(200_000)
        with self.inside():
            job = self.queue.add("civitai:12345", dir="models")
            self.eventually(lambda: job.status()["state"] == "running", "the job's start")
            job.limit("100K")
            self.assertEqual(job.status()["limit_rate"], 100 << 10)
            job.pause()
            self.eventually(lambda: job.status()["state"] == "paused", "the pause")
            job.move("first")
            job.resume()
            self.eventually(lambda: job.status()["state"] in ("queued", "running"), "the job's resumption")
            job.cancel(delete=True)
            self.eventually(lambda: job.status()["state"] == "cancelled", "the cancellation")
            with self.assertRaises(Exception) as raised:
                self.queue.wait(job)
            self.assertEqual(raised.exception.code, 130)
        self.eventually(lambda: not self.programs(), "the worker's end")
        self.assertEqual(list(self.work.glob("models/*.fetchctl-part")), [])

    def test_what_cannot_be_is_an_error_of_its_own_kind(self):
        from fetchctl import FetchError

        with self.inside():
            with self.assertRaises(FetchError) as raised:
                self.queue.add("civitai:12345", at="yesterday")
            self.assertEqual(raised.exception.code, 64)
            with self.assertRaises(FetchError) as raised:
                self.queue.pause(99)
            self.assertEqual((raised.exception.code, raised.exception.kind), (66, "not_found"))
            self.assertIsNotNone(raised.exception.hint)


if __name__ == "__main__":
    unittest.main()
