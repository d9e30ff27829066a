import Foundation
import Subprocess
import Synchronization
import SystemPackage
import Testing

/// A child of ours, with what it says.
///
/// It gets default signals and no descriptor of ours but its three: a listening socket that it inherited would live on
/// with it.
final class RunningProcess: Sendable {
    let pid: Int32
    private let state: State
    private let task: Task<TerminationStatus, any Error>

    private final class State: Sendable {
        let stdout = Mutex<[UInt8]>([])
        let stderr = Mutex<[UInt8]>([])
        /// Both outputs are at their end; soon after the process is reaped, and its number may be another's.
        let isEnding = Mutex(false)
        /// Seconds from its start, once it has been reaped.
        let seconds = Mutex<Double?>(nil)
    }

    /// - Parameter stdin: what it reads; nil: nothing.
    init(_ path: String, _ arguments: [String], environment: [String: String], cwd: String, stdin: String? = nil) async throws {
        let state = State()
        let values = Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(rawValue: $0.key)!, $0.value) })
        let (pids, announce) = AsyncStream<Int32>.makeStream()
        let task = Task {
            defer { announce.finish() }
            let started = ContinuousClock.now
            let result = try await Subprocess.run(
                .path(FilePath(path)), arguments: Arguments(arguments), environment: .custom(values), workingDirectory: FilePath(cwd),
                input: .string(stdin ?? ""), output: .sequence, error: .sequence
            ) { execution in
                announce.yield(execution.processIdentifier.value)
                async let output: Void = Self.drain(execution.standardOutput, into: state.stdout)
                async let errors: Void = Self.drain(execution.standardError, into: state.stderr)
                _ = try await (output, errors)
                state.isEnding.withLock { $0 = true }
            }
            state.seconds.withLock { $0 = (ContinuousClock.now - started) / .seconds(1) }
            return result.terminationStatus
        }
        var first: Int32?
        for await pid in pids {
            first = pid
            break
        }
        guard let first else {
            _ = try await task.value
            throw CancellationError()
        }
        (pid, self.state, self.task) = (first, state, task)
    }

    private static func drain(_ output: SubprocessOutputSequence, into bytes: borrowing Mutex<[UInt8]>) async throws {
        for try await buffer in output {
            buffer.withUnsafeBytes { piece in bytes.withLock { $0.append(contentsOf: piece) } }
        }
    }

    // MARK: while it runs

    var stdout: String { state.stdout.withLock { String(decoding: $0, as: UTF8.self) } }
    var stderr: String { state.stderr.withLock { String(decoding: $0, as: UTF8.self) } }
    var hasEnded: Bool { state.isEnding.withLock { $0 } }

    /// Sends a signal; nothing happens when it has ended.
    func send(_ signal: Int32) { state.isEnding.withLock { if !$0 { kill(pid, signal) } } }

    /// Its end, and all that it said.
    ///
    /// - Parameter timeout: seconds after which it is killed, and the test fails.
    func end(timeout: Double = 60, _ location: SourceLocation = #_sourceLocation) async -> Outcome {
        if await !eventually(within: .seconds(timeout), { state.seconds.withLock { $0 != nil } }) {
            Issue.record("still running after \(timeout) s: \(Outcome.story(stdout, stderr))", sourceLocation: location)
            send(SIGKILL)
        }
        var (code, wasKilled): (Int32, Bool) = (-1, false)
        switch try? await task.value {
        case .exited(let status): code = status
        case .signaled(let signal): (code, wasKilled) = (128 + signal, true)
        case nil: break
        }
        return Outcome(
            code: code, wasKilled: wasKilled, stdout: stdout, stderr: stderr, seconds: state.seconds.withLock { $0 } ?? timeout)
    }

    /// Waits until standard output holds an event that is as wanted.
    func expectEvent(
        _ name: String, within limit: Duration = .seconds(20), _ location: SourceLocation = #_sourceLocation,
        where isWanted: (JSONValue) -> Bool = { _ in true }
    ) async throws {
        func isThere() -> Bool {
            stdout.split(separator: "\n").contains { line in
                guard line.contains("\"\(name)\""), let fields = try? JSONValue(parsing: line) else { return false }
                return fields["event"]?.string == name && isWanted(fields)
            }
        }
        await eventually(within: limit) { isThere() || hasEnded }
        try #require(isThere(), "no such \(name) event: \(Outcome.story(stdout, stderr))", sourceLocation: location)
    }
}
