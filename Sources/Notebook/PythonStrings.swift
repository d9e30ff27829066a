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
        // Whether each open bracket is that of a function that only shows, and how many are.
        var shows: [Bool] = []
        var showing = 0
        let taken = TakenPlaces(reading)
        for index in tokens.indices {
            let token = tokens[index]
            if case .mark(let mark) = token.kind {
                if ["(", "[", "{"].contains(mark) {
                    shows.append(index > 0 && mark == "(" && Self.showing.contains(tokens[index - 1].name ?? ""))
                    showing += shows.last == true ? 1 : 0
                }
                if [")", "]", "}"].contains(mark), shows.popLast() == true { showing -= 1 }
            }
            guard token.kind == .string, showing == 0, !isDocumentation(index) else { continue }
            guard !taken.overlap(token.range), let tool = tool(in: token) else { continue }
            reading.leave(token.range, "a line of \(tool.rawValue) is in a string: where it is run is not seen here", in: bytes)
        }
    }

    /// The places of what was seen before; they may be in one another.
    private struct TakenPlaces {
        private let starts: [Int]
        /// Where the last one ends of those up to each start.
        private var ends: [Int] = []

        init(_ reading: Reading) {
            let places = reading.seen.map { ($0.offset, $0.offset + $0.finding.text.utf8.count) }.filter { $0.0 < $0.1 }
            let sorted = places.sorted { $0.0 < $1.0 }
            starts = sorted.map(\.0)
            for (_, end) in sorted { ends.append(max(end, ends.last ?? 0)) }
        }

        func overlap(_ range: Range<Int>) -> Bool {
            let count = starts.sortedPosition { $0 < range.upperBound }
            return count > 0 && ends[count - 1] > range.lowerBound
        }
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
