import DropIns

/// Lines of tools in strings that are run in a way not seen here: `for line in ["wget …"]: run(line)`.
struct PythonStrings {
    let tokens: [PythonToken]
    let bytes: [UInt8]

    /// Functions that only show a text.
    private static let showing: Set<String> = [
        "print", "display", "Markdown", "HTML", "info", "debug", "warning", "error", "input", "exception", "log", "markdown",
        "raise", "help", "Exception", "RuntimeError", "ValueError", "ImportError", "FileNotFoundError", "SystemExit",
    ]

    func read(into reading: inout Reading) {
        var owners: [String] = []
        for index in tokens.indices {
            let token = tokens[index]
            if case .mark(let mark) = token.kind {
                if ["(", "[", "{"].contains(mark) { owners.append(index > 0 && mark == "(" ? tokens[index - 1].name ?? "" : "") }
                if [")", "]", "}"].contains(mark) { _ = owners.popLast() }
            }
            guard token.kind == .string, !owners.contains(where: Self.showing.contains), !isDocumentation(index) else { continue }
            guard !reading.seen.contains(where: { covers($0, token.range) }), let tool = tool(in: token) else { continue }
            reading.leave(token.range, "a line of \(tool.rawValue) stands in a string: where it is run is not seen here", in: bytes)
        }
    }

    private func covers(_ seen: (offset: Int, finding: Finding), _ range: Range<Int>) -> Bool {
        let place = seen.offset..<seen.offset + seen.finding.text.utf8.count
        return place.overlaps(range)
    }

    /// A statement of its own.
    private func isDocumentation(_ index: Int) -> Bool {
        (index == 0 || tokens[index - 1].kind == .newline) && (index + 1 == tokens.count || tokens[index + 1].kind == .newline)
    }

    /// The tool that the string begins with, when a link follows or something that is put in.
    private func tool(in token: PythonToken) -> DropInTool? {
        guard let string = PythonString(bytes[token.range]) else { return nil }
        let words = string.inner.split { " \t\n\\".contains($0) }
        guard words.count > 1, let tool = words.first.flatMap({ DropInTool(rawValue: String($0)) }) else { return nil }
        let rest = words.dropFirst()
        let isLine = rest.contains { $0.contains("://") || $0.hasPrefix("-") || $0.hasPrefix("{") || $0.hasPrefix("%s") }
        return isLine && (tool != .hf || rest.first == "download") ? tool : nil
    }
}
