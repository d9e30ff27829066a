/// A token of Python's text, as far as calls have to be found in it.
struct PythonToken: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case name(String)
        case string
        case number
        /// One character, or `**`.
        case mark(String)
        /// The end of a logical line.
        case newline
        /// A shell line behind `!`, without the mark; with whether its output is used (`x = !cmd`, `!!cmd`).
        case shell(isUsed: Bool)
        /// A line magic: `%cd x`, with its mark.
        case magic
    }

    var kind: Kind
    /// Offsets in bytes.
    var range: Range<Int>

    var name: String? { if case .name(let name) = kind { name } else { nil } }
    func isMark(_ text: String) -> Bool { kind == .mark(text) }
}
