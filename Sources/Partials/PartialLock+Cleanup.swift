package import Storage

/// What `cleanup` asks before it removes a partial.
extension PartialLock {
    /// Whether no process works on a partial, as far as that shows at one look.
    /// - Parameter lock: what the file system answered for the data file.
    package static func isAbandoned(_ names: PartialNames, _ record: PartialRecord?, _ lock: OpenFile.LockAnswer) -> Bool {
        var watch = HolderWatch(names)
        return watch.isFree(HolderWatch.Signs(names, record), lock)
    }

    /// Whether the process that a record names worked on this machine.
    package static func wasHere(_ record: PartialRecord, _ names: PartialNames) -> Bool {
        record.holder.map { HolderWatch.isHere($0.host, boot: record.boot, names.data) } ?? false
    }

    /// Takes the claim on a partial, if no process works on it.
    /// - Parameter lock: what the file system answered for the data file.
    package static func claimAbandoned(_ names: PartialNames, _ lock: OpenFile.LockAnswer) -> PartialClaim? {
        var watch = HolderWatch(names)
        let signs = HolderWatch.Signs(names, JSONFile.read(PartialRecord.self, from: names.record))
        guard watch.isFree(signs, lock) else { return nil }
        return try? PartialClaim.take(names.claim, replacing: signs.claimBytes)
    }
}
