/// `GET /api/{models,datasets,spaces}/{id}/revision/{revision}`, as far as it is used.
struct HubRepoInfo: Decodable {
    /// The commit, 40 hexadecimal digits.
    var sha: String?
    /// The canonical name: differs from the one asked for when the repo was renamed.
    var id: String?
    var isGated: Bool
    var isDisabled: Bool
    var paths: [String]
    /// Every file of the commit with its size and hash; nil where the answer does not say that of all of them.
    var entries: [HubEntry]?
    var tags: [String]
    var licence: String?
    var baseModel: String?
    /// `auto` or `manual`, as access is granted; nil for a repo that is open.
    var gating: String?
    var isPrivate: Bool?
    /// `transformers`, `diffusers`, …
    var library: String?
    /// `text-generation`, …
    var task: String?
    /// RFC 3339.
    var modified: String?

    private enum Keys: String, CodingKey {
        case sha, id, gated, disabled, siblings, tags, cardData, lastModified
        case isPrivate = "private"
        case library = "library_name"
        case task = "pipeline_tag"
    }
    private enum CardKeys: String, CodingKey {
        case license
        case baseModel = "base_model"
        case library = "library_name"
    }
    /// Above this number the list is known to be incomplete.
    private static let mostSiblings = 50_000

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        sha = fields.lenient(String.self, .sha)
        id = fields.lenient(String.self, .id)
        // false, "auto" or "manual".
        gating = fields.lenient(String.self, .gated) ?? (fields.lenient(Bool.self, .gated) == true ? "yes" : nil)
        isGated = gating != nil
        isPrivate = fields.lenient(Bool.self, .isPrivate)
        task = fields.lenient(String.self, .task)
        modified = fields.lenient(String.self, .lastModified)
        isDisabled = fields.lenient(Bool.self, .disabled) ?? false
        let siblings = fields.lenientArray(HubSibling.self, .siblings)
        paths = siblings.map(\.path)
        let listed = siblings.compactMap(\.entry)
        // One that cannot be understood would go missing.
        let count = (try? fields.nestedUnkeyedContainer(forKey: .siblings))?.count
        if !listed.isEmpty, listed.count == count, listed.count < Self.mostSiblings { entries = listed }
        tags = fields.lenientArray(String.self, .tags)
        let card = try? fields.nestedContainer(keyedBy: CardKeys.self, forKey: .cardData)
        licence = card?.lenient(String.self, .license) ?? tags.first { $0.hasPrefix("license:") }.map { String($0.dropFirst(8)) }
        library = fields.lenient(String.self, .library) ?? card?.lenient(String.self, .library)
        baseModel = card?.lenient(String.self, .baseModel) ?? card?.lenientArray(String.self, .baseModel).first
    }
}

/// A member of `siblings`: a path, and with `?blobs=true` what is stored there.
private struct HubSibling: Decodable {
    var path: String
    /// Nil where size or hash is missing.
    var entry: HubEntry?

    private enum Keys: String, CodingKey { case rfilename, size, blobId, lfs }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        path = try fields.decode(String.self, forKey: .rfilename)
        let lfs = fields.lenient(HubEntry.LFS.self, .lfs)
        let read = HubEntry(path: path, size: fields.declaredSize(.size), blobID: fields.lenient(String.self, .blobId), lfs: lfs)
        if read.treeFile != nil { entry = read }
    }
}
