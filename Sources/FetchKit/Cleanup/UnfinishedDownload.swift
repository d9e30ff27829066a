import Aria2
package import Partials
import Storage

/// Something that an unfinished download left and that no process works on.
package struct UnfinishedDownload: Sendable {
    package enum Owner: String, Sendable {
        case fetchctl
        case huggingFaceHub = "huggingface_hub"
        /// A job's record that could not be read.
        case queue
    }

    package var owner: Owner
    /// What it would have become, or for what is not ours the partial itself.
    package var target: String
    /// Every file of it, and the folder of links to it.
    package var files: [String]
    /// Bytes that they take on the disk.
    package var bytes: Int64
    /// When it was last written: nanoseconds since 1970.
    package var modified: Int64
    /// What it is a part of, where its record says so.
    package var reference: String?
    /// Written to so lately that a process may work on it, and no lock tells: left alone.
    package var isRecent = false

    /// A job's record that the queue has set aside.
    /// - Parameters:
    ///   - record: the record's path.
    ///   - files: the record and what belongs to it.
    package init?(record: String, files: [String]) {
        guard let state = Disk.status(record) else { return nil }
        self.init(owner: .queue, target: record, files: files, bytes: state.allocated, modified: state.modified)
    }

    init(
        owner: Owner, target: String, files: [String], bytes: Int64, modified: Int64, reference: String? = nil, isRecent: Bool = false
    ) {
        self.owner = owner
        self.target = target
        self.files = files
        self.bytes = bytes
        self.modified = modified
        self.reference = reference
        self.isRecent = isRecent
    }

    /// Removes its files, unless another process has begun to work on it meanwhile.
    /// - Returns: whether it is gone.
    package func remove() -> Bool {
        switch owner {
        case .fetchctl: return removeOurs()
        case .queue:
            files.forEach(Disk.remove)
            return files.allSatisfy { Disk.status($0) == nil }
        case .huggingFaceHub:
            guard HubLeftovers.use(of: target) == .none else { return false }
            files.forEach(Disk.remove)
            return files.allSatisfy { Disk.status($0) == nil }
        }
    }

    private func removeOurs() -> Bool {
        let data = files.first { $0.hasSuffix(Self.dataEnding) }
        // The lock is held until all is gone: who comes then finds nothing, and starts over.
        var lock: OpenFile?
        var answer = OpenFile.LockAnswer.granted
        if let data {
            guard let file = try? OpenFile(data, .readWrite) else { return false }
            answer = file.lock()
            guard answer != .held else { return false }
            lock = file
        }
        defer { withExtendedLifetime(lock) {} }
        // So is the claim, which other machines see.
        var claim: PartialClaim?
        if let names = PartialNames(data: target + Self.dataEnding), files.contains(where: { $0.hasPrefix(names.data) }) {
            claim = PartialLock.claimAbandoned(names, answer)
            guard claim != nil else { return false }
        }
        defer { claim?.release() }
        for path in files where !path.hasSuffix(Self.claimEnding) {
            guard path.hasSuffix(Self.fleetEnding) else {
                Disk.remove(path)
                continue
            }
            guard data != nil || !SegmentLinks.areInUse(path) else { return false }
            Disk.removeFolder(path)
        }
        claim?.release()
        return files.allSatisfy { Disk.status($0) == nil }
    }

    static let dataEnding = ".fetchctl-part"
    private static let copyEnding = ".fetchctl-new"
    private static let claimEnding = dataEnding + ".claim"
    static let fleetEnding = dataEnding + ".fleet"

    /// The files of one partial on which no process works.
    package static func of(_ names: PartialNames) -> [UnfinishedDownload] {
        let all = [names.data, names.record, names.control, names.controlDraft, names.claim, names.fleet]
        let files = all.filter { Disk.status($0) != nil }
        return ours(in: Path.parent(names.data), files.map(Path.name), now: ThisProcess.now)
    }

    /// The partials in the folders on which no process works.
    static func ours(in folder: String, _ names: [String], now: Double) -> [UnfinishedDownload] {
        var groups: [String: [String]] = [:]
        for name in names {
            guard let stem = stem(name) else { continue }
            groups[stem, default: []].append(Path.join(folder, name))
        }
        return groups.sorted { $0.key < $1.key }.compactMap { stem, files in
            let record = JSONFile.read(PartialRecord.self, from: Path.join(folder, stem + dataEnding + ".json"))
            guard !isInUse(Path.join(folder, stem + dataEnding), record, now) else { return nil }
            // A file that is placed is offered to the other machines of a fleet until that ends.
            let data = try? OpenFile(Path.join(folder, stem + dataEnding), .readAtOnce)
            guard !SegmentLinks.areInUse(Path.join(folder, stem + fleetEnding), except: data) else { return nil }
            let states = files.compactMap(Disk.status)
            // A copy on its way to its target has no lock of its own: it is being written to.
            let modified = states.map(\.modified).max() ?? 0
            if files.contains(where: { $0.hasSuffix(copyEnding) }), now - Double(modified) / 1e9 < 120 { return nil }
            return UnfinishedDownload(
                owner: .fetchctl, target: Path.join(folder, stem), files: files, bytes: states.reduce(0) { $0 + $1.allocated },
                modified: modified, reference: record?.reference)
        }
    }

    /// The name without what a partial's files add to it; nil for any other file.
    private static func stem(_ name: String) -> String? {
        for ending in [
            ".fetchctl-part", ".fetchctl-part.json", ".fetchctl-part.aria2", ".fetchctl-part.aria2__temp", ".fetchctl-part.claim",
            ".fetchctl-part.json~", ".fetchctl-part.aria2~", fleetEnding, copyEnding,
        ]
        where name.hasSuffix(ending) && name.utf8.count > ending.utf8.count {
            return String(name.dropLast(ending.count))
        }
        return nil
    }

    private static func isInUse(_ data: String, _ record: PartialRecord?, _ now: Double) -> Bool {
        var answer = OpenFile.LockAnswer.granted
        if Disk.status(data)?.kind == .file {
            guard let file = try? OpenFile(data, .readWrite) else { return true }
            answer = file.lock()
        }
        // On a shared file system the lock of another machine may not show: its claim and its record do.
        guard let names = PartialNames(data: data), PartialLock.isAbandoned(names, record, answer) else { return true }
        guard let record, let holder = record.holder, PartialLock.wasHere(record, names) else { return false }
        return holder.aria2.map { OrphanedAria2(process: $0.pid, startTime: $0.startTime).isAlive } ?? false
    }
}
