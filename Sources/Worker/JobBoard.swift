package import Events
import FetchTypes
package import Partials
package import Queue
import Synchronization

/// Gathers what a job's events say into its progress. Called from any task.
package final class JobBoard: Sendable {
    private struct File {
        var file: JobFile
        var rate = 0.0
        var resumed: Int64 = 0
        var isStarted = false

        /// Nothing moves any more.
        mutating func stop() { (rate, file.connections) = (0, 0) }
    }

    private struct State {
        var order: [String] = []
        var files: [String: File] = [:]
        var renewals = 0
        var retries = 0
    }

    private let state = Mutex(State())
    /// What earlier runs of the job came to.
    private let before: JobProgress
    private let began = ContinuousClock.now
    /// Where earlier runs gathered the bytes of files, by the final path.
    private let partials: [String: String]

    /// - Parameter before: the job's progress so far.
    package init(before: JobProgress) {
        self.before = before
        partials = Dictionary(before.files.compactMap { file in file.partial.map { (file.path, $0) } }, uniquingKeysWith: { $1 })
    }

    /// Called before a file's first byte moves.
    /// - Parameter partial: where its bytes are gathered.
    package func note(_ tag: FileTag, partial: PartialNames) {
        state.withLock { state in
            change(&state, tag) { $0.file.partial = partial == PartialNames(target: tag.path) ? nil : partial.data }
        }
    }

    package func handle(_ event: Event) {
        state.withLock { state in
            switch event {
            case .resolved(let tag, let it):
                if state.files[tag.id] == nil { state.order.append(tag.id) }
                var file = JobFile(path: tag.path, size: it.size.map { ByteCount(clamping: $0) })
                file.partial = partials[tag.path]
                state.files[tag.id] = File(file: file)
            case .skipped(let tag, let reason, let size, _):
                change(&state, tag) { file in
                    file.file.state = .skipped
                    guard reason == .complete else { return }
                    file.file.size = size.map { ByteCount(clamping: $0) } ?? file.file.size
                    file.file.received = file.file.size ?? .zero
                }
            case .started(let tag, let engine, let connections, let resumed, let size):
                change(&state, tag) { file in
                    file.file.state = .fetching
                    file.file.connections = connections
                    file.file.engine = engine.rawValue
                    file.file.size = size.map { ByteCount(clamping: $0) } ?? file.file.size
                    if !file.isStarted { (file.resumed, file.isStarted) = (resumed, true) }
                    file.file.received = ByteCount(clamping: resumed)
                }
            case .progress(let tag, let it):
                change(&state, tag) { file in
                    if file.file.state == .waiting { file.file.state = .fetching }
                    file.file.received = ByteCount(clamping: it.received)
                    file.file.size = it.size.map { ByteCount(clamping: $0) } ?? file.file.size
                    file.rate = it.rate
                    file.file.connections = it.connections
                }
            case .failover(let tag, _, let to, _): change(&state, tag) { $0.file.engine = to.rawValue }
            case .verifying(let tag, _, _):
                change(&state, tag) { file in
                    file.file.state = .verifying
                    file.stop()
                }
            case .finished(let tag, let it):
                change(&state, tag) { file in
                    file.file.state = .done
                    file.file.engine = it.engine.rawValue
                    (file.file.size, file.file.received) = (ByteCount(clamping: it.size), ByteCount(clamping: it.size))
                    file.stop()
                }
            case .failed(let tag, let failure, let kept):
                change(&state, tag) { file in
                    file.file.state = failure.kind == .interrupted ? .waiting : .failed
                    file.file.received = ByteCount(clamping: kept)
                    file.stop()
                }
            case .renewed: state.renewals += 1
            case .retrying: state.retries += 1
            case .planned, .waiting, .verified, .warning, .fleet, .summary: break
            }
        }
    }

    private func change(_ state: inout State, _ tag: FileTag, _ body: (inout File) -> Void) {
        guard var file = state.files[tag.id] else { return }
        body(&file)
        state.files[tag.id] = file
    }

    /// - Parameter fetched: bytes that came over the network in this run, once that is known exactly.
    package func progress(fetched: Int64? = nil) -> JobProgress {
        state.withLock { state in
            var progress = before
            progress.renewals += state.renewals
            progress.retries += state.retries
            progress.seconds += (ContinuousClock.now - began) / .seconds(1)
            let files = state.order.compactMap { state.files[$0] }
            // Until the references have been resolved, what was known before is the best there is.
            guard !files.isEmpty else {
                (progress.rate, progress.eta) = (nil, nil)
                return progress
            }
            progress.files = files.map(\.file)
            progress.received = files.map(\.file.received).total
            let sizes = files.map(\.file.size)
            progress.size = sizes.contains(nil) ? nil : sizes.compactMap(\.self).total
            let came = fetched ?? files.reduce(0) { $0 + ($1.isStarted ? max(0, $1.file.received.bytes - $1.resumed) : 0) }
            progress.fetched = before.fetched + ByteCount(clamping: came)
            let rate = files.reduce(0) { $0 + ($1.file.state == .fetching ? $1.rate : 0) }
            progress.rate = rate >= 1 ? ByteCount(clamping: Int64(min(rate, 1e15))) : nil
            progress.eta = progress.size.flatMap { size in
                rate >= 1 ? Seconds(Double(max(0, size.bytes - progress.received.bytes)) / rate) : nil
            }
            return progress
        }
    }
}
