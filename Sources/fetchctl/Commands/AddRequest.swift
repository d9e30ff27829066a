import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Storage
import Transfer

/// Turns options and settings into what the pipeline takes; every complaint about them is made here.
struct AddRequest {
    var requests: [FetchRequest] = []
    var options: FetchOptions
    /// Bytes per second; nil for no limit.
    var limitRate: ByteCount?
    var stopWithProcess: Int32?
    /// Models of a workflow that cannot be fetched, and its root: each fails alone.
    private(set) var refused: [(name: String, path: String, failure: Failure)] = []
    /// What is to be said of a workflow's models.
    private(set) var notes: [String] = []
    private var layout = Layout.plain

    /// - Throws: ``Failure`` with exit code 64.
    init(
        _ typed: AddOptions, settings: Settings, endpoints: ServiceEndpoints, environment: [String: String] = [:],
        readInput: (String) throws(Failure) -> String?
    ) throws(Failure) {
        options = settings.fetchOptions(environment)
        for (name, value) in [("--out", typed.place.out), ("--dir", typed.place.dir)] where value?.isEmpty == true {
            throw Failure(
                .usage, "\(name) is empty.", why: "perhaps a shell variable in it is not set.", hint: "give a name, or leave it away.")
        }
        setOptions(typed, settings)
        let parser = ReferenceParser(endpoints: endpoints, pathExists: { Disk.followedStatus($0) != nil })
        let only = typed.only?.sources
        var hasWorkflow = false
        for text in typed.references {
            guard ComfyWorkflow.isFile(text) else {
                requests.append(try request(parser, text, typed, only))
                continue
            }
            hasWorkflow = true
            try addWorkflow(text, parser, typed, environment)
        }
        if let file = typed.inputFile {
            guard let text = try readInput(file) else {
                throw Failure(.usage, "the input file \(file) cannot be read.", hint: "check its name, or use -i - for standard input.")
            }
            for entry in try InputFile.parse(text) { requests.append(try request(parser, entry, typed, only, file)) }
        }
        guard !requests.isEmpty || hasWorkflow else {
            throw Failure(
                .usage, "nothing to fetch was named.", why: "add takes at least one reference, or -i FILE.",
                hint: "for example: fetchctl add civitai:128078 -d models")
        }
        for request in requests where request.out != nil {
            for reference in [request.reference] + request.alternatives {
                let layout = request.layout.applied(to: SourceName(reference.reference))
                guard layout.takesOut else { throw layout.refusesOut(reference.shown) }
            }
        }
        for request in requests where request.layout == .ollama {
            for reference in [request.reference] + request.alternatives {
                guard request.layout.takes(SourceName(reference.reference)) else { throw request.layout.refusal(of: reference.shown) }
                try Self.refusePart(of: reference)
            }
        }
        guard requests.count == 1 || typed.place.out == nil else {
            throw Failure(
                .usage, "--out names one file, but \(requests.count) references were given.", hint: "use -d DIR for the directory.")
        }
        guard requests.count == 1 || typed.sha256 == nil else {
            throw Failure(
                .usage, "--sha256 is for one file, but \(requests.count) references were given.",
                hint: "add them one by one, or use -i FILE.")
        }
        guard requests.count == 1 || typed.anyOf.isEmpty else {
            throw Failure(
                .usage, "--any-of is for one reference, but \(requests.count) were given.",
                hint: "add them one by one, or use -i FILE with any-of= lines.")
        }
        guard requests.count == 1 || typed.mirror.isEmpty else {
            throw Failure(
                .usage, "--mirror is for one file, but \(requests.count) references were given.",
                hint: "add them one by one, or use -i FILE with the mirrors of a file on its line, tabs between them.")
        }
    }

    /// The models of a ComfyUI workflow, each into its folder below the root.
    private mutating func addWorkflow(
        _ path: String, _ parser: ReferenceParser, _ typed: AddOptions, _ environment: [String: String]
    ) throws(Failure) {
        let root = typed.place.dir.map { Path.absolute(Path.join(Path.currentDirectory, $0)) } ?? options.defaultDirectory
        let found = try WorkflowRequests(
            try ComfyWorkflow(reading: path), root: root, file: path, parser: parser, environment: environment)
        requests += found.requests
        refused += found.refused.map { ($0.name, root, $0.failure) }
        notes += found.notes
    }

    /// A registry knows a repo and a tag, and neither a revision nor a single file.
    private static func refusePart(of reference: ParsedReference) throws(Failure) {
        guard case .huggingFace(let hub) = reference.reference else { return }
        let isWhole =
            switch hub.part {
            case .whole, .quantisation: true
            case .path, .folder: false
            }
        guard isWhole, hub.revision == nil, hub.type == .model else { throw Layout.ollama.refusal(of: reference.shown) }
    }

    private mutating func setOptions(_ typed: AddOptions, _ settings: Settings) {
        layout = typed.place.layout ?? settings.layout
        if let engine = typed.engine { options.engine = engine }
        if let connections = typed.connections { options.connections = connections.value }
        if let jobs = typed.jobs { options.jobs = jobs.value }
        if let retries = typed.retries { options.retry.limit = retries.value }
        if let timeout = typed.timeout { (options.timeout, options.largeFileTimeout) = (timeout, timeout) }
        options.staging = typed.staging
        options.wait = typed.wait
        options.verifies = !typed.noVerify
        options.force = typed.force
        options.dryRun = typed.dryRun
        if typed.dedupe, options.dedupe == .off { options.dedupe = .reflink }
        if typed.noSpaceCheck { options.checksSpace = false }
        limitRate = typed.limitRate.map(\.limit) ?? settings.steadyRate
        stopWithProcess = typed.stopWithProcess?.value
    }

    private func request(_ parser: ReferenceParser, _ text: String, _ typed: AddOptions, _ only: Set<SourceName>?) throws(Failure)
        -> FetchRequest
    {
        var request = FetchRequest(try reference(parser, text, only))
        request.directory = typed.place.dir
        request.out = typed.place.out
        request.isOptional = typed.optional
        request.layout = layout
        for mirror in typed.mirror { request.mirrors.append(try reference(parser, mirror, only)) }
        for other in typed.anyOf { request.alternatives.append(try reference(parser, other, only)) }
        request.sha256 = typed.sha256?.digest
        request.selection = try selection(typed)
        request.kind = typed.type
        request.sidecars = typed.sidecar
        return request
    }

    private func reference(_ parser: ReferenceParser, _ text: String, _ only: Set<SourceName>?) throws(Failure) -> ParsedReference {
        let parsed = try parser.parse(text)
        let source = SourceName(parsed.reference)
        if let only, !only.contains(source) {
            throw Failure(
                .usage, "\(parsed.shown) is of the source \(source.rawValue).",
                why: "--only allows \(only.map(\.rawValue).sorted().joined(separator: ", ")).",
                hint: "leave it out, or allow its source with --only.")
        }
        return parsed
    }

    private func selection(_ typed: AddOptions) throws(Failure) -> FileSelection {
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

    /// One entry of an input file: the command line's options hold, its own lines win.
    private func request(
        _ parser: ReferenceParser, _ entry: InputEntry, _ typed: AddOptions, _ only: Set<SourceName>?, _ file: String
    ) throws(Failure) -> FetchRequest {
        var line = entry.line
        do throws(Failure) {
            var request = try request(parser, entry.references[0], typed, only)
            for mirror in entry.references.dropFirst() { request.mirrors.append(try reference(parser, mirror, only)) }
            for option in entry.options {
                line = option.line
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
                case "any-of": request.alternatives.append(try reference(parser, option.value, only))
                case "mirror": request.mirrors.append(try reference(parser, option.value, only))
                case "sidecar": request.sidecars.append(try SidecarKind.read(option.value, after: "sidecar="))
                case "type": request.kind = try ModelKind.read(option.value, after: "type=")
                default:
                    throw Failure(
                        .usage, "\(option.name)= is not an option of one file.", why: "such a line takes dir=, out=, sha256=, header=, ….",
                        hint: "for example: out=model.safetensors")
                }
            }
            return request
        } catch {
            var failure = error
            failure.message = "\(file), line \(line): \(failure.message)"
            throw failure
        }
    }

    private func checksum(_ text: String) throws(Failure) -> PublishedDigest? {
        guard text.lowercased().hasPrefix("sha-256=") else {
            throw Failure(
                .usage, "checksum=\(text) is not usable.", why: "only sha-256=HEX is checked.", hint: "leave it out, or give sha256=HEX.")
        }
        return try SHA256Text.read(String(text.dropFirst(8)), after: "checksum=sha-256=").digest
    }
}
