import Events
import FetchKit
import FetchTypes

/// Failures of requests that were refused before the batch.
extension FetchSession {
    /// Tells what was refused, and counts it.
    func tell(_ refused: [(name: String, path: String, failure: Failure)], in outcome: inout Batch.Outcome) {
        for (name, path, failure) in refused {
            show(.failed(FileTag(ref: name, path: path), failure, keptBytes: 0))
            outcome.results.append(.failed(failure))
            outcome.summary.failed += 1
            if outcome.summary.code == 0 { outcome.summary.code = failure.code.rawValue }
        }
    }
}
