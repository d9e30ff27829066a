import ArgumentParser
import Events
import FetchTypes

/// `fetchctl explain`: what an exit code or a failure's kind means, and what to do.
struct ExplainCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain an exit code or a kind of failure, and what to do.",
        discussion: """
            Examples:
              fetchctl explain 75
              fetchctl explain not_found
              fetchctl explain                     (all of them)
              fetchctl explain gated --json

            A code is the exit code of fetchctl ($? in a shell); a kind is in the "failed" event of --json.
            """)

    @Argument(help: ArgumentHelp("An exit code, or a kind such as gated.", valueName: "code or kind"))
    var words: [String] = []
    @Flag(help: "Print one JSON object an entry on standard output.")
    var json = false
    @Flag(help: "Print the whole catalogue as in docs/errors.md.")
    var markdown = false

    func run(_ context: Context) async throws -> Int32 {
        if markdown {
            guard words.isEmpty, !json else {
                throw Failure(.usage, "--markdown prints the whole catalogue.", hint: "give it alone: fetchctl explain --markdown")
            }
            Terminal.write(OutputText(lines: ErrorCatalogue.markdown))
            return 0
        }
        let entries = words.isEmpty ? [ExplainSubject.all] : try words.map { (word) throws(Failure) in try ExplainSubject(word) }
        for (index, subject) in entries.enumerated() {
            if json {
                for object in subject.objects { Terminal.write(object) }
            } else {
                Terminal.write((index > 0 ? "\n" : "") + subject.text, to: 1)
            }
        }
        return 0
    }
}
