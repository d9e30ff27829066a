import FetchKit
import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Storage
import Transfer
import Workflow

/// Turns options and settings into the input of a batch; every error in them is reported here.
struct AddRequest {
    var requests: [FetchRequest] = []
    var options: FetchOptions
    /// Bytes per second; nil for no limit.
    var limitRate: ByteCount?
    var stopWithProcess: Int32?
    /// Models of a workflow that cannot be fetched, and its root: each fails alone.
    private(set) var refused: [(name: String, path: String, failure: Failure)] = []
    /// Notes about a workflow's models.
    private(set) var notes: [String] = []

    /// - Throws: ``Failure`` with exit code 64.
    init(
        _ typed: AddOptions, settings: Settings, endpoints: ServiceEndpoints, environment: [String: String] = [:],
        readInput: (String) throws(Failure) -> String?
    ) throws(Failure) {
        options = settings.fetchOptions(environment)
        for (name, value) in [("--out", typed.place.out), ("--dir", typed.place.dir)] where value?.isEmpty == true {
            throw Failure(
                .usage, "\(name) is empty.", why: "perhaps a shell variable in it is not set.", hint: "give a name, or omit it.")
        }
        setOptions(typed, settings)
        let parser = ReferenceParser.typed(endpoints)
        let reader = RequestReader(parser: parser, typed: typed, layout: typed.place.layout ?? settings.layout)
        var hasWorkflow = false
        for text in typed.references {
            guard ComfyWorkflow.isFile(text) else {
                requests.append(try reader.request(text))
                continue
            }
            hasWorkflow = true
            try addWorkflow(text, parser: parser, typed: typed, environment: environment)
        }
        if let file = typed.inputFile {
            guard let text = try readInput(file) else {
                throw Failure(.usage, "the input file \(file) cannot be read.", hint: "check its name, or use -i - for standard input.")
            }
            for entry in try InputFile.parse(text) { requests.append(try reader.request(entry, of: file)) }
        }
        guard !requests.isEmpty || hasWorkflow else {
            throw Failure(
                .usage, "nothing to fetch was named.", why: "add takes at least one reference, or -i FILE.",
                hint: "for example: fetchctl add civitai:128078 -d models")
        }
        try refuseContradictions(typed)
    }

    /// The models of a ComfyUI workflow, each into its folder below the root.
    private mutating func addWorkflow(
        _ path: String, parser: ReferenceParser, typed: AddOptions, environment: [String: String]
    ) throws(Failure) {
        let root = typed.place.dir.map { Path.absolute(Path.join(Path.currentDirectory, $0)) } ?? options.defaultDirectory
        let found = try WorkflowRequests(
            try ComfyWorkflow(reading: path), root: root, file: path, parser: parser, environment: environment)
        requests += found.requests
        refused += found.refused.map { ($0.name, root, $0.failure) }
        notes += found.notes
    }

    /// - Throws: ``Failure`` for options that do not go with the references.
    private func refuseContradictions(_ typed: AddOptions) throws(Failure) {
        try refuseLayouts()
        try refuseUselessChoices(typed)
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

    /// An option that chooses among files is refused where no reference of the command has such files.
    private func refuseUselessChoices(_ typed: AddOptions) throws(Failure) {
        // What is picked on the terminal is a quantisation.
        let all = requests.flatMap { [$0.reference] + $0.alternatives }.map(\.reference)
        for request in requests {
            var selection = request.selection
            if typed.pick { selection.projector = nil }
            if let refusal = selection.refusal(of: all) { throw refusal }
        }
    }

    private func refuseLayouts() throws(Failure) {
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
}
