import FetchTypes
package import Layouts
import ModelSources
import Partials
import Storage
import Transfer

/// A file of this machine that is to be linked, with what is known of it.
package struct LinkSource: Sendable {
    /// Absolute.
    let path: String
    let record: FinishedRecord?

    /// - Parameter path: absolute; of a file in a Hub cache too.
    package init(_ path: String) {
        self.path = path
        if let place = HubCacheReader.locate(path), let commit = place.commit, let file = place.file,
            let found = HubCacheReader.snapshot(commit, in: place.folder)?.files.first(where: { $0.path == file })
        {
            record = Self.record(of: found, commit, in: place.folder)
        } else {
            record = FinishedRecord.find(for: path)
        }
    }

    private init(_ path: String, _ record: FinishedRecord?) {
        self.path = path
        self.record = record
    }

    /// The files of a folder that a layout wants: models, and for the Hub's own layouts all that is recorded to be of a repo's commit.
    /// - Parameter folder: absolute; a Hub cache, a repo's folder in one or a snapshot too.
    package static func files(below folder: String, for layout: Layout) -> [LinkSource] {
        let takesAll = layout == .hfCache || layout == .hfLocal
        let cached = cached(folder)
        guard cached.isEmpty else {
            var seen: Set<[UInt64]> = []
            return cached.filter { source in
                guard let status = Disk.followedStatus(source.path), status.kind == .file else { return false }
                if takesAll { return true }
                return isModel(source.path) && seen.insert([status.device, status.inode]).inserted
            }
        }
        var found: [LinkSource] = []
        FolderWalk.files(below: folder, isWanted: { !Path.name($0).hasPrefix(".") }) { path, status in
            if isModel(path), status.kind == .file {
                found.append(LinkSource(path, FinishedRecord.find(for: path)))
            } else if takesAll, Disk.followedStatus(path)?.kind == .file, let record = FinishedRecord.find(for: path),
                HubLocalReader.isOfHub(record)
            {
                found.append(LinkSource(path, record))
            }
        }
        return found
    }

    private static func isModel(_ path: String) -> Bool { ModelFileEnding.all.contains(Path.pathExtension(path)) }

    /// The files of the snapshots that a path in a Hub cache, or its root, leads to.
    private static func cached(_ path: String) -> [LinkSource] {
        if let place = HubCacheReader.locate(path) {
            let within = place.file.map { $0 + "/" } ?? ""
            return (place.commit ?? newest(place.folder)).map { files($0, in: place.folder, within) } ?? []
        }
        return HubCacheReader(root: path).folders.flatMap { folder in newest(folder).map { files($0, in: folder, "") } ?? [] }
    }

    /// The commit whose files are meant by a repo's folder: that of `main`, of another branch, or the only one.
    private static func newest(_ folder: HubCacheFolder) -> String? {
        let commits = HubCacheReader.commits(in: folder)
        let refs = HubCacheReader.refs(in: folder).sorted { $0.revision < $1.revision }.filter { commits.contains($0.commit) }
        return (refs.first { $0.revision == "main" } ?? refs.first)?.commit ?? commits.first
    }

    private static func files(_ commit: String, in folder: HubCacheFolder, _ within: String) -> [LinkSource] {
        let files = HubCacheReader.snapshot(commit, in: folder)?.files ?? []
        return files.filter { $0.path.hasPrefix(within) }.sorted { $0.path < $1.path }.map {
            LinkSource($0.location, record(of: $0, commit, in: folder))
        }
    }

    /// What the cache says of a file, as a record: with its own record's time the file need not be read.
    private static func record(of file: LocalFile, _ commit: String, in folder: HubCacheFolder) -> FinishedRecord {
        let name = HubSnapshot.name(folder.type, folder.repo)
        let isGit = file.etag?.utf8.count == 40
        var record = FinishedRecord(
            reference: HubSnapshot.pinned(name, at: commit, file.path), identity: "hf:\(name)/\(file.path)", size: file.size ?? 0,
            modified: file.record?.modified ?? -1, sha256: file.record?.sha256 ?? (isGit ? nil : file.etag),
            digest: file.etag.map { (isGit ? "git-sha1:" : "sha256:") + $0 })
        let refs = HubCacheReader.refs(in: folder).filter { $0.commit == commit }.map(\.revision).sorted()
        record.branch = refs.contains("main") ? "main" : refs.first
        return record
    }
}
