/// What a shell makes of braces in a word: `{a,b}` and `{01..12}`.
enum BraceList {
    /// Words that a text may become; more are not taken.
    static let most = 1000
    /// Longer words are not taken. Bytes.
    private static let longest = 4096

    /// - Parameter text: without quotes and escapes.
    /// - Returns: the words, in the shell's order; nil where they are not certain: braces in braces, unequal ones, steps, too many.
    static func words(_ text: String) -> [String]? {
        guard text.utf8.count <= longest else { return nil }
        guard let open = text.firstIndex(of: "{") else { return text.contains("}") ? nil : [text] }
        guard let close = text[open...].firstIndex(of: "}") else { return nil }
        let (head, inner) = (text[..<open], text[text.index(after: open)..<close])
        guard !head.contains("}"), !inner.contains("{"), let items = items(inner),
            let tails = words(String(text[text.index(after: close)...])),
            items.count * tails.count <= most
        else { return nil }
        return items.flatMap { item in tails.map { head + item + $0 } }
    }

    private static func items(_ inner: Substring) -> [String]? {
        if inner.contains(",") { return inner.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        guard let dots = inner.firstRange(of: "..") else { return nil }
        let (first, last) = (inner[..<dots.lowerBound], inner[dots.upperBound...])
        guard isNumber(first), isNumber(last), let start = Int(first), let end = Int(last), abs(end - start) < most else { return nil }
        // A leading zero asks for numbers of one width.
        let hasZero = [first, last].contains { $0.count > 1 && $0.hasPrefix("0") }
        let width = hasZero ? max(first.count, last.count) : 0
        let numbers = start <= end ? Array(start...end) : Array((end...start).reversed())
        return numbers.map { number in
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
    }

    /// Nine digits at most, without a sign.
    private static func isNumber(_ text: Substring) -> Bool {
        (1...9).contains(text.utf8.count) && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
