import ArgumentParser
import Events
import FetchKit
import FetchTypes
import JSONText
import ModelSources
import Partials
import Queue
import Storage
import Worker

/// `fetchctl cleanup`: what unfinished downloads left.
struct CleanupCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "cleanup",
        abstract: "List partial downloads that no process works on, and damaged records of the queue, and remove them.",
        discussion: """
            Examples:
              fetchctl cleanup                     (below the configured directory, else here, and in the cache of \
            huggingface_hub; asks before it removes)
              fetchctl cleanup models --yes
              fetchctl cleanup --hub               (also files of huggingface_hub)
              fetchctl cleanup models --json       (lists only)

            Keep a partial as long as the same fetchctl add may be run again: it resumes from there. Without \
            --yes nothing is removed unless a person answers yes on a terminal.
            """)

    @Argument(help: ArgumentHelp("Folders to search, or files whose partials to remove.", valueName: "path"))
    var paths: [String] = []
    @Flag(help: "Include *.incomplete files of huggingface_hub.")
    var hub = false
    @Flag(name: .shortAndLong, help: "Remove without asking.")
    var yes = false
    @Flag(help: "Print one JSON object a partial on standard output.")
    var json = false

    func run(_ context: Context) async throws -> Int32 {
        var loader = SettingsLoader(environment: context.environment)
        let settings = try loader.load()
        for warning in loader.warnings { Terminal.write("warning: \(warning)\n", to: 2) }
        try context.requireCurrentDirectory()
        let all = try sparingJobs(try search(settings, context), context) + damagedRecords(context)
        let found = all.filter { !$0.isRecent }
        if found.count < all.count {
            let spared = all.count - found.count
            Terminal.write(
                "note: \(spared == 1 ? "one of huggingface_hub is" : "\(spared) of huggingface_hub are") left alone: written to within two minutes, and no lock tells whether a process works on it.\n",
                to: 2)
        }
        if json { return removeAndTell(found) }
        guard !found.isEmpty else {
            Terminal.write("nothing to clean up.\n", to: 2)
            return 0
        }
        Terminal.draw(table(found).text(width: Terminal.columns(of: 1)), to: 1)
        let total = ByteSize.text(found.reduce(0) { $0 + $1.bytes })
        let what = Self.count(found)
        guard yes || SecretPrompt.canAsk else {
            Terminal.write("\(what), \(total). To remove: \(removal)\n", to: 2)
            return 0
        }
        guard yes || SecretPrompt.confirm("Remove \(what), \(total)?") else {
            Terminal.write("nothing was removed.\n", to: 2)
            return 0
        }
        let kept = found.filter { !$0.remove() }
        let freed = found.reduce(0) { $0 + $1.bytes } - kept.reduce(0) { $0 + $1.bytes }
        Terminal.write("freed \(ByteSize.text(freed)).\n", to: 2)
        return try end(kept)
    }

    /// Leaves out what jobs of the queue go on with: a paused one keeps what it has.
    private func sparingJobs(_ all: [UnfinishedDownload], _ context: Context) throws(Failure) -> [UnfinishedDownload] {
        guard let store = try? QueueStore(environment: context.environment) else { return all }
        let files = store.list().jobs.filter { !$0.state.isEnded }.flatMap(\.progress.files)
        let kept = Set(files.map { PartialRemoval.names(of: $0).data })
        let found = all.filter { !$0.files.contains(where: kept.contains) }
        let spared = all.count - found.count
        if spared > 0 {
            let what = spared == 1 ? "one belongs to a job" : "\(spared) belong to jobs"
            Terminal.write(
                "note: \(what) of the queue and is left alone; fetchctl cancel JOB --delete removes a job's.\n", to: 2)
        }
        return found
    }

    /// Records that the queue has set aside: they are in no folder that somebody names.
    private func damagedRecords(_ context: Context) -> [UnfinishedDownload] {
        guard paths.isEmpty, let store = try? QueueStore(environment: context.environment) else { return [] }
        return store.damagedRecords().compactMap { UnfinishedDownload(record: $0.path, files: $0.files) }
    }

    private static func count(_ found: [UnfinishedDownload]) -> String {
        let records = found.count { $0.owner == .queue }
        let partials = found.count - records
        let words = [(partials, "partial"), (records, "damaged record")].filter { $0.0 > 0 }.map { "\($0) \($1)\($0 == 1 ? "" : "s")" }
        return words.joined(separator: " and ")
    }

    /// The command that removes what was listed.
    private var removal: String {
        (["fetchctl cleanup"] + paths.map(\.shellWord) + (hub ? ["--hub"] : []) + ["--yes"]).joined(separator: " ")
    }

    private func search(_ settings: Settings, _ context: Context) throws(Failure) -> [UnfinishedDownload] {
        var places = paths
        if places.isEmpty {
            places = [settings.directory.map(Path.absolute) ?? Path.currentDirectory]
            // Where partials of --layout hf-cache are, when no other place was named.
            if let cache = HubFolders.cache(context.environment), Disk.followedStatus(cache) != nil { places.append(cache) }
        }
        let search = CleanupSearch(includesHub: hub)
        var found: [UnfinishedDownload] = []
        var seen: Set<String> = []
        for place in places {
            let partials = search.find(place)
            // A file that never was finished is not there itself, its partial is.
            guard Disk.status(place) != nil || !partials.isEmpty else {
                throw Failure(
                    .notFound, "\(place) is not there.", why: "cleanup looks through folders, or for the partials of a file.",
                    hint: "check the path.")
            }
            found += partials.filter { seen.insert($0.target).inserted }
        }
        return found
    }

    private func table(_ found: [UnfinishedDownload]) -> TextTable {
        var table = TextTable(columns: [
            .init(title: found.contains { $0.owner != .queue } ? "PARTIAL OF" : "RECORD", keeps: 20),
            .init(title: "ON DISK", isRight: true), .init(title: "LAST WRITTEN", leaves: 2), .init(title: "FROM", keeps: 12, leaves: 1),
        ])
        table.rows = found.map {
            ["\($0.target)", "\(ByteSize.text($0.bytes))", "\(Self.day($0.modified))", "\($0.reference ?? $0.owner.rawValue)"]
        }
        return table
    }

    private static func day(_ nanoseconds: Int64) -> String {
        String(Timestamp.text(seconds: Int(nanoseconds / 1_000_000_000), milliseconds: 0).prefix(16)).replacing("T", with: " ")
    }

    private func removeAndTell(_ found: [UnfinishedDownload]) -> Int32 {
        var summary = ClosingSummary()
        for partial in found {
            let isRemoved = yes && partial.remove()
            if isRemoved { summary.counts.finished += 1 } else if yes { summary.counts.failed += 1 } else { summary.counts.skipped += 1 }
            if yes, !isRemoved { summary.counts.code = ExitCode.temporary.rawValue }
            let object = JSONTree.object([
                ("event", .string("leftover")), ("time", .string(Timestamp.now())), ("ref", .of(partial.reference)),
                ("path", .string(partial.target)), ("owner", .string(partial.owner.rawValue)), ("size", .integer(partial.bytes)),
                ("modified", .string(Timestamp.text(seconds: Int(partial.modified / 1_000_000_000), milliseconds: 0))),
                ("files", .array(partial.files.map(JSONTree.string))), ("removed", .bool(isRemoved)),
            ])
            Terminal.write(object)
        }
        summary.write()
        return summary.counts.code
    }

    private func end(_ kept: [UnfinishedDownload]) throws(Failure) -> Int32 {
        guard let first = kept.first else { return 0 }
        throw Failure(
            .locked, "\(kept.count == 1 ? first.target : "\(kept.count) partials") could not be removed.",
            why: "another process has begun to work on it, or this user may not write there.", hint: "run the same command again later.")
    }
}
