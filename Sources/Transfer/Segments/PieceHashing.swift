import Crypto
package import Partials
package import Storage

/// The SHA-1 of each piece of a range, by which members of a fleet check what they get from each other.
package struct PieceHashing: Sendable {
    private let partial: Partial
    private let range: Range<Int64>
    private let pieceLength: Int64

    private static let step = 256 << 10
    private static let lookEvery = Duration.milliseconds(10)

    /// - Parameters:
    ///   - range: begins at a piece.
    ///   - pieceLength: bytes; the torrent's, which need not be that of the partial's map.
    package init(_ partial: Partial, _ range: Range<Int64>, pieceLength: Int64) {
        self.partial = partial
        self.range = range
        self.pieceLength = pieceLength
    }

    private var pieces: [Range<Int64>] {
        stride(from: range.lowerBound, to: range.upperBound, by: Int(pieceLength)).map {
            $0..<min(range.upperBound, $0 + pieceLength)
        }
    }

    /// Hashes the pieces as they come: what was written last is still in memory. Returns when the last one is there.
    /// - Throws: ``IOFault``, `CancellationError`.
    package func follow() async throws -> [[UInt8]] {
        var hashes: [[UInt8]] = []
        for piece in pieces {
            while partial.map?.contains(piece) != true { try await Task.sleep(for: Self.lookEvery) }
            try Task.checkCancellation()
            hashes.append(try await Self.hash(piece, of: partial.file))
        }
        return hashes
    }

    /// Compares what is there with what was promised.
    /// - Returns: for each piece whether it is there and is right; wrong ones are named in `wrong`.
    /// - Throws: ``IOFault``, `CancellationError`.
    package func compare(with hashes: [[UInt8]]) async throws -> (good: [Bool], wrong: [Range<Int64>]) {
        var good: [Bool] = []
        var wrong: [Range<Int64>] = []
        for (piece, hash) in zip(pieces, hashes) {
            try Task.checkCancellation()
            guard partial.map?.contains(piece) == true else {
                good.append(false)
                continue
            }
            let isRight = try await Self.hash(piece, of: partial.file) == hash
            good.append(isRight)
            if !isRight { wrong.append(piece) }
        }
        return (good, wrong)
    }

    /// The SHA-1 of bytes in memory.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] { Array(Insecure.SHA1.hash(data: bytes)) }

    /// The SHA-1 of a range of a file.
    /// - Throws: ``IOFault``.
    package static func hash(_ range: Range<Int64>, of file: OpenFile) async throws -> [UInt8] {
        try await BlockingExecutor.run {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: step, alignment: 4096)
            defer { buffer.deallocate() }
            var sha1 = Insecure.SHA1()
            var position = range.lowerBound
            while position < range.upperBound {
                let wanted = Int(min(Int64(step), range.upperBound - position))
                let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: position)
                // A file that ends early hashes to something else.
                if count == 0 { break }
                sha1.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                position += Int64(count)
            }
            return Array(sha1.finalize())
        }
    }
}
