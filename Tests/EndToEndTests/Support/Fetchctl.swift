import Foundation
import Testing

/// The built command.
enum Fetchctl {
    struct NotThere: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path) is not there: build it, or name another in FETCHCTL_BINARY" }
    }

    /// What `FETCHCTL_BINARY` names, else the command beside the test bundle, where one build puts both.
    static let binary: String = {
        if let named = ProcessInfo.processInfo.environment["FETCHCTL_BINARY"], !named.isEmpty {
            return URL(fileURLWithPath: named).path
        }
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("fetchctl").path
    }()

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - environment: all that it gets.
    ///   - timeout: seconds after which it is killed, and the test fails.
    static func run(
        _ arguments: [String], environment: [String: String], cwd: String, stdin: String? = nil, timeout: Double = 60,
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        try await start(arguments, environment: environment, cwd: cwd, stdin: stdin).end(timeout: timeout, location)
    }

    /// Starts it.
    static func start(
        _ arguments: [String], environment: [String: String], cwd: String, stdin: String? = nil
    ) async throws -> RunningProcess {
        guard FileManager.default.isExecutableFile(atPath: binary) else { throw NotThere(path: binary) }
        return try await RunningProcess(binary, arguments, environment: environment, cwd: cwd, stdin: stdin)
    }
}
