#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How a file's bytes get another name on this machine. The raw values are those of events.
package enum CopyMethod: String, Sendable, CaseIterable {
    /// The two share their blocks until one is written to.
    case reflink
    /// Two names of one file.
    case hardlink
    /// A name that leads to the other.
    case symlink
    case copy
}

/// Gives a file a second name, whole or not at all: made beside the target and renamed.
package enum LocalCopy {
    /// The two are on different file systems, and neither a symbolic link nor a copy was asked for.
    package struct AcrossDisks: Error {}

    /// - Parameter methods: tried in this order.
    /// - Returns: the one that worked.
    /// - Throws: ``AcrossDisks`` where none of `reflink` and `hardlink` can, ``IOFault``, `CancellationError`.
    package static func make(_ source: String, at target: String, by methods: [CopyMethod]) async throws -> CopyMethod {
        let beside = Path.join(Path.parent(target), HashedName.of(Path.name(target)) + ".fetchctl-link")
        unlink(beside)
        for method in methods {
            if method == .copy {
                try await FileCopy(source: source, target: target).run()
                return .copy
            }
            guard try name(source, beside, by: method, for: target) else { continue }
            guard rename(beside, target) == 0 else {
                let fault = IOFault("renaming to", target)
                unlink(beside)
                throw fault
            }
            // Of two names of one file the rename does nothing, and leaves both.
            unlink(beside)
            return method
        }
        throw AcrossDisks()
    }

    /// Finds out which method would work, by trying: a name is made in the nearest folder above the target that exists, and removed.
    /// - Returns: the first method that works.
    /// - Throws: as ``make(_:at:by:)``.
    package static func attempt(_ source: String, at target: String, by methods: [CopyMethod]) throws -> CopyMethod {
        var folder = Path.parent(target)
        while folder != "/", Disk.followedStatus(folder) == nil { folder = Path.parent(folder) }
        let trial = Path.join(folder, ".\(HashedName.of(target)).\(getpid()).fetchctl-link")
        defer { unlink(trial) }
        for method in methods {
            if method == .copy {
                _ = try OpenFile(trial, .create)
                return .copy
            }
            if try name(source, trial, by: method, for: target) { return method }
        }
        throw AcrossDisks()
    }

    /// Makes a second name.
    /// - Returns: false where the file system has no such names, or none of a file of another one.
    /// - Throws: ``IOFault``.
    private static func name(
        _ source: String, _ beside: String, by method: CopyMethod, for target: String
    ) throws(IOFault) -> Bool {
        switch method {
        case .reflink: return try cloned(source, beside)
        case .hardlink:
            // What a name of a link leads to is meant, not the link.
            guard hardLink(Path.real(source) ?? source, beside) != 0 else { return true }
            guard [EXDEV, EPERM, EMLINK, ENOTSUP, EOPNOTSUPP, ENOSYS].contains(errno) else { throw IOFault("linking", target) }
            return false
        case .symlink:
            guard symlink(Path.absolute(source), beside) == 0 else { throw IOFault("linking", target) }
            return true
        case .copy: return false
        }
    }

    private static func cloned(_ source: String, _ beside: String) throws(IOFault) -> Bool {
        let from = try OpenFile(source, .followed)
        let to = try OpenFile(beside, .create)
        guard to.clone(from) else {
            unlink(beside)
            return false
        }
        try to.synchronize()
        to.setModified(try from.status().modified)
        return true
    }
}

/// The system's call, whose name is taken.
private func hardLink(_ path: String, _ other: String) -> Int32 { link(path, other) }
