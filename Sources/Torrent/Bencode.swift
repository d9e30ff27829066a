internal import FetchTypes

/// A value in BitTorrent's encoding (BEP 3).
package enum Bencode: Sendable, Equatable {
    case integer(Int64)
    case bytes([UInt8])
    case list([Bencode])
    /// Keys are ASCII.
    case dictionary([String: Bencode])

    package static func text(_ text: String) -> Bencode { .bytes(Array(text.utf8)) }

    package subscript(key: String) -> Bencode? {
        if case .dictionary(let members) = self { members[key] } else { nil }
    }

    package var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
    package var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
    package var list: [Bencode]? { if case .list(let values) = self { values } else { nil } }

    /// The canonical encoding of the value.
    package var encoded: [UInt8] {
        var output: [UInt8] = []
        append(to: &output)
        return output
    }

    private func append(to output: inout [UInt8]) {
        switch self {
        case .integer(let number): output += "i\(number)e".utf8
        case .bytes(let bytes): Self.append(bytes, to: &output)
        case .list(let values):
            output.append(UInt8(ascii: "l"))
            for value in values { value.append(to: &output) }
            output.append(UInt8(ascii: "e"))
        case .dictionary(let members):
            output.append(UInt8(ascii: "d"))
            // The order is by bytes, which differs from the order of Swift strings.
            for (key, value) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                Self.append(Array(key.utf8), to: &output)
                value.append(to: &output)
            }
            output.append(UInt8(ascii: "e"))
        }
    }

    private static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
        output += "\(bytes.count):".utf8
        output += bytes
    }
}
