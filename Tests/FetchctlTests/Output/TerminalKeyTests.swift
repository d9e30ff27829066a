import Testing

@testable import fetchctl

@Suite("Keys of a terminal")
struct TerminalKeyTests {
    @Test(
        "are told apart, whatever form the terminal gives them",
        arguments: [
            ("\u{1B}[A\u{1B}OB\u{1B}[C\u{1B}[D", [TerminalKey.up, .down, .right, .left]),
            ("\u{1B}[5~\u{1B}[6~", [.pageUp, .pageDown]), ("\u{1B}[1~\u{1B}OH\u{1B}[H", [.first, .first, .first]),
            ("\u{1B}[4~\u{1B}[F\u{1B}[8~", [.last, .last, .last]), ("\u{1B}[1;5A\u{1B}[3~", [.up]), ("\r\n", [.enter, .enter]),
            ("\u{7f}\u{8}", [.backspace, .backspace]), ("\u{15}\u{4}\u{3}", [.clear, .end, .end]),
            ("aé模👍", [.character("a"), .character("é"), .character("模"), .character("👍")]), ("\u{1B}q", [.escape, .character("q")]),
            ("\u{1}\u{2}", []),
        ])
    func decode(row: (typed: String, keys: [TerminalKey])) {
        var bytes = Array(row.typed.utf8)
        #expect(TerminalKey.decode(&bytes) == row.keys && bytes.isEmpty)
    }

    @Test("that are cut off wait for their rest, and are what they are when none comes", arguments: ["\u{1B}", "\u{1B}[", "模", "👍"])
    func cut(text: String) {
        let whole = text.hasPrefix("\u{1B}") ? Array((text + "A").utf8) : Array(text.utf8)
        var bytes = Array(whole.dropLast())
        if text == "\u{1B}" { bytes = [0x1b] }
        #expect(TerminalKey.decode(&bytes).isEmpty && !bytes.isEmpty)
        var alone = bytes
        #expect(TerminalKey.decode(&alone, isComplete: true) == (text == "\u{1B}" ? [.escape] : []) && alone.isEmpty)
    }

    @Test("that are no text are passed over")
    func noText() {
        var bytes: [UInt8] = [0xff, 0xfe, UInt8(ascii: "p"), 0xc3, UInt8(ascii: "q")]
        #expect(TerminalKey.decode(&bytes) == [.character("p"), .character("q")])
    }
}
