/// The line `import fetchctl` that a call of fetchctl's needs.
struct PythonImport {
    let call: PythonCall
    let tokens: [PythonToken]
    let bytes: [UInt8]

    /// - Returns: the line before the call's statement; nil where the cell has one that holds there.
    /// - Throws: ``SkipReason`` where no line can precede it.
    func edit(_ reading: inout Reading) throws(SkipReason) -> TextEdit? {
        guard !reading.hasImport else { return nil }
        let statement = PythonStatement(call: call, tokens: tokens)
        guard let start = statement.start, !statement.isClause else { throw SkipReason("there is no line for an import before it") }
        let lineStart = bytes[..<start].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let indent = String(decoding: bytes[lineStart..<start], as: UTF8.self)
        guard indent.allSatisfy({ $0 == " " || $0 == "\t" }) else { throw SkipReason("there is no line for an import before it") }
        reading.hasImport = indent.isEmpty
        return TextEdit(range: start..<start, text: "import fetchctl\n" + indent)
    }
}
