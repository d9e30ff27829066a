import FetchTypes

/// The part of YAML that `extra_model_paths.yaml` needs: sections of `key: value` lines, comments, quoted values, and blocks of lines
/// behind `|`. Everything else is refused with its line.
struct YAMLSections {
    struct Section: Equatable {
        let name: String
        /// In the file's order.
        var order: [(name: String, value: String)] = []
        var values: [String: String] { Dictionary(order.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }) }

        static func == (left: Section, right: Section) -> Bool {
            left.name == right.name && left.order.elementsEqual(right.order) { $0 == $1 }
        }
    }

    private(set) var sections: [Section] = []
    private let file: String

    /// - Throws: ``Failure`` of kind `config`.
    init(_ text: String, file: String) throws(Failure) {
        self.file = file
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.last == "\r" ? $0.dropLast() : $0 }
        var indent: Int?
        var index = 0
        while index < lines.count {
            let line = lines[index]
            let number = index + 1
            index += 1
            let content = Self.withoutComment(line)
            guard !content.allSatisfy(\.isWhitespace) else { continue }
            if content.contains("\t") { throw refused(number, "there is a tab, and YAML is indented with spaces") }
            let depth = content.prefix { $0 == " " }.count
            let (name, rest) = try pair(content.dropFirst(depth), number)
            if depth == 0 {
                guard rest.isEmpty else { throw refused(number, "the section \(name) has a value on its line") }
                guard !sections.contains(where: { $0.name == name }) else { throw refused(number, "the section \(name) is there already") }
                sections.append(Section(name: name))
                indent = nil
                continue
            }
            guard !sections.isEmpty, depth == indent ?? depth else { throw refused(number, "its indentation fits no line above it") }
            indent = depth
            var value = try scalar(rest, number)
            if ["|", "|-", "|+"].contains(rest) {
                var block: [Substring] = []
                while index < lines.count, Self.depth(lines[index]).map({ $0 > depth }) ?? true {
                    block.append(lines[index])
                    index += 1
                }
                value = block.map { String($0.drop { $0 == " " }).trimmingEnd }.joined(separator: "\n")
            }
            sections[sections.count - 1].order.append((name, value))
        }
    }

    /// Spaces before a line's content; nil for an empty line.
    private static func depth(_ line: Substring) -> Int? {
        line.allSatisfy(\.isWhitespace) ? nil : line.prefix { $0 == " " }.count
    }

    private static func withoutComment(_ line: Substring) -> Substring {
        var quote: Character?
        var before: Character = " "
        for index in line.indices {
            let character = line[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "#", before == " " {
                return line[..<index]
            }
            before = character
        }
        return line
    }

    private func pair(_ content: Substring, _ number: Int) throws(Failure) -> (String, String) {
        guard let colon = content.firstIndex(of: ":") else { throw refused(number, "it has no colon behind a name") }
        let name = content[..<colon]
        let rest = content[content.index(after: colon)...]
        guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || "_-.".contains($0) }), rest.isEmpty || rest.first == " "
        else { throw refused(number, "it is no \"name: value\"") }
        return (String(name), String(rest.drop { $0 == " " }).trimmingEnd)
    }

    private func scalar(_ text: String, _ number: Int) throws(Failure) -> String {
        guard let first = text.first else { return "" }
        if first == "\"" || first == "'" {
            guard text.count >= 2, text.last == first, !text.dropFirst().dropLast().contains(first), !(first == "\"" && text.contains("\\"))
            else { throw refused(number, "its quoted value is not understood") }
            return String(text.dropFirst().dropLast())
        }
        if "[{&*!%@`>".contains(first) { throw refused(number, "a value of this kind is not understood") }
        return text
    }

    private func refused(_ line: Int, _ why: String) -> Failure {
        Failure(
            .config, "\(file), line \(line): this cannot be read.", why: "\(why).",
            hint: "write it as ComfyUI's example has it: sections of \"name: path\" lines, several paths below \"name: |\".")
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
