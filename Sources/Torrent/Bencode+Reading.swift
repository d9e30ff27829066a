internal import FetchTypes

extension Bencode {
    /// Why bytes are not a valid encoding, or not the canonical one of their value.
    package enum Malformed: Error, Sendable, Equatable {
        /// The bytes end within a value.
        case truncated
        /// No value begins with the byte at this offset.
        case unexpected(at: Int)
        /// A number with a plus, leading zeros, no digits, `-0`, or beyond 64 bits.
        case number(at: Int)
        /// A key that is not ASCII, not in ascending order, or repeated.
        case key(at: Int)
        /// Values are nested more than 32 deep.
        case depth
        case trailingBytes
    }

    /// The maximum nesting depth; a `.torrent` file needs five.
    private static let deepest = 32

    /// Reads one value in its canonical encoding only, so that two encodings of a value never have different hashes.
    package init(decoding bytes: [UInt8]) throws(Malformed) {
        var reader = Reader(bytes: bytes)
        self = try reader.value(depth: 0)
        guard reader.position == bytes.count else { throw .trailingBytes }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

        mutating func value(depth: Int) throws(Malformed) -> Bencode {
            guard depth < Bencode.deepest else { throw .depth }
            guard let first = next else { throw .truncated }
            switch first {
            case UInt8(ascii: "i"):
                position += 1
                return .integer(try number(until: UInt8(ascii: "e"), isSigned: true))
            case UInt8(ascii: "l"): return .list(try list(depth))
            case UInt8(ascii: "d"): return .dictionary(try members(depth))
            case UInt8(ascii: "0")...UInt8(ascii: "9"): return .bytes(try string())
            default: throw .unexpected(at: position)
            }
        }

        private mutating func list(_ depth: Int) throws(Malformed) -> [Bencode] {
            position += 1
            var values: [Bencode] = []
            while try !isAtEnd() { values.append(try value(depth: depth + 1)) }
            return values
        }

        private mutating func members(_ depth: Int) throws(Malformed) -> [String: Bencode] {
            position += 1
            var members: [String: Bencode] = [:]
            var last: [UInt8]?
            while try !isAtEnd() {
                let start = position
                guard let digit = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { throw .key(at: start) }
                let key = try string()
                let isRising = last.map { $0.lexicographicallyPrecedes(key) } ?? true
                guard isRising, key.allSatisfy({ $0 < 0x80 }) else { throw .key(at: start) }
                members[String(decoding: key, as: UTF8.self)] = try value(depth: depth + 1)
                last = key
            }
            return members
        }

        /// Passes the `e` that ends a list or dictionary, where it stands here.
        private mutating func isAtEnd() throws(Malformed) -> Bool {
            guard let next else { throw .truncated }
            guard next == UInt8(ascii: "e") else { return false }
            position += 1
            return true
        }

        private mutating func string() throws(Malformed) -> [UInt8] {
            let length = try number(until: UInt8(ascii: ":"), isSigned: false)
            guard length <= Int64(bytes.count - position) else { throw .truncated }
            defer { position += Int(length) }
            return Array(bytes[position..<position + Int(length)])
        }

        private mutating func number(until end: UInt8, isSigned: Bool) throws(Malformed) -> Int64 {
            let start = position
            // 20 characters hold every number of 64 bits.
            while let byte = next, byte != end {
                guard position - start < 20 else { throw .number(at: start) }
                position += 1
            }
            guard next == end else { throw .truncated }
            let text = bytes[start..<position]
            position += 1
            let digits = isSigned && text.first == UInt8(ascii: "-") ? text.dropFirst() : text
            let hasNeedlessZero = digits.first == UInt8(ascii: "0") && (digits.count > 1 || digits.count < text.count)
            guard !hasNeedlessZero, let size = UInt64(digits: String(decoding: digits, as: UTF8.self)),
                let number = digits.count < text.count ? Int64(exactly: 0 - Int128(size)) : Int64(exactly: size)
            else { throw .number(at: start) }
            return number
        }
    }
}
