#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A large file on its way to another file system: written from its start to its end beside the target, synced,
/// and renamed.
package struct FileCopy: Sendable {
    let source: String
    let target: String

    package init(source: String, target: String) {
        self.source = source
        self.target = target
    }

    /// Between two looks at whether it is still wanted. Bytes.
    private static let step = 8 << 20

    /// Renames, or copies where that leads to another file system.
    /// - Throws: as ``run()``.
    package static func move(_ source: String, to target: String) async throws {
        if rename(source, target) == 0 { return }
        guard errno == EXDEV || Disk.cannotRename(errno) else { throw IOFault("renaming to", target) }
        try await FileCopy(source: source, target: target).run()
        Disk.remove(source)
    }

    /// The source stays where it is; the copy has its modification time.
    /// - Throws: ``IOFault``, `CancellationError` within moments; nothing is at the target then that was not there before,
    ///   but where files cannot be renamed.
    package func run() async throws {
        // Another machine may copy to the same target, and `target~` may be the user's own file.
        let beside = Disk.temporaryPath(in: Path.parent(target))
        do {
            try await copy(to: beside)
            if rename(beside, target) == 0 { return }
            guard Disk.cannotRename(errno) else { throw IOFault("renaming to", target) }
        } catch {
            unlink(beside)
            throw error
        }
        // An object store: what is closed is there, under the name that it was given at first.
        unlink(beside)
        do {
            try await copy(to: target)
        } catch {
            unlink(target)
            throw error
        }
    }

    private func copy(to path: String) async throws {
        let from = try OpenFile(source, .followed)
        let to = try OpenFile(path, .createSequential)
        let status = try from.status()
        var offset: Int64 = 0
        while offset < status.size {
            try Task.checkCancellation()
            offset = try await BlockingExecutor.run { [offset] in
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
                defer { buffer.deallocate() }
                var position = offset
                while position < offset + Int64(Self.step) {
                    let count = try from.read(into: buffer, at: position)
                    if count == 0 { break }
                    try to.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: position)
                    position += Int64(count)
                }
                guard position > offset else { throw IOFault(code: EIO, "reading", source) }
                return position
            }
        }
        try await BlockingExecutor.run { try to.synchronize() }
        to.setModified(status.modified)
    }
}
