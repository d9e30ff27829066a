import ArgumentParser
import Events
import FetchKit
import FetchTypes
import Transfer

/// `fetchctl update`: downloads newer versions, beside the older ones or in their place.
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
        let (result, memory, found, requests) = try await AccountContext.with(context) { asking in
            let result = try await OutdatedCommand.search(paths, asking.lookup)
            let found = result.found.filter { $0.list == nil }
            return (result, asking.services.memory, found, try found.map { (one) throws(Failure) in try one.updateRequest(asking.parser) })
        }
        let isOfLists = tellLists(result, session)
        guard !requests.isEmpty else {
            if let unanswered = result.failure { throw unanswered }
            if !output.json { Terminal.write(isOfLists ? "nothing else is outdated.\n" : "nothing is outdated.\n", to: 2) }
            return session.end(Batch.Outcome(results: [], summary: Event.Summary(code: 0)), of: [String]())
        }
        var options = session.fetchOptions
        options.dryRun = dryRun
        let replaces = replace
        var outcome = try await session.fetch(
            requests, FetchSession.Terms(options: options, limitRate: session.settings.steadyRate, memory: memory),
            review: { index, _, _, files in try found[index].reviewUpdate(&files, replaces: replaces) })
        if replace, !dryRun {
            let kept = zip(found, outcome.results).filter { model, result in !model.removeOlder(than: result) }
            for (model, _) in kept { session.warn("changed", "\(model.path) stays: it was changed since it was fetched.") }
        }
        if let unanswered = result.failure, outcome.summary.code == 0 { outcome.summary.code = unanswered.code.rawValue }
        return session.end(outcome, of: requests)
    }

    /// Says which files are left to their lists, and which are pinned.
    /// - Returns: whether there are any of a list.
    private func tellLists(_ result: OutdatedCommand.Result, _ session: FetchSession) -> Bool {
        let owned = result.found.compactMap(\.list) + result.pinned.compactMap(\.list)
        let lists = owned.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        for (list, count) in lists.sorted(by: { $0.key < $1.key }) {
            let what = count == 1 ? "1 file belongs" : "\(count) files belong"
            session.warn(
                "list", "\(what) to \(list) and stays as it is: fetchctl sync --update \(count == 1 ? "updates it" : "updates them").")
        }
        let others = OutdatedCommand.Result(found: [], pinned: result.pinned.filter { $0.list == nil })
        if let note = others.pinnedNote { session.warn("note", note) }
        return !lists.isEmpty
    }
}
