import FetchTypes
import ModelReference
import ModelSources
import TestSupport
import Testing
@testable import Layouts
@testable import Partials
@testable import Storage

@Suite("Readers of the Hub's folders")
struct HubReaderTests {
    private static let sha1 = String(repeating: "cd", count: 20)
    private static let commit = String(repeating: "01", count: 20)

    /// A cache with one repo of two files, one of whose blobs is missing.
    private static func fill(_ scratch: Scratch) throws -> HubCacheFolder {
        let folder = HubCacheFolder(root: scratch("hub"), type: .model, repo: "org/name")
        for path in [folder.blobs, folder.snapshot(commit) + "/sub", folder.refs + "/refs/pr"] { try Disk.makeDirectories(path) }
        try Disk.replace(folder.blob(sha1), with: Array("hello".utf8))
        let other = String(repeating: "ef", count: 32)
        for (path, etag) in [("a.txt", sha1), ("sub/b.bin", other)] {
            let entry = HubCacheEntry(folder: folder, commit: commit, path: path, etag: etag)
            #expect(try Disk.makeLink(entry.pointer, saying: entry.link, temporary: scratch("link")))
        }
        try Disk.replace(folder.ref("main"), with: Array(commit.utf8))
        try Disk.replace(folder.ref("refs/pr/1"), with: Array((commit + "\n").utf8))
        try Disk.makeDirectories(scratch("hub/.locks"))
        return folder
    }

    @Test("in a cache: repos, revisions, commits and files, missing blobs too")
    func cache() throws {
        let scratch = try Scratch()
        let folder = try Self.fill(scratch)
        let reader = HubCacheReader(root: scratch("hub"))
        #expect(reader.folders == [folder])
        #expect(reader.folder(.model, "org/name") == folder && reader.folder(.dataset, "org/name") == nil)
        #expect(HubCacheReader.refs(in: folder).map(\.revision) == ["main", "refs/pr/1"])
        #expect(HubCacheReader.commit(of: "main", in: folder) == Self.commit)
        #expect(HubCacheReader.commit(of: Self.commit, in: folder) == Self.commit)
        #expect(HubCacheReader.commit(of: "../refs/main", in: folder) == nil)
        #expect(HubCacheReader.commits(in: folder) == [Self.commit])
        let snapshot = try #require(HubCacheReader.snapshot(Self.commit, in: folder))
        #expect(snapshot.files.map(\.path) == ["a.txt", "sub/b.bin"])
        #expect(snapshot.files.map(\.size) == [5, nil])
        #expect(snapshot.files[0].etag == Self.sha1 && snapshot.files[0].record == nil)
        #expect(snapshot.tree == nil && snapshot.missing().isEmpty)
        try HubTree.write(
            [HubTreeFile(path: "a.txt", size: 5, blobID: Self.sha1), HubTreeFile(path: "c.txt", size: 1, blobID: Self.sha1)],
            to: folder.tree(Self.commit))
        #expect(HubCacheReader.snapshot(Self.commit, in: folder)?.missing() == ["c.txt"])
        #expect(HubCacheReader.snapshot(Self.sha1, in: folder) == nil)
    }

    @Test("a path in a cache leads to repo, commit and file")
    func locate() throws {
        let scratch = try Scratch()
        let folder = try Self.fill(scratch)
        let file = try #require(HubCacheReader.locate(folder.snapshot(Self.commit) + "/sub/b.bin"))
        #expect(file.folder == folder && file.commit == Self.commit && file.file == "sub/b.bin")
        let snapshot = try #require(HubCacheReader.locate(folder.snapshot(Self.commit)))
        #expect(snapshot.commit == Self.commit && snapshot.file == nil)
        #expect(HubCacheReader.locate(folder.path)?.commit == nil)
        #expect(HubCacheReader.locate(scratch("hub")) == nil)
    }

    @Test("in a folder: by huggingface_hub's metadata, and by our records")
    func folder() throws {
        let scratch = try Scratch()
        let directory = scratch("folder")
        let entry = HubLocalEntry(directory: directory, commit: Self.commit, path: "sub/a.txt", etag: Self.sha1)
        try Disk.makeDirectories(Path.parent(entry.metadata))
        try Disk.makeDirectories(Path.parent(entry.file))
        try Disk.replace(entry.file, with: Array("hello".utf8))
        let metadata = HubLocalMetadata(commit: Self.commit, etag: Self.sha1, time: ThisProcess.now)
        try Disk.replace(entry.metadata, with: Array(metadata.text.utf8))
        let reader = HubLocalReader(directory: directory)
        let snapshot = try #require(reader.snapshots.first)
        #expect(reader.snapshots.count == 1 && snapshot.repo == nil && snapshot.commit == Self.commit)
        #expect(snapshot.files == [LocalFile(path: "sub/a.txt", location: entry.file, size: 5, etag: Self.sha1)])
        #expect(reader.recorded().isEmpty)
        // A single file is under its own name, wherever it is in its repo.
        let status = try #require(Disk.status(entry.file))
        let record = FinishedRecord(
            reference: "hf:datasets/org/name@\(Self.commit)/deep/a.txt", identity: "hf:datasets/org/name/deep/a.txt", size: 5,
            modified: status.modified, sha256: nil, digest: "git-sha1:\(Self.sha1)", etag: nil, verified: "git-sha1")
        let path = FinishedRecord.path(directory: directory, name: "sub/a.txt")
        try Disk.makeDirectories(Path.parent(path))
        try JSONFile.write(record, to: path)
        let recorded = try #require(reader.recorded(of: (.dataset, "org/name")).first)
        #expect(recorded.type == .dataset && recorded.repo == "org/name" && recorded.commit == Self.commit)
        #expect(recorded.files.map(\.path) == ["deep/a.txt"] && recorded.files[0].location == entry.file)
        #expect(recorded.files[0].record == record && recorded.files[0].etag == Self.sha1)
        #expect(reader.recorded(of: (.model, "org/name")).isEmpty)
        #expect(reader.snapshots.first?.repo == "org/name")
    }

    @Test("in a plain folder: what an update left as it was is of the new commit too, as its list says")
    func updated() throws {
        let scratch = try Scratch()
        let directory = scratch("folder")
        let old = Self.commit
        let new = String(repeating: "9", count: 40)
        func etag(_ digit: String) -> String { String(repeating: digit, count: 40) }
        func put(_ path: String, _ commit: String, _ digit: String) throws {
            let target = Path.join(directory, path)
            try Disk.makeDirectories(directory)
            try Disk.replace(target, with: Array("hello".utf8))
            let record = FinishedRecord(
                reference: "hf:org/name@\(commit)/\(path)", identity: "hf:org/name/\(path)", size: 5,
                modified: try #require(Disk.status(target)).modified, sha256: nil, digest: "git-sha1:" + etag(digit), etag: nil,
                verified: nil)
            try Disk.makeDirectories(Path.join(directory, ".fetchctl"))
            try JSONFile.write(record, to: FinishedRecord.path(directory: directory, name: path))
        }
        func list(_ commit: String, _ files: [(String, String)]) throws {
            let tree = files.map { HubTreeFile(path: $0.0, size: 5, blobID: etag($0.1)) }
            try HubTree.write(tree, to: HubLocalReader.tree(directory, commit))
        }
        for (path, digit) in [("a", "1"), ("b", "2"), ("c", "3")] { try put(path, old, digit) }
        try list(old, [("a", "1"), ("b", "2"), ("c", "3")])
        let reader = HubLocalReader(directory: directory)
        #expect(reader.recorded(of: (.model, "org/name")).map(\.commit) == [old])
        // Half an update: neither commit is there as a whole.
        try put("c", new, "4")
        #expect(reader.recorded(of: (.model, "org/name")).first?.missing() == ["c"])
        try list(new, [("a", "1"), ("b", "2"), ("c", "4")])
        let found = try #require(reader.recorded(of: (.model, "org/name")).first)
        #expect(found.commit == new && found.missing().isEmpty && found.files.map(\.path) == ["a", "b", "c"])
        // Of a commit that only took something away no record tells.
        let fewer = String(repeating: "8", count: 40)
        try list(fewer, [("a", "1")])
        #expect(reader.recorded(of: (.model, "org/name")).contains { $0.commit == fewer && $0.missing().isEmpty })
        #expect(reader.recorded(of: (.model, "org/other")).isEmpty)
    }
}
