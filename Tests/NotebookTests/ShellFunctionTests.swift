import DropIns
import FetchTypes
import Testing

@testable import Notebook

@Suite("A script's functions and aliases")
struct ShellFunctionTests {
    /// What each line fetches and where to; `?` for a line that is not known before it runs.
    private func fetched(_ script: String) throws -> [String] {
        let form = try #require(ConvertibleForm(name: "start.sh", head: []))
        return try FileConversion(Array(script.utf8), form, name: "start.sh").downloads.map { found in
            guard let download = found.downloads?.first, found.downloads?.count == 1 else { return "?" }
            guard case .known(let folder) = found.folder else { return download.reference + " in ?" }
            var place = folder
            if let directory = download.directory { place += (place.isEmpty ? "" : "/") + directory }
            if case .fixed(let path) = download.name { place += (place.isEmpty ? "" : "/") + path }
            let revision = download.revision.map { "@" + $0 } ?? ""
            return download.reference + revision + (place.isEmpty ? "" : " > " + place)
        }
    }

    @Test(
        "are followed where their words are certain",
        arguments: [
            ("dl() { wget \"$1\"; }\ndl https://h/a\ndl https://h/b", "https://h/a,https://h/b"),
            ("dl() { wget -c \"$1\" -O \"$2\"; }\ndl https://h/a x.bin", "https://h/a > x.bin"),
            ("function dl { cd models; wget -O \"$2\" \"$1\"; }\n(dl https://h/a x)", "https://h/a > models/x"),
            (
                "dl() {\n  local url=\"$1\" dir=$2\n  mkdir -p \"$dir\"\n  wget -P \"$dir\" \"$url\"\n}\ndl https://h/a vae",
                "https://h/a > vae"
            ),
            ("B=https://h\ndl() { wget \"$B/$1\"; }\ndl a; B=https://i; dl b", "https://h/a,https://i/b"),
            ("dl() { wget -O \"${2:-model.bin}\" \"$1\"; }\ndl https://h/a; dl https://h/b c", "https://h/a > model.bin,https://h/b > c"),
            ("wget() { command wget -c \"$@\"; }\nwget https://h/a -O x", "https://h/a > x"),
            ("curl() { wget \"$1\"; }\ncurl https://h/a", "https://h/a"),
            ("get() { wget -P $1 \"$2\"; }\nall() { get m \"$1/a\"; get n \"$1/b\"; }\nall https://h", "https://h/a > m,https://h/b > n"),
            (
                "dl() { if [ -n \"$2\" ]; then wget -O \"$2\" $1; else wget -P m $1; fi; }\ndl https://h/a; dl https://h/b c",
                "https://h/a > m,https://h/b > c"
            ),
            (
                "dl() { if [[ -z \"${2:-}\" ]]\nthen local n=x.bin\nelse local n=\"$2\"\nfi\nwget -O $n $1; }\ndl https://h/a",
                "https://h/a > x.bin"
            ),
            (
                "dl() { if [ \"$2\" = big ]; then wget $1/big; fi; wget $1; }\ndl https://h/a; dl https://h/b big",
                "https://h/a,https://h/b/big,https://h/b"
            ),
            ("D=m\nsource .venv/bin/activate\nwget -P $D https://h/a", "https://h/a > m"),
            ("timeout 60 wget https://h/a", "https://h/a"), ("sudo wget -O x https://h/a", "https://h/a > x"),
            ("cd m\nsudo -u me env A=b nice -n 5 curl -Lo x https://h/a", "https://h/a > m/x"),
            ("sudo git clone https://huggingface.co/org/name", "hf:org/name > name"),
            ("dl() { if [ ! -f x ]; then wget -O x $1; fi; }\ndl https://h/a", "https://h/a > x"),
            ("dl() { local d=$1; shift; wget -P $d $1; }\ndl m https://h/a", "https://h/a > m"),
            ("#!/bin/sh\nalias dl='wget -c'\ndl https://h/a", "https://h/a"),
            ("#!/bin/bash\nshopt -s expand_aliases\nalias dl='wget -P m'\ndl https://h/a", "https://h/a > m"),
            ("#!/bin/bash\nalias wget='wget -P m'\nwget https://h/a", "https://h/a"), ("wget https://h/a\nwget() { :; }", "https://h/a"),
            ("dl() { wget $1; }\ndl() { wget $1/new; }\ndl https://h/a", "https://h/a/new"),
            ("wget() { :; }\ncommand wget https://h/a", "https://h/a"), ("wget() { :; }\nwget https://h/a\nwget https://h/b", ""),
        ])
    func known(row: (script: String, found: String)) throws {
        #expect(try fetched(row.script).joined(separator: ",") == row.found, "\(row.script)")
    }

    @Test(
        "are not known where their words are not",
        arguments: [
            "dl() { wget \"$1\"; }\ndl $X", "dl() { wget \"$1\"; }\ndl \"$@\"", "dl() { wget \"$1\"; }",
            "dl() { dl2 $1; }\ndl2() { wget $X; }\ndl a",
            "if a; then dl() { wget $1; }; fi\ndl https://h/a",
            "dl() { while [ $# -gt 0 ]; do wget $1; shift; done; }\ndl https://h/a https://h/b",
            "alias dl='wget -c'\ndl https://h/a", "#!/bin/bash\nalias dl='wget -c'\ndl https://h/a",
            "alias wget='wget -P m'\nwget https://h/a",
            "f() { wget $U; }\nU=https://h/x f", "for u in $(a); do wget $u; done",
            "dl() { set -- https://h/b; wget $1; }\ndl https://h/a",
            "timeout $T wget https://h/a", "env -C m wget https://h/a", "xargs wget < list", "sh -c 'wget https://h/a'",
            "bash <<EOF\nwget -P \\$P https://h/a\nEOF\n",
        ])
    func uncertain(script: String) throws {
        let found = try fetched(script)
        #expect(!found.isEmpty && Set(found) == ["?"], "\(script): \(found)")
    }

    @Test(
        "and git clone of the Hub's repos",
        arguments: [
            ("git clone https://huggingface.co/org/name", "hf:org/name > name"),
            ("git lfs install\ngit clone --depth 1 https://huggingface.co/org/name models/x", "hf:org/name > models/x"),
            ("cd m\ngit clone -b v1 https://huggingface.co/datasets/org/name.git", "hf:datasets/org/name@v1 > m/name"),
            ("git -C m clone https://user:pw@huggingface.co/org/name/", "hf:org/name > m/name"), ("git clone https://github.com/a/b", ""),
            ("git clone git@hf.co:org/name", "hf:org/name > name"),
            ("GIT_LFS_SKIP_SMUDGE=1 git clone https://huggingface.co/org/name", "?"),
            ("git clone https://huggingface.co/$REPO", "?"), ("git pull https://huggingface.co/org/name", ""),
        ])
    func clones(row: (script: String, found: String)) throws {
        #expect(try fetched(row.script).joined(separator: ",") == row.found, "\(row.script)")
    }

    @Test("that call each other without end are left after a while, and many calls are read in one pass")
    func long() throws {
        let doubling = (0..<30).map { "f\($0)() { f\($0 + 1); f\($0 + 1); wget https://h/\($0); }" }.joined(separator: "\n") + "\nf0"
        #expect(try fetched(doubling).contains("?"))
        // Many calls of a long function, functions in each other, and a folder that gets ever deeper.
        let long = "f() { " + String(repeating: "a; ", count: 4000) + "}\n" + String(repeating: "f\n", count: 8000) + "wget https://h/x"
        #expect(try fetched(long).last == "https://h/x")
        let nested = String(repeating: "f() { ", count: 3000) + "cd x; " + String(repeating: " }; ", count: 3000) + "f\nwget https://h/x"
        #expect(try !fetched(nested).isEmpty)
        let deeper = String(repeating: "cd a/b\n", count: 6000) + "wget https://h/x"
        #expect(try fetched(deeper) == ["https://h/x in ?"])
        let calls = (0..<3000).map { "U=https://h/\($0)\ndl $U" }.joined(separator: "\n")
        #expect(try fetched("dl() { wget $1; }\n" + calls).count { $0 != "?" } == 3000)
    }
}
