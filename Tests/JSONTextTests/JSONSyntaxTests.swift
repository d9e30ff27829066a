import Testing

@testable import JSONText

@Suite("JSON's tokens")
struct JSONSyntaxTests {
    @Test(
        "a number is one by RFC 8259 only",
        arguments: [
            ("0", 1), ("-0", 2), ("10", 2), ("1.5", 3), ("-1.50e+3", 8), ("1E9", 3), ("123456789012345678901234567890", 30), ("01", 1),
            ("-01", 2), ("1e9,", 3), ("+1", nil), (".5", nil), ("-.5", nil), ("1.", nil), ("1.e3", nil), ("1e", nil), ("1e+", nil),
            ("-", nil), ("--1", nil), ("", nil), ("inf", nil), ("NaN", nil), ("e1", nil),
        ] as [(String, Int?)])
    func number(text: String, end: Int?) {
        #expect(JSONSyntax.numberEnd(Array(text.utf8), from: 0) == end)
    }

    @Test(
        "a string is one by RFC 8259 only",
        arguments: [
            (#""""#, 2), (#""a""#, 3), (#""\"""#, 4), (#""\\""#, 4), (#""\u00e9x""#, 9), (#""\/\b\f\n\r\t""#, 14), (#""a"b"#, 3),
            (#"""#, nil), (#""a"#, nil), (#""\"#, nil), (#""\""#, nil), (#""\x""#, nil), (#""\u+123""#, nil), (#""\u12""#, nil),
            (#""\u123""#, nil), (#""\u 123""#, nil), (#""\uD83"#, nil), ("\"\n\"", nil), ("\"\u{0}\"", nil), ("x\"\"", nil), ("", nil),
        ] as [(String, Int?)])
    func string(text: String, end: Int?) {
        #expect(JSONSyntax.stringEnd(Array(text.utf8), from: 0) == end)
    }

    @Test(
        "an escape has four hexadecimal digits",
        arguments: [
            (#"\u0041"#, "A"), (#"\ud83d\uDE00"#, "😀"), (#"\ud83dx"#, "\u{FFFD}x"), (#"\u+123"#, nil), (#"\u-123"#, nil), (#"\u12g4"#, nil),
            (#"\u123"#, nil), (#"\ud83d\u+123"#, nil), (#"\a"#, nil),
        ] as [(String, String?)])
    func escape(text: String, expected: String?) {
        #expect(String(json: ArraySlice(text.utf8)) == expected)
    }
}
