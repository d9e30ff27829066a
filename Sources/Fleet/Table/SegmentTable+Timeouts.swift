/// What ends by itself when a member is silent.
extension SegmentTable {
    /// A claim expires unless it is renewed within this time.
    static let lease = Duration.seconds(4)
    /// The claims of a member that sends nothing for this time end.
    static let claimTimeout = Duration.seconds(3)
    /// A member that sends nothing for this time is gone.
    static let memberTimeout = Duration.seconds(5)

    /// Ends expired claims and rechecks that nobody can do, and removes members that timed out.
    mutating func tick(now: Duration) {
        for index in entries.indices {
            if let claim = entries[index].claim, claim.until <= now { entries[index].claim = nil }
            if let refetch = entries[index].refetch, refetch.until <= now { entries[index].refetch = nil }
        }
        for node in nodes.values where node.isAlive && now - node.lastHeard >= Self.claimTimeout {
            freeClaims(of: node.rank)
            guard now - node.lastHeard >= Self.memberTimeout else { continue }
            nodes[node.rank]?.isGone = true
            publish(.gone(rank: node.rank))
            release(node.rank)
        }
        endImpossibleRechecks()
        tickSamples(now: now)
        let rates = entries.reduce(0) { $0 + $1.fetchers.reduce(0) { $0 + $1.rate } } + samples.reduce(0) { $0 + ($1.claim?.rate ?? 0) }
        allowance.measure(rates: rates, inHand: claimsInHand, now: now)
    }
}
