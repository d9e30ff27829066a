import Layouts
import Partials
import Storage
import Transfer

/// What folders hold, by SHA-256, recorded reference or size; each is read when it is first asked for.
struct LocalCopyIndex {
    private struct Key: Hashable {
        /// A SHA-256, or a record's reference.
        let name: String
        let size: Int64
    }

    /// SHA-256 of files that were read, by path.
    var hashes: [String: String] = [:]
    /// Read when they are first needed, since that reads other programs' settings.
    private(set) lazy var places = LocalPlaces(options)
    private let options: FetchOptions
    private var repos: [String]?
    private var records: [String: [Key: [String]]] = [:]
    private var sizes: [Int64: [String]]?

    /// Records looked at in one folder.
    private static let mostRecords = 20_000

    init(_ options: FetchOptions) { self.options = options }

    /// Where caches and stores that name files by their hashes would have one.
    mutating func blobs(_ hash: String) -> [String] {
        let folders =
            repos
            ?? places.hubCaches.flatMap { cache in
                Disk.names(in: cache).filter { $0.contains("--") }.map { Path.join(cache, $0) }
            }
        repos = folders
        return folders.map { "\($0)/blobs/\(hash)" } + places.stores.map { Path.join($0, OllamaStore.blob(hash)) }
    }

    /// Files that the records of a folder, and of what belongs to it, give this SHA-256 or reference, and this size.
    mutating func recorded(_ name: String, _ size: Int64, below folder: String) -> [String] {
        let known = records[folder] ?? read(folder)
        records[folder] = known
        return known[Key(name: name, size: size)] ?? []
    }

    /// Files of this size in the folders that are searched, and below them.
    mutating func files(of size: Int64) -> [String] {
        let known = sizes ?? Self.sizes(below: places.searched)
        sizes = known
        return known[size] ?? []
    }

    private func read(_ root: String) -> [Key: [String]] {
        LocalPlaces.folders(of: root, options.environment).reduce(into: [:]) { found, folder in
            found.merge(Self.records(of: folder)) { $0 + $1 }
        }
    }

    private static func records(of folder: String) -> [Key: [String]] {
        struct Enough: Error {}
        var found: [Key: [String]] = [:]
        for store in FinishedRecord.Store.allCases {
            let root = Path.join(folder, store.rawValue)
            var left = mostRecords
            try? FolderWalk.files(below: root) { path, status in
                left -= 1
                guard left > 0 else { throw Enough() }
                guard status.kind == .file, path.hasSuffix(".json"), let record = JSONFile.read(FinishedRecord.self, from: path)
                else { return }
                let file = Path.join(folder, String(path.dropFirst(root.count + 1).dropLast(5)))
                for name in [record.sha256, record.reference].compactMap(\.self) {
                    found[Key(name: name, size: record.size), default: []].append(file)
                }
            }
        }
        return found
    }

    private static func sizes(below folders: [String]) -> [Int64: [String]] {
        var found: [Int64: [String]] = [:]
        for folder in folders {
            FolderWalk.files(below: folder) { path, status in
                guard status.kind == .file, !path.hasSuffix(".fetchctl-part") else { return }
                found[status.size, default: []].append(path)
            }
        }
        return found
    }
}
