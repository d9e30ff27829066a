package import Curl
package import Events
package import FetchKit
package import FetchTypes
package import Partials
package import Queue

/// A job as it is handed to the code that runs an `add` line.
package struct JobAssignment: Sendable {
    package let record: JobRecord
    /// Tokens and the like that the record does not hold, by variable.
    package let secrets: [String: String]
    /// The job's own ceiling, within the worker's.
    package let limiter: RateLimiter
    package let runtime: FetchRuntime
    /// The path of the job's log.
    package let log: String
    /// To be told every event.
    package let onEvent: EventSink
    /// To be told each reference's final paths.
    package let onPaths: @Sendable ([String]) -> Void
    /// To be told where a file's bytes are gathered, before they come.
    package let onPartial: @Sendable (FileTag, PartialNames) -> Void
}

/// What running a job's line came to.
package struct JobOutcome: Sendable {
    /// The exit code that `add` would have.
    package var code: Int32
    /// What decided it; nil with code 0.
    package var failure: Failure?
    /// Bytes that came over the network.
    package var fetched: Int64

    package init(code: Int32, failure: Failure? = nil, fetched: Int64 = 0) {
        self.code = code
        self.failure = failure
        self.fetched = fetched
    }

    package init(_ outcome: Batch.Outcome) {
        let failures = outcome.results.compactMap { result in if case .failed(let failure) = result { failure } else { nil } }
        self.init(
            code: outcome.summary.code,
            failure: failures.first { $0.code.rawValue == outcome.summary.code } ?? failures.first ?? outcome.fault,
            fetched: outcome.summary.fetched)
    }

    package init(_ failure: Failure) { self.init(code: failure.code.rawValue, failure: failure) }
}

/// Runs a job's `add` line; ends within moments when the task is cancelled.
package typealias JobLineRunner = @Sendable (JobAssignment) async -> JobOutcome
