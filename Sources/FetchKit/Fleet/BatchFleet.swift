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

/// The membership of a batch in a fleet, from joining until the other members are done.
struct BatchFleet: Sendable {
    private let manifest: FleetManifest
    private let plane: SwarmPlane
    private let member: FleetMember
    private let hasAria2: Bool
    /// The index in the manifest of the file with a target path.
    private let places: [String: Int]
    private let ending = Ending()
    /// The name of this node's membership, for ``NodeClaim``.
    let nodeName: String

    /// The running membership, for tasks that wait for its end.
    private final class Ending: Sendable {
        let task = Mutex<Task<FleetOutcome, any Error>?>(nil)
    }

    /// - Parameters:
    ///   - files: all files of the batch in the plan's order, including complete ones.
    ///   - needed: the files to transfer.
    ///   - lists: file lists for nodes that the source refuses.
    ///   - launch: how to start the fleet's aria2c; nil: this machine has none, and gets large files from the origin.
    /// - Throws: ``Failure`` where a fleet cannot transfer these files.
    init(
        _ terms: FleetTerms, files: [PlannedFile], needed: [PlannedFile], lists: FleetLists, launch: Aria2Launch?,
        services: BatchServices, emit: @escaping EventSink
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
        places = Dictionary(files.indices.map { (files[$0].target, $0) }, uniquingKeysWith: { first, _ in first })
        var refused: [Int: Failure] = [:]
        for file in needed {
            if let index = places[file.target], let locator = file.file.locator as? RefusedLocator { refused[index] = locator.failure }
        }
        member = FleetMember(
            terms.settings, manifest: manifest, secret: terms.secret, plane: plane, lists: lists, refused: refused,
            tell: { emit(Event($0)) })
        hasAria2 = launch != nil
        let rank = terms.settings.roster.rank.map(String.init) ?? "-"
        nodeName = [manifest.digest, Path.parent(files[0].placement.partial.data), rank].joined(separator: " ")
    }

    /// How a file's job uses the fleet; nil where the file is fetched without it.
    func shared(_ planned: PlannedFile) -> SharedFile? {
        guard let index = places[planned.target], (planned.file.size ?? 0) > 0, planned.cached == nil else { return nil }
        let engine = SwarmEngine(
            planned, file: index, manifest: manifest, plane: plane, member: member, hasAria2: hasAria2, ending: failure)
        return SharedFile(index: index, plane: plane, member: member, engine: engine)
    }

    /// Waits for the end of the membership. Returns its failure, where it is one.
    private func failure() async -> Failure? {
        guard let task = ending.task.withLock({ $0 }), case .failure(let error) = await task.result else { return nil }
        return error as? Failure
    }

    /// Runs `work` as a member of the fleet, and stays a member while the fleet needs this one.
    /// - Parameters:
    ///   - needed: the files to transfer.
    ///   - present: the files that were complete before.
    /// - Returns: the failure of the membership, where there is one. The files may be complete nevertheless.
    func run(needed: [PlannedFile], present: [PlannedFile], _ work: () async -> Void) async -> Failure? {
        let seeds = SeedPlan(manifest, present: indices(present).subtracting(indices(needed)), offersRanges: hasAria2)
        // This precedes joining, so that other members do not fetch what this one has.
        let surplus = await openBundles(needed)
        await member.checks(seeds.segments)
        await member.expects(partialSegments(needed))
        let task = Task { [member] in try await member.run() }
        ending.task.withLock { $0 = task }
        let offering = Task { [member, plane] in await seeds.offer(to: member, from: plane) }
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

    /// Segments that seem complete in partials of earlier runs, before their jobs have adopted them.
    private func partialSegments(_ files: [PlannedFile]) -> [FleetSegment] {
        guard hasAria2 else { return [] }
        return files.flatMap { file -> [FleetSegment] in
            guard let index = shared(file)?.index, manifest.segments(of: index).first?.isBundle == false,
                let map = Partial.keptMap(file.placement.partial), map.size == manifest.files[index].size
            else { return [] }
            return manifest.segments(of: index).filter { if case .range(_, let bytes) = $0.content { map.contains(bytes) } else { false } }
        }
    }

    /// Opens the needed bundles, and settles the files that this member does not need.
    /// - Returns: files that arrive in a bundle with others and are not needed.
    private func openBundles(_ needed: [PlannedFile]) async -> [Int] {
        let wanted = Set(needed.compactMap { shared($0)?.index })
        var surplus: [Int] = []
        for segment in manifest.segments where segment.isBundle {
            // A bundle is transferred whole.
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
