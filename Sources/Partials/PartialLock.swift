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

    /// Looks at a partial that another machine has just renamed or removed, before that is an error. Ten a second.
    private static let mostVanishedLooks = 50

    /// - Returns: the partial, its lock held, and the record that an earlier run left.
    /// - Throws: ``IOFault``; ``Failure`` of kind `locked` when timeout ran out; `CancellationError`.
    package func acquire() async throws -> (Partial, found: PartialRecord?) {
        let started = ContinuousClock.now
        var told = false
        var looks = 0
        var vanished = 0
        var watch = HolderWatch(names)
        var wasElsewhere = false
        while true {
            try Task.checkCancellation()
            try refuseOtherKinds()
            let found = JSONFile.read(PartialRecord.self, from: names.record)
            let signs = HolderWatch.Signs(names, found)
            if watch.mayBeFree(signs) {
                do {
                    if let partial = try await take(signs, &watch, &wasElsewhere) { return partial }
                    vanished = 0
                } catch let fault as IOFault where fault.hasVanished && vanished < Self.mostVanishedLooks {
                    vanished += 1
                    // A machine whose download has failed removes the folders that it leaves empty.
                    try Disk.makeDirectories(Path.parent(names.data))
                }
            }
            if watch.isElsewhere(signs) { wasElsewhere = true }
            if !told {
                told = true
                onWait(signs.owner)
            }
            looks += 1
            if looks % 10 == 0, let found { onProgress(found) }
            if let timeout, (ContinuousClock.now - started) / .seconds(1) >= timeout { throw timedOut(signs.owner) }
            // A lock cannot be awaited and cancelled both; looking ten times a second costs nothing.
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Takes the lock, and the claim under it.
    /// - Returns: nil where a process works on the partial.
    private func take(
        _ signs: HolderWatch.Signs, _ watch: inout HolderWatch, _ wasElsewhere: inout Bool
    ) async throws -> (Partial, PartialRecord?)? {
        let isNew = Disk.status(names.data) == nil
        let file = try OpenFile(names.data, .create)
        // Who leaves without the lock, or before anything is there, leaves nothing behind.
        var isTaken = false
        defer { if isNew, !isTaken { removeIfBlank(file) } }
        // The lock may be that of a file which has meanwhile been renamed to its final name.
        guard watch.isFree(signs, file.lock()), file.isNamed(names.data) else { return nil }
        // One that will not end may still write: it is waited for as a process of ours would be.
        guard await hasEnded(signs) else { return nil }
        guard let claim = try PartialClaim.take(names.claim, replacing: signs.claimBytes) else {
            // Its claim does not show here yet.
            wasElsewhere = true
            return nil
        }
        // Only the claim's owner renames and removes the file: from here on it stays.
        guard file.isNamed(names.data) else { return nil }
        let found = JSONFile.read(PartialRecord.self, from: names.record)
        let own: OpenFile
        do {
            own = try await SingleHardLink(names: names, claim: claim, say: onSeparation).ensure(file, found)
        } catch is IOFault where claim.isLost {
            wasElsewhere = true
            return nil
        }
        isTaken = true
        let record = found ?? PartialRecord(reference: "", identity: "")
        return (Partial(target: target, names: names, file: own, record: record, claim: claim, wasElsewhere: wasElsewhere), found)
    }

    /// - Throws: ``Failure`` where something else than a file is in the way.
    private func refuseOtherKinds() throws(Failure) {
        for path in [names.data, names.claim] {
            guard let kind = Disk.status(path)?.kind, kind != .file, path != names.data || kind != .link else { continue }
            throw Failure(
                .exists, "\(path) is not a file.", why: "the bytes of \(target) are to be kept there until it is whole.",
                hint: "take it away, or choose another directory with -d DIR or another name with -o NAME.")
        }
    }

    /// Removes a data file that this call has made, while no other process works on it.
    private func removeIfBlank(_ file: OpenFile) {
        guard file.tryLock(), let claim = try? PartialClaim.take(names.claim, replacing: nil) else { return }
        if (try? file.status().size) == 0, file.isNamed(names.data) { Disk.remove(names.data) }
        claim.release()
    }

    /// Ends the aria2c that a dead holder on this machine left behind.
    private func hasEnded(_ signs: HolderWatch.Signs) async -> Bool {
        guard let holder = signs.holder, let daemon = holder.aria2, HolderWatch.isHere(holder.host, boot: signs.boot, names.data) else {
            return true
        }
        return await OrphanedAria2(process: daemon.pid, startTime: daemon.startTime).end()
    }

    private func timedOut(_ holder: PartialRecord.Holder?) -> Failure {
        let who = holder.map { "process \($0.pid) on \($0.host)" } ?? "another process"
        return Failure(
            .locked, "\(target) is being fetched by \(who).",
            why: "it did not finish within the \(Int(timeout ?? 0)) s that --wait allows.",
            hint: "run the same command again later: it finds the file complete or resumes it.")
    }
}
