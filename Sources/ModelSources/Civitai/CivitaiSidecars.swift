internal import FetchTypes
internal import JSONText

/// Makes a CivitAI file's sidecars from what the API says of its version and model.
struct CivitaiSidecars: SidecarMaker {
    let documents: CivitaiDocuments
    let file: CivitaiFile

    /// The version of Civitai Helper's and its forms that these files are of: an older one is downloaded again by it.
    private static let helperVersion = "1.8.7"

    func make(_ kind: SidecarKind) async throws -> Sidecar {
        switch kind {
        case .civitaiInfo: return text(".civitai.info", try await civitaiInfo())
        case .a1111: return text(".json", try await userMetadata())
        case .cmInfo: return text(".cm-info.json", try await connectedModel())
        case .preview: return try await documents.picture()
        }
    }

    private func text(_ ending: String, _ tree: JSONTree) -> Sidecar { Sidecar(ending: ending, bytes: Array(tree.indented.utf8)) }

    /// The version as it came, and of its model what the version leaves out.
    private func civitaiInfo() async throws -> JSONTree {
        var version = try await documents.fetchVersion()
        let model = try await documents.model()
        var summary = version["model"] ?? [:]
        summary["description"] = model?["description"] ?? .string("")
        summary["tags"] = model?["tags"] ?? .array([])
        version["model"] = summary
        version["extensions"] = extensions()
        return version
    }

    private func extensions() -> JSONTree {
        [
            "sd_civitai_helper": [
                "version": .string(Self.helperVersion), "last_update": .digits(String(Int(documents.now))), "skeleton_file": .bool(false),
            ]
        ]
    }

    private func userMetadata() async throws -> JSONTree {
        let version = try await documents.fetchVersion()
        let model = try await documents.model()
        let words = (version["trainedWords"]?.elements ?? []).compactMap(\.text)
        var tree: JSONTree = [
            "description": .string(model?["description"]?.text ?? ""),
            "notes": .string(version["description"]?.text ?? ""),
            "sd version": .string(Self.generation(version["baseModel"]?.text ?? "")),
            "activation text": .string(words.joined(separator: ", ")),
            "preferred weight": .digits("0"),
        ]
        let vae = (version["files"]?.elements ?? []).first { $0["type"]?.text == "VAE" }?["name"]
        if let vae { tree["vae"] = vae }
        if let id = version["modelId"], !id.isNull { tree["modelId"] = id }
        if let id = version["id"] { tree["modelVersionId"] = id }
        if let digest = file.digest { tree["sha256"] = .string(digest.hex.uppercased()) }
        tree["extensions"] = extensions()
        return tree
    }

    /// What A1111 tells its models apart by.
    static func generation(_ baseModel: String) -> String {
        let base = baseModel.lowercased()
        if ["sdxl", "pony", "illustrious", "noobai", "animagine"].contains(where: base.hasPrefix), base != "pony v7" { return "SDXL" }
        if base.hasPrefix("sd 1") { return "SD1" }
        if base.hasPrefix("sd 2") { return "SD2" }
        return "Unknown"
    }

    private func connectedModel() async throws -> JSONTree {
        let version = try await documents.fetchVersion()
        let model = try await documents.model()
        let entry = entry(in: version)
        var metadata: JSONTree = [:]
        for name in ["fp", "size", "format"] {
            if let value = entry?["metadata"]?[name], !value.isNull { metadata[name] = value }
        }
        var tree: JSONTree = [
            "ModelId": version["modelId"] ?? .null,
            "ModelName": .string(model?["name"]?.text ?? version["model"]?["name"]?.text ?? ""),
            "ModelDescription": .string(model?["description"]?.text ?? ""),
            "Nsfw": model?["nsfw"] ?? version["model"]?["nsfw"] ?? .bool(false),
            "Tags": model?["tags"] ?? .array([]),
            "ModelType": .string(model?["type"]?.text ?? version["model"]?["type"]?.text ?? "Unknown"),
            "VersionId": version["id"] ?? .null,
            "VersionName": .string(version["name"]?.text ?? ""),
            "VersionDescription": version["description"] ?? .null,
            "AuthorUsername": model?["creator"]?["username"] ?? .null,
            "BaseModel": version["baseModel"] ?? .null,
            "RemoteFileName": .string(file.name),
            "RemoteFileId": file.id.map { .digits(String($0)) } ?? .null,
            "FileMetadata": metadata,
            "ImportedAt": .string(UTCTime.offsetForm(documents.now)),
            "Hashes": entry?["hashes"] ?? [:],
            "TrainedWords": version["trainedWords"] ?? .array([]),
            "Stats": model?["stats"] ?? version["stats"] ?? .null,
            "UserTitle": .null,
            "ThumbnailImageUrl": .of(Self.picture(version)),
            "InferenceDefaults": .null,
            "Source": .digits("0"),
            "SourceUrl": .of(documents.page),
        ]
        if tree["Nsfw"] == .null { tree["Nsfw"] = .bool(false) }
        return tree
    }

    /// What the version says of the file. Not every answer numbers its files.
    private func entry(in version: JSONTree) -> JSONTree? {
        let entries = version["files"]?.elements ?? []
        if let id = file.id, let entry = entries.first(where: { $0["id"] == .digits(String(id)) || $0["id"]?.text == String(id) }) {
            return entry
        }
        return entries.first { $0["id"] == nil && $0["name"]?.text == file.name && $0["downloadUrl"]?.text == file.downloadURL }
    }

    /// The address of a version's first picture that is no video.
    static func picture(_ version: JSONTree) -> String? {
        (version["images"]?.elements ?? []).first { $0["type"]?.text ?? "image" == "image" && $0["url"]?.text != nil }?["url"]?.text
    }
}
