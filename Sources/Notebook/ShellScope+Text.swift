extension ShellScope {
    /// What the shell puts in for `$NAME`, `${NAME}`, `$1`, `${1}` and `${NAME:-word}`; nil where that is not certain.
    func text(of source: String, at offset: Int) -> String? {
        guard source.hasPrefix("$") else { return nil }
        var inner = source.dropFirst()
        var other: Substring?
        let hasBraces = inner.hasPrefix("{") && inner.hasSuffix("}")
        if hasBraces {
            inner = inner.dropFirst().dropLast()
            if let mark = inner.firstRange(of: ":-") ?? inner.firstRange(of: "-") {
                other = inner[mark.upperBound...]
                inner = inner[..<mark.lowerBound]
            }
        }
        if ShellWord.isName(inner) {
            guard let value = value(of: String(inner), at: offset) else { return nil }
            // An empty value counts as none behind `:-`, and behind `-` it does not.
            return other != nil && value.isEmpty ? nil : value
        }
        // `$10` is `${1}0`.
        guard inner.utf8.count == 1 || hasBraces && inner.utf8.count <= 3, let number = Int(inner), number > 0,
            let all = arguments(at: offset)
        else { return nil }
        if number <= all.count {
            guard let value = all[number - 1] else { return nil }
            return other != nil && value.isEmpty ? nil : value
        }
        guard let other else { return "" }
        return other.utf8.allSatisfy(Self.isPlain) ? String(other) : nil
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "_-./:@%+,=".utf8.contains(byte)
        }
    }
}
