import Events
import FetchTypes
import Fleet
import Layouts
import ModelReference
import ModelSources
import Partials
import Storage
import Synchronization
import Transfer

/// The second stage of a round: every file is inspected, its place is prepared, and the space on the disk is checked.
extension Batch {
    /// Runs one round: plan, prepare, check, download.
    func fetchAll(_ ledger: BatchLedger) async -> Outcome {
        var resolver = ReferenceResolver(services: services, options: options, emit: emit)
        // In a batch, links may expire before their turn comes, and one reference may block another.
        if !options.dryRun, !options.plansOnly { resolver.prefetching = requests.count == 1 ? .counted : .free }
        resolver.repos = HubRepoMemory(requests.map { ($0.reference, $0.selection.revision) })
        let ofCivitai = requests.count { if case .civitai = $0.reference.reference { true } else { false } }
        if ofCivitai > 1 { resolver.answers = AnswerMemory() }
        let plans = await planAll(resolver)
        var preparation = BatchPreparation(
            staging: Staging(chosen: options.staging, environment: services.environment), copies: LocalCopies(options))
        for index in requests.indices {
            do {
                try await prepare(index, plan: try plans[index].get(), resolver: resolver, preparation: &preparation, ledger: ledger)
            } catch {
                preparation.items.drop(index)
                fail(index, ledger: ledger, tag: tag(of: requests[index]), error: error, isWhole: true)
            }
        }
        var items = preparation.items
        checkSpace(&items, ledger)
        if options.dryRun {
            for item in items[.needed] + items[.repeated] { ledger.settle(item.request, .planned) }
        } else {
            let lists = services.fleet.map { terms in fleetLists(plans.map { (try? $0.get())?.resolution }, terms) }
            await transferShared(preparation.planned, &items, lists ?? .none, ledger)
            // What the first one downloaded is complete now; what it could not download fails here with its own message.
            await transferAll(items[.repeated], ledger)
            for item in items[.present] { await sidecars(item.request).write(for: item.file) }
        }
        return ledger.outcome()
    }

    /// Prepares one request: reviewed, announced, each file inspected.
    private func prepare(
        _ index: Int, plan: Plan, resolver: ReferenceResolver, preparation: inout BatchPreparation, ledger: BatchLedger
    ) async throws {
        let request = requests[index]
        var (resolution, files, paths) = plan
        try review?(numbers[index], request, resolution, &files)
        let siblings = Siblings(files)
        preparation.planned += files
        if options.plansOnly {
            ledger.expect(index, files: max(1, files.count), paths: paths)
            for file in files { announce(file, resolution, siblings) }
            for _ in 0..<max(1, files.count) { ledger.settle(index, .planned) }
            return
        }
        let finalizer = SnapshotFinalizer(request, resolution, files)
        let store = OllamaFinalizer(request, resolution, files)
        // A folder that nothing was to be put into is there all the same.
        if files.isEmpty, !options.dryRun, resolution.kept == nil, let folder = paths.first {
            do throws(IOFault) { try Disk.makeDirectories(folder) } catch { throw error.failure }
        }
        let finishing: BatchLedger.Closing? =
            if let store { closing(store, tag(of: request)) } else if let finalizer { closing(finalizer, tag(of: request)) } else { nil }
        ledger.expect(index, files: files.count, paths: paths, closing: options.dryRun ? nil : finishing)
        if !options.dryRun, let store {
            do throws(IOFault) { try store.begin() } catch { throw error.failure }
        }
        // What it needs and cannot have shows where a file is placed.
        if !options.dryRun { try? finalizer?.begin() }
        var missing: [String] = []
        for var file in files {
            file.mirrors = resolver.mirrors(of: request, for: file)
            if !options.dryRun { file.incomplete = HubIncomplete.find(file, &preparation.listings) }
            announce(file, resolution, siblings)
            let isOffline = resolution.hub?.offline != nil
            if try await sort(file, of: index, isOffline: isOffline, &preparation, ledger) == .missing { missing.append(file.name) }
        }
        if !missing.isEmpty, let offline = resolver.offline(request, tag(of: request)) {
            throw offline.incomplete(missing, of: files.count, in: files[0].directory)
        }
        if preparation.items.lastRequest(index, has: .needed), let preflight = resolution.preflight {
            do {
                try await resolver.askWithRetries(about: tag(of: request), preflight)
            } catch let failure as Failure where services.fleet != nil && !options.dryRun && failure.mayDifferElsewhere {
                emit(
                    .warning(
                        tag(of: request), kind: "fleet", message: "\(failure.message) Other nodes of the fleet fetch it for this one."))
                preparation.items.refuse(index, failure)
            }
        }
    }

    private enum Sorted { case settled, missing }

    /// Inspects a file and notes what is to be done about it.
    /// - Returns: `missing` where it would have to be downloaded and no service may be asked.
    private func sort(
        _ file: PlannedFile, of index: Int, isOffline: Bool, _ preparation: inout BatchPreparation, _ ledger: BatchLedger
    ) async throws -> Sorted {
        var file = file
        var found: (size: Int64, sha256: String?)?
        if case .complete(let size, let sha256) = try await inspect(file) {
            if !options.dryRun {
                try await confirm(file)
                SegmentLinks(file.placement.partial).removeAbandoned()
            }
            found = (size, sha256)
        } else if options.dryRun, file.cached != nil {
            // It would be copied from a cache on this machine.
            found = (file.file.size ?? 0, nil)
        }
        if let found {
            emit(.skipped(file.tag, reason: .complete, size: found.size, sha256: found.sha256))
            preparation.items.addPresent(file, of: index)
            ledger.settle(index, .skipped)
            return .settled
        }
        if file.cached == nil { try await findCopy(&file, preparation.copies) }
        if isOffline, file.cached == nil { return .missing }
        if file.cached == nil { try refuseContradiction(file, requests[index]) }
        if !options.dryRun, !preparation.items.isTaken(file) { try await makeReady(&file, &preparation.staging) }
        preparation.items.addNeeded(file, of: index)
        return .settled
    }

    /// Looks for the bytes on this machine, where `--dedupe` says so.
    private func findCopy(_ file: inout PlannedFile, _ copies: LocalCopies) async throws {
        guard options.dedupe != .off, options.verifies, !options.force, let size = file.file.size, size > 0,
            let digest = file.digest, digest.algorithm == .sha256
        else { return }
        let found = try await copies.find(sha256: digest.hex, size: size, for: file.target, folders: [file.directory])
        guard let found else { return }
        file.cached = found
        file.dedupe = options.dedupe
        if options.dryRun {
            emit(.warning(file.tag, kind: "note", message: "\(file.name) is on this machine already: \(found) would be taken."))
        }
    }

    /// Prepares the place of a file that is to be downloaded, and takes over what other programs have of it.
    private func makeReady(_ file: inout PlannedFile, _ staging: inout Staging) async throws {
        try Preflight.prepare(file)
        do throws(IOFault) {
            try ForeignPartialImport(planned: file).run()
            if options.verifies, !options.force { try HubIncomplete(planned: file).importPartial() }
        } catch {
            throw error.failure
        }
        if let note = try staging.place(&file) { emit(.warning(file.tag, kind: "staging", message: note)) }
        if file.cached == nil { await engines.warmUp(for: file, connections: options.connections) }
    }

    /// Checks the space for everything that is needed, and says once what is planned.
    private func checkSpace(_ items: inout BatchItems, _ ledger: BatchLedger) {
        let needed = items[.needed].map(\.file)
        do {
            let free = try Preflight.checkSpace(needed, options: options)
            let sizes = needed.map(\.file.length)
            // It is said once, before the first file: not in a round that only led to other references.
            if !(needed.isEmpty && ledger.hasPassed), !hasPlanned.value.exchange(true, ordering: .relaxed) {
                emit(
                    .planned(
                        files: needed.count, size: sizes.contains(nil) ? nil : sizes.compactMap(\.self).total.bytes,
                        toFetch: needed.map { Preflight.toFetch($0) }.total.bytes, free: free))
            }
        } catch {
            for index in items.dropAll() { fail(index, ledger: ledger, tag: tag(of: requests[index]), error: error, isWhole: true) }
        }
    }
}
