import Storage

extension FinishedRecord {
    /// The record of a finished file, beside it or beside one of its parents.
    /// - Parameter path: absolute.
    package static func find(for path: String) -> FinishedRecord? {
        var directory = Path.parent(path)
        while true {
            let root = directory == "/" ? directory : directory + "/"
            if let record = read(directory: directory, name: String(path.dropFirst(root.count)), preferring: .own) { return record }
            if directory == "/" { return nil }
            directory = Path.parent(directory)
        }
    }
}
