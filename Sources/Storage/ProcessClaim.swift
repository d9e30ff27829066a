#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A name that one holder at a time has among the processes of this machine, until it is given back or its process ends,
/// however it ends. It leaves nothing on the disk: it is a socket in Linux's abstract namespace (unix(7)).
package final class ProcessClaim: Sendable {
    private let descriptor: Int32

    /// Among whom a name has one holder.
    package enum Scope: Sendable {
        /// The processes of this user.
        case user
        /// All of this machine's.
        case machine
    }

    /// What came of asking for a name.
    package enum Attempt: Sendable {
        case taken(ProcessClaim)
        /// It is taken, in this process or another.
        case held
        /// The system has no such names, or gives none to us.
        case unavailable
    }

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Gives the name back.
    deinit { close(descriptor) }

    /// Takes a name where it is free.
    package static func attempt(_ name: String, among scope: Scope = .user) -> Attempt {
        #if os(Linux)
            let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { return .unavailable }
            if isBound(descriptor, to: name, scope) { return .taken(ProcessClaim(descriptor)) }
            let isHeld = errno == EADDRINUSE
            close(descriptor)
            return isHeld ? .held : .unavailable
        #else
            return .unavailable
        #endif
    }

    /// Takes a name; where it is taken, waits until it is given back, so that what its holder does first is done.
    /// - Parameters:
    ///   - limit: how long to wait, in seconds, 0 or more: a holder may be stopped.
    ///   - pause: what passes the time between two attempts.
    /// - Returns: nil where it was taken, also after the wait, and where there are no such names.
    /// - Throws: `CancellationError`.
    package static func takeOrWait(
        _ name: String, limit: Double,
        pause: () async throws -> Void = { try await Task.sleep(for: .milliseconds(20)) }
    ) async throws -> ProcessClaim? {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(limit)
        var result = attempt(name)
        if case .taken(let claim) = result { return claim }
        // The system does not tell when a name is given back: it is tried again.
        while case .held = result, clock.now < end {
            try await pause()
            result = attempt(name)
        }
        return nil
    }

    #if os(Linux)
        private static func isBound(_ descriptor: Int32, to name: String, _ scope: Scope) -> Bool {
            // The zero in front says that the name is none in the file system.
            let holder = scope == .user ? "\(getuid())" : "machine"
            let bytes = [0] + Array("fetchctl-\(holder)-\(HashedName.of(name))".utf8)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 }
            }
        }
    #endif
}
