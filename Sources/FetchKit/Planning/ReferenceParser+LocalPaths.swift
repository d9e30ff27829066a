package import FetchTypes
package import ModelReference
import ModelSources
import Storage

extension ReferenceParser {
    /// For what a person types: text that names a file of this machine, or nearly so, is no reference.
    /// - Parameter readsPaths: whether paths are what is usually given, folders included, so that a name nearly so is a typing error.
    package static func typed(_ endpoints: ServiceEndpoints, readsPaths: Bool = false) -> ReferenceParser {
        ReferenceParser(
            endpoints: endpoints, pathExists: { Disk.followedStatus($0) != nil },
            nearPaths: { path in nearPaths(path, withFolders: readsPaths) }, prefersPaths: readsPaths)
    }

    /// Typing errors that a path may have.
    private static let mostErrors = 2

    /// Files, and folders where they are wanted, beside a path that is not there, with names of at most two typing errors, or the same name with another ending.
    private static func nearPaths(_ path: String, withFolders: Bool) -> [String]? {
        let folder = Path.parent(Path.absolute(path))
        guard Disk.followedStatus(folder)?.kind == .directory else { return nil }
        let wanted = Path.name(path).lowercased()
        let ranked = Disk.names(in: folder).compactMap { name -> (name: String, errors: Int)? in
            let kind = Disk.followedStatus(Path.join(folder, name))?.kind
            guard kind == .file || withFolders && kind == .directory else { return nil }
            let other = name.lowercased()
            if let errors = SpellingSuggestions.distance(wanted, other, limit: mostErrors) { return (name, errors) }
            return stem(other) == stem(wanted) ? (name, mostErrors + 1) : nil
        }
        let prefix = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        return ranked.sorted { ($0.errors, $0.name) < ($1.errors, $1.name) }.prefix(3).map { prefix + $0.name }
    }

    private static func stem(_ name: String) -> String {
        let ending = Path.pathExtension(name)
        return ending.isEmpty ? name : String(name.dropLast(ending.utf8.count + 1))
    }
}
