/// `GET /api/{type}/{id}/refs`: what a missing revision could have been.
struct HubRefs: Decodable {
    var names: [String]

    private enum Keys: String, CodingKey { case branches, tags, converts, pullRequests }
    private struct Named: Decodable {
        var name: String
        var ref: String?
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        names = (fields.lenientArray(Named.self, .branches) + fields.lenientArray(Named.self, .tags)).map(\.name)
        // Written as they are typed: a conversion's branch is called `parquet` here, `refs/convert/parquet` there.
        names += (fields.lenientArray(Named.self, .converts) + fields.lenientArray(Named.self, .pullRequests)).map { $0.ref ?? $0.name }
    }
}
