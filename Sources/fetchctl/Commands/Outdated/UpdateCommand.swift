import ArgumentParser
import Events
import FetchKit
import FetchTypes
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
            let (all, failure) = try await OutdatedCommand.search(paths, asking.lookup)
            let found = all.filter { one in
                guard let list = one.list else { return true }
                session.warn("list", "\(one.path) belongs to \(list): update it with fetchctl sync --update.")
                return false
            }
            return (found, failure, asking.services.memory, try found.map { (one) throws(Failure) in try one.updateRequest(asking.parser) })
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
            review: { index, _, _, files in try found[index].reviewUpdate(&files, replaces: replaces) })
        if replace, !dryRun {
            for (model, result) in zip(found, outcome.results) { model.removeOlder(than: result) }
        }
        if let unanswered, outcome.summary.code == 0 { outcome.summary.code = unanswered.code.rawValue }
        return session.end(outcome, of: requests)
    }
}
