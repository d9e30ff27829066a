package import FetchTypes
package import JSONText
package import ModelSources

/// A file as `info --json` lists it: the `resolved` event of a file that has no place yet, and what else its source tells.
package struct FileListing: Sendable {
    private let file: SourceFile
    private let resolution: Resolution
    private let ref: String

    package init(_ file: SourceFile, _ resolution: Resolution, ref: String) {
        self.file = file
        self.resolution = resolution
        self.ref = ref
    }

    package func json(time: String) -> JSONTree {
        .object(
            Self.head("resolved", ref: ref, path: nil, time: time, id: FileTag(ref: ref, path: file.path).id) + [
                ("source", .string(resolution.source.rawValue)), ("name", .string(file.path)), ("size", .of(file.size)),
                ("sha256", .of(file.digest?.algorithm == .sha256 ? file.digest?.hex : nil)), ("url_host", .of(file.locator.host)),
                ("metadata", file.metadata.json(pinned: file.pinned)), ("details", Self.json(resolution.facts)),
                ("file_details", Self.json(file.facts)),
            ])
    }

    /// A reference or a file that failed, as an object of the same kind.
    package static func json(_ failure: Failure, ref: String, path: String?, time: String) -> JSONTree {
        .object(
            head("failed", ref: ref, path: path, time: time, id: FileTag(ref: ref, path: path ?? "").id) + failure.jsonFields
                + [("kept_bytes", .integer(0))])
    }

    private static func head(_ event: String, ref: String, path: String?, time: String, id: String) -> [(String, JSONTree)] {
        [("event", .string(event)), ("time", .string(time)), ("id", .string(id)), ("ref", .string(ref)), ("path", .of(path))]
    }

    private static func json(_ facts: [Fact]) -> JSONTree { .object(facts.map { ($0.name, json($0.value)) }) }

    private static func json(_ value: Fact.Value) -> JSONTree {
        switch value {
        case .text(let text): .string(text)
        case .number(let number): .integer(number)
        case .flag(let flag): .bool(flag)
        case .list(let items): .array(items.map(JSONTree.string))
        case .facts(let facts): json(facts)
        case .table(let rows): .array(rows.map(json))
        case .unknown: .null
        }
    }
}
