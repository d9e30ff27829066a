import FetchTypes
import Testing

@Suite("Sizes as people write and read them") struct SizeTests {
    static let readAndWritten: [(String, Int64, String)] = [
        ("0", 0, "0 B"), ("1k", 1024, "1.0 KiB"), ("20M", 20 << 20, "20.0 MiB"), ("1.5G", 1536 << 20, "1.5 GiB"),
        ("2T", 2 << 40, "2.0 TiB"),
        ("1000", 1000, "1000 B"), ("0.5K", 512, "512 B"),
    ]

    @Test("A rate limit is read in powers of 1024 and shown so", arguments: readAndWritten)
    func both(text: String, bytes: Int64, shown: String) {
        #expect(ByteSize.parse(text)?.bytes == bytes)
        #expect(ByteSize.text(bytes) == shown)
    }

    @Test("What overflows is no size", arguments: ["9000000T", "99999999999999999999", "1e9", "-5M", "5 M"])
    func refused(text: String) {
        #expect(ByteSize.parse(text) == nil)
    }
}
