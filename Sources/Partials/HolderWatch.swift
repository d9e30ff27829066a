import Storage

/// Decides whether a partial is free: no process works on it, or the one that did has died.
///
/// On the machine of the owner the lock tells. Another machine takes an owner for dead after a minute in which neither its claim nor its
/// record changed, by the watcher's own clock; at once where both are older than a minute. A watcher that did not look for a while, as it
/// was stopped or the file server did not answer, counts the minute from there.
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
        /// - Parameter pid: nil where the number is of another PID namespace.
        case here(pid: Int32?)
    }

    /// Seconds after which an owner on another machine that shows no sign is taken to be dead.
    private static let silence = 60.0

    /// Looks are ten a second.
    private static let longestPause = Duration.seconds(5)
    private static let probeInterval = Duration.seconds(10)

    private let names: PartialNames
    private var seen: (signs: Signs, since: ContinuousClock.Instant)?
    private var lastLook: ContinuousClock.Instant
    /// An owner that could not be seen, or could not write, for a while has old files too.
    private var hasPaused = false
    /// What the file system's clock said, in nanoseconds since 1970; nil where no file can be made.
    private var probed: (time: Int64?, at: ContinuousClock.Instant)?

    init(_ names: PartialNames, now: ContinuousClock.Instant = .now) { (self.names, lastLook) = (names, now) }

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
            let isOurs = claim.namespace.isEmpty || claim.namespace == ThisProcess.namespace
            return .here(pid: isOurs ? claim.pid : nil)
        // Left by an older version, which makes no claims.
        case .missing:
            guard let holder = signs.holder else { return .nobody }
            return Self.isHere(holder.host, boot: signs.boot, names.data) ? .here(pid: holder.pid) : .elsewhere
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
    mutating func isFree(_ signs: Signs, _ lock: OpenFile.LockAnswer, now: ContinuousClock.Instant = .now) -> Bool {
        if now - lastLook > Self.longestPause { (seen, hasPaused) = (nil, true) }
        lastLook = now
        guard lock != .held else { return false }
        switch owner(signs) {
        case .nobody: return true
        case .here(let pid) where lock == .granted || pid.map { !ThisProcess.isRunning($0) } == true: return true
        default: break
        }
        if !hasPaused, isOld(signs, now) { return true }
        if seen?.signs != signs { seen = (signs, now) }
        return seen.map { (now - $0.since) / .seconds(1) > Self.silence } ?? false
    }

    private mutating func isOld(_ signs: Signs, _ now: ContinuousClock.Instant) -> Bool {
        if let holder = signs.holder, ThisProcess.now - holder.time <= Self.silence { return false }
        switch signs.claim {
        case .missing: return signs.holder != nil
        case .unreadable: return false
        case .there(_, let modified):
            guard ThisProcess.now - Double(modified) / 1e9 > Self.silence else { return false }
            // Clocks of machines differ: the file system's own one is asked for the time, by a file that is made now.
            return fileSystemTime(now).map { Double($0 - modified) / 1e9 > Self.silence } ?? false
        }
    }

    /// - Returns: at most 10 s less than it is now.
    private mutating func fileSystemTime(_ now: ContinuousClock.Instant) -> Int64? {
        if let probed, now - probed.at < Self.probeInterval { return probed.time }
        let probe = Disk.temporaryPath(in: Path.parent(names.data))
        defer { Disk.remove(probe) }
        let time = try? OpenFile(probe, .createNew).status().modified
        probed = (time, now)
        return time
    }
}
