import Storage
import Synchronization

/// One process's ownership of a partial: the file `NAME.fetchctl-part.claim`, which names the host, its boot and the process.
///
/// The lock of the data file (flock(2)) does not tell enough where machines share a file system: NFS and Lustre can be mounted so that
/// each machine sees only its own locks, or has none. A file that is created exclusively is granted once on all of them.
package final class PartialClaim: Sendable {
    private enum State: Equatable {
        /// - Parameter at: when it was last confirmed.
        case held(at: ContinuousClock.Instant)
        case released, lost
    }

    /// For this long after it was confirmed nobody has taken it over: others wait for a minute.
    private static let lease = Duration.seconds(45)

    private let path: String
    private let text: ClaimText
    private let state = Mutex(State.held(at: .now))

    private init(_ path: String, _ text: ClaimText) {
        self.path = path
        self.text = text
    }

    deinit { release() }

    /// Creates the claim.
    /// - Parameter found: the claim of a process that has died, which is replaced; nil: there is none.
    /// - Returns: nil where another process was faster.
    /// - Throws: ``IOFault`` where no file can be made.
    static func take(_ path: String, replacing found: [UInt8]?) throws(IOFault) -> PartialClaim? {
        if let found {
            // Renaming away succeeds for one process only. What it was is looked at afterwards: it may be that of a faster one.
            let aside = Disk.temporaryPath(in: Path.parent(path))
            do throws(IOFault) { try Disk.move(path, to: aside) } catch { return nil }
            defer { Disk.remove(aside) }
            guard case .there(found, _) = ClaimText.look(aside) else {
                // Unless its owner has made it again meanwhile.
                try? Disk.moveAside(aside, to: path)
                return nil
            }
        }
        let claim = PartialClaim(path, ClaimText.own())
        do throws(IOFault) { try claim.create() } catch {
            claim.state.withLock { $0 = .released }
            guard error.isThere else { throw error }
            return nil
        }
        return claim
    }

    /// - Throws: ``IOFault``, with `EEXIST` where another process was faster.
    private func create() throws(IOFault) {
        let file = try OpenFile(path, .createNew)
        do throws(IOFault) { try file.write(text.bytes) } catch {
            Disk.remove(path)
            throw error
        }
        // While it was empty, a process that replaces an empty one could not tell it from that.
        guard case .there(text.bytes, _) = ClaimText.look(path) else { throw IOFault.there("creating", path) }
    }

    /// Whether another process has taken the partial over, as far as ``confirm()`` has found.
    var isLost: Bool { state.withLock { $0 == .lost } }

    var isHeld: Bool { state.withLock { if case .held = $0 { true } else { false } } }

    /// Makes sure that the partial is still this process's, and shows other machines that it lives.
    /// - Throws: ``IOFault/locked(_:)`` where it is not.
    func confirm(now: ContinuousClock.Instant = .now) throws(IOFault) {
        let isOwn = state.withLock { state in
            guard case .held(let last) = state else { return false }
            state = .held(at: now)
            switch ClaimText.look(path) {
            case .there(let bytes, _) where bytes == text.bytes: Disk.touch(path)
            case .there: state = .lost
            // Another machine has taken it over and finished, while this process was stopped.
            case .missing where now - last > Self.lease: state = .lost
            // Somebody has removed it, or is about to take it over: who creates it is the owner.
            case .missing: try? create()
            case .unreadable: break
            }
            return state != .lost
        }
        if !isOwn { throw IOFault.locked(path) }
    }

    /// Gives the partial to the next process. Repeatable.
    package func release() {
        state.withLock { state in
            guard case .held = state else { return }
            state = .released
            if case .there(text.bytes, _) = ClaimText.look(path) { Disk.remove(path) }
        }
    }
}
