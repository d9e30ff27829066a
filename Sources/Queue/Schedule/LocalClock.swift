import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A time zone as a function: so that every rule of schedules is pure, and tested with zones of its own.
package struct LocalClock: Sendable {
    /// Seconds that local time is ahead of UTC, at a time in seconds since 1970.
    private let offset: @Sendable (Int) -> Int

    package init(offset: @escaping @Sendable (Int) -> Int) { self.offset = offset }

    /// The zone of this process: `TZ`, else the machine's.
    package static let system = LocalClock { seconds in
        var time = time_t(seconds)
        var parts = tm()
        ZoneRefresh.run()
        guard localtime_r(&time, &parts) != nil else { return 0 }
        return Int(parts.tm_gmtoff)
    }

    /// What the clock on the wall shows.
    package func civil(_ moment: Moment) -> CivilTime {
        let seconds = Int(moment.seconds.rounded(.down))
        return CivilTime(secondsSince1970: seconds + offset(seconds))
    }

    /// When the clock on the wall shows that time, in order: twice where the clock is put back. A time that is skipped where the
    /// clock is put forward gives the first second after it.
    package func moments(of civil: CivilTime) -> [Moment] {
        let wall = civil.secondsSince1970
        // A zone may skip a whole day (Samoa, 2011).
        let margin = 36 * 3600
        let offsets = Set([offset(wall - margin), offset(wall), offset(wall + margin)])
        let found = offsets.filter { offset(wall - $0) == $0 }.map { wall - $0 }.sorted()
        if !found.isEmpty { return found.map { Moment(clamping: Double($0)) } }
        return [Moment(clamping: Double(transition(in: wall - (offsets.max() ?? 0), wall - (offsets.min() ?? 0))))]
    }

    /// The second in which the offset changes.
    private func transition(in start: Int, _ end: Int) -> Int {
        var (before, after) = (start, end)
        let first = offset(before)
        guard offset(after) != first else { return after }
        while after - before > 1 {
            let middle = before + (after - before) / 2
            if offset(middle) == first { before = middle } else { after = middle }
        }
        return after
    }
}

/// Has the C library look at `TZ` and `/etc/localtime` again, once a second at most: localtime_r need not do so itself (POSIX), and a
/// list of ten thousand jobs asks for as many local times.
private enum ZoneRefresh {
    /// Whole seconds of the monotonic clock; -1: never.
    private static let last = Atomic<Int>(-1)

    static func run() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let now = Int(time.tv_sec)
        // Reading first: threads that only write would wait for each other.
        if last.load(ordering: .acquiring) != now, last.exchange(now, ordering: .acquiringAndReleasing) != now { tzset() }
    }
}
