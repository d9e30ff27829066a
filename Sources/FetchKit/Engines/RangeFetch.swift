import Curl
import FetchTypes
import ModelSources

/// One file over several connections: workers take parts from a queue until none is left.
struct RangeFetch {
    let client: CurlClient
    let seat: ConnectionBudget.Seat
    /// Whom faults are about.
    let host: String
    let links: LinkKeeper
    let partial: Partial
    let meter: TransferMeter
    let connections: Int

    private enum Step: Sendable {
        /// A worker found nothing left to do.
        case dry
        /// A worker gave up; the others may still get on.
        case failed(any Error)
        case tick
    }

    /// How often the number of connections is looked at.
    private static let tick = Duration.milliseconds(100)
    /// The same, until the first bytes have come.
    private static let firstTick = Duration.milliseconds(5)
    /// A broken connection that brought this many bytes is simply made again.
    private static let worthReconnecting: Int64 = 64 << 10

    /// - Throws: ``TransferFault``, ``IOFault`` when bytes are still missing and nobody can get them now.
    func run() async throws {
        guard let map = partial.map else { return }
        let queue = RangeQueue(map: map, gaps: map.toFetch, connections: connections)
        try await withThrowingTaskGroup(of: Step.self) { group in
            var workers = 0
            defer {
                group.cancelAll()
                seat.giveBack(workers)
            }
            var growth = ConnectionGrowth(ceiling: connections)
            var lastFault: (any Error)?
            var lastBytes = meter.fetchedBytes
            var lastTime = ContinuousClock.now
            // One goes ahead: if the server gives no ranges after all, the others would only fetch beginnings.
            var isProven = (try await links.link()).servesRanges == true
            addWorkers(&group, queue, upTo: isProven ? growth.target : 1, &workers)
            group.addTask { [isProven] in try await Self.pause(isProven ? Self.tick : Self.firstTick) }
            while workers > 0, let step = try await group.next() {
                switch step {
                case .dry:
                    workers -= 1
                    seat.giveBack()
                    // What is still under way then is a straggler that has been overtaken.
                    if partial.map?.isComplete == true { return }
                case .failed(let error):
                    workers -= 1
                    seat.giveBack()
                    guard Self.othersMayGoOn(after: error) else { throw error }
                    growth.shrink(working: workers + 1)
                    lastFault = error
                case .tick where !isProven:
                    isProven = meter.fetchedBytes > lastBytes
                    if isProven {
                        (lastBytes, lastTime) = (meter.fetchedBytes, .now)
                        addWorkers(&group, queue, upTo: growth.target, &workers)
                    }
                    group.addTask { [isProven] in try await Self.pause(isProven ? Self.tick : Self.firstTick) }
                case .tick:
                    let now = ContinuousClock.now
                    let bytes = meter.fetchedBytes
                    growth.observe(rate: Double(bytes - lastBytes) / ((now - lastTime) / .seconds(1)), working: workers)
                    (lastBytes, lastTime) = (bytes, now)
                    addWorkers(&group, queue, upTo: growth.target, &workers)
                    group.addTask { try await Self.pause(Self.tick) }
                }
            }
            if partial.map?.isComplete != true {
                throw lastFault ?? TransferFault.network(TransportFault(.dropped, host: host, detail: "the connections ended early"))
            }
        }
    }

    private static func pause(_ time: Duration) async throws -> Step {
        try await Task.sleep(for: time)
        return .tick
    }

    private func addWorkers(
        _ group: inout ThrowingTaskGroup<Step, any Error>, _ queue: RangeQueue, upTo target: Int, _ workers: inout Int
    ) {
        while workers < target {
            guard let lease = queue.next() else { return }
            guard seat.take() == 1 else {
                queue.finish(lease)
                return
            }
            workers += 1
            group.addTask { await work(from: lease, queue) }
        }
    }

    private func work(from first: RangeLease, _ queue: RangeQueue) async -> Step {
        meter.connectionOpened()
        defer { meter.connectionClosed() }
        var lease: RangeLease? = first
        do {
            while let part = lease {
                try await fetch(part, queue)
                try Task.checkCancellation()
                if seat.isOverShare { return .dry }
                lease = queue.next()
            }
            return .dry
        } catch {
            return .failed(error)
        }
    }

    private func fetch(_ lease: RangeLease, _ queue: RangeQueue) async throws {
        defer {
            if !lease.isRepeat, let rest = lease.rest { partial.noteBegun(upTo: rest.lowerBound) }
            queue.finish(lease)
        }
        let link = try await links.link()
        let before = lease.remaining
        let isWholeFile = lease.start == 0 && lease.end == partial.size
        let receiver = RangeReceiver(lease, partial: partial, meter: meter, host: link.url.host, acceptsWhole: isWholeFile)
        do {
            _ = try await client.receive(link.request(range: HTTPRange(first: lease.start, last: lease.end - 1)), into: receiver)
        } catch let fault as TransportFault {
            guard before - lease.remaining >= Self.worthReconnecting else { throw TransferFault.network(fault) }
            return
        }
        if let fault = receiver.fault { return try await renew(link, after: fault) }
        await links.served(link)
        guard lease.remaining < before else {
            throw TransferFault.network(TransportFault(.dropped, host: link.url.host, detail: "the server sent nothing"))
        }
    }

    /// A link that has served and is refused now has run out: the same connection goes on with a new one.
    /// - Throws: the fault, when it is another or a new link would fare no better.
    private func renew(_ link: ByteLink, after fault: any Error) async throws {
        guard case TransferFault.refused(let status, _, let host) = fault, [401, 403, 410].contains(status),
            await links.refuse(link, because: "\(host) answered \(status)")
        else { throw fault }
    }

    /// Whether a fault may be one connection's own: a crowded or shaky host, while others still get bytes.
    private static func othersMayGoOn(after error: any Error) -> Bool {
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
