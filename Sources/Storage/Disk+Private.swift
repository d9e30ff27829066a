#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Disk {
    /// Whether this user may make files in that directory, by its permissions.
    package static func isWritable(_ directory: String) -> Bool { access(directory, W_OK | X_OK) == 0 }

    /// Whether a file can really be made in that directory: it is tried. The administrator has permissions everywhere.
    package static func takesFiles(_ directory: String) -> Bool {
        let path = Path.join(directory, ".fetchctl-probe-\(ThisProcess.pid)-\(UInt32.random(in: 0 ... .max))")
        guard let file = try? OpenFile(path, .create) else { return false }
        defer { unlink(path) }
        return withExtendedLifetime(file) { true }
    }

    /// Makes a directory that is this user's alone, or makes sure that it is.
    package static func makePrivateDirectory(_ path: String) throws(IOFault) {
        try makeDirectories(Path.parent(path))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw IOFault("making the directory", path) }
        guard isPrivateDirectory(path) else { throw IOFault(code: EACCES, "using the directory", path) }
    }

    /// Whether it is a directory of this user, no link, in which nobody else may make files.
    package static func isPrivateDirectory(_ path: String) -> Bool {
        var raw = stat()
        return lstat(path, &raw) == 0 && raw.st_mode & S_IFMT == S_IFDIR && raw.st_uid == getuid() && raw.st_mode & 0o022 == 0
    }
}
