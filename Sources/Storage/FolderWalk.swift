/// What lies in a folder and below it. Symbolic links are named and not followed, so that it always ends.
package enum FolderWalk {
    /// Calls `body` with everything that is not a folder, folder by folder, in order.
    /// - Parameters:
    ///   - isWanted: whether to go into a folder of that path.
    ///   - body: given the path and what is there.
    package static func files(
        below folder: String, isWanted: (String) -> Bool = { _ in true }, _ body: (String, FileStatus) throws -> Void
    ) rethrows {
        // Folders still to be read, the next one last: a deep tree must not become a deep recursion.
        var open = [folder]
        while let next = open.popLast() {
            var folders: [String] = []
            for name in Disk.names(in: next) {
                let path = Path.join(next, name)
                guard let status = Disk.status(path) else { continue }
                if status.kind == .directory {
                    if isWanted(path) { folders.append(path) }
                } else {
                    try body(path, status)
                }
            }
            open += folders.reversed()
        }
    }
}
