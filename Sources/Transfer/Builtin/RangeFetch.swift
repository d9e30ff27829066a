import Curl
import FetchTypes
import ModelSources
import Partials

/// One file over several connections, and from several sources if there are mirrors: workers take parts from a
/// queue until none is left.
struct RangeFetch {
    let client: CurlClient
    let budget: ConnectionBudget
    let work: TransferWork

    private enum Step: Sendable {
        /// A mirror has given its link.
        case opened(Int, host: Origin)
        /// A worker of that source found nothing left to do.
        case dry(Int)
        /// A worker of that source gave up; the others may still get on.
        case failed(Int, any Error)
        case tick
    }

    /// How often the number of connections is looked at.
    private static let tick = Duration.milliseconds(100)
    /// The same until the first byte, and when all parts have been handed out, so that a straggler is helped at once.
    private static let closeTick = Duration.milliseconds(10)
    /// A broken connection that brought this many bytes is simply made again.
    private static let minBytesForImmediateRetry: Int64 = 64 << 10

    /// Mirrors are left a share of the connections for this long while they give their links: later they find all parts taken.
    private static let mirrorsOpenWithin = Duration.milliseconds(500)

    private var partial: Partial { work.partial }
    private var meter: TransferMeter { work.meter }

    /// - Throws: ``TransferFault``, ``IOFault`` when bytes are still missing and nobody can get them now.
    func run() async throws {
        guard let map = partial.map else { return }
        let first = try await work.links.link()
        var target = ConnectionTarget(allowed: work.connections, missing: map.size - map.presentBytes)
        let queue = RangeQueue(
            map: map, gaps: map.toFetch, connections: target.count, isLimited: client.isLimited, sharesPieces: work.mirrors.isEmpty,
            isHashed: work.isHashed, roundTrip: client.roundTrip(to: first.url.host) ?? 0)
        var pool = SourcePool(
            origin: RangeSource(work.links), permit: permit(at: first.url.origin), mirrors: work.mirrors.map(RangeSource.init))
        defer { pool.leave() }
        try await withThrowingTaskGroup(of: Step.self) { group in
            defer { group.cancelAll() }
            var lastFault: (any Error)?
            let bytesBefore = meter.fetchedBytes
            var measured = ContinuousClock.now
            // One goes ahead: if the server gives no ranges after all, the others would only fetch beginnings.
            var isProven = first.servesRanges == true || first.assumesRanges && work.isFirstTry
            let opened = ContinuousClock.now + Self.mirrorsOpenWithin
            addWorkers(&group, queue, upTo: isProven ? allowed(target, pool, until: opened) : 1, &pool)
            for index in work.mirrors.indices { group.addTask { await open(work.mirrors[index], index + 1) } }
            group.addTask { try await Self.pause(Self.closeTick) }
            while pool.isBusy, let step = try await group.next() {
                switch step {
                case .opened(let index, let host):
                    pool.open(index, permit: permit(at: host))
                    addWorkers(&group, queue, upTo: pool.workers + 1, &pool)
                case .dry(let index):
                    pool.gaveBack(index)
                    // What is still under way then is a straggler that has been overtaken.
                    if partial.map?.isComplete == true { return }
                case .failed(_, let error as CancellationError):
                    // Nothing is wrong with whoever was asked.
                    throw error
                case .failed(let index, let error):
                    pool.gaveBack(index)
                    try Task.checkCancellation()
                    if try continues(after: error, of: index, &pool, &target) { lastFault = error }
                case .tick where !isProven:
                    isProven = meter.fetchedBytes > bytesBefore
                    if isProven { addWorkers(&group, queue, upTo: allowed(target, pool, until: opened), &pool) }
                    group.addTask { try await Self.pause(Self.closeTick) }
                case .tick:
                    let now = ContinuousClock.now
                    queue.shorten()
                    if now - measured >= Self.tick {
                        pool.measure((now - measured) / .seconds(1))
                        measured = now
                    }
                    addWorkers(&group, queue, upTo: max(allowed(target, pool, until: opened), pool.sources), &pool)
                    let pause = queue.isHandedOut ? Self.closeTick : Self.tick
                    group.addTask { try await Self.pause(pause) }
                }
            }
            if partial.map?.isComplete != true {
                let host = first.url.host
                throw lastFault ?? TransferFault.network(TransportFault(.cut, host: host, detail: "the connections ended early"))
            }
        }
    }

    /// A worker has failed: its mirror is dropped, or its source is left alone for a while.
    /// - Returns: whether the fault is what the transfer fails with, should the bytes stay missing.
    /// - Throws: the fault where the others need not try either.
    private func continues(
        after error: any Error, of index: Int, _ pool: inout SourcePool, _ target: inout ConnectionTarget
    ) throws -> Bool {
        if let mirror = pool.mirror(index) {
            if pool.loses(index, to: error) { work.say(.droppedMirror(mirror.name, why: Mirror.reason(error))) }
            return false
        }
        // Some hosts refuse a connection too many with 403. What the others bring is not thrown away for it.
        guard Self.othersMayGoOn(after: error) || Self.isRefusal(error) && pool.workers > 0 else { throw error }
        target.shrink(working: pool.workers + 1)
        pool.rest(index)
        return true
    }

    /// Connections that may be made now.
    /// - Parameter opened: when mirrors that have not given their links are not waited for any more.
    private func allowed(_ target: ConnectionTarget, _ pool: SourcePool, until opened: ContinuousClock.Instant) -> Int {
        guard pool.isOpening, .now < opened else { return target.count }
        return max(1, target.count / (1 + work.mirrors.count))
    }

    private func permit(at host: Origin) -> HostConnectionPermit {
        budget.permit(at: host, isSmall: SmallFiles.include(partial.size))
    }

    private static func pause(_ time: Duration) async throws -> Step {
        try await Task.sleep(for: time)
        return .tick
    }

    private func open(_ mirror: Mirror, _ index: Int) async -> Step {
        do {
            let link = try await mirror.links.link()
            if let size = partial.size, let theirs = link.size, theirs != size {
                throw TransferFault.wrongSize(expected: size, got: theirs)
            }
            if link.servesRanges == false { throw TransferFault.rangesIgnored }
            return .opened(index, host: link.url.origin)
        } catch {
            return .failed(index, error)
        }
    }

    private func addWorkers(
        _ group: inout ThrowingTaskGroup<Step, any Error>, _ queue: RangeQueue, upTo target: Int, _ pool: inout SourcePool
    ) {
        while pool.workers < target {
            guard let segment = queue.next() else { return }
            guard let (index, source, permit) = pool.take() else {
                queue.finish(segment)
                return
            }
            group.addTask { await fetchParts(from: segment, queue, index, source, permit) }
        }
    }

    private func fetchParts(
        from first: Segment, _ queue: RangeQueue, _ index: Int, _ source: RangeSource, _ permit: HostConnectionPermit
    ) async -> Step {
        meter.connectionOpened()
        defer { meter.connectionClosed() }
        var segment: Segment? = first
        let lane = client.lane(at: permit.host, isSmall: SmallFiles.include(partial.size))
        do {
            while let part = segment {
                try await fetch(part, queue, source, permit, lane)
                try Task.checkCancellation()
                if permit.isOverShare { return .dry(index) }
                // On a long line hashing keeps up by the parts' lengths, and a pause would cost a round trip.
                if !queue.isLongLine { await work.keepPace() }
                segment = queue.next()
            }
            return .dry(index)
        } catch {
            return .failed(index, error)
        }
    }

    private func fetch(
        _ segment: Segment, _ queue: RangeQueue, _ source: RangeSource, _ permit: HostConnectionPermit,
        _ lane: ConnectionLane
    ) async throws {
        defer { queue.finish(segment) }
        if let original = segment.original { partial.note(written: original.start..<segment.start) }
        let link = try await source.links.link()
        let isWholeFile = source.mirror == nil && segment.start == 0 && segment.end == partial.size
        let receiver = RangeReceiver(
            segment, partial: partial, meter: meter, host: link.url.host, acceptsWhole: isWholeFile, source: source)
        // Another connection may have brought all of it while this one waited for its link.
        guard let range = HTTPRange(receiver.requested) else { return }
        let before = Int64(receiver.requested.count)
        defer { receiver.settle() }
        let condition = source.mirror == nil ? partial.rangeCondition(at: link.url.host) : nil
        do {
            var request = link.request(range: range)
            if let condition { request.headers.append(("If-Range", condition)) }
            _ = try await client.receive(request, into: receiver, lane: lane)
        } catch let fault as TransportFault {
            // All is there: what breaks after that is of no interest.
            guard segment.remaining > 0 else { return await source.links.served(link) }
            permit.pushBack()
            if fault.kind == .timeout { work.say(.replacedSilentConnection(host: link.url.host)) }
            guard before - segment.remaining >= Self.minBytesForImmediateRetry else { throw TransferFault.network(fault) }
            return
        }
        if let fault = receiver.fault {
            // It repeats the version that was named, as a whole: it is asked without a condition from here on.
            if case TransferFault.rangesIgnored = fault, let condition, receiver.version.strongETag == condition {
                return partial.dropRangeConditions()
            }
            if case TransferFault.refused(let status, _, _) = fault, status == 429 || status >= 500 { permit.pushBack() }
            return try await renew(source.links, link, after: fault)
        }
        await source.links.served(link)
        guard segment.remaining < before else {
            throw TransferFault.network(TransportFault(.dropped, host: link.url.host, detail: "the server sent nothing"))
        }
    }

    /// A link that has served and is refused now has expired: the same connection goes on with a new one.
    /// - Throws: the fault, when it is another or a new link would fare no better.
    private func renew(_ links: LinkKeeper, _ link: ByteLink, after fault: any Error) async throws {
        guard case TransferFault.refused(let status, _, let host) = fault, [401, 403, 410].contains(status),
            await links.refuse(link, because: "\(host) answered \(status)")
        else { throw fault }
    }

    /// Whether the host, or the source when it was asked for a new link, says no.
    private static func isRefusal(_ error: any Error) -> Bool {
        switch error {
        case TransferFault.refused(let status, _, _): [401, 403, 410].contains(status)
        case let failure as Failure: failure.code == .notAllowed
        default: false
        }
    }

    /// Whether a fault may be one connection's own: a crowded or shaky host, while others still get bytes.
    static func othersMayGoOn(after error: any Error) -> Bool {
        switch error {
        case TransferFault.network(let fault): fault.kind != .tls && fault.kind != .forbiddenAddress
        // A host that names a time is given it, by all connections.
        case TransferFault.refused(let status, let retryAfter, _):
            (status == 408 || status == 429 || status >= 500) && (retryAfter ?? 0) < 1
        case TransferFault.stalled: true
        default: false
        }
    }
}
