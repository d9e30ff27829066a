import Testing

@testable import Torrent

@Suite("BitTorrent's encoding")
struct BencodeTests {
    static let values: [(Bencode, String)] = [
        (.integer(0), "i0e"), (.integer(-7), "i-7e"), (.integer(.max), "i9223372036854775807e"), (.integer(.min), "i-9223372036854775808e"),
        (.text(""), "0:"), (.text("spam"), "4:spam"), (.list([]), "le"), (.dictionary([:]), "de"),
        (.list([.text("a"), .integer(1), .list([.text("bc")])]), "l1:ai1el2:bcee"),
        // Keys are in byte order: upper case first.
        (.dictionary(["b": .integer(1), "aa": .integer(2), "B": .integer(3), "a": .list([])]), "d1:Bi3e1:ale2:aai2e1:bi1ee"),
    ]

    @Test(arguments: values)
    func `has one encoding for each value`(value: Bencode, text: String) throws {
        #expect(String(decoding: value.encoded, as: UTF8.self) == text)
        #expect(try Bencode(decoding: Array(text.utf8)) == value)
    }

    static let malformed: [(String, Bencode.Malformed)] = [
        ("", .truncated), ("i1", .truncated), ("3:ab", .truncated), ("l", .truncated), ("d1:a", .truncated), ("5", .truncated),
        ("i01e", .number(at: 1)), ("i-0e", .number(at: 1)), ("ie", .number(at: 1)), ("i+1e", .number(at: 1)), ("i--1e", .number(at: 1)),
        ("i9223372036854775808e", .number(at: 1)), ("i-9223372036854775809e", .number(at: 1)), ("i1234567890123456789012e", .number(at: 1)),
        ("03:abc", .number(at: 0)), ("99999999999999999999:a", .number(at: 0)), ("x", .unexpected(at: 0)), ("lxe", .unexpected(at: 1)),
        ("d1:bi1e1:ai1ee", .key(at: 7)), ("d1:ai1e1:ai1ee", .key(at: 7)), ("di1ei1ee", .key(at: 1)), ("d2:\u{e9}i1ee", .key(at: 1)),
        ("i1ei1e", .trailingBytes), ("0:x", .trailingBytes), (String(repeating: "l", count: 40), .depth),
    ]

    @Test(arguments: malformed)
    func `refuses every other encoding`(text: String, fault: Bencode.Malformed) {
        #expect(throws: fault) { try Bencode(decoding: Array(text.utf8)) }
    }
}
