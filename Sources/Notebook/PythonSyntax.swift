/// Whether the text of a call can be Python at all: one that cannot stays as it is.
enum PythonSyntax {
    private static let operators: Set<String> = [
        "if", "else", "for", "in", "not", "and", "or", "is", "lambda", "await", "async", "yield", "from",
    ]
    private static let closers = ["(": ")", "[": "]", "{": "}"]

    /// - Parameter tokens: from a call's opening bracket to its closing one.
    static func isBroken(_ tokens: ArraySlice<PythonToken>) -> Bool {
        var open: [String] = []
        var previous: PythonToken?
        for token in tokens {
            if let previous, isOperand(previous, isEnd: true), isOperand(token, isEnd: false),
                !(previous.kind == .string && token.kind == .string)
            {
                return true
            }
            if case .mark(let mark) = token.kind {
                // Two commas, or one with nothing before it.
                if mark == ",", let previous, case .mark(let before) = previous.kind, [",", "(", "[", "{", "="].contains(before) {
                    return true
                }
                if let closer = closers[mark] { open.append(closer) }
                if [")", "]", "}"].contains(mark) {
                    if open.popLast() != mark { return true }
                    if previous?.isMark("=") == true { return true }
                }
            }
            previous = token
        }
        return !open.isEmpty
    }

    private static func isOperand(_ token: PythonToken, isEnd: Bool) -> Bool {
        switch token.kind {
        case .name(let name): !operators.contains(name)
        case .string, .number: true
        case .mark(let mark): isEnd && [")", "]", "}"].contains(mark)
        default: false
        }
    }
}
