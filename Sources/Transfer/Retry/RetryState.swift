import Events
import FetchTypes
import ModelSources
import Partials

/// What the faults of one transfer have come to so far, and the one place that decides what follows the next of them. Pure: it
/// reads no clock, does no I/O, and changes nothing but itself; ``TransferLoop`` obeys.
struct RetryState: Sendable {
    private let file: PlannedFile
    private let policy: RetryPolicy
    private var backoff: RetryBackoff
    /// From here on the builtin engine alone is good enough.
    private(set) var isBuiltinOnly = false
    /// How often the file was begun again.
    private var restarts = 0
    /// A page, or packed bytes, came instead of the file once.
    private var hasSeenPage = false
    /// How often in a row the server sent other ranges than were asked for.
    private var protocolViolations = 0
    /// How often in a row aria2c received nothing from a server that had just answered us.
    private var futileRuns = 0
    /// Bytes of the file that were there at best.
    private var furthest: Int64

    private static let futileRunsAllowed = 2
    private static let restartsAllowed = 3
    /// Connections that broke after receiving this much are made again without waiting. Bytes.
    static let minBytesForImmediateRetry: Int64 = 64 << 10

    /// - Parameter present: bytes of the file that are there already.
    init(_ file: PlannedFile, policy: RetryPolicy, present: Int64, now: ContinuousClock.Instant = .now) {
        self.file = file
        self.policy = policy
        backoff = RetryBackoff(policy, now: now)
        furthest = present
    }

    /// Whether the source itself says how large the file is.
    var sizeIsPublished: Bool { file.source != .direct }

    /// After a wrong checksum: one try with the engine whose every answer is looked at.
    mutating func beginClean(at now: ContinuousClock.Instant = .now) {
        isBuiltinOnly = true
        backoff.progressed(at: now)
        furthest = 0
    }

    /// What was there has been given up.
    mutating func forgetProgress() { furthest = 0 }

    /// Whether the answer to another request decides between two actions: see ``Observation/rangeServer``.
    static func wantsSecondOpinion(on error: any Error, present: Int64) -> Bool {
        if case TransferFault.rangesIgnored = error { present > 0 } else { false }
    }

    /// What is to be done after a try has ended with an error.
    mutating func action(after error: any Error, observing seen: Observation) -> RetryAction {
        let isProgress = noteProgress(seen)
        futileRuns = seen.hasBegun && seen.engine == .aria2 && !isProgress ? futileRuns + 1 : 0
        if isProgress, seen.fetchedInTry >= Self.minBytesForImmediateRetry, case TransferFault.network(let fault) = error,
            fault.kind == .dropped || fault.kind == .cut
        {
            return .reconnect(limit: policy.limit)
        }
        let error = Self.corrected(error, seen)
        // Storage that sends on: the way is walked here, where it is known what may go along.
        if seen.mayFollowRedirect, case TransferFault.refused(let status, _, _) = error, [301, 302, 303, 307, 308].contains(status) {
            return .followRedirect
        }
        if !hasSeenPage, let what = Recovery.mayBePassing(error) {
            hasSeenPage = true
            return .renewLink(reason: what)
        }
        let recovery = Recovery.from(
            error, file: file, engine: seen.engine, linkIsFresh: seen.linkIsFresh, sizeIsPublished: sizeIsPublished)
        switch recovery {
        case .fail(let failure): return .fail(failure)
        case .renew(let reason): return .renewLink(reason: reason)
        case .useBuiltin(let reason):
            // Bytes that an engine could not confirm have been given up.
            furthest = min(furthest, seen.present)
            return useBuiltin(reason)
        case .startOver(let why): return startOver(why)
        case .retry where futileRuns >= Self.futileRunsAllowed:
            return useBuiltin("aria2c gets nothing where this program is answered")
        case .retry(let reason, let asked, let failure):
            let pause = backoff.decide(
                reason, asked: asked, isRefusal: seen.fetched == 0 && Recovery.isPlainRefusal(error), limit: seen.timeLimit,
                failure: explained(failure, seen), now: seen.now, jitter: seen.jitter)
            switch pause {
            case .giveUp(let failure): return .fail(failure)
            case .pause(let pause): return abandonsRanges(after: error, seen) ? .abandonRanges(pause) : .pause(pause)
            }
        }
    }

    /// A server without ranges sends the same beginning over and over: that is no progress.
    private mutating func noteProgress(_ seen: Observation) -> Bool {
        guard seen.received > furthest else { return false }
        furthest = seen.received
        backoff.progressed(at: seen.now)
        protocolViolations = 0
        return true
    }

    /// One answer without the range that was asked for, out of many with theirs, is no reason to throw away what is there:
    /// the server is asked again.
    private static func corrected(_ error: any Error, _ seen: Observation) -> any Error {
        guard let host = seen.rangeServer, wantsSecondOpinion(on: error, present: seen.present) else { return error }
        return TransferFault.network(
            TransportFault(.malformed, host: host, detail: "it sent the whole file where a part was asked for"))
    }

    private mutating func useBuiltin(_ reason: String?) -> RetryAction {
        isBuiltinOnly = true
        return .useBuiltin(reason: reason)
    }

    private mutating func startOver(_ why: String) -> RetryAction {
        restarts += 1
        guard restarts <= Self.restartsAllowed else {
            return .fail(
                Failure(
                    .server, "\(file.shown) changes while it is being fetched.", why: "\(why).", hint: "try again when it has settled."))
        }
        furthest = 0
        return .startOver(why: why)
    }

    /// A server that sends other ranges than were asked for, again and again, is asked for the whole file, if that costs little
    /// of what is there.
    private mutating func abandonsRanges(after error: any Error, _ seen: Observation) -> Bool {
        guard case TransferFault.protocolViolation = error, seen.engine == .builtin else { return false }
        protocolViolations += 1
        guard protocolViolations == 2, let size = seen.size, seen.present <= size / 4 else { return false }
        furthest = 0
        return true
    }

    private func explained(_ failure: Failure, _ seen: Observation) -> Failure {
        var failure = failure
        // The source had answered before: the way is there, it is only not served now.
        if seen.fetched > 0 || seen.present > 0, failure.code == .unavailable { failure.code = .temporary }
        failure.cannotResume = seen.servesWholeOnly && seen.fetched > 0 && failure.fault != nil && policy.limit > 0
        return failure
    }
}
