internal import FetchTypes

/// `GET /api/v1/models/{owner}/{name}/repo/files`.
struct ModelScopeListing: Decodable {
    var files: [ModelScopeEntry]

    private enum Keys: String, CodingKey { case data = "Data" }
    private enum DataKeys: String, CodingKey { case files = "Files" }

    init(from decoder: any Decoder) throws {
        let data = try decoder.container(keyedBy: Keys.self).nestedContainer(keyedBy: DataKeys.self, forKey: .data)
        files = data.lenientArray(ModelScopeEntry.self, .files)
    }
}

struct ModelScopeEntry: Decodable, Sendable {
    var path: String
    /// `blob` or `tree`.
    var type: String?
    var size: Int64?
    var digest: PublishedDigest?

    private enum Keys: String, CodingKey {
        case path = "Path"
        case type = "Type"
        case size = "Size"
        case sha256 = "Sha256"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        path = try fields.decode(String.self, forKey: .path)
        type = fields.lenient(String.self, .type)
        size = fields.lenient(Int64.self, .size)
        digest = fields.lenient(String.self, .sha256).flatMap { PublishedDigest(.sha256, hex: $0) }
    }
}
