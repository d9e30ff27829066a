extension Aria2RPC {
    private static let lookEvery = Duration.milliseconds(10)

    /// Ends a job, whatever its state, and forgets it. When this returns aria2c has closed the job's files, or has no such job.
    /// - Parameter seconds: for all of it.
    /// - Throws: ``Aria2RPCFault`` when that could not be learnt: the job may still write.
    package func end(_ gid: Aria2GID, within seconds: Double = silenceLimit) async throws(Aria2RPCFault) {
        let deadline = ContinuousClock.now + .seconds(seconds)
        func left() -> Aria2RPC { limited(to: (deadline - .now) / .seconds(1)) }
        do throws(Aria2RPCFault) {
            try await left().forceRemove(gid)
        } catch {
            if error.isUnknownJob { return }
            // One that has ended by itself is refused.
            guard case .refused = error else { throw error }
        }
        while true {
            do throws(Aria2RPCFault) {
                if try await left().tellStatus(gid, keys: [.status]).state?.isFinal == true { break }
            } catch {
                if error.isUnknownJob { return }
                throw error
            }
            guard ContinuousClock.now < deadline else { throw .timedOut(seconds: seconds) }
            do { try await Task.sleep(for: Self.lookEvery) } catch { throw .cancelled }
        }
        // This frees memory only: the gid is never used again.
        _ = try? await left().removeDownloadResult(gid)
    }
}
