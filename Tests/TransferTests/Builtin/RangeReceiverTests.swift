import FetchTypes
import Glibc
import TestSupport
import Testing
@testable import Partials
@testable import Storage
@testable import Transfer

@Suite("The range receiver") struct RangeReceiverTests {
    static let mebi: Int64 = 1 << 20
    static let size = 4 * mebi

    /// A partial whose file is opened as given.
    private func partial(_ scratch: Scratch, _ access: OpenFile.Access = .create, digest: String? = nil) throws -> Partial {
        try scratch.write([], to: "part")
        let partial = Partial(
            target: scratch("model.bin"), names: PartialNames(target: scratch("model.bin")), file: try OpenFile(scratch("part"), access),
            record: PartialRecord(reference: "r", identity: "i", digest: digest))
        partial.begin(size: Self.size)
        return partial
    }

    private func receiver(_ segment: Segment, _ partial: Partial, acceptsWhole: Bool = false) -> RangeReceiver {
        RangeReceiver(segment, partial: partial, meter: TransferMeter(), host: "h", acceptsWhole: acceptsWhole)
    }

    private func give(_ count: Int64, to receiver: RangeReceiver) -> Bool {
        [UInt8](repeating: 1, count: Int(count)).withUnsafeBytes { receiver.receive($0) }
    }

    @Test("marks a piece when its last byte is written, and no other")
    func marks() throws {
        let partial = try partial(try Scratch())
        let segment = Segment(Self.mebi..<4 * Self.mebi)
        let receiver = receiver(segment, partial)
        #expect(give(Self.mebi - 1, to: receiver))
        #expect(partial.map?.completeCount == 0)
        #expect(give(1, to: receiver))
        #expect(partial.map?[1] == true)
        #expect(!give(2 * Self.mebi, to: receiver))
        #expect(partial.map?.completeCount == 3)
        #expect(partial.map?[0] == false)
        #expect(receiver.isWhole)
    }

    @Test("writes nothing beyond the part's end, also when that is taken back")
    func end() throws {
        let partial = try partial(try Scratch())
        let segment = Segment(0..<4 * Self.mebi)
        #expect(segment.split(at: Self.mebi, smallest: Self.mebi) == 2 * Self.mebi..<4 * Self.mebi)
        let receiver = receiver(segment, partial)
        #expect(!give(4 * Self.mebi, to: receiver))
        #expect(try partial.file.status().size == 2 * Self.mebi)
        #expect(partial.map?.completeCount == 2)
    }

    @Test("leaves bytes that could not be written unmarked, so that they are fetched again")
    func full() throws {
        let partial = try partial(try Scratch(), .read)
        let segment = Segment(0..<Self.size)
        let receiver = receiver(segment, partial)
        #expect(!give(Self.mebi + 5, to: receiver))
        #expect(receiver.fault as? IOFault == IOFault(code: EBADF, "writing", partial.file.path))
        #expect(partial.map?.completeCount == 0)
        #expect(segment.rest == 0..<Self.size)
    }

    static let heads: [(status: Int, headers: [(name: String, value: String)], acceptsWhole: Bool, words: String)] = [
        (206, [("Content-Range", "bytes 1048576-4194303/4194304")], false, "good"),
        (206, [("Content-Range", "bytes 1048577-4194303/4194304")], false, "protocolViolation"),
        (206, [("Content-Range", "bytes 0-4194303/4194304")], false, "protocolViolation"), (206, [], false, "rangesIgnored"),
        (206, [("Content-Range", "bytes a-b/c")], false, "protocolViolation"),
        (206, [("Content-Range", "bytes 1048576-4194303/4194305")], false, "wrongSize 4194304 4194305"),
        (206, [("Content-Range", "bytes 1048576-4194303/*")], false, "good"),
        (200, [("Content-Length", "4194304")], false, "rangesIgnored"), (200, [("Content-Length", "4194304")], true, "rangesIgnored"),
        (200, [("Content-Length", "5")], true, "wrongSize 4194304 5"), (200, [("Content-Type", "text/html; charset=utf-8")], true, "page"),
        (206, [("Content-Range", "bytes 1048576-4194303/4194304"), ("Content-Encoding", "gzip")], false, "coded"),
        (206, [("Content-Range", "bytes 1048576-4194303/4194304"), ("Content-Encoding", "identity")], false, "good"),
        (206, [("Content-Range", "bytes 1048576-4194303/4194304"), ("ETag", "\"v1\"")], false, "good"),
        (206, [("Content-Range", "bytes 1048576-4194303/4194304"), ("ETag", "\"v2\"")], false, "changed"),
        (206, [("Content-Range", "bytes 1048576-4194303/4194304"), ("ETag", "W/\"v2\"")], false, "changed"),
        (302, [("Location", "/")], true, "refused 302"), (416, [("Content-Range", "bytes */5")], false, "refused 416"),
        (503, [("Retry-After", "3")], false, "refused 503 after 3"), (404, [("Content-Type", "text/html")], false, "refused 404"),
    ]

    @Test("looks at every answer before it takes a byte of it", arguments: heads)
    func begin(status: Int, headers: [(name: String, value: String)], acceptsWhole: Bool, words expected: String) throws {
        let partial = try partial(try Scratch())
        try partial.compareVersion(Validators(etag: "\"v1\"", host: "h"))
        let receiver = receiver(Segment(Self.mebi..<Self.size), partial, acceptsWhole: acceptsWhole)
        let isGood = receiver.begin(HTTPResponse(status: status, headers: HTTPHeaders(headers)))
        #expect(isGood == (expected == "good"))
        #expect(receiver.fault.map { words($0) } ?? "good" == expected)
    }

    @Test("sends no request where another connection has fetched all of it meanwhile")
    func overtaken() throws {
        let partial = try partial(try Scratch())
        let segment = Segment(Self.mebi..<Self.size)
        segment.overtake()
        #expect(HTTPRange(receiver(segment, partial).requested) == nil)
        let other = Segment(Self.mebi..<Self.size)
        #expect(HTTPRange(receiver(other, partial).requested) == HTTPRange(first: Self.mebi, last: Self.size - 1))
    }

    @Test("lets an answer end that is as long as what was asked for, so that its connection stays open")
    func ending() throws {
        let partial = try partial(try Scratch())
        for (length, goesOn) in [(Self.mebi, true), (Self.mebi + 1, false)] {
            let receiver = receiver(Segment(0..<Self.mebi), partial)
            let fields = [("Content-Length", "\(length)"), ("Content-Range", "bytes 0-\(Self.mebi - 1)/\(Self.size)")]
            #expect(receiver.begin(HTTPResponse(status: 206, headers: HTTPHeaders(fields))))
            #expect(give(Self.mebi, to: receiver) == goesOn)
            #expect(receiver.isWhole)
        }
    }

    @Test("takes the whole file where it was all that was asked for")
    func whole() throws {
        let partial = try partial(try Scratch())
        let receiver = receiver(Segment(0..<Self.size), partial, acceptsWhole: true)
        #expect(receiver.begin(HTTPResponse(status: 200, headers: HTTPHeaders([("Content-Length", "4194304")]))))
        #expect(give(Self.size, to: receiver))
        #expect(partial.map?.isComplete == true)
    }

    @Test(
        "takes a part without Content-Range, as mirrors send it, when its length is what was asked for and a checksum is published",
        arguments: [
            (mebi..<2 * mebi, "1048576", nil, true), (mebi..<2 * mebi, "1048575", nil, false), (mebi..<2 * mebi, nil, nil, false),
            (0..<size, "4194304", nil, false), (mebi..<2 * mebi, "1048576", "bytes 0-1048575/4194304", false),
            (mebi..<2 * mebi, "1048576", "bytes 1048576-2097151/4194304", true),
        ] as [(Range<Int64>, String?, String?, Bool)])
    func withoutRange(part: Range<Int64>, length: String?, range: String?, isTaken: Bool) throws {
        let receiver = receiver(Segment(part), try partial(try Scratch(), digest: "sha256:" + String(repeating: "0", count: 64)))
        let fields = [length.map { (name: "Content-Length", value: $0) }, range.map { (name: "Content-Range", value: $0) }].compactMap(
            \.self)
        #expect(receiver.begin(HTTPResponse(status: 206, headers: HTTPHeaders(fields))) == isTaken)
        let unpublished = self.receiver(Segment(part), try partial(try Scratch()))
        #expect(unpublished.begin(HTTPResponse(status: 206, headers: HTTPHeaders(fields))) == (isTaken && range != nil))
    }
}
