import Storage

/// Decides whether a partial is free: no process works on it, or the one that did has died.
///
/// On the machine of the owner the lock tells. Another machine takes an owner for dead after a minute in which neither its claim nor its
/// record changed, by the watcher's own clock; at once where both are older than a minute.
struct HolderWatch: Sendable {
    /// What shows that a process works on a partial.
    struct Signs: Sendable, Equatable {
        var claim: ClaimText.Found
        var holder: PartialRecord.Holder?
        /// The boot that the record names.
        var boot: String?

        init(_ names: PartialNames, _ record: PartialRecord?) {
            claim = ClaimText.look(names.claim)
            (holder, boot) = (record?.holder, record?.boot)
        }

        /// The claim to replace.
        var claimBytes: [UInt8]? {
            if case .there(let bytes, _) = claim { bytes } else { nil }
        }

        /// Who works on it, for messages.
        var owner: PartialRecord.Holder? {
            guard let claim = claimBytes.flatMap({ ClaimText($0) }), claim.host != holder?.host || claim.pid != holder?.pid else {
                return holder
            }
            return PartialRecord.Holder(host: claim.host, pid: claim.pid, time: ThisProcess.now, aria2: nil)
        }
    }

    private enum Owner {
        case nobody, elsewhere
        case here(Int32)
    }

    /// Seconds after which an owner on another machine that shows no sign is taken to be dead.
    private static let silence = 60.0

    private let names: PartialNames
    private var seen: (signs: Signs, since: ContinuousClock.Instant)?

    init(_ names: PartialNames) { self.names = names }

    /// Whether it is an owner of this machine, whose lock tells.
    static func isHere(_ host: String, boot: String?, _ path: String) -> Bool {
        // Hosts of one name are told apart by their boots; on a local disk another boot is an earlier one of this machine.
        host == ThisProcess.host && (boot == nil || boot == ThisProcess.boot || Disk.isLocal(Path.parent(path)))
    }

    private func owner(_ signs: Signs) -> Owner {
        switch signs.claim {
        case .unreadable: return .elsewhere
        case .there(let bytes, _):
            guard let claim = ClaimText(bytes), Self.isHere(claim.host, boot: claim.boot, names.data) else { return .elsewhere }
            return .here(claim.pid)
        // Left by an older version, which makes no claims.
        case .missing:
            guard let holder = signs.holder else { return .nobody }
            return Self.isHere(holder.host, boot: signs.boot, names.data) ? .here(holder.pid) : .elsewhere
        }
    }

    /// Whether a process of another machine works on it, or has.
    func isElsewhere(_ signs: Signs) -> Bool { if case .elsewhere = owner(signs) { true } else { false } }

    /// Whether it is worth asking for the lock: nothing is made beside the target while another machine works on it.
    mutating func mayBeFree(_ signs: Signs) -> Bool {
        // What may not be read may not be written either, and that is told by the data file.
        signs.claim == .unreadable || isFree(signs, .granted)
    }

    /// - Parameter lock: what the file system answered for the data file.
    mutating func isFree(_ signs: Signs, _ lock: OpenFile.LockAnswer) -> Bool {
        guard lock != .held else { return false }
        switch owner(signs) {
        case .nobody: return true
        case .here(let pid) where lock == .granted || !ThisProcess.isRunning(pid): return true
        default: break
        }
        if isOld(signs) { return true }
        if seen?.signs != signs { seen = (signs, .now) }
        return seen.map { (ContinuousClock.now - $0.since) / .seconds(1) > Self.silence } ?? false
    }

    private func isOld(_ signs: Signs) -> Bool {
        if let holder = signs.holder, ThisProcess.now - holder.time <= Self.silence { return false }
        switch signs.claim {
        case .missing: return signs.holder != nil
        case .unreadable: return false
        case .there(_, let modified):
            guard ThisProcess.now - Double(modified) / 1e9 > Self.silence else { return false }
            // Clocks of machines differ: the file system's own one is asked for the time, by a file that is made now.
            let probe = Disk.temporaryPath(in: Path.parent(names.data))
            defer { Disk.remove(probe) }
            guard let now = try? OpenFile(probe, .createNew).status().modified else { return false }
            return Double(now - modified) / 1e9 > Self.silence
        }
    }
}
