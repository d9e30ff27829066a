import FetchTypes

extension JSONTree {
    /// One line without blanks; nothing in it steers a terminal.
    package var line: String {
        var writer = JSONWriter(escaping: .unprintable, indent: nil)
        writer.write(self)
        return writer.text
    }

    /// Indented by four spaces, everything outside ASCII escaped: as Python's `json.dumps(…, indent=4)` writes it, which a
    /// reader understands whatever character set it believes in.
    package var indented: String {
        var writer = JSONWriter(escaping: .nonASCII, indent: 4)
        writer.write(self)
        return writer.text
    }
}

/// Writes values as text: the one place that does.
struct JSONWriter {
    let escaping: JSONEscaping
    /// Spaces for each level; nil: all in one line, without blanks.
    let indent: Int?
    /// Bytes, which are appended quicker than text.
    private var out: [UInt8] = []
    private var depth = 0

    var text: String { String(decoding: out, as: UTF8.self) }

    init(escaping: JSONEscaping, indent: Int?) {
        self.escaping = escaping
        self.indent = indent
    }

    mutating func write(_ value: JSONTree) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .digits(let digits): append(digits)
        case .string(let text): write(text)
        case .array(let elements) where indent == nil: write(elements)
        case .array(let elements): write(elements, open: "[", close: "]") { $0.write($1) }
        case .object(let members):
            write(members, open: "{", close: "}") { writer, member in
                writer.write(member.name)
                writer.append(writer.indent == nil ? ":" : ": ")
                writer.write(member.value)
            }
        }
    }

    private mutating func append(_ text: String) { out.append(contentsOf: text.utf8) }

    private mutating func write(_ text: String) {
        append("\"")
        append(text.isPlainJSON ? text : text.jsonContent(escaping))
        append("\"")
    }

    /// An array in one line: one of thousands of elements on all processors.
    private mutating func write(_ elements: [JSONTree]) {
        append("[")
        let parts = AllProcessors.parts(of: elements) { [escaping] part in
            var writer = JSONWriter(escaping: escaping, indent: nil)
            for (index, element) in part.enumerated() {
                if index > 0 { writer.append(",") }
                writer.write(element)
            }
            return writer.out
        }
        for (index, part) in parts.enumerated() {
            if index > 0 { append(",") }
            out.append(contentsOf: part)
        }
        append("]")
    }

    private mutating func write<T>(_ items: [T], open: String, close: String, item: (inout JSONWriter, T) -> Void) {
        guard !items.isEmpty else {
            append(open + close)
            return
        }
        append(open)
        depth += 1
        for (index, value) in items.enumerated() {
            if index > 0 { append(",") }
            breakLine()
            item(&self, value)
        }
        depth -= 1
        breakLine()
        append(close)
    }

    private mutating func breakLine() {
        if let indent { append("\n" + String(repeating: " ", count: depth * indent)) }
    }
}
