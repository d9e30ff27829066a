import FetchKit
import FetchTypes
import Layouts
package import ModelList
package import ModelReference
import ModelSources
import Storage
import Transfer

/// One model of a list, with its values parsed.
package struct SyncModel: Sendable {
    package let listed: ListedModel
    package let name: String
    /// At least one, in the order in which they are tried.
    package let references: [ParsedReference]
    let mirrors: [ParsedReference]
    let layout: Layout
    let kind: ModelKind?
    let sidecars: [SidecarKind]
    /// See ``ListedModel/fingerprint(_:)``.
    let fingerprint: String

    /// - Throws: ``Failure`` of kind `config`, naming the line and the key.
    init(_ listed: ListedModel, _ settings: ModelList.Settings, _ parser: ReferenceParser, file: String) throws(Failure) {
        func understood(_ texts: [ListedText], _ key: String) throws(Failure) -> [ParsedReference] {
            var parsed: [ParsedReference] = []
            for text in texts {
                do throws(Failure) { parsed.append(try parser.parse(text.text)) } catch {
                    throw Self.wrong(
                        file, line: text.line, key: key, why: error.message, hint: error.hint ?? "for example: \(ListFields.example(key))")
                }
            }
            return parsed
        }
        func value<Value>(_ text: ListedText?, key: String, known: [String], make: (String) -> Value?) throws(Failure) -> Value? {
            guard let text else { return nil }
            guard let value = make(text.text) else {
                throw Self.wrong(
                    file, line: text.line, key: key, why: "\"\(text.text)\" is not known; there are \(known.joined(separator: ", "))",
                    hint: "for example: \(ListFields.example(key))")
            }
            return value
        }
        self.listed = listed
        references = try understood(listed.references, listed.references.count == 1 ? "ref" : "any-of")
        mirrors = try understood(listed.mirror, "mirror")
        name = listed.name?.text ?? references[0].shown
        layout =
            try value(listed.layout ?? settings.layout, key: "layout", known: Layout.allCases.map(\.rawValue)) { Layout(rawValue: $0) }
            ?? .plain
        kind = try value(listed.type, key: "type", known: ModelKind.allCases.map(\.rawValue)) { ModelKind($0) }
        var sidecars: [SidecarKind] = []
        for text in listed.sidecar {
            if let one = try value(text, key: "sidecar", known: SidecarKind.allCases.map(\.rawValue), make: { SidecarKind(rawValue: $0) }) {
                sidecars.append(one)
            }
        }
        self.sidecars = sidecars
        fingerprint = listed.fingerprint(settings)
        guard listed.out == nil || layout.takesOut else {
            throw Self.wrong(
                file, line: listed.line, key: "out", why: "huggingface_hub finds files under the repo's own names only",
                hint: "omit out, or use layout = \"plain\".")
        }
    }

    private static func wrong(_ file: String, line: Int, key: String, why: String, hint: String) -> Failure {
        Failure(.config, "\(file), line \(line): the value of \(key) is wrong.", why: why, hint: hint)
    }

    /// The request for it as the list has it.
    func request(_ list: LoadedList) -> FetchRequest {
        var request = FetchRequest(references[0])
        request.alternatives = Array(references.dropFirst())
        request.isTyped = false
        request.list = list.path
        request.name = name
        if let directory = listed.directory {
            request.directory = Path.absolute(Path.join(list.places.base, directory.text))
        } else if layout == .hfCache {
            request.directory = list.places.chosen
        }
        request.out = listed.out?.text
        request.sha256 = listed.sha256.flatMap { PublishedDigest(.sha256, hex: $0) }
        request.mirrors = mirrors
        request.isOptional = listed.isOptional
        request.layout = layout
        request.kind = kind
        request.sidecars = sidecars
        request.selection.include = listed.include.map(\.text)
        request.selection.exclude = listed.exclude.map(\.text)
        request.selection.file = listed.file
        request.selection.format = listed.format
        request.selection.fp = listed.fp
        request.selection.size = listed.size
        request.selection.quant = listed.quant
        return request
    }

    /// What the lock pins, with what the list's own link has of a secret: the lock holds none.
    private func pinned(_ locked: LockedModel, _ pinned: ParsedReference) -> ParsedReference {
        for reference in references where reference.shown == locked.reference {
            if reference.shown == pinned.shown { return reference }
            if case .civitai(let listed) = reference.reference, case .civitai(var own) = pinned.reference, let token = listed.token {
                own.token = token
                return ParsedReference(.civitai(own), shown: pinned.shown)
            }
        }
        return pinned
    }

    /// The request for exactly what the lock names; its mirrors stand in where the source fails.
    /// - Throws: ``Failure`` of kind `config` when the lock cannot be understood.
    func request(_ list: LoadedList, locked: LockedModel) throws(Failure) -> FetchRequest {
        var request = request(list)
        func parse(_ text: String) throws(Failure) -> ParsedReference {
            do throws(Failure) { return try list.parser.parse(text) } catch {
                throw Failure(
                    .config, "\(Path.name(list.lockPath)): the model \(locked.name) has a reference that cannot be understood: \(text)",
                    why: error.message, hint: "restore the lock, or remove it and run: fetchctl lock")
            }
        }
        request.reference = try pinned(locked, parse(locked.pinned))
        request.alternatives = []
        guard locked.files.count == 1, let file = locked.files.first else { return request }
        if let digest = file.digest { request.sha256 = digest }
        var mirrors: [ParsedReference] = []
        for mirror in file.mirrors { mirrors.append(try parse(mirror)) }
        for mirror in self.mirrors where !mirrors.contains(mirror) { mirrors.append(mirror) }
        request.mirrors = mirrors
        // By hash they are as good as the source; without one nothing would tell.
        guard file.digest != nil, layout.takesOut, !mirrors.isEmpty else { return request }
        let base = request.directory ?? list.places.base
        guard let rest = ListPlaces.rest(list.places.target(file.path, isInCache: false), below: base) else { return request }
        request.directory = base
        request.out = rest
        request.alternatives = mirrors
        return request
    }
}
