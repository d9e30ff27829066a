import Partials
import Storage

/// What folders hold, by SHA-256 or size; each is read when it is first asked for.
struct LocalCopyIndex {
    private struct Key: Hashable {
        let sha256: String
        let size: Int64
    }

    /// SHA-256 of files that were read, by path.
    var hashes: [String: String] = [:]
    private var repos: [String]?
    private var records: [String: [Key: [String]]] = [:]
    private var sizes: [Int64: [String]]?

    /// Records looked at in one folder.
    private static let mostRecords = 20_000

    /// Where the Hub's cache would have bytes of that hash.
    mutating func blobs(_ sha256: String, cache: String?) -> [String] {
        guard let cache else { return [] }
        let names = repos ?? Disk.names(in: cache).filter { $0.contains("--") }
        repos = names
        return names.map { "\(cache)/\($0)/blobs/\(sha256)" }
    }

    /// Files that the records of a folder give this hash and size.
    mutating func recorded(_ sha256: String, _ size: Int64, below folder: String) -> [String] {
        let known = records[folder] ?? Self.read(folder)
        records[folder] = known
        return known[Key(sha256: sha256, size: size)] ?? []
    }

    /// Files of this size in folders and below them; the folders are the same each time.
    mutating func files(of size: Int64, below folders: [String]) -> [String] {
        let known = sizes ?? Self.sizes(below: folders)
        sizes = known
        return known[size] ?? []
    }

    private static func read(_ folder: String) -> [Key: [String]] {
        struct Enough: Error {}
        var found: [Key: [String]] = [:]
        for store in FinishedRecord.Store.allCases {
            let root = Path.join(folder, store.rawValue)
            var left = mostRecords
            try? FolderWalk.files(below: root) { path, status in
                left -= 1
                guard left > 0 else { throw Enough() }
                guard status.kind == .file, path.hasSuffix(".json"), let record = JSONFile.read(FinishedRecord.self, from: path),
                    let sha256 = record.sha256
                else { return }
                let file = Path.join(folder, String(path.dropFirst(root.count + 1).dropLast(5)))
                found[Key(sha256: sha256, size: record.size), default: []].append(file)
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
