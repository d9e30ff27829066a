import ArgumentParser
import FetchTypes
import Queue
import Storage

/// `fetchctl config`: what is configured, and where.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show the effective configuration, or the paths of its files.",
        subcommands: [Show.self, Paths.self])

    struct Show: ParsableCommand, ContextCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show every key with its effective value, as TOML.")
        @Flag(help: "Print one JSON object.")
        var json = false

        func run(_ context: Context) async throws -> Int32 {
            var loader = SettingsLoader(environment: context.environment)
            let settings = try loader.load()
            for warning in loader.warnings { Terminal.write("warning: \(warning)\n", to: 2) }
            let pairs = Settings.keys.map { ($0.name, $0.show(settings)) }
            // What a key shows is TOML, and for these kinds of values JSON too.
            let limits = settings.timetable.entries.map(Self.fields)
            let text = json ? Self.object(pairs, limits) : Self.document(pairs, limits)
            Terminal.write(OutputText(lines: text + "\n"))
            return 0
        }

        private static func object(_ pairs: [(String, String)], _ limits: [[(String, String)]]) -> String {
            func members(_ pairs: [(String, String)]) -> String { pairs.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") }
            let list = limits.map { "{\(members($0))}" }.joined(separator: ",")
            return "{\(members(pairs + [("limit", "[\(list)]")]))}"
        }

        private static func document(_ pairs: [(String, String)], _ limits: [[(String, String)]]) -> String {
            func lines(_ pairs: [(String, String)]) -> String { pairs.map { "\($0.0) = \($0.1)" }.joined(separator: "\n") }
            return (["[download]\n" + lines(pairs)] + limits.map { "[[limit]]\n" + lines($0) }).joined(separator: "\n\n")
        }

        /// What a part of the timetable says, in TOML, which is JSON too.
        private static func fields(_ entry: RateTimetable.Entry) -> [(String, String)] {
            var fields: [(String, String)] = []
            if let window = entry.window { fields.append(("between", Settings.quoted(window.description))) }
            if entry.days.count < 7 {
                let names = entry.days.sorted().map { Settings.quoted(RateTimetable.dayNames[$0]) }
                fields.append(("days", "[" + names.joined(separator: ", ") + "]"))
            }
            return fields + [("rate", String(entry.rate.bytes))]
        }
    }

    struct Paths: ParsableCommand, ContextCommand {
        static let configuration = CommandConfiguration(
            commandName: "path", abstract: "Show the files that are read; later files override earlier ones.")

        func run(_ context: Context) async throws -> Int32 {
            let loader = SettingsLoader(environment: context.environment)
            for file in loader.files {
                Terminal.write(OutputText(paths: ["\(file)\(Disk.followedStatus(file) == nil ? "  (not there)" : "")"]))
            }
            return 0
        }
    }
}
