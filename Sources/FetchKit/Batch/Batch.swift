package import Events
package import FetchTypes
import Layouts
import ModelReference
package import ModelSources
import Partials
import Storage
import Synchronization
package import Transfer

/// Everything that one command asked for: resolved, given its place, checked, and then fetched.
package struct Batch: Sendable {
    /// What became of one request, in the order given.
    package enum Result: Sendable {
        /// It is there: the file, or the folder of a repo, absolute.
        case there(paths: [String])
        case failed(Failure)
        /// It was optional and is not available.
        case missing(Failure)
        /// A dry run says what would be done.
        case planned
    }

    package struct Outcome: Sendable {
        package var results: [Result]
        package var summary: Event.Summary
        /// Why the batch failed as a whole, though every request may have its files: its fleet.
        package var fault: Failure?

        package init(results: [Result], summary: Event.Summary, fault: Failure? = nil) {
            self.results = results
            self.summary = summary
            self.fault = fault
        }
    }

    /// Looks at a request's plan before anything is done for it, and may change it; a failure that it throws is the request's.
    /// It is given the request's number in the order given, the request with the reference that is tried now, what that
    /// turned out to be, and its files.
    package typealias PlanReview = @Sendable (Int, FetchRequest, Resolution, inout [PlannedFile]) throws -> Void

    final class Once: Sendable { let value = Atomic(false) }

    var requests: [FetchRequest]
    /// Each request's number in the order given: a later round holds only some of them.
    var numbers: [Int]
    let hasPlanned = Once()
    let review: PlanReview?
    let options: FetchOptions
    let services: BatchServices
    let engines: EngineChooser
    let room = BatchRoom()
    let emit: EventSink

    package init(
        _ requests: [FetchRequest], options: FetchOptions, services: BatchServices, review: PlanReview? = nil, emit: @escaping EventSink
    ) {
        self.requests = requests
        numbers = Array(requests.indices)
        self.review = review
        self.options = options
        self.services = services
        self.emit = emit
        let runtime = services.runtime
        engines = EngineChooser(
            client: services.client, budget: runtime.budget, search: options.engine == .builtin ? EngineSearch() : runtime.engines,
            isFree: options.engine == .auto)
    }

    /// Runs to the end, whatever fails on the way; cancelling the task ends it within moments, partials kept.
    /// It needs ``FetchRuntime/run(_:)`` around it.
    /// - Parameter onResult: told each request's result, in the order given, as soon as those before it are known.
    package func run(onResult: @escaping @Sendable (Int, Result) -> Void = { _, _ in }) async -> Outcome {
        let started = ContinuousClock.now
        var outcome = await fetchInRounds(onResult)
        outcome.summary.seconds = (ContinuousClock.now - started) / .seconds(1)
        services.runtime.rememberCeilings(emit)
        return outcome
    }

    /// Fetches everything; requests that failed and name another reference are fetched by that in a further round.
    private func fetchInRounds(_ onResult: @escaping @Sendable (Int, Result) -> Void) async -> Outcome {
        let teller = OrderedResults(onResult)
        var results = [Result](repeating: .planned, count: requests.count)
        var summary = Event.Summary(code: 0)
        var fault: Failure?
        var round = self
        while true {
            let (asked, numbers) = (round.requests, round.numbers)
            let ledger = BatchLedger(count: asked.count) { place, result in
                if !Self.goesOn(asked[place], after: result) { teller.tell(numbers[place], result) }
            }
            let outcome = await round.fetchAll(ledger)
            summary.add(outcome.summary)
            fault = fault ?? outcome.fault
            round.requests = []
            round.numbers = []
            for (place, result) in outcome.results.enumerated() {
                guard Self.goesOn(asked[place], after: result) else {
                    results[numbers[place]] = result
                    continue
                }
                var request = asked[place]
                request.reference = request.alternatives.removeFirst()
                round.requests.append(request)
                round.numbers.append(numbers[place])
            }
            guard !round.requests.isEmpty else { break }
        }
        summary.code = Self.code(of: results)
        if summary.code == 0, let fault { summary.code = fault.code.rawValue }
        return Outcome(results: results, summary: summary, fault: fault)
    }

    private static func goesOn(_ request: FetchRequest, after result: Result) -> Bool {
        if case .missing = result { !request.alternatives.isEmpty } else { false }
    }

    /// What events before the plan are about: the reference, and where it is to go.
    func tag(of request: FetchRequest) -> FileTag {
        let directory = Path.absolute(request.directory.map { Path.join(Path.currentDirectory, $0) } ?? options.defaultDirectory)
        return FileTag(ref: request.reference.shown, path: request.out.map { Path.absolute(Path.join(directory, $0)) } ?? directory)
    }

    /// - Parameter isWhole: nothing of the request will be tried any more.
    func fail(
        _ index: Int, ledger: BatchLedger, tag: FileTag, error: any Error, keptIn names: PartialNames? = nil, isWhole: Bool = false
    ) {
        var failure =
            if Task.isCancelled { services.interrupted } else {
                error as? Failure ?? Failure(.io, "\(tag.ref) could not be fetched: \(error).")
            }
        if let name = requests[index].name, failure.kind != .interrupted { failure.message = "\(name): \(failure.message)" }
        if let next = requests[index].alternatives.first, failure.kind != .interrupted {
            emit(.warning(tag, kind: "any_of", message: "\(tag.ref) is not available: \(failure.message) Next: \(next.shown)"))
            ledger.pass(index, failure, isWhole: isWhole)
            return
        }
        if requests[index].hasOtherWay, failure.kind != .interrupted {
            emit(.warning(tag, kind: "any_of", message: "\(tag.ref) is not available: \(failure.message) Its mirrors are tried."))
            ledger.pass(index, failure, isWhole: isWhole)
            return
        }
        if requests[index].isOptional, failure.kind != .interrupted {
            emit(.warning(tag, kind: "optional", message: "\(tag.ref) is optional and is not available: \(failure.message)"))
            emit(.skipped(tag, reason: .optional, size: nil, sha256: nil))
            ledger.miss(index, failure, isWhole: isWhole)
            return
        }
        emit(.failed(tag, failure, keptBytes: names.map(Partial.keptBytes) ?? 0))
        ledger.fail(index, failure, isWhole: isWhole)
    }
}
