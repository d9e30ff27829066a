internal import FetchTypes

/// `GET /api/v1/model-versions/{id}`, and a member of a model's `modelVersions`. Anything may be missing, but not everything.
struct CivitaiVersion: Decodable {
    /// Its own word, else that of its download link; 0 when neither tells.
    var id: Int
    /// Its place among its model's versions, as CivitAI orders them; absent outside a model.
    var index: Int?
    var modelID: Int?
    var name: String
    var baseModel: String?
    /// `Published`, `Draft`, `Scheduled`, `Unpublished`, …; absent within a model.
    var status: String?
    var publishedAt: String?
    var trainedWords: [String]
    /// `Download`, `Generation`, `InternalGeneration`.
    var usageControl: String?
    /// When early access ends; nil when there is none, or none that ends.
    var earlyAccessEnds: String?
    /// Early access that does not end by itself.
    var isAlwaysPaid: Bool
    var model: CivitaiModelSummary?
    var files: [CivitaiFile]
    var previewURLs: [String]
    /// `urn:air:…`
    var air: String?

    private enum Keys: String, CodingKey {
        case id, index, modelId, name, baseModel, status, publishedAt, trainedWords, usageControl, model, files, images, air
        case paidAccess, earlyAccessEndsAt, downloadUrl
    }
    private enum AccessKeys: String, CodingKey { case permanent, endsAt }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        guard [.id, .modelId, .name, .files, .model].contains(where: fields.contains) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no version"))
        }
        let link = fields.lenient(String.self, .downloadUrl).flatMap(WebURL.init)?.path.split(separator: "/").last
        id = fields.lenientInt(.id) ?? link.flatMap { Int($0) } ?? 0
        index = fields.lenientInt(.index)
        modelID = fields.lenientInt(.modelId)
        name = fields.lenient(String.self, .name) ?? (id > 0 ? "version \(id)" : "without a name")
        baseModel = fields.lenient(String.self, .baseModel)
        status = fields.lenient(String.self, .status)
        publishedAt = fields.lenient(String.self, .publishedAt)
        trainedWords = fields.lenientArray(String.self, .trainedWords)
        usageControl = fields.lenient(String.self, .usageControl)
        let access = try? fields.nestedContainer(keyedBy: AccessKeys.self, forKey: .paidAccess)
        earlyAccessEnds = access?.lenient(String.self, .endsAt) ?? fields.lenient(String.self, .earlyAccessEndsAt)
        isAlwaysPaid = access?.lenient(Bool.self, .permanent) ?? false
        model = fields.lenient(CivitaiModelSummary.self, .model)
        files = fields.lenientArray(CivitaiFile.self, .files)
        air = fields.lenient(String.self, .air)
        previewURLs = fields.lenientArray(CivitaiImage.self, .images).filter { $0.type != "video" }.map(\.url)
    }
}

/// A model as a version tells of it.
struct CivitaiModelSummary: Decodable, Sendable {
    var name: String?
    var type: String?
    var nsfw: Bool?
    /// `Archived` or `TakenDown`.
    var mode: String?

    private enum Keys: String, CodingKey { case name, type, nsfw, mode }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        name = fields.lenient(String.self, .name)
        type = fields.lenient(String.self, .type)
        nsfw = fields.lenient(Bool.self, .nsfw)
        mode = fields.lenient(String.self, .mode)
    }
}

/// `GET /api/v1/models/{id}`.
struct CivitaiModel: Decodable {
    var summary: CivitaiModelSummary
    /// In CivitAI's order, the one that its page opens with first.
    var versions: [CivitaiVersion]

    private enum Keys: String, CodingKey { case id, name, modelVersions }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        guard [.id, .name, .modelVersions].contains(where: fields.contains) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no model"))
        }
        summary = try CivitaiModelSummary(from: decoder)
        // One without a number cannot be asked for.
        let listed = fields.lenientArray(CivitaiVersion.self, .modelVersions).filter { $0.id > 0 }
        let isOrdered = listed.allSatisfy { $0.index != nil }
        versions = isOrdered ? listed.enumerated().sorted { ($0.1.index ?? 0, $0.0) < ($1.1.index ?? 0, $1.0) }.map(\.element) : listed
    }
}

/// One file of a version.
struct CivitaiFile: Decodable, Sendable {
    var id: Int?
    /// Empty when CivitAI gives none.
    var name: String
    var sizeKB: Double?
    /// `Model`, `VAE`, `Text Encoder`, …
    var type: String?
    var format: String?
    var size: String?
    var fp: String?
    var quant: String?
    var pickleScan: String?
    var virusScan: String?
    var digest: PublishedDigest?
    /// As published: `SHA256`, `AutoV2`, `BLAKE3`, …
    var hashes: [String: String]
    var isPrimary: Bool
    var downloadURL: String?

    private enum Keys: String, CodingKey {
        case id, name, sizeKB, type, metadata, pickleScanResult, virusScanResult, hashes, primary, downloadUrl
    }
    private enum MetadataKeys: String, CodingKey { case format, size, fp, quantType }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        name = fields.lenient(String.self, .name) ?? ""
        downloadURL = fields.lenient(String.self, .downloadUrl)
        id = fields.lenientInt(.id) ?? downloadURL.flatMap(WebURL.init)?.queryValue("fileId").flatMap { Int($0) }
        guard !name.isEmpty || id != nil || downloadURL != nil else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no file"))
        }
        sizeKB = fields.lenientDouble(.sizeKB)
        type = fields.lenient(String.self, .type)
        let metadata = try? fields.nestedContainer(keyedBy: MetadataKeys.self, forKey: .metadata)
        format = metadata?.lenient(String.self, .format)
        size = metadata?.lenient(String.self, .size)
        fp = metadata?.lenient(String.self, .fp)
        quant = metadata?.lenient(String.self, .quantType)
        pickleScan = fields.lenient(String.self, .pickleScanResult)
        virusScan = fields.lenient(String.self, .virusScanResult)
        hashes = fields.lenientTexts(.hashes)
        digest = hashes.first { $0.key.uppercased() == "SHA256" }.flatMap { PublishedDigest(.sha256, hex: $0.value) }
        isPrimary = fields.lenient(Bool.self, .primary) ?? false
    }

    /// The size, when `sizeKB` is exact: it is, but for the documentation's examples, which are rounded.
    var exactSize: DeclaredSize {
        guard let sizeKB else { return .unknown }
        let bytes = (sizeKB * 1024).rounded()
        return abs(sizeKB * 1024 - bytes) <= 0.01 || ByteCount(exactly: bytes) == nil ? DeclaredSize(bytes) : .unknown
    }

    /// Whether loading it may run code that it contains.
    var isPickle: Bool {
        if let format { return format.lowercased().hasPrefix("pickle") }
        return ["ckpt", "pt", "pth", "bin", "pkl"].contains(name.lowercased().split(separator: ".").last.map(String.init) ?? "")
    }
}

private struct CivitaiImage: Decodable {
    var url: String
    var type: String?
}
