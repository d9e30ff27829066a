import FetchTypes
import JSONText

/// The text of one cell with the bytes that hold it: lines that stay keep theirs.
struct CellSource: Sendable {
    struct Line: Sendable {
        /// Without its line end.
        var text: String
        /// The text as it is in the file, escaped.
        var raw: [UInt8]
        /// `\n` as it is there; empty at the end of the text.
        var end: [UInt8]
        /// The bytes between the element before and this one's quote; nil within an element.
        var opening: [UInt8]?
    }

    private(set) var lines: [Line] = []
    /// The text between two elements; nil where there are none.
    private(set) var separator: [UInt8]?
    private let isArray: Bool
    /// The text between the last element and the bracket.
    private let closing: [UInt8]

    /// Whether every line but the last has an end, so that lines of the text are lines of the file.
    var isRegular: Bool { lines.dropLast().allSatisfy { !$0.end.isEmpty } }

    var text: String { lines.map { $0.text + ($0.end.isEmpty ? "" : "\n") }.joined() }

    /// - Parameter node: a string, or an array of strings.
    /// - Returns: nil when it is neither.
    init?(_ node: JSONNode, in bytes: [UInt8]) {
        if node.isString {
            isArray = false
            closing = []
            guard take(bytes[node.range], opening: []) else { return nil }
            return
        }
        guard let elements = node.elements, elements.allSatisfy(\.isString) else { return nil }
        isArray = true
        var position = node.range.lowerBound + 1
        closing = Array(bytes[(elements.last?.range.upperBound ?? position)..<node.range.upperBound - 1])
        for (index, element) in elements.enumerated() {
            let opening = Array(bytes[position..<element.range.lowerBound])
            if index == 1 { separator = opening }
            guard take(bytes[element.range], opening: opening) else { return nil }
            position = element.range.upperBound
        }
    }

    private mutating func take(_ string: ArraySlice<UInt8>, opening: [UInt8]) -> Bool {
        var opening: [UInt8]? = opening
        for (raw, end) in Self.split(string.dropFirst().dropLast()) {
            guard let text = String(json: raw) else { return false }
            lines.append(Line(text: text, raw: Array(raw), end: Array(end), opening: opening))
            opening = nil
        }
        return true
    }

    /// The string's lines, each with the escape that ends it. A carriage return before it belongs to the end.
    private static func split(_ inner: ArraySlice<UInt8>) -> [(ArraySlice<UInt8>, ArraySlice<UInt8>)] {
        var parts: [(ArraySlice<UInt8>, ArraySlice<UInt8>)] = []
        var start = inner.startIndex
        var position = start
        while position < inner.endIndex {
            guard inner[position] == UInt8(ascii: "\\") else {
                position += 1
                continue
            }
            let escape = inner[position...]
            let length =
                escape.starts(with: "\\n".utf8) ? 2 : escape.starts(with: "\\u000a".utf8) || escape.starts(with: "\\u000A".utf8) ? 6 : 0
            guard length > 0 else {
                position += 2
                continue
            }
            let isCRLF = position - start >= 2 && inner[(position - 2)..<position].elementsEqual("\\r".utf8)
            let end = isCRLF ? position - 2 : position
            parts.append((inner[start..<end], inner[end..<position + length]))
            position += length
            start = position
        }
        // An element that ends with its line's end has no empty line behind it; an empty element is an empty line.
        if start < inner.endIndex || parts.isEmpty { parts.append((inner[start...], [])) }
        return parts
    }

    /// Puts other lines in the place of some.
    /// - Parameters:
    ///   - isASCII: whether the file escapes everything outside ASCII.
    ///   - usual: the text between the elements of other cells.
    mutating func replace(_ range: Range<Int>, with texts: [String], isASCII: Bool, usual: [UInt8]?) {
        guard let first = lines[range].first, let last = lines[range].last else { return }
        let opening = lines.first?.opening ?? []
        // As Python's json does it, by itself and with an indentation.
        let separator = separator ?? (opening.isEmpty ? usual ?? Array(", ".utf8) : Array(",".utf8) + opening)
        var added: [Line] = []
        for (index, text) in texts.enumerated() {
            added.append(
                Line(
                    text: text, raw: Array(text.jsonContent(isASCII ? .nonASCII : .required).utf8),
                    end: index == texts.count - 1 ? last.end : Array("\\n".utf8),
                    opening: index == 0 ? first.opening : isArray ? separator : nil))
        }
        lines.replaceSubrange(range, with: added)
    }

    /// As the value is in the file.
    var bytes: [UInt8] {
        var out: [UInt8] = isArray ? [UInt8(ascii: "[")] : []
        for (index, line) in lines.enumerated() {
            if let opening = line.opening {
                if index > 0 { out.append(UInt8(ascii: "\"")) }
                out += opening + [UInt8(ascii: "\"")]
            }
            out += line.raw + line.end
        }
        if !lines.isEmpty { out.append(UInt8(ascii: "\"")) }
        return out + closing + (isArray ? [UInt8(ascii: "]")] : [])
    }
}
