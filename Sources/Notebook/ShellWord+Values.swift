extension ShellWord {
    /// The word with the values of its variables; nil where one is not certain, or might become several words or other ones.
    func expanded(by scope: ShellScope) -> String? {
        guard !mayBeSeveral else { return nil }
        var text = ""
        for (index, part) in parts.enumerated() {
            switch part {
            case .text(let piece, let quote):
                // `$'…'` has escapes of its own.
                if quote == .none, piece.hasSuffix("$"), index < parts.count - 1 { return nil }
                text += piece
            case .variable(let source, let quote):
                guard let value = scope.text(of: source, at: range.lowerBound) else { return nil }
                // Without quotes the shell splits what it puts in, and takes it for a pattern.
                if quote == .none, value.contains(where: { " \t\n*?[\\".contains($0) }) { return nil }
                text += value
            }
        }
        // Of nothing without quotes there is no word.
        return text.isEmpty && isBareVariable != nil ? nil : text
    }

    /// Options whose value is a place for a file or a folder.
    private static let placing: Set<String> = ["-O", "-o", "-P", "-d", "--out", "--output", "--output-document", "--dir", "--output-dir"]

    /// Whether it is a file's or folder's name that the shell takes for a pattern: what it becomes depends on the files that are there.
    /// - Parameter option: the word before it.
    func isPattern(behind option: String?) -> Bool {
        let isPlace = option.map(Self.placing.contains) ?? false
        guard isPlace || Self.placing.contains(where: { source.hasPrefix($0) }), !source.contains("://") else { return false }
        return parts.contains { part in
            if case .text(let text, .none) = part { text.contains { "*?[".contains($0) } } else { false }
        }
    }

    /// The words that it becomes: of `"$@"` all arguments; nil where they are not certain.
    func words(by scope: ShellScope) -> [String]? {
        guard parts.count == 1, case .variable(let source, let quote) = parts[0], ["$@", "${@}", "$*", "${*}"].contains(source) else {
            return mayBeSeveral ? bracedWords(by: scope) : expanded(by: scope).map { [$0] }
        }
        guard let all = scope.arguments(at: range.lowerBound), !all.contains(nil) else { return nil }
        let words = all.compactMap(\.self)
        if quote == .double, source.contains("@") { return words }
        // Without quotes the shell splits them; with a star it joins them.
        return quote == .none && !words.contains { $0.isEmpty || $0.contains { " \t\n*?[\\".contains($0) } } ? words : nil
    }

    /// `NAME` of `$NAME` and `${NAME}`; nil for every other form.
    static func variableName(_ source: String) -> String? {
        guard source.hasPrefix("$") else { return nil }
        var name = source.dropFirst()
        if name.hasPrefix("{"), name.hasSuffix("}") { name = name.dropFirst().dropLast() }
        return isName(name) ? String(name) : nil
    }

    /// Whether it is a variable's name (POSIX.1, 3.216).
    static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    /// The name and the value's word of `name=value`; the value is nil where it is not a plain one: an element, a `~`.
    var assignment: (name: String, isAddition: Bool, value: ShellWord?)? {
        guard case .text(let text, .none)? = parts.first, let equals = text.firstIndex(of: "=") else { return nil }
        var name = text[..<equals]
        let isAddition = name.hasSuffix("+")
        if isAddition { name = name.dropLast() }
        if let bracket = name.firstIndex(of: "["), name.hasSuffix("]"), Self.isName(name[..<bracket]) {
            return (String(name[..<bracket]), isAddition, nil)
        }
        guard Self.isName(name) else { return nil }
        let rest = text[text.index(after: equals)...]
        // The shell puts a home there.
        if rest.hasPrefix("~") || rest.contains(":~") { return (String(name), isAddition, nil) }
        var value = self
        value.parts.removeFirst()
        if !rest.isEmpty { value.parts.insert(.text(String(rest), .none), at: 0) }
        // In an assignment nothing is split, and no pattern or brace is expanded.
        value.mayBeSeveral = false
        value.parts = value.parts.map { part in
            if case .variable(let source, .none) = part { .variable(source, .double) } else { part }
        }
        return (String(name), isAddition, value)
    }
}
