import DropIns
import Testing

@Suite("A tool's options")
struct FlagTableTests {
    static let gnu = FlagTable(
        .gnu, understood: "-d/--dir= -c/--continue[=] -q/--quiet --quota=", ignored: "--loud", handedOver: "--post=")
    static let curl = FlagTable(.curl, understood: "-o/--output= -s/--silent -L/--location -S/--show-error", silent: "-N/--buffer")
    static let python = FlagTable(.python, understood: "--include* --revision= --quiet")

    @Test(
        "in GNU's spellings lead to the same",
        arguments: [
            ["-d", "x", "-c"], ["-dx", "-c"], ["--dir=x", "--continue"], ["--dir", "x", "--cont"], ["-c", "--di", "x"],
            ["-qcfalse", "-c", "-dx"],
        ])
    func spellings(_ words: [String]) {
        let line = ParsedLine(words, Self.gnu)
        #expect(line.last("dir") == "x")
        #expect(line.isOn("continue"))
        #expect(line.unknown.isEmpty && line.fault == nil && line.handOver == nil)
    }

    @Test("that are unknown, ambiguous, or handed to the tool are distinguished")
    func strange() {
        #expect(ParsedLine(["--nothing=1"], Self.gnu).handOver == "--nothing")
        #expect(ParsedLine(["--qu"], Self.gnu).handOver == "--qu")
        #expect(ParsedLine(["-qz"], Self.gnu).handOver == "-z")
        #expect(ParsedLine(["--post=secret"], Self.gnu).handOver == "--post")
        #expect(ParsedLine(["-d"], Self.gnu).fault != nil)
        #expect(ParsedLine(["--loud", "--loud"], Self.gnu).ignored.count == 1)
        #expect(ParsedLine(["x", "--", "-d"], Self.gnu).operands == ["x", "-d"])
    }

    @Test("of curl take the next word, and are switched off with no-")
    func curlOwn() {
        let line = ParsedLine(["-sSLo", "-x", "--no-silent", "--output", "y", "u", "--no-buffer", "-osame"], Self.curl)
        #expect(line.all("output") == ["-x", "y", "same"])
        #expect(!line.isOn("silent") && line.isOn("show-error") && line.operands == ["u"] && line.unknown.isEmpty)
        #expect(ParsedLine(["--output=x"], Self.curl).handOver != nil)
    }

    @Test("of Python may have many values")
    func many() {
        let line = ParsedLine(["repo", "--include", "*.json", "*.txt", "--quiet", "--revision", "main", "--include=one"], Self.python)
        #expect(line.all("include") == ["*.json", "*.txt", "one"] && line.operands == ["repo"] && line.last("revision") == "main")
    }

    @Test("do not show their values")
    func redacted() {
        let line = ParsedLine(["--dir=secret-word", "secret-operand"], Self.gnu)
        #expect(!"\(line)".contains("secret") && !String(reflecting: line).contains("secret"))
    }
}
