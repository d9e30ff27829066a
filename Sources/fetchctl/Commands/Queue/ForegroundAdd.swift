import Curl
import FetchKit
import FetchTypes
import ModelReference
import Queue
import Storage
import Transfer
import Worker

/// A foreground `add` in the queue while it runs.
struct ForegroundAdd {
    let context: Context
    let session: FetchSession
    let typed: AddOptions
    let request: AddRequest
    /// What is run when it has ended.
    let hooks: JobHooks

    /// Puts it there. A queue that cannot be written costs one warning, never the download.
    /// - Parameter limiter: the ceiling of its rate.
    /// - Returns: nil where it is not a job: a dry run, or without a queue.
    func begin(_ limiter: RateLimiter) -> ForegroundJob? {
        guard !typed.dryRun, let folder = QueueFolder(environment: context.environment) else { return nil }
        do throws(Failure) {
            return try ForegroundJob.begin(QueueStore(folder), limiter: limiter) { number in
                var record = JobRecord(
                    number: number, line: line, references: request.requests.map { $0.name ?? $0.reference.shown },
                    directory: typed.place.dir.map { Path.absolute($0) } ?? request.options.defaultDirectory, created: .now)
                record.limitRate = request.limitRate
                record.hooks = hooks
                return record
            }
        } catch {
            session.warn("state", "this download is not in the queue: \(error.why ?? error.message)")
            return nil
        }
    }

    /// What is written down of the line. Where a word could hold a secret, no word is.
    private var line: JobLine {
        let words = context.arguments.values.dropFirst().map(LineSecrets.kept(_:))
        let isPlain = words.allSatisfy { word in !word.contains("?") && !word.contains("@") }
        let isSafe = isPlain && !context.arguments.heldSecret && typed.header.isEmpty && typed.inputFile == nil
        return .typed(isSafe ? words : nil, context.environment, sources: request.sources)
    }
}
