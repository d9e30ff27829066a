#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Disk {
    /// Puts a file in place that only its owner may read (0600), whole; a symbolic link there is followed. Directories that are
    /// missing are made for the owner alone (0700).
    /// - Throws: ``IOFault``; what was there before is untouched then.
    package static func replaceSecret(_ path: String, with bytes: [UInt8]) throws(IOFault) {
        let path = Path.real(path) ?? path
        try makeSecretDirectories(Path.parent(path))
        let temporary = path + "~"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw IOFault("creating", path) }
        var isWritten = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) } == bytes.count
        isWritten = isWritten && fsync(descriptor) == 0
        let fault = isWritten ? nil : IOFault("writing", path)
        close(descriptor)
        if let fault {
            unlink(temporary)
            throw fault
        }
        guard rename(temporary, path) == 0 else {
            let fault = IOFault("renaming to", path)
            unlink(temporary)
            throw fault
        }
    }

    private static func makeSecretDirectories(_ path: String) throws(IOFault) {
        guard followedStatus(path) == nil else { return }
        let parent = Path.parent(path)
        if parent != path { try makeSecretDirectories(parent) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw IOFault("making the directory", path) }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    bytes.map { write(descriptor, $0, count) } ?? 0
}
