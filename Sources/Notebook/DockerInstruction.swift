/// One instruction of a Dockerfile, as BuildKit's parser takes the lines together.
struct DockerInstruction {
    /// In capitals.
    let name: String
    /// What follows the name, continuation lines included.
    var arguments: Range<Int>
    /// Lines of comments, and empty ones, that are between continuation lines.
    let interruptions: [Range<Int>]
    /// The text of each here-document, in order, without the line that ends it.
    let documents: [Range<Int>]

    /// Every instruction of a file.
    /// - Parameters:
    ///   - bytes: the file.
    ///   - shell: the same file as a shell would see it: of the same length, with nothing but blanks in the place of interruptions.
    static func all(_ bytes: [UInt8], shell: inout [UInt8]) -> [DockerInstruction] {
        var found: [DockerInstruction] = []
        var position = 0
        while position < bytes.count {
            let line = lineRange(bytes, at: position)
            let content = trimmed(bytes, line)
            guard !content.isEmpty, bytes[content.lowerBound] != UInt8(ascii: "#") else {
                position = line.upperBound
                continue
            }
            var interruptions: [Range<Int>] = []
            position = end(of: line, bytes, &shell, &interruptions)
            let nameEnd = bytes[content].firstIndex { " \t\r\n\\".utf8.contains($0) } ?? content.upperBound
            let name = String(decoding: bytes[content.lowerBound..<nameEnd], as: UTF8.self).uppercased()
            var arguments = nameEnd..<position
            while let last = shell[arguments].last, "\r\n".utf8.contains(last) {
                arguments = arguments.lowerBound..<arguments.upperBound - 1
            }
            var documents: [Range<Int>] = []
            if ["RUN", "COPY", "ADD", "ONBUILD"].contains(name) {
                for delimiter in delimiters(shell, arguments) { documents.append(document(bytes, delimiter, &position)) }
            }
            found.append(DockerInstruction(name: name, arguments: arguments, interruptions: interruptions, documents: documents))
        }
        return found
    }

    // MARK: lines

    /// The line that begins at an offset, with its end.
    private static func lineRange(_ bytes: [UInt8], at start: Int) -> Range<Int> {
        start..<(bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count)
    }

    private static func trimmed(_ bytes: [UInt8], _ line: Range<Int>) -> Range<Int> {
        let start = bytes[line].firstIndex { !" \t\r\n".utf8.contains($0) } ?? line.upperBound
        let end = bytes[line].lastIndex { !" \t\r\n".utf8.contains($0) }.map { $0 + 1 } ?? start
        return start..<max(start, end)
    }

    /// The offset behind the instruction that begins with `first`. Continuation lines end for the shell as it knows them.
    private static func end(of first: Range<Int>, _ bytes: [UInt8], _ shell: inout [UInt8], _ interruptions: inout [Range<Int>]) -> Int {
        var line = first
        while true {
            let content = trimmed(bytes, line)
            if line != first, content.isEmpty || bytes[content.lowerBound] == UInt8(ascii: "#") {
                interruptions.append(line)
                for offset in line { shell[offset] = UInt8(ascii: " ") }
            } else {
                let isContinued =
                    content.last.map { bytes[$0] == UInt8(ascii: "\\") } ?? false
                    && !(content.count > 1 && bytes[content.upperBound - 2] == UInt8(ascii: "\\"))
                guard isContinued else { return line.upperBound }
                for offset in (content.upperBound - 1)..<line.upperBound { shell[offset] = UInt8(ascii: " ") }
                if line.upperBound < bytes.count, line.count > 1 {
                    shell[line.upperBound - 2] = UInt8(ascii: "\\")
                    shell[line.upperBound - 1] = UInt8(ascii: "\n")
                }
            }
            guard line.upperBound < bytes.count else { return line.upperBound }
            line = lineRange(bytes, at: line.upperBound)
        }
    }

    // MARK: here-documents

    private struct Delimiter {
        let text: String
        let stripsTabs: Bool
    }

    private static func delimiters(_ shell: [UInt8], _ range: Range<Int>) -> [Delimiter] {
        var lexer = ShellLexer(shell, range, .shell)
        let tokens = lexer.tokens() ?? []
        return zip(tokens, tokens.dropFirst()).compactMap { token, next in
            guard case .redirection(let kind, _) = token, kind.hasSuffix("<<") || kind.hasSuffix("<<-"), case .word(let word) = next else {
                return nil
            }
            return Delimiter(text: word.literal ?? word.source, stripsTabs: kind.hasSuffix("-"))
        }
    }

    /// - Parameter position: where it begins; afterwards behind the line that ends it.
    private static func document(_ bytes: [UInt8], _ delimiter: Delimiter, _ position: inout Int) -> Range<Int> {
        let start = position
        while position < bytes.count {
            let line = lineRange(bytes, at: position)
            var text = bytes[line]
            while let last = text.last, "\r\n".utf8.contains(last) { text.removeLast() }
            if delimiter.stripsTabs { text = text.drop { $0 == UInt8(ascii: "\t") } }
            if text.elementsEqual(delimiter.text.utf8) {
                position = line.upperBound
                return start..<line.lowerBound
            }
            position = line.upperBound
        }
        return start..<position
    }
}
