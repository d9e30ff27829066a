import FetchTypes
import Storage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The lock that `huggingface_hub` holds while it fetches a file and puts it in place: an empty file under `flock`. It is
/// left there afterwards, as `huggingface_hub` leaves it.
///
/// It keeps two programs from fetching the same bytes; their correctness does not depend on it. So where it cannot be taken
/// at all (another user's file, a file system without locks) the work goes on without.
package final class HubLock: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    private enum Attempt {
        case held(HubLock)
        case busy, impossible
    }

    /// - Parameters:
    ///   - timeout: seconds to wait for its holder; nil for no bound.
    ///   - onWait: told once.
    /// - Returns: nil where there is no such lock.
    /// - Throws: ``Failure`` of kind `locked` when timeout ran out; `CancellationError`.
    package static func acquire(_ path: String, for target: String, timeout: Double?, onWait: () -> Void) async throws -> HubLock? {
        try? Disk.makeDirectories(Path.parent(path))
        let started = ContinuousClock.now
        var told = false
        while true {
            try Task.checkCancellation()
            switch attempt(path) {
            case .held(let lock): return lock
            case .impossible: return nil
            case .busy: break
            }
            if !told {
                told = true
                onWait()
            }
            if let timeout, (ContinuousClock.now - started) / .seconds(1) >= timeout {
                throw Failure(
                    .locked, "\(target) is being fetched by another program.",
                    why: "it holds \(path), and did not finish within the \(Int(timeout)) s that --wait allows.",
                    hint: "run the same command again later: it finds the file complete or resumes it.")
            }
            // A lock cannot be awaited and cancelled both; looking ten times a second costs nothing.
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// - Returns: nil where it is held, or there is no such lock.
    package static func tryAcquire(_ path: String) -> HubLock? {
        try? Disk.makeDirectories(Path.parent(path))
        return if case .held(let lock) = attempt(path) { lock } else { nil }
    }

    private static func attempt(_ path: String) -> Attempt {
        let flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        var opened = open(path, O_RDWR | O_CREAT | O_EXCL | flags, 0o664)
        let isNew = opened >= 0
        // Others who share the cache must be able to take it too, whatever our umask.
        if isNew { fchmod(opened, 0o664) }
        if opened < 0 { opened = open(path, O_RDWR | flags) }
        if opened < 0 { opened = open(path, O_RDONLY | flags) }
        guard opened >= 0 else { return .impossible }
        let lock = HubLock(opened)
        while flock(opened, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            if errno == EWOULDBLOCK || errno == EACCES { return .busy }
            // Where there is no flock, huggingface_hub takes the file's presence for the lock.
            if isNew { unlink(path) }
            return .impossible
        }
        // It may be that of a file which was removed meanwhile.
        var own = stat()
        var there = stat()
        guard fstat(opened, &own) == 0, lstat(path, &there) == 0, own.st_ino == there.st_ino, own.st_dev == there.st_dev else {
            return .busy
        }
        return .held(lock)
    }
}
