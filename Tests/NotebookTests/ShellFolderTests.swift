import DropIns
import FetchTypes
import Testing

@testable import Notebook

@Suite("The folder of a script's line")
struct ShellFolderTests {
    /// The folder of each download line: a path, `.` for the one the script starts in, `?` where it is not certain.
    private func folders(_ script: String, _ name: String = "start.sh") throws -> [String] {
        let form = try #require(ConvertibleForm(name: name, head: []))
        return try FileConversion(Array(script.utf8), form, name: name).downloads.map(Self.shown)
    }

    private static func shown(_ found: ScriptDownload) -> String {
        switch found.folder {
        case .unknown: "?"
        case .known(let path): path.isEmpty ? "." : path
        }
    }

    @Test(
        "follows cd, pushd and popd, and subshells keep theirs",
        arguments: [
            ("cd m\nWGET", "m"), ("cd m; WGET\ncd ..; WGET", "m ."), ("cd /a/b/../c && WGET", "/a/c"), ("cd m/\ncd ./n\nWGET", "m/n"),
            ("mkdir -p m && cd m\nWGET", "m"), ("cd m || exit 1\nWGET", "m"), ("cd m || { echo no; exit 1; }\nWGET", "m"),
            ("cd \"a b\"; WGET", "a b"), ("cd -- m; WGET", "m"), ("cd -P m; WGET", "m"), ("cd ../m; WGET", "../m"), ("cd ''; WGET", "."),
            ("D=/data; cd $D; WGET", "/data"), ("D=m; cd \"$D/n\"; WGET", "m/n"), ("D=m; mkdir -p \"${D}\" && cd \"${D}\" && WGET", "m"),
            ("(cd m && WGET)\nWGET", "m ."), ("( cd m; WGET ) & WGET", "m ."), ("{ cd m; WGET; }\nWGET", "m m"),
            ("{ cd m; WGET; } | tee log\nWGET", "m ."), ("cd m | cat\nWGET", "."), ("cd m & WGET", "."),
            ("echo x | { cd m; WGET; }; WGET", "m ."),
            ("pushd m; WGET; popd; WGET", "m ."), ("pushd m; pushd /n; WGET; pushd; WGET; popd; WGET", "/n m /n"),
            ("cd m; cd -; WGET", "."),
            ("cd m; cd n; cd -; WGET", "m"), ("command cd m; WGET", "m"), ("builtin cd m; WGET", "m"),
            ("if a; then cd m; WGET; cd ..; fi\nWGET", "m ."), ("if a; then cd m; else cd m; fi\nWGET", "m"),
            ("for i in 1 2; do cd m; WGET; cd ..; done\nWGET", "m ."), ("for i in 1 2; do (cd m; WGET); done; WGET", "m ."),
            ("for i in 1; do pushd $i; WGET; popd; WGET; done; WGET", "1 . ."), ("[ -d m ] || mkdir m\ncd m\nWGET", "m"),
            ("[ -d m ] && cd m && WGET", "m"), ("case $1 in a) cd m; WGET; cd ..;; *) WGET;; esac\nWGET", "m . ."),
            ("cd $X; cd /abs; WGET", "/abs"), ("f() { cd m; }\nWGET", "."), ("cd m\nf() { WGET; }\nf", "m"),
            ("f() { cd n; WGET; }\ncd m; (f)", "m/n"), ("source venv/bin/activate\ncd m; WGET", "m"),
            ("cd m\nbash <<EOF\ncd n\nWGET\nEOF\n", "m/n"),
            ("git clone https://github.com/a/b && cd b\nWGET", "b"), ("set -e\ncd m\nWGET", "m"),
            ("eval \"$(conda shell.bash hook)\"\ncd m; WGET", "m"),
        ])
    func known(row: (script: String, found: String)) throws {
        let script = row.script.replacing("WGET", with: "wget https://h/x")
        #expect(try folders(script).joined(separator: " ") == row.found, "\(row.script)")
    }

    @Test(
        "is not certain where it depends on what happens",
        arguments: [
            "cd $X\nWGET", "cd \"$1\"\nWGET", "cd\nWGET", "cd ~\nWGET", "cd ~/m\nWGET", "cd $(dirname $0)\nWGET", "cd -\nWGET",
            "cd a b\nWGET",
            "if a; then cd m; fi\nWGET", "if a; then cd m; else cd n; fi\nWGET", "[ -d m ] && cd m\nWGET", "a || cd m\nWGET",
            "cd m || cd n\nWGET", "! cd m\nWGET", "for i in 1 2; do cd m; WGET; done", "while a; do WGET; cd m; done",
            "for i in a b; do cd $i; WGET; done", "for i in a; do cd m; [ -f x ] && continue; WGET; cd ..; done",
            "f() { cd m; }\nf\nWGET", "eval \"$X\"\nWGET", ". ./go.sh\nWGET", "CDPATH=/x\ncd m\nWGET", "pushd +1; WGET",
            "case $1 in a) cd m;; esac\nWGET", "if cd m; then a; fi\nWGET", "D=m\nfor i in 1 2; do pushd $D; WGET; popd; D=n; done",
            "a && { cd m; b; }\nWGET", "if [ -f x ] && cd m; then a; else WGET; fi",
        ])
    func uncertain(script: String) throws {
        let found = try folders(script.replacing("WGET", with: "wget https://h/x"))
        #expect(found == ["?"], "\(script): \(found)")
    }

    @Test("of a Dockerfile is that of WORKDIR")
    func dockerfile() throws {
        let text = """
            FROM a
            RUN wget https://h/x
            WORKDIR /data
            WORKDIR models
            RUN cd vae && wget https://h/x
            RUN wget https://h/x
            WORKDIR $HOME/m
            RUN wget https://h/x
            FROM b
            RUN wget https://h/x
            """
        #expect(try folders(text, "Dockerfile") == [".", "/data/models/vae", "/data/models", "?", "."])
    }

    @Test(
        "of a notebook is the kernel's, which cells pass on",
        arguments: [
            (["%cd /content/m\n!WGET", "!WGET"], "/content/m /content/m"), (["!cd m && WGET\n!WGET"], "m ."),
            (["%cd m", "%cd ..\n!WGET"], "."),
            (["cd m\n!WGET"], "m"), (["cd ../m\n!WGET"], "../m"), (["%cd -q \"a b\"\n!WGET"], "a b"),
            (["import os\nos.chdir('m')\n!WGET"], "m"),
            (["%pushd m\n!WGET\n%popd\n!WGET"], "m ."), (["%cd {D}\n!WGET", "%cd /abs\n!WGET"], "? /abs"), (["%cd $D\n!WGET"], "?"),
            (["os.chdir(d)\n!WGET"], "?"), (["if a:\n    %cd m\n!WGET"], "?"), (["%cd m", "%%bash\ncd n\nWGET", "!WGET"], "m/n m"),
            (["%%bash\ncd m", "!WGET"], "."), (["%cd m", "!cd /n; WGET"], "/n"), (["cd = 1\n!WGET"], "."), (["%cd\n!WGET"], "?"),
            (["import subprocess\nsubprocess.run(['wget', 'https://h/x'], cwd='m')"], "m"), (["%cd a", "%cd b", "%cd -\n!WGET"], "a"),
            (["import subprocess\nsubprocess.run(['wget', 'https://h/x'], cwd=d)"], "?"),
            (["%cd k", "import subprocess\nsubprocess.run('wget https://h/x', shell=True, cwd='m')"], "k/m"),
        ] as [([String], String)])
    func notebook(row: (cells: [String], found: String)) throws {
        let cells = row.cells.map { $0.replacing("WGET", with: "wget https://h/x") }
        let found = try FileConversion(Book.bytes(cells), .notebook, name: "a.ipynb").downloads.map(Self.shown)
        #expect(found.joined(separator: " ") == row.found, "\(row.cells)")
    }
}
