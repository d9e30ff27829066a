import ArgumentParser
import FetchKit
import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Storage
import Transfer

/// `fetchctl verify`: are the bytes still those that they should be?
struct VerifyCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read files and compare them with their records, or with the hashes that their source publishes.",
        discussion: """
            Examples:
              fetchctl verify models/checkpoints                   (against our records; no network)
              fetchctl verify model.safetensors
              fetchctl verify ~/.cache/huggingface/hub             (a cache: every blob against its name)
              fetchctl verify org/name -d models/name              (against the Hub, in the places that add uses)
              fetchctl verify org/name --layout hf-cache            (its snapshot in the cache of huggingface_hub)
              fetchctl verify civitai:128078 -d models --json

            An existing path is not read as a reference. Exit codes: 0 all files verified, 65 other bytes, 66 missing or \
            without a known hash.
            """)

    @Argument(help: ArgumentHelp("Files, folders, or references as for fetchctl add.", valueName: "path-or-reference"))
    var items: [String] = []
    @OptionGroup var place: FilePlaceOptions
    @OptionGroup var choice: FileChoiceOptions
    @Flag(help: "Print one JSON object a file on standard output.")
    var json = false
    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false

    func run(_ context: Context) async throws -> Int32 {
        guard !items.isEmpty else {
            throw Failure(
                .usage, "nothing to verify was named.", why: "verify takes paths or references.",
                hint: "for example: fetchctl verify models")
        }
        try context.requireCurrentDirectory()
        return try await AccountContext.with(context) { asking in
            let report = VerifyReport(json: json, quiet: quiet)
            let parser = ReferenceParser.typed(asking.endpoints, readsPaths: true)
            let layout = place.layout ?? asking.settings.layout
            // All of them are understood before the first is read.
            var work: [(item: String, request: FetchRequest?)] = []
            for item in items { work.append((item, Disk.status(item) != nil ? nil : request(try parser.parse(item), layout))) }
            let requests = work.compactMap(\.request)
            var planner = Planner(options: asking.options, folderCount: requests.count)
            for (item, request) in work {
                do {
                    if let request {
                        let resolution = try await asking.resolve(request)
                        for check in try planner.checks(request, resolution) { await report.run(check) }
                    } else {
                        let local = try LocalChecks(item)
                        for check in local.checks { await report.run(check) }
                        report.tell(missing: local.missing)
                        report.note(unknown: local.unknown)
                    }
                } catch let failure as Failure {
                    report.fail(failure, ref: request?.reference.shown ?? item, path: request == nil ? Path.absolute(item) : nil)
                }
            }
            return report.finish()
        }
    }

    private func request(_ reference: ParsedReference, _ layout: Layout) -> FetchRequest {
        var request = FetchRequest(reference)
        request.layout = layout
        request.directory = place.dir
        request.out = place.out
        request.selection = choice.selection
        request.selection.file = place.file
        request.selection.allowsUnsafe = true
        return request
    }
}
