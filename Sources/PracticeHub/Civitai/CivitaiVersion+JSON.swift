extension CivitaiVersion {
    /// The object that `/api/v1/model-versions/{id}` answers.
    func json(origin: String, request: HubRequest) -> JSON {
        let isArchived = gate == .archived
        var members: [JSON.Member] = [
            member("id", .integer(Int64(id))), member("modelId", .integer(Int64(modelID))), member("name", .string(name)),
            member("nsfwLevel", 1), member("createdAt", "2026-01-01T10:00:00.000Z"), member("updatedAt", "2026-01-02T10:00:00.000Z"),
            member("status", "Published"), member("publishedAt", "2026-01-02T10:00:00.000Z"),
            member("trainedWords", .array(trainedWords.map(JSON.string))), member("trainingStatus", .null),
            member("trainingDetails", .null),
            member("baseModel", .string(baseModel)), member("baseModelType", "Standard"),
            member("earlyAccessEndsAt", earlyAccessDeadline), member("earlyAccessConfig", .null),
            member("paidAccess", paidAccess),
            member("description", "<p>A model to practise with.</p>"), member("uploadType", "Created"),
            member("usageControl", gate == .generationOnly ? "Generation" : "Download"),
            member("air", .string(air)), member("stats", ["downloadCount": .integer(Int64(downloads)), "thumbsUpCount": 1]),
            member("model", model),
            member("files", .array(isArchived ? [] : files.map { self.json(of: $0, origin: origin, request: request) })),
            member("images", isArchived ? [] : [video(origin), image(origin)]),
        ]
        if !isArchived {
            members.append(member("downloadUrl", .string("\(origin)/api/download/models/\(id)")))
        }
        return .object(members)
    }

    /// The version as it is in a model's `modelVersions`, where it names neither its model nor the air.
    func jsonInModel(origin: String, request: HubRequest, index: Int) -> JSON {
        guard case .object(let members) = json(origin: origin, request: request) else { return .null }
        let kept = members.filter { !["modelId", "model", "air"].contains($0.name) }
        return .object([member("index", .integer(Int64(index))), member("availability", .string(availability))] + kept)
    }

    /// One entry of `files`.
    func json(of file: File, origin: String, request: HubRequest) -> JSON {
        let content = request.content(file.content)
        let digests = FileDigests.of(content)
        let sha256 = file.publishedSHA256 ?? digests.sha256
        var hashes: [JSON.Member] = []
        if let autoV1 = digests.autoV1 { hashes.append(member("AutoV1", .string(autoV1.uppercased()))) }
        hashes.append(member("AutoV2", .string(sha256.prefix(10).uppercased())))
        hashes.append(member("SHA256", .string(sha256.uppercased())))
        if let autoV3 = digests.autoV3 { hashes.append(member("AutoV3", .string(autoV3.uppercased()))) }
        let isDangerous = file.scan == "Danger"
        return [
            "id": .integer(Int64(file.id)), "sizeKB": .number(Double(content.size) / 1024), "name": .string(file.name),
            "type": .string(file.type), "pickleScanResult": .string(file.scan),
            "pickleScanMessage": .string(
                isDangerous ? "**Detected Pickle imports (1)**\n*Dangerous import detected*\n```\nposix.system\n```" : "No Pickle imports"),
            "virusScanResult": "Success", "virusScanMessage": .null, "scannedAt": "2026-01-02T11:00:00.000Z",
            "metadata": ["format": .optional(file.format), "size": .optional(file.size), "fp": .optional(file.fp)],
            "hashes": .object(hashes), "primary": .bool(file.isPrimary),
            "downloadUrl": .string("\(origin)/api/download/models/\(id)?fileId=\(file.id)"),
        ]
    }

    private var air: String {
        let type = modelType == "TextualInversion" ? "embedding" : modelType.lowercased()
        return "urn:air:\(baseModel.hasPrefix("SDXL") ? "sdxl" : "sd1"):\(type):civitai:\(modelID)@\(id)"
    }

    private var availability: String {
        if case .earlyAccess = gate { return "EarlyAccess" }
        return gate == .grant ? "Private" : "Public"
    }

    private var earlyAccessDeadline: JSON {
        if case .earlyAccess(let deadline) = gate { return .string(deadline) }
        return .null
    }

    private var paidAccess: JSON {
        if case .earlyAccess(let deadline) = gate { return ["permanent": false, "endsAt": .string(deadline)] }
        return .null
    }

    private var model: JSON {
        let base: JSON = ["name": .string(modelName), "type": .string(modelType), "nsfw": false, "poi": false]
        return gate == .archived ? base + ["mode": "Archived"] : base
    }

    /// A real version's pictures are at a host of their own, which needs no token either.
    private func image(_ origin: String) -> JSON {
        [
            "url": .string("\(origin)/practice-images/width=450/\(id).jpeg"), "nsfwLevel": 1, "width": 450, "height": 675,
            "hash": .null, "type": "image", "hasMeta": false, "meta": .null,
        ]
    }

    /// What the service lists among the images, and is none.
    private func video(_ origin: String) -> JSON {
        ["url": .string("\(origin)/practice-images/width=450/\(id).mp4"), "nsfwLevel": 1, "width": 450, "height": 675, "type": "video"]
    }

    private func member(_ name: String, _ value: JSON) -> JSON.Member { JSON.Member(name: name, value: value) }
}
