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

    /// Whether another process has taken the partial over, because this one was silent for too long: nothing of it is this one's any more.
    package var isTaken: Bool { claim?.isLost ?? false }

    private var isOwn: Bool {
        do throws(IOFault) { try claim?.confirm() } catch { return false }
        return true
    }

    /// The same, as it is now: asked after a failure, which may come of that.
    package func isTakenNow() -> Bool { !isOwn && isTaken }

    /// Whether the name still leads to the file that is being written, and the file is this process's.
    package func isInPlace() -> Bool { isOwn && file.isNamed(names.data) }

    /// Gives it to the next process, as it is.
    package func release() { recordWriter.end { claim?.release() } }

    /// Takes the record and the control file away, once the data has its final name.
    package func removeCompanions() {
        recordWriter.end {
            guard isOwn else { return }
            for companion in [names.record, names.control, names.controlDraft] { Disk.remove(companion) }
            claim?.release()
        }
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
