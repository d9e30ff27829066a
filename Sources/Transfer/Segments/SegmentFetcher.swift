import Events
package import FetchTypes
import ModelSources
import Partials

/// Fetches ranges of one file from its origin for a fleet. Tries again where that may help at once; longer waits are the fleet's, which
/// has other members.
package struct SegmentFetcher: Sendable {
    /// Why a range could not be fetched here. Its result is in the partial.
    package enum Fault: Error, Sendable {
        /// The origin has too many to serve; the seconds that it asked to wait, where it said so.
        case refused(retryAfter: Double?)
        /// The origin cannot be reached from here, or does not serve the file.
        case lost(Failure)
    }

    /// Further tries in a row without a new byte.
    private static let tries = 2
    private static let pause = Duration.seconds(1)

    private let planned: PlannedFile
    private let engine: BuiltinEngine
    private let work: TransferWork

    package init(_ planned: PlannedFile, engine: BuiltinEngine, work: TransferWork) {
        self.planned = planned
        self.engine = engine
        self.work = work
    }

    /// - Parameter meter: counts the bytes of this range.
    /// - Throws: ``Fault``, `CancellationError`.
    package func fetch(_ range: Range<Int64>, meter: TransferMeter) async throws {
        var work = work
        work.meter = meter
        var futile = 0
        var hasFollowed = false
        while true {
            let before = meter.fetchedBytes
            do {
                return try await engine.fetch(range, of: work)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                try Task.checkCancellation()
                if meter.fetchedBytes > before {
                    futile = 0
                    await work.links.hasBroughtBytes()
                }
                if !hasFollowed, case TransferFault.refused(301...308, _, _) = error {
                    hasFollowed = true
                    if await work.links.follow() { continue }
                }
                futile += 1
                try await recover(from: error, futile: futile)
            }
        }
    }

    /// Returns when another try is worth it.
    private func recover(from error: any Error, futile: Int) async throws {
        let recovery = Recovery.from(
            error, file: planned, engine: .builtin, linkIsFresh: await work.links.isUntried, sizeIsPublished: planned.source != .direct)
        switch recovery {
        case .renew(let reason) where futile <= Self.tries: await work.links.drop(because: reason)
        case .renew(let reason): throw Fault.lost(Self.failure(reason, planned))
        case .retry(_, let asked, let failure):
            if case TransferFault.refused(429, _, _) = error { throw Fault.refused(retryAfter: asked?.value) }
            if case TransferFault.refused(503, _, _) = error { throw Fault.refused(retryAfter: asked?.value) }
            guard futile <= Self.tries else { throw Fault.lost(failure) }
            try await Task.sleep(for: Self.pause * futile)
        case .fail(let failure): throw Fault.lost(failure)
        case .startOver(let why), .useBuiltin(let why): throw Fault.lost(Self.failure(why, planned))
        }
    }

    private static func failure(_ why: String, _ planned: PlannedFile) -> Failure {
        Failure(.server, "\(planned.shown) could not be fetched in parts.", why: "\(why).", hint: "run the same command again later.")
    }
}
