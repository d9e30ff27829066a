import Subprocess
import SystemPackage

/// What another program prints, asked within a time.
enum ProgramOutput {
    /// - Parameters:
    ///   - name: looked for on the `PATH` of `environment`.
    ///   - timeout: after which it is killed.
    /// - Returns: nil when it is not there, fails, or does not answer in time.
    static func of(_ name: String, _ arguments: [String], _ environment: [String: String], timeout: Duration) async -> String? {
        // Cancelling the run kills it, so the timer really ends it.
        let run = Task {
            var platform = PlatformOptions()
            platform.createSession = true
            platform.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
            let variables = ["PATH": environment["PATH"] ?? "/usr/bin:/bin", "LC_ALL": "C"]
            return try await Subprocess.run(
                .path(FilePath(try path(of: name, environment))), arguments: Arguments(arguments),
                environment: .custom(Dictionary(uniqueKeysWithValues: variables.map { (.init(rawValue: $0.key)!, $0.value) })),
                platformOptions: platform, input: .none, output: .string(limit: 64 << 10), error: .discarded)
        }
        let timer = Task {
            try await Task.sleep(for: timeout)
            run.cancel()
        }
        defer { timer.cancel() }
        let outcome = await withTaskCancellationHandler {
            await run.result
        } onCancel: {
            run.cancel()
        }
        guard case .success(let result) = outcome, result.terminationStatus.isSuccess else { return nil }
        return result.standardOutput
    }

    private struct NotThere: Error {}

    private static func path(of name: String, _ environment: [String: String]) throws -> String {
        for folder in (environment["PATH"] ?? "").split(separator: ":") {
            let path = "\(folder)/\(name)"
            if ProcessTable.isProgram(path) { return path }
        }
        throw NotThere()
    }
}
