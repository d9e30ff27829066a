"""fetchctl.add, info and verify."""

import asyncio
import contextlib
import io
import pathlib
import pickle
import subprocess
import unittest

from world import World

import fetchctl


class Add(World):
    def test_returns_files_with_their_hashes(self):
        events = []
        with self.inside():
            files = fetchctl.add("civitai:12345", dir="models", on_event=events.append)
        (file,) = files
        self.assertEqual(file.path, self.work / "models/practice-model.safetensors")
        self.assert_published(file)
        self.assertEqual((file.sha256, file.verified), (self.published(12345), "sha256"))
        self.assertEqual((file.size, file.fetched_bytes, file.fetched), (8 << 20, 8 << 20, True))
        self.assertEqual((file.source, file.metadata.model), ("civitai", "Practice Model"))
        self.assertEqual(files.paths, [str(file.path)])
        names = [event["event"] for event in events]
        self.assertEqual((names[-1], names.count("finished")), ("summary", 1))

    def test_what_is_there_is_returned_and_not_fetched_again(self):
        with self.inside():
            fetchctl.add("civitai:12345")
            (file,) = fetchctl.add("civitai:12345")
        self.assertEqual((file.fetched, file.fetched_bytes, file.sha256), (False, 0, self.published(12345)))

    def test_a_list_of_references_is_as_good_as_each_by_itself(self):
        with self.inside():
            files = fetchctl.add(["civitai:12345", "practice/tiny"], include=["*.json"])
            self.assertEqual({file.reference for file in files}, {"civitai:12345", "practice/tiny"})
            self.assertEqual(len(fetchctl.verify(files)), len(files))
            self.assertEqual(len(fetchctl.info(("civitai:12345",))), len(fetchctl.info("civitai:12345")))

    def test_the_version_is_the_programs(self):
        with self.inside():
            said = subprocess.run([fetchctl.find_binary(), "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
            self.assertEqual(fetchctl.__version__, said.strip())
        with self.assertRaises(AttributeError):
            fetchctl.no_such_name

    def test_a_repo_is_many_files_and_options_go_by_their_names(self):
        with self.inside():
            files = fetchctl.add("practice/sharded", dir=pathlib.Path("repo"), include=["*.json"], jobs=2, retries=0)
        self.assertGreater(len(files), 1)
        self.assertTrue(all(file.path.suffix == ".json" and file.path.is_file() for file in files))

    def test_failing_raises_what_happened_why_and_what_to_do(self):
        with self.inside(), self.assertRaises(fetchctl.FetchError) as caught:
            fetchctl.add("civitai:999999", "civitai:12345", "nonsense?")
        self.assertEqual((caught.exception.code, caught.exception.kind), (64, "usage"))
        with self.inside(), self.assertRaises(fetchctl.FetchError) as caught:
            fetchctl.add("civitai:999999", "civitai:12345")
        error = caught.exception
        self.assertEqual((error.code, error.kind, error.reference), (66, "not_found", "civitai:999999"))
        self.assertEqual([file.reference for file in error.files], ["civitai:12345"])
        self.assertEqual(str(error).split("\n")[0], error.message)
        self.assertTrue(error.hint in str(error) and "999999" in error.message)
        self.assertEqual(str(pickle.loads(pickle.dumps(error))), str(error))

    def test_links_and_headers_are_on_no_command_line(self):
        for query in ("", "?token=q-secret"):
            with self.subTest(query):
                url = self.hub.at["cdn"] + "/plain/large.bin" + query
                seen = set()
                look = lambda event: seen.update(self.programs().values())  # noqa: E731
                with self.inside():
                    (file,) = fetchctl.add(url, dir=f"to{len(query)}", headers={"X-Key": "h-secret"}, on_event=look)
                self.assertTrue(file.path.is_file())
                self.assertTrue(any("add --json" in line for line in seen), seen)
                self.assertFalse([line for line in seen if "secret" in line])
        asked = [request for request in self.hub.ask("GET", "requests") if "large.bin" in str(request)]
        self.assertIn("h-secret", str(asked))

    def test_a_link_with_a_query_keeps_its_name_hash_and_mirrors(self):
        url, mirror = (self.hub.at["cdn"] + f"/plain/large.bin?token={name}-secret" for name in "qm")
        with self.inside():
            seen = set()
            look = lambda event: seen.update(self.programs().values())  # noqa: E731
            (file,) = fetchctl.add(url, dir="to", out="named.bin", mirror=mirror, on_event=look)
            self.assertTrue(any("add --json" in line for line in seen), seen)
            self.assertFalse([line for line in seen if "secret" in line])
            self.assertEqual(file.path, self.work / "to/named.bin")
            with self.assertRaises(fetchctl.FetchError) as caught:
                fetchctl.add(url, out="other.bin", sha256="0" * 64)
            self.assertEqual((caught.exception.code, caught.exception.kind), (65, "checksum"))
            (self.work / "empty.txt").write_text("# nothing\n")
            with self.assertRaises(fetchctl.FetchError) as caught:
                fetchctl.add(url, out="other.bin", sha256="0" * 64, input_file="empty.txt")
            self.assertEqual((caught.exception.code, caught.exception.kind), (65, "checksum"))

    def test_a_link_with_a_query_goes_with_an_input_file(self):
        (self.work / "list.txt").write_text("civitai:12345\n  dir=listed\n")
        with self.inside():
            files = fetchctl.add(self.hub.at["cdn"] + "/plain/large.bin?token=q", input_file="list.txt")
        names = [str(file.path.relative_to(self.work)) for file in files]
        self.assertEqual(names, ["large.bin", "listed/practice-model.safetensors"])

    def test_many_files_are_told_in_a_few_lines(self):
        with self.inside(), contextlib.redirect_stderr(io.StringIO()) as told:
            files = fetchctl.add("practice/many", include=["part-0/000*"], progress=True)
        self.assertEqual(len(files), 10)
        lines = [line for line in told.getvalue().replace("\r", "\n").split("\n") if line.strip() and "|" not in line]
        self.assertLess(len(lines), 12, lines)
        self.assertRegex(lines[-1], rf"^done: {len(files)} files, .* in [0-9.]+ s; 0 were there already$")

    def test_an_exception_in_on_event_ends_the_program_and_comes_through(self):
        self.hub.slow(200_000)

        def refuse(event):
            if event["event"] == "progress":
                raise LookupError("enough")

        with self.inside(), self.assertRaisesRegex(LookupError, "enough"):
            fetchctl.add("civitai:12345", on_event=refuse)
        self.assertEqual(self.programs(), {})

    def test_a_wrong_use_is_said_before_anything_starts(self):
        for wrong in ([["civitai:1"]], None, b"civitai:1", {"civitai:1"}):
            with self.subTest(wrong=wrong), self.assertRaises(TypeError):
                fetchctl.add(wrong)
        for wrong in (b"m5", [b"m5"], bytearray(b"m5"), {"m5": 1}, iter(["m5"])):
            for name in ("dir", "include"):
                with self.subTest(wrong=wrong, name=name), self.inside(), self.assertRaisesRegex(TypeError, name):
                    fetchctl.add("civitai:12345", **{name: wrong})
        with self.inside(), self.assertRaisesRegex(TypeError, "bytes"):
            fetchctl.verify(b"m5")
        self.assertEqual(list(self.work.iterdir()), [])
        with self.inside(), self.assertRaises(fetchctl.FetchError) as caught:
            fetchctl.add("civitai:12345", no_such_option=3)
        self.assertEqual(caught.exception.code, 64)
        self.assertIn("--no-such-option", str(caught.exception))

    def test_a_header_of_two_lines_is_refused_and_not_told(self):
        for end in "\r\n\v\f\u0085\u2028":
            for name, value in (("X-Key", f"secret{end}X-Other: 1"), (f"X{end}secret", "1")):
                with self.subTest(name=name, value=value), self.inside(), self.assertRaises(ValueError) as caught:
                    fetchctl.add("civitai:12345", headers={name: value})
                self.assertNotIn("secret", str(caught.exception))
        with self.inside(), self.assertRaises(TypeError):
            fetchctl.add("civitai:12345", headers={"X-Key": b"secret"})
        self.assertEqual(list(self.work.iterdir()), [])

    def test_an_option_that_only_prints_is_refused(self):
        for call in (fetchctl.add, fetchctl.info, fetchctl.verify):
            for name in ("help", "version"):
                with self.subTest(call=call, name=name), self.inside(), self.assertRaises(fetchctl.FetchError) as caught:
                    call("civitai:12345", **{name: True})
                self.assertEqual((caught.exception.code, caught.exception.kind), (64, "usage"))
                self.assertIn(f"fetchctl --{name}", caught.exception.hint)

    def test_an_empty_option_does_not_take_the_next_word(self):
        with self.inside(), self.assertRaisesRegex(fetchctl.FetchError, "--dir is empty"):
            fetchctl.add("civitai:12345", dir="")


class Asking(World):
    def test_info_lists_files_and_fetches_nothing(self):
        with self.inside():
            listed = fetchctl.info("civitai:12345")
        self.assertIn(self.published(12345), [file.sha256 for file in listed])
        self.assertEqual(list(self.work.iterdir()), [])

    def test_verify_reads_and_names_what_is_damaged(self):
        with self.inside():
            (file,) = fetchctl.add("civitai:12345")
            (checked,) = fetchctl.verify(file)
            self.assertEqual((checked.path, checked.digest), (file.path, file.sha256))
            with open(file, "r+b") as damaged:
                damaged.seek(4 << 20)
                damaged.write(b"damaged!")
            with self.assertRaises(fetchctl.FetchError) as caught:
                fetchctl.verify(".")
        self.assertEqual((caught.exception.code, caught.exception.path), (65, file.path))


class Async(World):
    def test_several_at_once(self):
        async def both():
            return await asyncio.gather(
                fetchctl.add_async("civitai:12345", dir="a"),
                fetchctl.info_async("practice/sharded"),
            )

        with self.inside():
            (file,), listed = asyncio.run(both())
            (checked,) = asyncio.run(fetchctl.verify_async("a"))
        self.assert_published(file)
        self.assertEqual(checked.path, file.path)
        self.assertGreater(len(listed), 1)

    def test_to_cancel_ends_the_program_and_keeps_the_partial(self):
        self.hub.slow(100_000)

        async def cancelled():
            started = asyncio.Event()
            heard = lambda event: event["event"] == "progress" and event["received_bytes"] > 1 << 20 and started.set()  # noqa: E731
            task = asyncio.ensure_future(fetchctl.add_async("civitai:12345", on_event=heard, connections=4))
            await started.wait()
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task

        with self.inside():
            asyncio.run(cancelled())
            self.assertEqual(self.programs(), {})
            self.hub.heal()
            resumed = []
            fetchctl.add("civitai:12345", on_event=lambda event: resumed.append(event.get("resumed_bytes") or 0))
        self.assertGreater(max(resumed), 0)


if __name__ == "__main__":
    unittest.main()
