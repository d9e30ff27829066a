internal import FetchTypes

/// What CivitAI tells of a version, for people who look before they fetch. The licence is with the model, which is asked
/// for once more; it costs no download.
struct CivitaiDescription {
    let session: CivitaiSession
    let base: WebURL
    let version: CivitaiVersion
    let model: CivitaiModelSummary?

    /// Puts the facts in.
    func describe(_ resolution: inout Resolution, _ files: [CivitaiFile]) async {
        var licence: Terms?
        if let id = version.modelID {
            licence = try? await session.get(Terms.self, "/api/v1/models/\(id)", at: base, about: "model \(id)")
        }
        resolution.facts = [
            Fact("model", model?.name), Fact("version", version.name), Fact("type", model?.type), Fact("base_model", version.baseModel),
            Fact("trained_words", version.trainedWords), Fact("creator", licence?.creator), Fact("published", version.publishedAt),
            Fact("status", version.status), Fact("usage", version.usageControl), Fact("air", version.air),
            licence.flatMap(\.facts).map { Fact("licence", .facts($0)) }, Fact("nsfw", model?.nsfw), Fact("mode", model?.mode),
            Fact("tags", licence?.tags ?? []), Fact("previews", version.previewURLs),
        ].compactMap(\.self)
        for index in resolution.files.indices {
            resolution.files[index].facts = Self.facts(files[index])
            resolution.files[index].metadata.licence = licence?.summary
        }
    }

    private static func facts(_ file: CivitaiFile) -> [Fact] {
        [
            file.id.map { Fact("id", .number(Int64($0))) }, file.isPrimary ? Fact("primary", .flag(true)) : nil, Fact("type", file.type),
            Fact("format", file.format), Fact("size", file.size), Fact("fp", file.fp), Fact("quant", file.quant),
            Fact("virus_scan", file.virusScan), Fact("pickle_scan", file.pickleScan),
            file.hashes.isEmpty
                ? nil : Fact("hashes", .facts(file.hashes.sorted { $0.key < $1.key }.map { Fact($0.key, .text($0.value)) })),
        ].compactMap(\.self)
    }

    /// The licence flags of `GET /api/v1/models/{id}`.
    struct Terms: Decodable {
        var noCredit: Bool?
        /// `Image`, `RentCivit`, `Rent`, `Sell`, or `None`.
        var commercial: [String]
        var derivatives: Bool?
        var differentLicence: Bool?
        var creator: String?
        var tags: [String]

        private enum Keys: String, CodingKey {
            case allowNoCredit, allowCommercialUse, allowDerivatives, allowDifferentLicense, creator, tags
        }
        private struct Creator: Decodable { var username: String? }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            noCredit = fields.lenient(Bool.self, .allowNoCredit)
            // A list by now, one word in older answers.
            commercial =
                fields.lenient(String.self, .allowCommercialUse).map { [$0] } ?? fields.lenientArray(String.self, .allowCommercialUse)
            derivatives = fields.lenient(Bool.self, .allowDerivatives)
            differentLicence = fields.lenient(Bool.self, .allowDifferentLicense)
            creator = fields.lenient(Creator.self, .creator)?.username
            tags = fields.lenientArray(String.self, .tags)
        }

        /// Nil when the answer does not contain it.
        var facts: [Fact]? {
            let facts = [
                Fact("credit_required", noCredit.map(!)), Fact("commercial_use", commercial), Fact("derivatives", derivatives),
                Fact("different_licence", differentLicence),
            ].compactMap(\.self)
            return facts.isEmpty ? nil : facts
        }

        /// In one line.
        var summary: String? {
            let parts = [
                noCredit.map { $0 ? "no credit needed" : "credit required" },
                commercial.isEmpty ? nil : "commercial use: \(commercial.joined(separator: ", "))",
                derivatives.map { $0 ? "derivatives allowed" : "no derivatives" },
                differentLicence.map { $0 ? "other licences allowed" : "same licence" },
            ].compactMap(\.self)
            return parts.isEmpty ? nil : parts.joined(separator: "; ")
        }
    }
}
