/// The options of one tool, and how that tool reads a line of them.
package struct FlagTable: Sendable {
    package enum Dialect: Sendable {
        /// GNU's `getopt_long`: `--name=value`, unique beginnings of long names, options anywhere.
        case gnu
        /// curl's own: the value is always the next word, `--no-name` switches off.
        case curl
        /// Python's `argparse`: as GNU's, and options with many values.
        case python
    }

    package let dialect: Dialect
    private let byName: [String: FlagSpec]
    private let byLetter: [Character: FlagSpec]

    /// Lists of ``FlagSpec`` texts with white space between them.
    package init(_ dialect: Dialect, understood: String, silent: String = "", ignored: String = "", handedOver: String = "") {
        self.dialect = dialect
        var byName: [String: FlagSpec] = [:]
        var byLetter: [Character: FlagSpec] = [:]
        for (text, fate) in [
            (understood, FlagSpec.Fate.understood), (silent, .silent), (ignored, .ignored), (handedOver, .handedOver),
        ] {
            for word in text.split(whereSeparator: \.isWhitespace) {
                let spec = FlagSpec(word, fate)
                for name in spec.longNames { byName[name] = spec }
                for letter in spec.letters { byLetter[letter] = spec }
            }
        }
        self.byName = byName
        self.byLetter = byLetter
    }

    func spec(letter: Character) -> FlagSpec? { byLetter[letter] }

    /// - Returns: nil when there is none of that name, or several begin with it.
    func spec(name: String) -> FlagSpec? {
        if let exact = byName[name] { return exact }
        let names = byName.keys.filter { $0.hasPrefix(name) }
        let specs = Set(names.compactMap { byName[$0]?.name })
        return specs.count == 1 ? names.first.flatMap { byName[$0] } : nil
    }
}
