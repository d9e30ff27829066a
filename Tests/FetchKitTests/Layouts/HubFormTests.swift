import FetchTypes
import ModelReference
import ModelSources
import Partials
import TestSupport
import Testing
@testable import Layouts
@testable import Storage

@Suite("Folders of huggingface_hub")
struct HubFormTests {
    private static let sha256 = String(repeating: "ab", count: 32)
    private static let sha1 = String(repeating: "cd", count: 20)
    private static let commit = String(repeating: "01", count: 20)

    @Test(
        "a repo's folder is named by type and id",
        arguments: [
            (HubReference.RepoType.model, "org/name", "models--org--name"), (.model, "gpt2", "models--gpt2"),
            (.dataset, "Org/Name-1.0", "datasets--Org--Name-1.0"), (.space, "a/b", "spaces--a--b"),
        ])
    func folders(type: HubReference.RepoType, repo: String, name: String) throws {
        let folder = HubCacheFolder(root: "/cache", type: type, repo: repo)
        #expect(folder.name == name)
        let read = try #require(HubCacheFolder(root: "/cache", named: name))
        #expect(read == folder)
        #expect(read.type == type && read.repo == repo)
    }

    @Test(
        "what is no repo's folder is none",
        arguments: ["blobs", ".locks", "models-", "models--", "kernels--a--b", "version.txt", "modelsx--a"])
    func others(name: String) { #expect(HubCacheFolder(root: "/cache", named: name) == nil) }

    @Test(
        "a pointer climbs out of its own folders",
        arguments: [("config.json", "../../blobs/"), ("unet/model.bin", "../../../blobs/"), ("a/b/c.txt", "../../../../blobs/")])
    func links(path: String, start: String) {
        let folder = HubCacheFolder(root: "/cache", type: .model, repo: "org/name")
        let entry = HubCacheEntry(folder: folder, commit: Self.commit, path: path, etag: Self.sha256)
        #expect(entry.link == start + Self.sha256)
        #expect(Path.absolute(Path.join(Path.parent(entry.pointer), entry.link)) == entry.blob)
        let placement = PlacementPlan(entry)
        #expect(placement.target == "/cache/models--org--name/snapshots/\(Self.commit)/\(path)")
        #expect(placement.payload == "/cache/models--org--name/blobs/\(Self.sha256)")
        #expect(placement.partial.data == placement.payload + ".fetchctl-part")
        #expect(placement.record == "/cache/models--org--name/.fetchctl/blobs/\(Self.sha256).json")
        #expect(placement.sharedLock == "/cache/.locks/models--org--name/\(Self.sha256).lock")
    }

    @Test("a local folder keeps everything except the file under .cache/huggingface")
    func local() {
        let entry = HubLocalEntry(directory: "/d", commit: Self.commit, path: "sub/x.bin", etag: Self.sha256)
        let placement = PlacementPlan(entry)
        #expect(placement.target == "/d/sub/x.bin" && placement.payload == placement.target)
        #expect(entry.metadata == "/d/.cache/huggingface/download/sub/x.bin.metadata")
        #expect(placement.sharedLock == "/d/.cache/huggingface/download/sub/x.bin.lock")
        #expect(placement.partial.data == "/d/.cache/huggingface/download/sub/x.bin.fetchctl-part")
    }

    @Test("metadata is read as it is written, and counts for a file that is not younger")
    func metadata() throws {
        let scratch = try Scratch()
        let metadata = HubLocalMetadata(commit: Self.commit, etag: Self.sha1, time: 1_795_213_714.25)
        #expect(metadata.text == "\(Self.commit)\n\(Self.sha1)\n1795213714.25\n")
        try Disk.replace(scratch("x.metadata"), with: Array(metadata.text.utf8))
        #expect(HubLocalMetadata(reading: scratch("x.metadata")) == metadata)
        try Disk.replace(scratch("y.metadata"), with: Array("\(Self.commit)\n\(Self.sha1)\n1712656091\n".utf8))
        #expect(HubLocalMetadata(reading: scratch("y.metadata"))?.time == 1_712_656_091)
        for text in ["", "\(Self.commit)\n", "\(Self.commit)\n\(Self.sha1)\nyesterday\n"] {
            try Disk.replace(scratch("z.metadata"), with: Array(text.utf8))
            #expect(HubLocalMetadata(reading: scratch("z.metadata")) == nil)
        }
        let status = try #require(Disk.status(scratch("x.metadata")))
        #expect(HubLocalMetadata(commit: "", etag: "", time: Double(status.modified) / 1e9 - 0.9).describes(status))
        #expect(!HubLocalMetadata(commit: "", etag: "", time: Double(status.modified) / 1e9 - 1.1).describes(status))
    }

    @Test("a commit's list has the form that huggingface_hub writes")
    func tree() throws {
        let files = [
            HubTreeFile(path: "ü\"/m.safetensors", size: 9, blobID: Self.sha1, sha256: Self.sha256, xetHash: Self.sha256),
            HubTreeFile(path: "config.json", size: 519, blobID: Self.sha1, xetHash: "not a hash"),
        ]
        let text = String(decoding: HubTree.encoded(files), as: UTF8.self)
        // What Python's json.dump(…, indent=1) makes of the same values.
        #expect(
            text == """
                {
                 "format_version": 1,
                 "files": {
                  "config.json": {
                   "size": 519,
                   "blob_id": "\(Self.sha1)"
                  },
                  "\\u00fc\\"/m.safetensors": {
                   "size": 9,
                   "blob_id": "\(Self.sha1)",
                   "lfs_sha256": "\(Self.sha256)",
                   "lfs_size": 9,
                   "xet_hash": "\(Self.sha256)"
                  }
                 }
                }
                """)
        let scratch = try Scratch()
        try HubTree.write(files, to: scratch("trees/x.json"))
        let read = try #require(HubTree.read(scratch("trees/x.json")))
        #expect(read.map(\.path) == ["config.json", "ü\"/m.safetensors"])
        #expect(read[1] == files[0] && read[1].etag == Self.sha256 && read[0].etag == Self.sha1)
        try Disk.replace(scratch("other.json"), with: Array("{\"format_version\": 2, \"files\": {}}".utf8))
        #expect(HubTree.read(scratch("other.json")) == nil)
    }

    @Test(
        "the cache is found as huggingface_hub finds it",
        arguments: [
            (["HF_HUB_CACHE": "/a", "HUGGINGFACE_HUB_CACHE": "/b", "HF_HOME": "/c", "HOME": "/h"], "/a"),
            (["HUGGINGFACE_HUB_CACHE": "~/b", "HF_HOME": "/c", "HOME": "/h"], "/h/b"),
            (["HF_HOME": "$DISK/hf", "DISK": "/disk", "XDG_CACHE_HOME": "/x", "HOME": "/h"], "/disk/hf/hub"),
            (["XDG_CACHE_HOME": "/x", "HOME": "/h"], "/x/huggingface/hub"),
            (["HF_HUB_CACHE": "", "HOME": "/h"], "/h/.cache/huggingface/hub"), ([:], nil),
        ] as [([String: String], String?)])
    func cache(environment: [String: String], path: String?) { #expect(HubFolders.cache(environment) == path) }

    @Test("an index names its shards, wherever it is")
    func shards() {
        let index = Array(#"{"weight_map": {"a": "m-2.safetensors", "b": "m-1.safetensors", "c": "m-1.safetensors"}}"#.utf8)
        #expect(SafetensorsIndex.shards(index, at: "m.safetensors.index.json") == ["m-1.safetensors", "m-2.safetensors"])
        #expect(SafetensorsIndex.shards(index, at: "unet/m.safetensors.index.json") == ["unet/m-1.safetensors", "unet/m-2.safetensors"])
        #expect(SafetensorsIndex.shards(Array("[]".utf8), at: "m.safetensors.index.json") == nil)
        #expect(SafetensorsIndex.listed(["a", "b", "c"], most: 2) == "a, b and 1 more")
    }
}
