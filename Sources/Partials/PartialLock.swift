import Aria2
import FetchTypes
import Storage

/// Locks a target's partial, waiting for the process that works on it.
package struct PartialLock: Sendable {
    package var target: String
    package var names: PartialNames
    /// Seconds to wait for another process; nil for no bound.
    package var timeout: Double?
    /// Told once who is waited for.
    package var onWait: @Sendable (PartialRecord.Holder?) -> Void
    /// Told about once a second how far the other one is.
    package var onProgress: @Sendable (PartialRecord) -> Void
    /// Told in one sentence what was done about a partial that had another name.
    package var onSeparation: @Sendable (String) -> Void = { _ in }

    package init(
        target: String, names: PartialNames? = nil, timeout: Double?, onWait: @escaping @Sendable (PartialRecord.Holder?) -> Void,
        onProgress: @escaping @Sendable (PartialRecord) -> Void = { _ in }
    ) {
        self.target = target
        self.names = names ?? PartialNames(target: target)
        self.timeout = timeout
        self.onWait = onWait
        self.onProgress = onProgress
    }

    /// A holder on another machine that has not stirred for this long is taken to be dead. Seconds.
    private static let silence = 60.0

    /// - Returns: the partial, its lock held, and the record that an earlier run left.
    /// - Throws: ``IOFault``; ``Failure`` of kind `locked` when timeout ran out; `CancellationError`.
    package func acquire() async throws -> (Partial, found: PartialRecord?) {
        let started = ContinuousClock.now
        var told = false
        var looks = 0
        var watched: (holder: PartialRecord.Holder, since: ContinuousClock.Instant)?
        while true {
            try Task.checkCancellation()
            let isNew = Disk.status(names.data) == nil
            let file = try OpenFile(names.data, .create)
            // Who leaves without the lock, or before anything is there, leaves nothing behind.
            var isTaken = false
            defer { if isNew, !isTaken { removeIfBlank(file) } }
            guard try file.status().kind == .file else {
                throw Failure(
                    .exists, "\(names.data) is not a file.", why: "the bytes of \(target) are to be kept there until it is whole.",
                    hint: "take it away, or choose another directory with -d DIR or another name with -o NAME.")
            }
            let locked = file.tryLock()
            let found = JSONFile.read(PartialRecord.self, from: names.record)
            if locked, isStillNamed(file, names.data), isFree(found?.holder, &watched) {
                // One that will not end may still write: it is waited for as a process of ours would be.
                if await hasEnded(found?.holder) {
                    let blank = PartialRecord(reference: "", identity: "")
                    let own = try await SingleHardLink(names: names, say: onSeparation).ensure(file, found)
                    isTaken = true
                    return (Partial(target: target, names: names, file: own, record: found ?? blank), found)
                }
                try Task.checkCancellation()
            }
            if !told {
                told = true
                onWait(found?.holder)
            }
            looks += 1
            if looks % 10 == 0, let found { onProgress(found) }
            if let timeout, (ContinuousClock.now - started) / .seconds(1) >= timeout { throw timedOut(found?.holder) }
            // A lock cannot be awaited and cancelled both; looking ten times a second costs nothing.
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Removes a data file that this call has made, while no other process holds it.
    private func removeIfBlank(_ file: OpenFile) {
        guard file.tryLock(), (try? file.status().size) == 0, isStillNamed(file, names.data) else { return }
        Disk.remove(names.data)
    }

    /// Ends the aria2c that a dead holder on this machine left behind.
    private func hasEnded(_ holder: PartialRecord.Holder?) async -> Bool {
        guard let daemon = holder?.aria2, holder?.host == ThisProcess.host else { return true }
        return await OrphanedAria2(process: daemon.pid, startTime: daemon.startTime).end()
    }

    /// The lock may be that of a file which has meanwhile been renamed to its final name.
    private func isStillNamed(_ file: OpenFile, _ path: String) -> Bool {
        guard let own = try? file.status(), let there = Disk.status(path) else { return false }
        return own.inode == there.inode && own.device == there.device
    }

    /// File systems shared between machines may grant a lock that another machine holds: then the holder's
    /// clock tells whether a process works on it.
    private func isFree(_ holder: PartialRecord.Holder?, _ watched: inout (holder: PartialRecord.Holder, since: ContinuousClock.Instant)?)
        -> Bool
    {
        guard let holder, holder.host != ThisProcess.host else { return true }
        if ThisProcess.now - holder.time > Self.silence { return true }
        if watched?.holder != holder { watched = (holder, .now) }
        return (ContinuousClock.now - watched!.since) / .seconds(1) > Self.silence
    }

    private func timedOut(_ holder: PartialRecord.Holder?) -> Failure {
        let who = holder.map { "process \($0.pid) on \($0.host)" } ?? "another process"
        return Failure(
            .locked, "\(target) is being fetched by \(who).",
            why: "it did not finish within the \(Int(timeout ?? 0)) s that --wait allows.",
            hint: "run the same command again later: it finds the file complete or resumes it.")
    }
}
