import FetchTypes
import JSONText

/// Reads JSON (RFC 8259) from its start to its end without a tree in between: a queue may have ten thousand records.
///
/// Everything that is not what was asked for is ``Malformed``; nothing is guessed, and nesting is bounded.
struct RecordScanner {
    /// The bytes are no JSON, or not of the form that was asked for.
    struct Malformed: Error {}

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    private static let deepest = 32

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0a, 0x0d, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func require(_ byte: UInt8) throws(Malformed) { guard take(byte) else { throw Malformed() } }

    private mutating func take(word: StaticString) -> Bool {
        skipSpace()
        let length = word.utf8CodeUnitCount
        guard bytes.count - position >= length else { return false }
        for offset in 0..<length where bytes[position + offset] != word.utf8Start[offset] { return false }
        position += length
        return true
    }

    /// - Throws: ``Malformed`` unless nothing but space follows.
    mutating func end() throws(Malformed) {
        skipSpace()
        guard position == bytes.count else { throw Malformed() }
    }

    mutating func object(_ member: (inout RecordScanner, String) throws(Malformed) -> Void) throws(Malformed) {
        try require(UInt8(ascii: "{"))
        try enter()
        defer { depth -= 1 }
        if take(UInt8(ascii: "}")) { return }
        repeat {
            let name = try string()
            try require(UInt8(ascii: ":"))
            try member(&self, name)
        } while take(UInt8(ascii: ","))
        try require(UInt8(ascii: "}"))
    }

    mutating func array(_ element: (inout RecordScanner) throws(Malformed) -> Void) throws(Malformed) {
        try require(UInt8(ascii: "["))
        try enter()
        defer { depth -= 1 }
        if take(UInt8(ascii: "]")) { return }
        repeat { try element(&self) } while take(UInt8(ascii: ","))
        try require(UInt8(ascii: "]"))
    }

    private mutating func enter() throws(Malformed) {
        depth += 1
        guard depth <= Self.deepest else { throw Malformed() }
    }

    mutating func string() throws(Malformed) -> String {
        skipSpace()
        guard let end = JSONSyntax.stringEnd(bytes, from: position) else { throw Malformed() }
        let content = bytes[(position + 1)..<(end - 1)]
        position = end
        let text = content.contains(UInt8(ascii: "\\")) ? String(json: content) : String(validating: content, as: UTF8.self)
        guard let text else { throw Malformed() }
        return text
    }

    private mutating func digits() throws(Malformed) -> String {
        skipSpace()
        guard let end = JSONSyntax.numberEnd(bytes, from: position) else { throw Malformed() }
        defer { position = end }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    mutating func integer() throws(Malformed) -> Int64 {
        guard let number = Int64(try digits()) else { throw Malformed() }
        return number
    }

    mutating func number() throws(Malformed) -> Double {
        guard let number = Double(try digits()), number.isFinite else { throw Malformed() }
        return number
    }

    mutating func bool() throws(Malformed) -> Bool {
        if take(word: "true") { return true }
        guard take(word: "false") else { throw Malformed() }
        return false
    }

    /// A string as a value of a type that cannot hold every string.
    /// - Parameter type: named, because an optional one, which would hold nil, might be inferred.
    mutating func string<Value>(as type: Value.Type, _ make: (String) -> Value?) throws(Malformed) -> Value {
        guard let value = make(try string()) else { throw Malformed() }
        return value
    }

    mutating func integer<Value>(as type: Value.Type, _ make: (Int64) -> Value?) throws(Malformed) -> Value {
        guard let value = make(try integer()) else { throw Malformed() }
        return value
    }

    mutating func number<Value>(as type: Value.Type, _ make: (Double) -> Value?) throws(Malformed) -> Value {
        guard let value = make(try number()) else { throw Malformed() }
        return value
    }

    /// Passes over null, which is the same as no member.
    mutating func takeNull() -> Bool { take(word: "null") }

    mutating func strings() throws(Malformed) -> [String] {
        var strings: [String] = []
        try array { (scanner) throws(Malformed) in strings.append(try scanner.string()) }
        return strings
    }

    /// Passes over a value of any kind: what a later version of the same form has added.
    mutating func skip() throws(Malformed) {
        skipSpace()
        guard position < bytes.count else { throw Malformed() }
        switch bytes[position] {
        case UInt8(ascii: "{"): try object { (scanner, _) throws(Malformed) in try scanner.skip() }
        case UInt8(ascii: "["): try array { (scanner) throws(Malformed) in try scanner.skip() }
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
        case UInt8(ascii: "n"): guard takeNull() else { throw Malformed() }
        default: _ = try digits()
        }
    }
}
