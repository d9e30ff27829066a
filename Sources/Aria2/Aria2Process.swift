package import FetchTypes
import Subprocess
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Starts aria2c, gives it to `body` when it answers, and ends it when `body` returns or throws, or when the task is
/// cancelled: with ``Aria2Daemon/jobBegan()`` SIGTERM, ``Aria2Launch/grace``, SIGKILL, else SIGKILL at once. It has been
/// reaped when this returns.
///
/// `body` goes on when aria2c ends by itself: it watches ``Aria2Daemon/exited()``, and a caller that wants another aria2c calls
/// this again.
/// - Parameter send: sends requests to 127.0.0.1, past any proxy.
/// - Throws: ``Aria2StartFault`` when aria2c does not come up, `CancellationError`, or what `body` throws.
package func withAria2<Result>(
    _ launch: Aria2Launch, send: @escaping HTTPSend, _ body: (Aria2Daemon) async throws -> Result
) async throws -> Result {
    // A port that was free can be taken before aria2c binds it; five times in a row is no accident.
    for _ in 0..<5 {
        try Task.checkCancellation()
        guard let port = launch.port() else { throw Aria2StartFault.portsTaken }
        let secret = Secret((0..<4).map { _ in String(UInt64.random(in: 0...UInt64.max), radix: 36) }.joined())
        let child = ChildState(grace: launch.grace)
        // Unstructured, so that cancellation does not cut its output off while it saves; awaited on every way out.
        let running = Task { await runChild(launch, child, port: port, secret: secret) }
        do {
            let result: Result? = try await withTaskCancellationHandler {
                guard let daemon = try await becomeReady(launch, child, port: port, secret: secret, send: send) else { return nil }
                return try await body(daemon)
            } onCancel: {
                child.stop()
            }
            child.stop()
            await running.value
            if let result { return result }
        } catch {
            child.stop()
            await running.value
            throw error
        }
    }
    throw Aria2StartFault.portsTaken
}

/// Runs one aria2c from start to end, draining what it says: a full pipe would halt it.
private func runChild(_ launch: Aria2Launch, _ child: ChildState, port: UInt16, secret: Secret) async {
    var status = Aria2Exit.Status.unknown
    do {
        guard let text = launch.configuration(port: port, secret: secret) else {
            throw StartError(text: "an option's value holds a line break")
        }
        let configuration = try UnlinkedFile(containing: text, directories: launch.temporaryDirectories)
        var platform = PlatformOptions()
        // Its own session: Ctrl-C and Ctrl-Z at the terminal are ours to hear, and ours to pass on in order.
        platform.createSession = true
        let outcome = try await Subprocess.run(
            .path(FilePath(launch.program)),
            arguments: Arguments(launch.arguments),
            environment: .custom(Dictionary(uniqueKeysWithValues: launch.childEnvironment.map { (.init(rawValue: $0.key)!, $0.value) })),
            workingDirectory: "/",
            platformOptions: platform,
            input: .fileDescriptor(FileDescriptor(rawValue: configuration.descriptor), closeAfterSpawningProcess: false),
            output: .sequence,
            error: .combinedWithOutput
        ) { execution in
            child.setProcess(Int32(execution.processIdentifier.value))
            // Returning lets the process be reaped.
            defer { child.setProcess(nil) }
            for try await buffer in execution.standardOutput {
                let lines = buffer.withUnsafeBytes { bytes in child.tail.withLock { $0.append(bytes) } }
                for line in lines { report(line, port: port, to: child) }
            }
        }
        status = Aria2Exit.Status(outcome.terminationStatus)
    } catch let error as StartError {
        child.tail.withLock { _ = $0.append("\(error.text)\n".utf8) }
    } catch let error as SystemError {
        child.tail.withLock { _ = $0.append("no temporary file can be written: \(error.text)\n".utf8) }
    } catch {
        child.tail.withLock { _ = $0.append("\(error)\n".utf8) }
    }
    let lines = child.tail.withLock { tail in
        tail.finishLine()
        return tail.lines
    }
    child.exit.fulfil(Aria2Exit(status: status, lines: lines))
    child.readiness.fulfil(.ended)
}

/// What a line of output says about the port.
private func report(_ line: String, port: UInt16, to child: ChildState) {
    if line.hasSuffix("IPv4 RPC: listening on TCP port \(port)") {
        child.readiness.fulfil(.listening)
    } else if line.contains("IPv4 RPC: failed to bind TCP port") {
        // By itself it would go on with [::1] alone, where we never call.
        child.readiness.fulfil(.portTaken)
    }
}

/// Waits until aria2c listens, makes sure that it is this child that does, and only then uses the secret.
/// - Returns: nil when the port is taken.
private func becomeReady(
    _ launch: Aria2Launch, _ child: ChildState, port: UInt16, secret: Secret, send: @escaping HTTPSend
) async throws -> Aria2Daemon? {
    let timer = Task {
        try await Task.sleep(for: launch.timeout)
        child.stop()
    }
    defer { timer.cancel() }
    switch try await child.readiness.value() {
    case .portTaken: return nil
    case .ended:
        try Task.checkCancellation()
        throw startFault(try await child.exit.value(), child)
    case .listening: break
    }
    guard let process = child.process, let stat = ProcessStat(process: process) else {
        throw startFault(try await child.exit.value(), child)
    }
    // A foreign process on this port would learn the secret with the first request. As the child listens there, the
    // foreign process is one that it started.
    if LoopbackPort.owner(of: port, process: process) == .somebodyElse {
        try Task.checkCancellation()
        // A child that is ending holds nothing any more either: its socket is seen a moment longer than its descriptors.
        if ProcFS.entries("/proc/\(process)/fd")?.isEmpty ?? true { throw startFault(try await child.exit.value(), child) }
        throw Aria2StartFault.wrapped
    }
    let rpc = Aria2RPC(port: port, secret: secret, send: send)
    do {
        let version = try await rpc.getVersion()
        return Aria2Daemon(process: process, startTime: stat.startTime, port: port, version: version, rpc: rpc, child: child)
    } catch {
        try Task.checkCancellation()
        child.stop()
        let exit = try await child.exit.value()
        throw Aria2StartFault.silent(lines: exit.lines + ["\(error)"])
    }
}

/// Sorts an end before the first answer.
private func startFault(_ exit: Aria2Exit, _ child: ChildState) -> Aria2StartFault {
    switch exit.status {
    case .unknown: return .cannotRun(exit.lines.last ?? "no reason given")
    case .exited(28): return .badOption(name: exit.lines.lazy.compactMap(optionName).first, lines: exit.lines)
    case .signaled(SIGKILL): return .silent(lines: exit.lines)
    default: return .ended(exit)
    }
}

/// The option in "We encountered a problem while processing the option '--timeout'."
private func optionName(_ line: String) -> String? {
    guard let start = line.firstRange(of: "the option '--") else { return nil }
    let name = line[start.upperBound...].prefix { $0 != "'" && $0 != "=" }
    return name.isEmpty ? nil : String(name)
}

/// Why a child was not even tried.
private struct StartError: Error {
    let text: String
}
