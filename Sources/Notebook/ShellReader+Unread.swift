import DropIns

extension ShellReader {
    /// Notes each place that holds a download tool with an address and that nothing else has noted, so that no download is left out of a
    /// list without a word.
    /// - Parameter covered: what has been noted, or is noted where the function that it is in is called.
    func noteUnread(
        _ tokens: [ShellLexer.Token], _ documents: [Range<Int>], covered: [Range<Int>], into reading: inout Reading
    ) {
        let noted = CoveredRanges(covered)
        var words: [ShellWord] = []
        for token in tokens {
            switch token {
            case .word(let word): words.append(word)
            case .redirection: break
            case .control:
                noteUnread(words, noted, &reading)
                words = []
            }
        }
        noteUnread(words, noted, &reading)
        for document in documents { noteUnread(document: document, noted, &reading) }
    }

    /// Programs and commands of the shell that show or keep the words behind them.
    private static let quoters: Set<String> = ["echo", "printf", "alias", ":"]

    private func noteUnread(_ words: [ShellWord], _ noted: CoveredRanges, _ reading: inout Reading) {
        guard let first = words.first, let last = words.last else { return }
        var isNoted = false
        for word in words where !noted.contains(word.range.lowerBound) && Self.substitutions(word).contains(where: Self.holdsDownload) {
            reading.note(nil, word.range, in: bytes, why: "a tool's output is used as a word here")
            isNoted = true
        }
        let range = first.range.lowerBound..<last.range.upperBound
        guard !isNoted, !noted.overlaps(range), !words.contains(where: { Self.quoters.contains($0.source) }),
            Self.holdsDownload(String(decoding: bytes[range], as: UTF8.self))
        else { return }
        reading.note(nil, range, in: bytes, why: "whether the tool runs here is not certain")
    }

    private func noteUnread(document: Range<Int>, _ noted: CoveredRanges, _ reading: inout Reading) {
        for line in bytes[document].split(separator: UInt8(ascii: "\n")) {
            let range = line.startIndex..<line.endIndex
            guard line.first != UInt8(ascii: "#"), !noted.overlaps(range), Self.holdsDownload(String(decoding: line, as: UTF8.self)) else {
                continue
            }
            reading.note(nil, range, in: bytes, why: "it is the text of a here-document")
        }
    }

    /// The texts that the shell runs to put their output into a word.
    private static func substitutions(_ word: ShellWord) -> [String] {
        word.parts.compactMap { part in
            guard case .variable(let source, _) = part, source.hasPrefix("$(") || source.hasPrefix("`") else { return nil }
            return source
        }
    }

    /// Whether a tool's name stands in the text, and an address behind it.
    private static func holdsDownload(_ text: String) -> Bool {
        guard text.contains("http://") || text.contains("https://") else { return false }
        let words = text.split { " \t\r\n;|&()'\"`{}$<>\\".contains($0) }
        let tool = words.firstIndex { word in
            guard !word.contains("://"), !word.contains("=") else { return false }
            return DropInTool(rawValue: String(word.split(separator: "/").last ?? "")).map { $0 != .hf } ?? false
        }
        guard let tool else { return false }
        return words[tool...].contains { $0.contains("http://") || $0.contains("https://") }
    }
}
