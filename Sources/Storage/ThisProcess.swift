#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What tells this process from others that may hold a target.
package enum ThisProcess {
    package static let pid: Int32 = getpid()

    package static let host: String = {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()

    /// The operating system, its release and the processor's kind: no name of the machine.
    package static var system: String {
        var raw = utsname()
        guard uname(&raw) == 0 else { return "unknown" }
        func text(_ field: some Any) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return "\(text(raw.sysname)) \(text(raw.release)) \(text(raw.machine))"
    }

    /// This boot of the machine. Where the system does not say, it stands for this process alone: no other run shares it.
    package static let boot: String = {
        let id = Disk.contents("/proc/sys/kernel/random/boot_id", limit: 256).map {
            String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace }
        }
        return id.flatMap { $0.isEmpty ? nil : $0 } ?? "process-\(pid)-\(now)"
    }()

    /// The PID namespace, in which process numbers are unique; empty where the system has none or does not say.
    package static let namespace = Disk.link(at: "/proc/self/ns/pid") ?? ""

    /// Seconds since 1970 by this machine's clock.
    package static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    package static func isRunning(_ pid: Int32) -> Bool { kill(pid, 0) == 0 || errno == EPERM }
}
