package import Aria2
import FetchTypes
package import Storage
internal import Synchronization

/// A file on its way: its bytes, the map of what is there, and the record beside it.
///
/// The holder of a `Partial` holds the target's lock, which belongs to the data file's descriptor and goes with the process, and its
/// ``PartialClaim``. All of it may be used from any thread.
package final class Partial: Sendable {
    package let target: String
    package let names: PartialNames
    package let file: OpenFile
    /// Whether a process on another machine had it when this one began to wait.
    package let wasElsewhere: Bool

    let companion: PartialControl
    /// aria2's control file, while we are the ones who write it.
    let control = ControlFileWriter()
    private let takesPages = Atomic(false)
    let state: Mutex<PartialState>
    let recordWriter: PartialRecordWriter
    /// Nil in tests only.
    let claim: PartialClaim?
    let isAdopted = Atomic(false)

    /// Takes over a data file whose lock is held.
    init(
        target: String, names: PartialNames, file: OpenFile, record: PartialRecord, claim: PartialClaim? = nil, wasElsewhere: Bool = false
    ) {
        (self.claim, self.wasElsewhere) = (claim, wasElsewhere)
        self.target = target
        self.names = names
        self.file = file
        companion = PartialControl(names: names)
        recordWriter = PartialRecordWriter(path: names.record, data: file, claim: claim)
        state = Mutex(PartialState(record))
    }

    package var record: PartialRecord { state.withLock { $0.recordNow } }
    package var map: PieceMap? { state.withLock { $0.map } }
    package var size: Int64? { state.withLock { $0.record.size } }
    package var contiguousBytes: Int64 { state.withLock { $0.map?.contiguousBytes ?? 0 } }
    /// Bytes that need not be fetched again.
    package var presentBytes: Int64 { state.withLock { $0.map?.presentBytes ?? 0 } }

    /// Resumes what an earlier run left, if it is of the same thing; else starts over.
    /// - Parameters:
    ///   - wanted: what the source offers now.
    ///   - found: the record that was there.
    ///   - verifies: whether a published hash is compared in the end.
    /// - Returns: why the old bytes were given up, or nil when there were none or they are used.
    package func adopt(_ wanted: PartialRecord, found: PartialRecord?, verifies: Bool = true) throws(IOFault) -> String? {
        let hashDecides = wanted.digest != nil && verifies
        var given: String?
        var adopted: PieceMap?
        if let found, found.version == PartialRecord.currentVersion {
            given = found.obstacleToReuse(for: wanted, hashDecides: hashDecides)
            if given == nil { adopted = trustworthyMap(found) }
        }
        let begun = PartialState(wanted, found: found, adopted: adopted, hashDecides: hashDecides)
        control.close()
        if found != nil { recordWriter.noteRecordFound() }
        state.withLock { $0 = begun }
        try claim?.confirm()
        if adopted == nil {
            companion.remove()
            try file.truncate(to: 0)
        } else if let size = begun.record.size, try file.status().size > size {
            // Nothing of ours is behind the file's end.
            try file.truncate(to: size)
        }
        // One that is not trusted is replaced now, before the record names this boot and so makes it one that is.
        if let adopted, let found, !PartialControl.isTrusted(with: found) { try companion.write(adopted) }
        // A heartbeat before this would save a record that makes the old bytes those of the new file.
        isAdopted.store(true, ordering: .releasing)
        return given
    }

    /// What the record and aria2's control file say together, as far as the data file bears it out.
    private func trustworthyMap(_ found: PartialRecord) -> PieceMap? {
        guard let map = companion.unitedMap(of: found), found.pieceLength == map.pieceLength, map.presentBytes > 0,
            let length = try? file.status().size, length >= map.reach
        else { return nil }
        return map
    }

    /// The source has said how large the file is: from here on there is a map.
    package func begin(size: Int64) { state.withLock { $0.begin(size: size) } }

    /// Bytes of two versions are never mixed: every answer is compared with those before it, in this run and earlier ones.
    /// - Throws: ``TransferFault/changed(_:)``.
    package func compareVersion(_ answer: Validators) throws {
        let why = state.withLock { $0.version.compare(answer, hashDecides: $0.hashDecides) }
        if let why { throw TransferFault.changed(why) }
    }

    /// Whether a published hash will tell if bytes of two versions were mixed.
    package var hashDecides: Bool { state.withLock { $0.hashDecides } }

    /// The entity tag that a request to that host names in `If-Range`; nil where none is known that may be there.
    package func rangeCondition(at host: String) -> String? {
        state.withLock { $0.refusesConditions || $0.version.known.host != host ? nil : $0.version.known.strongETag }
    }

    /// The server sends the whole of the version that the condition named: conditions keep it from sending ranges.
    package func dropRangeConditions() { state.withLock { $0.refusesConditions = true } }

    /// Forgets every byte: the file is fetched from its start.
    package func startOver() throws(IOFault) {
        // What another process has taken over is not emptied.
        try claim?.confirm()
        control.close()
        state.withLock { $0.startOver() }
        companion.remove()
        try file.truncate(to: 0)
    }

    /// Forgets which version was seen, not what is there of it: the next answer says which one it is.
    package func forgetVersion() { state.withLock { $0.version.forget() } }

    /// As ``startOver()``, and what was said about size and version is forgotten too.
    package func forgetSource() throws(IOFault) {
        state.withLock { $0.forgetSource() }
        try startOver()
    }

    /// A piece has been written.
    package func mark(piece index: Int) {
        guard let range = map?.range(of: index) else { return }
        note(written: range)
    }

    /// Those bytes have been written, by whomever. Once a piece is whole the control file says so at once.
    package func note(written range: Range<Int64>) {
        let whole = state.withLock { $0.insert(range) }
        control.write(whole) { state.withLock { $0.map?.bits } }
    }

    /// Those bytes come from a mirror, which is recorded: a checksum may turn out wrong because of it.
    package func note(_ mirror: String, brings range: Range<Int64>) { state.withLock { $0.note(mirror, brings: range) } }

    /// The pieces that mirrors had a part in, with their names.
    package var mirroredPieces: [Int: [String]] { state.withLock { $0.mirrored.pieces } }

    /// Those pieces are to be fetched again, from the source itself.
    package func forget(_ pieces: [Int]) throws(IOFault) {
        control.close()
        state.withLock { $0.forget(pieces) }
        // It claims them too.
        companion.remove()
        try save()
    }

    /// Adds the pieces that aria2 reports as written.
    package func mark(_ bits: Bitfield) {
        state.withLock { state in
            guard let size = state.map?.size, let reported = PieceMap(size: size, bits: bits) else { return }
            state.formUnion(reported)
        }
    }

    package func setLinkExpiry(_ time: Double?) { state.withLock { $0.setLinkExpiry(time) } }

    /// Names the aria2c that may write here; nil: none.
    package func setDaemon(_ daemon: PartialRecord.Holder.Daemon?) { state.withLock { $0.setDaemon(daemon) } }

    /// Whether a web page may be what was asked for.
    package var expectsPage: Bool {
        ["html", "htm"].contains(Path.pathExtension(target)) || takesPages.load(ordering: .relaxed)
    }

    /// A page is as good as any other file, whatever its name.
    package func expectPage() { takesPages.store(true, ordering: .relaxed) }
}
