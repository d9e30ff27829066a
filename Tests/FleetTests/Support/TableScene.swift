import FetchTypes
import TestSupport
import Testing

@testable import Fleet

/// A table with members whose messages a test sends second by second.
struct TableScene {
    static let mebibyte: Int64 = 1 << 20
    var table: SegmentTable
    var now: Duration = .zero

    /// - Parameters:
    ///   - sizes: the size of each file in MiB.
    ///   - published: whether their hashes are known.
    ///   - seed: determines the sampled pieces.
    init(sizes: [Int64] = [32], members: Int = 2, published: Bool = true, seed: UInt64 = 1) throws {
        let files = sizes.enumerated().map {
            FleetFile(name: "\($0)", size: $1 * Self.mebibyte, sha256: published ? Self.right : nil)
        }
        table = SegmentTable(manifest: try FleetManifest(files: files, members: members), random: SeededGenerator(seed: seed))
    }

    /// A file's hash.
    static let right = String(repeating: "ab", count: 32)
    static let wrong = String(repeating: "cd", count: 32)

    static func process(_ name: Int) -> String { String(repeating: "0", count: 31) + String(name, radix: 36) }

    func join(
        _ name: Int, rank: Int? = nil, kept: [KeptSegment] = [], held: [Int] = [], dataPort: Int = 7701, refused: Set<Int> = []
    ) -> FleetMessage {
        .join(
            FleetJoin(
                rank: rank, address: "10.0.0.\(name)", controlPort: 7700, dataPort: dataPort, members: table.manifest.members,
                digest: table.manifest.digest, kept: kept, held: held, refused: refused.spans))
    }

    /// Lets members 0 and up join in order.
    mutating func joinAll() {
        for name in 0..<table.manifest.members { send(join(name), name) }
    }

    @discardableResult mutating func send(_ message: FleetMessage, _ name: Int) -> FleetReply {
        table.handle(message, from: Self.process(name), now: now)
    }

    /// All files.
    var allFiles: [Int] { Array(table.manifest.files.indices) }

    @discardableResult mutating func claim(_ name: Int) -> Int? {
        guard case .claimed(let segment) = send(.claim(files: allFiles), name) else { return nil }
        return segment
    }

    /// Sends a claim that is answered with a segment to recheck.
    mutating func claimRecheck(_ name: Int) -> Int? {
        guard case .recheck(let segment) = send(.claim(files: allFiles), name) else { return nil }
        return segment
    }

    /// Sends a claim that is answered with a piece to sample.
    mutating func claimSample(_ name: Int) -> Sample? {
        guard case .sample(let segment, let piece) = send(.claim(files: allFiles), name) else { return nil }
        return Sample(segment: segment, piece: piece)
    }

    struct Sample: Equatable {
        var segment: Int
        var piece: Int
    }

    mutating func takeSample(_ name: Int) throws -> Sample {
        let sample = claimSample(name)
        return try #require(sample)
    }

    /// Lets a member take samples, with the origin's bytes, until one differs.
    mutating func sampleUntilDisputed(by name: Int) throws -> Sample {
        while true {
            let sample = try takeSample(name)
            answer(sample, name)
            if table.samples.contains(where: { $0.isDisputed }) { return sample }
        }
    }

    /// Sends what a member has fetched of a piece.
    @discardableResult mutating func answer(_ sample: Sample, _ name: Int, kind: UInt8 = 0) -> FleetReply {
        let sha1 = hashes(sample.segment, kind: kind).sha1[sample.piece].hexadecimal
        return send(.sampled(segment: sample.segment, piece: sample.piece, sha1: sha1), name)
    }

    /// Lets these members take all samples. None differs, because the damaged bytes are in other pieces.
    mutating func passSamples(by names: [Int]) throws {
        for _ in 0..<100 {
            for name in names where !table.samples.isEmpty {
                guard let it = claimSample(name) else { continue }
                let sha1 = try #require(table.entries[it.segment].hashes?.sha1[it.piece])
                send(.sampled(segment: it.segment, piece: it.piece, sha1: sha1.hexadecimal), name)
            }
        }
        try #require(table.samples.isEmpty)
    }

    /// Lets these members recheck all segments that they may, with the origin's bytes.
    mutating func recheckAll(by names: [Int]) {
        var isAny = true
        while isAny {
            isAny = false
            for name in names {
                guard let segment = claimRecheck(name) else { continue }
                isAny = true
                send(.have(segment: segment, hashes: hashes(segment)), name)
            }
        }
    }

    /// The hashes of a segment's pieces; they differ for each `kind` of bytes.
    func hashes(_ segment: Int, kind: UInt8 = 0) -> PieceHashes {
        PieceHashes(sha1: Array(repeating: Array(repeating: kind, count: 20), count: table.manifest.segments[segment].pieces))!
    }

    /// Advances by a second in which these members send heartbeats; the segments that they hold, and the pieces that they sample, grow.
    mutating func second(_ names: [Int], held: [Int: [Int]] = [:], sampled: [Int: [Int]] = [:]) {
        now += .seconds(1)
        let bytes = now.components.seconds
        for name in names {
            let segments = (held[name] ?? []).map { HeldSegment(segment: $0, bytes: bytes) }
            let samples = (sampled[name] ?? []).map { HeldSegment(segment: $0, bytes: bytes, isSample: true) }
            send(.renew(held: segments + samples, counts: FleetCounts()), name)
        }
    }

    /// Lets the members in turn claim and hash every segment.
    mutating func fetchAll(by names: [Int], kind: [Int: UInt8] = [:]) {
        var idle = 0
        var turn = 0
        while idle < names.count {
            let name = names[turn % names.count]
            turn += 1
            guard let segment = claim(name) else {
                idle += 1
                continue
            }
            idle = 0
            send(.have(segment: segment, hashes: hashes(segment, kind: kind[name] ?? 0)), name)
        }
    }
}
