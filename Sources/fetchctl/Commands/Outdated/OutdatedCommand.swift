import ArgumentParser
import Events
import FetchKit
import FetchTypes
import JSONText

/// `fetchctl outdated`: lists models of which their source has a newer version.
struct OutdatedCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "outdated",
        abstract: "List recorded models of which their source has a newer version or commit.",
        discussion: """
            Examples:
              fetchctl outdated                    (the configured folder, else the current one, and the Hub's cache)
              fetchctl outdated models --json | jq -r '.ref // empty'

            Of a CivitAI model the newest version for the same base model counts, of a Hugging Face repo the commit of \
            the branch that it was fetched from. Every model, and every branch of a repo, is asked for once. Files that were fetched \
            at a commit are pinned to it: they are counted and not compared.
            """)

    @Argument(help: ArgumentHelp("Folders, caches or files.", valueName: "path"))
    var paths: [String] = []
    @Flag(help: "One JSON object a model on standard output, and a summary.")
    var json = false

    func run(_ context: Context) async throws -> Int32 {
        try context.requireCurrentDirectory()
        return try await AccountContext.with(context) { asking in
            var summary = ClosingSummary()
            let result = try await Self.search(paths, asking.lookup)
            if json {
                for one in result.found { Terminal.write(one.json) }
            } else if result.found.isEmpty {
                if result.failure == nil { Terminal.write("nothing is outdated.\n", to: 2) }
            } else {
                Terminal.draw(OutdatedModel.table(result.found).text(width: Terminal.columns(of: 1)), to: 1)
            }
            if let note = result.pinnedNote { Terminal.write("note: \(note)\n", to: 2) }
            // The list is printed, and an unanswered question is an error.
            if let failure = result.failure { throw failure }
            summary.counts.finished = result.found.count
            summary.counts.skipped = result.pinned.count
            if json { summary.write() }
            return 0
        }
    }

    /// The result of a search.
    struct Result {
        var found: [OutdatedModel]
        /// The first question that got no answer.
        var failure: Failure?
        var pinned: [PinnedFile]

        /// How many files are pinned to a commit; nil: none.
        var pinnedNote: String? {
            guard let first = pinned.first else { return nil }
            return pinned.count == 1
                ? "\(first.path) is pinned to a commit and was not compared."
                : "\(pinned.count) files are pinned to a commit and were not compared."
        }
    }

    static func search(_ paths: [String], _ lookup: SourceLookup) async throws -> Result {
        var search = OutdatedSearch(lookup: lookup, warn: { Terminal.write("warning: \($0)\n", to: 2) })
        let found = try await search.run(paths)
        return Result(found: found, failure: search.failure, pinned: search.pinned)
    }
}

extension OutdatedModel {
    var json: JSONTree {
        .object([
            ("event", .string("outdated")), ("time", .string(Timestamp.now())), ("name", .string(name)), ("have", .string(have)),
            ("newest", .string(newest)), ("size", .of(size)), ("ref", .string(ref)), ("path", .string(path)), ("list", .of(list)),
        ])
    }

    static func table(_ models: [OutdatedModel]) -> TextTable {
        var table = TextTable(columns: [
            .init(title: "NAME", least: 20, keeps: 12), .init(title: "HAVE", leaves: 2), .init(title: "NEWEST", leaves: 4),
            .init(title: "SIZE", isRight: true, leaves: 3), .init(title: "REFERENCE", keeps: 24),
            .init(title: "PLACE", least: 12, leaves: 1),
        ])
        table.rows = models.map { one in
            ["\(one.name)", "\(one.have)", "\(one.newest)", "\(one.size.map(ByteSize.text) ?? "?")", "\(one.ref)", "\(one.path)"]
        }
        return table
    }
}
