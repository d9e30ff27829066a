import CPlatform
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An open file: the one owner of its descriptor, closed when the last reference goes.
///
/// Reading and writing name their offsets, so that threads share it without a lock.
package final class OpenFile: Sendable {
    private let file: FileDescriptor
    /// For calls that swift-system does not have.
    package var descriptor: Int32 { file.rawValue }
    package let path: String

    package enum Access: Sendable { case read, readAtOnce, followed, readWrite, create, createNew, createSequential }

    /// Opens without following a symbolic link at the last part (but for `followed`, which reads), and closed on exec.
    /// - Throws: ``IOFault``.
    package init(_ path: String, _ access: Access) throws(IOFault) {
        let flags =
            switch access {
            case .read: O_RDONLY | O_NOFOLLOW
            // Opening a pipe does not wait for its other end.
            case .readAtOnce: O_RDONLY | O_NOFOLLOW | O_NONBLOCK
            case .followed: O_RDONLY
            case .readWrite: O_RDWR | O_NOFOLLOW
            case .create: O_RDWR | O_NOFOLLOW
            // Of several machines only one succeeds, also where none sees the locks of the others.
            case .createNew: O_RDWR | O_EXCL | O_NOFOLLOW
            // Emptied, and written from its start to its end: all that some mounted object stores allow.
            case .createSequential: O_WRONLY | O_TRUNC | O_NOFOLLOW
            }
        let isCreating = [.create, .createNew, .createSequential].contains(access)
        let located = FolderAndUmask.located(path)
        let opened = isCreating ? FolderAndUmask.create(located, flags | O_CLOEXEC, 0o666) : open(located, flags | O_CLOEXEC)
        guard opened >= 0 else { throw IOFault([.read, .readAtOnce, .followed].contains(access) ? "opening" : "creating", path) }
        file = FileDescriptor(rawValue: opened)
        self.path = path
    }

    deinit { try? file.close() }

    /// Writes all of it at that offset (bytes).
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(IOFault) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = try IOFault.mapping("writing", path) { try file.write(toAbsoluteOffset: offset + Int64(done), rest) }
            guard count > 0 else { throw IOFault.diskFull(writing: path) }
            done += count
        }
    }

    /// Writes a few bytes.
    package func write(_ bytes: [UInt8], at offset: Int64 = 0) throws(IOFault) {
        var fault: IOFault?
        bytes.withUnsafeBytes { buffer in
            do throws(IOFault) { try write(buffer, at: offset) } catch { fault = error }
        }
        if let fault { throw fault }
    }

    /// Reads up to the buffer's size at that offset; 0 at the end.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(IOFault) -> Int {
        try IOFault.mapping("reading", path) { try file.read(fromAbsoluteOffset: offset, into: buffer) }
    }

    package func status() throws(IOFault) -> FileStatus {
        var raw = stat()
        guard fstat(descriptor, &raw) == 0 else { throw IOFault("looking at", path) }
        return FileStatus(raw)
    }

    /// Whether that path leads to this file, which may have been renamed or replaced meanwhile. False where either cannot be looked at.
    package func isNamed(_ path: String) -> Bool {
        guard let own = try? status(), let there = Disk.status(path) else { return false }
        return own.inode == there.inode && own.device == there.device
    }

    /// Brings the data to the disk itself.
    package func synchronize() throws(IOFault) {
        #if os(Linux)
            let result = fdatasync(descriptor)
        #else
            let result = fsync(descriptor)
        #endif
        guard result == 0 || errno == EINVAL || errno == EROFS else { throw IOFault("syncing", path) }
    }

    /// Sets the modification time, in nanoseconds since 1970, where the file system can.
    package func setModified(_ time: Int64) {
        var times = [timespec(tv_sec: 0, tv_nsec: 0), timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))]
        times[0] = times[1]
        _ = futimens(descriptor, times)
    }

    package func truncate(to size: Int64) throws(IOFault) {
        try IOFault.mapping("resizing", path) { try file.resize(to: size) }
    }

    /// Reserves the space of those bytes, so that a full disk shows now and not at 98 %.
    ///
    /// A file system that cannot (vfat, NFSv3, FUSE) is left alone.
    /// - Throws: ``IOFault`` when there is too little room.
    package func reserve(_ range: Range<Int64>) throws(IOFault) {
        guard !range.isEmpty else { return }
        let code = fetchctl_reserve(descriptor, range.lowerBound, Int64(range.count))
        if code == ENOSPC || code == EDQUOT { throw IOFault(code: Errno(rawValue: code), "reserving space for", path) }
    }

    /// What a file system answers when its lock (flock(2)) is asked for.
    package enum LockAnswer: Sendable { case granted, held, unsupported }

    /// Takes the exclusive lock if it is free. It goes with this descriptor, a killed process included.
    package func lock() -> LockAnswer {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            // NFS and Lustre say EACCES for one that another machine holds, and other codes where they have no locks.
            return errno == EWOULDBLOCK || errno == EACCES ? .held : .unsupported
        }
        return .granted
    }

    /// The same.
    /// - Returns: whether no other process holds it: true too where the file system has no locks.
    package func tryLock() -> Bool { lock() != .held }
}

/// What `stat` says of a file, as far as it is of use here.
package struct FileStatus: Sendable, Equatable {
    package enum Kind: Sendable { case file, directory, link, other }
    package var kind: Kind
    /// Bytes.
    package var size: Int64
    /// Bytes that it takes on the disk.
    package var allocated: Int64
    /// Nanoseconds since 1970; a time before 1824 or after 2116 is the nearest of these, so that differences of two fit.
    package var modified: Int64
    package var device: UInt64
    package var inode: UInt64
    /// Names that the file has.
    package var links: Int

    init(_ raw: stat) {
        switch raw.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .directory
        case S_IFLNK: kind = .link
        default: kind = .other
        }
        size = Int64(raw.st_size)
        allocated = Int64(raw.st_blocks) * 512
        #if canImport(Darwin)
            modified = Self.nanoseconds(raw.st_mtimespec)
        #else
            modified = Self.nanoseconds(raw.st_mtim)
        #endif
        device = UInt64(raw.st_dev)
        inode = UInt64(raw.st_ino)
        links = Int(raw.st_nlink)
    }

    /// File systems keep any number of seconds.
    private static func nanoseconds(_ time: timespec) -> Int64 {
        min(max(Int64(time.tv_sec), -4_600_000_000), 4_600_000_000) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
