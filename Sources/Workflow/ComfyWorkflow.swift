package import FetchTypes
import JSONText
import Layouts
import ModelSources
import Storage

/// A ComfyUI workflow: the models that it names, with and without links. All of it is untrusted.
package struct ComfyWorkflow: Equatable, Sendable {
    package struct Model: Equatable, Sendable {
        package var name: String
        package var url: String?
        /// ComfyUI's name of a folder: `checkpoints`.
        package var directory: String?
        package var hash: String?
        package var hashType: String?
    }

    package struct WrongEntry: Equatable, Sendable {
        /// What it is called in messages: its name, else its place in its list.
        package var name: String
        /// A sentence.
        package var why: String
    }

    /// Each once, in the order of the file.
    package private(set) var models: [Model] = []
    /// Entries of lists of models that cannot be one, and why.
    package private(set) var wrong: [WrongEntry] = []
    /// Whether it names no model at all.
    package var isEmpty: Bool { models.isEmpty && wrong.isEmpty && named.isEmpty }
    /// Names of model files in nodes' values that no link is given for.
    package private(set) var named: [String] = []

    /// Whether an argument is a workflow rather than a reference: an existing file of that ending.
    package static func isFile(_ argument: String) -> Bool {
        ["json", "png"].contains(Path.pathExtension(argument)) && Disk.followedStatus(argument)?.kind == .file
    }

    /// - Parameter path: of a JSON file, or of a PNG that ComfyUI saved.
    /// - Throws: ``Failure`` with exit code 64 for what is no workflow.
    package init(reading path: String) throws(Failure) {
        guard let bytes = Disk.contents(path, limit: 256 << 20, onlyFiles: true) else {
            throw Failure(.usage, "\(path) cannot be read.", hint: "check its permissions; for a repo of that name write hf:\(path).")
        }
        try self.init(bytes, path)
    }

    /// The same for a file's bytes.
    package init(_ file: [UInt8], _ path: String) throws(Failure) {
        var bytes = ByteOrderMark.removed(from: file)
        if Path.pathExtension(path) == "png" || bytes.starts(with: PNGText.signature) {
            guard let text = PNGText.text("workflow", in: bytes) ?? PNGText.text("prompt", in: bytes) else {
                throw Self.none(path, "it is a picture without a workflow in it.")
            }
            bytes = ByteOrderMark.removed(from: text)
        }
        guard let tree = JSONTree(bytes), case .object(let members) = tree else {
            throw Self.none(path, JSONNode.isTooDeep(bytes) ? "its JSON is nested deeper than 200 levels." : "it is no JSON object.")
        }
        let isPrompt = members.contains { $0.value["class_type"]?.text != nil }
        let lists = [tree["nodes"], tree["models"]].compactMap(\.self)
        let hasLists = lists.contains { if case .array = $0 { true } else { false } }
        guard hasLists || isPrompt else { throw Self.none(path, "it is JSON without nodes.") }
        var found: [Model] = []
        var values: [String] = []
        var places: [String: Int] = [:]
        Self.collect(tree, in: "properties", into: &found, wrong: &wrong, values: &values)
        for model in found {
            let key = "\(model.directory ?? "")\n\(model.name)"
            guard let place = places[key] else {
                places[key] = models.count
                models.append(model)
                continue
            }
            if let why = models[place].contradiction(to: model) {
                let entry = WrongEntry(name: model.name, why: why)
                if !wrong.contains(entry) { wrong.append(entry) }
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

    private static let endings: Set<String> = ModelFileEnding.all.union(["onnx"])

    /// Looks through any JSON for lists of models and for values that name model files, members in the order of their names.
    /// - Parameter place: the name of the member that the JSON stands in.
    private static func collect(
        _ tree: JSONTree, in place: String, into found: inout [Model], wrong: inout [WrongEntry], values: inout [String],
        isValue: Bool = false
    ) {
        switch tree {
        case .object(let members):
            for member in members.sorted(by: { $0.name < $1.name }) {
                if member.name == "models", case .array(let models) = member.value {
                    for (index, model) in models.enumerated() {
                        do throws(WrongEntryReason) { found.append(try Model(model)) } catch {
                            // Elsewhere a list of that name may be anything.
                            guard place == "properties" else { continue }
                            wrong.append(WrongEntry(name: model["name"]?.text ?? "entry \(index + 1) of models", why: error.text))
                        }
                    }
                } else {
                    let holdsValues = isValue || member.name == "widgets_values" || member.name == "inputs"
                    collect(member.value, in: member.name, into: &found, wrong: &wrong, values: &values, isValue: holdsValues)
                }
            }
        case .array(let items):
            for item in items { collect(item, in: place, into: &found, wrong: &wrong, values: &values, isValue: isValue) }
        case .string(let text):
            let isName = text.utf8.count < 256 && !text.contains("://") && !text.contains("\n")
            if isValue, isName, endings.contains(Path.pathExtension(text)) { values.append(text) }
        case .null, .bool, .digits: break
        }
    }
}
