import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Transfer

/// Makes requests of references: of those that were typed, and of the entries of an input file.
struct RequestReader {
    let parser: ReferenceParser
    let typed: AddOptions
    /// The layout of every reference that names none itself.
    let layout: Layout

    /// - Throws: ``Failure`` with exit code 64.
    func request(_ text: String) throws(Failure) -> FetchRequest {
        var request = FetchRequest(try reference(text))
        request.directory = typed.place.dir
        request.out = typed.place.out
        request.isOptional = typed.optional
        request.layout = layout
        for mirror in typed.mirror { request.mirrors.append(try reference(mirror)) }
        for other in typed.anyOf { request.alternatives.append(try reference(other)) }
        request.sha256 = typed.sha256?.digest
        request.selection = try selection()
        request.kind = typed.type
        request.sidecars = typed.sidecar
        return request
    }

    /// One entry of an input file: the command line's options hold, its own lines win.
    /// - Throws: ``Failure`` with exit code 64 that names the file and the line.
    func request(_ entry: InputEntry, of file: String) throws(Failure) -> FetchRequest {
        var line = entry.line
        do throws(Failure) {
            var request = try request(entry.references[0])
            for mirror in entry.references.dropFirst() { request.mirrors.append(try reference(mirror)) }
            for option in entry.options {
                line = option.line
                try apply(option, to: &request)
            }
            return request
        } catch {
            var failure = error
            failure.message = "\(file), line \(line): \(failure.message)"
            throw failure
        }
    }

    private func apply(_ option: InputEntry.Option, to request: inout FetchRequest) throws(Failure) {
        switch option.name {
        case "dir": request.directory = option.value
        case "out": request.out = option.value
        case "sha256": request.sha256 = try SHA256Text.read(option.value, after: "sha256=").digest
        case "checksum": request.sha256 = try checksum(option.value)
        case "header": request.selection.headers += try HeaderOption.parse(option.value)
        case "optional": request.isOptional = try Truth.read(option.value, after: "optional=").value
        case "file": request.selection.file = option.value
        case "format": request.selection.format = option.value
        case "fp": request.selection.fp = option.value
        case "size": request.selection.size = option.value
        case "quant": request.selection.quant = option.value
        case "mmproj": request.selection.projector = try Truth.read(option.value, after: "\(option.name)=").value
        case "revision": request.selection.revision = option.value
        case "include": request.selection.include.append(option.value)
        case "exclude": request.selection.exclude.append(option.value)
        case "allow-unsafe": request.selection.allowsUnsafe = try Truth.read(option.value, after: "allow-unsafe=").value
        case "layout": request.layout = try Layout.read(option.value, after: "layout=")
        case "any-of": request.alternatives.append(try reference(option.value))
        case "mirror": request.mirrors.append(try reference(option.value))
        case "sidecar": request.sidecars.append(try SidecarKind.read(option.value, after: "sidecar="))
        case "type": request.kind = try ModelKind.read(option.value, after: "type=")
        default:
            throw Failure(
                .usage, "\(option.name)= is not an option of one file.", why: "such a line takes dir=, out=, sha256=, header=, ….",
                hint: "for example: out=model.safetensors")
        }
    }

    private func reference(_ text: String) throws(Failure) -> ParsedReference {
        let parsed = try parser.parse(text)
        let source = SourceName(parsed.reference)
        if let only = typed.only?.sources, !only.contains(source) {
            throw Failure(
                .usage, "\(parsed.shown) is of the source \(source.rawValue).",
                why: "--only allows \(only.map(\.rawValue).sorted().joined(separator: ", ")).",
                hint: "leave it out, or allow its source with --only.")
        }
        return parsed
    }

    private func selection() throws(Failure) -> FileSelection {
        var selection = typed.choice.selection
        selection.file = typed.place.file
        selection.format = typed.format
        selection.fp = typed.fp
        selection.size = typed.size
        selection.quant = typed.quant
        selection.projector = typed.mmproj
        selection.allowsUnsafe = typed.allowUnsafe
        for text in typed.header { selection.headers += try HeaderOption.parse(text) }
        return selection
    }

    private func checksum(_ text: String) throws(Failure) -> PublishedDigest? {
        guard text.lowercased().hasPrefix("sha-256=") else {
            throw Failure(
                .usage, "checksum=\(text) is not usable.", why: "only sha-256=HEX is checked.", hint: "leave it out, or give sha256=HEX.")
        }
        return try SHA256Text.read(String(text.dropFirst(8)), after: "checksum=sha-256=").digest
    }
}
