/// The logical line that a call is in.
struct PythonStatement {
    /// Whether the call is all of it.
    let isWhole: Bool
    /// Whether it is all that follows a colon: `if x: call()`.
    let isBehindColon: Bool
    /// Where it begins, in bytes.
    let start: Int?
    /// Whether it belongs to what is above it: `else: …`.
    let isClause: Bool

    init(call: PythonCall, tokens: [PythonToken]) {
        let first = tokens[..<call.tokens.lowerBound].lastIndex { $0.kind == .newline }.map { $0 + 1 } ?? 0
        let isLast = call.tokens.upperBound == tokens.count || tokens[call.tokens.upperBound].kind == .newline
        isWhole = first == call.tokens.lowerBound && isLast
        let before = call.tokens.lowerBound > first ? tokens[call.tokens.lowerBound - 1] : nil
        // A colon within brackets belongs to a slice or a dictionary, one of a lambda to a value.
        let depth = tokens[first..<call.tokens.lowerBound].reduce(0) { depth, token in
            guard case .mark(let mark) = token.kind else { return depth }
            return depth + (["(", "[", "{"].contains(mark) ? 1 : [")", "]", "}"].contains(mark) ? -1 : 0)
        }
        let hasLambda = tokens[first..<call.tokens.lowerBound].contains { $0.name == "lambda" }
        isBehindColon = before?.isMark(":") == true && depth == 0 && !hasLambda && isLast
        start = tokens.indices.contains(first) ? tokens[first].range.lowerBound : nil
        isClause = tokens.indices.contains(first) && ["else", "elif", "except", "finally", "case"].contains(tokens[first].name ?? "")
    }
}
