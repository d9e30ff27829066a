import FetchTypes
import Testing

@Suite("Sizes") struct ByteSizeTests {
    static let written: [(Int64, String)] = [
        (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1024 * 1024 - 1, "1.0 MiB"), (1_047_000, "1022.5 KiB"),
        (64 << 20, "64.0 MiB"), (5 << 30, "5.0 GiB"), (3 << 40, "3.0 TiB"), (Int64.max, "8192.0 PiB"),
    ]

    @Test("A size is written in powers of 1024", arguments: written)
    func text(bytes: Int64, expected: String) {
        #expect(ByteSize.text(bytes) == expected)
    }

    static let read: [(String, Int64?)] = [
        ("0", 0), ("20", 20), ("20K", 20480), ("20k", 20480), ("1.5M", 1_572_864), ("2G", 2 << 30), ("1T", 1 << 40), ("", nil), ("K", nil),
        (".", nil),
        ("-1", nil), ("+1", nil), ("1e3", nil), ("0x10", nil), ("inf", nil), ("1MB", nil), ("1 M", nil), ("1.2.3", nil), ("٣", nil),
        ("9999999T", nil), ("1024T", 1 << 50), ("1025T", nil),
    ]

    @Test("A size is read as aria2 and curl read it", arguments: read)
    func parsing(text: String, expected: Int64?) {
        #expect(ByteSize.parse(text)?.bytes == expected)
    }
}
