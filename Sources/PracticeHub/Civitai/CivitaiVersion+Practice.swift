extension CivitaiVersion {
    /// The catalogue, newest version of a model first. Version 12345 has the configured size, nearly all others 1 MiB.
    static func practice(_ configuration: HubConfiguration) -> [CivitaiVersion] {
        let plain = [
            with(single(12345, model: 6789, "Practice Model", file: "practice-model.safetensors", size: configuration.modelSize)) {
                $0.trainedWords = ["practice style", "a, b and c"]
            },
            single(12344, model: 6789, "Practice Model", version: "v0.9", file: "practice-model-v09.safetensors"),
            with(single(12346, model: 6790, "Practice Login", file: "practice-login.safetensors", gate: .login)) {
                $0.deliversFromR2 = true
            },
            twins,
            single(
                12348, model: 6792, "Practice Early Access", file: "practice-early.safetensors",
                gate: .earlyAccess(deadline: "2099-01-01T00:00:00.000Z")),
            single(12349, model: 6793, "Practice Generation", file: "practice-generation.safetensors", gate: .generationOnly),
            single(12350, model: 6794, "Practice Archived", file: "practice-archived.safetensors", gate: .archived),
            with(single(12351, model: 6795, "Practice Wrong Hash", file: "practice-wrong-hash.safetensors")) {
                $0.files[0].publishedSHA256 = FileDigests.invented("not the hash of version 12351")
            },
            pickle,
            with(single(12353, model: 6797, "Practice Flaky", file: "practice-flaky.safetensors", gate: .failingStorage(times: 2))) {
                $0.initialFailures = 2
            },
            with(single(12354, model: 6798, "Practice Embedding", file: "practice-embedding.safetensors", size: 20 << 10)) {
                $0.modelType = "TextualInversion"
                $0.trainedWords = ["practice-embedding"]
                $0.deliversFromR2 = true
            },
            single(12357, model: 6800, "Practice Private", file: "practice-private.safetensors", gate: .grant),
        ]
        // The number 4321 is a model and, in another model, a version.
        let ambiguous = [
            single(4322, model: 4321, "Practice Twin Number", file: "twin-number.safetensors"),
            single(4321, model: 98765, "Practice Other Number", file: "other-number.safetensors"),
        ]
        let named = [
            single(
                12355, model: 6799, "Übung / Practice \"日本語\"", version: "v1.0 [ä]", file: "Übungs Modell (日本語) [fp16].safetensors"),
            single(12356, model: 6801, "Practice Evil Name", file: "../evil.safetensors"),
        ]
        return plain + ambiguous + named
    }

    /// Two files of one name that differ in precision, and a VAE.
    private static var twins: CivitaiVersion {
        let name = "practice-twin.safetensors"
        func content(_ seed: UInt64, _ size: Int64) -> PracticeFile { PracticeFile(kind: .safetensors, size: size, seed: seed) }
        return CivitaiVersion(
            id: 12347, modelID: 6791, modelName: "Practice Twin", name: "v1.0", baseModel: "SDXL 1.0", deliversFromR2: true,
            files: [
                File(id: 123471, name: name, type: "Model", content: content(123471, 1 << 20), size: "pruned", fp: "fp16"),
                File(id: 123472, name: name, type: "Model", content: content(123472, 2 << 20), size: "full", fp: "fp32", isPrimary: false),
                File(
                    id: 123473, name: "practice-twin.vae.safetensors", type: "VAE", content: content(123473, 512 << 10),
                    isPrimary: false),
            ])
    }

    /// A pickle that the service's scanner warns of.
    private static var pickle: CivitaiVersion {
        let content = PracticeFile(kind: .pickle, size: 1 << 20, seed: 12352)
        let file = File(
            id: 123520, name: "practice-danger.ckpt", type: "Model", content: content, format: "PickleTensor", size: "full", fp: "fp16",
            scan: "Danger")
        return CivitaiVersion(id: 12352, modelID: 6796, modelName: "Practice Danger", name: "v1.0", files: [file])
    }

    private static func with(_ version: CivitaiVersion, _ change: (inout CivitaiVersion) -> Void) -> CivitaiVersion {
        var version = version
        change(&version)
        return version
    }
}
