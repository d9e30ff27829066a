import FetchTypes
import Testing

@testable import Notebook

@Suite("A shell line in a cell")
struct ShellLineTests {
    static let drive = "1AbCdEfGhIjKlMnOpQrStUv"

    static let added: [(line: String, becomes: String)] = [
        ("!wget -q -O m.bin https://h.example/a.bin?b=c", "!fetchctl add https://h.example/a.bin?b=c -d . -o m.bin --force -q"),
        (
            "!wget --max-redirect=10 --show-progress \"https://h.example/x.bin\" -O \"sub/dir/x y\"",
            "!fetchctl add \"https://h.example/x.bin\" -d sub/dir -o 'x y' --force"
        ),
        ("!curl -Lo m.bin https://h.example/f.bin", "!fetchctl add https://h.example/f.bin -d . -o m.bin --force"),
        (
            "!curl -fSL --max-redirs 10 -H \"Authorization: Bearer $T\" -o {d}/x.bin https://h.example/x.bin",
            "!fetchctl add https://h.example/x.bin -d {d} -o x.bin --header \"Authorization: Bearer $T\" --force"
        ),
        ("!curl -#JL https://h.example/t.bin -o NAME", "!fetchctl add https://h.example/t.bin -d . -o NAME --force"),
        ("!curl -LO https://h.example/a/{n}/t.bin", "!fetchctl add https://h.example/a/{n}/t.bin -d . -o t.bin --force"),
        (
            "!gdown --fuzzy -O x.zip https://drive.google.com/file/d/\(drive)/view",
            "!fetchctl add https://drive.google.com/file/d/\(drive)/view -d . -o x.zip --force"
        ),
        ("!gdown --id \(drive)", "!fetchctl add gdrive:\(drive) -d . --force"),
        (
            "!gdown \"https://drive.google.com/uc?id={id}\" -O x.zip",
            "!fetchctl add \"https://drive.google.com/uc?id={id}\" -d . -o x.zip --force"
        ),
        ("!curl -o {n}.bin https://h.example/{n}.bin", "!fetchctl add https://h.example/{n}.bin -d . -o {n}.bin --force"),
        ("    !wget -O x https://h.example/x.bin", "    !fetchctl add https://h.example/x.bin -d . -o x --force"),
        (
            "!wget \\\n  -O x.bin \\\n  https://h.example/x.bin\nprint(1)",
            "!fetchctl add https://h.example/x.bin -d . -o x.bin --force\nprint(1)"
        ),
        (
            "!wget -O x https://h.example/x.bin >/dev/null 2>&1 &",
            "!fetchctl add https://h.example/x.bin -d . -o x --force >/dev/null 2>&1 &"
        ),
        ("!wget https://h.example/x.bin >log -O x", "!fetchctl add https://h.example/x.bin -d . -o x --force >log"),
        (
            "!cd m && aria2c -x 8 --allow-overwrite=true https://h.example/x.bin -d m -o x && ls > /dev/null 2>&1",
            "!cd m && fetchctl add https://h.example/x.bin -d m -o x --force -x 8 && ls > /dev/null 2>&1"
        ),
        (
            "!aria2c --checksum=sha-256=\(String(repeating: "0a", count: 32)) --allow-overwrite=true https://h.example/x.bin "
                + "https://m.example/x --max-tries=10 -d m -o x",
            "!fetchctl add https://h.example/x.bin -d m -o x --mirror https://m.example/x "
                + "--sha256 \(String(repeating: "0a", count: 32)) --force --retries 9"
        ),
        (
            "!wget -O x https://huggingface.co/a/b/resolve/main/x",
            "!fetchctl add https://huggingface.co/a/b/resolve/main/x -d . -o x --force"
        ),
        (
            "!curl -Lo x 'https://civitai.com/api/download/models/1?type=Model'",
            "!fetchctl add 'https://civitai.com/api/download/models/1?type=Model' -d . -o x --force"
        ),
        ("!curl -RLo x --no-remote-time https://h.example/x.bin", "!fetchctl add https://h.example/x.bin -d . -o x --force"),
        ("!wget -nc -O x https://h.example/x.bin", "!fetchctl add https://h.example/x.bin -d . -o x"),
        ("%shell wget -O x https://h.example/x.bin", "%shell fetchctl add https://h.example/x.bin -d . -o x --force"),
        (
            "#@title Get\n# it\n%%bash\ncd m\nwget -O x https://h.example/x.bin",
            "#@title Get\n# it\n%%bash\ncd m\nfetchctl add https://h.example/x.bin -d . -o x --force"
        ),
        (
            "%%bash\nbash <<'EOF'\ncd m\nwget -O x https://h.example/x.bin\nEOF",
            "%%bash\nbash <<'EOF'\ncd m\nfetchctl add https://h.example/x.bin -d . -o x --force\nEOF"
        ),
        ("%%capture\n!wget -O x https://h.example/x.bin", "%%capture\n!fetchctl add https://h.example/x.bin -d . -o x --force"),
        ("%%bash\ntime -p wget -O x https://h.example/x.bin", "%%bash\ntime -p fetchctl add https://h.example/x.bin -d . -o x --force"),
    ]

    @Test("whose every word add can say becomes fetchctl add, with the same place, name, headers and hash", arguments: added)
    func add(line: String, becomes: String) throws { #expect(try Book.line(line) == becomes) }

    /// Lines of which `add` cannot say all, by what it cannot say.
    static let kept: [(line: String, why: String)] = [
        // What is there already.
        (
            "!aria2c --console-log-level=error -c -x 16 -s 16 -k 1M https://huggingface.co/a/b/resolve/main/x.safetensors -d /content/m -o x",
            "already"
        ),
        ("!aria2c -c -k 1M -s 16 -x 16 -d dir -o \"a b.bin\" \"https://civitai.com/api/download/models/1?type=Model&format=X\"", "already"),
        ("!aria2c -c \\\n  -d m \\\n  -o x.bin \\\n  https://h.example/x.bin\nprint(1)", "already"),
        ("!aria2c https://h.example/x.bin https://m.example/x -d m -o x", "already"),
        ("!wget -c https://h.example/z.bin -P DIR/", "already"), ("!wget -nc https://h.example/z.bin", "already"),
        ("!wget https://huggingface.co/a/b/resolve/main/x.bin", "already"), ("!wget -c -O x https://h.example/x.bin", "already"),
        // The time of the file.
        ("!curl -RLo x https://h.example/x.bin", "server's time"), ("!curl --remote-time -o x https://h.example/x.bin", "server's time"),
        ("!aria2c -R --allow-overwrite=true -o x https://h.example/x.bin", "server's time"),
        ("!gdown -c \(drive) -O x.zip", "already"), ("!curl -C - -LO https://h.example/x.bin", "already"),
        ("!curl -JLO https://h.example/t.bin", "already"),
        (
            "!wget -qnc --content-disposition --show-progress -e dotbytes=4M -P {root}/m https://civitai.com/api/download/models/7",
            "already"
        ),
        // Its link.
        ("!wget {base}{name}", "already"), ("!wget {base}/x.bin", "already"), ("!curl -O {url}", "words"),
        ("!curl -O {base}/x.bin", "link"),
        ("!gdown $link", "link or an id"), ("!gdown {file_id} -O x.zip", "link or an id"),
        ("!gdown {drive_url} -O {name}", "link or an id"),
        ("!wget \"$URL\" && unzip x.zip", "already"), ("!wget -O x.bin $URL", "link"),
        ("!aria2c --allow-overwrite=true {a} {b}", "link"), ("!aria2c {args} {url}", "already"), ("!aria2c {a} {b}", "already"),
        ("!wget -O x https://h.example/{name}", "page"), ("!wget -O x https://h.example/get?id=1", "page"),
        ("!wget -O x.zip https://github.com/a/b/archive/main.zip", "page"), ("!wget -O x https://huggingface.co/a/b", "page"),
        ("!curl -Lo x https://h.example/index.php?x=1", "page"),
        // Its name.
        ("!curl -O https://h.example/a/{name}.bin", "name"), ("!curl -LO https://h.example/{n}/{n}.bin", "name"),
        ("!gdown \(drive) -O models", "file or a folder"), ("!gdown \(drive) -O {out}", "file or a folder"),
        ("!gdown --folder https://drive.google.com/drive/folders/\(drive) --remaining-ok", "folder"),
        ("!curl -O https://h.example/a.bin -O https://h.example/b.bin", "one name"),
        // Its terms.
        ("!aria2c --continue=true -i list.txt -d models --summary-interval=1", "list"), ("!wget -i https://h.example/list.txt", "list"),
        ("!aria2c --on-download-complete=./x.sh https://h.example/x.bin", "program"),
        ("!wget -e https_proxy=h.example:1 -O x https://h.example/x.bin", "proxy"),
        ("!wget --no-check-certificate -O x https://h.example/x.bin", "certificates"), ("!curl -m 60 -LO https://h.example/x.bin", "time"),
        ("!wget -t {n} -O x https://h.example/x.bin", "not known"),
        // The Hub's own.
        ("!hf download org/name --include \"*.json\" --exclude '*.bin' --revision v1 --repo-type dataset", "cache"),
        ("!hf download {repo} --local-dir ./m", "cache"), ("!hf download a/b --token hf_x", "token"),
        ("!huggingface-cli download org/name m.safetensors --local-dir models --local-dir-use-symlinks False", "cache"),
        ("!huggingface-cli download org/name --include \"*.json\" \"*.md\"", "cache"),
        // Its words may be others than they look.
        ("%%bash\ncurl -O \"$@\" https://h.example/x.bin", "not all"),
        ("%%bash\naria2c -d m -o {a,b} https://h.example/x.bin", "already"),
        ("!/usr/bin/wget -c https://h.example/z.bin", "already"), ("!python3 -m gdown $link", "link or an id"),
    ]

    @Test("that add cannot say keeps its own words behind fetchctl and the tool's name", arguments: kept)
    func keep(line: String, why: String) throws {
        var expected = line
        for (old, new) in [
            ("python3 -m gdown", "gdown"), ("/usr/bin/wget", "wget"), ("huggingface-cli", "hf"),
        ] {
            expected = expected.replacing(old, with: new)
        }
        let tool = try #require(["aria2c", "wget", "curl", "gdown", "hf"].first { expected.contains($0 + " ") })
        let place = try #require(expected.firstRange(of: tool + " "))
        expected.insert(contentsOf: "fetchctl ", at: place.lowerBound)
        #expect(try Book.line(line) == expected)
        let found = try #require(try Book.convert(line).findings.first { $0.kind == .converted })
        #expect(found.note?.contains(why) == true, "\(found.note ?? "")")
    }

    static let left: [(line: String, why: String)] = [
        ("!curl -s https://h.example/api | jq .", "standard output"), ("!hf upload org/name x", "no hf download"),
        ("!aria2c -c https://civitai.com/api/download/models/5?type=Model&format=SafeTensor -d x", "&"),
        ("out = !wget -O x https://h.example/x.bin", "output is used"), ("!!wget -O x https://h.example/x.bin", "output is used"),
        ("!sudo wget -O x https://h.example/x.bin", "root"), ("!sudo -u me curl -O {url}", "root"),
        ("!wget <URL>", "<URL> is still to be filled in"), ("!(wget -O - {u} &)", "-O -"),
        ("!wget <your link> -O x", "<your link> is still to be filled in"), ("!wget \"https://h.example/<file>\"", "<file> is still"),
        ("!wget -r https://h.example/", "-r"),
        ("!wget -O x https://h.example/x.bin 2>&1 | tail -1", "another command"), ("!wget \"https://h.example/x.bin", "not closed"),
        ("!echo $(curl -s https://h.example/v)", "used as a word"), ("!wget -O a https://h.example/a https://h.example/b", "several"),
        ("!curl -s {url}", "standard output"), ("!curl {options} {url}", "standard output"),
        ("!huggingface-cli download a/b notes.txt --include x y", "huggingface-cli"),
        ("!wget https://h.example/a.bin https://h.example/b.bin -P m | cat", "another command"),
        ("%%writefile go.sh\nwget -O x https://h.example/x.bin", "written to a file"),
        ("%%sx\nwget -O x https://h.example/x.bin", "output is used"),
        ("!timeout 60 wget https://h.example/x.bin", "timeout starts the tool here"),
        ("%%bash\nenv A=b wget https://h.example/x.bin", "env starts the tool here"),
        ("%%bash\ncat u | xargs -n1 wget", "xargs starts the tool here"), ("!nice -n 5 aria2c {url}", "nice starts the tool here"),
        ("%%bash\nstdbuf -oL curl -O https://h.example/x.bin", "stdbuf starts the tool here"),
        ("%%bash\nexec wget -O x https://h.example/x.bin", "exec starts the tool here"),
        ("!parallel 'wget -q {}' ::: $urls", "parallel starts the tool here"),
        ("!bash -c \"cd m && /usr/bin/wget $url\"", "bash starts the tool here"),
        ("!xargs -a ids hf download", "xargs starts the tool here"),
        ("%sx wget -O x https://h.example/x.bin", "output is used"), ("%system wget -O x https://h.example/x.bin", "output is used"),
        ("out = %sx wget -O x https://h.example/x.bin", "output is used"), ("%sx timeout 9 wget {url}", "timeout starts the tool here"),
        ("%time !wget -O x https://h.example/x.bin", "%time runs it"), ("x = %shell wget -O x https://h.example/x.bin", "output is used"),
        ("!{cmd}", "what {cmd} runs is not known"), ("!$WGET https://h.example/x.bin", "what $WGET runs is not known"),
        ("%%bash\n$CURL -O x", "what $CURL runs"), ("!{dl} https://h.example/x.bin", "what {dl} runs"),
        ("cmd = 'wget ' + url\n!{cmd}", "{cmd} holds a tool's line"),
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
            "!ls -l wget", "!pip install gdown", "!echo wget https://h.example/x.bin", "%cd wget", "# !wget https://h.example/x.bin",
            "!python wget.py", "!timeout 60 python run.py", "%%bash\nexec > wget.log", "!env PATH=/opt/wget ls", "!bash wget.sh",
            "!nice hf",
            "%time x = 1", "%sx ls wget", "a = b %sx", "a %= curl",
            "s = '''\n!wget -O x https://h.example/x.bin\n'''", "print('!wget -O x https://h.example/x.bin')", "%%javascript\nwget('x')",
            "!fetchctl add https://h.example/x.bin -d .", "cmd = 'ls'\n!{cmd}", "!{sys.executable} -m pip install https://h.example/x.whl",
            "!$PYTHON run.py", "!sudo apt install -y unzip curl", "%%bash\ncommand -v wget",
            "x = 5 != wget", "!which aria2c || echo none",
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
            FOO=bar aria2c -d ~/m -o {x} --header "Authorization: Bearer $HF_TOKEN" https://h.example/x.bin
            wget -P "$@" https://h.example/x.bin
            aria2c -d m -o {a,b} https://h.example/x.bin
            """
        let conversion = try Book.convert(text)
        let lines = try Book.cell(1, conversion).split(separator: "\n").map(String.init)
        #expect(lines[2] == "  fetchctl add \"https://h.example/$u.bin\" -d models -o \"$u.bin\" --force -q")
        #expect(lines[4] == "if [ ! -f x ]; then fetchctl curl -Lo x.bin \"${BASE}/x\"; fi")
        #expect(lines[6] == "wget -O inside https://h.example/inside")
        #expect(lines[8].hasPrefix("FOO=bar fetchctl aria2c -d ~/m -o {x} --header \"Authorization: Bearer $HF_TOKEN\" https://"))
        #expect(lines[9] == "fetchctl wget -P \"$@\" https://h.example/x.bin")
        #expect(conversion.left == 0)
    }

    @Test("with a token of its own is converted, named, and never shown")
    func secret() throws {
        let line = "!wget --header=\"Authorization: Bearer hf_abcdefghijklmnopqrstuvwxyz\" https://h.example/x.bin?token=abc123 -O x"
        let conversion = try Book.convert(line, "!curl -s -u bob:pw https://bob:pw@h.example/ | cat")
        #expect(conversion.findings.contains { $0.kind == .remark && $0.note?.contains("token") == true })
        #expect(try Book.cell(1, conversion).contains("hf_abcdefghijklmnopqrstuvwxyz"))
        let shown = conversion.diff + conversion.findings.map { "\($0.text) \($0.replacement ?? "") \($0.note ?? "")" }.joined()
        #expect(!shown.contains("abcdefghij") && !shown.contains("abc123") && !shown.contains("pw") && shown.contains("token=…"))
    }
}
