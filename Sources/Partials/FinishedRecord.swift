package import FetchTypes
package import ModelSources
package import Storage

/// What a finished file is: kept as `DIR/.fetchctl/NAME.json`, where `huggingface_hub` keeps its own things as
/// `DIR/.cache/huggingface/fetchctl/NAME.json`, so that a second run need not read the file,
/// and so that only what came from the same place is ever replaced.
package struct FinishedRecord: Codable, Sendable, Equatable {
    package var version = 1
    package var reference: String
    /// See ``ModelSources/SourceFile/identity``.
    package var identity: String
    /// A record with a size that no file has is not read.
    package var length: ByteCount
    /// ``length`` in bytes.
    package var size: Int64 { length.bytes }
    /// The file's modification time when it was placed, in nanoseconds since 1970.
    package var modified: Int64
    /// Lower-case hexadecimal; nil when hashing was switched off.
    package var sha256: String?
    /// `sha256:…` or `git-sha1:…`, as published.
    package var digest: String?
    package var etag: String?
    /// `Last-Modified` of the bytes, as the server sent it.
    package var lastModified: String?
    /// `sha256`, `git-sha1` or `size`: what was compared.
    package var verified: String?
    /// The model list that put it there: absolute; only such a file is ever pruned.
    package var list: String?
    /// What its source tells of the model, for when a newer one is asked for.
    package var model: String?
    /// The branch or tag of a repo that it was fetched from, or the commit that was named; nil in records of older versions.
    package var branch: String?
    package var modelType: String?
    package var baseModel: String?

    /// A folder of records in a target directory.
    package enum Store: String, Sendable, CaseIterable {
        case own = ".fetchctl"
        /// `huggingface_hub` neither uploads nor counts what is below `.cache/huggingface`.
        case hubLocal = ".cache/huggingface/fetchctl"
    }

    enum CodingKeys: String, CodingKey {
        case version, reference, identity, modified, sha256, digest, etag, verified, list
        case length = "size"
        case lastModified = "last_modified"
        case model, branch
        case modelType = "model_type"
        case baseModel = "base_model"
    }

    /// - Parameters:
    ///   - size: of the file as it is, in bytes.
    ///   - modified: nanoseconds since 1970.
    package init(
        reference: String, identity: String, size: Int64, modified: Int64, sha256: String? = nil, digest: String? = nil,
        etag: String? = nil, lastModified: String? = nil, verified: String? = nil
    ) {
        self.reference = reference
        self.identity = identity
        length = ByteCount(clamping: size)
        self.modified = modified
        self.sha256 = sha256
        self.digest = digest
        self.etag = etag
        self.lastModified = lastModified
        self.verified = verified
    }

    /// Takes over what the source tells of the model.
    package mutating func note(_ metadata: FileMetadata) {
        model = metadata.model
        branch = metadata.branch
        modelType = metadata.type
        baseModel = metadata.baseModel
    }

    /// The record's own path.
    /// - Parameters:
    ///   - directory: the target directory.
    ///   - name: the file's path under it.
    package static func path(directory: String, name: String, store: Store = .own) -> String {
        let path = Path.join(Path.join(directory, store.rawValue), name + ".json")
        guard Path.name(path).utf8.count > 254 else { return path }
        return Path.join(Path.parent(path), HashedName.of(Path.name(path)) + ".json")
    }

    /// Of files named `a` and `a.json/b` each wants a name where the other has a folder: the later one's record is beside it,
    /// in the outermost folder of records, under the hash of its path.
    private static func detour(_ path: String) -> String? {
        guard let root = store(in: path) else { return nil }
        return path[..<root.upperBound] + HashedName.of(String(path[root.upperBound...])) + ".json"
    }

    /// The folder of records that a record's path leads into.
    package static func folder(of path: String) -> String? {
        store(in: path).map { String(path[..<path.index(before: $0.upperBound)]) }
    }

    /// Where the folder of records is in a path, the slashes around it included. No file of a repo has such a name in its path.
    private static func store(in path: String) -> Range<String.Index>? {
        Store.allCases.compactMap { path.ranges(of: "/\($0.rawValue)/").last }.max { $0.lowerBound < $1.lowerBound }
    }

    /// The record of a file, in whichever folder of records it is: in the preferred one before the other.
    package static func read(directory: String, name: String, preferring store: Store) -> FinishedRecord? {
        for store in [store] + Store.allCases.filter({ $0 != store }) {
            if let record = read(path(directory: directory, name: name, store: store)) { return record }
        }
        return nil
    }

    /// Takes a record away, and the folders that are empty then.
    package static func remove(_ path: String) {
        for path in [path, detour(path)].compactMap(\.self) { Disk.remove(path) }
        guard let root = folder(of: path) else { return }
        var parent = Path.parent(path)
        while parent.utf8.count >= root.utf8.count {
            Disk.removeIfEmpty(parent)
            parent = Path.parent(parent)
        }
    }

    /// The record at that path, or what stands in for it.
    package static func read(_ path: String) -> FinishedRecord? {
        JSONFile.read(FinishedRecord.self, from: path) ?? detour(path).flatMap { JSONFile.read(FinishedRecord.self, from: $0) }
    }

    /// Whether a folder's records name a file whose identity begins so; true too where there are too many records to look.
    package static func isThere(below folder: String, identityPrefix: String) -> Bool {
        struct Enough: Error {}
        var left = 1000
        do {
            try FolderWalk.files(below: Path.join(folder, Store.own.rawValue)) { path, status in
                left -= 1
                let record = status.kind == .file ? JSONFile.read(FinishedRecord.self, from: path) : nil
                if left == 0 || record?.identity.hasPrefix(identityPrefix) == true { throw Enough() }
            }
            return false
        } catch {
            return true
        }
    }

    /// Writes the record to that path, or beside it where a folder or a file is in the way.
    package func write(to path: String) throws(IOFault) {
        do {
            try Disk.makeDirectories(Path.parent(path))
            try JSONFile.write(self, to: path)
        } catch {
            guard error.failure.kind == .exists, let detour = Self.detour(path) else { throw error }
            try JSONFile.write(self, to: detour)
        }
    }

    /// Whether a file is still as it was placed: it need not be read then.
    package func describes(_ status: FileStatus) -> Bool {
        status.kind == .file && status.size == size && status.modified == modified
    }
}
