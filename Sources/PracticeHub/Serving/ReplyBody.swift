import FlyingFox
import FlyingSocks
import Foundation

/// A reply's body on its way to the socket: made piece by piece, paced, and cut or falsified where a fault says so.
struct ReplyBody: AsyncBufferedSequence {
    typealias Element = UInt8

    /// One rate that the body keeps to, and what it shares it with.
    struct Limit: Sendable {
        let key: String
        let bytesPerSecond: Int64
    }

    /// Thrown to make the server close the connection.
    struct Cut: Error {}

    let body: Reply.Body
    let delivery: Reply.Delivery
    let limits: [Limit]
    let pacer: Pacer
    /// Makes the closing of the connection a TCP reset.
    let onReset: @Sendable () -> Void
    /// Called with the length of each piece when it is given to the socket.
    let onPiece: @Sendable (Int) -> Void
    /// Called once when the body has left or has been cut; the argument says whether it left whole.
    let onEnd: @Sendable (Bool) -> Void

    func makeAsyncIterator() -> Iterator { Iterator(source: self) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        let source: ReplyBody
        private var sent: Int64 = 0

        init(source: ReplyBody) { self.source = source }

        mutating func next() async throws -> UInt8? {
            try await nextBuffer(suggested: 1)?.first
        }

        mutating func nextBuffer(suggested count: Int) async throws -> Data? {
            let delivery = source.delivery
            let total = source.body.count
            if let close = delivery.closeAfter, sent >= Swift.min(close, total) {
                source.onEnd(false)
                if delivery.resets { source.onReset() }
                throw Cut()
            }
            if let stall = delivery.stallAfter, sent >= Swift.min(stall, total) {
                // The client, or the end of the hub, has to end this.
                defer { source.onEnd(false) }
                while true { try await Task.sleep(for: .seconds(3600)) }
            }
            guard sent < total else {
                source.onEnd(true)
                // A declared length that is not the body's leaves the connection in no state to be used again.
                if delivery.lengthError != 0 { throw Cut() }
                return nil
            }
            let bounds = [delivery.closeAfter, delivery.stallAfter, delivery.replacedFrom, total].compactMap { $0 }.filter { $0 > sent }
            let pace = source.limits.map { Swift.max(1, Swift.min(512, $0.bytesPerSecond), $0.bytesPerSecond / 20) }.min() ?? .max
            let length = Int(Swift.min(Int64(Swift.max(count, 64 << 10)), bounds.min()! - sent, pace))
            for limit in source.limits {
                let start = source.pacer.book(length, for: limit.key, bytesPerSecond: limit.bytesPerSecond)
                if start > .now { try await Task.sleep(until: start) }
            }
            let piece = source.piece(from: sent, length: length)
            sent += Int64(length)
            source.onPiece(length)
            if sent == total, delivery.closeAfter == nil, delivery.stallAfter == nil { source.onEnd(true) }
            return piece
        }
    }

    private func piece(from start: Int64, length: Int) -> Data {
        switch body {
        case .data(let data):
            return data.subdata(in: data.startIndex + Int(start)..<data.startIndex + Int(start) + length)
        case .file(let file, let range):
            // Beyond the file's end there is no byte: what would begin there begins before it.
            let first = Swift.min(range.lowerBound + start + delivery.shift, file.size - Int64(length))
            let content = delivery.replacedFrom.map { start >= $0 } ?? false ? file.replaced : file
            var piece = content.bytes(first..<first + Int64(length))
            if let flipped = delivery.flippedByte, (first..<first + Int64(length)).contains(flipped) {
                piece[Int(flipped - first)] ^= 0xFF
            }
            return piece
        }
    }
}
