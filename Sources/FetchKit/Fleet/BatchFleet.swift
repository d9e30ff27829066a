import Aria2
import Curl
import Events
import FetchTypes
import Fleet
import Layouts
import ModelSources
import Partials
import Storage
import Swarm
import Synchronization
import Transfer

/// A batch's membership of a fleet, from joining until the others are done.
struct BatchFleet: Sendable {
    private let manifest: FleetManifest
    private let plane: SwarmPlane
    private let member: FleetMember
    private let hasAria2: Bool
    /// The place in the manifest of the file that goes to a path.
    private let places: [String: Int]
    private let ending = Ending()

    /// How the membership ended, for those who wait for it.
    private final class Ending: Sendable {
        let task = Mutex<Task<FleetOutcome, any Error>?>(nil)
    }

    /// - Parameters:
    ///   - files: all of the batch's, in the plan's order, those that are there already too.
    ///   - needed: those that are to come.
    ///   - launch: what the fleet's aria2c is started with; nil: this machine has none, and gets all of its share from the origin.
    /// - Throws: ``Failure`` where they are none for a fleet.
    init(
        _ terms: FleetTerms, files: [PlannedFile], needed: [PlannedFile], launch: Aria2Launch?, services: BatchServices,
        emit: @escaping EventSink
    ) throws(Failure) {
        manifest = try FleetManifest(
            files: files.map {
                FleetFile(
                    name: $0.file.identity + " " + $0.file.pinned, size: $0.file.size ?? 0,
                    sha256: $0.digest?.algorithm == .sha256 ? $0.digest?.hex : nil)
            }, members: terms.settings.roster.size)
        let local = terms.local ?? services.client
        let first = (needed.first ?? files[0]).placement.partial.data
        plane = SwarmPlane(
            SwarmPlane.Setup(
                manifest: manifest, salt: terms.secret.salt(for: manifest), planned: files, launch: launch, local: local,
                client: services.client, engine: BuiltinEngine(client: services.client, budget: services.runtime.budget),
                encrypts: terms.settings.encrypts || files.contains { $0.file.metadata.isRestricted }, directory: Path.parent(first),
                folder: Path.parent(files[0].placement.partial.data),
                warn: { emit(.warning(nil, kind: "fleet", message: $0 + ".")) }))
        member = FleetMember(
            terms.settings, manifest: manifest, secret: terms.secret, plane: plane,
            tell: { emit(Event($0)) })
        hasAria2 = launch != nil
        places = Dictionary(files.indices.map { (files[$0].target, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether the fleet brings the file, and how its job asks for it.
    func shared(_ planned: PlannedFile) -> SharedFile? {
        guard let index = places[planned.target], (planned.file.size ?? 0) > 0, planned.cached == nil else { return nil }
        let engine = SwarmEngine(
            planned, file: index, manifest: manifest, plane: plane, member: member, hasAria2: hasAria2, ending: failure)
        return SharedFile(index: index, plane: plane, member: member, engine: engine)
    }

    /// Why the membership ended, where that is a failure; waits until it has ended.
    private func failure() async -> Failure? {
        guard let task = ending.task.withLock({ $0 }), case .failure(let error) = await task.result else { return nil }
        return error as? Failure
    }

    /// Is a member of the fleet for as long as `work` lasts and the fleet has need of this member.
    /// - Parameters:
    ///   - needed: the files that are to come.
    ///   - present: those that are here whole from before.
    /// - Returns: why the membership failed, where it did. The files may be there all the same.
    func run(needed: [PlannedFile], present: [PlannedFile], _ work: () async -> Void) async -> Failure? {
        let lots = HeldLots(manifest, present: indices(present).subtracting(indices(needed)), offersRanges: hasAria2)
        // Before others hear of this member: what it has is not for them to fetch.
        let surplus = await begin(needed)
        await member.checks(lots.segments)
        await member.expects(begun(needed))
        let task = Task { [member] in try await member.run() }
        ending.task.withLock { $0 = task }
        let offering = Task { [member, plane] in await lots.offer(to: member, from: plane) }
        await withTaskCancellationHandler {
            await work()
            for file in surplus { await member.settled(file) }
            _ = await task.result
        } onCancel: {
            task.cancel()
        }
        offering.cancel()
        await offering.value
        await plane.stop()
        return Task.isCancelled ? nil : await failure()
    }

    private func indices(_ files: [PlannedFile]) -> Set<Int> { Set(files.compactMap { places[$0.target] }) }

    /// Segments that are whole in partials of earlier runs, as far as can be told before their jobs have adopted them.
    private func begun(_ files: [PlannedFile]) -> [FleetSegment] {
        guard hasAria2 else { return [] }
        return files.flatMap { file -> [FleetSegment] in
            guard let index = shared(file)?.index, manifest.segments(of: index).first?.isBundle == false,
                let map = Partial.keptMap(file.placement.partial), map.size == manifest.files[index].size
            else { return [] }
            return manifest.segments(of: index).filter { if case .range(_, let bytes) = $0.content { map.contains(bytes) } else { false } }
        }
    }

    /// Says which files this member has no need of, and has bundles come.
    /// - Returns: files that come with others and are not needed.
    private func begin(_ needed: [PlannedFile]) async -> [Int] {
        let wanted = Set(needed.compactMap { shared($0)?.index })
        var surplus: [Int] = []
        for segment in manifest.segments where segment.isBundle {
            // A bundle comes as a whole, or not at all.
            let isWanted = segment.files.contains(where: wanted.contains)
            for file in segment.files {
                if isWanted { await member.opened(file, present: []) } else { await member.settled(file) }
                if isWanted, !wanted.contains(file) { surplus.append(file) }
            }
        }
        for file in manifest.files.indices where !wanted.contains(file) && manifest.segments(of: file).first?.isBundle == false {
            await member.settled(file)
        }
        return surplus
    }
}

extension FleetMember: FleetMembership {}

extension Batch {
    /// Downloads what is needed, with the other members of a fleet where there is one.
    func transferShared(_ files: [PlannedFile], _ items: inout BatchItems, _ ledger: BatchLedger) async {
        let sized = files.filter { ($0.file.size ?? 0) > 0 }
        guard let terms = services.fleet, !sized.isEmpty else { return await transferAll(items[.needed], ledger) }
        let needed = items[.needed]
        let launch = await services.runtime.engines.found().peerLaunch
        do throws(Failure) {
            let fleet = try BatchFleet(
                terms, files: sized, needed: needed.map(\.file), launch: launch, services: services, emit: emit)
            let failure = await fleet.run(needed: needed.map(\.file), present: items[.present].map(\.file)) {
                await transferAll(needed, ledger, fleet)
            }
            // Files that could not come without the fleet have said so themselves.
            if let failure, ledger.fail(with: failure) { emit(.failed(tag(of: requests[0]), failure, keptBytes: 0)) }
        } catch {
            for index in items.dropAll() { fail(index, ledger: ledger, tag: tag(of: requests[index]), error: error, isWhole: true) }
        }
    }
}
