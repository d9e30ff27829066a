#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a directory's file system can do, tried with small files that are taken away again.
package struct FileSystemProbe: Sendable, Equatable {
    /// `ext4`, `btrfs`, …; nil for kinds that are not known here.
    package var type: String?
    package var hasSymbolicLinks = false
    /// Whether files can share their blocks (FICLONE).
    package var hasReflinks = false
    package var hasRandomWrites = false
    package var hasLocks = false
    /// Whether a file may have more than 4 GiB.
    package var takesLargeFiles = false

    /// - Parameter directory: one that is there.
    /// - Returns: nil where no file can be made in it.
    package static func of(_ directory: String) -> FileSystemProbe? {
        let path = Path.join(directory, ".fetchctl-probe-\(ThisProcess.pid)-\(UInt32.random(in: 0 ... .max))")
        let (clone, link) = (path + "-clone", path + "-link")
        defer { for made in [path, clone, link] { unlink(made) } }
        var probe = FileSystemProbe(type: FileSystemKind.name(of: directory))
        probe.hasRandomWrites = RandomWrites.areTaken(in: directory)
        guard let file = try? OpenFile(path, .create) else { return nil }
        // More than what some file systems keep with the name, which cannot be shared.
        try? file.write([UInt8](repeating: 1, count: 128 << 10))
        probe.hasLocks = file.lock() == .granted
        probe.hasReflinks = (try? OpenFile(clone, .create)).map { $0.clone(file) } ?? false
        probe.hasSymbolicLinks = symlink("x", link) == 0
        // A hole: nothing is written.
        probe.takesLargeFiles = ftruncate(file.descriptor, off_t(5) << 30) == 0
        return probe
    }
}
