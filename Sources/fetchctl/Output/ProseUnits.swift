/// The parts of a line that are not broken: words, commands and quoted texts, with the spaces before each.
struct ProseUnits {
    struct Unit: Equatable {
        /// Spaces before it.
        var gap: Int
        var text: String
    }

    private(set) var units: [Unit] = []

    init(_ line: String) {
        let words = Self.words(line)
        var index = 0
        while index < words.count {
            let end = max(Self.endOfCommand(words, index) ?? index, Self.endOfQuote(words, index) ?? index)
            let tail = words[(index + 1)..<(end + 1)].map { String(repeating: " ", count: $0.gap) + $0.text }
            units.append(Unit(gap: words[index].gap, text: words[index].text + tail.joined()))
            index = end + 1
        }
    }

    private static func words(_ line: String) -> [Unit] {
        var words: [Unit] = []
        var rest = Substring(line)
        while !rest.isEmpty {
            let gap = rest.prefix { $0 == " " }
            let word = rest[gap.endIndex...].prefix { $0 != " " }
            words.append(Unit(gap: gap.count, text: String(word)))
            rest = rest[word.endIndex...]
        }
        return words
    }

    /// The last word of a command to copy: it ends with the clause.
    private static func endOfCommand(_ words: [Unit], _ index: Int) -> Int? {
        guard index + 1 < words.count else { return nil }
        let word = words[index].text.drop { $0 == "(" || $0 == "`" }
        let isNamed = word != words[index].text || index > 0 && words[index - 1].text.hasSuffix(":")
        let isOurs = word == "fetchctl" && Commands.names.contains(String(words[index + 1].text.prefix { $0.isLetter || $0 == "-" }))
        guard isOurs || isNamed && programs.contains(String(word)) else { return nil }
        return words[index...].firstIndex { $0.text.last.map { ",;:)".contains($0) } ?? false } ?? words.count - 1
    }

    /// Programs that this program's hints name.
    private static let programs: Set<String> = [
        "fetchctl", "mkdir", "hf", "pip", "apt", "ollama", "ulimit", "sh", "head", "export", "sudo", "chmod",
    ]

    /// The word in which a quotation ends that begins with this one.
    private static func endOfQuote(_ words: [Unit], _ index: Int) -> Int? {
        let word = words[index].text.drop { $0 == "(" }
        guard let quote = word.first, quote == "'" || quote == "\"", !word.dropFirst().contains(quote) else { return nil }
        return words[(index + 1)...].prefix(longestQuote).firstIndex { $0.text.contains(quote) }
    }

    /// Words. An apostrophe might look like the beginning of a quotation.
    private static let longestQuote = 12
}
