package import Aria2
import FetchTypes
package import Storage
internal import Synchronization

/// A file on its way: its bytes, the map of what is there, and the record beside it.
///
/// Whoever has one holds the target's lock: it is held by the data file's descriptor and goes with the
/// process, however that ends. All of it may be used from any thread.
package final class Partial: Sendable {
    package let target: String
    package let names: PartialNames
    package let file: OpenFile

    private struct State {
        var record: PartialRecord
        var map: PieceMap?
        var mirrored = MirroredPieces()
        var version = VersionWatch()
        /// A published hash is compared in the end.
        var hashDecides = false
        /// Whether the server was found to send the whole file whenever a range has a condition.
        var refusesConditions = false
        /// aria2's control file, while we are the ones who write it.
        var control: OpenFile?

        /// The record with what has been said about the version since.
        var recordNow: PartialRecord {
            var record = record
            record.validators = version.known
            return record
        }
    }
    private let companion: PartialControl
    private let takesPages = Atomic(false)
    private let state: Mutex<State>
    private let saving = Mutex(())

    /// Takes over a data file whose lock is held.
    init(target: String, names: PartialNames, file: OpenFile, record: PartialRecord) {
        self.target = target
        self.names = names
        self.file = file
        companion = PartialControl(names: names)
        state = Mutex(State(record: record, map: nil, version: VersionWatch(record.validators), hashDecides: record.digest != nil))
    }

    package var record: PartialRecord { state.withLock { $0.recordNow } }
    package var map: PieceMap? { state.withLock { $0.map } }
    package var size: Int64? { state.withLock { $0.record.size } }
    package var contiguousBytes: Int64 { state.withLock { $0.map?.contiguousBytes ?? 0 } }
    /// Bytes that need not be fetched again.
    package var presentBytes: Int64 { state.withLock { $0.map?.presentBytes ?? 0 } }

    /// Carries on with what an earlier run left, if it is of the same thing; else starts over.
    /// - Parameters:
    ///   - wanted: what the source offers now.
    ///   - found: the record that stood there.
    ///   - verifies: whether a published hash is compared in the end.
    /// - Returns: why the old bytes were given up, or nil when there were none or they are used.
    package func adopt(_ wanted: PartialRecord, found: PartialRecord?, verifies: Bool = true) throws(IOFault) -> String? {
        let hashDecides = wanted.digest != nil && verifies
        var given: String?
        var adopted: PieceMap?
        if let found, found.version == PartialRecord.currentVersion {
            given = Self.difference(found, wanted, hashDecides)
            if given == nil { adopted = trustworthyMap(found) }
        }
        var record = wanted
        record.size = wanted.size ?? (adopted != nil ? found?.size : nil)
        let known = adopted != nil ? found?.validators ?? Validators() : Validators()
        let map = adopted ?? Self.emptyMap(record.size)
        record.pieceLength = map?.pieceLength
        record.boot = ThisProcess.boot
        let mirrored = adopted.map { MirroredPieces(found?.mirrored, count: $0.count) } ?? MirroredPieces()
        let version = VersionWatch(known.merged(with: wanted.validators))
        state.withLock { $0 = State(record: record, map: map, mirrored: mirrored, version: version, hashDecides: hashDecides) }
        if adopted == nil {
            try file.truncate(to: 0)
            companion.remove()
        } else if let size = record.size, try file.status().size > size {
            // Nothing of ours is behind the file's end.
            try file.truncate(to: size)
        }
        // One that is not trusted is replaced now, before the record names this boot and so makes it one that is.
        if let adopted, let found, !PartialControl.isTrusted(with: found) { try companion.write(adopted) }
        return given
    }

    private static func emptyMap(_ size: Int64?) -> PieceMap? { size.flatMap { $0 > 0 ? PieceMap(size: $0) : nil } }

    private static func difference(_ old: PartialRecord, _ new: PartialRecord, _ hashDecides: Bool) -> String? {
        if old.identity != new.identity { return "it is the beginning of something else (\(old.reference))" }
        if let size = new.size, let was = old.size, size != was { return "the source now offers \(size) bytes, not \(was)" }
        if let digest = new.digest, let was = old.digest, digest != was { return "the source now publishes another checksum" }
        if !hashDecides, new.validators.difference(from: old.validators) != nil { return "the source now offers another version" }
        return nil
    }

    /// What the record and aria2's control file say together, as far as the data file bears it out.
    private func trustworthyMap(_ found: PartialRecord) -> PieceMap? {
        guard let map = companion.unitedMap(of: found), found.pieceLength == map.pieceLength, map.presentBytes > 0,
            let length = try? file.status().size, length >= map.reach
        else { return nil }
        return map
    }

    /// What a partial that nobody works on keeps for the next run, in bytes.
    package static func keptBytes(_ names: PartialNames) -> Int64 {
        let record = JSONFile.read(PartialRecord.self, from: names.record)
        return record.flatMap { PartialControl(names: names).unitedMap(of: $0) }?.presentBytes ?? 0
    }

    /// The source has said how large the file is: from here on there is a map.
    package func begin(size: Int64) {
        state.withLock { state in
            guard state.record.size != size || state.map == nil else { return }
            state.record.size = size
            state.map = Self.emptyMap(size)
            state.record.pieceLength = state.map?.pieceLength
        }
    }

    /// Bytes of two versions are never mixed: every answer is compared with those before it, in this run and earlier ones.
    /// - Throws: ``TransferFault/changed(_:)``.
    package func compareVersion(_ answer: Validators) throws {
        let why = state.withLock { $0.version.compare(answer, hashDecides: $0.hashDecides) }
        if let why { throw TransferFault.changed(why) }
    }

    /// Whether a published hash will tell if bytes of two versions were mixed.
    package var hashDecides: Bool { state.withLock { $0.hashDecides } }

    /// The entity tag that a request to that host names in `If-Range`; nil where none is known that may stand there.
    package func rangeCondition(at host: String) -> String? {
        state.withLock { $0.refusesConditions || $0.version.known.host != host ? nil : $0.version.known.strongETag }
    }

    /// The server sends the whole of the version that the condition named: conditions keep it from sending ranges.
    package func dropRangeConditions() { state.withLock { $0.refusesConditions = true } }

    /// Forgets every byte: the file is fetched from its start.
    package func startOver() throws(IOFault) {
        state.withLock { state in
            state.map = Self.emptyMap(state.record.size)
            state.mirrored = MirroredPieces()
            state.control = nil
        }
        companion.remove()
        try file.truncate(to: 0)
    }

    /// Forgets which version was seen, not what is there of it: the next answer says which one it is.
    package func forgetVersion() {
        state.withLock { $0.version.forget() }
    }

    /// As ``startOver()``, and what was said about size and version is forgotten too.
    package func forgetSource() throws(IOFault) {
        state.withLock { state in
            state.record.size = nil
            state.version.forget()
            state.record.pieceLength = nil
            state.map = nil
        }
        try startOver()
    }

    /// A piece has been written.
    package func mark(piece index: Int) {
        guard let range = map?.range(of: index) else { return }
        note(written: range)
    }

    /// Those bytes have been written, by whomever. Once a piece is whole the control file says so at once: whatever kills us
    /// now, the piece stays.
    package func note(written range: Range<Int64>) {
        state.withLock { state in
            for index in state.map?.insert(bytes: range) ?? [] {
                guard let control = state.control, let byte = state.map?.bits.bytes[index / 8] else { continue }
                // A disk that refuses this byte refuses the next piece too, and that is where it is reported.
                try? control.write([byte], at: Int64(ControlFile.bitfieldOffset + index / 8))
            }
        }
    }

    /// Those bytes come from a mirror, which is recorded: a checksum may turn out wrong because of it.
    package func note(_ mirror: String, brings range: Range<Int64>) {
        state.withLock { state in
            guard let map = state.map else { return }
            state.mirrored.note(mirror, range, of: map)
        }
    }

    /// The pieces that mirrors had a part in, with their names.
    package var mirroredPieces: [Int: [String]] { state.withLock { $0.mirrored.pieces } }

    /// Those pieces are to be fetched again, from the source itself.
    package func forget(_ pieces: [Int]) throws(IOFault) {
        state.withLock { state in
            for index in pieces { state.map?.remove(index) }
            state.mirrored = MirroredPieces()
            state.control = nil
        }
        // It claims them too.
        companion.remove()
        try save()
    }

    /// Takes over what aria2's control file says beyond what aria2 has told: fragments of pieces.
    package func absorbControlFile() {
        guard let control = companion.map(with: record) else { return }
        state.withLock { $0.map?.formUnion(control) }
    }

    /// Adds the pieces that aria2 reports as written.
    package func mark(_ bits: Bitfield) {
        state.withLock { state in
            guard let size = state.map?.size, let reported = PieceMap(size: size, bits: bits) else { return }
            state.map?.formUnion(reported)
        }
    }

    package func setLinkExpiry(_ time: Double?) { state.withLock { $0.record.linkExpires = time } }

    /// Names the aria2c that may write here, or nobody.
    package func setDaemon(_ daemon: PartialRecord.Holder.Daemon?) {
        state.withLock { $0.record.holder = Self.holder(daemon) }
    }

    private static func holder(_ daemon: PartialRecord.Holder.Daemon?) -> PartialRecord.Holder {
        PartialRecord.Holder(host: ThisProcess.host, pid: ThisProcess.pid, time: ThisProcess.now, aria2: daemon)
    }

    /// Brings data and record to the disk, in this order: the record never claims what is not there.
    ///
    /// One at a time: what saves every second and what saves at a turn would take each other's file away.
    package func save() throws(IOFault) {
        try saving.withLock { (_) throws(IOFault) in try saveAlone() }
    }

    private func saveAlone() throws(IOFault) {
        let record = state.withLock { state in
            var record = state.recordNow
            record.pieces = state.map?.hex
            record.mirrored = state.mirrored.record
            record.holder = Self.holder(record.holder?.aria2)
            return record
        }
        try file.synchronize()
        try JSONFile.write(record, to: names.record)
    }

    /// Saves all that an ended run leaves for the next one, fragments of pieces included.
    package func saveForLater() throws(IOFault) {
        try save()
        absorbControlFile()
        state.withLock { $0.control = nil }
        if let map { try companion.write(map) }
    }

    /// From here on we write aria2's control file ourselves, a byte for each piece.
    package func keepControlFile() throws(IOFault) {
        absorbControlFile()
        guard let map else { return }
        try companion.write(map)
        let control = try OpenFile(names.control, .readWrite)
        state.withLock { $0.control = control }
    }

    /// Leaves a control file from which aria2 resumes with exactly what the map says.
    ///
    /// One of its own that says the same or more is kept: it also knows the halves of pieces.
    package func prepareForAria2() throws(IOFault) {
        guard let map else { return }
        state.withLock { $0.control = nil }
        companion.removeDraft()
        // Written even when nothing is there yet: aria2 takes a file without one for a finished beginning.
        if let own = companion.map(with: record), own.isSuperset(of: map) { return }
        try companion.write(map)
    }

    /// Whether the name still leads to the file that is being written.
    package func isInPlace() -> Bool {
        guard let own = try? file.status(), let there = Disk.status(names.data) else { return false }
        return own.inode == there.inode && own.device == there.device
    }

    /// Whether a web page may be what was asked for.
    package var expectsPage: Bool {
        ["html", "htm"].contains(Path.pathExtension(target)) || takesPages.load(ordering: .relaxed)
    }

    /// A page is as good as any other file, whatever its name.
    package func expectPage() { takesPages.store(true, ordering: .relaxed) }

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
