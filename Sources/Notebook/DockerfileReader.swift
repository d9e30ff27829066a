import DropIns
import JSONText

/// Finds the lines of download tools in a Dockerfile's `RUN` instructions, and what they become.
struct DockerfileReader {
    let bytes: [UInt8]

    private static let shells: Set<String> = ["sh", "bash", "dash", "ash", "ksh", "zsh"]

    func read(into reading: inout Reading) {
        var shell = bytes
        // Windows images name another character for continuation lines; their shells are others too.
        if escapesWithBacktick { return }
        var isShell = true
        var folder = ScriptFolder.start
        for instruction in DockerInstruction.all(bytes, shell: &shell) {
            var instruction = instruction
            var name = instruction.name
            if name == "ONBUILD" { name = Self.takeWord(&instruction, shell).uppercased() }
            switch name {
            case "FROM": (isShell, folder) = (true, .start)
            case "WORKDIR":
                let path = Self.line(instruction, shell)
                folder = path.contains("$") ? .unknown("WORKDIR \(path) has a variable") : folder.entering(path)
            case "SHELL": isShell = words(instruction, shell)?.first.map { Self.shells.contains(Self.program($0)) } ?? true
            case "RUN":
                let first = reading.fetched.count
                run(instruction, shell: shell, refusal: isShell ? nil : "its shell is not one of Unix", reading: &reading)
                reading.enter(folder, from: first)
            case "CMD", "ENTRYPOINT":
                run(instruction, shell: shell, refusal: "it runs when a container starts, not while the image is built", reading: &reading)
            default: break
            }
        }
    }

    /// `# escape=` followed by a backtick, among the comments at the file's top.
    private var escapesWithBacktick: Bool {
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let text = String(decoding: line, as: UTF8.self).filter { !$0.isWhitespace }.lowercased()
            guard text.hasPrefix("#"), text.contains("=") else { return false }
            if text == "#escape=`" { return true }
        }
        return false
    }

    /// - Parameter refusal: why nothing of it is converted; nil where it may be.
    private func run(_ instruction: DockerInstruction, shell: [UInt8], refusal: String?, reading: inout Reading) {
        var instruction = instruction
        while let flag = Self.nextWord(instruction, shell), flag.hasPrefix("--") { _ = Self.takeWord(&instruction, shell) }
        var inner = Reading()
        if let words = words(instruction, shell) {
            let program = words.first.map(Self.program) ?? ""
            guard DropInTool(rawValue: program) != nil || StarterLine(program: program, words: Array(words.dropFirst())).why != nil else {
                return
            }
            reading.leave(instruction.arguments, "it is a list of words, which no shell reads", in: bytes)
            return
        }
        if let document = instruction.documents.first, isOnlyDocument(instruction, shell) {
            // The text is the script; what it begins with may name another interpreter.
            if let program = ConvertibleForm.interpreter(bytes[document]), !Self.shells.contains(program) { return }
            ShellReader(bytes: bytes, dialect: .shell).read(document, into: &inner)
        } else {
            ShellReader(bytes: shell, dialect: .shell, expandsAliases: true).read(instruction.arguments, into: &inner)
            // Written again it would lack them.
            for edit in inner.edits where refusal == nil && instruction.interruptions.contains(where: { $0.overlaps(edit.range) }) {
                inner.refuse(edit, "a comment or an empty line is within it")
            }
        }
        if let why = refusal { inner.refuseAll(why) }
        for index in inner.seen.indices {
            let (offset, finding) = inner.seen[index]
            inner.seen[index].finding.text = String(decoding: bytes[offset..<offset + finding.text.utf8.count], as: UTF8.self)
        }
        reading.add(inner)
    }

    private func isOnlyDocument(_ instruction: DockerInstruction, _ shell: [UInt8]) -> Bool {
        var lexer = ShellLexer(shell, instruction.arguments, .shell)
        guard let tokens = lexer.tokens(), tokens.count == 2, case .redirection = tokens[0] else { return false }
        return true
    }

    // MARK: words

    private static func program(_ word: String) -> String { String(word.split { "/\\".contains($0) }.last ?? "") }

    /// The elements of `["wget", "-O", …]`; nil in the form that a shell reads.
    private func words(_ instruction: DockerInstruction, _ shell: [UInt8]) -> [String]? {
        // The escape of a continuation line is not JSON's.
        var text = Array(shell[instruction.arguments])
        for index in text.indices.dropLast() where text[index] == UInt8(ascii: "\\") && text[index + 1] == UInt8(ascii: "\n") {
            text[index] = UInt8(ascii: " ")
        }
        guard text.first(where: { !" \t\n".utf8.contains($0) }) == UInt8(ascii: "["), let node = JSONNode.parse(text),
            let elements = node.elements
        else { return nil }
        return elements.compactMap { $0.text(in: text) }
    }

    /// All of its words, as `WORKDIR` takes them.
    private static func line(_ instruction: DockerInstruction, _ shell: [UInt8]) -> String {
        var text = String(decoding: shell[instruction.arguments], as: UTF8.self)[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        if text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
        return String(text)
    }

    private static func wordRange(_ instruction: DockerInstruction, _ shell: [UInt8]) -> Range<Int>? {
        let text = shell[instruction.arguments]
        guard let start = text.firstIndex(where: { !" \t\r\n\\".utf8.contains($0) }) else { return nil }
        return start..<(text[start...].firstIndex { " \t\r\n".utf8.contains($0) } ?? text.endIndex)
    }

    private static func nextWord(_ instruction: DockerInstruction, _ shell: [UInt8]) -> String? {
        wordRange(instruction, shell).map { String(decoding: shell[$0], as: UTF8.self) }
    }

    private static func takeWord(_ instruction: inout DockerInstruction, _ shell: [UInt8]) -> String {
        guard let range = wordRange(instruction, shell) else { return "" }
        instruction.arguments = range.upperBound..<instruction.arguments.upperBound
        return String(decoding: shell[range], as: UTF8.self)
    }
}
