import FetchTypes
import Layouts
import ModelSources
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A ComfyUI workflow: the models that it names, with and without links. Everything in it is a stranger's.
struct ComfyWorkflow: Equatable {
    struct Model: Equatable {
        var name: String
        var url: String?
        /// ComfyUI's name of a folder: `checkpoints`.
        var directory: String?
        var hash: String?
        var hashType: String?
    }

    /// Each once, in the order of the file.
    private(set) var models: [Model] = []
    /// Names of model files in nodes' values that no link is given for.
    private(set) var named: [String] = []

    /// Whether an argument is a workflow rather than a reference: an existing file of that ending.
    static func isFile(_ argument: String) -> Bool {
        ["json", "png"].contains(Path.pathExtension(argument)) && Disk.followedStatus(argument)?.kind == .file
    }

    /// - Parameter path: of a JSON file, or of a PNG that ComfyUI saved.
    /// - Throws: ``Failure`` with exit code 64 for what is no workflow.
    init(reading path: String) throws(Failure) {
        guard let bytes = Disk.contents(path, limit: 256 << 20, onlyFiles: true) else {
            throw Failure(.usage, "\(path) cannot be read.", hint: "check its permissions; for a repo of that name write hf:\(path).")
        }
        try self.init(bytes, path)
    }

    /// The same for a file's bytes.
    init(_ file: [UInt8], _ path: String) throws(Failure) {
        var bytes = file
        if Path.pathExtension(path) == "png" || bytes.starts(with: PNGText.signature) {
            guard let text = PNGText.text("workflow", in: bytes) ?? PNGText.text("prompt", in: bytes) else {
                throw Self.none(path, "it is a picture without a workflow in it.")
            }
            bytes = text
        }
        guard let tree = try? JSONDecoder().decode(Tree.self, from: Data(bytes)), case .object(let fields) = tree else {
            throw Self.none(path, "it is no JSON object.")
        }
        let isPrompt = fields.values.contains { $0["class_type"] != nil }
        guard fields["nodes"] != nil || fields["models"] != nil || isPrompt else { throw Self.none(path, "it is JSON without nodes.") }
        var found: [Model] = []
        var values: [String] = []
        var places: [String: Int] = [:]
        tree.collect(into: &found, values: &values, isValue: false, depth: 0)
        for model in found {
            let key = "\(model.directory ?? "")\n\(model.name)"
            guard let place = places[key] else {
                places[key] = models.count
                models.append(model)
                continue
            }
            // A model may be named at every node that uses it, and not each time with its link and hash.
            if models[place].url == nil { models[place].url = model.url }
            if models[place].hash == nil { (models[place].hash, models[place].hashType) = (model.hash, model.hashType) }
        }
        let known = Set(models.map { $0.name.lowercased() })
        var seen: Set<String> = []
        named = values.map { $0.replacing("\\", with: "/") }.filter { value in
            !known.contains(Path.name(value).lowercased()) && seen.insert(value).inserted
        }
    }

    private static func none(_ path: String, _ why: String) -> Failure {
        Failure(
            .usage, "\(path) is no ComfyUI workflow.", why: why,
            hint: "save the workflow in ComfyUI; for a Hugging Face repo or file write hf:org/name.")
    }

    private static let endings: Set<String> = ["safetensors", "sft", "ckpt", "pt", "pth", "bin", "gguf", "onnx"]

    /// Any JSON, looked through for lists of models and for values that name model files.
    private indirect enum Tree: Decodable {
        case object([String: Tree])
        case array([Tree])
        case string(String)
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode([String: Tree].self) {
                self = .object(value)
            } else if let value = try? container.decode([Tree].self) {
                self = .array(value)
            } else if let value = try? container.decode(String.self) {
                self = .string(value)
            } else {
                self = .other
            }
        }

        subscript(name: String) -> String? {
            if case .object(let fields) = self, case .string(let text)? = fields[name] { text } else { nil }
        }

        func collect(into found: inout [Model], values: inout [String], isValue: Bool, depth: Int) {
            guard depth < 64 else { return }
            switch self {
            case .object(let fields):
                for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
                    if name == "models", case .array(let models) = value {
                        for model in models {
                            guard let title = model["name"] else { continue }
                            found.append(
                                Model(
                                    name: title, url: model["url"], directory: model["directory"], hash: model["hash"],
                                    hashType: model["hash_type"]))
                        }
                    } else {
                        let holdsValues = isValue || name == "widgets_values" || name == "inputs"
                        value.collect(into: &found, values: &values, isValue: holdsValues, depth: depth + 1)
                    }
                }
            case .array(let items):
                for item in items { item.collect(into: &found, values: &values, isValue: isValue, depth: depth + 1) }
            case .string(let text):
                let isName = text.utf8.count < 256 && !text.contains("://") && !text.contains("\n")
                if isValue, isName, ComfyWorkflow.endings.contains(Path.pathExtension(text)) { values.append(text) }
            case .other: break
            }
        }
    }
}
