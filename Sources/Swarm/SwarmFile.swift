import Fleet
import FetchTypes
import ModelSources
import Partials
import Storage
import Transfer

/// A file that is being transferred: its partial, and how its segments are written to it.
struct SwarmFile: Sendable {
    let planned: PlannedFile
    private(set) var work: TransferWork
    let links: SegmentLinks
    /// The piece length of its torrents in bytes.
    let pieceLength: Int64
    private let engine: BuiltinEngine

    private static let reportEvery = Duration.milliseconds(200)

    /// The maximum number of connections of all members to the origin.
    private static let connections = 16

    /// - Parameter members: the size of the fleet, which shares the connections to the origin.
    init(_ planned: PlannedFile, _ work: TransferWork, engine: BuiltinEngine, members: Int) {
        self.planned = planned
        self.work = work
        self.work.connections = max(1, min(work.connections, Self.connections / members))
        self.engine = engine
        links = SegmentLinks(work.partial.names)
        pieceLength = FleetManifest.pieceLength(for: planned.file.size ?? 0)
    }

    func hashing(_ bytes: Range<Int64>) -> PieceHashing { PieceHashing(work.partial, bytes, pieceLength: pieceLength) }

    /// Fetches a range from the origin, and hashes its pieces as they arrive.
    /// - Throws: ``FleetDataFault``, ``IOFault``, `CancellationError`.
    func fetch(_ bytes: Range<Int64>, report: @escaping @Sendable (Int64) -> Void) async throws -> [[UInt8]] {
        let meter = TransferMeter(partOf: work.meter)
        let fetcher = SegmentFetcher(planned, engine: engine, work: work)
        do {
            return try await withThrowingTaskGroup(of: [[UInt8]]?.self) { group in
                defer { group.cancelAll() }
                group.addTask {
                    try await fetcher.fetch(bytes, meter: meter)
                    return nil
                }
                group.addTask { try await hashing(bytes).follow() }
                group.addTask {
                    while true {
                        try await Task.sleep(for: Self.reportEvery)
                        report(meter.fetchedBytes)
                    }
                }
                while let result = try await group.next() {
                    guard let hashes = result else { continue }
                    report(meter.fetchedBytes)
                    return hashes
                }
                throw CancellationError()
            }
        } catch let fault as SegmentFault {
            throw FleetDataFault(fault)
        }
    }

    /// The segments that are complete in the partial.
    func whole(of segments: [FleetSegment]) -> [FleetSegment] {
        guard let map = work.partial.map else { return [] }
        return segments.filter { if case .range(_, let bytes) = $0.content { map.contains(bytes) } else { false } }
    }

    /// Hashes complete segments, so that they can be offered.
    /// - Throws: ``IOFault``, `CancellationError`.
    func present(_ whole: [FleetSegment]) async throws -> [(FleetSegment, PieceHashes)] {
        var present: [(FleetSegment, PieceHashes)] = []
        for segment in whole {
            guard case .range(_, let bytes) = segment.content, let hashes = PieceHashes(sha1: try await hashing(bytes).follow())
            else { continue }
            present.append((segment, hashes))
        }
        return present
    }

    /// Discards wrong bytes, so that they are fetched again.
    /// - Throws: ``IOFault``
    func forget(_ ranges: [Range<Int64>]) throws(IOFault) {
        guard let map = work.partial.map else { return }
        let pieces = Set(
            ranges.filter { !$0.isEmpty }.flatMap { Int($0.lowerBound / map.pieceLength)...Int(($0.upperBound - 1) / map.pieceLength) })
        guard !pieces.isEmpty else { return }
        try work.partial.forget(pieces.sorted())
        try work.partial.keepControlFile()
    }

    /// Records bytes that other members sent and whose piece hashes were verified.
    func note(_ range: Range<Int64>) {
        work.partial.note(written: range)
        work.meter.add(range.count)
    }
}
