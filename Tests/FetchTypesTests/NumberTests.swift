import FetchTypes
import Testing

@Suite("Untrusted numbers")
struct NumberTests {
    @Test(
        "a byte count is 0 to 2^50, from plain decimal digits",
        arguments: [
            ("0", 0), ("1", 1), ("007", 7), ("1125899906842624", 1 << 50), ("1125899906842625", nil), ("9223372036854775807", nil),
            ("9223372036854775808", nil), ("99999999999999999999999999", nil), ("-1", nil), ("+1", nil), ("", nil), (" 1", nil),
            ("1 ", nil),
            ("1.0", nil), ("1e3", nil), ("0x10", nil), ("inf", nil), ("nan", nil), ("١", nil),
        ] as [(String, Int64?)])
    func byteCountText(text: String, expected: Int64?) {
        #expect(ByteCount(decimal: text)?.bytes == expected)
    }

    @Test(
        "a byte count holds no other number",
        arguments: [
            (Int64.min, nil), (-1, nil), (0, 0), (1 << 50, 1 << 50), (1 << 50 + 1, nil), (1 << 60, nil), (Int64.max, nil),
        ] as [(Int64, Int64?)])
    func byteCountNumber(number: Int64, expected: Int64?) {
        #expect(ByteCount(number)?.bytes == expected)
        #expect((0...ByteCount.most).contains(ByteCount(clamping: number).bytes))
    }

    @Test(
        "a byte count from a number with a fraction is exact",
        arguments: [(1.5, nil), (-1, nil), (.nan, nil), (.infinity, nil), (1e300, nil), (4096, 4096), (1e15, 1_000_000_000_000_000)]
            as [(Double, Int64?)])
    func byteCountDouble(number: Double, expected: Int64?) {
        #expect(ByteCount(exactly: number)?.bytes == expected)
    }

    @Test("sums and differences stop at the bounds")
    func sums() {
        #expect(ByteCount.max + 1 == .max)
        #expect(Array(repeating: ByteCount.max, count: 100_000).total == .max)
        #expect(ByteCount(5) - 7 == .zero)
        #expect([1, 2, 3].total == 6)
    }

    @Test(
        "seconds are 0 to 31 days, from plain decimals; a wish for more is cut to that",
        arguments: [
            ("0", 0, 0), ("1.5", 1.5, 1.5), ("2678400", 2_678_400, 2_678_400), ("2678401", nil, 2_678_400),
            ("99999999999999999999", nil, 2_678_400), (String(repeating: "9", count: 400), nil, 2_678_400), ("-1", nil, nil),
            ("+1", nil, nil), ("inf", nil, nil), ("nan", nil, nil), ("1e9", nil, nil), ("0x1p4", nil, nil), ("", nil, nil), (".", nil, nil),
            ("1.2.3", nil, nil),
        ] as [(String, Double?, Double?)])
    func seconds(text: String, strict: Double?, clamped: Double?) {
        #expect(Seconds(decimal: text)?.value == strict)
        #expect(Seconds(clampingDecimal: text)?.value == clamped)
    }

    @Test("seconds hold no other number", arguments: [-1, -Double.infinity, .infinity, .nan, 2_678_400.5])
    func secondsNumber(number: Double) {
        #expect(Seconds(number) == nil)
        #expect((0...Seconds.most).contains(Seconds(clamping: number).value))
    }

    @Test(
        "a port is 1 to 65535",
        arguments: [("80", 80), ("65535", 65535), ("0", nil), ("65536", nil), ("+80", nil), ("", nil), ("99999999999999999999", nil)]
            as [(String, Int?)])
    func port(text: String, expected: Int?) {
        #expect(TCPPort.parse(text) == expected)
    }

    @Test(
        "a declared size is unknown, known, or one that nothing has",
        arguments: [
            ("5", .known(5)), ("", .unknown), ("*", .unknown), ("five", .unknown), ("-5", .impossible("-5")), ("+5", .impossible("+5")),
            ("1152921504606846976", .impossible("1152921504606846976")), ("99999999999999999999", .impossible("99999999999999999999")),
        ] as [(String, DeclaredSize)])
    func declared(text: String, expected: DeclaredSize) throws {
        #expect(DeclaredSize(text: text) == expected)
        guard case .impossible = expected else { return }
        let failure = #expect(throws: Failure.self) { try expected.checked("the server", of: "the file") }
        #expect(failure?.kind == .server && failure?.message.contains(text) == true)
    }
}
