import Aria2
package import Curl

/// What aria2c is told of one ceiling: that of the whole process, or that of one job among several.
///
/// Both engines together keep to a ceiling: while both work under it, each gets half.
package struct Aria2Ceiling {
    let limiter: RateLimiter
    private let includesOuter: Bool
    private var pace: Aria2Pace?
    private var target: Int64?
    /// What aria2c has been told, in bytes per second; 0 for no ceiling. Nil where it did not take that.
    private(set) var told: Int64? = 0

    /// - Parameter includesOuter: whether the ceilings around this one count too.
    package init(_ limiter: RateLimiter, includesOuter: Bool = false) {
        self.limiter = limiter
        self.includesOuter = includesOuter
    }

    /// - Parameters:
    ///   - bytes: what aria2c fetched under this ceiling since the last call.
    ///   - seconds: the time since then.
    ///   - isWorking: whether it has any job under it.
    /// - Returns: what to tell it now, in bytes per second, 0 for no ceiling; nil where it has been told so.
    package mutating func observe(bytes: Int64, seconds: Double, isWorking: Bool) -> Int64? {
        let ceiling = includesOuter ? limiter.lowest : limiter.bytesPerSecond
        if ceiling != target {
            target = ceiling
            pace = ceiling.map { Aria2Pace(target: Double($0)) }
        }
        limiter.reserve(isWorking ? Double(ceiling ?? 0) / 2 : 0)
        if isWorking { _ = pace?.observe(bytes: bytes, seconds: seconds, share: limiter.isInUse ? 0.5 : 1) }
        let now = pace.map { Int64($0.told) } ?? 0
        guard now != told else { return nil }
        told = now
        return now
    }

    /// aria2c did not take what it was told last: the next call of ``observe(bytes:seconds:isWorking:)`` returns it again.
    package mutating func wasNotTaken() { told = nil }

    /// aria2c works under it no more.
    package func end() { limiter.reserve(0) }
}

/// The ceilings under which the jobs of one aria2c are: one over all of them, and one for each group of jobs that has its own.
struct Aria2Ceilings {
    private var whole: Aria2Ceiling?
    private var parts: [ObjectIdentifier: Aria2Ceiling] = [:]
    /// What each job has been told.
    private var told: [Aria2GID: Int64] = [:]

    /// What to tell aria2c now.
    struct Changes: Equatable {
        /// Bytes per second over all jobs, 0 for none; nil where that has not changed.
        var whole: Int64?
        /// The same for single jobs.
        var jobs: [Aria2GID: Int64] = [:]
    }

    init(_ whole: RateLimiter?) { self.whole = whole.map { Aria2Ceiling($0) } }

    /// - Parameters:
    ///   - jobs: those that aria2c has, each with its own ceiling (nil, or that of the whole: none of its own) and the bytes that came for
    ///     it since the last call.
    ///   - seconds: the time since then.
    mutating func observe(_ jobs: [Aria2GID: (limiter: RateLimiter?, bytes: Int64)], seconds: Double) -> Changes {
        var changes = Changes()
        let bytes = jobs.values.reduce(0) { $0 + $1.bytes }
        changes.whole = whole?.observe(bytes: bytes, seconds: seconds, isWorking: !jobs.isEmpty)
        var groups: [ObjectIdentifier: [Aria2GID]] = [:]
        for (gid, job) in jobs {
            guard let limiter = job.limiter, limiter !== whole?.limiter else { continue }
            groups[ObjectIdentifier(limiter), default: []].append(gid)
            if parts[ObjectIdentifier(limiter)] == nil { parts[ObjectIdentifier(limiter)] = Aria2Ceiling(limiter) }
        }
        for (id, part) in parts where groups[id] == nil {
            part.end()
            parts[id] = nil
        }
        told = told.filter { jobs[$0.key] != nil }
        for (id, gids) in groups {
            _ = parts[id]?.observe(bytes: gids.reduce(0) { $0 + (jobs[$1]?.bytes ?? 0) }, seconds: seconds, isWorking: true)
            let rate = parts[id]?.told ?? 0
            // Each job of the group gets an equal share; 0 would take its ceiling away.
            let share = rate == 0 ? 0 : max(1, rate / Int64(gids.count))
            for gid in gids where told[gid] != share {
                told[gid] = share
                changes.jobs[gid] = share
            }
        }
        return changes
    }

    /// aria2c has ended.
    func end() {
        whole?.end()
        for part in parts.values { part.end() }
    }
}
