import FetchKit
import Storage
import Partials
import Layouts
import Events
import FetchTypes
import ModelList

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The models that a ComfyUI workflow names (`models` of a node's properties, or of the workflow), as models of a list.
enum ImportWorkflow {
    private struct Entry: Decodable {
        var name: String
        var url: String
        var directory: String?
        var hash: String?
        var hash_type: String?
    }

    /// Any JSON, looked through for lists of models.
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

        /// In a fixed order, whatever the order in which a dictionary gives them.
        func collect(into found: inout [Entry]) {
            switch self {
            case .object(let fields):
                for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
                    if name == "models", case .array(let models) = value {
                        for model in models {
                            guard let title = model["name"], let url = model["url"] else { continue }
                            found.append(
                                Entry(
                                    name: title, url: url, directory: model["directory"], hash: model["hash"], hash_type: model["hash_type"]
                                ))
                        }
                    }
                    value.collect(into: &found)
                }
            case .array(let values): for value in values { value.collect(into: &found) }
            case .string, .other: break
            }
        }
    }

    /// - Throws: ``Failure`` with exit code 64 when it is no workflow.
    static func entries(_ bytes: [UInt8], _ path: String) throws(Failure) -> [ImportedList.Entry] {
        guard bytes.count <= 64 << 20, let tree = try? JSONDecoder().decode(Tree.self, from: Data(bytes)), case .object(let fields) = tree,
            fields["nodes"] != nil || fields["models"] != nil
        else {
            throw Failure(
                .usage, "\(path) is no ComfyUI workflow.", why: "it is JSON without nodes.",
                hint: "export the workflow as ComfyUI saves it, not for its API.")
        }
        var found: [Entry] = []
        tree.collect(into: &found)
        // A workflow may name a model at every node that uses it, and not each time with its hash.
        var places: [String: Int] = [:]
        var single: [Entry] = []
        for entry in found {
            let key = "\(entry.url)\n\(entry.directory ?? "")/\(entry.name)"
            guard let place = places[key] else {
                places[key] = single.count
                single.append(entry)
                continue
            }
            if single[place].hash == nil { (single[place].hash, single[place].hash_type) = (entry.hash, entry.hash_type) }
        }
        return single.map(model)
    }

    private static func model(_ entry: Entry) -> ImportedList.Entry {
        // Both are a stranger's.
        guard !entry.name.contains("/"), (try? ListPath(entry.name)) != nil,
            entry.directory.map({ (try? ListPath("models/" + $0)) != nil }) ?? true
        else { return .comment("Not a name for a file in a folder of models: \(entry.directory ?? "")/\(entry.name), \(entry.url)") }
        var model = ListedModel(line: 0)
        model.references = [ListedText(entry.url.withoutSigningQueries, line: 0)]
        if let hash = entry.hash, entry.hash_type?.lowercased().filter({ $0 != "-" }) ?? "sha256" == "sha256" {
            model.sha256 = PublishedDigest(.sha256, hex: hash)?.hex
        }
        return .model(model, directory: entry.directory.map { "models/" + $0 } ?? "models", out: entry.name, note: nil)
    }
}
