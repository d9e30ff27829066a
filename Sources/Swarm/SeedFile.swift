import FetchTypes
import Layouts
import ModelSources
import Partials
import Storage
import Transfer

/// A complete file that a member had before the fleet started. It is offered from its place, and never written to.
struct SeedFile: Sendable {
    let links: SegmentLinks
    private let file: OpenFile
    private let size: Int64
    private let digest: PublishedDigest

    /// - Returns: nil where it cannot be read, another process of this machine offers it, or its digest is unknown.
    init?(_ planned: PlannedFile) {
        let recorded = planned.placement.knownRecord?.sha256.flatMap { PublishedDigest(.sha256, hex: $0) }
        guard let digest = planned.digest ?? recorded, let path = Path.real(planned.target), let file = try? OpenFile(path, .read),
            let size = try? file.status().size, size > 0, size == planned.file.size, file.tryLock()
        else { return nil }
        (self.file, self.size, self.digest) = (file, size, digest)
        links = SegmentLinks(planned.placement.partial, to: path)
    }

    /// Reads the file once and hashes its pieces.
    /// - Returns: the hashes of the pieces and its SHA-256; nil where it does not match its digest.
    /// - Throws: ``IOFault``, `CancellationError`.
    func verify(_ pieces: [Range<Int64>]) async throws -> (pieces: [[UInt8]], sha256: String)? {
        let whole = IncrementalHasher(gitSize: digest.algorithm == .gitSHA1 ? size : nil)
        var hashes: [[UInt8]] = []
        for piece in pieces {
            try Task.checkCancellation()
            hashes.append(try await PieceHashing.hash(piece, of: file))
            // The bytes that were read for the SHA-1 are still in the page cache.
            try await whole.advance(to: piece.upperBound, in: file)
        }
        try await whole.advance(to: size, in: file)
        guard whole.position == size, whole.value(digest.algorithm) == digest.hex else { return nil }
        return (hashes, whole.values().sha256)
    }

    /// Reads all bytes of a small file.
    /// - Throws: ``IOFault``
    func read() throws(IOFault) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(size), alignment: 16)
        defer { buffer.deallocate() }
        var done = 0
        while done < buffer.count {
            let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]), at: Int64(done))
            guard count > 0 else { throw IOFault.missing("reading", file.path) }
            done += count
        }
        return Array(buffer)
    }
}
