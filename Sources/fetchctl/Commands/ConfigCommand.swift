import ArgumentParser
import FetchTypes
import Storage

/// `fetchctl config`: what is configured, and where.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show the configuration in force, or where its files are.", subcommands: [Show.self, Paths.self])

    struct Show: ParsableCommand, ContextCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Every key with the value in force, as TOML.")
        @Flag(help: "As one JSON object.")
        var json = false

        func run(_ context: Context) async throws -> Int32 {
            var loader = SettingsLoader(environment: context.environment)
            let settings = try loader.load()
            for warning in loader.warnings { Terminal.write("warning: \(warning)\n", to: 2) }
            let pairs = Settings.keys.map { ($0.name, $0.show(settings)) }
            // What a key shows is TOML, and for these kinds of values JSON too.
            let text =
                json
                ? "{" + pairs.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
                : "[download]\n" + pairs.map { "\($0.0) = \($0.1)" }.joined(separator: "\n")
            Terminal.write(OutputText(lines: text + "\n"))
            return 0
        }
    }

    struct Paths: ParsableCommand, ContextCommand {
        static let configuration = CommandConfiguration(commandName: "path", abstract: "The files that are read, the stronger last.")

        func run(_ context: Context) async throws -> Int32 {
            let loader = SettingsLoader(environment: context.environment)
            for file in loader.files {
                Terminal.write(OutputText(paths: ["\(file)\(Disk.followedStatus(file) == nil ? "  (not there)" : "")"]))
            }
            return 0
        }
    }
}
