import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A name that one process of this user and machine holds until it ends, however it ends. It leaves nothing on the disk: it is a
/// socket in Linux's abstract namespace (unix(7)).
package enum ProcessClaim {
    private static let held = Mutex<[String: Int32]>([:])

    /// - Returns: whether this process holds the name now; false where another one does, and where the system has no such names.
    package static func take(_ name: String) -> Bool {
        #if os(Linux)
            held.withLock { held -> Bool in
                if held[name] != nil { return true }
                guard let descriptor = bound(to: "fetchctl-\(getuid())-\(HashedName.of(name))") else { return false }
                held[name] = descriptor
                return true
            }
        #else
            false
        #endif
    }

    #if os(Linux)
        private static func bound(to name: String) -> Int32? {
            let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { return nil }
            // The zero in front says that the name is none in the file system.
            let bytes = [0] + Array(name.utf8)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
            let isBound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 }
            }
            if isBound { return descriptor }
            close(descriptor)
            return nil
        }
    #endif
}
