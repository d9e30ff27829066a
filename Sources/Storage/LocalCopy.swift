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
            switch method {
            case .reflink:
                guard try cloned(source, beside) else { continue }
            case .hardlink:
                // What a name of a link leads to is meant, not the link.
                let real = Path.real(source) ?? source
                guard hardLink(real, beside) == 0 else {
                    if [EXDEV, EPERM, EMLINK, ENOTSUP, EOPNOTSUPP, ENOSYS].contains(errno) { continue }
                    throw IOFault("linking", target)
                }
            case .symlink:
                guard symlink(Path.absolute(source), beside) == 0 else { throw IOFault("linking", target) }
            case .copy:
                try await FileCopy(source: source, target: target).run()
                return .copy
            }
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
