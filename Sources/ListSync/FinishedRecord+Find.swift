package import Partials
import Storage

extension FinishedRecord {
    /// The record of a finished file, beside it or beside one of its parents.
    /// - Parameter path: absolute.
    package static func find(for path: String) -> FinishedRecord? {
        var directory = Path.parent(path)
        while true {
            if let name = ListPlaces.rest(path, below: directory),
                let record = read(directory: directory, name: name, preferring: .own)
            {
                return record
            }
            if directory == "/" { return nil }
            directory = Path.parent(directory)
        }
    }
}
