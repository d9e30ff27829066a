#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `model.safetensors.index.json`: which shard holds which tensor (`{"weight_map": {"tensor": "shard.safetensors"}}`).
package enum SafetensorsIndex {
    package static let ending = ".safetensors.index.json"

    /// The shards that an index names, sorted; empty when it is no index.
    package static func shards(_ bytes: [UInt8]) -> [String] {
        guard let index = try? JSONDecoder().decode(Index.self, from: Data(bytes)) else { return [] }
        return Set(index.weightMap.values).sorted()
    }

    /// Those that are not beside the index, as paths.
    package static func missingShards(_ path: String) -> [String] {
        guard let bytes = Disk.contents(path) else { return [] }
        return shards(bytes).map { Path.join(Path.parent(path), $0) }.filter { Disk.followedStatus($0)?.kind != .file }
    }

    private struct Index: Decodable {
        var weightMap: [String: String]

        private enum CodingKeys: String, CodingKey { case weightMap = "weight_map" }
    }
}
