import FetchTypes
import ModelSources
import Testing

@testable import Events
@testable import fetchctl

@Suite("Lines for finished files")
struct LargeReferencesTests {
    private static let digest = "745e7177" + String(repeating: "0", count: 56)

    private static func tag(_ number: Int) -> FileTag { FileTag(ref: "hf:acme/many", path: "/m/many/part/\(number).txt") }

    private static func resolved(_ number: Int, of count: Int) -> Event {
        var it = Event.Resolved(
            source: .huggingFace, title: "acme/many@0123456", name: "part/\(number).txt", size: 4096, sha256: nil, urlHost: nil,
            metadata: FileMetadata(), pinned: "x")
        it.siblings = count
        it.siblingBytes = Int64(count) * 4096
        it.isFirst = number == 0
        return .resolved(tag(number), it)
    }

    private static func finished(_ tag: FileTag, verified: String = "sha256", fetched: Int64 = 4096, sha256: String? = digest) -> Event {
        .finished(
            tag,
            Event.Finished(
                size: 4096, sha256: sha256, verified: verified, engine: .builtin, seconds: 2, fetched: fetched, averageRate: 2048))
    }

    /// What a display writes, in its order.
    private static func shown(_ events: [Event], verbose: Bool = false) -> [String] {
        var board = ProgressBoard()
        return events.compactMap { event in
            board.take(event)
            return board.largeReferences.line(event, EventWords.line(event, verbose: verbose), verbose: verbose)?.text
        }
    }

    private static func run(_ count: Int, verified: String = "sha256", present: Int = 0) -> [Event] {
        (0..<count).map { resolved($0, of: count) }
            + (0..<present).map { .skipped(tag($0), reason: .complete, size: 4096, sha256: digest) }
            + [.planned(files: count - present, size: 1, toFetch: 1, free: nil)]
            + (present..<count).flatMap { number -> [Event] in
                [
                    .started(tag(number), engine: .builtin, connections: 1, resumed: 0, size: 4096),
                    finished(tag(number), verified: verified),
                ]
            }
    }

    @Test("is one line for a repo of more than 20 files", arguments: [21, 300])
    func large(count: Int) throws {
        let lines = Self.shown(Self.run(count))
        #expect(lines.count == 2)
        #expect(lines[0] == "acme/many@0123456: \(count) files, \(ByteSize.text(Int64(count) * 4096))")
        #expect(lines[1].hasPrefix("done: acme/many, \(count) files, \(ByteSize.text(Int64(count) * 4096)) in "))
        #expect(lines[1].hasSuffix(" s, all verified → /m/many"))
    }

    @Test("is a line a file for a repo of 20")
    func few() { #expect(Self.shown(Self.run(20)).count == 40) }

    @Test("reports present and unverified files, and never \"done\" where a file failed")
    func others() {
        #expect(Self.shown(Self.run(30, present: 10)).last?.contains("30 files (10 already there), ") == true)
        #expect(Self.shown(Self.run(30, present: 30)).last == "already there: acme/many, 30 files, 120.0 KiB → /m/many")
        #expect(Self.shown(Self.run(30, verified: "size")).last?.contains(", 0 verified → ") == true)
        let failure = Event.failed(Self.tag(29), Failure(.server, "it is away."), keptBytes: 0)
        #expect(Self.shown(Self.run(30).dropLast() + [failure]).last == "error: it is away.")
    }

    @Test("with -v is a line a file too, with the whole digest")
    func verbose() {
        let lines = Self.shown(Self.run(30), verbose: true)
        #expect(lines.count { $0.contains(Self.digest) } == 30 && lines.last?.contains("all verified") == true)
    }

    @Test("shares one line of progress among small files, and leaves large ones theirs")
    func progress() throws {
        var board = ProgressBoard()
        for event in Self.run(30).dropLast(20) { board.take(event) }
        let big = FileTag(ref: "hf:acme/many", path: "/m/many/model.safetensors")
        board.take(.started(big, engine: .builtin, connections: 4, resumed: 0, size: 1 << 30))
        for number in 25..<30 {
            board.take(.started(Self.tag(number), engine: .builtin, connections: 1, resumed: 0, size: 4096))
        }
        #expect(board.rows.map(\.name.text) == ["model.safetensors", "acme/many 20/30"])
    }

    @Test(
        "of one file is a short line; where it is too wide the rate goes first, then the time, then a part of the name",
        arguments: [
            (nil, "done: a-model-of-some-length.safetensors, 4.0 KiB in 2 s, 2.0 KiB/s, sha256 745e7177… verified"),
            (88, "done: a-model-of-some-length.safetensors, 4.0 KiB in 2 s, sha256 745e7177… verified"),
            (78, "done: a-model-of-some-length.safetensors, 4.0 KiB, sha256 745e7177… verified"),
        ] as [(Int?, String)])
    func short(columns: Int?, line: String) {
        let event = Self.finished(FileTag(ref: "x", path: "/m/a-model-of-some-length.safetensors"))
        #expect(EventWords.line(event, verbose: false, columns: columns)?.text == line)
    }

    @Test("fits 60 columns", arguments: ["m.gguf", "a-model-of-some-length.safetensors", "模型模型模型模型模型模型.safetensors"])
    func narrow(name: String) throws {
        let event = Self.finished(FileTag(ref: "x", path: "/m/" + name))
        let line = try #require(EventWords.line(event, verbose: false, columns: 60)).text
        #expect(Text.width(line) < 60 && line.hasPrefix("done: ") && line.hasSuffix("sha256 745e7177… verified"), "\(line)")
    }

    @Test("is green when done, yellow while it waits, red when it failed")
    func colours() {
        let events: [(Event, String)] = [
            (Self.finished(Self.tag(0)), "\u{1B}[32mdone:\u{1B}[0m "),
            (.waiting(Self.tag(0), reason: .locked, seconds: 1, note: nil), "\u{1B}[33m0.txt"),
            (.failed(Self.tag(0), Failure(.server, "no."), keptBytes: 0), "\u{1B}[31merror:\u{1B}[0m "),
        ]
        for (event, head) in events {
            let text = EventWords.line(event, verbose: false).map { ScreenReporter.colored($0, event).text }
            #expect(text?.hasPrefix(head) == true, "\(text ?? "")")
        }
    }
}
