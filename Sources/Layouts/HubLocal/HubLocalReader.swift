package import ModelReference
import ModelSources
package import Partials
import Storage

/// Says what is in an ordinary folder: by the metadata that `huggingface_hub` keeps there, or by our records. Nothing is
/// changed, no file is read whole.
package struct HubLocalReader: Sendable {
    /// Absolute.
    package let directory: String

    package init(directory: String) { self.directory = directory }

    /// What `hf download --local-dir`, or we in its layout, put there: a snapshot for each commit, the largest first. The repo
    /// is known where our own records name it.
    package var snapshots: [LocalSnapshot] {
        let known = HubLocalEntry.known(directory, "download")
        var files: [String: [LocalFile]] = [:]
        Disk.walk(known) { name in
            guard name.hasSuffix(".metadata"), let metadata = HubLocalMetadata(reading: Path.join(known, name)) else { return }
            let path = String(name.dropLast(".metadata".count))
            var file = local(path)
            file.etag = metadata.etag
            if let status = Disk.followedStatus(file.location), !metadata.describes(status) { file.isChanged = true }
            files[metadata.commit, default: []].append(file)
        }
        return files.map { commit, files in
            let repo = files.lazy.compactMap(\.record).compactMap { Pinned($0)?.repo }.first
            return LocalSnapshot(
                place: .local, directory: directory, type: repo?.type, repo: repo?.name, commit: commit,
                files: files.sorted { $0.path < $1.path }, tree: HubTree.read(HubLocalEntry.tree(directory, commit)))
        }.sorted { ($0.files.count, $0.commit) > ($1.files.count, $1.commit) }
    }

    /// What our records say, of one repo: a snapshot for each commit, those that are whole first, then the one listed last.
    ///
    /// A record names the commit that its bytes came with. A later one that left them as they are has them too, which its
    /// list tells.
    /// - Parameter repo: its type and id; nil: of whatever repo.
    package func recorded(of repo: (type: HubReference.RepoType, name: String)? = nil) -> [LocalSnapshot] {
        var repos: [Repo: [String: [LocalFile]]] = [:]
        for (path, pinned) in records where repo == nil || pinned.repo.type == repo!.type && pinned.repo.name == repo!.name {
            var file = local(path)
            file.path = pinned.path
            repos[Repo(type: pinned.repo.type, name: pinned.repo.name), default: [:]][pinned.commit, default: []].append(file)
        }
        let listed = Disk.names(in: Path.join(directory, FinishedRecord.Store.own.rawValue))
            .filter { $0.hasSuffix(".tree") }.map { String($0.dropLast(5)) }
        var found: [Ranked] = []
        for (repo, commits) in repos {
            for commit in Set(commits.keys).union(listed.filter(HubCacheReader.isCommit)) {
                if let ranked = snapshot(commit, of: repo, commits) { found.append(ranked) }
            }
        }
        return found.sorted { $0.isBetter(than: $1) }.map(\.snapshot)
    }

    private struct Repo: Hashable {
        var type: HubReference.RepoType
        var name: String
    }

    private struct Ranked {
        var snapshot: LocalSnapshot
        /// Whether it is whole, when its list was written, how many files there are.
        var rank: (Int, Int64, Int)

        func isBetter(than other: Ranked) -> Bool {
            rank == other.rank ? snapshot.commit > other.snapshot.commit : rank > other.rank
        }
    }

    /// - Parameter recorded: the repo's files by the commits that their records name.
    /// - Returns: nil for a commit that no record names, unless all of it is there.
    private func snapshot(_ commit: String, of repo: Repo, _ recorded: [String: [LocalFile]]) -> Ranked? {
        let list = Self.tree(directory, commit)
        let tree = HubTree.read(list)
        var files = recorded[commit] ?? []
        if let tree {
            let etags = Dictionary(tree.map { ($0.path, $0.etag) }) { first, _ in first }
            let others = recorded.filter { $0.key != commit }.flatMap(\.value)
            files += others.filter { $0.etag != nil && etags[$0.path] == $0.etag }
        }
        let snapshot = LocalSnapshot(
            place: .plain, directory: directory, type: repo.type, repo: repo.name, commit: commit,
            files: files.sorted { $0.path < $1.path }, tree: tree)
        let isWhole = tree != nil && snapshot.missing().isEmpty
        guard recorded[commit] != nil || isWhole else { return nil }
        return Ranked(snapshot: snapshot, rank: (isWhole ? 1 : 0, Disk.status(list)?.modified ?? 0, files.count))
    }

    /// The list of a commit's files in a folder that has no place of `huggingface_hub`'s for it.
    package static func tree(_ directory: String, _ commit: String) -> String { Path.join(directory, ".fetchctl/\(commit).tree") }

    /// Every record of a file from the Hub, with the file's path under the folder: a single file is there under its name.
    private var records: [(path: String, pinned: Pinned)] {
        var found: [(String, Pinned)] = []
        var seen: Set<String> = []
        for store in FinishedRecord.Store.allCases {
            let folder = Path.join(directory, store.rawValue)
            Disk.walk(folder) { name in
                guard name.hasSuffix(".json"), let record = JSONFile.read(FinishedRecord.self, from: Path.join(folder, name)),
                    let pinned = Pinned(record)
                else { return }
                var path = String(name.dropLast(".json".count))
                // The record of a name that grew too long is called by a hash.
                let last = Path.name(pinned.path)
                if Path.name(path) == HashedName.of(last + ".json") { path = Path.join(Path.parent(path), last) }
                if seen.insert(path).inserted { found.append((path, pinned)) }
            }
        }
        return found
    }

    /// Moves the records of files that are here in the layout of `huggingface_hub` from where earlier versions kept them to
    /// where it neither uploads nor counts them. What cannot be moved stays, and is read there.
    package func moveRecords() {
        let folder = Path.join(directory, FinishedRecord.Store.own.rawValue)
        guard Disk.status(folder)?.kind == .directory else { return }
        Disk.walk(folder) { name in
            let path = Path.join(folder, name)
            guard name.hasSuffix(".json"), let record = JSONFile.read(FinishedRecord.self, from: path), let pinned = Pinned(record),
                (try? SafeName.path(pinned.path)) != nil,
                Disk.status(HubLocalEntry.known(directory, "download/\(pinned.path).metadata")) != nil
            else { return }
            let new = FinishedRecord.path(directory: directory, name: pinned.path, store: .hubLocal)
            if FinishedRecord.read(new) == nil, (try? record.write(to: new)) == nil { return }
            FinishedRecord.remove(path)
        }
    }

    /// Whether a record names a file of a repo's commit.
    package static func isOfHub(_ record: FinishedRecord) -> Bool { Pinned(record) != nil }

    private func local(_ path: String) -> LocalFile {
        let location = Path.join(directory, path)
        let status = Disk.followedStatus(location)
        var file = LocalFile(path: path, location: location, size: status?.size)
        if let status, let record = FinishedRecord.read(directory: directory, name: path, preferring: .hubLocal) {
            if record.describes(status) { file.record = record } else { file.isChanged = true }
            file.etag = record.digest.flatMap { $0.split(separator: ":").last.map(String.init) }
        }
        return file
    }

    /// The repo, commit and path that a record's reference names: `hf:[datasets/]org/name@<commit>/path`.
    struct Pinned {
        var repo: (type: HubReference.RepoType, name: String)
        var commit: String
        var path: String

        init?(_ record: FinishedRecord) {
            guard record.reference.hasPrefix("hf:"), let at = record.reference.firstIndex(of: "@") else { return nil }
            var name = record.reference[..<at].dropFirst(3)
            var type = HubReference.RepoType.model
            for other in [HubReference.RepoType.dataset, .space] where name.hasPrefix(other.rawValue + "/") {
                type = other
                name = name.dropFirst(other.rawValue.count + 1)
            }
            let rest = record.reference[at...].dropFirst()
            let commit = String(rest.prefix(40))
            // The identity has the path as the Hub writes it.
            guard HubCacheReader.isCommit(commit), rest.dropFirst(40).first == "/",
                let path = record.identity.firstRange(of: name + "/").map({ String(record.identity[$0.upperBound...]) })
            else { return nil }
            repo = (type, String(name))
            self.commit = commit
            self.path = path
        }
    }
}
