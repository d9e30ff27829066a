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
        /// Bytes that came before the line was run again.
        var earlier: Int64 = 0

        /// Bytes that came over the network.
        var fetched: Int64 { earlier + (isStarted ? max(0, file.received.bytes - resumed) : 0) }

        /// Nothing moves any more.
        mutating func stop() { (rate, file.connections) = (0, 0) }
    }

    private struct State {
        var order: [String] = []
        var files: [String: File] = [:]
        var renewals = 0
        var retries = 0
        /// Seconds in which it ran until it was paused, and since when it runs; nil while it is paused.
        var seconds = 0.0
        var runsSince: ContinuousClock.Instant? = .now
    }

    private let state = Mutex(State())
    /// What earlier runs of the job came to.
    private let before: JobProgress
    /// What earlier runs knew of files, by the final path.
    private let known: [String: JobFile]

    /// - Parameter before: the job's progress so far.
    package init(before: JobProgress) {
        self.before = before
        known = Dictionary(before.files.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
    }

    /// Notes that the job is paused or resumed. Time in which it is paused does not count as running time.
    package func setPaused(_ isPaused: Bool) {
        state.withLock { state in
            let now = ContinuousClock.now
            if isPaused, let since = state.runsSince { state.seconds += (now - since) / .seconds(1) }
            state.runsSince = isPaused ? nil : state.runsSince ?? now
        }
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
            case .resolved(let tag, let it): add(&state, tag, size: it.size)
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
                    // Only whole files are verified.
                    if let size = file.file.size { file.file.received = size }
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

    /// A file is named for the first time, or again.
    private func add(_ state: inout State, _ tag: FileTag, size: Int64?) {
        let last = state.files[tag.id]
        if last == nil { state.order.append(tag.id) }
        let known = last?.file ?? known[tag.path]
        var file = JobFile(path: tag.path, size: size.map { ByteCount(clamping: $0) })
        file.partial = known?.partial
        // What is there of it stays there, until its transfer says otherwise.
        if let known, known.size == file.size { (file.received, file.engine) = (known.received, known.engine) }
        state.files[tag.id] = File(file: file, earlier: last?.fetched ?? 0)
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
            progress.seconds += state.seconds + (state.runsSince.map { (ContinuousClock.now - $0) / .seconds(1) } ?? 0)
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
            let came = fetched ?? files.reduce(0) { $0 + $1.fetched }
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
