package import FetchTypes
import Layouts
package import ModelReference
import ModelSources
import Storage
package import Transfer

/// The requests for a workflow's models, each into its ComfyUI folder, and the entries that cannot be requested.
package struct WorkflowRequests {
    package private(set) var requests: [FetchRequest] = []
    /// Models that are refused or have no link: each fails alone.
    package private(set) var refused: [(name: String, failure: Failure)] = []
    /// Files that are there already and have no hash to compare, and why nothing is fetched.
    package private(set) var notes: [String] = []

    private let root: String
    private let extra: ExtraModelPaths
    private let file: String

    /// ComfyUI's folders below `models`.
    static let folders: Set<String> = Set(ModelKind.allCases.compactMap(\.comfyUIName)).union([
        "configs", "vae_approx", "unet", "clip", "diffusers", "classifiers", "ipadapter", "sams", "ultralytics", "LLM", "mmaudio",
    ])

    /// - Parameters:
    ///   - root: ComfyUI's own folder, absolute.
    ///   - file: the workflow, for messages.
    /// - Throws: ``Failure`` where `extra_model_paths.yaml` cannot be read.
    package init(_ workflow: ComfyWorkflow, root: String, file: String, parser: ReferenceParser, environment: [String: String])
        throws(Failure)
    {
        self.root = root
        self.file = file
        extra = try ExtraModelPaths.read(root: root, environment: environment)
        for model in workflow.models {
            do throws(Failure) {
                if let request = try request(model, parser) { requests.append(request) }
            } catch {
                refused.append((model.name, error))
            }
        }
        for entry in workflow.wrong {
            refused.append(
                (
                    entry.name,
                    Failure(
                        .notFound, "\(entry.name) in \(file) is not fetched.", why: entry.why,
                        hint: "save the workflow in ComfyUI again, or add the model by hand with --layout comfyui -d \(root.shellWord).")
                ))
        }
        let missing = workflow.named.filter { !isAnywhere($0) }
        if workflow.isEmpty {
            notes.append("\(file) names no models: there is nothing to fetch.")
        } else if requests.isEmpty, refused.isEmpty, missing.isEmpty, notes.isEmpty {
            notes.append("every model that \(file) names is in the folders below \(root).")
        }
        for name in missing {
            refused.append(
                (
                    name,
                    Failure(
                        .notFound, "\(file) names \(name), without a link.", why: "it is in none of the folders below \(root).",
                        hint: "find out where it comes from, and add it with --layout comfyui -d \(root.shellWord).")
                ))
        }
    }

    /// - Returns: nil where it is there and nothing can be compared.
    private mutating func request(_ model: ComfyWorkflow.Model, _ parser: ReferenceParser) throws(Failure) -> FetchRequest? {
        guard let directory = model.directory, Self.folders.contains(directory) || extra.folders[directory] != nil else {
            throw refusal(model, "its folder \(model.directory ?? "(none)") is none of ComfyUI's.")
        }
        guard !model.name.contains("/"), !model.name.contains("\\"), SafeName.file(model.name) == model.name else {
            throw refusal(model, "its name is no file's name.")
        }
        let digest = try digest(of: model)
        let usual = Path.join(root, "models/" + directory)
        let folders = (extra.folders[directory] ?? []) + [usual]
        if digest == nil, let there = folders.first(where: { Disk.followedStatus(Path.join($0, model.name))?.kind == .file }) {
            notes.append("\(Path.join(there, model.name)) is there; \(file) gives no hash to compare it with.")
            return nil
        }
        let text: String
        if let url = model.url, url.hasPrefix("https://") || url.hasPrefix("http://") {
            text = url
        } else if let digest {
            // CivitAI knows files by their hashes.
            text = "sha256:\(digest.hex)"
        } else {
            throw refusal(model, model.url == nil ? "it has neither a link nor a hash." : "its link is none of http or https.")
        }
        var request = FetchRequest(try parser.parse(text))
        request.isTyped = false
        // An existing file is compared where it is.
        let place = folders.first { Disk.followedStatus(Path.join($0, model.name)) != nil } ?? extra.defaults[directory] ?? usual
        request.directory = place
        request.out = model.name
        request.sha256 = digest
        request.name = model.name
        return request
    }

    /// - Throws: ``Failure`` for a hash that cannot be compared: any bytes would be accepted without it.
    private func digest(of model: ComfyWorkflow.Model) throws(Failure) -> PublishedDigest? {
        guard let hash = model.hash else { return nil }
        let type = model.hashType ?? "sha256"
        guard type.lowercased().filter({ $0 != "-" }) == "sha256" else {
            throw refusal(model, "its hash is of the type \(type), and only sha256 is checked.")
        }
        guard let digest = PublishedDigest(.sha256, hex: hash.lowercased()) else {
            throw refusal(model, "its hash is no SHA-256 of 64 hexadecimal digits.")
        }
        return digest
    }

    private func refusal(_ model: ComfyWorkflow.Model, _ why: String) -> Failure {
        Failure(
            .notFound, "\(model.name) of \(file) is not fetched.", why: why,
            hint: "find out where it comes from, and add it with --layout comfyui -d \(root.shellWord).")
    }

    /// Whether a file of that name is in one of the folders, however deep.
    private func isAnywhere(_ name: String) -> Bool {
        guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else { return false }
        let folders = Set(extra.folders.values.joined()).union(Self.folders.map { Path.join(root, "models/" + $0) })
        return folders.contains { Disk.followedStatus(Path.join($0, name))?.kind == .file }
    }
}
