import Aria2
import Storage

/// aria2's control file beside a partial, and the one place that decides whether it is trusted.
///
/// A record is written after its data has been synced. The control file is ahead of it, and what it adds may have been in the
/// page cache only: it is trusted within the boot that wrote the record, and in no other.
struct PartialControl: Sendable {
    let names: PartialNames

    static func isTrusted(with record: PartialRecord) -> Bool { record.boot == ThisProcess.boot }

    /// What the control file says of the file that the record describes.
    /// - Returns: nil when it is not trusted, damaged, or that of a file of another size.
    func map(with record: PartialRecord) -> PieceMap? {
        guard Self.isTrusted(with: record), let size = record.size, size > 0,
            let control = Disk.contents(names.control, onlyFiles: true).flatMap({ try? ControlFile(decoding: $0) })
        else { return nil }
        return PieceMap(control, size: size)
    }

    /// What the record says is there, with what a trusted control file adds.
    /// - Returns: nil when the record has no map.
    func unitedMap(of record: PartialRecord) -> PieceMap? {
        guard let size = record.size, size > 0, var map = record.pieces.flatMap({ PieceMap(size: size, hex: $0) }) else { return nil }
        if let control = self.map(with: record) { map.formUnion(control) }
        return map
    }

    /// Replaces the control file by one that says what the map says.
    func write(_ map: PieceMap, isDurable: Bool = true) throws(IOFault) {
        // Only the partial's owner writes it: what a killed process left under this name is replaced.
        try Disk.replace(names.control, with: map.controlFile.encoded, temporary: names.control + "~", isDurable: isDurable)
    }

    /// Leaves a control file from which aria2 resumes with exactly what the map says. One of aria2's own that says the same or more is
    /// kept: it also knows the halves of pieces.
    /// - Parameter record: that of the same partial.
    func prepareForAria2(_ map: PieceMap, _ record: PartialRecord) throws(IOFault) {
        removeDraft()
        // Written even when nothing is there yet: aria2 takes a file without one for a finished beginning.
        if let own = self.map(with: record), own.isSuperset(of: map) { return }
        try write(map)
    }

    /// Removes the control file, and the draft that a killed aria2c leaves.
    func remove() {
        Disk.remove(names.control)
        removeDraft()
    }

    /// Removes what is where aria2c drafts its control file: it would write through a link.
    func removeDraft() { Disk.remove(names.controlDraft) }
}
