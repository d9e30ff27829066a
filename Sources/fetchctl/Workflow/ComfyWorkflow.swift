import FetchTypes
import JSONText
import Layouts
import ModelSources
import Storage

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
        guard let tree = JSONTree(bytes), case .object(let members) = tree else { throw Self.none(path, "it is no JSON object.") }
        let isPrompt = members.contains { $0.value["class_type"]?.text != nil }
        let lists = [tree["nodes"], tree["models"]].compactMap(\.self)
        let hasLists = lists.contains { if case .array = $0 { true } else { false } }
        guard hasLists || isPrompt else { throw Self.none(path, "it is JSON without nodes.") }
        var found: [Model] = []
        var values: [String] = []
        var places: [String: Int] = [:]
        Self.collect(tree, into: &found, values: &values)
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

    /// Looks through any JSON for lists of models and for values that name model files, members in the order of their names.
    private static func collect(
        _ tree: JSONTree, into found: inout [Model], values: inout [String], isValue: Bool = false
    ) {
        switch tree {
        case .object(let members):
            for member in members.sorted(by: { $0.name < $1.name }) {
                if member.name == "models", case .array(let models) = member.value {
                    found += models.compactMap(Model.init)
                } else {
                    let holdsValues = isValue || member.name == "widgets_values" || member.name == "inputs"
                    collect(member.value, into: &found, values: &values, isValue: holdsValues)
                }
            }
        case .array(let items): for item in items { collect(item, into: &found, values: &values, isValue: isValue) }
        case .string(let text):
            let isName = text.utf8.count < 256 && !text.contains("://") && !text.contains("\n")
            if isValue, isName, endings.contains(Path.pathExtension(text)) { values.append(text) }
        case .null, .bool, .digits: break
        }
    }
}

extension ComfyWorkflow.Model {
    /// - Returns: nil where the name is missing.
    fileprivate init?(_ model: JSONTree) {
        guard let name = model["name"]?.text else { return nil }
        self.init(
            name: name, url: model["url"]?.text, directory: model["directory"]?.text, hash: model["hash"]?.text,
            hashType: model["hash_type"]?.text)
    }
}
