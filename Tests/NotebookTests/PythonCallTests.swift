import FetchTypes
import Testing

@testable import Notebook

@Suite("A call in a cell")
struct PythonCallTests {
    static let drive = "1AbCdEfGhIjKlMnOpQrStUv"

    static let converted: [(text: String, becomes: String)] = [
        (
            "subprocess.run([\"aria2c\", \"-x\", \"16\", \"-s16\", \"-d\", out, \"-o\", f\"{name}.bin\", url], check=True)",
            "subprocess.run([\"fetchctl\", \"aria2c\", \"-x\", \"16\", \"-s16\", \"-d\", out, \"-o\", f\"{name}.bin\", url], check=True)"
        ),
        (
            "    code = subprocess.call(['wget', '-q', '-O', os.path.join(a, \"x\"), \"https://h.example/x.bin\"])",
            "    code = subprocess.call(['fetchctl', 'add', \"https://h.example/x.bin\", '-d', '.', '-o', os.path.join(a, \"x\"), '--force', '-q'])"
        ),
        (
            "subprocess.check_call([\n  \"aria2c\",\n  \"--allow-overwrite=true\",\n  \"--dir=\" \"m\",  # where to\n  f\"--out={n}\",\n  f\"https://h.example/{name}.bin\",\n])",
            "subprocess.check_call([\n  \"fetchctl\", \"add\", f\"https://h.example/{name}.bin\", \"-d\", \"m\", \"-o\", f\"{n}\", \"--force\",\n])"
        ),
        ("os.system(f\"aria2c -c '{url}' -d {out} -o x.bin\")", "os.system(f\"fetchctl aria2c -c '{url}' -d {out} -o x.bin\")"),
        (
            "os.system(\"aria2c -c https://h.example/x.bin -d x &\")",
            "os.system(\"fetchctl aria2c -c https://h.example/x.bin -d x &\")"
        ),
        ("subprocess.run([\"wget\", url, *extra])", "subprocess.run([\"fetchctl\", \"wget\", url, *extra])"),
        ("subprocess.run(['/usr/bin/aria2c', options, url])", "subprocess.run(['fetchctl', 'aria2c', options, url])"),
        ("os.system(\"wget -O x \" + url)", "os.system(\"fetchctl wget -O x \" + url)"),
        (
            "os.system(\"cd \" + d + \" && curl -L '\" + url + \"' -o x.zip\")",
            "os.system(\"cd \" + d + \" && fetchctl curl -L '\" + url + \"' -o x.zip\")"
        ),
        ("os.system(\"wget {} -O {}\".format(url, out))", "os.system(\"fetchctl wget {} -O {}\".format(url, out))"),
        ("os.system(\"wget '%s' -O \\\"%s\\\"\" % (url, out))", "os.system(\"fetchctl wget '%s' -O \\\"%s\\\"\" % (url, out))"),
        ("subprocess.run(shlex.split(f\"wget -O x {url}\"))", "subprocess.run(shlex.split(f\"fetchctl wget -O x {url}\"))"),
        ("subprocess.run(\"wget -O x y.bin\".split())", "subprocess.run(\"fetchctl wget -O x y.bin\".split())"),
        ("os.system(\"cd a\\nwget -O \\\"a b\\\" h/x.bin\\n\")", "os.system(\"cd a\\nfetchctl wget -O \\\"a b\\\" h/x.bin\\n\")"),
        (
            "os.system('wget -q \"https://h.example/a.bin b\" -O x')",
            "os.system('fetchctl add \"https://h.example/a.bin b\" -d . -o x --force -q')"
        ),
        (
            "subprocess.run(\"curl -Lo x.bin https://h.example/x.bin && ls\", shell=True, stdout=subprocess.DEVNULL)",
            "subprocess.run(\"fetchctl add https://h.example/x.bin -d . -o x.bin --force && ls\", shell=True, stdout=subprocess.DEVNULL)"
        ),
        (
            "p = subprocess.Popen(\"\"\"\nwget -O x https://h.example/x.bin\n\"\"\", shell=True)",
            "p = subprocess.Popen(\"\"\"\nfetchctl add https://h.example/x.bin -d . -o x --force\n\"\"\", shell=True)"
        ),
        (
            "gdown.download(\"https://drive.google.com/uc?id=\(drive)\", \"out.zip\", quiet=False)  # data",
            "import fetchctl\nfetchctl.add(\"https://drive.google.com/uc?id=\(drive)\", dir=\".\", out=\"out.zip\", force=True)  # data"
        ),
        (
            "gdown.download(id=\"\(drive)\", output=target, quiet=True)",
            "import fetchctl\nfetchctl.add(\"gdrive:\(drive)\", dir=\".\", out=target, force=True, progress=False)"
        ),
        (
            "gdown.download(id=\"\(drive)\", output=f\"{name}.zip\")",
            "import fetchctl\nfetchctl.add(\"gdrive:\(drive)\", dir=\".\", out=f\"{name}.zip\", force=True)"
        ),
        (
            "p = gdown.download(url, fuzzy=True)\nq = gdown.download(url2, 'x.zip')",
            "import fetchctl\np = fetchctl.add(url, dir=\".\", force=True).paths[0]\nq = fetchctl.add(url2, dir=\".\", out=\"x.zip\", force=True).paths[0]"
        ),
        (
            "gdown.download_folder(url=\"https://drive.google.com/drive/folders/\(drive)\", quiet=True, remaining_ok=True)",
            "import fetchctl\nfetchctl.add(\"https://drive.google.com/drive/folders/\(drive)\", force=True, progress=False)"
        ),
        (
            "import gdown as gd\ngd.download(f\"{base['a']}/x\", \"x.bin\")",
            "import gdown as gd\nimport fetchctl\nfetchctl.add(f\"{base['a']}/x\", dir=\".\", out=\"x.bin\", force=True)"
        ),
        (
            "import fetchctl\ndef get(u, out=None):\n    gdown.download(u, out)",
            "import fetchctl\ndef get(u, out=None):\n    fetchctl.add(u, dir=\".\", out=out, force=True)"
        ),
        (
            "hf_hub_download(repo_id=\"org/name\", filename=\"x.bin\", subfolder=\"a\", local_dir=\"m\", local_dir_use_symlinks=False)",
            "import fetchctl\nfetchctl.file(repo_id=\"org/name\", filename=\"x.bin\", subfolder=\"a\", local_dir=\"m\")"
        ),
        (
            "for f in files:\n    huggingface_hub.hf_hub_download(repo, f, revision='v1', token=os.environ[\"HF_TOKEN\"])",
            "for f in files:\n    import fetchctl\n    fetchctl.file(repo, f, revision='v1', token=os.environ[\"HF_TOKEN\"])"
        ),
        (
            "try:\n    snapshot_download(\"org/name\", local_dir=\"m\")\nexcept Exception:\n    pass",
            "try:\n    import fetchctl\n    fetchctl.snapshot(\"org/name\", local_dir=\"m\")\nexcept Exception:\n    pass"
        ),
        (
            "from huggingface_hub import (snapshot_download as sd,\n    hf_hub_download as dl)\npath = sd(repo, allow_patterns=PATS)\nload(dl(\"a/b\", \"c\"))",
            "from huggingface_hub import (snapshot_download as sd,\n    hf_hub_download as dl)\nimport fetchctl\n"
                + "path = fetchctl.snapshot(repo, allow_patterns=PATS)\nload(fetchctl.file(\"a/b\", \"c\"))"
        ),
        (
            "import huggingface_hub as hh\nhh.snapshot_download(\n    repo_id=\"a/b\",\n    resume_download=True,  # old\n    max_workers=8,\n)",
            "import huggingface_hub as hh\nimport fetchctl\nfetchctl.snapshot(\n    repo_id=\"a/b\",\n)"
        ),
        (
            "def get(repo, file, rev=None):\n    return hf_hub_download(repo, file, revision=rev, use_auth_token=False, force_download=True)",
            "def get(repo, file, rev=None):\n    import fetchctl\n    return fetchctl.file(repo, file, revision=rev, token=False, force_download=True)"
        ),
        (
            "import fetchctl\nif new: snapshot_download(\"org/name\", local_dir=d, ignore_patterns=('a*', \"b\"))",
            "import fetchctl\nif new: fetchctl.snapshot(\"org/name\", local_dir=d, ignore_patterns=('a*', \"b\"))"
        ),
        (
            "urllib.request.urlretrieve(\"https://h.example/x.bin\", f\"{d}/x.bin\")",
            "import fetchctl\nfetchctl.add(\"https://h.example/x.bin\", dir=f\"{d}\", out=\"x.bin\", force=True)"
        ),
        (
            "from urllib.request import urlretrieve as get\nget('https://h.example/x.bin', out)",
            "from urllib.request import urlretrieve as get\nimport fetchctl\nfetchctl.add(\"https://h.example/x.bin\", dir=\".\", out=out, force=True)"
        ),
        (
            "for n in names:\n    urlretrieve(f\"https://h.example/{n}.bin\", f\"{n}.bin\")",
            "for n in names:\n    import fetchctl\n    fetchctl.add(f\"https://h.example/{n}.bin\", dir=\".\", out=f\"{n}.bin\", force=True)"
        ),
        (
            "torch.hub.download_url_to_file('https://h.example/x.pth', 'x.pth', progress=True)",
            "import fetchctl\nfetchctl.add(\"https://h.example/x.pth\", dir=\".\", out=\"x.pth\", force=True)"
        ),
        (
            "cmd = [\"wget\", \"-c\", url]\nprint(cmd)\nsubprocess.run(cmd, check=True)",
            "cmd = [\"fetchctl\", \"wget\", \"-c\", url]\nprint(cmd)\nsubprocess.run(cmd, check=True)"
        ),
        (
            "cmd = [\"wget\", \"-O\", \"x\", \"https://h.example/x.bin\"]\ncmd += more\nsubprocess.run(cmd)",
            "cmd = [\"fetchctl\", \"wget\", \"-O\", \"x\", \"https://h.example/x.bin\"]\ncmd += more\nsubprocess.run(cmd)"
        ),
        ("cmd = f\"aria2c {url} -d {d}\"\nos.system(cmd)", "cmd = f\"fetchctl aria2c {url} -d {d}\"\nos.system(cmd)"),
    ]

    @Test("of a download becomes fetchctl's, in its own place", arguments: converted)
    func convert(text: String, becomes: String) throws { #expect(try Book.line(text) == becomes) }

    @Test("needs an import in each cell that has none, since cells are run in any order")
    func importEach() throws {
        let first = "a = gdown.download(u, 'a.zip')\nb = gdown.download(u, 'b.zip')"
        let conversion = try Book.convert(first, "c = gdown.download(u, 'c.zip')")
        #expect(try Book.cell(1, conversion).split(separator: "\n").map { $0.prefix(6) } == ["import", "a = fe", "b = fe"])
        #expect(try Book.cell(2, conversion) == "import fetchctl\nc = fetchctl.add(u, dir=\".\", out=\"c.zip\", force=True).paths[0]")
    }

    @Test("means what the imports of the cells above say")
    func importsAbove() throws {
        let conversion = try Book.convert("from huggingface_hub import hf_hub_download as dl", "dl(\"a/b\", \"c\")")
        #expect(try Book.cell(2, conversion) == "import fetchctl\nfetchctl.file(\"a/b\", \"c\")")
    }
}
