import FetchTypes

/// Which characters of a string JSON's writers escape besides those that must be (RFC 8259, 7).
package enum JSONEscaping: Sendable {
    /// None: as Python's `json.dumps(…, ensure_ascii=False)`.
    case required
    /// All outside printable ASCII, as Python does by default: what other programs have written with it is met again byte for byte.
    case nonASCII
    /// Those that a terminal, or a program that shows the line, must not be steered by.
    case unprintable
}

extension String {
    /// The text as a JSON string, with its quotes.
    package func json(_ escaping: JSONEscaping = .nonASCII) -> String { "\"\(jsonContent(escaping))\"" }

    /// Whether it is in a JSON string as it is, by every rule: most text does.
    var isPlainJSON: Bool {
        func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C }
        return utf8.withContiguousStorageIfAvailable { $0.allSatisfy(isPlain) } ?? utf8.allSatisfy(isPlain)
    }

    /// The text as it is between the quotes of a JSON string.
    package func jsonContent(_ escaping: JSONEscaping = .nonASCII) -> String {
        if isPlainJSON { return self }
        var out = ""
        out.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            // Python's form; for the others the two would be the only such escapes of controls.
            case "\u{8}" where escaping != .unprintable: out += "\\b"
            case "\u{C}" where escaping != .unprintable: out += "\\f"
            case _ where escaping.covers(scalar):
                for unit in scalar.utf16 {
                    let hex = String(unit, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                }
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

extension JSONEscaping {
    fileprivate func covers(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .required: scalar.value < 0x20
        case .nonASCII: scalar.value < 0x20 || scalar.value > 0x7E
        case .unprintable: scalar.value < 0x20 || scalar.isUnprintable
        }
    }
}
