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

    func acquire(_ scratch: Scratch) async throws -> (Partial, found: PartialRecord?) {
        try await PartialLock(target: scratch("model.bin"), timeout: 10, onWait: { _ in }).acquire()
    }

    /// Leaves a partial behind of which the given pieces are there.
    func leave(
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
