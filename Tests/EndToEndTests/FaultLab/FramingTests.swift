import Foundation
import PracticeHub
import Testing

@Suite("Fault lab: framing and late sizes")
struct FramingTests {
    private static let size = 300_000
    private static let body = [UInt8](repeating: 0x5A, count: size)

    /// A server that answers every request alike, with a body in chunks of 50,000 bytes or as it is.
    /// - Parameter head: the head of the answer to a request's head, without the empty line; nil: the file, whole.
    private static func server(chunked: Bool, _ head: @escaping @Sendable (String) -> (lines: [String], body: Range<Int>)) -> LoopbackServer
    {
        LoopbackServer { connection in
            guard let asked = Wire.readHead(connection) else { return }
            let (lines, part) = head(asked)
            Wire.write(connection, (lines + ["Connection: close", "", ""]).joined(separator: "\r\n").utf8)
            guard chunked else {
                Wire.write(connection, body[part])
                return
            }
            for start in stride(from: part.lowerBound, to: part.upperBound, by: 50_000) {
                let piece = body[start..<min(part.upperBound, start + 50_000)]
                guard Wire.write(connection, "\(String(piece.count, radix: 16))\r\n".utf8 + Array(piece) + "\r\n".utf8) else { return }
            }
            Wire.write(connection, "0\r\n\r\n".utf8)
        }
    }

    private static func part(_ head: String) -> Range<Int>? {
        guard let line = head.split(separator: "\r\n").first(where: { $0.lowercased().hasPrefix("range: bytes=") }) else { return nil }
        let ends = line.dropFirst("range: bytes=".count).split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        return (ends[0] ?? 0)..<min(size, (ends[1] ?? size - 1) + 1)
    }

    static let falseLengths = [(hasRanges: true, length: 1000), (true, 9_000_000), (false, 1000), (false, 9_000_000)]

    @Test("a Content-Length beside a transfer coding is not the file's length", arguments: falseLengths, Engine.allCases)
    func falseLength(row: (hasRanges: Bool, length: Int), engine: Engine) async throws {
        let (hasRanges, length) = row
        try await withScenario(engine) { scenario in
            let server = Self.server(chunked: true) { head in
                let part = hasRanges ? Self.part(head) : nil
                let range = part.map { ["Content-Range: bytes \($0.lowerBound)-\($0.upperBound - 1)/\(Self.size)"] } ?? []
                let status = part == nil ? "HTTP/1.1 200 OK" : "HTTP/1.1 206 Partial Content"
                return ([status, "Content-Length: \(length)", "Transfer-Encoding: chunked"] + range, part ?? 0..<Self.size)
            }
            defer { server.stop() }
            try await scenario.add("http://127.0.0.1:\(server.port)/framed.bin").expectSuccess()
            #expect(scenario.box.data("framed.bin") == Data(Self.body))
        }
    }

    static let lengths = [
        ["Content-Length: 300000", "Content-Length: 1000"], ["Content-Length: 300000, 1000"], ["Content-Length: 18446744073709851616"],
        ["Content-Length: 300000x"], ["Content-Length: -1"],
    ]

    @Test("lengths that contradict each other, or are none, are the server's error", arguments: lengths, Engine.allCases)
    func contradicting(fields: [String], engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let server = Self.server(chunked: false) { _ in (["HTTP/1.1 200 OK"] + fields, 0..<Self.size) }
            defer { server.stop() }
            let outcome = try await scenario.add("http://127.0.0.1:\(server.port)/framed.bin", "--retries", "1", "--json")
            outcome.expectFailure(75, kind: "server")
            #expect(scenario.box.allFiles.isEmpty)
        }
    }

    @Test(
        "a size that comes with the transfer is checked against the room before it is reserved", arguments: Engine.allCases, [true, false])
    func lateSize(engine: Engine, hasRanges: Bool) async throws {
        try await withScenario(engine) { scenario in
            let asked = Counter()
            let huge = Int64(1) << 49
            let server = Self.server(chunked: false) { head in
                // ReferenceResolver is answered first, without a size; without ranges the answer to the transfer is the first with one.
                let isFirst = asked.next() == 0
                if Self.part(head) != nil {
                    let total = isFirst || !hasRanges ? "*" : "\(huge)"
                    return (["HTTP/1.1 206 Partial Content", "Content-Length: 1", "Content-Range: bytes 0-0/\(total)"], 0..<1)
                }
                return (["HTTP/1.1 200 OK", "Content-Length: \(huge)"], 0..<1000)
            }
            defer { server.stop() }
            let outcome = try await scenario.add("http://127.0.0.1:\(server.port)/huge.bin", "--retries", "1", "--json")
            outcome.expectFailure(74, kind: "disk_full")
            #expect(scenario.box.allFiles.isEmpty)
        }
    }
}

/// Counts from 0.
private final class Counter: Sendable {
    private let lock = NSLock()
    private nonisolated(unsafe) var count = 0

    func next() -> Int {
        lock.withLock {
            defer { count += 1 }
            return count
        }
    }
}
