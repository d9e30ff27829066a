import FetchTypes
import Storage

/// What is known of an unfinished file: its record, the map of what is there, what came from mirrors, which version was seen. A
/// value; ``Partial`` guards it and writes it to the disk.
struct PartialState: Sendable {
    private(set) var record: PartialRecord
    private(set) var map: PieceMap?
    private(set) var mirrored = MirroredPieces()
    var version: VersionWatch
    /// A published hash is compared in the end.
    private(set) var hashDecides = false
    /// Whether this process has ended its work on the partial.
    var isLeft = false
    /// Whether the server was found to send the whole file whenever a range has a condition.
    var refusesConditions = false

    /// The state before anything was compared with what the source offers.
    /// - Parameter record: what was beside the data.
    init(_ record: PartialRecord) {
        self.record = record
        version = VersionWatch(record.validators)
        hashDecides = record.digest != nil
    }

    /// What comes of the data that an earlier run left.
    /// - Parameters:
    ///   - wanted: what the source offers now.
    ///   - found: the record that was there.
    ///   - adopted: what is there of it and may be used; nil: nothing.
    init(_ wanted: PartialRecord, found: PartialRecord?, adopted: PieceMap?, hashDecides: Bool) {
        record = wanted
        record.size = wanted.size ?? (adopted != nil ? found?.size : nil)
        let known = adopted != nil ? found?.validators ?? Validators() : Validators()
        map = adopted ?? Self.emptyMap(record.size)
        record.pieceLength = map?.pieceLength
        record.boot = ThisProcess.boot
        if let adopted { mirrored = MirroredPieces(found?.mirrored, count: adopted.count) }
        version = VersionWatch(known.merged(with: wanted.validators))
        self.hashDecides = hashDecides
    }

    private static func emptyMap(_ size: Int64?) -> PieceMap? { size.flatMap { $0 > 0 ? PieceMap(size: $0) : nil } }

    /// The record with what has been said about the version since.
    var recordNow: PartialRecord {
        var record = record
        record.validators = version.known
        return record
    }

    /// The record as it goes to the disk: with the map, what mirrors served, and which process works on it now.
    var recordToSave: PartialRecord {
        var record = recordNow
        record.pieces = map?.hex
        record.mirrored = mirrored.record
        let daemon = record.holder?.aria2
        record.holder = isLeft && daemon == nil ? nil : PartialRecord.Holder.now(daemon)
        return record
    }

    /// The source has said how large the file is: from here on there is a map.
    mutating func begin(size: Int64) {
        guard record.size != size || map == nil else { return }
        record.size = size
        map = Self.emptyMap(size)
        record.pieceLength = map?.pieceLength
    }

    /// Forgets every byte.
    mutating func startOver() {
        map = Self.emptyMap(record.size)
        mirrored = MirroredPieces()
    }

    /// Forgets what was said about size and version, and so every byte.
    mutating func forgetSource() {
        record.size = nil
        version.forget()
        record.pieceLength = nil
        map = nil
        startOver()
    }

    /// - Returns: the pieces that are whole now and were not before.
    mutating func insert(_ range: Range<Int64>) -> [Int] { map?.insert(bytes: range) ?? [] }

    mutating func formUnion(_ other: PieceMap) { map?.formUnion(other) }

    /// Those bytes come from a mirror.
    mutating func note(_ mirror: String, brings range: Range<Int64>) {
        guard let map else { return }
        mirrored.note(mirror, range, of: map)
    }

    /// Those pieces are to be fetched again, from the source itself.
    mutating func forget(_ pieces: [Int]) {
        for index in pieces { map?.remove(index) }
        mirrored = MirroredPieces()
    }

    mutating func setLinkExpiry(_ time: Double?) { record.linkExpires = time }

    mutating func setDaemon(_ daemon: PartialRecord.Holder.Daemon?) { record.holder = PartialRecord.Holder.now(daemon) }
}

extension PartialRecord.Holder {
    /// This process, now.
    fileprivate static func now(_ daemon: Daemon?) -> PartialRecord.Holder {
        PartialRecord.Holder(host: ThisProcess.host, pid: ThisProcess.pid, time: ThisProcess.now, aria2: daemon)
    }
}
