import Aria2
import Curl
import FetchTypes

extension Aria2Supervisor {
    /// Hands a job to aria2c for as long as `body` lasts.
    ///
    /// However this ends, aria2c no longer writes for the job afterwards: the job has been taken out, or, where aria2c does not
    /// say so, that aria2c has been ended.
    /// - Parameters:
    ///   - size: bytes of the file, where it is known: then every request of aria2c's asks for a range (``Aria2/Metalink``).
    ///   - limiter: the ceiling for the job, when it has one besides the process's.
    ///   - warn: told in one sentence where aria2c had to be ended for that.
    ///   - body: given the job's gid, and its status until its end or aria2c's.
    /// - Throws: ``Aria2/Aria2RPCFault`` when the job could not be handed over, `CancellationError`, and what `body` throws.
    nonisolated func withJob<Result>(
        _ url: WebURL, size: Int64?, _ options: Aria2JobOptions, at daemon: Aria2Daemon, limiter: RateLimiter? = nil,
        warn: (String) -> Void,
        _ body: (Aria2GID, StatusStream) async throws -> Result
    ) async throws -> Result {
        daemon.jobBegan()
        defer { daemon.jobEnded() }
        let document = daemon.hasMetalink ? size.flatMap { Metalink(fileName: options.fileName, size: $0, url: url) } : nil
        let gid: Aria2GID
        switch await Self.add(url, document, options, to: daemon) {
        case .added(let given): gid = given
        case .refused(let fault): throw fault
        case .unknown(let gid, let fault):
            await end(gid, at: daemon, after: fault, warn)
            throw fault
        }
        let statuses = await follow(gid, of: daemon, limiter: limiter)
        do {
            try Task.checkCancellation()
            let result = try await body(gid, statuses)
            await end(gid, at: daemon, warn)
            return result
        } catch {
            await end(gid, at: daemon, warn)
            throw error
        }
    }

    /// What handing a job over came to.
    private enum Handover {
        case added(Aria2GID)
        /// aria2c has no such job.
        case refused(Aria2RPCFault)
        /// It may have the job, by this gid where that is known.
        case unknown(Aria2GID?, Aria2RPCFault)
    }

    /// A task of its own, which cancelling the caller's does not cut off: whether aria2c has the job would not be known.
    private nonisolated static func add(
        _ url: WebURL, _ document: Metalink?, _ options: Aria2JobOptions, to daemon: Aria2Daemon
    ) async -> Handover {
        await Task {
            if let document {
                do throws(Aria2RPCFault) {
                    return .added(try await daemon.rpc.addMetalink(document, options))
                } catch {
                    // A refusal may be of the document alone.
                    guard error.isRefusal else { return .unknown(nil, error) }
                }
            }
            do throws(Aria2RPCFault) {
                return .added(try await daemon.rpc.addUri([url], options))
            } catch {
                return error.isRefusal ? .refused(error) : .unknown(options.gid, error)
            }
        }.value
    }

    /// - Parameters:
    ///   - gid: nil where it is not known: aria2c itself is ended then.
    ///   - fault: why the job's state is not known.
    private nonisolated func end(
        _ gid: Aria2GID?, at daemon: Aria2Daemon, after fault: Aria2RPCFault? = nil, _ warn: (String) -> Void
    ) async {
        if let gid { await forget(gid) }
        // Also after cancellation: the partial is not ours again before aria2c has let go of it.
        let failure = await Task { () -> Aria2RPCFault? in
            if let fault, fault.isSilence { return fault }
            guard let gid else { return fault }
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
