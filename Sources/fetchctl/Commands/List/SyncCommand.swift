import ArgumentParser
import FetchKit
import FetchTypes
import ListSync

/// `fetchctl sync`: makes a folder be what its model list says.
struct SyncCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Make a folder match its model list (models.toml) and lock (models.lock).",
        discussion: """
            Examples:
              fetchctl sync                        (what the lock names; new models of the list are added to it)
              fetchctl sync --locked               (exactly that, or a failure: for servers and CI)
              fetchctl sync --update sdxl          (resolves again, and shows what changed)
              fetchctl sync --check                (changes nothing; exit code 1 when the folder differs)
              fetchctl sync --prune                (also removes what the list put there and no longer names)

            A list:
              [settings]
              directory = "models"

              [[model]]
              ref = "civitai:128078"
              dir = "checkpoints"

            Exit codes are those of fetchctl add; 1: --check found a difference; 78: the list or the lock is wrong.
            """)

    @Argument(help: ArgumentHelp("The models of the list to sync (default: all).", valueName: "name"))
    var names: [String] = []
    @OptionGroup var list: ListOptions
    @Flag(help: "Show the files that would be fetched, and fetch nothing.")
    var dryRun = false
    @Flag(help: "Fetch exactly the files of the lock, or fail; the lock is not written.")
    var locked = false
    @Flag(help: "Resolve again; the lock is written when all files are complete.")
    var update = false
    @Flag(help: "Print a line for each difference, and change nothing.")
    var check = false
    @Flag(help: "With --check: read every byte.")
    var verify = false
    @Flag(help: "Remove files of this list that the lock no longer names.")
    var prune = false
    @Flag(help: "Fetch again, and replace files that were changed.")
    var force = false

    func run(_ context: Context) async throws -> Int32 {
        try refuseContradictions()
        let session = try FetchSession(context, list.output.form)
        defer { session.reporter.close() }
        let loaded = try LoadedList(list.location, endpoints: session.endpoints, environment: context.environment)
        for warning in loaded.warnings { session.warn("config", warning) }
        let selected = try loaded.selected(names)
        if check {
            let check = SyncCheck(list: loaded, selected: selected, isWhole: names.isEmpty, readsAll: verify)
            return try await SyncCheckReport(session: session).run(check)
        }
        var run = SyncRun(host: session, list: loaded, selected: selected)
        (run.isDryRun, run.isLocked, run.updates, run.prunes, run.isForced) = (dryRun, locked, update, prune, force)
        run.isWhole = names.isEmpty
        let done = try await run.run()
        return session.end(done.outcome, of: done.names)
    }

    private func refuseContradictions() throws(Failure) {
        let pairs = [
            ("--locked", locked, "--update", update), ("--check", check, "--update", update), ("--check", check, "--prune", prune),
            ("--check", check, "--force", force), ("--check", check, "--dry-run", dryRun),
        ]
        for (one, isOne, other, isOther) in pairs where isOne && isOther {
            throw Failure(.usage, "\(one) and \(other) contradict each other.", hint: "omit one of them.")
        }
        guard !verify || check else {
            throw Failure(.usage, "--verify goes with --check.", hint: "use fetchctl sync --check --verify, or fetchctl verify PATH")
        }
    }
}
