package import Fleet
import FetchTypes
import Partials
import Storage
import Transfer

/// Offers files that this member had before the fleet started.
extension SwarmPlane {
    /// The result of verifying such files.
    package struct Seeds: Sendable {
        /// Complete segments with their hashes.
        package var present: [(FleetSegment, PieceHashes)]
        /// The SHA-256 of each file.
        package var digests: [Int: String]
    }

    /// Whether this member can send a segment to others: bundles always, ranges through its aria2c.
    package func canOffer(_ segment: FleetSegment) -> Bool { segment.isBundle || peers != nil }

    /// Verifies complete files, and adds them to the files that are offered.
    /// - Parameter segments: all segments of one file, or one bundle.
    /// - Returns: nil where one of the files does not match its digest, or cannot be offered.
    /// - Throws: ``IOFault``, `CancellationError`.
    package func seed(_ segments: [FleetSegment]) async throws -> Seeds? {
        guard let first = segments.first, end == nil, canOffer(first) else { return nil }
        return first.isBundle ? try await seedBundle(first) : try await seedFile(first.files.lowerBound, segments)
    }

    private func seedFile(_ index: Int, _ segments: [FleetSegment]) async throws -> Seeds? {
        guard seeds[index] == nil, let file = SeedFile(setup.planned[index]) else { return nil }
        // It cannot be offered without hard links, so that is tried before the file is read.
        guard try file.links.add(segments[0].index, control: nil) else { return nil }
        seeds[index] = file
        let length = FleetManifest.pieceLength(for: setup.manifest.files[index].size)
        let ranges = segments.compactMap { if case .range(_, let bytes) = $0.content { bytes } else { nil } }
        let pieces = ranges.map { bytes in
            stride(from: bytes.lowerBound, to: bytes.upperBound, by: Int(length)).map { $0..<min(bytes.upperBound, $0 + length) }
        }
        do {
            guard let found = try await verify(index, file, pieces.flatMap(\.self)) else {
                drop(index)
                return nil
            }
            var rest = found.pieces[...]
            let present = zip(segments, pieces).compactMap { segment, pieces -> (FleetSegment, PieceHashes)? in
                defer { rest = rest.dropFirst(pieces.count) }
                return PieceHashes(sha1: Array(rest.prefix(pieces.count))).map { (segment, $0) }
            }
            return Seeds(present: present, digests: [index: found.sha256])
        } catch {
            drop(index)
            throw error
        }
    }

    private func verify(
        _ index: Int, _ file: SeedFile, _ pieces: [Range<Int64>]
    ) async throws -> (pieces: [[UInt8]], sha256: String)? {
        if let found = try await file.verify(pieces) { return found }
        setup.warn(
            "\(setup.planned[index].target) is not offered to others: it has been changed since it was fetched (--force fetches it again)")
        return nil
    }

    private func drop(_ index: Int) { seeds.removeValue(forKey: index)?.links.removeAll() }

    private func seedBundle(_ bundle: FleetSegment) async throws -> Seeds? {
        var bytes: [UInt8] = []
        var sha1: [[UInt8]] = []
        var digests: [Int: String] = [:]
        for index in bundle.files {
            guard let file = SeedFile(setup.planned[index]),
                let found = try await verify(index, file, [0..<setup.manifest.files[index].size])
            else { return nil }
            bytes += try file.read()
            sha1 += found.pieces
            digests[index] = found.sha256
        }
        guard let hashes = PieceHashes(sha1: sha1) else { return nil }
        try bundles.write(bytes, of: bundle)
        arrived.insert(bundle.index)
        return Seeds(present: [(bundle, hashes)], digests: digests)
    }
}
