/// One option of a replaced tool: its spellings, its value, and what becomes of it here.
package struct FlagSpec: Sendable, Equatable {
    package enum Value: Sendable, Equatable {
        case none
        /// Glued to a short name, behind `=`, or the next word.
        case required
        /// Glued only: behind `=`, or behind the short name's letter.
        case optional
        /// All words up to the next option (Python's `nargs="*"`).
        case many
    }

    package enum Fate: Sendable, Equatable {
        /// The tool's line means something by it.
        case understood
        /// It does not change the result: ignored without a warning.
        case silent
        /// It changes nothing of what lands, and is said to be ignored.
        case ignored
        /// It changes what lands, in ways that only the tool itself knows.
        case handedOver
    }

    /// Without dashes: the first long name, else the letter.
    package let name: String
    /// Without dashes.
    package let longNames: [String]
    package let letters: [Character]
    package let value: Value
    package let fate: Fate

    /// - Parameter text: the spellings with slashes between them, and `=` (required), `[=]` (optional) or `*` (many) at the
    ///   end for a value: `-d/--dir=`, `--continue[=]`.
    init(_ text: Substring, _ fate: Fate) {
        var spellings = text
        var value = Value.none
        for (mark, kind) in [("[=]", Value.optional), ("=", .required), ("*", .many)] where spellings.hasSuffix(mark) {
            spellings = spellings.dropLast(mark.count)
            value = kind
            break
        }
        let parts = spellings.split(separator: "/")
        longNames = parts.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
        letters = parts.filter { !$0.hasPrefix("--") }.compactMap(\.last)
        name = longNames.first ?? letters.first.map(String.init) ?? ""
        self.value = value
        self.fate = fate
    }
}
