import ArgumentParser
import Events
import FetchKit
import FetchTypes
import JSONText
import Layouts
import ListSync
import ModelReference
import ModelSources
import Partials
import Storage
import Transfer

/// `fetchctl link`: what is on this machine already, where another program looks for it.
struct LinkCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Put files that are here already where another program looks for them. Nothing is downloaded.",
        discussion: """
            Examples:
              fetchctl link models/model.gguf --layout lmstudio
              fetchctl link org/name:Q4_K_M --layout llama.cpp
              fetchctl link models/lora.safetensors --layout comfyui -d ~/ComfyUI --type lora
              fetchctl link ollama:llama3.2:1b --layout ollama --copy

            The two share their blocks where the file system can (reflink), else they are two names of one file (hard link): \
            whoever writes to one then changes the other. Across file systems it is refused, unless --symlink or --copy is \
            given. An existing path is taken for a path; a reference's files are looked for in the caches of the Hub \
            and of llama.cpp, in Ollama's store, among recorded files (of the default folder, LM Studio, ComfyUI and A1111), and in \
            dedupe_folders.
            """)

    @Argument(help: ArgumentHelp("Files, folders, or references as for fetchctl add.", valueName: "path-or-reference"))
    var items: [String] = []
    @Option(help: "Where: comfyui, a1111, llama.cpp, lmstudio, ollama, hf-cache, hf-local, plain.")
    var layout: Layout
    @Option(
        name: [.customShort("d", allowingJoined: true), .long],
        help: "The folder of that layout (default: the program's own, else the configured one, else the current one).")
    var dir: String?
    @Option(help: "What it is, for a1111 and comfyui, where nothing says it: checkpoint, lora, vae, ….")
    var type: ModelKind?
    @Flag(help: "Make symbolic links.")
    var symlink = false
    @Flag(help: "Copy the bytes.")
    var copy = false
    @Flag(help: "Say what would be linked, and change nothing.")
    var dryRun = false
    @Flag(help: "One JSON object a file on standard output.")
    var json = false

    func run(_ context: Context) async throws -> Int32 {
        guard !items.isEmpty else {
            throw Failure(
                .usage, "nothing to link was named.", why: "link takes paths or references.",
                hint: "for example: fetchctl link model.gguf --layout lmstudio")
        }
        guard !(symlink && copy) else { throw Failure(.usage, "--symlink and --copy exclude each other.", hint: "give one of them.") }
        try context.requireCurrentDirectory()
        return try await AccountContext.with(context) { asking in
            let methods: [CopyMethod] = symlink ? [.symlink] : copy ? [.copy] : [.reflink, .hardlink]
            let options = asking.options
            var linker = Linker(
                options: options, methods: methods, folders: [dir.map(Path.absolute)].compactMap(\.self),
                emit: { event in if let line = EventWords.line(event, verbose: false) { Terminal.write(line + "\n", to: 2) } })
            linker.isDryRun = dryRun
            var summary = ClosingSummary()
            for item in items {
                do {
                    for linked in try await link(item, linker, asking) { tell(linked, item, &summary.counts) }
                } catch let thrown as Failure {
                    let failure = LinkHint.fitted(thrown)
                    summary.counts.failed += 1
                    if summary.counts.code == 0 { summary.counts.code = failure.code.rawValue }
                    if json { Terminal.write(FileListing.json(failure, ref: item, path: nil, time: Timestamp.now())) }
                    Terminal.write(failure.printable + "\n", to: 2)
                }
            }
            if json { summary.write() }
            return summary.counts.code
        }
    }

    private func link(_ item: String, _ linker: Linker, _ asking: AccountContext) async throws -> [Linker.Linked] {
        guard let status = Disk.followedStatus(item) else {
            let reference = try asking.parser.parse(item)
            let request = request(reference)
            guard layout.takes(SourceName(reference.reference)) else { throw layout.refusal(of: item) }
            return try await linker.run(request, try await asking.resolve(request))
        }
        guard layout != .ollama else {
            throw Failure(
                .usage, "--layout ollama takes no paths.", why: "Ollama's store holds what a registry has a manifest of.",
                hint: "give ollama:MODEL:TAG, or hf:org/name:TAG of a GGUF repo.")
        }
        let path = Path.absolute(item)
        if PartialNames(data: path) != nil {
            throw Failure(
                .usage, "\(item) is an unfinished download.", why: "its bytes are not all there.",
                hint: "finish it with the fetchctl add that began it, and link the file that comes of it.")
        }
        let isFolder = status.kind == .directory
        let sources = isFolder ? LinkSource.files(below: path, for: layout) : [LinkSource(path)]
        guard !sources.isEmpty else {
            throw Failure(
                .notFound, "there is no model file below \(item).", why: "files as .safetensors, .gguf or .ckpt are taken for models.",
                hint: "name the file itself.")
        }
        return try await linker.run(sources, isFolder: isFolder, asking.parser) { request($0) }
    }

    private func request(_ reference: ParsedReference) -> FetchRequest {
        var request = FetchRequest(reference)
        request.layout = layout
        request.directory = dir
        request.kind = type
        request.selection.allowsUnsafe = true
        return request
    }

    private func tell(_ linked: Linker.Linked, _ item: String, _ summary: inout Event.Summary) {
        let event = linked.source == nil ? "skipped" : dryRun ? "would_link" : "linked"
        if linked.source == nil { summary.skipped += 1 } else if !dryRun { summary.finished += 1 }
        guard json else {
            if let source = linked.source {
                let words: PrintableText = linked.method.map { "linked (\($0.rawValue))" } ?? "would be linked"
                Terminal.write(words + ": \(source) → \(linked.path)\n", to: 2)
            } else {
                Terminal.write("already there: \(linked.path)\n", to: 2)
            }
            if !dryRun { Terminal.write(OutputText(paths: [linked.path])) }
            return
        }
        Terminal.write(
            .object([
                ("event", .string(event)), ("time", .string(Timestamp.now())), ("ref", .string(item)),
                ("path", .string(linked.path)), ("from", .of(linked.source)), ("how", .of(linked.method?.rawValue)),
                ("size", .integer(linked.size)), ("sha256", .of(linked.sha256)),
            ]))
    }
}
