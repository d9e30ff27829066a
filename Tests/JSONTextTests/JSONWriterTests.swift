import Foundation
import Testing
@testable import JSONText

@Suite("JSON in a line") struct JSONLineTests {
    static let escapes: [(String, String)] = [
        ("", "\"\""), ("a/b", "\"a/b\""), ("\"", "\"\\\"\""), ("\\", "\"\\\\\""), ("\n\r\t", "\"\\n\\r\\t\""), ("\u{0}", "\"\\u0000\""),
        ("\u{1b}[31m", "\"\\u001b[31m\""), ("\u{7f}", "\"\\u007f\""),
        ("a\u{202e}\u{200b}\u{feff}", "\"a\\u202e\\u200b\\ufeff\""), ("\u{e0041}", "\"\\udb40\\udc41\""),
        ("\u{9b}", "\"\\u009b\""), ("\u{2028}\u{2029}", "\"\\u2028\\u2029\""),
        ("日本 é 👍🏽", "\"日本 é 👍🏽\""), ("e\u{301}", "\"e\u{301}\""), ("\r\n", "\"\\r\\n\""), ("\"\u{301}", "\"\\\"\u{301}\""),
    ]

    @Test("Text is escaped scalar by scalar, and nothing in it can end a line", arguments: escapes)
    func escape(text: String, expected: String) {
        #expect(Array(JSONTree.string(text).line.unicodeScalars) == Array(expected.unicodeScalars))
    }

    static let numbers: [(JSONTree, String)] = [
        (.integer(.max), "9223372036854775807"), (.integer(.min), "-9223372036854775808"), (.number(2), "2"), (.number(-0.5), "-0.5"),
        (.of(1.23456 as Double?), "1.235"), (.of(Double.nan), "null"), (.of(Double.infinity), "null"), (.of(nil as Double?), "null"),
        (.of(nil as String?), "null"), (.of(nil as Int64?), "null"), (.of(nil as Bool?), "null"), (.of(true as Bool?), "true"),
        (.of(0 as Int64?), "0"), (.bool(false), "false"), (.null, "null"), (.array([]), "[]"), ([:], "{}"),
        (.array([.integer(1), .string("a"), .null]), "[1,\"a\",null]"),
    ]

    @Test("Unknown is null, and numbers are ones that JSON has", arguments: numbers)
    func number(value: JSONTree, expected: String) {
        #expect(value.line == expected)
    }

    @Test("Fields keep their order")
    func order() {
        let value = JSONTree.object([("z", .integer(1)), ("a", .object([("k\"", .null)])), ("m", .array([.bool(true)]))])
        #expect(value.line == #"{"z":1,"a":{"k\"":null},"m":[true]}"#)
    }

    @Test("Another parser reads it back", arguments: ["plain", "q\"uote", "back\\slash", "\u{0}\u{1f}\u{7f}", "日本\u{2028}"])
    func readBack(text: String) throws {
        let json = JSONTree.object([("text", .string(text)), (text, .integer(5))]).line
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object["text"] as? String == text)
        #expect(object[text] as? Int == 5)
    }

    static let huge: [Double] = [1e15, 1e18, 1e19, -1e19, 1e300, 4e-7]

    @Test("Large and small numbers are written without a crash, and read back", arguments: huge)
    func extremes(value: Double) throws {
        let array = try #require(try JSONSerialization.jsonObject(with: Data("[\(JSONTree.number(value).line)]".utf8)) as? [Double])
        #expect(array == [value])
    }
}
