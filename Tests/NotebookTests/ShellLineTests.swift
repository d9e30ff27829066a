import FetchTypes
import Testing

@testable import Notebook

@Suite("A shell line in a cell")
struct ShellLineTests {
    static let drive = "1AbCdEfGhIjKlMnOpQrStUv"

    static let converted: [(line: String, becomes: String)] = [
        (
            "!aria2c --console-log-level=error -c -x 16 -s 16 -k 1M https://huggingface.co/a/b/resolve/main/x.safetensors -d /content/m -o x.safetensors",
            "!fetchctl add https://huggingface.co/a/b/resolve/main/x.safetensors -d /content/m -o x.safetensors"
        ),
        (
            "!aria2c --console-log-level=warn -c -k 1M -s 16 -x 16 -d dir -o \"a b.bin\" \"https://civitai.com/api/download/models/1?type=Model&format=SafeTensor\"",
            "!fetchctl add \"https://civitai.com/api/download/models/1?type=Model&format=SafeTensor\" -d dir -o \"a b.bin\""
        ),
        ("!aria2c -c -x16 -s16 -k1M -j5 {url} -d \"{dir}/lora\" -o $name", "!fetchctl add {url} -d \"{dir}/lora\" -o $name"),
        ("!aria2c -c https://h.example/x -d / -o \"/abs/x.bin\"", "!fetchctl add https://h.example/x -d /abs -o x.bin"),
        (
            "!aria2c -c -x 8 'https://h.example/m.bin?a=1&b=2' -o m.bin  # a comment",
            "!fetchctl add 'https://h.example/m.bin?a=1&b=2' -d . -o m.bin -x 8  # a comment"
        ),
        ("!aria2c --continue=true -i list.txt -d models --summary-interval=1", "!fetchctl add -i list.txt -d models"),
        (
            "!aria2c -c --header=\"Authorization: Bearer {hf_token}\" https://huggingface.co/a/b/resolve/main/x -d m -o x",
            "!fetchctl add https://huggingface.co/a/b/resolve/main/x -d m -o x --header \"Authorization: Bearer {hf_token}\""
        ),
        (
            "!aria2c --checksum=sha-256=\(String(repeating: "0a", count: 32)) https://h.example/x --max-tries=10 -d m -o x",
            "!fetchctl add https://h.example/x -d m -o x --sha256 \(String(repeating: "0a", count: 32)) --retries 9"
        ),
        (
            "!aria2c https://h.example/x https://m.example/x -d m -o x",
            "!fetchctl add https://h.example/x -d m -o x --mirror https://m.example/x"
        ),
        ("!wget -q -O m.bin https://h.example/a?b=c", "!fetchctl add https://h.example/a?b=c -d . -o m.bin --force -q"),
        ("!wget -c https://h.example/z.bin -P DIR/", "!fetchctl add https://h.example/z.bin -d DIR/ -o z.bin"),
        (
            "!wget -qnc --content-disposition --show-progress -e dotbytes=4M -P {root}/m https://civitai.com/api/download/models/7",
            "!fetchctl add https://civitai.com/api/download/models/7 -d {root}/m"
        ),
        (
            "!wget --max-redirect=10 --show-progress \"https://h.example/x\" -O \"sub/dir/x y\"",
            "!fetchctl add \"https://h.example/x\" -d sub/dir -o 'x y' --force"
        ),
        ("!wget https://huggingface.co/a/b/resolve/main/x.bin", "!fetchctl add https://huggingface.co/a/b/resolve/main/x.bin -d ."),
        ("!wget {base}/x.bin", "!fetchctl add {base}/x.bin -d . -o x.bin"), ("!wget \"$URL\"", "!fetchctl add \"$URL\" -d ."),
        ("!curl -Lo m.bin https://h.example/f", "!fetchctl add https://h.example/f -d . -o m.bin --force"),
        (
            "!curl -fSL --max-redirs 10 -H \"Authorization: Bearer $T\" -o {d}/x.bin https://h.example/x",
            "!fetchctl add https://h.example/x -d {d} -o x.bin --header \"Authorization: Bearer $T\" --force"
        ),
        ("!curl -#JL https://h.example/t -o NAME", "!fetchctl add https://h.example/t -d . -o NAME --force"),
        (
            "!gdown --fuzzy -O x.zip https://drive.google.com/file/d/\(drive)/view",
            "!fetchctl add https://drive.google.com/file/d/\(drive)/view -d . -o x.zip --force"
        ),
        ("!gdown --id \(drive)", "!fetchctl add gdrive:\(drive) -d . --force"),
        ("!gdown {file_id} -O x.zip", "!fetchctl add gdrive:{file_id} -d . -o x.zip --force"),
        ("!gdown {drive_url} -O {name}", "!fetchctl add {drive_url} -d . -o {name} --force"),
        (
            "!gdown --folder https://drive.google.com/drive/folders/\(drive) --remaining-ok",
            "!fetchctl add https://drive.google.com/drive/folders/\(drive) --force"
        ),
        (
            "!huggingface-cli download org/name m.safetensors --local-dir models --local-dir-use-symlinks False",
            "!fetchctl add hf:org/name/m.safetensors -d models --layout hf-local"
        ),
        (
            "!hf download org/name --include \"*.json\" --exclude '*.bin' --revision v1 --repo-type dataset",
            "!fetchctl add hf:datasets/org/name@v1 --layout hf-cache --include \"*.json\" --exclude '*.bin'"
        ),
        ("!hf download {repo} --local-dir ./m", "!fetchctl add hf:{repo} -d ./m --layout hf-local"),
        (
            "!cd m && aria2c -x 8 https://h.example/m.bin -o m.bin && ls > /dev/null 2>&1",
            "!cd m && fetchctl add https://h.example/m.bin -d . -o m.bin -x 8 && ls > /dev/null 2>&1"
        ),
        ("    !wget -O x https://h.example/x", "    !fetchctl add https://h.example/x -d . -o x --force"),
        (
            "!aria2c -c \\\n  -d m \\\n  -o x.bin \\\n  https://h.example/x\nprint(1)",
            "!fetchctl add https://h.example/x -d m -o x.bin\nprint(1)"
        ),
        ("!wget -O x https://h.example/x >/dev/null 2>&1 &", "!fetchctl add https://h.example/x -d . -o x --force >/dev/null 2>&1 &"),
        ("!wget https://h.example/x >log -O x", "!fetchctl add https://h.example/x -d . -o x --force >log"),
        (
            "!aria2c --allow-overwrite=true https://h.example/x -d m -o x",
            "!fetchctl add https://h.example/x -d m -o x --force"
        ),
        ("!wget -O x https://huggingface.co/a/b/resolve/main/x", "!fetchctl add https://huggingface.co/a/b/resolve/main/x -d . -o x"),
        ("!curl -Lo x https://civitai.com/api/download/models/1", "!fetchctl add https://civitai.com/api/download/models/1 -d . -o x"),
        ("!wget -O x https://huggingface.co.example/x", "!fetchctl add https://huggingface.co.example/x -d . -o x --force"),
        ("!curl -JLO https://h.example/t", "!fetchctl add https://h.example/t -d ."),
        ("%%capture\n!wget -O x https://h.example/x", "%%capture\n!fetchctl add https://h.example/x -d . -o x --force"),
    ]

    @Test("of a download tool becomes fetchctl add, with the same place, name, headers and hash", arguments: converted)
    func convert(line: String, becomes: String) throws { #expect(try Book.line(line) == becomes) }

    static let left: [(line: String, why: String)] = [
        ("!curl -s https://h.example/api | jq .", "standard output"), ("!hf upload org/name x", "no hf download"),
        ("!aria2c -c https://civitai.com/api/download/models/5?type=Model&format=SafeTensor -d x", "&"),
        ("out = !wget -O x https://h.example/x", "output is used"), ("!!wget -O x https://h.example/x", "output is used"),
        ("!sudo wget -O x https://h.example/x", "root"), ("!aria2c {args} {url}", "options"),
        ("!wget -i https://h.example/list.txt", "list"),
        ("!aria2c --on-download-complete=./x.sh https://h.example/x", "program"), ("!wget -r https://h.example/", "-r"),
        ("!wget -O x https://h.example/x 2>&1 | tail -1", "another command"), ("!wget \"https://h.example/x", "not closed"),
        ("!echo $(curl -s https://h.example/v)", "used as a word"), ("!gdown \(drive) -O models", "file or a folder"),
        ("!hf download a/b --token hf_x", "token"), ("!wget -e https_proxy=h.example:1 -O x https://h.example/x", "proxy"),
        ("!aria2c {a} {b}", "anything"), ("!wget -O a https://h.example/a https://h.example/b", "several"),
        ("!wget https://h.example/a https://h.example/b -P m | cat", "another command"),
        ("%%writefile go.sh\nwget -O x https://h.example/x", "written to a file"),
        ("%%sx\nwget -O x https://h.example/x", "output is used"),
        ("!timeout 60 wget https://h.example/x", "timeout starts the tool here"),
        ("%%bash\nenv A=b wget https://h.example/x", "env starts the tool here"),
        ("%%bash\ncat u | xargs -n1 wget", "xargs starts the tool here"), ("!nice -n 5 aria2c {url}", "nice starts the tool here"),
        ("%%bash\nstdbuf -oL curl -O https://h.example/x", "stdbuf starts the tool here"),
        ("%%bash\nexec wget -O x https://h.example/x", "exec starts the tool here"),
        ("!parallel 'wget -q {}' ::: $urls", "parallel starts the tool here"),
        ("!bash -c \"cd m && /usr/bin/wget $url\"", "bash starts the tool here"),
        ("!xargs -a ids hf download", "xargs starts the tool here"),
        ("%sx wget -O x https://h.example/x", "output is used"), ("%system wget -O x https://h.example/x", "output is used"),
        ("out = %sx wget -O x https://h.example/x", "output is used"), ("%sx timeout 9 wget {url}", "timeout starts the tool here"),
        ("%time !wget -O x https://h.example/x", "%time runs it"),
    ]

    @Test("is left where it may mean something else, and says why", arguments: left)
    func leave(line: String, why: String) throws {
        #expect(try Book.line(line) == nil)
        let reasons = try Book.left(line)
        #expect(reasons.count == 1 && reasons[0].contains(why), "\(reasons)")
    }

    @Test(
        "of anything else is not looked at",
        arguments: [
            "!ls -l wget", "!pip install gdown", "!echo wget https://h.example/x", "%cd wget", "# !wget https://h.example/x",
            "!python wget.py", "!timeout 60 python run.py", "%%bash\nexec > wget.log", "!env PATH=/opt/wget ls", "!bash wget.sh",
            "!nice hf",
            "%time x = 1", "%sx ls wget", "a = b %sx", "a %= curl",
            "s = '''\n!wget -O x https://h.example/x\n'''", "print('!wget -O x https://h.example/x')", "%%javascript\nwget('x')",
            "!fetchctl add https://h.example/x -d .", "x = 5 != wget", "!which aria2c || echo none",
        ])
    func other(text: String) throws {
        let conversion = try Book.convert(text)
        #expect(conversion.findings.isEmpty && conversion.diff.isEmpty)
        #expect(conversion.bytes == Book.bytes([text]))
    }

    @Test(
        "that installs aria2 stays, and is named",
        arguments: ["!apt -y install -qq aria2", "!sudo apt-get install -y aria2 ffmpeg", "!conda install -c x aria2"])
    func install(line: String) throws {
        let finding = try #require(try Book.convert(line).findings.first)
        #expect(finding.kind == .remark && finding.note?.contains("without aria2") == true)
    }

    @Test("that kept what was there is converted with a note, once a notebook: add refuses it")
    func refusal() throws {
        let kept = try Book.convert(
            "!aria2c -c -d m -o x https://h.example/x", "!wget -nc https://h.example/y\n!wget -O z https://h.example/z",
            "gdown.download(url, 'w.zip', resume=True)")
        #expect(kept.converted == 4 && kept.left == 0)
        let notes = kept.findings.filter { $0.kind == .remark }
        #expect(notes.count == 1 && notes.first?.cell == 1 && notes.first?.note?.contains("73") == true)
        let replaced = try Book.convert("!wget -O z https://h.example/z", "!wget -nc -O y https://h.example/y", "!hf download a/b")
        #expect(replaced.converted == 3 && replaced.findings.allSatisfy { $0.kind == .converted })
    }

    @Test("in a %%bash cell: loops, conditions, here-documents, the shell's own variables")
    func bash() throws {
        let text = """
            %%bash -e
            for u in a b; do
              wget -q "https://h.example/$u.bin" -O "models/$u.bin"
            done
            if [ ! -f x ]; then curl -Lo x.bin "${BASE}/x"; fi
            cat > dl.sh <<'END'
            wget -O inside https://h.example/inside
            END
            FOO=bar aria2c -d ~/m -o {x} --header "Authorization: Bearer $HF_TOKEN" https://h.example/x
            wget -P "$@" https://h.example/x
            aria2c -d m -o {a,b} https://h.example/x
            """
        let conversion = try Book.convert(text)
        let lines = try Book.cell(1, conversion).split(separator: "\n").map(String.init)
        #expect(lines[2] == "  fetchctl add \"https://h.example/$u.bin\" -d models -o \"$u.bin\" --force -q")
        #expect(lines[4] == "if [ ! -f x ]; then fetchctl add \"${BASE}/x\" -d . -o x.bin --force; fi")
        #expect(lines[6] == "wget -O inside https://h.example/inside")
        #expect(
            lines[8] == "FOO=bar fetchctl add https://h.example/x -d ~/m -o {x} --header \"Authorization: Bearer $HF_TOKEN\"")
        #expect(conversion.findings.filter { $0.kind == .left }.map(\.line) == [10, 11])
    }

    @Test("with a token of its own is converted, named, and never shown")
    func secret() throws {
        let line = "!wget --header=\"Authorization: Bearer hf_abcdefghijklmnopqrstuvwxyz\" https://h.example/x?token=abc123 -O x"
        let conversion = try Book.convert(line)
        #expect(conversion.findings.contains { $0.kind == .remark && $0.note?.contains("token") == true })
        #expect(try Book.cell(1, conversion).contains("hf_abcdefghijklmnopqrstuvwxyz"))
        let shown = SecretMask.masked(conversion.diff)
        #expect(!shown.contains("abcdefghij") && !shown.contains("abc123") && shown.contains("token=…"))
    }

    @Test(
        "keeps names of variables in sight",
        arguments: ["Bearer {token}", "Bearer $HF_TOKEN", "?token={t}&x=1", "https://h.example/a?b=c&d=e", "hf_hub_download", "&& hf_x"])
    func mask(text: String) { #expect(SecretMask.masked(text) == text) }
}
