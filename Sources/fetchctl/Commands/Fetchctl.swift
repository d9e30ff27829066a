import ArgumentParser
import FetchTypes
import ModelSources

/// The command of that name.
struct Fetchctl: ParsableCommand {
    static let version = "0.1.0"
    /// What requests name as their `User-Agent`.
    static let userAgent = "fetchctl/\(version)"

    static let configuration = CommandConfiguration(
        commandName: "fetchctl",
        abstract: "Downloads AI models, verifies them, and resumes after every interruption.",
        discussion: """
            Examples:
              fetchctl add civitai:128078 -d models
              fetchctl add org/name
              fetchctl add hf:org/name/model.safetensors -o model.safetensors
              fetchctl add https://example.com/model.gguf --sha256 HEX

              fetchctl info civitai:128078
              fetchctl verify models

            Tokens are read from the environment (CIVITAI_API_TOKEN, HF_TOKEN), or stored by fetchctl login.
            """,
        version: version,
        subcommands: [
            AddCommand.self, InfoCommand.self, VerifyCommand.self, CleanupCommand.self, LoginCommand.self, LogoutCommand.self,
            WhoamiCommand.self, ConfigCommand.self, Aria2cCommand.self, WgetCommand.self, CurlCommand.self, GdownCommand.self,
            HubCommand.self, ShimsCommand.self, ConvertCommand.self, NotebookCommand.self,
            SyncCommand.self, LockCommand.self, TreeCommand.self, ImportCommand.self,
            StatusCommand.self, PauseCommand.self, ResumeCommand.self, CancelCommand.self, RetryCommand.self, MoveCommand.self,
            LimitCommand.self, WaitCommand.self, LogCommand.self, WatchCommand.self, HistoryCommand.self,
            DaemonCommand.self,
            ExplainCommand.self, DoctorCommand.self,
            LinkCommand.self, OutdatedCommand.self, UpdateCommand.self,
        ])
}

/// A command that gets what it works with as a value, and answers with an exit code.
protocol ContextCommand {
    func run(_ context: Context) async throws -> Int32
}

/// The command line as a whole.
enum Commands {
    static let names = Fetchctl.configuration.subcommands.map { $0._commandName }

    /// The complaint about a first word that is not a command; nil where it is one, or an option.
    static func unknown(_ word: String) -> Failure? {
        guard !word.hasPrefix("-"), !word.isEmpty, word != "help", !names.contains(word) else { return nil }
        let near = SpellingSuggestions.of(word, in: names, limit: 3)
        return Failure(
            .usage, "fetchctl has no command \(PrintableText(word)).",
            why: near.isEmpty ? "the first word names what to do." : "the nearest are: \(near.joined(separator: ", ")).",
            hint: "see all commands with: fetchctl --help")
    }

    /// A complaint of the argument parser as one of ours.
    static func usageFailure(_ message: String, _ arguments: [String]) -> Failure {
        // Its first line says what is wrong; usage and hints follow.
        let first = message.split(separator: "\n").first.map(String.init) ?? message
        let bare = first.hasPrefix("Error: ") ? String(first.dropFirst(7)) : first
        if let failure = OptionRefusal.failure(bare) { return failure }
        let command = arguments.first.map { names.contains($0) ? " \($0)" : "" } ?? ""
        // What follows these may be a token: the parser's words would repeat it.
        if ["login", "logout", "whoami"].contains(arguments.first) {
            return Failure(
                .usage, "the command line of\(command) cannot be understood.", why: "it takes hf or civitai, and never a token.",
                hint: "see the options with: fetchctl\(command) --help")
        }
        return Failure(
            .usage, bare.prefix(1).lowercased() + bare.dropFirst(), why: "the command line cannot be understood.",
            hint: "see the options with: fetchctl\(command) --help")
    }
}
