import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A `*.safetensors.index.json`: which shard holds which tensor. A model that lacks one of its shards does not load.
package enum SafetensorsIndex {
    package static func isIndex(_ path: String) -> Bool { path.hasSuffix(".safetensors.index.json") }

    private struct Index: Decodable {
        var weights: [String: String]

        enum CodingKeys: String, CodingKey { case weights = "weight_map" }
    }

    /// The shards that an index names.
    /// - Parameters:
    ///   - bytes: the index itself.
    ///   - path: where it is in its repo; shards are named relative to it.
    /// - Returns: their paths in the repo, sorted, each once; nil when it is no index.
    package static func shards(_ bytes: [UInt8], at path: String) -> [String]? {
        guard let index = try? JSONDecoder().decode(Index.self, from: Data(bytes)) else { return nil }
        let folder = path.contains("/") ? Path.parent(path) + "/" : ""
        return Set(index.weights.values).map { folder + $0 }.sorted()
    }

    /// `a, b, c and 5 more`.
    package static func listed(_ names: [String], most: Int = 5) -> String {
        names.prefix(most).joined(separator: ", ") + (names.count > most ? " and \(names.count - most) more" : "")
    }
}
