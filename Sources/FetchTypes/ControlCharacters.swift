extension String {
    /// Whether C0, DEL or C1 is in it, which end lines and fields in formats that programs read.
    package var holdsControlCharacter: Bool { unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) } }

    /// The text with every character replaced by U+FFFD that steers a terminal or hides from a reader: controls (C0, DEL, C1),
    /// line and paragraph separators, bidirectional controls, zero-width, tag and other format characters (Unicode's `Cc`,
    /// `Cf`, `Zl`, `Zp` and Default_Ignorable_Code_Point). Only what joins or selects emoji stays, between emoji.
    package var withoutControlCharacters: String {
        // Most text is plain, and progress is cleaned often.
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
        var out = String.UnicodeScalarView()
        var before: Unicode.Scalar?
        var rest = unicodeScalars[...]
        while let scalar = rest.popFirst() {
            let isSafe = !scalar.isUnprintable || scalar.joinsEmoji(after: before, before: rest.first)
            out.append(isSafe ? scalar : "\u{FFFD}")
            if scalar != "\u{FE0F}" { before = scalar }
        }
        return String(out)
    }
}

extension Unicode.Scalar {
    /// Whether it must not reach a terminal: it is invisible, or does something there.
    package var isUnprintable: Bool {
        if value < 0x7F { return value < 0x20 }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return true
        default: return properties.isDefaultIgnorableCodePoint
        }
    }

    /// Whether it is a zero-width joiner between two emoji, or asks for the coloured form of the one before it.
    fileprivate func joinsEmoji(after before: Unicode.Scalar?, before next: Unicode.Scalar?) -> Bool {
        guard let before, before.isPictograph else { return false }
        return self == "\u{FE0F}" || self == "\u{200D}" && next?.isPictograph == true
    }

    /// Emoji that are no digits or signs of plain text, their skin colours included.
    private var isPictograph: Bool { value > 0x2000 && properties.isEmoji }
}
