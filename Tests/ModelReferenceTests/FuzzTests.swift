import FetchTypes
import ModelReference
import TestSupport
import Testing

@Suite("Arbitrary text") struct FuzzTests {
    private static let seeds =
        CivitaiTests.typed.map(\.text) + CivitaiTests.names.map(\.text) + CivitaiTests.links.map(\.text) + HubTests.typed.map(\.text)
        + HubTests.links.map(\.text) + OtherServicesTests.drives.map(\.text) + OtherServicesTests.gitHubs.map(\.text)
        + OtherServicesTests.others.map(\.text) + DirectTests.signed + HubTests.bad.map(\.text) + CivitaiTests.bad.map(\.text)

    private static let pieces = [
        ":", "/", "//", "@", "?", "&", "=", "#", "%", "%2F", "%2e%2e", "..", "--", "+", ".", " ", "\t", "\n", "\r\n", "\u{0}", "\u{1b}[",
        "[", "]",
        "é", "e\u{301}", "👩‍👩‍👧", "\u{202e}", "\u{feff}", "٣", "0", "18446744073709551616", "civitai", "hf", "https://", "refs/pr/", "token=",
        "urn:air:",
        "\\", "'", "\"", "*", "~", "\u{10FFFF}",
    ]

    private func mutated(_ text: String, using generator: inout SeededGenerator) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let at = Int.random(in: 0...scalars.count, using: &generator)
            let piece = Array(Self.pieces.randomElement(using: &generator)!.unicodeScalars)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: scalars.insert(contentsOf: piece, at: at)
            case 1: scalars.removeSubrange(at..<min(scalars.count, at + 1 + piece.count))
            case 2: scalars.replaceSubrange(at..<min(scalars.count, at + piece.count), with: piece)
            default: scalars.append(contentsOf: scalars[at...])
            }
        }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars)
        return String(result)
    }

    @Test("Text is a reference or a usage failure, and never a crash")
    func mutatedReferences() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("fuzz seed: \(seed)")
        var generator = SeededGenerator(seed: seed)
        let parser = ReferenceParser(endpoints: try ServiceEndpoints(environment: [:]), pathExists: { $0.utf8.count % 7 == 0 })
        for _ in 0..<4_000 {
            let text = mutated(Self.seeds.randomElement(using: &generator)!, using: &generator)
            do throws(Failure) {
                let parsed = try parser.parse(text)
                #expect(!parsed.shown.isEmpty)
                #expect(!parsed.shown.unicodeScalars.contains { $0.value < 0x20 }, "seed \(seed): \(text.debugDescription)")
            } catch {
                #expect(error.kind == .usage && error.why != nil && error.hint != nil, "seed \(seed): \(text.debugDescription)")
                #expect(error.description.split(separator: "\n").count <= 4, "seed \(seed): \(text.debugDescription)")
            }
            _ = try? InputFile.parse(text)
        }
    }

    @Test("What is shown means the same again, but for a token and a signature")
    func shownAgain() throws {
        let table =
            CivitaiTests.typed + CivitaiTests.names + CivitaiTests.links + HubTests.typed + HubTests.links + OtherServicesTests.drives
            + OtherServicesTests.gitHubs + OtherServicesTests.others
        for good in table {
            let once = try parse(good.text)
            #expect(try parse(once.shown) == once, "\(good.text)")
        }
    }

    @Test("A secret planted anywhere in a link's query or user information never comes back out")
    func plantedSecrets() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("fuzz seed: \(seed)")
        var generator = SeededGenerator(seed: seed)
        let parser = ReferenceParser(endpoints: try ServiceEndpoints(environment: [:]), pathExists: { _ in false })
        let names = [
            "token", "TOKEN", "access_token", "X-Amz-Signature", "Signature", "Policy", "Key-Pair-Id", "sig", "Authorization", "api_key",
        ]
        for _ in 0..<1_000 {
            let base = Self.seeds.filter { $0.contains("://") && !$0.contains(" ") }.randomElement(using: &generator)!
            var text = String(base.prefix { $0 != "#" })
            text += (text.contains("?") ? "&" : "?") + names.randomElement(using: &generator)! + "=plantedS3cret"
            if Bool.random(using: &generator) { text.replace("://", with: "://me:plantedS3cret@", maxReplacements: 1) }
            if Int.random(in: 0..<3, using: &generator) == 0 { text += "&x=\(Self.pieces.randomElement(using: &generator)!)" }
            var seen = ""
            do throws(Failure) {
                let parsed = try parser.parse(text)
                dump(parsed, to: &seen)
                seen += "\(parsed)"
            } catch {
                seen = "\(error)"
            }
            #expect(!seen.contains("plantedS3cret"), "seed \(seed): \(text)")
        }
    }
}
