package import FetchTypes

/// A list of references, in the syntax of aria2's input files: one entry a line.
///
/// - Several references on a line, with tabs between them, are mirrors of one file.
/// - Lines that begin with a space or a tab are `name=value` options of the entry above.
/// - Lines that begin with `#` are comments; they and empty lines end no entry.
package struct InputFile: Sendable {
    /// - Parameter text: the whole file; lines end in LF or CR LF.
    /// - Throws: ``Failure`` of kind `usage` that names the line.
    package static func parse(_ text: String) throws(Failure) -> [InputEntry] {
        var entries: [InputEntry] = []
        var number = 0
        for scalars in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            var line = String(scalars.last == "\r" ? scalars.dropLast() : scalars)
            if number == 1, line.unicodeScalars.first?.value == 0xfeff { line.unicodeScalars.removeFirst() }
            let content = line.trimmedOfSpace
            if content.isEmpty || content.hasPrefix("#") { continue }
            if content.unicodeScalars.contains(where: { $0.isControl && $0 != "\t" }) {
                throw refusal(number, "it has a control character inside.", hint: "save the list as plain text in UTF-8.")
            }
            guard line.hasPrefix(" ") || line.hasPrefix("\t") else {
                let references = line.split(separator: "\t").map(\.trimmedOfSpace).filter { !$0.isEmpty }
                entries.append(InputEntry(references: references, line: number))
                continue
            }
            guard !entries.isEmpty else {
                throw refusal(
                    number, "it begins with white space, which makes it an option, but no reference is above it.",
                    hint: "begin a reference in the first column.")
            }
            entries[entries.count - 1].options.append(try option(content, number))
        }
        return entries
    }

    private static func option(_ content: String, _ line: Int) throws(Failure) -> InputEntry.Option {
        let parts = content.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw refusal(
                line, "\(content.quoted) begins with white space, which makes it an option, but it has no \"=\".",
                hint: "write name=value, such as out=model.safetensors; a reference begins in the first column.")
        }
        let name = parts[0].trimmedOfSpace
        guard name.isMade(of: "-"), name.first != "-" else {
            let bare = name.drop { $0 == "-" }
            throw refusal(
                line, "\(name.quoted) is no option's name.",
                hint: bare.isMade(of: "-")
                    ? "did you mean \(bare)=…, without dashes?" : "write name=value, such as out=model.safetensors.")
        }
        return InputEntry.Option(name: name, value: parts[1].trimmedOfSpace, line: line)
    }

    private static func refusal(_ line: Int, _ why: String, hint: String) -> Failure {
        Failure(.usage, "cannot understand line \(line) of the input file.", why: why, hint: hint)
    }
}

/// One line of an input file and the options below it.
///
/// A reference may carry a token and a header is a secret: neither shows in a description.
package struct InputEntry: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    package struct Option: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
        /// As written: `out`, `dir`, `header`.
        package var name: String
        package var value: String
        /// Counted from 1.
        package var line: Int

        package init(name: String, value: String, line: Int) {
            self.name = name
            self.value = value
            self.line = line
        }

        package var description: String { "\(name)= of line \(line)" }
        package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
    }

    /// At least one; what follows the first are mirrors of the same bytes.
    package var references: [String]
    /// In order; a name may come more than once (`header`).
    package var options: [Option]
    /// Counted from 1.
    package var line: Int

    package init(references: [String], options: [Option] = [], line: Int) {
        self.references = references
        self.options = options
        self.line = line
    }

    package var description: String { "entry of line \(line)" }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
