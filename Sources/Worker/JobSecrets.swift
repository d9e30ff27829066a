import Queue
import Synchronization

/// Values that jobs need and that must not be written down, in this process's memory alone.
final class JobSecrets: Sendable {
    private struct State {
        var jobs: [JobNumber: [String: String]] = [:]
        var lastGiven: ContinuousClock.Instant?
    }
    private let state = Mutex(State())
    /// What the worker's own environment has, where a person started it.
    private let common: [String: String]

    init(common: [String: String]) { self.common = common }

    func give(_ values: [String: String], to jobs: [JobNumber]) {
        state.withLock { state in
            for job in jobs { state.jobs[job] = values }
            state.lastGiven = .now
        }
    }

    /// - Parameter needed: the names of the variables that the job was added with.
    /// - Returns: nil where one of them was lost, and the user has not said since that the job runs without it.
    func values(for job: JobNumber, needed: [String]) -> [String: String]? {
        let given = state.withLock { $0.jobs[job] }
        let all = common.merging(given ?? [:]) { $1 }
        guard given != nil || needed.allSatisfy({ all[$0] != nil }) else { return nil }
        return all.filter { needed.contains($0.key) || given?[$0.key] != nil }
    }

    func forget(_ job: JobNumber) { state.withLock { _ = $0.jobs.removeValue(forKey: job) } }

    /// Whether values arrived a moment ago whose job may be about to follow.
    var isExpectingJob: Bool { state.withLock { $0.lastGiven.map { ContinuousClock.now - $0 < .seconds(1) } ?? false } }
}
