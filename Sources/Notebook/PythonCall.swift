/// A call in Python's text: what is called, and with which arguments.
struct PythonCall: Sendable {
    struct Argument: Sendable {
        var name: String?
        var tokens: ArraySlice<PythonToken>
        /// Its name included.
        var range: Range<Int>
    }

    /// With its dots: `subprocess.run`.
    let name: String
    let arguments: [Argument]
    /// From the name's first letter to the closing bracket.
    let range: Range<Int>
    /// Indices of its tokens.
    let tokens: Range<Int>
    /// Whether something unpacked stands among the arguments: `*args`.
    let hasUnpacked: Bool

    /// Every call whose last name is one of `names`, outermost first.
    static func all(_ tokens: [PythonToken], names: Set<String>) -> [PythonCall] {
        tokens.indices.compactMap { index in
            guard let name = tokens[index].name, names.contains(name), index + 1 < tokens.count, tokens[index + 1].isMark("(") else {
                return nil
            }
            return PythonCall(tokens, at: index)
        }
    }

    private init?(_ tokens: [PythonToken], at index: Int) {
        var first = index
        var name = tokens[index].name ?? ""
        while first >= 2, tokens[first - 1].isMark("."), let owner = tokens[first - 2].name {
            name = owner + "." + name
            first -= 2
        }
        // What hangs on another call's result, or is being defined.
        if first > 0, tokens[first - 1].isMark(".") { name = "?." + name }
        if first > 0, tokens[first - 1].name == "def" { return nil }
        var depth = 0
        var position = index + 1
        var start = position + 1
        var arguments: [Argument] = []
        var hasUnpacked = false
        func finish(_ end: Int) {
            guard start < end else { return }
            let slice = tokens[start..<end]
            let range = tokens[start].range.lowerBound..<tokens[end - 1].range.upperBound
            if slice.first?.isMark("*") == true || slice.first?.isMark("**") == true { hasUnpacked = true }
            if slice.count > 2, let name = slice.first?.name, slice[start + 1].isMark("=") {
                arguments.append(Argument(name: name, tokens: slice.dropFirst(2), range: range))
            } else {
                arguments.append(Argument(name: nil, tokens: slice, range: range))
            }
        }
        while position < tokens.count {
            if case .mark(let mark) = tokens[position].kind {
                if ["(", "[", "{"].contains(mark) { depth += 1 }
                if [")", "]", "}"].contains(mark) { depth -= 1 }
                if depth == 0 { break }
                if mark == ",", depth == 1 {
                    finish(position)
                    start = position + 1
                }
            }
            position += 1
        }
        guard position < tokens.count else { return nil }
        finish(position)
        self.name = name
        self.arguments = arguments
        self.hasUnpacked = hasUnpacked
        range = tokens[first].range.lowerBound..<tokens[position].range.upperBound
        self.tokens = first..<position + 1
    }

    /// The positional arguments.
    var positional: [ArraySlice<PythonToken>] { arguments.filter { $0.name == nil }.map(\.tokens) }

    func named(_ name: String) -> ArraySlice<PythonToken>? { arguments.first { $0.name == name }?.tokens }
}
