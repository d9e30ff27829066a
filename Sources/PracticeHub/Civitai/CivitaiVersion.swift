/// A model version that the stand-in CivitAI knows.
struct CivitaiVersion: Sendable {
    struct File: Sendable {
        let id: Int
        let name: String
        let type: String
        let content: PracticeFile
        /// `SafeTensor`, `PickleTensor`, …
        var format: String? = "SafeTensor"
        /// `full` or `pruned`.
        var size: String?
        var fp: String?
        var isPrimary = true
        /// `Success`, `Danger`, `Pending` or `Error`.
        var scan = "Success"
        /// What the API publishes instead of the content's own SHA-256.
        var publishedSHA256: String?
    }

    /// The text between a visitor and the bytes.
    enum Gate: Sendable, Equatable {
        case none
        case login
        case earlyAccess(deadline: String)
        /// Not even a valid token has a grant.
        case grant
        case generationOnly
        case archived
        /// The storage fails so many times more, with the answer that only its Cache-Control tells from a real 404.
        case failingStorage(times: Int)
    }

    let id: Int
    let modelID: Int
    let modelName: String
    var modelType = "Checkpoint"
    let name: String
    var baseModel = "SD 1.5"
    var trainedWords: [String] = []
    var gate = Gate.none
    var deliversFromR2 = false
    var files: [File]
    /// Links handed out: what the service counts as downloads.
    var downloads = 0
    /// Times that a failing storage fails again once faults are cleared.
    var initialFailures = 0

    /// The file ready for use in a one-file version; ids are made from the version's.
    static func single(
        _ id: Int, model: Int, _ modelName: String, version: String = "v1.0", file: String, size: Int64 = 1 << 20, gate: Gate = .none
    ) -> CivitaiVersion {
        let content = PracticeFile(kind: .safetensors, size: size, seed: UInt64(id))
        return CivitaiVersion(
            id: id, modelID: model, modelName: modelName, name: version, gate: gate,
            files: [File(id: id * 10, name: file, type: "Model", content: content, size: "pruned", fp: "fp16")])
    }
}
