import Crypto
package import Partials
import Storage

/// The pieces that mirrors served of a file whose checksum is wrong: what they were, so that it can be told which
/// mirror differed once the source itself has served them.
package struct MirrorSuspects: Sendable {
    private struct Piece: Sendable {
        var index: Int
        var mirrors: [String]
        var digest: [UInt8]
    }
    private let pieces: [Piece]

    /// Remembers those pieces and takes them out of the partial's map.
    /// - Returns: nil when no mirror served anything.
    /// - Throws: ``IOFault``, `CancellationError`.
    package static func take(from partial: Partial) async throws -> MirrorSuspects? {
        let mirrored = partial.mirroredPieces
        guard !mirrored.isEmpty else { return nil }
        var pieces: [Piece] = []
        for (index, mirrors) in mirrored.sorted(by: { $0.key < $1.key }) {
            try Task.checkCancellation()
            pieces.append(Piece(index: index, mirrors: mirrors.sorted(), digest: try await digest(of: index, in: partial)))
        }
        try partial.forget(pieces.map(\.index))
        return MirrorSuspects(pieces: pieces)
    }

    /// The mirrors whose bytes were others than the source's own, which are in the partial now.
    /// - Throws: ``IOFault``, `CancellationError`.
    package func differing(in partial: Partial) async throws -> [String] {
        var names: Set<String> = []
        // A piece that several had a part in names them all, unless one is known by then from a piece of its own.
        for piece in pieces.sorted(by: { $0.mirrors.count < $1.mirrors.count }) where names.isDisjoint(with: piece.mirrors) {
            try Task.checkCancellation()
            if try await Self.digest(of: piece.index, in: partial) != piece.digest { names.formUnion(piece.mirrors) }
        }
        return names.sorted()
    }

    private static func digest(of index: Int, in partial: Partial) async throws -> [UInt8] {
        guard let range = partial.map?.range(of: index) else { return [] }
        return try await BlockingExecutor.run {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 16)
            defer { buffer.deallocate() }
            let count = try partial.file.read(into: buffer, at: range.lowerBound)
            var hash = SHA256()
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            return Array(hash.finalize())
        }
    }
}
