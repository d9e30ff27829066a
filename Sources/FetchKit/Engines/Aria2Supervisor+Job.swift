import Aria2
import FetchTypes

extension Aria2Supervisor {
    /// Hands a job to aria2c for as long as `body` lasts.
    ///
    /// However this ends, aria2c no longer writes for the job afterwards: the job has been taken out, or, where aria2c does not
    /// say so, that aria2c has been ended.
    /// - Parameters:
    ///   - warn: told in one sentence where aria2c had to be ended for that.
    ///   - body: given the job's status until its end or aria2c's.
    /// - Throws: ``Aria2/Aria2RPCFault`` when the job could not be handed over, `CancellationError`, and what `body` throws.
    nonisolated func withJob<Result>(
        _ url: WebURL, _ options: Aria2JobOptions, _ gid: Aria2GID, at daemon: Aria2Daemon, warn: (String) -> Void,
        _ body: (StatusStream) async throws -> Result
    ) async throws -> Result {
        daemon.jobBegan()
        defer { daemon.jobEnded() }
        if let fault = await Self.add(url, options, to: daemon) {
            if !fault.isRefusal { await end(gid, at: daemon, after: fault, warn) }
            throw fault
        }
        let statuses = await follow(gid, of: daemon)
        do {
            try Task.checkCancellation()
            let result = try await body(statuses)
            await end(gid, at: daemon, warn)
            return result
        } catch {
            await end(gid, at: daemon, warn)
            throw error
        }
    }

    /// A task of its own, which cancelling the caller's does not cut off: whether aria2c has the job would not be known.
    private nonisolated static func add(_ url: WebURL, _ options: Aria2JobOptions, to daemon: Aria2Daemon) async -> Aria2RPCFault? {
        await Task {
            do throws(Aria2RPCFault) {
                try await daemon.rpc.addUri([url], options)
                return nil
            } catch {
                return error
            }
        }.value
    }

    /// - Parameter fault: what has shown already that aria2c does not answer.
    private nonisolated func end(
        _ gid: Aria2GID, at daemon: Aria2Daemon, after fault: Aria2RPCFault? = nil, _ warn: (String) -> Void
    ) async {
        await forget(gid)
        // Also after cancellation: the partial is not ours again before aria2c has let go of it.
        let failure = await Task { () -> Aria2RPCFault? in
            if let fault, fault.isSilence { return fault }
            do throws(Aria2RPCFault) {
                try await daemon.rpc.end(gid)
                return nil
            } catch {
                return error
            }
        }.value
        guard let failure else { return }
        let isOurDoing = daemon.exit == nil && !failure.isDeath
        daemon.stop()
        await Task { _ = try? await daemon.exited() }.value
        if isOurDoing { warn("aria2c was ended, because it could not be made to let go of a file: \(failure)") }
    }
}

extension Aria2RPCFault {
    /// It answered, and does not do it.
    fileprivate var isRefusal: Bool { if case .refused = self { true } else { false } }
    fileprivate var isDeath: Bool { if case .dead = self { true } else { false } }
    /// Another question would not be answered either.
    fileprivate var isSilence: Bool {
        switch self {
        case .dead, .timedOut: true
        case .cancelled, .refused, .protocolViolation: false
        }
    }
}
