import Aria2
import FetchTypes
import TestSupport
import Testing
@testable import Partials
@testable import Storage
@testable import Transfer

/// These tests run again over what is there, and over what was damaged.
extension PartialTests {
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
}
