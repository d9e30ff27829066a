"""README.md and the pages of docs/ stay true: their console blocks are run, their options, links and names are looked up.

A block marked `console` holds commands after `$ ` and below each what it prints, standard output and standard error
together; `…` stands for any text, alone on a line for any number of lines. All blocks of a page run in one folder with one home,
against a practice hub, which stands in for the services. A block below `<!-- file: NAME -->` is written to NAME first. Every command
has to end with 0; a block that shows a failure prints the code itself (`; echo $?`). Lines of `fetchctl add` in a block marked `sh` are
run with `--dry-run`.
"""

import pathlib
import re
import subprocess
import unittest

from world import PROGRAM, World

TOP = pathlib.Path(__file__).resolve().parents[2]
PAGES = [TOP / "README.md", *sorted((TOP / "docs").glob("*.md"))]
TEXTS = [*PAGES, *(TOP / name for name in ("DESIGN.md", "CONTRIBUTING.md", "SECURITY.md"))]

# What the documents name, and what the practice hub has in its place.
STAND_INS = {"128078": "12345", "101055": "6789", "org/name": "practice/tiny"}

BLOCK = re.compile(r"(?:^<!-- file: (?P<file>\S+) -->\n+)?^```(?P<kind>[a-z]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)

# Only where a service is replaced, which no reader of a document does.
ASKED_AT = re.compile(r"^.* is asked at .*_ENDPOINT\)\.\n", re.MULTILINE)

# Commands whose options are another tool's.
OTHER_TOOLS = {"aria2c", "wget", "curl", "gdown", "hf", "huggingface-cli"}


def commands(body):
    """The commands of a console block, with what each prints."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        while command.endswith("\\"):
            more, _, expected = expected.partition("\n")
            command = command[:-1] + more
        yield command, expected


def pattern(expected):
    lines = []
    for line in expected.splitlines():
        if line.strip() == "…":
            lines.append(r"(?:.*\n)*")
        else:
            lines.append(".*".join(re.escape(piece) for piece in line.rstrip().split("…")) + r"[ \t]*\n")
    return "".join(lines)


@unittest.skipUnless(PROGRAM, "the documents are those of the sources, not of an installed package")
class DocumentTests(World):
    def with_stand_ins(self, text):
        for name, other in STAND_INS.items():
            text = text.replace(name, other)
        for file in self.hub.ask("GET", "catalogue")["plain"]:
            text = text.replace(f"https://example.com/{file['name'].replace('practice', 'model')}", file["url"])
        return text

    def test_console_blocks_print_what_they_show(self):
        for page in PAGES:
            folder, home = self.work / page.stem, self.root / f"home of {page.stem}"
            folder.mkdir()
            home.mkdir()
            for block in BLOCK.finditer(page.read_text()):
                if block["file"]:
                    path = folder / block["file"]
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(self.with_stand_ins(block["body"]))
                if block["kind"] == "sh":
                    for command in re.findall(r"^fetchctl add .*", block["body"].replace("\\\n", " "), re.MULTILINE):
                        with self.subTest(page=page.name, command=command):
                            self.check(self.with_stand_ins(f"{command.split(' #')[0]} --dry-run"), "…", folder, home)
                if block["kind"] != "console":
                    continue
                for command, expected in commands(block["body"]):
                    with self.subTest(page=page.name, command=command):
                        self.check(self.with_stand_ins(command), self.with_stand_ins(expected), folder, home)

    def check(self, command, expected, folder, home):
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env={**self.environment(), "HOME": str(home)}, timeout=120, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        printed = ASKED_AT.sub("", done.stdout)
        self.assertEqual(done.returncode, 0, printed)
        if not re.fullmatch(pattern(expected), printed):
            self.fail(f"the document shows:\n{expected}\nthe command prints:\n{printed}")

    def test_options_that_documents_name_exist(self):
        known = {}
        for page in TEXTS:
            for block in BLOCK.finditer(page.read_text()):
                for line in block["body"].replace("\\\n", " ").splitlines():
                    found = re.match(r"[!$ %]*fetchctl ([a-z0-9-]+)(.*)", line.strip())
                    if not found or found[1] in OTHER_TOOLS:
                        continue
                    command, rest = found[1], found[2].split("#")[0]
                    if command not in known:
                        known[command] = self.help_of(command)
                    for option in re.findall(r"(?<![\w-])--?[a-z][a-z0-9-]*", rest):
                        with self.subTest(page=page.name, command=command, option=option):
                            self.assertTrue(option in known[command], "is no option of it")

    def help_of(self, command):
        done = subprocess.run(
            [PROGRAM, command, "--help"], env=self.environment(), timeout=60, text=True, capture_output=True)
        self.assertEqual(done.returncode, 0, f"fetchctl {command} --help: {done.stderr}")
        return set(re.findall(r"(?<![\w-])--?[a-z][a-z0-9-]*", done.stdout))

    def test_variables_that_documents_name_are_read(self):
        program = pathlib.Path(PROGRAM).read_bytes()
        settings = self.help_text("config", "show")
        for page in PAGES:
            for name in sorted(set(re.findall(r"\bFETCHCTL_[A-Z0-9_]*[A-Z0-9]\b", page.read_text()))):
                with self.subTest(page=page.name, variable=name):
                    key = name.removeprefix("FETCHCTL_").lower()
                    self.assertTrue(name.encode() in program or re.search(rf"^{key} = ", settings, re.MULTILINE), "is read nowhere")

    def test_defaults_are_those_in_force(self):
        def settings(text):
            return {key: value.strip() for key, value in re.findall(r"^(\w+) = ([^#\n]*)", text, re.MULTILINE)}

        page = (TOP / "docs/environment.md").read_text()
        shown = next(block["body"] for block in BLOCK.finditer(page) if block["kind"] == "toml")
        done = subprocess.run(
            [PROGRAM, "config", "show"], env={"HOME": str(self.root / "home"), "PATH": "/bin"}, timeout=60, text=True,
            capture_output=True, check=True)
        self.assertEqual(settings(shown), settings(done.stdout))

    def test_exit_codes_are_those_of_the_program(self):
        code = (TOP / "Sources/FetchTypes/ExitCode.swift").read_text()
        page = (TOP / "docs/exit-codes.md").read_text()
        listed = {int(number) for row in re.findall(r"^\| ([\d, ]+) \|", page, re.MULTILINE) for number in row.split(",")}
        known = {int(number) for number in re.findall(r"\bcase \w+ = (\d+)", code)}
        self.assertTrue(known, "no codes found in ExitCode.swift")
        self.assertLessEqual(known, listed)

    def help_text(self, *words):
        return subprocess.run([PROGRAM, *words], env=self.environment(), timeout=60, text=True, capture_output=True, check=True).stdout

    def test_links_and_paths_lead_somewhere(self):
        for page in TEXTS:
            text = page.read_text()
            links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
            paths = re.findall(r"`((?:Sources|Tests|scripts|docs|Examples)/[A-Za-z0-9_./+-]+)`", text)
            for place, base in [(link, page.parent) for link in links] + [(path, TOP) for path in paths]:
                with self.subTest(page=page.name, place=place):
                    self.assertTrue((base / place).exists(), "there is no such file")

    def test_names_that_design_and_contributing_use_exist(self):
        sources = [*(TOP / "Sources").rglob("*"), *(TOP / "Tests").rglob("*.swift"), TOP / "Package.swift"]
        code = "\n".join(path.read_text(errors="replace") for path in sources if path.suffix in {".swift", ".h", ".py"})
        words = set(re.findall(r"\b[A-Z][A-Za-z0-9]*\b", code)) | {path.stem for path in sources}
        for name in ("DESIGN.md", "CONTRIBUTING.md"):
            for word in sorted(set(re.findall(r"[`*]([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+)(?:[.(][^`]*)?[`*]", (TOP / name).read_text()))):
                if word.startswith("Example"):
                    continue
                with self.subTest(page=name, name=word):
                    self.assertTrue(word in words, "is the name of nothing in the sources")


if __name__ == "__main__":
    unittest.main()
