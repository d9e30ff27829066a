/// A key as a terminal sends it.
enum TerminalKey: Equatable, Sendable {
    case up, down, left, right, first, last, pageUp, pageDown
    case enter, escape, backspace
    /// Takes the whole line back: Ctrl-U.
    case clear
    /// The end of what is typed: Ctrl-D, and Ctrl-C where it is no signal.
    case end
    case character(Character)

    /// The keys in what a terminal has sent; what is cut off stays in `bytes`.
    /// - Parameter isComplete: nothing follows: an escape is the key of that name, and no sequence's beginning.
    static func decode(_ bytes: inout [UInt8], isComplete: Bool = false) -> [TerminalKey] {
        var keys: [TerminalKey] = []
        while let first = bytes.first {
            let taken = first == 0x1b ? sequence(bytes, isComplete) : first < 0x80 ? (control(first), 1) : scalar(bytes, isComplete)
            guard let (key, count) = taken else { break }
            if let key { keys.append(key) }
            bytes.removeFirst(count)
        }
        return keys
    }

    /// What begins with an escape, and its bytes; nil where more has to come.
    private static func sequence(_ bytes: [UInt8], _ isComplete: Bool) -> (TerminalKey?, Int)? {
        guard bytes.count > 1 else { return isComplete ? (.escape, 1) : nil }
        guard bytes[1] == UInt8(ascii: "[") || bytes[1] == UInt8(ascii: "O") else { return (.escape, 1) }
        guard let end = bytes.dropFirst(2).firstIndex(where: { (0x40...0x7e).contains($0) }) else {
            return isComplete ? (nil, bytes.count) : nil
        }
        let key: TerminalKey? =
            switch (bytes[end], String(decoding: bytes[2..<end], as: UTF8.self)) {
            case (UInt8(ascii: "A"), _): .up
            case (UInt8(ascii: "B"), _): .down
            case (UInt8(ascii: "C"), _): .right
            case (UInt8(ascii: "D"), _): .left
            case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), "1"), (UInt8(ascii: "~"), "7"): .first
            case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), "4"), (UInt8(ascii: "~"), "8"): .last
            case (UInt8(ascii: "~"), "5"): .pageUp
            case (UInt8(ascii: "~"), "6"): .pageDown
            default: nil
            }
        return (key, end + 1)
    }

    private static func control(_ byte: UInt8) -> TerminalKey? {
        switch byte {
        case 0x0d, 0x0a: .enter
        case 0x08, 0x7f: .backspace
        case 0x15: .clear
        case 0x03, 0x04: .end
        case 0x10: .up
        case 0x0e: .down
        case 0..<0x20: nil
        default: .character(Character(Unicode.Scalar(byte)))
        }
    }

    /// A character of several bytes; what is none is passed over byte by byte.
    private static func scalar(_ bytes: [UInt8], _ isComplete: Bool) -> (TerminalKey?, Int)? {
        let length = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2
        guard bytes.count >= length else { return isComplete ? (nil, 1) : nil }
        guard let text = String(validating: bytes[..<length], as: UTF8.self), let character = text.first else { return (nil, 1) }
        return (.character(character), length)
    }
}
