import ArgumentParser
import FetchKit
import FetchTypes
import JSONText

/// `fetchctl outdated`: what is here and has become old.
struct OutdatedCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "outdated",
        abstract: "List recorded models of which their source has a newer version or commit.",
        discussion: """
            Examples:
              fetchctl outdated                    (the configured folder, else the current one, and the Hub's cache)
              fetchctl outdated models --json | jq -r .ref

            Of a CivitAI model the newest version for the same base model counts, of a Hugging Face repo the commit of \
            the branch that it was fetched from. Every model, and every branch of a repo, is asked for once.
            """)

    @Argument(help: ArgumentHelp("Folders, caches or files.", valueName: "path"))
    var paths: [String] = []
    @Flag(help: "One JSON object a model on standard output.")
    var json = false

    func run(_ context: Context) async throws -> Int32 {
        try context.requireCurrentDirectory()
        return try await AccountContext.with(context) { asking in
            let (found, failure) = try await Self.search(paths, asking.lookup)
            if json {
                for one in found { Terminal.write(one.json) }
            } else if found.isEmpty {
                if failure == nil { Terminal.write("nothing is outdated.\n", to: 2) }
            } else {
                Terminal.write(OutdatedModel.table(found).text(width: Terminal.columns(of: 1)), to: 1)
            }
            // What was found counts; that it may not be all is an error.
            if let failure { throw failure }
            return 0
        }
    }

    /// - Returns: what is outdated, and the first question that got no answer.
    static func search(_ paths: [String], _ lookup: SourceLookup) async throws -> ([OutdatedModel], Failure?) {
        var search = OutdatedSearch(lookup: lookup, warn: { Terminal.write("warning: \($0)\n", to: 2) })
        let found = try await search.run(paths)
        return (found, search.failure)
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
            .init(title: "NAME", least: 20), .init(title: "HAVE"), .init(title: "NEWEST"), .init(title: "SIZE", isRight: true),
            .init(title: "REFERENCE"), .init(title: "PLACE", least: 12),
        ])
        table.rows = models.map { one in
            ["\(one.name)", "\(one.have)", "\(one.newest)", "\(one.size.map(ByteSize.text) ?? "?")", "\(one.ref)", "\(one.path)"]
        }
        return table
    }
}
