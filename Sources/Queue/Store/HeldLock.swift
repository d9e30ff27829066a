package import Storage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A lock file that this process holds: it is free again when the last reference goes, or the process does (flock(2)).
package final class HeldLock: Sendable {
    package let path: String
    private let descriptor: Int32

    private init(_ path: String, _ descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Makes the file and takes its lock.
    /// - Parameter waits: whether to wait for the process that holds it.
    /// - Returns: nil when another one holds it.
    /// - Throws: ``IOFault`` when the file cannot be made.
    package static func take(_ path: String, waits: Bool = false) throws(IOFault) -> HeldLock? {
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw IOFault("creating", path) }
            guard take(descriptor, LOCK_EX | (waits ? 0 : LOCK_NB)) else {
                let code = errno
                close(descriptor)
                if code == EWOULDBLOCK { return nil }
                throw IOFault(code: code, "locking", path)
            }
            let lock = HeldLock(path, descriptor)
            // It may be that of a file which was removed meanwhile, while another process made a new one.
            if lock.isStillNamed { return lock }
        }
    }

    /// Whether a process holds it. The check takes the lock for a moment, so that another process's try may fail.
    package static func isHeld(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return !take(descriptor, LOCK_SH | LOCK_NB)
    }

    private static func take(_ descriptor: Int32, _ operation: Int32) -> Bool {
        while flock(descriptor, operation) != 0 {
            if errno != EINTR { return false }
        }
        return true
    }

    private var isStillNamed: Bool {
        var (own, there) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && lstat(path, &there) == 0 && own.st_ino == there.st_ino && own.st_dev == there.st_dev
    }

    /// Removes the file while the lock is held.
    package func removeFile() { unlink(path) }
}
