import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How long output may block: for ever, until a signal ends the process.
enum OutputDeadline {
    /// Milliseconds of the monotonic clock; 0: none.
    private static let deadline = Atomic<Int64>(0)
    /// A pipe of which the writing end is closed when there is a deadline: it ends every wait.
    private static let pipe: (read: Int32, write: Int32) = {
        var ends: [Int32] = [-1, -1]
        guard makePipe(&ends) == 0 else { return (-1, -1) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }()
    static let hasDropped = Atomic(false)

    /// Milliseconds of the monotonic clock.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Made before a second thread may want it.
    static func prepare() { _ = pipe }

    /// From now on output has so many milliseconds; called once.
    static func set(_ milliseconds: Int64) {
        deadline.store(now() + milliseconds, ordering: .sequentiallyConsistent)
        close(pipe.write)
    }

    /// - Returns: false when it is too late.
    static func waitUntilWritable(_ descriptor: Int32) -> Bool {
        while true {
            let end = deadline.load(ordering: .sequentiallyConsistent)
            let left = end == 0 ? -1 : Int32(clamping: max(0, end - now()))
            var waits = [
                pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: end == 0 ? pipe.read : -1, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&waits, 2, left)
            // An error is one that the write itself tells.
            if count > 0, waits[0].revents != 0 { return true }
            if end != 0, now() >= end {
                hasDropped.store(true, ordering: .relaxed)
                return false
            }
        }
    }
}

private func makePipe(_ ends: inout [Int32]) -> Int32 { pipe(&ends) }
