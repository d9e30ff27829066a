import FetchTypes
import Storage

/// Makes one process of a machine the member of a fleet for the files of one folder. Others of that node wait until it has ended: a fleet
/// counts nodes, not processes.
struct NodeClaim {
    private let claim: ProcessClaim?

    /// - Parameters:
    ///   - name: of the fleet, the folder and the configured rank. Processes of other ranks are other nodes, although they share a machine.
    ///   - limit: how long to wait; nil for no bound.
    ///   - isDone: whether the files are there: then the other process only serves the fleet.
    ///   - onWait: called once before the wait.
    /// - Returns: nil where the files are there after a wait.
    /// - Throws: ``Failure`` of kind `locked` where the other process has not ended within the limit; `CancellationError`.
    static func take(_ name: String, limit: Seconds?, isDone: () -> Bool, onWait: () -> Void) async throws -> NodeClaim? {
        let started = ContinuousClock.now
        var hasWaited = false
        while true {
            if hasWaited, isDone() { return nil }
            switch ProcessClaim.attempt("fleet node " + name) {
            case .taken(let claim): return NodeClaim(claim: claim)
            case .unavailable: return NodeClaim(claim: nil)
            case .held: break
            }
            if !hasWaited { onWait() }
            hasWaited = true
            if let limit, (ContinuousClock.now - started) / .seconds(1) >= limit.value {
                throw Failure(
                    .locked, "another process of this node fetches these files with the fleet.",
                    why: "it did not finish within the \(Int(limit.value)) s that --wait allows.",
                    hint: "start one process on each node, or run the same command again later.")
            }
            // The system does not tell when a name is given back: it is tried again.
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Keeps the claim until `work` has ended.
    func hold<Result>(_ work: () async -> Result) async -> Result {
        defer { withExtendedLifetime(claim) {} }
        return await work()
    }
}
