import FetchTypes
import Queue

/// The queue as one command sees it: read once, its problems said.
struct QueueView {
    let store: QueueStore
    let context: Context
    private(set) var listing: QueueListing

    /// - Throws: ``Failure`` with exit code 78 where there is no home.
    init(_ context: Context) throws(Failure) {
        self.context = context
        store = try QueueStore(environment: context.environment)
        listing = store.list()
        for problem in listing.problems { Terminal.write("warning: \(problem.message)\n", to: 2) }
        store.markTold(listing.problems)
    }

    var jobs: [JobRecord] { listing.jobs }
    var worker: QueueWorker { QueueWorker(store, context) }

    /// Makes sure that a worker runs where one is needed, after this command has changed some jobs. Only these are read again.
    func startWorker(changed: [JobRecord]) {
        let numbers = Set(changed.map(\.number))
        let others = jobs.filter { !numbers.contains($0.number) }
        worker.start(for: QueuePlan.needsWorker(others) ? others : numbers.compactMap { store.job($0) })
    }

    /// The jobs that were named, in the order given; ended ones are the history's.
    /// - Parameter all: which jobs `all` stands for.
    /// - Throws: ``Failure`` with exit code 66, before anything has been done.
    func jobs(_ selection: JobSelection, all: (QueueView) -> [JobRecord]) throws(Failure) -> [JobRecord] {
        guard case .numbers(let numbers) = selection else { return all(self) }
        let missing = Set(numbers.filter { listing[$0] == nil })
        let ended = missing.isEmpty ? [:] : store.history.jobs(missing)
        var found: [JobRecord] = []
        for number in numbers {
            guard let job = listing[number] ?? ended[number] else { throw unknown(number) }
            found.append(job)
        }
        return found
    }

    /// A job that was named and cannot be used.
    func unknown(_ number: JobNumber) -> Failure {
        for case .newer(number, let version) in listing.problems {
            return Failure(
                .notFound, "job \(number) was written by a newer fetchctl and is left alone.",
                why: "its record has form \(version), which this fetchctl cannot read.", hint: "update this program to use it.")
        }
        return Failure(
            .notFound, "there is no job \(number).", why: "it is neither in the queue nor in the history.",
            hint: "see all with: fetchctl status, or fetchctl history")
    }
}
