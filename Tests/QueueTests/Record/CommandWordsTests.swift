import FetchTypes
import Queue
import Testing

@Suite("A hook's command")
struct CommandWordsTests {
    @Test(
        "is taken apart as a shell would, and nothing in it is expanded",
        arguments: [
            ("echo", ["echo"]), ("  notify-send  'it is done'\t", ["notify-send", "it is done"]),
            ("a \"b 'c' $HOME\" d", ["a", "b 'c' $HOME", "d"]),
            ("a\\ b 'c'\"d\"e", ["a b", "cde"]), ("a ''", ["a", ""]), ("a \"\\\"\\x\"", ["a", "\"\\x"]),
            ("$HOME/*.sh ~", ["$HOME/*.sh", "~"]),
            ("sh -c 'a | b > c'", ["sh", "-c", "a | b > c"]), ("é '模型'", ["é", "模型"]),
        ])
    func words(line: String, expected: [String]) throws { #expect(try CommandWords.split(line, of: "--on-error") == expected) }

    @Test(
        "that only a shell understands, or no program, is refused",
        arguments: ["", "  ", "''", "a 'b", "a \"b", "a\\", "a | b", "a; b", "a && b", "a > b", "`a`", "(a)", "a\0b"])
    func refused(line: String) {
        let failure = #expect(throws: Failure.self) { try CommandWords.split(line, of: "--on-error") }
        #expect(failure?.code == .usage && failure?.message.contains("--on-error") == true)
    }
}
