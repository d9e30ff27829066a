import Crypto
package import FetchTypes
package import Storage
import Synchronization

/// Hashes a file from its start while it grows: reads what is there and contiguous, and no further.
///
/// Used by one task at a time; a lock makes that safe rather than fast.
package final class IncrementalHasher: Sendable {
    private struct State: @unchecked Sendable {
        // The hash functions are plain values; they cross threads only inside the lock.
        var sha256 = SHA256()
        var gitSHA1: Insecure.SHA1?
        var position: Int64 = 0
    }
    private let state = Mutex(State())
    /// The same as the state's, for those who only look: a step holds the lock for milliseconds.
    private let shownPosition = Atomic<Int64>(0)
    private let gitSize: Int64?

    /// Bytes are read in steps of this many: they are still in the processor's cache when they are hashed.
    private static let step = 256 << 10
    /// Bytes hashed at a stretch: a hop between threads costs more than a step, and cancelling takes effect soon.
    private static let stretch: Int64 = 16 << 20

    /// - Parameter gitSize: the file's size when git's SHA-1 is wanted too: it covers the size.
    package init(gitSize: Int64? = nil) {
        self.gitSize = gitSize
        reset()
    }

    /// Bytes hashed so far.
    package var position: Int64 { shownPosition.load(ordering: .relaxed) }

    /// Back to the first byte.
    package func reset() {
        state.withLock { state in
            state = State()
            shownPosition.store(0, ordering: .relaxed)
            guard let gitSize else { return }
            var sha1 = Insecure.SHA1()
            sha1.update(data: Array("blob \(gitSize)\0".utf8))
            state.gitSHA1 = sha1
        }
    }

    /// Hashes on to `end` (exclusive) or the end of the file, away from the cooperative pool.
    /// - Throws: ``IOFault``; `CancellationError` within one step.
    package func advance(to end: Int64, in file: OpenFile) async throws {
        while position < end {
            try Task.checkCancellation()
            let count = try await BlockingExecutor.run { try self.hashStep(upTo: end, file) }
            if count == 0 { return }
        }
    }

    /// Several steps a hop: a hop costs more than hashing a single one.
    private func hashStep(upTo end: Int64, _ file: OpenFile) throws -> Int {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.step, alignment: 4096)
        defer { buffer.deallocate() }
        return try state.withLock { state in
            let stretchEnd = min(end, state.position + Self.stretch)
            var total = 0
            while state.position < stretchEnd {
                let wanted = Int(min(Int64(Self.step), stretchEnd - state.position))
                let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: state.position)
                if count == 0 { break }
                let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                state.sha256.update(bufferPointer: bytes)
                state.gitSHA1?.update(bufferPointer: bytes)
                state.position += Int64(count)
                shownPosition.store(state.position, ordering: .relaxed)
                total += count
            }
            return total
        }
    }

    /// The digests of what has been read; lower-case hexadecimal.
    package func values() -> (sha256: String, gitSHA1: String?) {
        state.withLock { (Array($0.sha256.finalize()).hexadecimal, ($0.gitSHA1?.finalize()).map { Array($0).hexadecimal }) }
    }

    /// Whether it finds the digest of that algorithm for a file of that size: git's covers a size that may have come with the bytes only.
    package func covers(_ algorithm: PublishedDigest.Algorithm, size: Int64) -> Bool { algorithm == .sha256 || gitSize == size }

    /// The digest of the algorithm that a source published with.
    package func value(_ algorithm: PublishedDigest.Algorithm) -> String? {
        let values = values()
        return algorithm == .sha256 ? values.sha256 : values.gitSHA1
    }
}
