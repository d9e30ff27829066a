import FetchTypes
import Testing

@testable import Notebook

@Suite("A call in a cell")
struct PythonCallTests {
    static let drive = "1AbCdEfGhIjKlMnOpQrStUv"

    static let converted: [(text: String, becomes: String)] = [
        (
            "subprocess.run([\"aria2c\", \"-x\", \"16\", \"-s16\", \"-d\", out, \"-o\", f\"{name}.bin\", url], check=True)",
            "subprocess.run([\"fetchctl\", \"add\", url, \"-d\", out, \"-o\", f\"{name}.bin\"], check=True)"
        ),
        (
            "    code = subprocess.call(['wget', '-q', '-O', os.path.join(a, \"x\"), \"https://h.example/x\"])",
            "    code = subprocess.call(['fetchctl', 'add', \"https://h.example/x\", '-d', '.', '-o', os.path.join(a, \"x\"), '--force', '-q'])"
        ),
        (
            "subprocess.check_call([\n  \"aria2c\",\n  \"--dir=\" \"m\",  # where to\n  f\"--out={name}\",\n  f\"https://h.example/{name}\",\n])",
            "subprocess.check_call([\n  \"fetchctl\", \"add\", f\"https://h.example/{name}\", \"-d\", \"m\", \"-o\", f\"{name}\",\n])"
        ),
        ("os.system(f\"aria2c -c '{url}' -d {out} -o x.bin\")", "os.system(f\"fetchctl add '{url}' -d {out} -o x.bin\")"),
        ("os.system('wget -q \"https://h.example/a b\" -O x')", "os.system('fetchctl add \"https://h.example/a b\" -d . -o x --force -q')"),
        (
            "subprocess.run(\"curl -Lo x.bin https://h.example/x && ls\", shell=True, stdout=subprocess.DEVNULL)",
            "subprocess.run(\"fetchctl add https://h.example/x -d . -o x.bin --force && ls\", shell=True, stdout=subprocess.DEVNULL)"
        ),
        (
            "p = subprocess.Popen(\"\"\"\nwget -O x https://h.example/x\n\"\"\", shell=True)",
            "p = subprocess.Popen(\"\"\"\nfetchctl add https://h.example/x -d . -o x --force\n\"\"\", shell=True)"
        ),
        (
            "gdown.download(\"https://drive.google.com/uc?id=\(drive)\", \"out.zip\", quiet=False)  # data",
            "!fetchctl add 'https://drive.google.com/uc?id=\(drive)' -d . -o out.zip --force  # data"
        ),
        (
            "gdown.download(id=\"\(drive)\", output=target, quiet=True)",
            "import fetchctl\nfetchctl.add(\"gdrive:\(drive)\", dir=\".\", out=target, force=True, progress=False)"
        ),
        ("gdown.download(id=\"\(drive)\", output=f\"{name}.zip\")", "!fetchctl add gdrive:\(drive) -d . -o '{name}.zip' --force"),
        (
            "p = gdown.download(url, fuzzy=True)\nq = gdown.download(url2, 'x.zip')",
            "import fetchctl\np = fetchctl.add(url, dir=\".\", force=True).paths[0]\nq = fetchctl.add(url2, dir=\".\", out=\"x.zip\", force=True).paths[0]"
        ),
        (
            "gdown.download_folder(url=\"https://drive.google.com/drive/folders/\(drive)\", quiet=True, remaining_ok=True)",
            "!fetchctl add https://drive.google.com/drive/folders/\(drive) --force -q"
        ),
        (
            "hf_hub_download(repo_id=\"org/name\", filename=\"x.bin\", subfolder=\"a\", local_dir=\"m\", local_dir_use_symlinks=False)",
            "!fetchctl add hf:org/name/a/x.bin -d m --layout hf-local"
        ),
        (
            "for f in files:\n    huggingface_hub.hf_hub_download(repo, f, revision='v1', token=os.environ[\"HF_TOKEN\"])",
            "for f in files:\n    import fetchctl\n    fetchctl.add(f\"hf:{repo}@v1/{f}\", layout=\"hf-cache\")"
        ),
        (
            "try:\n    snapshot_download(\"org/name\", local_dir=\"m\")\nexcept Exception:\n    pass",
            "try:\n    import fetchctl\n    fetchctl.add(\"hf:org/name\", dir=\"m\", layout=\"hf-local\")\nexcept Exception:\n    pass"
        ),
        (
            "import fetchctl\ndef get(u, out=None):\n    gdown.download(u, out)",
            "import fetchctl\ndef get(u, out=None):\n    fetchctl.add(u, dir=\".\", out=out, force=True)"
        ),
        (
            "hf_hub_download(repo_id=\"org/name\", filename=f\"{n}.bin\", revision=rev)",
            "import fetchctl\nfetchctl.add(f\"hf:org/name/{n}.bin\", layout=\"hf-cache\", revision=rev)"
        ),
        (
            "def get(repo, file, rev=None, cache=None):\n    return hf_hub_download(repo, file, revision=rev, cache_dir=cache)",
            "def get(repo, file, rev=None, cache=None):\n    import fetchctl\n"
                + "    return fetchctl.add(f\"hf:{repo}@{rev or 'main'}/{file}\", dir=cache, layout=\"hf-cache\").paths[0]"
        ),
        (
            "snapshot_download(repo, revision=a if b else None, local_dir=\"m\")",
            "import fetchctl\nfetchctl.add(f\"hf:{repo}\", dir=\"m\", layout=\"hf-local\", revision=a if b else None)"
        ),
        ("snapshot_download(\"org/name\", revision=f\"v{n}\")", "!fetchctl add 'hf:org/name@v{n}' --layout hf-cache"),
        (
            "out = 'm'\nsnapshot_download(\"org/name\", local_dir=out, revision=None)",
            "out = 'm'\nimport fetchctl\nfetchctl.add(\"hf:org/name\", dir=out, layout=\"hf-local\")"
        ),
        (
            "def get():\n    return hf_hub_download(\"org/name\", \"x.bin\")",
            "def get():\n    import fetchctl\n    return fetchctl.add(\"hf:org/name/x.bin\", layout=\"hf-cache\").paths[0]"
        ),
        (
            "import fetchctl\nif new: snapshot_download(\"org/name\", local_dir=d, allow_patterns=[\"*.json\", \"*.bin\"], ignore_patterns='a*')",
            "import fetchctl\nif new: fetchctl.add(\"hf:org/name\", dir=d, layout=\"hf-local\", include=[\"*.json\", \"*.bin\"], exclude=[\"a*\"])"
        ),
        (
            "snapshot_download(\"org/name\", allow_patterns=f\"{kind}/*\", ignore_patterns=None)",
            "!fetchctl add hf:org/name --layout hf-cache --include '{kind}/*'"
        ),
        ("snapshot_download(\"org/name\", repo_type=\"dataset\")", "!fetchctl add hf:datasets/org/name --layout hf-cache"),
    ]

    @Test("of a download becomes fetchctl's, in its own place", arguments: converted)
    func convert(text: String, becomes: String) throws { #expect(try Book.line(text) == becomes) }

    static let left: [(text: String, why: String)] = [
        ("x = subprocess.check_output([\"wget\", \"-O\", \"x\", url])", "output is read"),
        ("subprocess.run([\"wget\", \"-O\", \"x\", url], capture_output=True)", "output is read"),
        ("subprocess.Popen([\"wget\", url], stdout=subprocess.PIPE)", "output is read"),
        ("subprocess.run([\"wget\", url, *extra])", "not all"), ("subprocess.run([\"wget\", \"-O\", \"-\", url])", "-O -"),
        ("os.system(\"wget -O x \" + url)", "several parts"),
        ("subprocess.run(\"wget -O x https://h.example/x\".split())", "several parts"),
        ("os.system(\"wget -O \\\"a b\\\" https://h.example/x\")", "escapes"),
        ("model = load(snapshot_download(repo_id=\"org/name\"))", "path"),
        ("hf_hub_download(repo_id=\"a/b\", filename=\"c\", token=tok)", "HF_TOKEN"), ("api.hf_hub_download(\"a/b\", \"c\")", "object"),
        ("hf_hub_download(**kwargs)", "not all"), ("hf_hub_download(\"a/b\", \"c\", local_files_only=True)", "local_files_only"),
        ("gdown.download(url, quiet=silent)", "True or False"), ("gdown.download(f\"{base['a']}/x\", \"x.bin\")", "too much"),
        ("gdown.cached_download(url, 'x', md5='0')", "hash"), ("gdown.download(url, out, proxy=p)", "proxy"),
        ("if a: pass\nelse: x = gdown.download(url)", "import"), ("subprocess.run([\"aria2c\", options, url])", "anything"),
        ("def get(d: str = None):\n    snapshot_download(\"a/b\", local_dir=d)", "local_dir= may be None"),
        ("hf_hub_download(\"a/b\", \"c\", local_dir=os.environ.get(\"DIR\"))", "local_dir= may be None"),
        ("hf_hub_download(\"a/b\", \"c\", subfolder=sub)", "subfolder= may be None"),
        ("snapshot_download(\"a/b\", allow_patterns=PATS)", "allow_patterns= may be a list"),
        ("if x:\n    snapshot_download(\"a/b\", ignore_patterns=(\"*.bin\", \"*.pt\"))", "ignore_patterns= may be a list"),
        ("snapshot_download(\"a/b\", allow_patterns=[\"a\"] + more)", "allow_patterns= may be a list"),
        ("snapshot_download(\"a/b\", allow_patterns=[\"a\"] + [p])", "not a list of strings"),
        ("subprocess.run([\"timeout\", \"60\", \"wget\", url])", "timeout starts the tool here"),
        ("subprocess.check_call([\"bash\", \"-lc\", f\"wget {url}\"])", "bash starts the tool here"),
        ("os.system(f\"timeout 60 wget -O x {url}\")", "timeout starts the tool here"),
        ("get_ipython().system(\"wget -O x https://h.example/x\")", "IPython"),
        ("x = IPython.get_ipython().getoutput(f'wget -O x {url}')", "IPython"),
        ("get_ipython().system_raw('timeout 9 wget https://h.example/x &')", "timeout starts the tool here"),
        ("%time hf_hub_download(\"a/b\", \"c\")", "%time runs it"),
    ]

    @Test("is left where it may mean something else, and says why", arguments: left)
    func leave(text: String, why: String) throws {
        #expect(try Book.line(text) == nil)
        let reasons = try Book.left(text)
        #expect(reasons.count == 1 && reasons[0].contains(why), "\(reasons)")
    }

    @Test(
        "of anything else is not looked at",
        arguments: [
            "subprocess.run([\"ls\", \"wget\"])", "def hf_hub_download(a): pass", "wget.download(url)", "run(\"ls\")", "os.system(cmd)",
            "torch.hub.download(url)", "subprocess.run([tool, url])", "call()", "print(\"gdown.download(url)\")", "f(download)",
            "x.run(['wget'])", "get_ipython().system('ls')", "get_ipython().system(cmd)", "app.system('wget')",
            "subprocess.run([\"timeout\", \"60\", \"ls\"])",
        ])
    func other(text: String) throws { #expect(try Book.convert(text).findings.isEmpty) }

    @Test("needs its import once, where the cell above has it")
    func importOnce() throws {
        let conversion = try Book.convert("a = gdown.download(u, 'a.zip')", "b = gdown.download(u, 'b.zip')")
        #expect(try Book.cell(1, conversion).hasPrefix("import fetchctl\na = "))
        #expect(try Book.cell(2, conversion) == "b = fetchctl.add(u, dir=\".\", out=\"b.zip\", force=True).paths[0]")
    }

    @Test("of a notebook for another language is not looked at")
    func language() throws {
        let text = String(decoding: Book.bytes(["!wget -O x https://h.example/x"]), as: UTF8.self).replacing("\"python\"", with: "\"R\"")
        let conversion = try NotebookConversion(Array(text.utf8), name: "a.ipynb")
        #expect(conversion.otherLanguage == "r" && conversion.findings.isEmpty)
    }
}
