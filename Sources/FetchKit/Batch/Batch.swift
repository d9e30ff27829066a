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
        /// It was optional and could not be had.
        case missing(Failure)
        /// A dry run says what would be done.
        case planned
    }

    package struct Outcome: Sendable {
        package var results: [Result]
        package var summary: Event.Summary

        package init(results: [Result], summary: Event.Summary) {
            self.results = results
            self.summary = summary
        }
    }

    /// Looks at a request's plan before anything is done for it, and may change it; a failure that it throws is the request's.
    /// It is given the request's number in the order given, the request with the reference that is tried now, what that
    /// turned out to be, and its files.
    package typealias PlanReview = @Sendable (Int, FetchRequest, Resolution, inout [PlannedFile]) throws -> Void

    private final class Once: Sendable { let value = Atomic(false) }

    private var requests: [FetchRequest]
    /// Each request's number in the order given: a later round holds only some of them.
    private var numbers: [Int]
    private let hasPlanned = Once()
    private let review: PlanReview?
    private let options: FetchOptions
    private let services: BatchServices
    private let engines: EngineChooser
    private let budget: ConnectionBudget
    private let room = BatchRoom()
    /// Where it is remembered which hosts push back; nil where there is no home.
    private let ceilingsPath: String?
    private let emit: EventSink

    /// ReferenceResolver is cheap for us and not for the services: a few at once.
    private static let resolvedAtOnce = 8

    package init(
        _ requests: [FetchRequest], options: FetchOptions, services: BatchServices, review: PlanReview? = nil, emit: @escaping EventSink
    ) {
        self.requests = requests
        numbers = Array(requests.indices)
        self.review = review
        self.options = options
        self.services = services
        self.emit = emit
        let ceilingsPath = StateFolder.path(services.environment).map { Path.join($0, "hosts.json") }
        let remembered = ceilingsPath.map { HostCeilings(path: $0, now: ThisProcess.now) } ?? HostCeilings()
        self.ceilingsPath = ceilingsPath
        budget = ConnectionBudget(remembered: remembered)
        engines = EngineChooser(
            client: services.client, budget: budget, supervisor: services.supervisor, note: services.engineNote,
            isFree: options.engine == .auto)
    }

    /// Runs to the end, whatever fails on the way; cancelling the task ends it within moments, partials kept.
    /// - Parameter onResult: told each request's result, in the order given, as soon as those before it are known.
    package func run(onResult: @escaping @Sendable (Int, Result) -> Void = { _, _ in }) async -> Outcome {
        let started = ContinuousClock.now
        return await withTaskGroup(of: Void.self) { group in
            if let supervisor = services.supervisor { group.addTask { await supervisor.run() } }
            var outcome = await fetchInRounds(onResult)
            outcome.summary.seconds = (ContinuousClock.now - started) / .seconds(1)
            rememberCeilings()
            group.cancelAll()
            return outcome
        }
    }

    /// Fetches everything; requests that failed and name another reference are fetched by that in a further round.
    private func fetchInRounds(_ onResult: @escaping @Sendable (Int, Result) -> Void) async -> Outcome {
        let teller = OrderedResults(onResult)
        var results = [Result](repeating: .planned, count: requests.count)
        var summary = Event.Summary(code: 0)
        var round = self
        while true {
            let (asked, numbers) = (round.requests, round.numbers)
            let ledger = BatchLedger(count: asked.count) { place, result in
                if !Self.goesOn(asked[place], after: result) { teller.tell(numbers[place], result) }
            }
            let outcome = await round.fetchAll(ledger)
            summary.add(outcome.summary)
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
        return Outcome(results: results, summary: summary)
    }

    private static func goesOn(_ request: FetchRequest, after result: Result) -> Bool {
        if case .missing = result { !request.alternatives.isEmpty } else { false }
    }

    /// The exit code of a batch: that of the first failed request in the order given.
    package static func code(of results: [Result]) -> Int32 {
        let failures = results.compactMap { result -> Failure? in if case .failed(let failure) = result { failure } else { nil } }
        // A user's own stop wins over whatever else went wrong.
        let deciding = failures.first { $0.kind == .interrupted } ?? failures.first
        return deciding?.code.rawValue ?? 0
    }

    /// Notes which hosts have pushed back. It is a convenience: where it cannot be written, that is only said.
    private func rememberCeilings() {
        guard let ceilingsPath, let news = budget.news(now: ThisProcess.now) else { return }
        do throws(IOFault) { try news.write(to: ceilingsPath) } catch {
            let tag = FileTag(ref: "hosts.json", path: ceilingsPath)
            emit(.warning(tag, kind: "state", message: "which hosts take few connections cannot be remembered: \(error.failure.message)"))
        }
    }

    private func fetchAll(_ ledger: BatchLedger) async -> Outcome {
        var resolving = ReferenceResolver(services: services, options: options, emit: emit)
        // In a batch, links may expire before their turn comes, and one reference may stand in another's way.
        if !options.dryRun, !options.plansOnly { resolving.prefetching = requests.count == 1 ? .counted : .free }
        let resolutions = await resolveAll(resolving)
        let plans = await planAll(resolutions)
        var needed: [(request: Int, file: PlannedFile)] = []
        // Files that another reference of the batch brings: looked at when it has.
        var repeated: [(request: Int, file: PlannedFile)] = []
        var targets: Set<String> = []
        var staging = Staging(chosen: options.staging, environment: services.environment)
        var present: [(request: Int, file: PlannedFile)] = []
        var listings: [String: [String]] = [:]
        for index in requests.indices {
            let request = requests[index]
            do {
                var (resolution, files, paths) = try plans[index].get()
                try review?(numbers[index], request, resolution, &files)
                let lengths = files.map(\.file.length)
                let siblings = (
                    count: files.count, bytes: lengths.contains(nil) ? nil : lengths.compactMap(\.self).total.bytes, first: files.first?.tag
                )
                if options.plansOnly {
                    ledger.expect(index, files: max(1, files.count), paths: paths)
                    for file in files { announce(file, resolution, siblings) }
                    for _ in 0..<max(1, files.count) { ledger.settle(index, .planned) }
                    continue
                }
                let duty = SnapshotFinalizer(request, resolution, files)
                // A folder that nothing was to be put into is there all the same.
                if files.isEmpty, !options.dryRun, resolution.kept == nil, let folder = paths.first {
                    do throws(IOFault) { try Disk.makeDirectories(folder) } catch { throw error.failure }
                }
                ledger.expect(
                    index, files: files.count, paths: paths, closing: options.dryRun ? nil : duty.map { closing($0, tag(of: request)) })
                // What it needs and cannot have shows where a file is placed.
                if !options.dryRun { try? duty?.begin() }
                var lacking: [String] = []
                for var file in files {
                    file.mirrors = resolving.mirrors(of: request, for: file)
                    if !options.dryRun { file.incomplete = HubIncomplete.find(file, &listings) }
                    announce(file, resolution, siblings)
                    switch try await inspect(file) {
                    case .complete(let size, let sha256):
                        if !options.dryRun { try await confirm(file) }
                        emit(.skipped(file.tag, reason: .complete, size: size, sha256: sha256))
                        present.append((index, file))
                        ledger.settle(index, .skipped)
                    case .needed where options.dryRun && file.cached != nil:
                        emit(.skipped(file.tag, reason: .complete, size: file.file.size ?? 0, sha256: nil))
                        present.append((index, file))
                        ledger.settle(index, .skipped)
                    case .needed where resolution.hub?.offline != nil: lacking.append(file.name)
                    case .needed where !targets.insert(file.placement.payload).inserted:
                        repeated.append((index, file))
                    case .needed:
                        if !options.dryRun {
                            try Preflight.prepare(file)
                            do throws(IOFault) {
                                try ForeignPartialImport(planned: file).run()
                                if options.verifies, !options.force { try HubIncomplete(planned: file).importPartial() }
                            } catch {
                                throw error.failure
                            }
                            if let note = try staging.place(&file) { emit(.warning(file.tag, kind: "staging", message: note)) }
                            await engines.warmUp(for: file, connections: options.connections)
                        }
                        needed.append((index, file))
                    }
                }
                if !lacking.isEmpty, let offline = resolving.offline(request, tag(of: request)) {
                    throw offline.incomplete(lacking, of: files.count, in: files[0].directory)
                }
                if needed.contains(where: { $0.request == index }), let preflight = resolution.preflight {
                    try await resolving.patiently(about: tag(of: request), preflight)
                }
            } catch {
                for (owner, file) in needed where owner == index { targets.remove(file.placement.payload) }
                needed.removeAll { $0.request == index }
                repeated.removeAll { $0.request == index }
                fail(index, ledger, tag(of: request), error, isWhole: true)
            }
        }
        do {
            let free = try Preflight.checkSpace(needed.map(\.file), options: options)
            let sizes = needed.map(\.file.file.length)
            // It is said once, before the first file: not in a round that only led to other references.
            if !(needed.isEmpty && ledger.hasPassed), !hasPlanned.value.exchange(true, ordering: .relaxed) {
                emit(
                    .planned(
                        files: needed.count, size: sizes.contains(nil) ? nil : sizes.compactMap(\.self).total.bytes,
                        toFetch: needed.map { Preflight.toFetch($0.file) }.total.bytes, free: free))
            }
        } catch {
            for index in Set((needed + repeated).map(\.request)).sorted() {
                fail(index, ledger, tag(of: requests[index]), error, isWhole: true)
            }
            needed = []
            repeated = []
        }
        if options.dryRun {
            for (index, _) in needed + repeated { ledger.settle(index, .planned) }
        } else {
            await transferAll(needed, ledger)
            // What the first one brought is complete now; what it could not, fails here in its own words.
            await transferAll(repeated, ledger)
            for (index, file) in present { await sidecars(index).write(for: file) }
        }
        return ledger.outcome()
    }

    private typealias Plan = (resolution: Resolution, files: [PlannedFile], paths: [String])

    /// Gives every request its places before anything is done for any of them: two that want the same one get neither.
    private func planAll(_ resolutions: [Swift.Result<Resolution, any Error>?]) async -> [Swift.Result<Plan, any Error>] {
        let folderCount = requests.indices.count { (try? resolutions[$0]?.get())?.folderName != nil }
        var planner = Planner(options: options, folderCount: options.placesAlone ? 1 : folderCount)
        var plans: [Swift.Result<Plan, any Error>] = []
        var planned: [Int] = []
        for index in requests.indices {
            do {
                guard let resolution = try resolutions[index]?.get() else { throw services.interrupted }
                let finder = KindFinder(client: services.client, options: options, emit: emit, tag: tag(of: requests[index]))
                let kinds = try await finder.kinds(of: resolution, requests[index])
                planned.append(index)
                if let kept = resolution.kept {
                    planner.skip()
                    plans.append(.success((resolution, [], [kept])))
                    continue
                }
                let (files, paths) = try planner.plan(requests[index], resolution, kinds: kinds)
                plans.append(.success((resolution, files, paths)))
            } catch {
                plans.append(.failure(error))
            }
        }
        for (turn, failure) in planner.contested { plans[planned[turn]] = .failure(failure) }
        return plans
    }

    // MARK: resolving

    private func resolveAll(_ resolving: ReferenceResolver) async -> [Swift.Result<Resolution, any Error>?] {
        var results = [Swift.Result<Resolution, any Error>?](repeating: nil, count: requests.count)
        await withTaskGroup(of: (Int, Swift.Result<Resolution, any Error>).self) { group in
            var next = 0
            func addOne() {
                guard next < requests.count else { return }
                let index = next
                next += 1
                group.addTask {
                    do {
                        return (index, .success(try await resolving.run(requests[index], tag: tag(of: requests[index]))))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for _ in 0..<Self.resolvedAtOnce { addOne() }
            while let (index, result) = await group.next() {
                results[index] = result
                addOne()
            }
        }
        return results
    }

    /// What events before the plan are about: the reference, and where it is to go.
    private func tag(of request: FetchRequest) -> FileTag {
        let directory = Path.absolute(request.directory.map { Path.join(Path.currentDirectory, $0) } ?? options.defaultDirectory)
        return FileTag(ref: request.reference.shown, path: request.out.map { Path.absolute(Path.join(directory, $0)) } ?? directory)
    }

    private func announce(_ planned: PlannedFile, _ resolution: Resolution, _ siblings: (count: Int, bytes: Int64?, first: FileTag?)) {
        let file = planned.file
        var resolved = Event.Resolved(
            source: resolution.source, title: resolution.title, name: file.path, size: file.size,
            sha256: planned.digest?.algorithm == .sha256 ? planned.digest?.hex : nil, urlHost: file.locator.host,
            metadata: file.metadata, pinned: file.pinned)
        resolved.siblings = siblings.count
        resolved.isFirst = planned.tag == siblings.first
        resolved.siblingBytes = siblings.bytes
        emit(.resolved(planned.tag, resolved))
    }

    private func inspect(_ planned: PlannedFile) async throws -> Inspection {
        try await Inspection.of(planned, options: options) {
            emit(.verifying(planned.tag, algorithm: planned.digest?.algorithm.rawValue ?? "sha256", digest: planned.digest?.hex))
        }
    }

    /// What is done for a request once its files are settled.
    private func closing(_ duty: SnapshotFinalizer, _ tag: FileTag) -> BatchLedger.Closing {
        { [emit] isWhole throws(Failure) in
            guard isWhole else { return duty.abandon() }
            do throws(IOFault) { try duty.finish(emit: emit) } catch {
                emit(.failed(tag, error.failure, keptBytes: 0))
                throw error.failure
            }
        }
    }

    /// The bytes are there; the rest of the layout is made where it is missing.
    private func confirm(_ planned: PlannedFile) async throws {
        do { try await FilePlacer(planned.placement).confirm() } catch let error as IOFault {
            // A place that may only be read is as good, as long as the file is found there.
            guard error.failure.kind == .permission, Disk.followedStatus(planned.target) != nil else { throw error.failure }
        }
        removeLeftovers(planned)
        HubIncomplete(planned: planned).remove(isLocked: false)
    }

    /// What an earlier run of ours had begun of a file that another program has finished since.
    private func removeLeftovers(_ planned: PlannedFile) {
        if case .plain = planned.placement.form, planned.compatibility != nil { return }
        let names = planned.placement.partial
        guard [names.data, names.record, names.control].contains(where: { Disk.status($0) != nil }) else { return }
        for left in UnfinishedDownload.of(names) { _ = left.remove() }
    }

    // MARK: fetching

    private func transferAll(_ needed: [(request: Int, file: PlannedFile)], _ ledger: BatchLedger) async {
        for (_, file) in needed { room.add(file) }
        var schedule = TransferSchedule(sizes: needed.map(\.file.file.size), jobs: options.jobs)
        await withTaskGroup(of: Bool.self) { group in
            func startMore() {
                budget.setCrowd(schedule.crowd)
                for place in schedule.start(connections: budget.ceiling) {
                    let (index, file) = needed[place]
                    group.addTask(executorPreference: BlockingExecutor.forTasks) {
                        await transfer(index, file, ledger)
                        return SmallFiles.include(file.file.size)
                    }
                }
            }
            startMore()
            while let isSmall = await group.next() {
                schedule.end(isSmall: isSmall)
                startMore()
            }
        }
    }

    private func transfer(_ index: Int, _ file: PlannedFile, _ ledger: BatchLedger) async {
        let meter = TransferMeter()
        defer { room.remove(file) }
        do {
            try Task.checkCancellation()
            if let refusal = ledger.refusal(index) { throw refusal }
            let outcome = try await FileJob(file, options: options, engines: engines, room: room, emit: emit).run(meter: meter)
            if case .finished(let finished) = outcome { emit(.finished(file.tag, finished)) }
            await sidecars(index).write(for: file)
            ledger.settle(index, outcome, fetched: meter.fetchedBytes)
        } catch {
            ledger.addFetched(meter.fetchedBytes)
            fail(index, ledger, file.tag, error, keptIn: file.placement.partial)
        }
    }

    private func sidecars(_ index: Int) -> SidecarWriter { SidecarWriter(kinds: requests[index].sidecars, emit: emit) }

    /// - Parameter isWhole: nothing of the request will be tried any more.
    private func fail(
        _ index: Int, _ ledger: BatchLedger, _ tag: FileTag, _ error: any Error, keptIn names: PartialNames? = nil, isWhole: Bool = false
    ) {
        var failure =
            if Task.isCancelled { services.interrupted } else {
                error as? Failure ?? Failure(.io, "\(tag.ref) could not be fetched: \(error).")
            }
        if let name = requests[index].name, failure.kind != .interrupted { failure.message = "\(name): \(failure.message)" }
        if let next = requests[index].alternatives.first, failure.kind != .interrupted {
            emit(.warning(tag, kind: "any_of", message: "\(tag.ref) could not be had: \(failure.message) Next: \(next.shown)"))
            ledger.pass(index, failure, isWhole: isWhole)
            return
        }
        if requests[index].hasOtherWay, failure.kind != .interrupted {
            emit(.warning(tag, kind: "any_of", message: "\(tag.ref) could not be had: \(failure.message) Its mirrors are tried."))
            ledger.pass(index, failure, isWhole: isWhole)
            return
        }
        if requests[index].isOptional, failure.kind != .interrupted {
            emit(.warning(tag, kind: "optional", message: "\(tag.ref) is optional and could not be had: \(failure.message)"))
            emit(.skipped(tag, reason: .optional, size: nil, sha256: nil))
            ledger.miss(index, failure, isWhole: isWhole)
            return
        }
        emit(.failed(tag, failure, keptBytes: names.map(Partial.keptBytes) ?? 0))
        ledger.fail(index, failure, isWhole: isWhole)
    }
}
