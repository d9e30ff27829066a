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

/// What ModelScope says in place of data, at times with a status of 200.
struct ModelScopeRefusal: Decodable {
    /// The HTTP status that was meant.
    var status: Int

    private enum Keys: String, CodingKey {
        case code = "Code"
        case success = "Success"
        case message = "Message"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        let code = fields.lenientInt(.code)
        guard code != 200, fields.lenient(Bool.self, .success) != true, fields.lenient(String.self, .message) != nil else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no refusal"))
        }
        // Longer numbers are its own, and mostly mean that there is no such thing.
        status = code.flatMap { (400...599).contains($0) ? $0 : nil } ?? 404
    }
}

struct ModelScopeEntry: Decodable, Sendable {
    var path: String
    /// `blob` or `tree`.
    var type: String?
    var size: DeclaredSize
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
        size = fields.declaredSize(.size)
        digest = fields.lenient(String.self, .sha256).flatMap { PublishedDigest(.sha256, hex: $0) }
    }
}
