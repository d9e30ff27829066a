import FetchTypes

/// Files that the origin does not give to this node, because it has no token for them: it gets them from the other members only.
extension FleetMember {
    /// Whether this node may ask the origin for the segment.
    func mayFetch(_ segment: FleetSegment) -> Bool { refused.isEmpty || !segment.files.contains { refused[$0] != nil } }

    /// The refused files, and those that are in a bundle with one of them: a bundle is fetched whole, so no part of it can come from here.
    static func widened(_ refused: [Int: Failure], _ manifest: FleetManifest) -> [Int: Failure] {
        var all = refused
        for (file, failure) in refused {
            for other in manifest.segments(of: file).first?.files ?? file..<file + 1 where all[other] == nil {
                all[other] = failure.adding(why: "files that are sent together with it are refused too")
            }
        }
        return all
    }

    /// Called when the origin has refused a segment to this node: it asks for none of those files again, and the coordinator knows it.
    func refuse(_ segment: FleetSegment, _ failure: Failure) async {
        guard mayFetch(segment) else { return }
        for file in segment.files { refused[file] = failure }
        giveUpWhereNothingIsExchanged()
        _ = await send(.inaccessible(files: Set(refused.keys).spans))
    }

    /// A node that exchanges no ranges cannot get large files without the origin.
    func giveUpWhereNothingIsExchanged() {
        guard server != nil, dataPort == 0 else { return }
        for (file, failure) in refused where manifest.segments(of: file).first?.isBundle == false {
            giveUp(file, failure, "without aria2c and hard links, this node cannot get it from the other nodes")
        }
    }

    /// Called when the other members did not deliver a segment of a refused file: it is tried again, but not without end.
    func noteStall(of segment: FleetSegment) async {
        let received = await plane.traffic.downloaded + bundleBytes
        guard let first = firstStall, first.received == received else {
            firstStall = (.now, received)
            return
        }
        guard .now - first.time > settings.accessTimeout else { return }
        for file in segment.files { refused[file].map { giveUp(file, $0, "the other nodes do not deliver it") } }
    }

    /// Ends refused files that no member gets from the origin.
    func watchRefused() async throws -> FleetOutcome? {
        var since: [Int: ContinuousClock.Instant] = [:]
        while true {
            try await Task.sleep(for: .milliseconds(250))
            // Where all nodes are there, none that could fetch it is awaited.
            let limit = status.present >= manifest.members ? Self.settlingTime : settings.accessTimeout
            for (file, failure) in refused {
                guard isJoined, status.refused.contains(where: { $0.contains(file) }), opened.contains(file), !settledFiles.contains(file),
                    isIncomplete(file)
                else {
                    since[file] = nil
                    continue
                }
                let start = since[file] ?? .now
                since[file] = start
                if .now - start >= limit { giveUp(file, failure, "no other node of the fleet may fetch it") }
            }
        }
    }

    /// Members that are all there have said within this time what they may fetch and what they have.
    private static let settlingTime = Duration.seconds(3)

    /// Whether a segment of the file is neither here nor at another member.
    private func isIncomplete(_ file: Int) -> Bool {
        manifest.segments(of: file).contains { localSegments[$0.index] == nil && known[$0.index] == nil }
    }

    private func giveUp(_ file: Int, _ failure: Failure, _ why: String) {
        settledFiles.insert(file)
        addJob.yield(.giveUp(file, failure.adding(why: why)))
    }
}
