import Subprocess
import SystemPackage

/// What another program prints on its standard output, asked within a time.
package enum ProgramOutput: Sendable, Equatable {
    /// At most 64 KiB, of a program that ended with 0.
    case text(String)
    /// It ended otherwise; how, in words: `exit status 1`, `signal 11 (it crashed)`.
    case failed(String)
    /// It was killed: it did not end in time, or the task was cancelled.
    case noAnswer
    /// It could not be started, or printed too much.
    case fault(String)

    /// Runs a program with no input, in a session of its own, and its errors discarded.
    /// - Parameters:
    ///   - path: absolute.
    ///   - variables: its environment, besides `PATH` and `LC_ALL`.
    ///   - searchPath: its `PATH`.
    ///   - timeout: after which it and what it started are killed.
    package static func of(
        _ path: String, _ arguments: [String], variables: [String: String] = [:], searchPath: String?, timeout: Duration
    ) async -> ProgramOutput {
        // Cancelling the run kills it, so the timer really ends it.
        let run = Task {
            var platform = PlatformOptions()
            platform.createSession = true
            // To the group: where `path` is a script, what it started goes too.
            platform.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
            let all = variables.merging(["PATH": searchPath ?? "/usr/bin:/bin", "LC_ALL": "C"]) { $1 }
            return try await Subprocess.run(
                .path(FilePath(path)), arguments: Arguments(arguments),
                environment: .custom(Dictionary(uniqueKeysWithValues: all.map { (.init(rawValue: $0.key)!, $0.value) })),
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
        switch outcome {
        case .success(let result) where result.terminationStatus.isSuccess: return .text(result.standardOutput)
        // It was killed here, and ended by that.
        case .success where run.isCancelled: return .noAnswer
        case .success(let result): return .failed("\(Aria2Exit.Status(result.terminationStatus))")
        case .failure(let error): return run.isCancelled ? .noAnswer : .fault("\(error)")
        }
    }

    /// The same for a program that is looked for on the `PATH` of an environment.
    package static func of(
        named name: String, _ arguments: [String], environment: [String: String], timeout: Duration
    ) async -> ProgramOutput {
        let search = environment["PATH"]
        guard let path = (search ?? "").split(separator: ":").map({ "\($0)/\(name)" }).first(where: Aria2Executable.isProgram) else {
            return .fault("\(name) is not on PATH")
        }
        return await of(path, arguments, searchPath: search, timeout: timeout)
    }
}

extension Aria2Exit.Status {
    init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(code)
        case .signaled(let number): self = .signaled(number)
        }
    }
}
