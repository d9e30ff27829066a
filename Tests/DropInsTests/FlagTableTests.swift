import DropIns
import Testing

@Suite("A tool's options")
struct FlagTableTests {
    static let gnu = FlagTable(.gnu, understood: "-d/--dir= -c/--continue[=] -q/--quiet --quota=", ignored: "--loud", handedOver: "--post=")

    @Test(
        "GNU's spellings lead to the same options",
        arguments: [
            ["-d", "x", "-c"], ["-dx", "-c"], ["--dir=x", "--continue"], ["--dir", "x", "--cont"], ["-c", "--di", "x"],
            ["-qcfalse", "-c", "-dx"],
        ])
    func spellings(_ words: [String]) {
        let line = ParsedLine(words, Self.gnu)
        #expect(line.last("dir") == "x")
        #expect(line.isOn("continue"))
        #expect(line.unknown.isEmpty && line.fault == nil)
    }
}
