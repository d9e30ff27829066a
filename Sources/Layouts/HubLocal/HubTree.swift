import FetchTypes
import JSONText
package import ModelSources
package import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The file list of a commit as `huggingface_hub` (since 1.22) keeps it: `trees/<commit>.json`, format 1.
///
/// With it, an incomplete snapshot is noticed offline.
package enum HubTree {
    /// - Returns: nil when there is none, or it is of another format.
    package static func read(_ path: String) -> [HubTreeFile]? {
        guard let bytes = Disk.contents(path, limit: 256 << 20), let list = try? JSONDecoder().decode(List.self, from: Data(bytes)),
            list.format == 1
        else { return nil }
        return list.files.map { path, entry in
            HubTreeFile(path: path, size: entry.size.bytes, blobID: entry.blobID, sha256: entry.sha256, xetHash: entry.xetHash)
        }.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private struct List: Decodable {
        var format: Int
        var files: [String: Entry]

        enum CodingKeys: String, CodingKey {
            case files
            case format = "format_version"
        }
    }

    private struct Entry: Decodable {
        var size: ByteCount
        var blobID: String
        var sha256: String?
        var xetHash: String?

        enum CodingKeys: String, CodingKey {
            case size
            case blobID = "blob_id"
            case sha256 = "lfs_sha256"
            case xetHash = "xet_hash"
        }
    }

    /// As `huggingface_hub` writes it, byte for byte.
    package static func encoded(_ files: [HubTreeFile]) -> [UInt8] {
        var text = "{\n \"format_version\": 1,\n \"files\": {"
        var isFirst = true
        for file in files.sorted(by: { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }) {
            text += isFirst ? "\n" : ",\n"
            isFirst = false
            text += "  \(quoted(file.path)): {\n   \"size\": \(file.size),\n   \"blob_id\": \(quoted(file.blobID))"
            if let sha256 = file.sha256 { text += ",\n   \"lfs_sha256\": \(quoted(sha256)),\n   \"lfs_size\": \(file.size)" }
            // One that is no such hash would make huggingface_hub pass over the whole list.
            if let hash = file.xetHash, hash.utf8.count == 64, hash.utf8.allSatisfy({ Self.isLowerHex($0) }) {
                text += ",\n   \"xet_hash\": \(quoted(hash))"
            }
            text += "\n  }"
        }
        text += isFirst ? "}\n}" : "\n }\n}"
        return Array(text.utf8)
    }

    private static func isLowerHex(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }

    private static func quoted(_ text: String) -> String { text.json() }

    /// Writes it unless it is there.
    package static func write(_ files: [HubTreeFile], to path: String) throws(IOFault) {
        guard Disk.followedStatus(path) == nil else { return }
        try Disk.makeDirectories(Path.parent(path))
        try Disk.replace(path, with: encoded(files))
    }
}
