import ArgumentParser
import Events
import FetchTypes
import ModelReference
import ModelSources
import Transfer

/// `fetchctl info`: what a reference is, before anything is fetched.
struct InfoCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Show files, sizes, hashes, licence and gating of a reference, and fetch nothing.",
        discussion: """
            Examples:
              fetchctl info org/name                   (of a GGUF repo also its quantisations, and whether they fit here)
              fetchctl info hf:org/name@v1.0 --include '*.safetensors'
              fetchctl info civitai:128078             (trained words, all files with hashes and scans)
              fetchctl info 'https://civitai.com/models/101055'
              fetchctl info https://example.com/model.gguf
              fetchctl info org/name --json | jq -r '.name // empty'

            With --json one object a file, with the fields of the "resolved" event of fetchctl add, and what else the \
            source tells in "details" and "file_details"; the last line is a summary.
            """)

    @Argument(help: ArgumentHelp("A reference, as for fetchctl add.", valueName: "reference"))
    var references: [String] = []
    @OptionGroup var choice: FileChoiceOptions
    @Flag(help: "Print one JSON object a file on standard output.")
    var json = false

    /// What the table says anyway.
    private static let quiet: Set<String> = ["pickle", "unsafe", "scan_pending", "scan_failed"]

    func run(_ context: Context) async throws -> Int32 {
        try await AccountContext.with(context) { asking in
            guard !references.isEmpty else {
                throw Failure(
                    .usage, "no reference was named.", why: "info takes at least one.", hint: "for example: fetchctl info org/name")
            }
            let parser = asking.parser
            var requests: [FetchRequest] = []
            for text in references {
                var request = FetchRequest(try parser.parse(text))
                request.selection = choice.selection
                request.selection.file = "all"
                request.selection.allowsUnsafe = true
                request.selection.describes = true
                requests.append(request)
            }
            var summary = ClosingSummary()
            for (index, request) in requests.enumerated() {
                do {
                    var resolution = try await asking.resolve(request, quiet: Self.quiet)
                    var room = MachineCapacity()
                    if !resolution.quantisations.isEmpty {
                        room = await MachineCapacity.measure(asking.options.defaultDirectory, context.environment)
                        resolution.facts.append(room.fact(resolution.quantisations))
                    }
                    show(resolution, room, request, isFirst: index == 0)
                    summary.counts.finished += resolution.files.count
                } catch let failure as Failure {
                    tell(failure, request)
                    summary.counts.failed += 1
                    if summary.counts.code == 0 { summary.counts.code = failure.code.rawValue }
                }
            }
            if json { summary.write() }
            return summary.counts.code
        }
    }

    private func show(_ resolution: Resolution, _ room: MachineCapacity, _ request: FetchRequest, isFirst: Bool) {
        if json {
            for file in resolution.files {
                let object = FileListing(file, resolution, ref: request.reference.shown).json(time: Timestamp.now())
                Terminal.write(object)
            }
        } else {
            Terminal.draw((isFirst ? "" : "\n") + InfoText(resolution: resolution, room: room).text(width: Terminal.columns(of: 1)), to: 1)
        }
    }

    private func tell(_ failure: Failure, _ request: FetchRequest) {
        if json {
            Terminal.write(FileListing.json(failure, ref: request.reference.shown, path: nil, time: Timestamp.now()))
        }
        Terminal.write(failure.printable + "\n", to: 2)
    }
}
