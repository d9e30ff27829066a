import Foundation
import TestSupport
import Testing

@testable import TOMLText

/// Python's `tomllib` reads the same documents.
@Suite("Python's tomllib")
struct TOMLPeerTests {
    static let hasPeer = (try? run("import tomllib", Data())) != nil

    @Test("agrees on what is TOML, and what it means", .enabled(if: hasPeer, "python3 has no tomllib (3.11)"))
    func agrees() throws {
        var documents = TOMLDocumentTests.valid.map(\.text) + TOMLDocumentTests.invalid.map(\.text)
        var generator = SeededGenerator(seed: 20_261_121)
        for _ in 0..<6_000 {
            documents.append(
                (0..<Int.random(in: 1...14, using: &generator)).map { _ in Self.parts.randomElement(using: &generator)! }.joined())
        }
        // A byte order mark, and numbers past 64 bits, are treated differently on purpose.
        let purpose = ["\u{FEFF}", "922337203685477580", "0x8000000000000000", "1e400"]
        documents.removeAll { text in purpose.contains { text.contains($0) } }
        let answers = try Self.run(Self.script, JSONEncoder().encode(documents)).split(separator: "\n")
        try #require(answers.count == documents.count)
        for (text, answer) in zip(documents, answers) {
            let ours = (try? TOMLTable(parsing: text)).map { Self.shown(.table($0)) } ?? "-"
            #expect(ours == answer, "\(text.debugDescription)")
        }
    }

    /// What documents are put together from.
    private static let parts = [
        "a", "b", "a.b", "b.a", "a.b.c", "\"a\"", "'b'", " = ", "=", "[", "]", "[[", "]]", "{", "}", ", ", ",", "\n", "\n", "\n", "\r\n",
        "# c\n", ".", " ",
        "[a]\n", "[b]\n", "[a.b]\n", "[a.b.c]\n", "[[a]]\n", "[[b]]\n", "[[a.b]]\n", "[b.a]\n", "a = 1\n", "b.a = 2\n", "a.b = 3\n",
        "a.c = {}\n", "b = []\n",
        "c.a.b = 1\n", "[c]\n", "[c.a]\n", "a = {b = 1, c.d = 2}\n", "b = [{a = 1}]\n", "x = [1, [2], ]\n", "\"\"\"", "'''", "\"", "'",
        "\\", "\\n", "\\u00e9",
        "a = ", "b = ", "1", "-", "+", "_", "0", "0x", "1.5", "e5", "inf", "nan", "true", "1979-05-27", "T", "07:32:00", ".5", "Z",
        "+01:00", "é", "\t",
    ]

    /// A document's meaning on one line, or `-` where it is no TOML.
    private static let script = """
        import json, struct, sys, tomllib
        def shown(value):
            if isinstance(value, dict): return "{" + ",".join(key.encode().hex() + ":" + shown(value[key]) for key in sorted(value, key=str.encode)) + "}"
            if isinstance(value, list): return "[" + ",".join(map(shown, value)) + "]"
            if isinstance(value, bool): return "true" if value else "false"
            if isinstance(value, int): return str(value)
            if isinstance(value, float): return "nan" if value != value else struct.pack(">d", value).hex() + "f"
            if isinstance(value, str): return '"' + value.encode().hex() + '"'
            return type(value).__name__
        for text in json.load(sys.stdin):
            try: print(shown(tomllib.loads(text)))
            except tomllib.TOMLDecodeError: print("-")
            except ValueError: print("-")
        """

    private static func shown(_ value: TOMLValue.Content) -> String {
        func hex(_ text: String) -> String { text.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
        switch value {
        case .string(let text): return "\"\(hex(text))\""
        case .integer(let number): return String(number)
        case .float(let number):
            let bits = String(number.bitPattern, radix: 16)
            return number.isNaN ? "nan" : String(repeating: "0", count: 16 - bits.count) + bits + "f"
        case .boolean(let flag): return String(flag)
        case .dateTime(let text): return text.contains(":") ? (text.contains("-") && text.utf8.count > 15 ? "datetime" : "time") : "date"
        case .array(let values): return "[" + values.map { shown($0.content) }.joined(separator: ",") + "]"
        case .table(let table):
            let entries = table.entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            return "{" + entries.map { "\(hex($0.key)):\(shown($0.value.content))" }.joined(separator: ",") + "}"
        }
    }

    private struct NoAnswer: Error {}

    private static func run(_ script: String, _ input: Data) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("toml-\(UUID().uuidString)")
        try input.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardError = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw NoAnswer() }
        return String(decoding: data, as: UTF8.self)
    }
}
