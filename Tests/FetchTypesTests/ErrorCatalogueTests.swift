import FetchTypes
import Foundation
import Testing

@Suite("The catalogue of errors")
struct ErrorCatalogueTests {
    private static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("has an entry for every kind, whose first code is the kind's own", arguments: FailureKind.allCases)
    func kinds(kind: FailureKind) throws {
        let entry = try #require(ErrorCatalogue.entries.first { $0.kind == kind })
        #expect(entry.codes.first == kind.exitCode)
        for text in [entry.when, entry.sentence, entry.action] { #expect(text.hasSuffix(".") && text.count > 10, "\(text)") }
    }

    @Test("says of every exit code what it means, and which kinds end with it", arguments: ExitCode.allCases)
    func codes(code: ExitCode) {
        #expect(ErrorCatalogue.meaning(code).hasSuffix("."))
        #expect(ErrorCatalogue.entries(code).isEmpty == [.success, .differs].contains(code))
    }

    @Test("knows every code that the sources give to a failure of a kind")
    func sources() throws {
        let names = [
            "success": ExitCode.success, "usage": .usage, "wrongData": .wrongData, "notFound": .notFound,
            "unavailable": .unavailable, "cannotCreate": .cannotCreate, "inputOutput": .inputOutput, "temporary": .temporary,
            "notAllowed": .notAllowed, "configuration": .configuration, "hungUp": .hungUp, "interrupted": .interrupted,
            "terminated": .terminated,
        ]
        let kinds = Dictionary(uniqueKeysWithValues: FailureKind.allCases.map { ("\($0)", $0) })
        let files = try #require(FileManager.default.enumerator(atPath: Self.top.appendingPathComponent("Sources").path))
        var seen = 0
        for case let path as String in files where path.hasSuffix(".swift") && !path.hasPrefix("PracticeHub") {
            let text = try String(contentsOf: Self.top.appendingPathComponent("Sources/" + path), encoding: .utf8)
            for match in text.matches(of: /Failure\(\s*\.(\w+),/) {
                guard let kind = kinds[String(match.1)] else { continue }
                seen += 1
                guard let code = Self.arguments(text[match.range.lowerBound...]).firstMatch(of: /\bcode: \.(\w+)/) else { continue }
                let own = try #require(names[String(code.1)], "\(path)")
                #expect(ErrorCatalogue.entry(kind).codes.contains(own), "\(path): \(kind) with \(own.rawValue)")
            }
        }
        #expect(seen > 200)
    }

    /// A call's arguments, up to the parenthesis that closes them.
    private static func arguments(_ call: Substring) -> Substring {
        var depth = 0
        for index in call.indices {
            if call[index] == "(" { depth += 1 }
            if call[index] == ")" {
                depth -= 1
                if depth == 0 { return call[...index] }
            }
        }
        return call
    }

    @Test("is what docs/errors.md shows: fetchctl explain --markdown > docs/errors.md")
    func document() throws {
        let page = try String(contentsOf: Self.top.appendingPathComponent("docs/errors.md"), encoding: .utf8)
        #expect(page == ErrorCatalogue.markdown)
    }
}
