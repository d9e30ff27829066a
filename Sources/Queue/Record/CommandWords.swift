package import FetchTypes

/// A command line taken apart as a POSIX shell would, with quotes and backslashes; nothing is expanded, and no shell runs.
package enum CommandWords {
    /// - Parameter option: names what the line was given to.
    /// - Throws: ``Failure`` with exit code 64: no word, a quote without its end, or a character that only a shell understands.
    package static func split(_ line: String, of option: String) throws(Failure) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Unicode.Scalar?
        var rest = line.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\0" { throw refusal(option, "it has a zero in it.") }
            if let open = quote {
                if scalar == open {
                    quote = nil
                } else if open == "\"", scalar == "\\", let next = rest.first, "\"\\$`".unicodeScalars.contains(next) {
                    word?.unicodeScalars.append(rest.removeFirst())
                } else {
                    word?.unicodeScalars.append(scalar)
                }
                continue
            }
            switch scalar {
            case " ", "\t", "\n":
                if let done = word { words.append(done) }
                word = nil
            case "'", "\"":
                quote = scalar
                word = word ?? ""
            case "\\":
                guard let next = rest.popFirst() else { throw refusal(option, "it ends in a backslash.") }
                word = (word ?? "") + String(Character(next))
            case "|", ";", "&", "<", ">", "`", "(", ")":
                throw refusal(option, "\(scalar) needs a shell, and none runs.", hint: "put the line into a script, or write: sh -c '…'.")
            default:
                word = (word ?? "") + String(Character(scalar))
            }
        }
        guard quote == nil else { throw refusal(option, "a quote has no end.") }
        if let word { words.append(word) }
        guard let program = words.first, !program.isEmpty else { throw refusal(option, "it names no program.") }
        return words
    }

    private static func refusal(_ option: String, _ why: String, hint: String = "for example: \(example)") -> Failure {
        Failure(.usage, "the command of \(option) cannot be understood.", why: why, hint: hint)
    }

    private static let example = "--on-complete 'notify-send done'"
}
