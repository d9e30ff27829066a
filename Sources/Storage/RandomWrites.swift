#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Whether files can be written at any offset. Object stores that are mounted as file systems often take a file from
/// its start to its end only.
package enum RandomWrites {
    /// Tried with a file of two bytes, which is taken away again. A directory in which no file can be made is not judged.
    package static func areTaken(in directory: String) -> Bool {
        let path = Path.join(directory, ".fetchctl-probe-\(ThisProcess.pid)-\(UInt32.random(in: 0 ... .max))")
        var descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        if descriptor < 0 {
            // Some cannot even be read while they are written.
            guard [EINVAL, ENOTSUP, EPERM, ENOSYS].contains(errno) else { return true }
            descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return true }
            close(descriptor)
            unlink(path)
            return false
        }
        defer {
            close(descriptor)
            unlink(path)
        }
        var byte: UInt8 = 1
        for offset in [1 << 16, 0] as [off_t] where pwrite(descriptor, &byte, 1, offset) != 1 {
            // A full disk says so itself, when something is written to it.
            return errno == ENOSPC || errno == EDQUOT
        }
        byte = 0
        return pread(descriptor, &byte, 1, 1 << 16) == 1 && byte == 1
    }
}
