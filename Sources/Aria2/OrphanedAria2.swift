#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An aria2c that a record names and that may have outlived the run that started it.
package struct OrphanedAria2: Sendable, Equatable {
    package let process: Int32
    /// Clock ticks from boot to its start, from `/proc/PID/stat`.
    package let startTime: UInt64

    package init(process: Int32, startTime: UInt64) {
        self.process = process
        self.startTime = startTime
    }

    /// Whether it still runs as that very aria2c: same number, same start, and it is called aria2. A zombie does not run.
    package var isAlive: Bool {
        guard process > 1, let stat = ProcessStat(process: process), stat.startTime == startTime, stat.isAlive else { return false }
        if stat.command.contains("aria2") { return true }
        let program = ProcFS.link("/proc/\(process)/exe")?.split(separator: "/").last
        return program?.contains("aria2") ?? false
    }

    /// Ends it: SIGTERM, `grace`, SIGKILL, and waits until it is gone.
    /// - Returns: whether it is gone; false when the system does not let us end it, or a SIGKILL does not take effect within
    ///   `grace` (a process stuck in the kernel). A cancelled task gets the answer of that moment.
    package func end(grace: Duration = .seconds(5)) async -> Bool {
        guard isAlive else { return true }
        // Its owner may have been halted together with it: it hears SIGTERM only when it goes on.
        guard kill(process, SIGTERM) == 0 || errno == ESRCH else { return false }
        kill(process, SIGCONT)
        if await isGone(within: grace) { return true }
        guard isAlive else { return true }
        kill(process, SIGKILL)
        return await isGone(within: grace)
    }

    /// Looks every 20 ms: it is no child of ours, so the kernel tells us nothing by itself.
    private func isGone(within limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while isAlive {
            guard ContinuousClock.now < deadline else { return false }
            do { try await Task.sleep(for: .milliseconds(20)) } catch { return !isAlive }
        }
        return true
    }
}
