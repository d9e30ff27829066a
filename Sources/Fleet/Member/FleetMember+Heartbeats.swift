import FetchTypes

extension FleetMember {
    /// Sends a message to the coordinator.
    /// - Returns: nil where it does not answer, or does not coordinate any more.
    func send(_ message: FleetMessage) async -> FleetReply? {
        guard isJoined, let leader else { return nil }
        do {
            let reply = try await client.send(message, to: leader.place, epoch: leader.epoch)
            guard self.leader == leader else { return nil }
            lastReply = .now
            if reply == .unknown { isJoined = false }
            return reply
        } catch {
            // Another coordinator has replaced it, or it has stopped coordinating.
            if error == .stale, self.leader == leader { isJoined = false }
            return nil
        }
    }

    /// Sends a message until a coordinator has answered it.
    /// - Returns: nil once the fleet has ended for this node.
    func sendUntilAnswered(_ message: FleetMessage) async throws -> FleetReply? {
        while !isOver {
            if let reply = await send(message), reply != .unknown { return reply }
            try await Task.sleep(for: .milliseconds(200))
        }
        return nil
    }

    /// Renews this member's claims every second, and notices when the coordinator is lost.
    func sendHeartbeats() async throws -> FleetOutcome? {
        let started = ContinuousClock.now
        var hasReportedAlone = false
        while true {
            // The process that locks such a file may not be a member.
            if .now - started > settings.joinTimeout { expected = [] }
            if !isJoined {
                try await rejoin()
            } else if case .renewed(_, let status) = await send(.renew(held: await held, checking: checkingSpans, counts: await counts())) {
                // A segment whose claim was lost is fetched to its end anyway: the coordinator accepts whoever finishes first.
                if status.counts.origin != self.status.counts.origin { originGrewAt = .now }
                self.status = status
                tell(.status(status))
            } else if .now - lastReply > Self.leaderTimeout {
                isJoined = false
                continue
            }
            await requestHandler.coordinator?.tick()
            if !hasSeenOthers, !hasReportedAlone, .now - started > settings.joinTimeout, !isAllDone {
                hasReportedAlone = true
                try reportAlone()
            }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// Reports that no node has joined this coordinator. It continues, and others may still join.
    private func reportAlone() throws(Failure) {
        let why = "no other node has joined for \(settings.joinText)"
        if settings.isRequired { throw Self.aloneFailure(why) }
        let next =
            refused.isEmpty
            ? "goes on alone, from the origin; others may still join" : "waits for one that may fetch what this one may not"
        tell(.warning(kind: "fleet", message: "\(why): this node \(next)."))
    }

    /// The segments that this member fetches from the origin for the fleet now, or compares a piece of.
    var held: [HeldSegment] {
        get async {
            let isLimited = await plane.isLimited
            func held(_ running: [Int: SegmentProgress], isSample: Bool) -> [HeldSegment] {
                running.map {
                    HeldSegment(
                        segment: $0.key, bytes: $0.value.bytes, rate: $0.value.rate, isLimited: isLimited, isSample: isSample)
                }
            }
            return held(fetching.filter { isShared($0.key) }, isSample: false) + held(sampling, isSample: true)
        }
    }

    /// The bytes that this member has transferred so far.
    func counts() async -> FleetCounts {
        let traffic = await plane.traffic
        let running = (Array(fetching.values) + sampling.values).reduce(0) { $0 + $1.bytes }
        return FleetCounts(
            origin: originBytes + running, peers: traffic.downloaded + bundleBytes,
            uploaded: traffic.uploaded + (await requestHandler.uploaded), peerRate: traffic.downloadRate)
    }
}
