import ArgumentParser
import FetchTypes

/// The command of that name.
struct Fetchctl: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "fetchctl",
        abstract: "Brings AI models home: resolved, verified, carried on with when anything fails.",
        discussion: """
            Examples:
              fetchctl add civitai:128078 -d models
              fetchctl add org/name
              fetchctl add hf:org/name/model.safetensors -o model.safetensors
              fetchctl add https://example.com/model.gguf --sha256 HEX

              fetchctl info civitai:128078
              fetchctl verify models

            Tokens are read from the environment (CIVITAI_API_TOKEN, HF_TOKEN), or kept by fetchctl login.
            """,
        version: version,
        subcommands: [
            AddCommand.self, InfoCommand.self, VerifyCommand.self, CleanupCommand.self, LoginCommand.self, LogoutCommand.self,
            WhoamiCommand.self, ConfigCommand.self, Aria2cCommand.self, WgetCommand.self, CurlCommand.self, GdownCommand.self,
            HubCommand.self, ShimsCommand.self, ConvertCommand.self, NotebookCommand.self,
            SyncCommand.self, LockCommand.self, TreeCommand.self, ImportCommand.self,
        ])
}

/// A command that gets what it works with as a value, and answers with an exit code.
protocol ContextCommand {
    func run(_ context: Context) async throws -> Int32
}

/// The command line as a whole.
enum Commands {
    /// Commands that are announced and not there yet.
    private static let later: Set<String> = [
        "status", "pause", "resume", "cancel", "retry", "watch", "wait", "history", "limit", "move", "daemon",
        "doctor", "explain",
    ]

    static func unbuilt(_ name: String) -> Failure? {
        guard later.contains(name) else { return nil }
        return Failure(
            .usage, "fetchctl \(name) is not built yet.", why: "it is announced, but this version cannot do it.",
            hint: "see what there is with: fetchctl --help")
    }

    /// A complaint of the argument parser as one of ours.
    static func usageFailure(_ message: String, _ arguments: [String]) -> Failure {
        // Its first line says what is wrong; usage and hints follow.
        let first = message.split(separator: "\n").first.map(String.init) ?? message
        let bare = first.hasPrefix("Error: ") ? String(first.dropFirst(7)) : first
        let names = Fetchctl.configuration.subcommands.map { $0._commandName }
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
