import Storage

/// What becomes of a partial's files once no process works on it.
extension Partial {
    /// What a partial on which no process works keeps for the next run, in bytes.
    package static func keptBytes(_ names: PartialNames) -> Int64 { keptMap(names)?.presentBytes ?? 0 }

    /// Which pieces such a partial has, by what stands beside it; nil where it has none.
    package static func keptMap(_ names: PartialNames) -> PieceMap? {
        let record = JSONFile.read(PartialRecord.self, from: names.record)
        return record.flatMap { PartialControl(names: names).unitedMap(of: $0) }
    }

    /// Whether the name still leads to the file that is being written.
    package func isInPlace() -> Bool {
        guard let own = try? file.status(), let there = Disk.status(names.data) else { return false }
        return own.inode == there.inode && own.device == there.device
    }

    /// Takes the record and the control file away, once the data has its final name.
    package func removeCompanions() {
        for companion in [names.record, names.control, names.controlDraft] { Disk.remove(companion) }
    }

    /// Takes everything away where the data file is empty: no run could resume it.
    package func discardIfBlank() {
        if (try? file.status().size) == 0 { discard() }
    }

    /// Takes everything away: nothing of it is worth keeping.
    package func discard() {
        if isInPlace() { Disk.remove(names.data) }
        removeCompanions()
    }
}
