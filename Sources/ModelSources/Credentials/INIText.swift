/// An INI file as Python's `configparser` reads it, changed a section at a time: every other line stays as it is.
package struct INIText: Sendable, Equatable {
    private var lines: [Substring]

    package init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        while lines.last.map({ $0.allSatisfy(\.isWhitespace) }) ?? false { lines.removeLast() }
    }

    /// The file's new content, ending with a line end; empty when nothing is left.
    package var text: String { lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n" }

    /// In order, each once.
    package var sections: [String] {
        var seen: Set<String> = []
        return lines.compactMap(Self.header).filter { seen.insert($0).inserted }
    }

    /// A key's value, trimmed; names of keys compare in lower case.
    package func value(_ key: String, in section: String) -> String? {
        guard let range = range(of: section) else { return nil }
        for line in lines[range].dropFirst() {
            guard let mark = line.firstIndex(where: { $0 == "=" || $0 == ":" }), !Self.isComment(line) else { continue }
            if Self.trimmed(line[..<mark]).lowercased() == key.lowercased() { return Self.trimmed(line[line.index(after: mark)...]) }
        }
        return nil
    }

    /// Puts a section in, in place of one of that name.
    package mutating func set(_ section: String, _ fields: [(key: String, value: String)]) {
        remove(section)
        if !lines.isEmpty { lines.append("") }
        lines.append("[\(section)]")
        lines += fields.map { "\($0.key) = \($0.value)" }
    }

    package mutating func remove(_ section: String) {
        while let range = range(of: section) { lines.removeSubrange(range) }
        while lines.last.map({ $0.allSatisfy(\.isWhitespace) }) ?? false { lines.removeLast() }
    }

    /// Whether a text may be between the brackets.
    package static func isSectionName(_ text: String) -> Bool {
        !text.isEmpty && text != "DEFAULT" && text == trimmed(text[...])
            && !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f }
    }

    private func range(of section: String) -> Range<Int>? {
        guard let start = lines.firstIndex(where: { Self.header($0) == section }) else { return nil }
        let end = lines[(start + 1)...].firstIndex { Self.header($0) != nil } ?? lines.endIndex
        return start..<end
    }

    private static func header(_ line: Substring) -> String? {
        guard line.first == "[", let end = line.lastIndex(of: "]"), line.index(after: line.startIndex) < end else { return nil }
        return String(line[line.index(after: line.startIndex)..<end])
    }

    private static func isComment(_ line: Substring) -> Bool {
        ["#", ";"].contains(line.drop { $0.isWhitespace }.first)
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
