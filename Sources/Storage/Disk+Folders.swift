import FetchTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Disk {
    /// The names in a directory, sorted, without `.` and `..`; empty when it cannot be read. Names that are not UTF-8 are left
    /// out: none of them is ours, and no path of ours leads to them.
    package static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let read = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { SystemText.read($0) }
            }
            if let name = read, name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Calls `body` with the path under `directory` of everything below it that is not a directory; symbolic links are not followed.
    package static func walk(_ directory: String, _ body: (String) throws -> Void) rethrows { try walk(directory, "", body) }

    private static func walk(_ root: String, _ below: String, _ body: (String) throws -> Void) rethrows {
        for name in names(in: Path.join(root, below)) {
            let path = below.isEmpty ? name : below + "/" + name
            if status(Path.join(root, path))?.kind == .directory { try walk(root, path, body) } else { try body(path) }
        }
    }

    /// What a symbolic link says; nil when it is none, or not UTF-8.
    package static func link(at path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count) }
        return count < 0 ? nil : SystemText.read(buffer[..<count])
    }

    /// Makes a symbolic link, in place of what has the name.
    /// - Parameter temporary: a name on the same file system that no other process uses.
    /// - Returns: false where the file system has none.
    package static func makeLink(_ path: String, saying text: String, temporary: String) throws(IOFault) -> Bool {
        if symlink(text, path) == 0 { return true }
        if errno == EEXIST {
            unlink(temporary)
            guard symlink(text, temporary) == 0, rename(temporary, path) == 0 else {
                let fault = IOFault("linking", path)
                unlink(temporary)
                throw fault
            }
            return true
        }
        // vfat and network file systems say each something else.
        if [EPERM, ENOSYS, EOPNOTSUPP, ENOTSUP, EINVAL].contains(errno) { return false }
        throw IOFault("linking", path)
    }

    /// Removes a directory with everything in it; a symbolic link in it goes, and not what it leads to. What cannot be removed stays.
    package static func removeFolder(_ directory: String) {
        guard status(directory)?.kind == .directory else { return }
        for name in names(in: directory) {
            let path = Path.join(directory, name)
            if status(path)?.kind == .directory { removeFolder(path) } else { remove(path) }
        }
        rmdir(directory)
    }

    /// Takes a directory away if nothing is in it.
    package static func removeIfEmpty(_ directory: String) { rmdir(directory) }
}
