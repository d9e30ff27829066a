import CPlatform

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where relative paths begin, and what modes new files do not get: for a task that works on behalf of another process.
///
/// Working directory and umask belong to the whole process: jobs that run at the same time must not change them.
package struct FolderAndUmask: Sendable {
    /// Absolute.
    package let folder: String
    /// The umask: bits of the mode that new files and directories do not get, 0 to 0o777.
    package let mask: UInt32

    package init(folder: String, mask: UInt32) {
        self.folder = folder
        self.mask = mask & 0o777
    }

    /// Those of the running task; nil: the process's own.
    @TaskLocal package static var current: FolderAndUmask?

    /// The process's own umask.
    package static var processMask: UInt32 { UInt32(fetchctl_umask()) }

    /// A path as the system calls take it: a relative one begins in the task's folder.
    static func located(_ path: String) -> String {
        guard let current, path.utf8.first != UInt8(ascii: "/") else { return path }
        return Path.join(current.folder, path)
    }

    /// `open` with `O_CREAT`, under the task's umask. The kernel applies it, so that a folder's default ACL wins over it as always.
    static func create(_ path: String, _ flags: Int32, _ mode: UInt32) -> Int32 {
        fetchctl_open(path, flags | O_CREAT, mode, current.map { Int32($0.mask) } ?? -1)
    }

    /// `mkdir`, under the task's umask.
    static func makeDirectory(_ path: String, _ mode: UInt32) -> Int32 {
        fetchctl_mkdir(path, mode, current.map { Int32($0.mask) } ?? -1)
    }
}
