import DropIns
import FetchTypes
import Testing

@testable import Notebook

@Suite("A shell script's variables")
struct ShellScopeTests {
    /// What the download lines of a script fetch and where to, `?` for a line that is not known before it runs.
    private func fetched(_ script: String, _ name: String = "start.sh") throws -> [String] {
        let form = try #require(ConvertibleForm(name: name, head: []))
        return try FileConversion(Array(script.utf8), form, name: name).downloads.map { found in
            guard let download = found.downloads?.first else { return "?" }
            guard case .fixed(let path) = download.name else { return download.reference }
            return download.reference + " > " + (download.directory.map { $0 + "/" } ?? "") + path
        }
    }

    private static let x = "https://h/x"

    @Test(
        "are put in where the text gives them a plain value before",
        arguments: [
            ("URL=https://h/x\nwget $URL", x), ("URL=https://h\nwget \"$URL/x\"", x), ("B=https://h; U=$B/x\nwget ${U}", x),
            ("export U='https://h/x'; wget $U", x), ("readonly U=\"https://h\"\nwget \"${U}\"/x", x), ("U=https://h\nU+=/x\nwget $U", x),
            ("U=https://h/old\nU=https://h/x\nwget $U", x), ("U=https://h/x\nwget $U\nU=other", x),
            ("U=https://h/x\nif [ ! -f x ]; then wget $U; fi", x), ("U=https://h/x\nfor i in 1 2; do wget $U; done", x),
            ("U=https://h/x\n(cd models && wget $U)", x), ("U=https://h/x && wget $U", x), ("U=https://h/x; f() { wget $U; }; f", x),
            ("U=https://h/x\ncase $1 in a) wget $U;; esac", x), ("E=\nwget https://h/x$E", x), ("set -e; cd /m; U=https://h/x; wget $U", x),
            ("D=m; wget -O $D/y https://h/x", x + " > m/y"), ("D='a b'; wget -O \"$D/y\" https://h/x", x + " > a b/y"),
            ("while read -r l; do echo $l; done < f\nU=https://h/x\nwget $U", x), ("declare U=https://h/x\nwget $U", x),
            ("U=https://h/old; f() { wget $U; }; U=https://h/x; f", x),
            ("U=https://h/x command wget $U; U=https://h/x; wget $U", "?,\(x)"), ("arr=(a b)\nU=https://h/x\nwget $U", x),
        ])
    func known(row: (script: String, found: String)) throws {
        #expect(try fetched(row.script) == row.found.split(separator: ",").map(String.init), "\(row.script)")
    }

    @Test(
        "are left to the shell where their value is not certain",
        arguments: [
            "wget $URL", "wget $U\nU=https://h/x", "U=$(cat url)\nwget $U", "U=`cat url`\nwget $U", "U=$1/x\nwget $U", "U=~/x\nwget $U",
            "U=${V:-https://h/x}\nwget $U", "U=https://h/x\nwget ${U%x}y", "U=https://h/x\nread U\nwget $U",
            "U=https://h/x\nunset U\nwget $U",
            "U=https://h/x\nif a; then U=https://h/y; fi\nwget $U", "U=https://h/x\nfor i in 1 2; do wget $U; U=https://h/y; done",
            "U=https://h/x\nfor U in $(a); do wget $U; done", "U=https://h/x\neval \"$X\"\nwget $U", "U=https://h/x\n. ./env\nwget $U",
            "U=https://h/x\nsource env.sh\nwget $U", "f() { U=https://h/y; }\nU=https://h/x\nf\nwget $U",
            "function f { U=https://h/y; }\nU=https://h/x\nf\nwget $U", "U=https://h/x; f() { wget $U; }; U=https://h/y f",
            "a && U=https://h/x\nwget $U", "U=https://h/x | cat\nwget $U",
            "U=https://h/x &\nwget $U", "(U=https://h/x)\nwget $U", "{ U=https://h/x; }\nwget $U", "U='https://h/x -c'\nwget $U",
            "U='https://h/*'\nwget $U", "IFS=/\nU=https://h/x\nwget $U", "U=(https://h/x)\nwget $U", "U[0]=https://h/x\nwget $U",
            "U=https://h/x\ndeclare -u U=https://h/y\nwget $U", "U=https://h/x\nprintf -v U y\nwget $U",
            "U=https://h/x\n: ${U:=y}\nwget $U",
            "N=1\n((N++))\nwget https://h/$N", "U=$'https://h/x'\nwget $U", "U=https://h/x\nbash <<EOF\nU=https://h/y\nwget $U\nEOF\n",
            "U=https://h/x\nwhile :; do wget $U; read -r U; done", "U=https://h/x\ntrap 'U=y' DEBUG\nwget $U", "E=\nwget $E https://h/x",
            "U=https://h/x\ncase $1 in a) U=https://h/y;; esac\nwget $U", "U=https://h/x\ngetopts ab U\nwget $U",
            "U=https://h/x\nlet U=1\nwget $U", "declare -u U\nU=https://h/x\nwget $U",
            "typeset -l U=a\nU=https://h/X; wget $U",
            "declare -i U\nU=https://h/x\nwget $U", "readonly U=https://h/x\nU=https://h/y\nwget $U",
            "declare -r U=a\nU=https://h/y\nwget $U",
            "U=https://h/x\ncommand read U\nwget $U", "U=https://h/x :\nwget $U",
        ])
    func uncertain(script: String) throws {
        let found = try fetched(script)
        #expect(found.allSatisfy { $0 == "?" } && !found.isEmpty, "\(script): \(found)")
    }

    @Test("of a Dockerfile's instruction hold in it alone")
    func dockerfile() throws {
        let text = "FROM a\nRUN U=https://h/x && \\\n  wget $U\nRUN wget $U\n"
        #expect(try fetched(text, "Dockerfile") == ["https://h/x", "?"])
    }

    @Test(
        "do not let a download vanish: what runs it in a way that is not followed is named",
        arguments: [
            "V=$(wget https://h/x)", "V=`wget https://h/x`", "if out=$(curl -fLO https://h/x 2>&1); then a; fi",
            "trap 'wget https://h/x' EXIT", "cat <<EOF\n$(wget https://h/x)\nEOF\n", "cat > a.sh <<'EOF'\nwget https://h/x\nEOF\n",
            "flock f wget https://h/x", "for i in $(curl https://h/x); do a; done", "retry() { \"$@\"; }\nretry wget https://h/x",
            "f() { V=$(wget https://h/x); }\nf", "C='wget https://h/x'", "echo \"$(wget https://h/x)\"", "exit\nwget https://h/x",
            "set -e; exit 0; wget https://h/x", "exec a\nwget https://h/x", "return; wget https://h/x",
            "wget -O *.bin https://h/x", "curl -o m[1] https://h/x", "wget(){ a; }; if b; then unset -f wget; fi; wget https://h/x",
            "exit\nbash <<EOF\nwget https://h/x\nEOF\n",
        ])
    func named(script: String) throws {
        #expect(try fetched(script) == ["?"], "\(script)")
    }

    @Test(
        "and other lines stay what they are",
        arguments: [
            ("cat <(wget https://h/x)", x), ("wget(){ echo no; }; unset -f wget; wget https://h/x", x), ("echo 'wget https://h/x'", ""),
            ("# wget https://h/x", ""), ("apt install wget curl", ""), ("(exit 1); wget https://h/x", x),
            ("if a; then exit; fi; wget https://h/x", x), ("a || exit 1\nwget https://h/x", x), ("exec > log 2>&1\nwget https://h/x", x),
            ("f() { return; wget https://h/y; }\nf\nwget https://h/x", x), ("wget -O 'a*' https://h/x", x + " > a*"),
            ("shopt -s expand_aliases\nalias wget=a\n\\wget https://h/x", x),
            ("shopt -s expand_aliases\nalias wget=a\n'wget' https://h/x", x),
            ("shopt -s expand_aliases; alias wget=a; wget https://h/x", x), ("V=$(wget https://h/y); wget https://h/x", "?,\(x)"),
            ("f() { wget https://h/x; }; f", x), ("wget https://h/x?a=b", x + "?a=b"),
        ])
    func others(row: (script: String, found: String)) throws {
        #expect(try fetched(row.script) == row.found.split(separator: ",").map(String.init), "\(row.script)")
    }

    @Test("of a cell that is written to a file are not known")
    func writtenCell() throws {
        let found = try FileConversion(Book.bytes(["%%writefile a.sh\nwget https://h/x"]), .notebook, name: "a.ipynb").downloads
        #expect(found.map { $0.downloads == nil } == [true] && found.first?.why?.contains("file") == true)
    }

    @Test("of a long text are read in one pass")
    func long() throws {
        let lines = (0..<4000).map { "if a; then V\($0 % 50)=https://h/\($0); fi\nU=https://h/\($0)\nwget $U" }.joined(separator: "\n")
        #expect(try fetched(lines).count { $0 != "?" } == 4000)
        let deep = String(repeating: "( ", count: 3000) + "U=https://h/x" + String(repeating: " )", count: 3000) + "\nwget $U"
        #expect(try fetched(deep) == ["?"])
    }
}
