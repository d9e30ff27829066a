import FetchTypes
import Layouts
import ModelSources
import Storage
import Transfer

/// What Ollama's store wants besides the blobs: folders before, and at the very end the manifest.
struct OllamaFinalizer: Sendable {
    private let store: OllamaStore
    private let manifest: RegistryManifest
    private let path: String
    private let blobs: [String]

    /// - Returns: nil for other layouts.
    init?(_ request: FetchRequest, _ resolution: Resolution, _ files: [PlannedFile]) {
        guard request.layout == .ollama, let manifest = resolution.manifest, let root = files.first?.directory else { return nil }
        store = OllamaStore(root: root)
        guard let path = try? store.manifest(manifest) else { return nil }
        self.manifest = manifest
        self.path = path
        blobs = files.map(\.target)
    }

    func begin() throws(IOFault) { try store.makeFolders() }

    /// Every blob is there and verified.
    func finish() throws(IOFault) {
        for blob in blobs { store.settle(blob) }
        try store.write(manifest.bytes, to: path)
    }
}
