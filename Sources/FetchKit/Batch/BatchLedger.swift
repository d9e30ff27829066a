import Events
import FetchTypes
import Synchronization

/// Keeps count of a batch: which files of which request are settled, and how.
final class BatchLedger: Sendable {
    enum Settled {
        case finished
        case skipped
        case planned
    }

    private struct Entry {
        var open = 1
        var paths: [String] = []
        var failure: Failure?
        var isOptional = false
        var isPlanned = false
        /// What is still to be done once every file is settled.
        var closing: Closing?
        /// Some thread is at that.
        var isClosing = false
        var isClosed = false
    }

    /// Told whether every file of the request is there.
    typealias Closing = @Sendable (_ isWhole: Bool) throws(Failure) -> Void

    private struct State {
        var entries: [Entry]
        var reported = 0
        /// Some thread tells results: what others add meanwhile it tells too, so that they are told one by one and in order.
        var isTelling = false
        /// Some request waits for another reference.
        var hasPassed = false
        /// Why the batch failed as a whole, though all that was asked for may be there.
        var fault: Failure?
        var summary = Event.Summary(code: 0)
    }

    private let state: Mutex<State>
    private let onResult: @Sendable (Int, Batch.Result) -> Void

    init(count: Int, onResult: @escaping @Sendable (Int, Batch.Result) -> Void) {
        state = Mutex(State(entries: Array(repeating: Entry(), count: count)))
        self.onResult = onResult
    }

    /// The request has that many files.
    /// - Parameter closing: run once when all of them are settled, before that is reported.
    /// - Parameter paths: what stands for it in the end: its files, or the folder that holds them all.
    func expect(_ index: Int, files: Int, paths: [String], closing: Closing? = nil) {
        // With no file at all it is settled by this.
        change { state in
            state.entries[index].open = files
            state.entries[index].paths = paths
            state.entries[index].closing = closing
        }
    }

    func settle(_ index: Int, _ outcome: FileJob.Outcome, fetched: Int64 = 0) {
        switch outcome {
        case .finished: settle(index, .finished, fetched)
        case .skipped: settle(index, .skipped, fetched)
        }
    }

    func settle(_ index: Int, _ how: Settled) { settle(index, how, 0) }

    private func settle(_ index: Int, _ how: Settled, _ fetched: Int64) {
        change { state in
            state.entries[index].open -= 1
            state.summary.fetched += fetched
            switch how {
            case .finished: state.summary.finished += 1
            case .skipped: state.summary.skipped += 1
            case .planned: state.entries[index].isPlanned = true
            }
        }
    }

    /// Why the source does not allow the request, once one of its files has found out: the others need not ask.
    func refusal(_ index: Int) -> Failure? {
        state.withLock { $0.entries[index].failure }.flatMap { $0.code == .notAllowed ? $0 : nil }
    }

    func addFetched(_ bytes: Int64) { state.withLock { $0.summary.fetched += bytes } }

    /// A file of the request, or all of it, cannot be fetched. The first failure of a request is its failure.
    /// - Parameter isWhole: nothing of the request is open any more.
    func fail(_ index: Int, _ failure: Failure, isWhole: Bool = false) {
        change { state in
            state.summary.failed += 1
            state.entries[index].open = isWhole ? 0 : state.entries[index].open - 1
            if state.entries[index].failure == nil { state.entries[index].failure = failure }
        }
    }

    /// The same, of a request that may be missing.
    func miss(_ index: Int, _ failure: Failure, isWhole: Bool = false) {
        change { state in
            state.summary.skipped += 1
            state.entries[index].open = isWhole ? 0 : state.entries[index].open - 1
            state.entries[index].isOptional = true
            if state.entries[index].failure == nil { state.entries[index].failure = failure }
        }
    }

    /// The batch as a whole has failed, whatever its requests came to.
    /// - Returns: false where a request's own failure has said so.
    func fail(with failure: Failure) -> Bool {
        state.withLock { state in
            guard state.fault == nil, state.entries.allSatisfy({ $0.failure == nil }) else { return false }
            state.fault = failure
            state.summary.failed += 1
            return true
        }
    }

    /// Whether some request failed that another reference may still download.
    var hasPassed: Bool { state.withLock { $0.hasPassed } }

    /// The same, of a request that another reference may still download: it does not count yet.
    func pass(_ index: Int, _ failure: Failure, isWhole: Bool = false) {
        change { state in
            state.hasPassed = true
            state.entries[index].open = isWhole ? 0 : state.entries[index].open - 1
            state.entries[index].isOptional = true
            if state.entries[index].failure == nil { state.entries[index].failure = failure }
        }
    }

    /// Closes the requests that have become settled, and reports what has become known, in order.
    private func change(_ body: (inout sending State) -> Void) {
        let settled = state.withLock { state in
            body(&state)
            var settled: [(Int, Closing, Bool)] = []
            for index in state.entries.indices where state.entries[index].open <= 0 && !state.entries[index].isClosed {
                let entry = state.entries[index]
                state.entries[index].closing = nil
                if entry.isClosing { continue }
                guard let closing = entry.closing, !entry.isPlanned else {
                    state.entries[index].isClosed = true
                    continue
                }
                state.entries[index].isClosing = true
                settled.append((index, closing, entry.failure == nil))
            }
            return settled
        }
        for (index, closing, isWhole) in settled {
            var failure: Failure?
            do throws(Failure) { try closing(isWhole) } catch { failure = error }
            state.withLock { state in
                state.entries[index].isClosed = true
                guard let failure else { return }
                state.summary.failed += 1
                if state.entries[index].failure == nil { state.entries[index].failure = failure }
            }
        }
        tellResults()
    }

    private func tellResults() {
        var isMine = false
        while let (index, result) = nextResult(&isMine) { onResult(index, result) }
    }

    /// The next result to report, outside of the lock: the receiver may take long.
    /// - Parameter isMine: whether this thread is the one that tells.
    private func nextResult(_ isMine: inout Bool) -> (Int, Batch.Result)? {
        let (next, telling) = state.withLock { [isMine] state -> ((Int, Batch.Result)?, Bool) in
            guard isMine || !state.isTelling else { return (nil, false) }
            guard state.reported < state.entries.count, state.entries[state.reported].isClosed else {
                state.isTelling = false
                return (nil, false)
            }
            state.isTelling = true
            defer { state.reported += 1 }
            return ((state.reported, Self.result(state.entries[state.reported])), true)
        }
        isMine = telling
        return next
    }

    private static func result(_ entry: Entry) -> Batch.Result {
        if let failure = entry.failure { return entry.isOptional ? .missing(failure) : .failed(failure) }
        return entry.isPlanned ? .planned : .there(paths: entry.paths)
    }

    /// All of it; the code is that of the first failed request in the order given.
    func outcome() -> Batch.Outcome {
        state.withLock { state in
            let results = state.entries.map(Self.result)
            state.summary.code = Batch.code(of: results)
            return Batch.Outcome(results: results, summary: state.summary, fault: state.fault)
        }
    }
}
