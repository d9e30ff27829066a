import Testing

@testable import Fleet

@Suite struct SupersedingTests {
    /// Another member that has reported a segment.
    struct Other: Sendable {
        var dataPort = 7701
        var isExcluded = false
        /// The data port of the member that fetches the segment.
        var ownPort = 7702
        var isRefetch = false
        var ends: Bool
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            Other(ends: true),
            Other(isRefetch: true, ends: false),
            Other(isExcluded: true, ends: false),
            Other(dataPort: 0, ends: false),
            Other(ownPort: 0, ends: false),
        ])
    func aTransferEndsOnceAnotherMemberDeliversTheSegment(_ other: Other) async throws {
        let manifest = try FleetManifest(files: [FleetFile(name: "0", size: 32 << 20, sha256: nil)], members: 2)
        // A transfer that is not ended takes an hour where it should be, and no time otherwise.
        var script = FakePlane.Script()
        script.fetchTime = other.ends ? .seconds(3600) : .milliseconds(300)
        let node = try FleetMemberTests.Node(FakeWorld(manifest), port: 1, script: script)
        let segment = manifest.segments[0]
        await node.member.learn(segment, FakeWorld(manifest).hashes(segment, kind: 0), other)
        let transfer = Task { try await node.member.fetch(segment, SegmentProgress(), unlessKnown: !other.isRefetch) }
        switch await transfer.result {
        case .success: #expect(!other.ends)
        case .failure(let error): #expect(other.ends && error is CancellationError)
        }
    }
}

extension FleetMember {
    fileprivate func learn(_ segment: FleetSegment, _ hashes: PieceHashes, _ other: SupersedingTests.Other) {
        dataPort = other.ownPort
        rank = 0
        peers[1] = FleetPeer(rank: 1, address: "127.0.0.1", controlPort: 1, dataPort: other.dataPort, mark: "")
        known[segment.index] = Known(hashes: hashes, keeper: 1, owners: [1])
        if other.isExcluded { excluded = [1] }
    }
}
