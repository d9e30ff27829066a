import Aria2
import FetchTypes
package import Fleet
import Partials
import Storage
import Torrent
import Transfer

/// Transfers segments from the origin and from other members, and offers them.
extension SwarmPlane {
    package func fetch(_ segment: FleetSegment, report: @escaping @Sendable (_ bytes: Int64) -> Void) async throws -> PieceHashes {
        await waitForDiscards(of: [segment])
        switch segment.content {
        case .bundle(let members):
            let parts = try await BundleFetch(files: Array(setup.planned[members]), client: setup.client).run(report: report)
            do throws(IOFault) {
                try bundles.write(Array(parts.joined()), of: segment)
            } catch {
                for file in members { fail(file, error) }
                throw FleetDataFault.originLost(error.failure)
            }
            note(segment)
            return PieceHashes(sha1: parts.map(PieceHashing.hash))!
        case .range(let file, let bytes):
            guard let opened = files[file] else { throw FleetDataFault.originLost(Self.notOpen(setup.planned[file])) }
            do {
                let hashes = try await opened.fetch(bytes, report: report)
                note(segment)
                return PieceHashes(sha1: hashes)!
            } catch let fault as IOFault {
                fail(file, fault)
                throw FleetDataFault.originLost(fault.failure)
            }
        }
    }

    package func sample(
        _ segment: FleetSegment, piece: Int, report: @escaping @Sendable (_ bytes: Int64) -> Void
    ) async throws -> [UInt8] {
        let file = segment.files.lowerBound
        guard let opened = files[file], let bytes = setup.manifest.bytes(of: piece, in: segment) else {
            throw FleetDataFault.originLost(Self.notOpen(setup.planned[file]))
        }
        let fetch = PieceFetch(planned: opened.planned, links: opened.work.links, client: setup.client)
        let content = try await fetch.run(bytes)
        report(Int64(content.count))
        opened.work.meter.add(content.count, isRepeat: true)
        return PieceHashing.hash(content)
    }

    private static func notOpen(_ file: PlannedFile) -> Failure {
        Failure(.server, "\(file.shown) is not being fetched here.", hint: "run the same command again.")
    }

    package func offer(_ segment: FleetSegment, _ hashes: PieceHashes) async {
        guard case .range(let file, _) = segment.content, let links = files[file]?.links ?? seeds[file]?.links, let peers else { return }
        if await peers.has(segment.index) { return await peers.offer(segment.index) }
        guard let torrent = torrent(segment, hashes) else { return }
        do {
            _ = try await begin(segment, torrent, links, having: nil, owners: [])
            await peers.offer(segment.index)
        } catch {
            // Other members get it elsewhere. A lost aria2c is reported when this member obtains its next segment.
        }
    }

    package func obtain(
        _ segment: FleetSegment, _ hashes: PieceHashes, from owners: [FleetPeer], report: @escaping @Sendable (_ bytes: Int64) -> Void
    ) async throws {
        guard case .range(let file, let bytes) = segment.content, let opened = files[file],
            let torrent = torrent(segment, hashes)
        else { throw FleetDataFault.noPeers }
        await waitForDiscards(of: [segment])
        do {
            let (good, wrong) = try await opened.hashing(bytes).compare(with: hashes.sha1)
            try opened.forget(wrong)
            guard good.contains(false) else { return note(segment) }
            let statuses = try await begin(segment, torrent, opened.links, having: good, owners: owners.map(\.rank))
            try await follow(statuses, of: torrent, into: opened, having: good, report: report)
            await peers?.offer(segment.index)
            note(segment)
        } catch let fault as IOFault {
            await withdraw(segment.index)
            fail(file, fault)
            throw FleetDataFault.noPeers
        } catch {
            await withdraw(segment.index)
            opened.links.remove(segment.index)
            throw error
        }
    }

    /// The torrent of a segment; nil where the hashes do not fit its pieces.
    private func torrent(_ segment: FleetSegment, _ hashes: PieceHashes) -> SegmentTorrent? {
        guard case .range(let file, let bytes) = segment.content else { return nil }
        let size = setup.manifest.files[file].size
        return SegmentTorrent(
            name: SegmentLinks.name(segment.index), fileLength: size, pieceLength: FleetManifest.pieceLength(for: size), segment: bytes,
            hashes: hashes.sha1, salt: setup.salt)
    }

    /// Adds a segment to aria2c.
    /// - Parameter having: whether each of its pieces is complete; nil: the whole file is.
    /// - Throws: ``FleetDataFault/noPeers`` where this member cannot exchange it; ``IOFault``.
    private func begin(
        _ segment: FleetSegment, _ torrent: SegmentTorrent, _ links: SegmentLinks, having: [Bool]?, owners: [Int]
    ) async throws -> PeerEngine.StatusStream {
        // A file that was closed meanwhile, or the end of the fleet, has removed the links: none is made after that.
        guard let peers, end == nil, segment.files.contains(where: { files[$0] != nil || seeds[$0] != nil }) else {
            throw FleetDataFault.noPeers
        }
        let first = torrent.pieces.lowerBound
        guard try links.add(segment.index, control: having.map { good in torrent.control { good[$0 - first] } }) else {
            warnOnce("\(Path.parent(links.folder)) has no hard links: this member gets the rest from the origin")
            throw FleetDataFault.noPeers
        }
        infoHashes[segment.index] = torrent.infoHash
        tracker?.add(torrent.infoHash, owners: Set(owners))
        do {
            return try await peers.add(
                segment.index, torrent, folder: links.folder, name: SegmentLinks.name(segment.index))
        } catch let fault as PeerEngine.Fault {
            links.remove(segment.index)
            switch fault {
            case .lost: warnOnce("this member gets the rest from the origin: \(fault)")
            case .failed: warnOnce("this member gets a segment from the origin: \(fault)")
            }
            throw FleetDataFault.noPeers
        }
    }

    /// Records received pieces until the segment is complete.
    /// - Throws: `CancellationError`; ``FleetDataFault/noPeers`` where aria2c reports an error or has ended.
    private func follow(
        _ statuses: PeerEngine.StatusStream, of torrent: SegmentTorrent, into file: SwarmFile, having good: [Bool],
        report: @Sendable (Int64) -> Void
    ) async throws {
        var good = good
        let outside = torrent.fileLength - Int64(torrent.segment.count)
        for await status in statuses {
            if status.state?.isFinal == true, status.state != .complete { throw FleetDataFault.noPeers }
            if let completed = status.completedLength { report(max(0, completed - outside)) }
            guard let bits = status.bitfield, bits.count > torrent.pieces.upperBound - 1 else { continue }
            for (offset, piece) in torrent.pieces.enumerated() where bits[piece] && !good[offset] {
                good[offset] = true
                let start = Int64(piece) * torrent.pieceLength
                let range = start..<min(start + torrent.pieceLength, torrent.segment.upperBound)
                file.note(range)
                received.add(Int64(range.count))
            }
            if !good.contains(false) { return }
        }
        try Task.checkCancellation()
        throw FleetDataFault.noPeers
    }

    package func read(_ bundle: FleetSegment) async throws -> [UInt8] { try bundles.read(bundle) }

    package func write(_ bundle: FleetSegment, _ bytes: [UInt8]) async throws {
        do throws(IOFault) {
            try bundles.write(bytes, of: bundle)
        } catch {
            for file in bundle.files { fail(file, error) }
            throw error
        }
        note(bundle)
    }
}
