import ArgumentParser
import Events
import FetchKit
import FetchTypes
import Layouts
import ListSync
import ModelReference
import ModelSources
import Partials
import Storage
import Transfer

/// `fetchctl update`: gets what is newer, beside what is here or instead of it.
struct UpdateCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Fetch the newer versions that fetchctl outdated lists.",
        discussion: """
            Examples:
              fetchctl update --dry-run
              fetchctl update models                (beside the older files)
              fetchctl update models --replace      (the older ones are removed when the newer ones are verified)

            A newer file of the same name needs --replace. Files that a model list put there are left to: fetchctl sync --update
            """)

    @Argument(help: ArgumentHelp("Folders, caches or files.", valueName: "path"))
    var paths: [String] = []
    @Flag(help: "Instead of the older files, once the newer ones are verified.")
    var replace = false
    @Flag(help: "Resolve and check; move nothing.")
    var dryRun = false
    @OptionGroup var output: OutputOptions

    func run(_ context: Context) async throws -> Int32 {
        let session = try FetchSession(context, output.form)
        defer { session.reporter.close() }
        let (found, unanswered, memory, requests) = try await AccountContext.with(context) { asking in
            let (all, failure) = try await OutdatedCommand.search(paths, asking)
            let found = all.filter { one in
                guard let list = one.list else { return true }
                session.warn("list", "\(one.path) belongs to \(list): update it with fetchctl sync --update.")
                return false
            }
            return (found, failure, asking.services.memory, try found.map { (one) throws(Failure) in try request(one, asking) })
        }
        guard !requests.isEmpty else {
            if let unanswered { throw unanswered }
            if !output.json { Terminal.write("nothing is outdated.\n", to: 2) }
            return session.end(Batch.Outcome(results: [], summary: Event.Summary(code: 0)), of: [String]())
        }
        var options = session.fetchOptions
        options.dryRun = dryRun
        let replaces = replace
        var outcome = try await session.fetch(
            requests, FetchSession.Terms(options: options, limitRate: session.settings.steadyRate, memory: memory),
            review: { index, _, _, files in
                for place in files.indices { files[place].file.metadata.branch = found[index].branch ?? files[place].file.metadata.branch }
                guard found[index].cache == nil else { return }
                for place in files.indices where files[place].target == found[index].path {
                    guard replaces else { throw Self.sameName(files[place].target) }
                    files[place].replaces = files[place].placement.knownRecord?.identity
                }
            })
        if replace, !dryRun { remove(found, outcome.results) }
        if let unanswered, outcome.summary.code == 0 { outcome.summary.code = unanswered.code.rawValue }
        return session.end(outcome, of: requests)
    }

    private func request(_ one: OutdatedModel, _ asking: AccountContext) throws(Failure) -> FetchRequest {
        var request = FetchRequest(try asking.parser.parse(one.ref))
        if let cache = one.cache {
            request.layout = .hfCache
            request.directory = cache
            request.selection.include = one.files
        } else {
            request.directory = Path.parent(one.path)
        }
        return request
    }

    private static func sameName(_ path: String) -> Failure {
        Failure(
            .exists, "\(path) would be replaced by its newer version.", why: "both have the same name.",
            hint: "add --replace, or fetch the newer one to another folder.")
    }

    /// Takes the older files away whose newer ones are there.
    private func remove(_ found: [OutdatedModel], _ results: [Batch.Result]) {
        for (one, result) in zip(found, results) where one.cache == nil {
            guard case .there(let paths) = result, !paths.isEmpty, !paths.contains(one.path) else { continue }
            Disk.remove(one.path)
            if let record = one.record { FinishedRecord.remove(record) }
        }
    }
}
