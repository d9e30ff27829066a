import Events
import FetchTypes
import Layouts
import ModelSources
import Partials
import Storage

/// What a hidden folder holds of a file beside it: a record of ours, or metadata of `huggingface_hub`.
struct LocalNote {
    /// Its own path.
    private let path: String
    /// The folder whose file it is about, and that file's path below it.
    let directory: String
    let name: String
    /// Whether it is a record of ours.
    let isRecord: Bool

    /// - Returns: nil for what is neither.
    init?(_ path: String) {
        self.path = path
        for store in FinishedRecord.Store.allCases {
            guard let (directory, name) = Self.split(path, store.rawValue, ".json") else { continue }
            (self.directory, self.name, isRecord) = (directory, name, true)
            return
        }
        guard let (directory, name) = Self.split(path, ".cache/huggingface/download", ".metadata") else { return nil }
        (self.directory, self.name, isRecord) = (directory, name, false)
    }

    private static func split(_ path: String, _ store: String, _ ending: String) -> (String, String)? {
        guard path.hasSuffix(ending), let range = path.ranges(of: "/\(store)/").last else { return nil }
        return (
            range.lowerBound == path.startIndex ? "/" : String(path[..<range.lowerBound]),
            String(path[range.upperBound...].dropLast(ending.count))
        )
    }

    /// What the file at that path is checked against.
    /// - Returns: nil where the note cannot be read.
    func check(_ target: String) -> FileCheck? {
        guard isRecord else { return Self.check(metadata: path, target) }
        return JSONFile.read(FinishedRecord.self, from: path).map { record in
            var check = Self.check(record, target)
            if Disk.status(HubLocalEntry.known(directory, "download/\(name).metadata")) != nil {
                check.layout = FileCheck.options(local: directory)
            }
            return check
        }
    }

    static func check(_ record: FinishedRecord, _ path: String) -> FileCheck {
        FileCheck(
            tag: FileTag(ref: record.reference, path: path), size: record.size, digest: record.expectation, reference: record.reference,
            authority: "its record")
    }

    /// Commit, etag and time, a line each; the etag is the digest.
    static func check(metadata: String, _ path: String) -> FileCheck? {
        guard let text = Disk.contents(metadata, limit: 1 << 16) else { return nil }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        guard lines.count >= 2,
            let digest = PublishedDigest(.sha256, hex: String(lines[1])) ?? PublishedDigest(.gitSHA1, hex: String(lines[1]))
        else { return nil }
        return FileCheck(tag: FileTag(ref: "", path: path), size: nil, digest: digest, authority: "huggingface_hub's metadata")
    }
}
