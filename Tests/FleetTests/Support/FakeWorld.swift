import Crypto
import Synchronization

@testable import Fleet

/// The simulated origin and network of a test: the bytes fetched from the origin, and the segments of each node.
final class FakeWorld: Sendable {
    struct State {
        /// Bytes that each node fetched from the origin.
        var origin: [Int: Int64] = [:]
        /// Segments that a node offers, with the kind of their bytes, by its data port.
        var offered: [Int: [Int: UInt8]] = [:]
        var nextPort = 1
        /// How many further fetches the origin answers with 429.
        var rateLimits = 0
        /// How many pieces were sampled.
        var samples = 0
    }
    let state = Mutex(State())
    let manifest: FleetManifest

    init(_ manifest: FleetManifest) { self.manifest = manifest }

    var originBytes: Int64 { state.withLock { $0.origin.values.reduce(0, +) } }

    /// The hashes of a segment's right bytes (kind 0), or of damaged ones.
    func hashes(_ segment: FleetSegment, kind: UInt8) -> PieceHashes {
        if case .bundle(let files) = segment.content {
            return PieceHashes(sha1: files.map { Array(Insecure.SHA1.hash(data: bytes(of: $0, kind: kind))) })!
        }
        return PieceHashes(sha1: (0..<segment.pieces).map { Array(repeating: UInt8($0 % 200) &+ kind, count: 20) })!
    }

    func bytes(of file: Int, kind: UInt8) -> [UInt8] {
        Array(repeating: UInt8(file % 100) &+ kind, count: Int(manifest.files[file].size))
    }
}
