#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// SIGPIPE, which ends a process that writes to a connection that its other side has closed.
enum BrokenPipes {
    /// Ignores it, unless the program has an action of its own for it. libcurl does not do that for every TLS library.
    static func ignore() {
        let before = signal(SIGPIPE, SIG_IGN)
        if let before, unsafeBitCast(before, to: Int.self) > 1 { signal(SIGPIPE, before) }
    }
}
