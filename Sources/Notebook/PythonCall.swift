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
    /// Whether something unpacked is among the arguments: `*args`.
    let hasUnpacked: Bool

    /// Every call whose last name is one of `names`, outermost first.
    static func all(_ tokens: [PythonToken], names: Set<String>) -> [PythonCall] {
        let closings = closings(tokens)
        return tokens.indices.compactMap { index in
            guard let name = tokens[index].name, names.contains(name), index + 1 < tokens.count, tokens[index + 1].isMark("(") else {
                return nil
            }
            return PythonCall(tokens, at: index, closings)
        }
    }

    /// The bracket that closes the one at each index; nil at other tokens, and where none does. Kinds are not told apart.
    private static func closings(_ tokens: [PythonToken]) -> [Int?] {
        var closings = [Int?](repeating: nil, count: tokens.count)
        var open: [Int] = []
        for index in tokens.indices {
            guard case .mark(let mark) = tokens[index].kind else { continue }
            if ["(", "[", "{"].contains(mark) { open.append(index) }
            if [")", "]", "}"].contains(mark), let start = open.popLast() { closings[start] = index }
        }
        return closings
    }

    private init?(_ tokens: [PythonToken], at index: Int, _ closings: [Int?]) {
        guard let close = closings[index + 1] else { return nil }
        var first = index
        var names = [tokens[index].name ?? ""]
        while first >= 2, tokens[first - 1].isMark("."), let owner = tokens[first - 2].name {
            names.append(owner)
            first -= 2
        }
        var name = names.reversed().joined(separator: ".")
        // What hangs on another call's result, or is being defined.
        if first > 0, tokens[first - 1].isMark(".") { name = "?." + name }
        if first > 0, tokens[first - 1].name == "def" { return nil }
        var position = index + 2
        var start = position
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
        while position < close {
            if tokens[position].isMark(",") {
                finish(position)
                start = position + 1
            }
            // What is in brackets is one part.
            position = (closings[position] ?? position) + 1
        }
        finish(close)
        self.name = name
        self.arguments = arguments
        self.hasUnpacked = hasUnpacked
        range = tokens[first].range.lowerBound..<tokens[close].range.upperBound
        self.tokens = first..<close + 1
    }

    /// The positional arguments.
    var positional: [ArraySlice<PythonToken>] { arguments.filter { $0.name == nil }.map(\.tokens) }

    func named(_ name: String) -> ArraySlice<PythonToken>? { arguments.first { $0.name == name }?.tokens }
}
