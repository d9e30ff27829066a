/// Follows the folder of a notebook's kernel through its cells, in their order: `%cd`, `%pushd`, `%popd`, `cd x` without its mark, and
/// `os.chdir`. A shell line has a shell of its own, whose `cd` ends with it.
struct PythonFolders: Sendable {
    private var place = FolderPlace()
    /// Of the cell that was read last.
    private(set) var changes = FolderChanges()

    private static let magics: Set<String> = ["cd", "pushd", "popd"]

    /// Takes a cell.
    /// - Parameters:
    ///   - range: of its code; nil where another program than Python reads the cell.
    mutating func read(_ bytes: [UInt8], _ range: Range<Int>?, _ names: PythonNames) {
        changes = FolderChanges()
        changes.append(place.folder, at: 0)
        guard let range else { return }
        var lexer = PythonLexer(bytes, range)
        guard let tokens = lexer.all() else {
            let text = String(decoding: bytes[range], as: UTF8.self)
            if text.contains("chdir") || text.contains("%cd") {
                lose("a cell that cannot be read changes the folder", at: range.lowerBound)
            }
            return
        }
        for index in tokens.indices { take(index, tokens, bytes, names) }
    }

    private mutating func take(_ index: Int, _ tokens: [PythonToken], _ bytes: [UInt8], _ names: PythonNames) {
        let token = tokens[index]
        let isFirst = index == 0 || tokens[index - 1].kind == .newline
        if token.kind == .magic, isFirst {
            let line = String(decoding: bytes[token.range].dropFirst(), as: UTF8.self)
            run(line, token, bytes)
        } else if isFirst, let name = token.name, Self.magics.contains(name), isAutomatic(index, tokens, bytes) {
            let end = bytes[token.range.lowerBound...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            run(String(decoding: bytes[token.range.lowerBound..<end], as: UTF8.self), token, bytes)
        } else if let name = token.name, index + 1 < tokens.count, tokens[index + 1].isMark("(") {
            if name == "chdir" || names.resolved(name) == "os.chdir" { changeDirectory(index, tokens, bytes) }
        }
    }

    /// `cd models` without `%`, which is no Python: IPython takes it for the magic.
    private func isAutomatic(_ index: Int, _ tokens: [PythonToken], _ bytes: [UInt8]) -> Bool {
        let behind = tokens[index].range.upperBound
        guard behind < bytes.count, bytes[behind] == UInt8(ascii: " "), index + 1 < tokens.count else { return false }
        let next = tokens[index + 1]
        guard case .mark(let mark) = next.kind else { return next.kind != .newline }
        return ["/", "~", "-"].contains(mark) || mark == "." && index + 2 < tokens.count && tokens[index + 2].isMark(".")
    }

    /// - Parameter line: a magic's, without its mark.
    private mutating func run(_ line: String, _ token: PythonToken, _ bytes: [UInt8]) {
        var text = line.prefix { $0 != "\n" && $0 != "\r" }
        let name = String(text.prefix { $0 != " " && $0 != "\t" })
        guard Self.magics.contains(name) else { return }
        let shown = "%\(text)"
        text = text.dropFirst(name.count)
        func trim() {
            while text.first?.isWhitespace == true { text = text.dropFirst() }
            while text.last?.isWhitespace == true { text = text.dropLast() }
        }
        trim()
        if text.hasPrefix("-q") {
            text = text.dropFirst(2)
            trim()
        }
        if text.count > 1, let quote = text.first, quote == "\"" || quote == "'", text.last == quote { text = text.dropFirst().dropLast() }
        let isKnown = !text.contains { "{}$".contains($0) }
        var next = place
        next.run(name, text.isEmpty ? [] : [isKnown ? String(text) : nil], shown: shown)
        move(to: next, token, bytes)
    }

    private mutating func changeDirectory(_ index: Int, _ tokens: [PythonToken], _ bytes: [UInt8]) {
        let end = tokens[(index + 1)...].firstIndex { $0.isMark(")") } ?? index + 1
        let value = PythonValue(tokens[(index + 2)..<max(index + 2, end)], in: bytes)?.literal
        var next = place
        next.run("cd", [value], shown: "chdir")
        move(to: next, tokens[index], bytes)
    }

    /// Within a block it may not run, or run several times.
    private mutating func move(to next: FolderPlace, _ token: PythonToken, _ bytes: [UInt8]) {
        let start = bytes[..<token.range.lowerBound].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let first = bytes[start]
        guard first != UInt8(ascii: " "), first != UInt8(ascii: "\t") else {
            return lose("the folder is changed within a block before", at: token.range.lowerBound)
        }
        place = next
        changes.append(place.folder, at: token.range.lowerBound)
    }

    private mutating func lose(_ why: String, at offset: Int) {
        place.lose(why)
        changes.append(place.folder, at: offset)
    }
}
