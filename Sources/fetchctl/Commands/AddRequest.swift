import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Storage
import Transfer

/// Turns options and settings into what the pipeline takes; every complaint about them is made here.
struct AddRequest {
    var requests: [FetchRequest] = []
    var options = FetchOptions()
    /// Bytes per second; nil for no limit.
    var limitRate: ByteCount?
    var stopWithProcess: Int32?
    private var layout = Layout.plain

    /// - Throws: ``Failure`` with exit code 64.
    init(_ typed: AddOptions, settings: Settings, endpoints: ServiceEndpoints, readInput: (String) throws(Failure) -> String?)
        throws(Failure)
    {
        for (name, value) in [("--out", typed.out), ("--dir", typed.dir)] where value?.isEmpty == true {
            throw Failure(
                .usage, "\(name) is empty.", why: "perhaps a shell variable in it is not set.", hint: "give a name, or leave it away.")
        }
        try setOptions(typed, settings)
        let parser = ReferenceParser(endpoints: endpoints, pathExists: { Disk.followedStatus($0) != nil })
        let only = try sources(typed.only)
        for text in typed.references {
            requests.append(try request(parser, text, typed, only))
        }
        if let file = typed.inputFile {
            guard let text = try readInput(file) else {
                throw Failure(.usage, "the input file \(file) cannot be read.", hint: "check its name, or use -i - for standard input.")
            }
            for entry in try InputFile.parse(text) { requests.append(try request(parser, entry, typed, only, file)) }
        }
        guard !requests.isEmpty else {
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
        guard requests.count == 1 || typed.out == nil else {
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

    /// - Throws: ``Failure`` with exit code 64, naming those that there are.
    static func layout(_ name: String) throws(Failure) -> Layout {
        guard let layout = Layout(rawValue: name) else {
            throw Failure(
                .usage, "--layout \(name) is not known.",
                why: "layouts are \(Layout.allCases.map(\.rawValue).joined(separator: ", ")).", hint: "use --layout plain.")
        }
        return layout
    }

    private mutating func setOptions(_ typed: AddOptions, _ settings: Settings) throws(Failure) {
        layout = try Self.layout(typed.layout ?? settings.layout)
        options = settings.fetchOptions
        if let engine = try choice("--engine", typed.engine) { options.engine = engine }
        if let connections = try integer("--connections", typed.connections, 1...64) { options.connections = connections }
        if let jobs = try integer("--jobs", typed.jobs, 1...256) { options.jobs = jobs }
        if let retries = try integer("--retries", typed.retries, 0...1_000_000) { options.retry.limit = retries }
        if let timeout = try seconds("--timeout", typed.timeout) { (options.timeout, options.largeFileTimeout) = (timeout, timeout) }
        options.staging = typed.staging
        options.wait = try seconds("--wait", typed.wait)
        options.verifies = !typed.noVerify
        options.force = typed.force
        options.dryRun = typed.dryRun
        if typed.noSpaceCheck { options.checksSpace = false }
        limitRate = try rate(typed.limitRate) ?? (settings.limitRate > 0 ? settings.limitRate : nil)
        stopWithProcess = try integer("--stop-with-process", typed.stopWithProcess, 1...Int(Int32.max)).map { Int32($0) }
    }

    private func request(_ parser: ReferenceParser, _ text: String, _ typed: AddOptions, _ only: Set<SourceName>?) throws(Failure)
        -> FetchRequest
    {
        var request = FetchRequest(try reference(parser, text, only))
        request.directory = typed.dir
        request.out = typed.out
        request.isOptional = typed.optional
        request.layout = layout
        for mirror in typed.mirror { request.mirrors.append(try reference(parser, mirror, only)) }
        for other in typed.anyOf { request.alternatives.append(try reference(parser, other, only)) }
        request.sha256 = try digest(typed.sha256)
        request.selection = try selection(typed)
        request.kind = try typed.type.map { (text) throws(Failure) in try kind(text) }
        for text in typed.sidecar { request.sidecars.append(try sidecar(text)) }
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
        var selection = FileSelection()
        selection.include = typed.include
        selection.exclude = typed.exclude
        selection.revision = typed.revision
        selection.file = typed.file
        selection.format = typed.format
        selection.fp = typed.fp
        selection.size = typed.size
        selection.quant = typed.quant
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
                case "sha256": request.sha256 = try digest(option.value)
                case "checksum": request.sha256 = try checksum(option.value)
                case "header": request.selection.headers += try HeaderOption.parse(option.value)
                case "optional": request.isOptional = try flag(option.name, option.value)
                case "file": request.selection.file = option.value
                case "format": request.selection.format = option.value
                case "fp": request.selection.fp = option.value
                case "size": request.selection.size = option.value
                case "quant": request.selection.quant = option.value
                case "revision": request.selection.revision = option.value
                case "include": request.selection.include.append(option.value)
                case "exclude": request.selection.exclude.append(option.value)
                case "allow-unsafe": request.selection.allowsUnsafe = try flag(option.name, option.value)
                case "layout":
                    request.layout = try Self.layout(option.value)
                case "any-of": request.alternatives.append(try reference(parser, option.value, only))
                case "mirror": request.mirrors.append(try reference(parser, option.value, only))
                case "sidecar": request.sidecars.append(try sidecar(option.value))
                case "type": request.kind = try kind(option.value)
                default:
                    throw Failure(
                        .usage, "\(option.name)= is not an option of one file.", why: "such a line takes dir=, out=, sha256=, header=, ….",
                        hint: "correct it.")
                }
            }
            return request
        } catch {
            var failure = error
            failure.message = "\(file), line \(line): \(failure.message)"
            throw failure
        }
    }

    // MARK: values

    private func sources(_ text: String?) throws(Failure) -> Set<SourceName>? {
        guard let text else { return nil }
        var sources: Set<SourceName> = []
        for name in text.split(separator: ",") {
            guard let source = SourceName(rawValue: String(name)) else {
                throw Failure(
                    .usage, "--only \(text): \(name) is no source.",
                    why: "sources are \(SourceName.allCases.map(\.rawValue).joined(separator: ", ")).",
                    hint: "correct it.")
            }
            sources.insert(source)
        }
        return sources
    }

    private func choice(_ name: String, _ text: String?) throws(Failure) -> FetchOptions.EngineChoice? {
        guard let text else { return nil }
        guard let value = FetchOptions.EngineChoice(rawValue: text) else {
            throw Failure(.usage, "\(name) \(text) is not known.", why: "it is one of auto, aria2, builtin.", hint: "correct it.")
        }
        return value
    }

    private func kind(_ text: String) throws(Failure) -> ModelKind {
        guard let kind = ModelKind(text) else {
            throw Failure(
                .usage, "--type \(text) is not known.", why: "types are \(ModelKind.allCases.map(\.rawValue).joined(separator: ", ")).",
                hint: "correct it.")
        }
        return kind
    }

    private func sidecar(_ text: String) throws(Failure) -> SidecarKind {
        guard let kind = SidecarKind(rawValue: text) else {
            throw Failure(
                .usage, "--sidecar \(text) is not known.",
                why: "sidecars are \(SidecarKind.allCases.map(\.rawValue).joined(separator: ", ")).", hint: "correct it.")
        }
        return kind
    }

    private func integer(_ name: String, _ text: String?, _ range: ClosedRange<Int>) throws(Failure) -> Int? {
        guard let text else { return nil }
        guard let value = Int(digits: text), range.contains(value) else {
            throw Failure(
                .usage, "\(name) \(text) is not usable.", why: "it must be a whole number from \(range.lowerBound) to \(range.upperBound).",
                hint: "correct it.")
        }
        return value
    }

    private func seconds(_ name: String, _ text: String?) throws(Failure) -> Seconds? {
        guard let text else { return nil }
        guard let value = Seconds(decimal: text) else {
            throw Failure(
                .usage, "\(name) \(text) is not usable.", why: "it must be a number of seconds from 0 to 2678400 (31 days).",
                hint: "correct it.")
        }
        return value
    }

    private func rate(_ text: String?) throws(Failure) -> ByteCount? {
        guard let text else { return nil }
        guard let value = ByteSize.parse(text) else {
            throw Failure(
                .usage, "--limit-rate \(text) is not usable.", why: "it must be bytes per second such as 500K or 20M.", hint: "correct it.")
        }
        return value > 0 ? value : nil
    }

    private func flag(_ name: String, _ text: String) throws(Failure) -> Bool {
        guard text == "true" || text == "false" else {
            throw Failure(.usage, "\(name)=\(text) is not usable.", why: "it is true or false.", hint: "correct it.")
        }
        return text == "true"
    }

    private func digest(_ text: String?) throws(Failure) -> PublishedDigest? {
        guard let text else { return nil }
        guard let digest = PublishedDigest(.sha256, hex: text) else {
            throw Failure(
                .usage, "--sha256 \(text) is not a SHA-256.", why: "it must be 64 hexadecimal digits.", hint: "copy it again, whole.")
        }
        return digest
    }

    private func checksum(_ text: String) throws(Failure) -> PublishedDigest? {
        guard text.lowercased().hasPrefix("sha-256=") else {
            throw Failure(
                .usage, "checksum=\(text) is not usable.", why: "only sha-256=HEX is checked.", hint: "leave it away or give sha256=HEX.")
        }
        return try digest(String(text.dropFirst(8)))
    }
}

extension SourceName {
    /// The source that a reference belongs to.
    init(_ reference: ModelReference) {
        self =
            switch reference {
            case .civitai: .civitai
            case .huggingFace: .huggingFace
            case .googleDrive: .gdrive
            case .gitHub: .github
            case .modelScope: .modelscope
            case .ollama: .ollama
            case .direct: .direct
            }
    }
}
