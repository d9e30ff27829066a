import ModelSources

/// Which connection begins when, which source it asks, and when a file's ranges are over: a value that is told what has happened
/// and says what to do. ``RangeFetch`` does it.
struct RangeScheduler {
    /// What has happened.
    enum Step: Sendable {
        /// A mirror has given its link.
        case opened(Int, HostConnectionPermit)
        /// A worker of that source found nothing left to do.
        case dry(Int)
        /// A worker of that source gave up; the others may still get on.
        case failed(Int, any Error)
        case tick
    }

    /// What is known when it has.
    struct Facts: Sendable {
        var now = ContinuousClock.now
        /// Bytes of the file have come since the beginning.
        var hasBroughtBytes = false
        /// No byte of the file is missing.
        var isComplete = false
    }

    /// What to do.
    enum Action {
        case fetch(RangeWorker)
        /// The mirror of that number (1 is the first) is asked for its link.
        case open(Int)
        /// A ``Step/tick`` after that time.
        case tick(Duration)
        case drop(Mirror, why: String)
        /// It is over: all bytes are there, or no source serves the rest now.
        case end((any Error)?)
    }

    /// How often the number of connections is looked at.
    static let pace = Duration.milliseconds(100)
    /// The same until the first byte, and when all parts have been handed out, so that a straggler is helped at once.
    static let closePace = Duration.milliseconds(10)
    /// Mirrors are left a share of the connections for this long while they give their links: later they find all parts taken.
    static let mirrorsOpenWithin = Duration.milliseconds(500)

    private let queue: RangeQueue
    private let mirrors: Int
    private var pool: SourcePool
    private var target: ConnectionTarget
    /// Whether the server has shown that it gives ranges. Until then one connection goes ahead: the others would only fetch
    /// beginnings.
    private var isProven: Bool
    /// When mirrors that have not given their links are not waited for any more.
    private let opened: ContinuousClock.Instant
    private var measured: ContinuousClock.Instant
    private var lastFault: (any Error)?

    /// - Parameters:
    ///   - mirrors: how many of the pool's sources are mirrors.
    ///   - isProven: whether the origin is known to give ranges.
    init(
        queue: RangeQueue, pool: SourcePool, mirrors: Int, target: ConnectionTarget, isProven: Bool, now: ContinuousClock.Instant = .now
    ) {
        self.queue = queue
        self.pool = pool
        self.mirrors = mirrors
        self.target = target
        self.isProven = isProven
        opened = now + Self.mirrorsOpenWithin
        measured = now
    }

    /// A file with one connection has no other one to start or to help: checking seldom is enough.
    private var closePace: Duration { mirrors == 0 && target.count == 1 ? Self.pace : Self.closePace }

    mutating func begin(_ facts: Facts) -> [Action] {
        var actions = workers(upTo: isProven ? allowed(facts.now) : 1)
        for index in 0..<mirrors { actions.append(.open(index + 1)) }
        actions.append(.tick(closePace))
        return orEnd(actions, facts)
    }

    mutating func handle(_ step: Step, _ facts: Facts) -> [Action] {
        // One after the other: in one expression the second would look at what was before the first.
        let actions = follow(step, facts)
        return orEnd(actions, facts)
    }

    /// It is over where no worker is left.
    private func orEnd(_ actions: [Action], _ facts: Facts) -> [Action] {
        if pool.isBusy || actions.contains(where: \.isEnd) { return actions }
        return actions + [.end(facts.isComplete ? nil : lastFault ?? RangeEndedEarly())]
    }

    /// No worker is left: the budget gets its connections back.
    mutating func leave() { pool.leave() }

    private mutating func follow(_ step: Step, _ facts: Facts) -> [Action] {
        switch step {
        case .opened(let index, let permit):
            pool.open(index, permit: permit)
            return workers(upTo: pool.workers + 1)
        case .dry(let index):
            pool.gaveBack(index)
            // What is still under way then is a straggler that has been overtaken.
            return facts.isComplete ? [.end(nil)] : []
        case .failed(_, let error as CancellationError):
            // Nothing is wrong with the source that was asked.
            return [.end(error)]
        case .failed(let index, let error):
            pool.gaveBack(index)
            return after(error, of: index)
        case .tick where !isProven:
            isProven = facts.hasBroughtBytes
            return (isProven ? workers(upTo: allowed(facts.now)) : []) + [.tick(closePace)]
        case .tick:
            queue.shorten()
            if facts.now - measured >= Self.pace {
                pool.measure((facts.now - measured) / .seconds(1))
                measured = facts.now
            }
            let actions = workers(upTo: max(allowed(facts.now), pool.sources))
            return actions + [.tick(queue.isHandedOut ? closePace : Self.pace)]
        }
    }

    /// A worker has failed: its mirror is dropped, or its source is left alone for a while; or it is the end, where the others need
    /// not try either.
    private mutating func after(_ error: any Error, of index: Int) -> [Action] {
        if let mirror = pool.mirror(index) {
            return pool.loses(index, to: error) ? [.drop(mirror, why: Mirror.reason(error))] : []
        }
        // Some hosts refuse a connection too many with 403. What the others receive is not thrown away for it.
        guard RangeFault.othersMayGoOn(after: error) || RangeFault.isRefusal(error) && pool.workers > 0 else { return [.end(error)] }
        target.shrink(working: pool.workers + 1)
        pool.rest(index)
        lastFault = error
        return []
    }

    /// Connections that may be made now.
    private func allowed(_ now: ContinuousClock.Instant) -> Int {
        guard pool.isOpening, now < opened else { return target.count }
        return max(1, target.count / (1 + mirrors))
    }

    private mutating func workers(upTo count: Int) -> [Action] {
        var actions: [Action] = []
        while pool.workers < count, let segment = queue.next() {
            guard let (index, source, permit) = pool.take() else {
                queue.finish(segment)
                break
            }
            actions.append(.fetch(RangeWorker(index: index, segment: segment, source: source, permit: permit)))
        }
        return actions
    }
}

extension RangeScheduler.Action {
    fileprivate var isEnd: Bool { if case .end = self { true } else { false } }
}

/// Every connection ended, without a fault that would say why, before all was there.
struct RangeEndedEarly: Error {}
