package import Storage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Small files of the queue, written whole and for this user alone (0600).
package enum QueueFile {
    /// Bytes that a file of the queue has at most; a record may hold an input file.
    private static let longest = 64 << 20

    /// - Returns: nil when it is not there, cannot be read, or is too long.
    package static func contents(_ path: String, limit: Int = longest) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // One read is enough for nearly all, and ten thousand of them are read for a list.
        return withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 16) { buffer -> [UInt8]? in
            var bytes: [UInt8] = []
            while true {
                let count = read(descriptor, buffer.baseAddress!, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count >= 0, bytes.count + count <= limit else { return nil }
                bytes.append(contentsOf: buffer[..<count])
                if count < buffer.count { return bytes }
            }
        }
    }

    /// The last lines of a file, as many as stand whole in that many bytes; none where it cannot be read.
    package static func tail(_ path: String, bytes limit: Int) -> [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let start = max(0, lseek(descriptor, 0, SEEK_END) - off_t(limit))
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = pread(descriptor, &bytes, limit, start)
        guard count > 0 else { return [] }
        let lines = bytes[..<count].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .dropFirst(start > 0 ? 1 : 0)
        return lines.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Puts a file in place whole, in place of what has the name.
    /// - Parameter isSynced: whether it is on the disk when this returns; else it is there for every process, but a power cut may
    ///   take it back.
    package static func replace(_ path: String, with bytes: [UInt8], isSynced: Bool) throws(IOFault) {
        let temporary = try write(bytes, beside: path, isSynced: isSynced)
        guard rename(temporary, path) == 0 else {
            let fault = IOFault("renaming to", path)
            unlink(temporary)
            throw fault
        }
        if isSynced { Disk.synchronizeDirectory(Path.parent(path)) }
    }

    /// Puts a file in place whole where nothing has the name.
    /// - Returns: false where something has.
    package static func create(_ path: String, with bytes: [UInt8], isSynced: Bool) throws(IOFault) -> Bool {
        let temporary = try write(bytes, beside: path, isSynced: isSynced)
        defer { unlink(temporary) }
        if link(temporary, path) != 0 {
            let code = errno
            if code == EEXIST { return false }
            guard [EPERM, ENOSYS, EOPNOTSUPP, ENOTSUP, EMLINK].contains(code) else { throw IOFault(code: code, "creating", path) }
            // A file system without hard links: the caller is the only one, by the lock on the numbers.
            guard Disk.status(path) == nil else { return false }
            guard rename(temporary, path) == 0 else { throw IOFault("renaming to", path) }
        }
        if isSynced { Disk.synchronizeDirectory(Path.parent(path)) }
        return true
    }

    /// Adds a line to a file's end; one that a crash has cut is ended first.
    package static func append(_ line: String, to path: String, isSynced: Bool = true) throws(IOFault) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw IOFault("creating", path) }
        defer { close(descriptor) }
        var last = UInt8(ascii: "\n")
        let end = lseek(descriptor, 0, SEEK_END)
        if end > 0 { pread(descriptor, &last, 1, end - 1) }
        let bytes = Array(((last == UInt8(ascii: "\n") ? "" : "\n") + line + "\n").utf8)
        guard writeAll(descriptor, bytes), !isSynced || fsync(descriptor) == 0 || errno == EINVAL else { throw IOFault("writing", path) }
    }

    private static func write(_ bytes: [UInt8], beside path: String, isSynced: Bool) throws(IOFault) -> String {
        // A name of its own: several processes write the same file.
        let temporary = "\(Path.parent(path))/.new-\(ThisProcess.pid)-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw IOFault("creating", path) }
        defer { close(descriptor) }
        guard writeAll(descriptor, bytes), !isSynced || fsync(descriptor) == 0 || errno == EINVAL else {
            let fault = IOFault("writing", path)
            unlink(temporary)
            throw fault
        }
        return temporary
    }

    /// - Returns: false with `errno` set.
    private static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress! + done, bytes.count - done) }
            if count < 0, errno == EINTR { continue }
            if count == 0 { errno = ENOSPC }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int { write(descriptor, bytes, count) }
