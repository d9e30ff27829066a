import ArgumentParser
import FetchTypes
import ListSync

/// `fetchctl lock`: resolves a list and writes its lock.
struct LockCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Resolve a model list (models.toml) and write its lock (models.lock); nothing is fetched.",
        discussion: """
            Examples:
              fetchctl lock
              fetchctl lock --file workshop.toml       (writes workshop.lock)

            The lock records the current commits, versions, files and hashes of the list. fetchctl sync fetches exactly \
            these on every machine. Where no hash is published, the lock has none until the first fetchctl sync.
            """)

    @OptionGroup var list: ListOptions

    func run(_ context: Context) async throws -> Int32 {
        let session = try FetchSession(context, list.output.form)
        defer { session.reporter.close() }
        let loaded = try LoadedList(list.location, endpoints: session.endpoints, environment: context.environment)
        for warning in loaded.warnings { session.warn("config", warning) }
        let done = try await LockRun(host: session, list: loaded).run()
        return session.end(done.outcome, of: done.names)
    }
}
