import Foundation
import Synchronization

/// A server of one file that is replaced by another of the same size, with whichever validators.
final class VersionedServer: Sendable {
    /// The header fields of the first and of the second version.
    typealias Fields = (before: [String], after: [String])

    static let size = 6 << 20

    private struct State {
        var isReplaced = false
        var isServing = true
        /// Body bytes after which the connection is cut; nil: never.
        var cutsAfter: Int?
        /// What follows the cut: the new version, or refusals.
        var replacesAtCut = false
        var heads: [String] = []
    }
    private let state: Mutex<State>
    private let server = Mutex<LoopbackServer?>(nil)
    private let fields: Fields
    private let ignoresRangesWithCondition: Bool

    init(_ fields: Fields, cutsAfter: Int? = nil, replacesAtCut: Bool = false, ignoresRangesWithCondition: Bool = false) {
        self.fields = fields
        self.ignoresRangesWithCondition = ignoresRangesWithCondition
        state = Mutex(State(cutsAfter: cutsAfter, replacesAtCut: replacesAtCut))
        server.withLock { $0 = LoopbackServer { [self] in serve($0) } }
    }

    var url: String { "http://127.0.0.1:\(server.withLock { $0?.port ?? 0 })/versioned.bin" }
    /// The requests' heads so far.
    var heads: [String] { state.withLock { $0.heads } }

    func stop() { server.withLock { $0?.stop() } }

    /// From here on the second version is served, whole.
    func replace() {
        state.withLock { state in
            (state.isReplaced, state.isServing, state.cutsAfter) = (true, true, nil)
        }
    }

    static func content(isReplaced: Bool) -> Data { Data(repeating: isReplaced ? 0xBB : 0xAA, count: size) }

    private func serve(_ connection: Int32) {
        guard let head = Wire.readHead(connection) else { return }
        let (isReplaced, isServing) = state.withLock { state in
            state.heads.append(head)
            return (state.isReplaced, state.isServing)
        }
        guard isServing else {
            _ = Wire.write(connection, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
            return
        }
        let isConditional = head.lowercased().contains("\r\nif-range:")
        let range = isConditional && ignoresRangesWithCondition ? nil : Self.range(head)
        let part = range ?? 0..<Self.size
        var lines = [range == nil ? "HTTP/1.1 200 OK" : "HTTP/1.1 206 Partial Content", "Content-Length: \(part.count)"]
        if range != nil { lines.append("Content-Range: bytes \(part.lowerBound)-\(part.upperBound - 1)/\(Self.size)") }
        lines += ["Accept-Ranges: bytes", "Connection: close"] + (isReplaced ? fields.after : fields.before)
        guard Wire.write(connection, (lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) else { return }
        var left = part.count
        while left > 0 {
            let step = allowance(min(left, 64 << 10), isReplaced)
            guard step > 0, Wire.write(connection, [UInt8](repeating: isReplaced ? 0xBB : 0xAA, count: step)) else { return }
            left -= step
        }
    }

    /// How much of that may still be sent before the cut.
    private func allowance(_ count: Int, _ isReplaced: Bool) -> Int {
        state.withLock { state in
            // What is asked for one byte at a time is a question, and no part of the file.
            guard let left = state.cutsAfter, !isReplaced, count > 1 else { return count }
            state.cutsAfter = max(0, left - count)
            if left <= count {
                state.isReplaced = state.replacesAtCut
                state.isServing = state.replacesAtCut
            }
            return min(left, count)
        }
    }

    private static func range(_ head: String) -> Range<Int>? {
        guard let line = head.split(separator: "\r\n").first(where: { $0.lowercased().hasPrefix("range: bytes=") }) else { return nil }
        let ends = line.dropFirst("range: bytes=".count).split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count == 2, let first = ends[0], first < size else { return nil }
        return first..<min(size, (ends[1] ?? size - 1) + 1)
    }
}
