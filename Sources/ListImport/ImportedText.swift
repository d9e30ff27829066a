/// What the texts of an imported file say.
enum ImportedText {
    /// Whether a shell's variable is in it: `$P`, `${P}`, `$(…)`.
    static func hasVariable(_ text: String) -> Bool {
        var isBehindDollar = false
        for byte in text.utf8 {
            if isBehindDollar, isVariableStart(byte) { return true }
            isBehindDollar = byte == UInt8(ascii: "$")
        }
        return false
    }

    private static func isVariableStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "{"),
            UInt8(ascii: "("):
            true
        default: false
        }
    }
}
