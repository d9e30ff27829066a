internal import FetchTypes

/// `GET /api/v1/model-versions/{id}`, and a member of a model's `modelVersions`. Only what makes a version one must be there.
struct CivitaiVersion: Decodable {
    var id: Int
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
        case id, modelId, name, baseModel, status, publishedAt, trainedWords, usageControl, model, files, images, air
        case paidAccess, earlyAccessEndsAt
    }
    private enum AccessKeys: String, CodingKey { case permanent, endsAt }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        id = try fields.decode(Int.self, forKey: .id)
        modelID = fields.lenient(Int.self, .modelId)
        name = fields.lenient(String.self, .name) ?? "version \(id)"
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
    var id: Int
    var summary: CivitaiModelSummary
    /// As CivitAI lists them, the one that its page opens with first.
    var versions: [CivitaiVersion]

    private enum Keys: String, CodingKey { case id, modelVersions }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        id = try fields.decode(Int.self, forKey: .id)
        summary = try CivitaiModelSummary(from: decoder)
        versions = fields.lenientArray(CivitaiVersion.self, .modelVersions)
    }

    /// The first published version, in CivitAI's own order.
    func newest(now: Double) -> CivitaiVersion? {
        versions.first { version in
            if let status = version.status { return status == "Published" }
            guard let published = version.publishedAt else { return false }
            return UTCTime.iso8601(published).map { $0 <= now } ?? true
        }
    }
}

/// One file of a version.
struct CivitaiFile: Decodable, Sendable {
    var id: Int?
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
        name = try fields.decode(String.self, forKey: .name)
        downloadURL = fields.lenient(String.self, .downloadUrl)
        id = fields.lenient(Int.self, .id) ?? downloadURL.flatMap(WebURL.init)?.queryValue("fileId").flatMap(Int.init)
        sizeKB = fields.lenient(Double.self, .sizeKB)
        type = fields.lenient(String.self, .type)
        let metadata = try? fields.nestedContainer(keyedBy: MetadataKeys.self, forKey: .metadata)
        format = metadata?.lenient(String.self, .format)
        size = metadata?.lenient(String.self, .size)
        fp = metadata?.lenient(String.self, .fp)
        quant = metadata?.lenient(String.self, .quantType)
        pickleScan = fields.lenient(String.self, .pickleScanResult)
        virusScan = fields.lenient(String.self, .virusScanResult)
        hashes = fields.lenient([String: String?].self, .hashes)?.compactMapValues(\.self) ?? [:]
        digest = hashes["SHA256"].flatMap { PublishedDigest(.sha256, hex: $0) }
        isPrimary = fields.lenient(Bool.self, .primary) ?? false
    }

    /// Bytes, when `sizeKB` is exact: it is, but for the documentation's examples, which are rounded.
    var exactSize: Int64? {
        guard let sizeKB, sizeKB >= 0, sizeKB < 1e13 else { return nil }
        let bytes = sizeKB * 1024
        return abs(bytes - bytes.rounded()) <= 0.01 ? Int64(bytes.rounded()) : nil
    }

    /// Whether loading it may run code that it brings along.
    var isPickle: Bool {
        if let format { return format.lowercased().hasPrefix("pickle") }
        return ["ckpt", "pt", "pth", "bin", "pkl"].contains(name.lowercased().split(separator: ".").last.map(String.init) ?? "")
    }
}

private struct CivitaiImage: Decodable {
    var url: String
    var type: String?
}
