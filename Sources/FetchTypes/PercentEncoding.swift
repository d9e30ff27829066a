extension StringProtocol {
    /// The text with `%XX` turned into bytes (RFC 3986, 2.1); nil when the bytes are not UTF-8 or a `%` occurs alone.
    package var percentDecoded: String? { utf8.percentDecoded.flatMap { String(validating: $0, as: UTF8.self) } }

    /// The text with everything but RFC 3986's unreserved characters and `keeping` as `%XX`.
    package func percentEncoded(keeping: String = "") -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(utf8.count + 16)
        for byte in utf8 {
            if Self.isUnreserved(byte) || keeping.utf8.contains(byte) {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), Self.hexDigit(byte >> 4), Self.hexDigit(byte & 15)]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10 }

    static func escape(_ byte: UInt8) -> String {
        let hex = String(byte, radix: 16, uppercase: true)
        return "%" + (hex.utf8.count == 1 ? "0" + hex : hex)
    }
}

extension Sequence where Element == UInt8 {
    /// The bytes with `%XX` turned into the byte that it stands for (RFC 3986, 2.1); nil when a `%` occurs alone.
    package var percentDecoded: [UInt8]? {
        var bytes: [UInt8] = []
        var rest = makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(HexDigit.value), let low = rest.next().flatMap(HexDigit.value) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
