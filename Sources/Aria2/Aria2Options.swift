package import FetchTypes

/// aria2's own tuning, read from a file in aria2's configuration syntax: `name=value` a line, `#` before a comment.
///
/// Only tuning is taken. What would open aria2c to others, run programs, weaken TLS, or touch logins, paths, sessions
/// and proxies is left out with a warning, as is what this program sets itself.
package struct Aria2Options: Sendable {
    /// One option that was taken.
    package struct Option: Sendable, Equatable {
        package let name: String
        package let value: String
        /// Counted from 1.
        package let line: Int
    }

    /// What the file is called towards people.
    package let fileName: String
    /// In the file's order, each name once: a later line wins.
    package private(set) var options: [Option] = []
    /// One sentence for every line that was left out, naming file, line and option.
    package private(set) var warnings: [String] = []

    /// Reads a tuning file.
    /// - Throws: ``Failure`` of kind `config` naming file, key and line: a line without `=` or without a name, or a value
    ///   that the option cannot have.
    package init(parsing text: String, fileName: String) throws(Failure) {
        self.fileName = fileName
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let content = Self.trimmed(line)
            guard !content.isEmpty, !content.hasPrefix("#") else { continue }
            try take(content, line: index + 1)
        }
    }

    /// What is built in: the text of `aria2.conf` at the top of the repository.
    package static let builtIn: Self = {
        do { return try Self(parsing: builtInText, fileName: "the built-in aria2.conf") } catch { fatalError("\(error)") }
    }()

    package var pairs: [(name: String, value: String)] { options.map { ($0.name, $0.value) } }

    /// The failure to report when aria2c did not accept an option that came from here.
    /// - Returns: nil when it did not come from here.
    package func failure(forOption name: String) -> Failure? {
        options.first { $0.name == name }.map { problem($0.name, $0.line, "aria2c does not accept the value \"\($0.value)\".") }
    }

    private mutating func take(_ content: Substring, line: Int) throws(Failure) {
        guard let equals = content.firstIndex(of: "=") else {
            throw problem(String(content.prefix(60)), line, "a line must read name=value.")
        }
        let name = String(Self.trimmed(content[..<equals]))
        let value = String(Self.trimmed(content[content.index(after: equals)...]))
        guard !name.isEmpty, !name.contains(where: \.isWhitespace) else {
            throw problem(String(content.prefix(60)), line, "a line must read name=value.")
        }
        guard let form = Aria2OptionKeys.tuning[name] else {
            let reason = Aria2OptionKeys.refusal(of: name).rawValue
            warnings.append("\(fileName), line \(line): \(name.withoutControlCharacters) is ignored: \(reason).")
            return
        }
        // Whatever aria2c would make of a control character, it is no part of a value here.
        guard !value.holdsControlCharacter else { throw problem(name, line, "the value holds a control character.") }
        if let complaint = form.complaint(value) { throw problem(name, line, "the value \"\(value)\" cannot be used: \(complaint).") }
        options.removeAll { $0.name == name }
        options.append(Option(name: name, value: value, line: line))
    }

    private func problem(_ key: String, _ line: Int, _ why: String) -> Failure {
        Failure(
            .config, "\(fileName), line \(line): \(key) is wrong.", why: why,
            hint: "write it as in the manual of aria2c, or remove line \(line) of \(fileName).")
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
