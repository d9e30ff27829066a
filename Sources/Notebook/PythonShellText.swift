import DropIns

/// A shell's text as an expression of Python's: `"wget …"`, `f"…"`, `"wget " + url`, `"wget {}".format(url)`, `shlex.split("…")`.
struct PythonShellText {
    private let tokens: ArraySlice<PythonToken>
    private let bytes: [UInt8]
    /// Whether Python takes it apart into words itself.
    let isSplit: Bool
    private let found: Reading

    /// - Parameters:
    ///   - expression: the tokens of one expression.
    ///   - isPart: whether text is added to it elsewhere.
    init(_ expression: ArraySlice<PythonToken>, _ bytes: [UInt8], isPart: Bool = false) {
        var tokens = expression
        var isSplit = false
        let names = tokens.prefix(4)
        let isShlex = names.count == 4 && zip(names, ["shlex", ".", "split", "("]).allSatisfy { $0.name == $1 || $0.isMark($1) }
        if isShlex, tokens.last?.isMark(")") == true {
            tokens = tokens.dropFirst(4).dropLast()
            isSplit = true
        } else if tokens.suffix(4).contains(where: { $0.name == "split" }) {
            isSplit = true
        }
        self.tokens = tokens
        self.bytes = bytes
        self.isSplit = isSplit
        found = Self.found(tokens, bytes, isPart: isPart)
    }

    /// Whether a tool's line is in it, as far as can be seen.
    var holdsTool: Bool { found.seen.contains { $0.finding.kind != .remark } }

    func read(into reading: inout Reading) { reading.add(found) }

    /// What is worth saying though no tool's line is in it.
    func addOthers(to reading: inout Reading) { reading.add(found) }

    private static func found(_ tokens: ArraySlice<PythonToken>, _ bytes: [UInt8], isPart: Bool) -> Reading {
        if tokens.count == 1, !isPart, let token = tokens.first, let string = PythonString(bytes[token.range]), !string.hasEscapes {
            let lines = whole(token, string, bytes, isPart: false)
            let breaks = lines.edits.contains { $0.text.contains(string.quote) || $0.text.contains("\\") || $0.text.contains("\n") }
            return breaks ? whole(token, string, bytes, isPart: true) : lines
        }
        var reading = Reading()
        var depth = 0
        var isFirst = true
        for index in tokens.indices {
            if case .mark(let mark) = tokens[index].kind {
                depth += ["(", "[", "{"].contains(mark) ? 1 : [")", "]", "}"].contains(mark) ? -1 : 0
            }
            guard depth == 0, tokens[index].kind == .string else {
                if tokens[index].kind != .string { isFirst = false }
                continue
            }
            reading.add(part(tokens[index], bytes, isTail: !isFirst, isPart: isPart || tokens.count > 1))
            isFirst = false
        }
        return reading
    }

    private static func whole(_ token: PythonToken, _ string: PythonString, _ bytes: [UInt8], isPart: Bool) -> Reading {
        let start = token.range.lowerBound + string.prefix.utf8.count + string.quote.utf8.count
        let inner = start..<token.range.upperBound - string.quote.utf8.count
        var reading = Reading()
        ShellReader(bytes: bytes, dialect: string.isFormatted ? .formatted : .shell, avoiding: string.quote.first, isPart: isPart)
            .read(inner, into: &reading)
        return reading
    }

    /// How many open quotes and brackets are taken from a literal's end at most.
    private static let mostShortenings = 16

    /// One literal among others, or one with escapes: read as the text that it stands for.
    private static func part(_ token: PythonToken, _ bytes: [UInt8], isTail: Bool, isPart: Bool) -> Reading {
        guard let string = PythonString(bytes[token.range]), let text = DecodedPythonString(string, at: token.range.lowerBound) else {
            return Reading()
        }
        var lines = Reading()
        // Where the literal ends within the shell's quotes, what precedes them is enough.
        var end = text.bytes.count
        for _ in 0..<mostShortenings {
            lines = Reading()
            let reader = ShellReader(bytes: text.bytes, dialect: .notebook, isPart: true, isTail: isTail)
            let isClosed = reader.isClosed(0..<end)
            if isClosed || !isPart {
                reader.read(0..<end, into: &lines)
                break
            }
            guard let quote = text.bytes[..<end].lastIndex(where: { "\"'`({".utf8.contains($0) }) else { break }
            end = quote
        }
        var reading = Reading()
        let edits = lines.edits.map { TextEdit(range: text.source(of: $0.range), text: $0.text) }
        for (offset, finding) in lines.seen {
            let range = text.source(of: offset..<offset + finding.text.utf8.count)
            if finding.kind == .converted {
                reading.change(range, by: edits.filter { range.contains($0.range.lowerBound) }, in: bytes, note: finding.note)
            } else {
                reading.leave(range, finding.note ?? "", in: bytes, kind: finding.kind)
            }
        }
        return reading
    }
}
