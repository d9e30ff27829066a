package import FetchTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The file system: what is there, small files whole and atomically, directories, free space.
package enum Disk {
    /// What is at that path itself, a symbolic link unfollowed; nil when nothing does.
    package static func status(_ path: String) -> FileStatus? {
        var raw = stat()
        return lstat(FolderAndUmask.located(path), &raw) == 0 ? FileStatus(raw) : nil
    }

    /// The same, symbolic links followed.
    package static func followedStatus(_ path: String) -> FileStatus? {
        var raw = stat()
        return stat(FolderAndUmask.located(path), &raw) == 0 ? FileStatus(raw) : nil
    }

    /// A small file's bytes; nil when it cannot be read or is longer than `limit` bytes.
    /// - Parameter onlyFiles: nil also for a pipe or a device, which would be waited for without end.
    package static func contents(_ path: String, limit: Int = 64 << 20, onlyFiles: Bool = false) -> [UInt8]? {
        // Even opening a pipe waits for its other end.
        let descriptor = open(FolderAndUmask.located(path), O_RDONLY | O_CLOEXEC | (onlyFiles ? O_NONBLOCK : 0))
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        if onlyFiles {
            var raw = stat()
            guard fstat(descriptor, &raw) == 0, FileStatus(raw).kind == .file else { return nil }
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes { Int(read(descriptor, $0.baseAddress!, $0.count)) }
            if count == 0 { return bytes }
            if count < 0 && errno == EINTR { continue }
            guard count > 0, bytes.count + count <= limit else { return nil }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// A small text file; what is not UTF-8 in it becomes U+FFFD. Nil as ``contents(_:limit:onlyFiles:)``.
    package static func text(_ path: String, limit: Int, onlyFiles: Bool = false) -> String? {
        contents(path, limit: limit, onlyFiles: onlyFiles).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A small file's bytes, or those of a pipe whose end comes within a time.
    /// - Returns: nil when it cannot be read, is longer than `limit` bytes, or is a pipe whose end has not come by then.
    package static func contents(_ path: String, limit: Int, pipeLimit: Seconds) -> [UInt8]? {
        // Opened so, a pipe does not wait for its other end. Opened twice, it would lose what was written in between.
        let descriptor = open(FolderAndUmask.located(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let deadline = ContinuousClock.now + pipeLimit.duration
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while case let left = (deadline - .now) / .milliseconds(1), left > 0 {
            // Files are always ready.
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, Int32(left.rounded(.up))) > 0 else { continue }
            let count = buffer.withUnsafeMutableBytes { Int(read(descriptor, $0.baseAddress!, $0.count)) }
            if count == 0 { return bytes }
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            guard count > 0, bytes.count + count <= limit else { return nil }
            bytes.append(contentsOf: buffer[..<count])
        }
        return nil
    }

    /// Puts a small file in place whole: written beside, synced, renamed.
    /// - Parameters:
    ///   - temporary: where it is written first, on the same file system; nil: beside it, under a name of its own, because other
    ///     processes and machines may replace the same file.
    ///   - keepsMode: whether it gets the permissions of what was there.
    ///   - isDurable: whether it has to be on the disk before this returns; else a power failure may leave it empty.
    /// - Throws: ``IOFault``; what was there before is untouched then.
    package static func replace(
        _ path: String, with bytes: [UInt8], temporary: String? = nil, keepsMode: Bool = false, isDurable: Bool = true
    ) throws(IOFault) {
        let temporary = temporary ?? temporaryPath(in: Path.parent(path))
        unlink(temporary)
        do throws(IOFault) {
            try writeInOrder(bytes, to: temporary, isDurable)
            var raw = stat()
            if keepsMode, stat(path, &raw) == 0 { chmod(temporary, raw.st_mode & 0o7777) }
            if rename(temporary, path) == 0 { return }
            guard cannotRename(errno) else { throw IOFault("renaming to", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        unlink(temporary)
        try writeInOrder(bytes, to: path, isDurable)
    }

    /// A path in a folder that no other process or machine uses. `cleanup` knows its ending.
    package static func temporaryPath(in folder: String) -> String {
        Path.join(folder, HashedName.of("\(ThisProcess.host) \(ThisProcess.pid) \(UInt64.random(in: .min ... .max))") + ".fetchctl-new")
    }

    private static func writeInOrder(_ bytes: [UInt8], to path: String, _ isDurable: Bool) throws(IOFault) {
        let file = try OpenFile(path, .createSequential)
        try file.write(bytes)
        if isDurable { try file.synchronize() }
    }

    /// Whether that error of `rename` means that the file system does not know it, as some mounted object stores.
    static func cannotRename(_ code: Int32) -> Bool { [ENOSYS, ENOTSUP, EOPNOTSUPP].contains(code) }

    package static func remove(_ path: String) { unlink(path) }

    /// Sets a file's times to now, by the file system's clock where it has one.
    package static func touch(_ path: String) { utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW) }

    /// Gives a file another name on the same file system.
    package static func move(_ path: String, to other: String) throws(IOFault) {
        guard rename(path, other) == 0 else { throw IOFault("renaming to", other) }
    }

    /// Gives a file a name that no other file has; where the file system cannot ensure that, one that none had a moment ago.
    package static func moveAside(_ path: String, to other: String) throws(IOFault) {
        if hardLink(path, other) == 0 {
            unlink(path)
            return
        }
        guard errno != EEXIST, status(other) == nil else { throw IOFault(code: EEXIST, "renaming to", other) }
        try move(path, to: other)
    }

    /// Gives a file a second name (a hard link) that no other file has.
    /// - Returns: false where its file system knows none, or no more of them.
    /// - Throws: ``IOFault``, also where something has the name.
    package static func addName(_ other: String, to path: String) throws(IOFault) -> Bool {
        if hardLink(path, other) == 0 { return true }
        // vfat and FUSE say EPERM or ENOSYS, network file systems EOPNOTSUPP.
        if [EPERM, ENOSYS, EOPNOTSUPP, ENOTSUP, EMLINK, EXDEV].contains(errno) { return false }
        throw IOFault("linking", other)
    }

    /// Makes the directory and those above it; symbolic links on the way are followed.
    package static func makeDirectories(_ path: String) throws(IOFault) {
        if let there = followedStatus(path) {
            guard there.kind == .directory else { throw IOFault(code: ENOTDIR, "making the directory", path) }
            return
        }
        let parent = Path.parent(path)
        if parent != path { try makeDirectories(parent) }
        guard FolderAndUmask.makeDirectory(path, 0o777) == 0 || errno == EEXIST else { throw IOFault("making the directory", path) }
    }

    /// Makes the directories of an untrusted path, below `root`; a symbolic link on the way is refused.
    package static func makeDirectories(below root: String, _ components: some Sequence<String>) throws(IOFault) {
        var path = root
        for component in components {
            path = Path.join(path, component)
            switch status(path)?.kind {
            case nil:
                guard FolderAndUmask.makeDirectory(path, 0o777) == 0 || errno == EEXIST else { throw IOFault("making the directory", path) }
            case .directory: continue
            case .link: throw IOFault(code: ELOOP, "going through", path)
            default: throw IOFault(code: ENOTDIR, "making the directory", path)
            }
        }
    }

    /// Brings a directory's entries to the disk; file systems that cannot are left alone.
    package static func synchronizeDirectory(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// The file system that a path is or would be on: its device and the bytes free there for this user.
    package static func space(for path: String) -> (device: UInt64, free: Int64)? {
        var existing = path
        while followedStatus(existing) == nil, existing != "/" { existing = Path.parent(existing) }
        guard let status = followedStatus(existing) else { return nil }
        var raw = statvfs()
        guard statvfs(existing, &raw) == 0 else { return nil }
        let free = UInt64(raw.f_bavail).multipliedReportingOverflow(by: UInt64(raw.f_frsize))
        return (status.device, free.overflow ? .max : Int64(clamping: free.partialValue))
    }
}

/// The system's call, whose name is one of ``Disk``'s own.
private func hardLink(_ path: String, _ other: String) -> Int32 { link(path, other) }
