import FetchTypes

/// A JSON value that keeps its fields' order and writes an unknown as null (RFC 8259).
package indirect enum JSONText: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONText])
    case object([(String, JSONText)])

    package static func of(_ value: String?) -> JSONText { value.map(JSONText.string) ?? .null }
    package static func of(_ value: Int64?) -> JSONText { value.map(JSONText.integer) ?? .null }
    package static func of(_ value: Bool?) -> JSONText { value.map(JSONText.bool) ?? .null }
    /// A sentence for people, which may quote a stranger.
    package static func words(_ text: String) -> JSONText { .string(ForeignText(text).description) }
    /// Rounded to thousandths; a number that JSON cannot hold is null.
    package static func of(_ value: Double?) -> JSONText {
        value.flatMap { $0.isFinite ? .number(($0 * 1000).rounded() / 1000) : nil } ?? .null
    }

    /// One line.
    package var text: String {
        var out = ""
        write(to: &out)
        return out
    }

    private func write(to out: inout String) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .integer(let value): out += String(value)
        case .number(let value):
            out += value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        case .string(let value): Self.write(value, to: &out)
        case .array(let values):
            out += "["
            for (index, value) in values.enumerated() {
                if index > 0 { out += "," }
                value.write(to: &out)
            }
            out += "]"
        case .object(let fields):
            out += "{"
            for (index, field) in fields.enumerated() {
                if index > 0 { out += "," }
                Self.write(field.0, to: &out)
                out += ":"
                field.1.write(to: &out)
            }
            out += "}"
        }
    }

    private static func write(_ value: String, to out: inout String) {
        out += "\""
        defer { out += "\"" }
        // Most text is plain.
        if value.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }) { return out += value }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            default:
                // A terminal, or a program that shows the line, must not be steered by it.
                guard scalar.isUnprintable else {
                    out.unicodeScalars.append(scalar)
                    continue
                }
                for unit in String(scalar).utf16 {
                    let hex = String(unit, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                }
            }
        }
    }
}
