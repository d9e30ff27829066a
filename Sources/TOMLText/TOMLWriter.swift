/// Writes a TOML document line by line: the same calls give the same text.
package struct TOMLWriter: Sendable {
    /// What has been written so far.
    package private(set) var text = ""

    package init() {}

    package mutating func blankLine() { text += "\n" }

    /// A comment; each line of it gets its own mark, and control characters become blanks.
    package mutating func comment(_ words: String) {
        for line in words.split(separator: "\n", omittingEmptySubsequences: false) {
            let clean = line.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }
            text += line.isEmpty ? "#\n" : "# \(String(clean))\n"
        }
    }

    /// `[a.b]`
    package mutating func table(_ path: [String]) { text += "[\(Self.path(path))]\n" }

    /// `[[a.b]]`
    package mutating func arrayTable(_ path: [String]) { text += "[[\(Self.path(path))]]\n" }

    /// `key = value` on one line.
    package mutating func entry(_ key: String, _ value: TOMLValue.Content) { text += "\(Self.key(key)) = \(Self.inline(value))\n" }

    private static func path(_ names: [String]) -> String { names.map(key).joined(separator: ".") }

    /// A key, in quotes where it needs them.
    package static func key(_ name: String) -> String {
        let isBare = name.utf8.allSatisfy {
            TOMLScanner.isDigit($0) || TOMLScanner.isLetter($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
        return isBare && !name.isEmpty ? name : quoted(name)
    }

    /// A string on one line, in double quotes; control characters and what changes the direction of text are escaped.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where isEscaped(scalar):
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let width = scalar.value > 0xFFFF ? 8 : 4
                result += (width == 8 ? "\\U" : "\\u") + String(repeating: "0", count: width - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
        default: false
        }
    }

    /// A value on one line: arrays in brackets, tables in braces.
    package static func inline(_ value: TOMLValue.Content) -> String {
        switch value {
        case .string(let text): quoted(text)
        case .integer(let number): String(number)
        case .float(let number): float(number)
        case .boolean(let flag): String(flag)
        case .dateTime(let text): text
        case .array(let values): "[" + values.map { inline($0.content) }.joined(separator: ", ") + "]"
        case .table(let table):
            table.entries.isEmpty
                ? "{}" : "{ " + table.entries.map { "\(key($0.key)) = \(inline($0.value.content))" }.joined(separator: ", ") + " }"
        }
    }

    /// The shortest digits that read back as the same number.
    private static func float(_ number: Double) -> String {
        if number.isNaN { return "nan" }
        // Swift writes 1.0, 1e+20, inf and -inf as TOML does.
        return "\(number)"
    }
}

extension TOMLTable {
    /// The table as a document: values first, then the tables under headers, and arrays of tables with a header for each.
    package var text: String {
        var writer = TOMLWriter()
        write(to: &writer, at: [])
        return writer.text
    }

    private func write(to writer: inout TOMLWriter, at path: [String]) {
        for entry in entries where Self.tables(in: entry.value) == nil { writer.entry(entry.key, entry.value.content) }
        for entry in entries {
            guard let tables = Self.tables(in: entry.value) else { continue }
            for table in tables {
                if !writer.text.isEmpty { writer.blankLine() }
                if entry.value.table == nil { writer.arrayTable(path + [entry.key]) } else { writer.table(path + [entry.key]) }
                table.write(to: &writer, at: path + [entry.key])
            }
        }
    }

    /// The tables that get headers; nil for a value that is written on one line.
    private static func tables(in value: TOMLValue) -> [TOMLTable]? {
        if let table = value.table { return [table] }
        guard let values = value.array, !values.isEmpty else { return nil }
        let tables = values.compactMap(\.table)
        return tables.count == values.count ? tables : nil
    }
}
