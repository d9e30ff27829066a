import Curl
import FetchTypes
import ModelSources
import Partials

/// One file over several connections, and from several sources if there are mirrors: does what its ``RangeScheduler`` says.
struct RangeFetch {
    let client: CurlClient
    let budget: ConnectionBudget
    let work: TransferWork

    private var partial: Partial { work.partial }

    /// - Throws: ``TransferFault``, ``IOFault`` when bytes are still missing and no source serves them now.
    func run() async throws {
        guard let map = partial.map else { return }
        let first = try await work.links.link()
        let bytesBefore = work.meter.fetchedBytes
        let gaps = work.range.map { map.toFetch(within: $0) } ?? map.toFetch
        let target = ConnectionTarget(allowed: work.connections, missing: gaps.reduce(0) { $0 + Int64($1.count) })
        let queue = RangeQueue(
            map: map, gaps: gaps, connections: target.count, isLimited: client.isLimited, sharesPieces: work.mirrors.isEmpty,
            isHashed: work.isHashed, isExact: work.range != nil, roundTrip: client.roundTrip(to: first.url.host) ?? 0)
        let pool = SourcePool(
            origin: RangeSource(work.links), permit: permit(at: first.url.origin), mirrors: work.mirrors.map(RangeSource.init))
        var scheduler = RangeScheduler(
            queue: queue, pool: pool, mirrors: work.mirrors.count, target: target,
            isProven: first.servesRanges == true || first.assumesRanges && work.isFirstTry)
        defer { scheduler.leave() }
        do {
            try await withThrowingTaskGroup(of: RangeScheduler.Step.self) { group in
                defer { group.cancelAll() }
                var actions = scheduler.begin(RangeScheduler.Facts())
                while true {
                    for action in actions where try obey(action, &group, queue) { return }
                    guard let step = try await group.next() else { return }
                    if case .failed = step { try Task.checkCancellation() }
                    actions = scheduler.handle(step, facts(since: bytesBefore))
                }
            }
        } catch is RangeEndedEarly {
            throw TransferFault.network(TransportFault(.cut, host: first.url.host, detail: "the connections ended early"))
        }
    }

    /// - Returns: whether all is there.
    private func obey(
        _ action: RangeScheduler.Action, _ group: inout ThrowingTaskGroup<RangeScheduler.Step, any Error>, _ queue: RangeQueue
    ) throws -> Bool {
        switch action {
        case .fetch(let worker): group.addTask { await worker.run(client, work, queue) }
        case .open(let index): group.addTask { await open(work.mirrors[index - 1], index) }
        case .tick(let time):
            group.addTask {
                try await Task.sleep(for: time)
                return .tick
            }
        case .drop(let mirror, let why): work.say(.droppedMirror(mirror.name, why: why))
        case .end(let error?): throw error
        case .end(nil): return true
        }
        return false
    }

    private func facts(since before: Int64) -> RangeScheduler.Facts {
        RangeScheduler.Facts(hasBroughtBytes: work.meter.fetchedBytes > before, isComplete: isComplete)
    }

    private var isComplete: Bool {
        guard let map = partial.map else { return false }
        return work.range.map { map.contains($0) } ?? map.isComplete
    }

    private func permit(at host: Origin) -> HostConnectionPermit {
        budget.permit(at: host, isSmall: SmallFiles.include(partial.size))
    }

    /// Asks a mirror for its link.
    private func open(_ mirror: Mirror, _ index: Int) async -> RangeScheduler.Step {
        do {
            let link = try await mirror.links.link()
            if let size = partial.size, let theirs = link.size, theirs != size {
                throw TransferFault.wrongSize(expected: size, got: theirs)
            }
            if link.servesRanges == false { throw TransferFault.rangesIgnored }
            return .opened(index, permit(at: link.url.origin))
        } catch {
            return .failed(index, error)
        }
    }
}
