import Aria2
import FetchTypes
import TestSupport
import Testing
@testable import Partials
@testable import Storage
@testable import Transfer

@Suite("A partial") struct PartialTests {
    static let mebi: Int64 = 1 << 20
    static let size = 5 * mebi + 100

    static func wanted(
        identity: String = "hf:org/name/model.bin", size: Int64? = size, etag: String? = nil, digest: String? = "sha256:aa"
    ) -> PartialRecord {
        PartialRecord(reference: "hf:org/name@abc", identity: identity, size: size, etag: etag, digest: digest)
    }

    private func acquire(_ scratch: Scratch) async throws -> (Partial, found: PartialRecord?) {
        try await PartialLock(target: scratch("model.bin"), timeout: 10, onWait: { _ in }).acquire()
    }

    /// Leaves a partial behind of which the given pieces are there.
    private func leave(
        _ pieces: [Int], in scratch: Scratch, _ wanted: PartialRecord = wanted()
    ) async throws {
        let (partial, found) = try await acquire(scratch)
        #expect(try partial.adopt(wanted, found: found) == nil)
        try partial.keepControlFile()
        let map = try #require(partial.map)
        for piece in pieces {
            let range = map.range(of: piece)
            let bytes = [UInt8](repeating: UInt8(piece + 1), count: range.count)
            try partial.file.write(bytes, at: range.lowerBound)
            partial.mark(piece: piece)
        }
        try partial.save()
    }

    @Test("Saved and opened again it has the same pieces, and both engines can read them")
    func saveAndReload() async throws {
        let scratch = try Scratch()
        try await leave([0, 2, 5], in: scratch)
        #expect(scratch.names() == ["model.bin.fetchctl-part", "model.bin.fetchctl-part.aria2", "model.bin.fetchctl-part.json"])
        let control = try ControlFile(decoding: try #require(scratch.bytes("model.bin.fetchctl-part.aria2")))
        #expect((0..<6).filter { control.pieces[$0] } == [0, 2, 5])
        #expect(control.totalLength == Self.size)
        let (partial, found) = try await acquire(scratch)
        #expect(found?.holder?.pid == ThisProcess.pid)
        #expect(found?.holder?.host == ThisProcess.host)
        #expect(try partial.adopt(Self.wanted(), found: found) == nil)
        let map = try #require(partial.map)
        #expect((0..<6).filter { map[$0] } == [0, 2, 5])
        #expect(partial.presentBytes == 2 * Self.mebi + 100)
        #expect(partial.contiguousBytes == Self.mebi)
        #expect(partial.size == Self.size)
        #expect(scratch.bytes("model.bin.fetchctl-part")?.prefix(2) == [1, 1])
    }

    @Test("The record is JSON under its public names, and holds no signature")
    func recordText() async throws {
        let scratch = try Scratch()
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(etag: "\"v1\""), found: found)
        partial.setLinkExpiry(1_800_000_000)
        partial.setDaemon(PartialRecord.Holder.Daemon(pid: 4711, startTime: 99))
        try partial.save()
        let text = try #require(scratch.text("model.bin.fetchctl-part.json"))
        for name in [
            "version", "reference", "identity", "size", "etag", "digest", "link_expires", "piece_length", "pieces", "holder", "host", "pid",
            "time", "aria2", "start_time", "boot",
        ] {
            #expect(text.contains("\"\(name)\" : "), "\(name)")
        }
        #expect(Disk.status(scratch("model.bin.fetchctl-part.aria2")) == nil)
        let read = try #require(JSONFile.read(PartialRecord.self, from: scratch("model.bin.fetchctl-part.json")))
        #expect(read == partial.record.with(pieces: read.pieces, time: read.holder?.time))
        #expect(read.holder?.aria2?.pid == 4711)
        #expect(abs((read.holder?.time ?? 0) - ThisProcess.now) < 60)
    }

    static let offers: [(name: String, offer: PartialRecord, isKept: Bool)] = [
        ("the same", wanted(), true), ("another file", wanted(identity: "hf:org/other/model.bin"), false),
        ("another size", wanted(size: size + 1), false), ("another checksum", wanted(digest: "sha256:bb"), false),
        ("no checksum any more", wanted(digest: nil), true), ("no size any more", wanted(size: nil), true),
        ("a checksum says more than a tag", wanted(etag: "\"v2\""), true), ("another version", wanted(etag: "\"v2\"", digest: nil), false),
        ("the same version", wanted(etag: "\"v1\"", digest: nil), true),
    ]

    @Test("It is resumed when it is of what the source offers now", arguments: offers)
    func adopt(name: String, offer: PartialRecord, isKept: Bool) async throws {
        let scratch = try Scratch()
        try await leave([0, 1], in: scratch, Self.wanted(etag: "\"v1\""))
        let (partial, found) = try await acquire(scratch)
        let why = try partial.adopt(offer, found: found)
        #expect((why == nil) == isKept, "\(name)")
        #expect(partial.presentBytes == (isKept ? 2 * Self.mebi : 0))
        if isKept {
            #expect(partial.size == Self.size)
            #expect(partial.record.etag == offer.etag ?? "\"v1\"")
            #expect(try partial.file.status().size == 2 * Self.mebi)
        } else {
            #expect(partial.size == offer.size)
            #expect(try partial.file.status().size == 0)
            #expect(Disk.status(partial.names.control) == nil)
        }
    }

    enum Damage: String, CaseIterable {
        case dataShorterThanMap, dataGone, dataEmpty, recordCut, recordEmpty, recordGone, recordOfAnotherVersion, piecesOfAnotherSize,
            spareBits
    }

    @Test("Pieces that the data file does not contain are dropped", arguments: Damage.allCases)
    func damaged(damage: Damage) async throws {
        let scratch = try Scratch()
        try await leave([0, 1, 2], in: scratch)
        let data = "model.bin.fetchctl-part"
        let record = data + ".json"
        let text = try #require(scratch.text(record))
        switch damage {
        case .dataShorterThanMap: try scratch.write(scratch.bytes(data)!.dropLast(), to: data)
        case .dataGone: Disk.remove(scratch(data))
        case .dataEmpty: try scratch.write([], to: data)
        case .recordCut: try scratch.write(String(text.dropLast(40)), to: record)
        case .recordEmpty: try scratch.write("", to: record)
        case .recordGone: Disk.remove(scratch(record))
        case .recordOfAnotherVersion: try scratch.write(text.replacing("\"version\" : 1", with: "\"version\" : 2"), to: record)
        case .piecesOfAnotherSize: try scratch.write(text.replacing("\"pieces\" : \"e0\"", with: "\"pieces\" : \"e000\""), to: record)
        case .spareBits: try scratch.write(text.replacing("\"pieces\" : \"e0\"", with: "\"pieces\" : \"e1\""), to: record)
        }
        if damage != .recordGone { #expect(scratch.text(record) != text || damage.rawValue.hasPrefix("data")) }
        let (partial, found) = try await acquire(scratch)
        #expect(try partial.adopt(Self.wanted(), found: found) == nil)
        #expect(partial.presentBytes == 0)
        #expect(try partial.file.status().size == 0)
        #expect(Disk.status(partial.names.control) == nil, "aria2c would believe a control file without its data")
    }

    @Test("Pieces that only aria2c's control file knows count too")
    func newerControlFile() async throws {
        let scratch = try Scratch()
        try await leave([0, 1, 2], in: scratch)
        // The record is a second older than the control file when both die together.
        let record = "model.bin.fetchctl-part.json"
        try scratch.write(try #require(scratch.text(record)).replacing("\"pieces\" : \"e0\"", with: "\"pieces\" : \"80\""), to: record)
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(), found: found)
        #expect(partial.presentBytes == 3 * Self.mebi)
    }

    @Test("After a reboot they do not count: they may have been in the page cache only")
    func reboot() async throws {
        let scratch = try Scratch()
        try await leave([0, 1, 2], in: scratch)
        let record = "model.bin.fetchctl-part.json"
        let boot = ThisProcess.boot
        let text = try #require(scratch.text(record)).replacing("\"pieces\" : \"e0\"", with: "\"pieces\" : \"80\"")
        try scratch.write(text.replacing(boot, with: "another-boot"), to: record)
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(), found: found)
        #expect(partial.presentBytes == Self.mebi)
        #expect(partial.record.boot == boot)
        // Neither engine reads it again, and a process that is killed now leaves no control file that claims more.
        func control() throws -> [Int] {
            let control = try ControlFile(decoding: try #require(Disk.contents(partial.names.control)))
            return (0..<6).filter { control.pieces[$0] }
        }
        #expect(try control() == [0])
        for enter in [partial.prepareForAria2, partial.keepControlFile, partial.saveForLater] {
            try enter()
            #expect(partial.presentBytes == Self.mebi)
            #expect(try control() == [0])
        }
    }

    @Test("The bytes counted before a run are those that it resumes, before and after a reboot", arguments: [true, false])
    func counted(isSameBoot: Bool) async throws {
        let scratch = try Scratch()
        try await leave([0, 1, 2], in: scratch)
        let record = "model.bin.fetchctl-part.json"
        let text = try #require(scratch.text(record)).replacing("\"pieces\" : \"e0\"", with: "\"pieces\" : \"80\"")
        try scratch.write(isSameBoot ? text : text.replacing(ThisProcess.boot, with: "another-boot"), to: record)
        let counted = Partial.keptBytes(PartialNames(target: scratch("model.bin")))
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(), found: found)
        #expect(counted == partial.presentBytes)
        #expect(counted == (isSameBoot ? 3 : 1) * Self.mebi)
    }

    @Test("Every marked piece is in the control file at once, so that a kill loses none")
    func controlFileIsCurrent() async throws {
        let scratch = try Scratch()
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(size: 17 * Self.mebi), found: found)
        try partial.keepControlFile()
        for piece in [3, 16, 0, 9] {
            partial.mark(piece: piece)
            let control = try ControlFile(decoding: try #require(Disk.contents(partial.names.control)))
            #expect(control.pieces == partial.map?.bits)
        }
    }

    static let versions: [(digest: String?, verifies: Bool, host: String, etag: String, isChange: Bool)] = [
        (nil, true, "a", "\"v1\"", false), (nil, true, "a", "\"v2\"", true), (nil, true, "b", "\"v2\"", true),
        (nil, true, "a", "W/\"v2\"", true), ("sha256:aa", true, "a", "\"v2\"", true), ("sha256:aa", true, "b", "\"v2\"", false),
        ("sha256:aa", true, "a", "W/\"v2\"", false), ("sha256:aa", false, "b", "\"v2\"", true), ("sha256:aa", false, "a", "W/\"v2\"", true),
    ]

    @Test("Another validator is another version, unless a checksum is published that is compared in the end", arguments: versions)
    func version(digest: String?, verifies: Bool, host: String, etag: String, isChange: Bool) async throws {
        let scratch = try Scratch()
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(digest: digest), found: found, verifies: verifies)
        try partial.compareVersion(Validators(etag: "\"v1\"", host: "a"))
        let answer = Validators(etag: etag, host: host)
        if isChange {
            #expect(throws: TransferFault.self) { try partial.compareVersion(answer) }
            #expect(partial.record.etag == "\"v1\"")
        } else {
            try partial.compareVersion(answer)
        }
    }

    @Test("The record keeps every validator, and the next run compares with them")
    func recordedValidators() async throws {
        let scratch = try Scratch()
        let validators = Validators(etag: "W/\"v1\"", lastModified: "Mon, 05 Jan 2026 10:00:00 GMT", host: "a")
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(digest: nil), found: found)
        try partial.compareVersion(validators)
        partial.mark(piece: 0)
        try partial.file.write([UInt8](repeating: 1, count: Int(Self.mebi)))
        try partial.save()
        let read = try #require(JSONFile.read(PartialRecord.self, from: partial.names.record))
        #expect(read.validators == validators)
        _ = try partial.adopt(Self.wanted(digest: nil), found: read)
        #expect(partial.presentBytes == Self.mebi)
        #expect(throws: TransferFault.self) {
            try partial.compareVersion(Validators(lastModified: "Tue, 06 Jan 2026 10:00:00 GMT", host: "b"))
        }
        partial.forgetVersion()
        try partial.compareVersion(Validators(lastModified: "Tue, 06 Jan 2026 10:00:00 GMT", host: "b"))
    }

    @Test("A control file of another file is ignored", arguments: [size + 1, 9 * mebi])
    func foreignControlFile(length: Int64) async throws {
        let scratch = try Scratch()
        try await leave([0, 1, 2], in: scratch)
        var control = ControlFile(totalLength: length, pieceLength: Int(Self.mebi))
        for piece in 0..<control.pieces.count { control.pieces[piece] = true }
        try scratch.write(control.encoded, to: "model.bin.fetchctl-part.aria2")
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(), found: found)
        #expect(partial.presentBytes == 3 * Self.mebi)
    }

    @Test("For aria2c there is always a control file that says what the map says, or its own that says more")
    func prepareForAria2() async throws {
        let scratch = try Scratch()
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(), found: found)
        func control() throws -> ControlFile { try ControlFile(decoding: try #require(Disk.contents(partial.names.control))) }
        try partial.prepareForAria2()
        #expect(try control().pieces.setCount == 0)
        partial.mark(piece: 1)
        try partial.prepareForAria2()
        #expect(try control().pieces.setCount == 1)
        var own = try control()
        own.pieces[3] = true
        own.inFlight = [ControlFile.PieceInFlight(index: 4, length: Int(Self.mebi), blocks: Bitfield(count: 64))]
        try Disk.replace(partial.names.control, with: own.encoded)
        try partial.prepareForAria2()
        #expect(try control() == own)
        try Disk.replace(partial.names.control, with: Array("damaged".utf8))
        try partial.prepareForAria2()
        #expect(try control().pieces.setCount == 1)
    }

    @Test("A size that becomes known later starts a map, and a known size stays")
    func begin() async throws {
        let scratch = try Scratch()
        let (partial, found) = try await acquire(scratch)
        _ = try partial.adopt(Self.wanted(size: nil, digest: nil), found: found)
        #expect(partial.map == nil)
        partial.begin(size: Self.size)
        #expect(partial.map?.count == 6)
        partial.mark(piece: 2)
        partial.begin(size: Self.size)
        #expect(partial.map?.completeCount == 1)
        try partial.compareVersion(Validators(etag: "\"v1\"", host: "h"))
        #expect(partial.record.etag == "\"v1\"")
        try partial.startOver()
        #expect(partial.map?.completeCount == 0)
        #expect(partial.size == Self.size)
        try partial.forgetSource()
        #expect(partial.size == nil)
        #expect(partial.map == nil)
        #expect(partial.record.etag == nil)
        partial.begin(size: 0)
        #expect(partial.size == 0)
        #expect(partial.map == nil)
    }

    @Test("Discarding removes all our files, and none of another program")
    func discard() async throws {
        let scratch = try Scratch()
        try await leave([0], in: scratch)
        let (partial, _) = try await acquire(scratch)
        #expect(partial.isInPlace())
        Disk.remove(partial.names.data)
        try scratch.write("another's", to: "model.bin.fetchctl-part")
        #expect(!partial.isInPlace())
        partial.discard()
        #expect(scratch.names() == ["model.bin.fetchctl-part"])
        let (again, _) = try await acquire(scratch)
        again.discard()
        #expect(scratch.names().isEmpty)
    }

    static let fragments: [(pieces: [Int], written: [Range<Int64>], gaps: [Range<Int64>])] = [
        ([], [], [0..<size]), ([0], [], [mebi..<size]), ([], [0..<700], [700..<size]), ([], [0..<mebi], [mebi..<size]),
        ([0], [mebi..<mebi + 5], [mebi + 5..<size]), ([1], [0..<5, 2 * mebi..<2 * mebi + 5], [5..<mebi, 2 * mebi + 5..<size]),
        ([], [3 * mebi..<3 * mebi + 5], [0..<3 * mebi, 3 * mebi + 5..<size]),
        ([3], [3 * mebi..<3 * mebi + 5], [0..<3 * mebi, 4 * mebi..<size]),
        ([], [700..<900], [0..<700, 900..<size]), ([], [700..<900, 100..<200], [0..<100, 200..<700, 900..<size]),
        ([], [700..<900, 0..<700], [900..<size]), ([], [700..<mebi, 0..<800], [mebi..<size]),
        ([], [700..<2 * mebi + 3], [0..<700, 2 * mebi + 3..<size]), ([], [0..<size], []),
    ]

    @Test("Parts of a piece are not fetched again, whichever engine wrote them", arguments: fragments)
    func gaps(pieces: [Int], written: [Range<Int64>], gaps: [Range<Int64>]) async throws {
        let scratch = try Scratch()
        let (partial, found) = try await acquire(scratch)
        #expect(partial.map == nil)
        _ = try partial.adopt(Self.wanted(), found: found)
        for range in written { partial.note(written: range) }
        for piece in pieces { partial.mark(piece: piece) }
        #expect(partial.map?.toFetch == gaps)
        #expect(partial.presentBytes == Self.size - gaps.reduce(0) { $0 + Int64($1.count) })
        try partial.startOver()
        #expect(partial.map?.toFetch == [0..<Self.size])
    }

    @Test("Only a page's name expects a page", arguments: [("x.html", true), ("x.HTM", true), ("x.bin", false), ("html", false)])
    func page(name: String, expects: Bool) async throws {
        let scratch = try Scratch()
        let (partial, _) = try await PartialLock(target: scratch(name), timeout: 1, onWait: { _ in }).acquire()
        #expect(partial.expectsPage == expects)
    }
}

extension PartialRecord {
    fileprivate func with(pieces: String?, time: Double?) -> PartialRecord {
        var record = self
        record.pieces = pieces
        if let time { record.holder?.time = time }
        return record
    }
}
