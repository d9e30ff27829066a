internal import FetchTypes
internal import TOMLText

/// Writes a list, as `fetchctl import` makes one.
package struct ListWriter: Sendable {
    private var writer = TOMLWriter()

    package init() {}

    package var text: String { writer.text }

    package mutating func comment(_ words: String) { writer.comment(words) }
    package mutating func blankLine() { writer.blankLine() }

    package mutating func settings(directory: String?, layout: String? = nil) {
        writer.table(["settings"])
        if let directory { writer.entry("directory", .string(directory)) }
        if let layout { writer.entry("layout", .string(layout)) }
    }

    /// Writes what is there of a model.
    /// - Parameter isSeparate: whether an empty line precedes it.
    package mutating func model(_ model: ListedModel, isSeparate: Bool = true) {
        if isSeparate { writer.blankLine() }
        writer.arrayTable(["model"])
        if model.references.count == 1 {
            writer.entry("ref", .string(model.references[0].text))
        } else {
            writer.texts("any-of", model.references.map(\.text))
        }
        let texts: [(String, String?)] = [
            ("name", model.name?.text), ("dir", model.directory?.text), ("out", model.out?.text),
        ]
        for (key, value) in texts { if let value { writer.entry(key, .string(value)) } }
        for (key, values) in [("include", model.include), ("exclude", model.exclude)] where !values.isEmpty {
            writer.texts(key, values.map(\.text))
        }
        let words: [(String, String?)] = [
            ("file", model.file), ("format", model.format), ("fp", model.fp), ("size", model.size), ("quant", model.quant),
            ("type", model.type?.text), ("sha256", model.sha256), ("layout", model.layout?.text),
        ]
        for (key, value) in words { if let value { writer.entry(key, .string(value)) } }
        for (key, values) in [("sidecar", model.sidecar), ("mirror", model.mirror)] where !values.isEmpty {
            writer.texts(key, values.map(\.text))
        }
        if model.isOptional { writer.entry("optional", .boolean(true)) }
    }
}
