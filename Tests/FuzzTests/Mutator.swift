/// Makes inputs out of valid examples: the same ones for the same seed (SplitMix64).
struct Mutator: RandomNumberGenerator {
    private var state: UInt64
    private let seeds: [[UInt8]]
    /// Bytes of an input at most.
    static let longest = 4096

    init(seed: UInt64, seeds: [[UInt8]]) {
        state = seed
        self.seeds = seeds.isEmpty ? [[]] : seeds
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The next input: an example with one to eight changes.
    mutating func input() -> [UInt8] {
        var bytes = seeds[below(seeds.count)]
        for _ in 0...below(8) { change(&bytes) }
        return bytes.count > Self.longest ? Array(bytes.prefix(Self.longest)) : bytes
    }

    /// An example in which a stretch of up to 24 bytes is as often as fits.
    mutating func stretched(to length: Int) -> [UInt8] {
        let bytes = seeds[below(seeds.count)]
        let start = below(bytes.count)
        let piece = bytes[start..<min(bytes.count, start + 1 + below(24))]
        guard !piece.isEmpty else { return [] }
        let copies = repeatElement(piece, count: length / piece.count).joined()
        return Array(bytes[..<start]) + copies + Array(bytes[(start + piece.count)...])
    }

    private mutating func below(_ count: Int) -> Int { count < 2 ? 0 : Int(next() % UInt64(count)) }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = below(bytes.count + 1)
        switch below(9) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
        case 1: bytes.insert(UInt8(truncatingIfNeeded: next()), at: place)
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(8)))
        case 3: bytes.insert(contentsOf: Self.words[below(Self.words.count)].utf8, at: place)
        case 4: replaceNumber(&bytes, from: place)
        case 5 where !bytes.isEmpty:
            // A stretch again, elsewhere.
            let start = below(bytes.count)
            bytes.insert(contentsOf: Array(bytes[start..<min(bytes.count, start + 1 + below(64))]), at: place)
        case 6:
            let other = seeds[below(seeds.count)]
            bytes = Array(bytes[..<place]) + Array(other.dropFirst(below(other.count + 1)))
        case 7:
            let width = [1, 2, 4, 8][below(4)]
            let value = Self.numbers[below(Self.numbers.count)]
            let isBig = below(2) == 0
            for index in 0..<width where place + index < bytes.count {
                bytes[place + index] = UInt8(truncatingIfNeeded: value >> (8 * (isBig ? width - 1 - index : index)))
            }
        default: bytes.removeLast(min(bytes.count, below(16)))
        }
    }

    /// Puts another number in the place of the first digits behind the place.
    private mutating func replaceNumber(_ bytes: inout [UInt8], from place: Int) {
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: Self.texts[below(Self.texts.count)].utf8)
    }

    private static let numbers: [UInt64] = [
        0, 1, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 50, 1 << 50 + 1, 1 << 60, 1 << 63,
        .max - 1, .max,
    ]

    private static let texts = [
        "0", "00", "-0", "-1", "+1", "01", ".5", "1.", "1e999", "1e-999", "0.1", "4294967296", "2147483648", "1125899906842624",
        "1125899906842625", "1152921504606846976", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "18446744073709551616", "99999999999999999999", "1e300", "inf", "nan", "0x10", "٣",
    ]

    private static let words = [
        "\"", "'", "\\", "\n", "\r\n", "\0", "\u{1b}[0m", "\u{202e}", "é", "\u{FEFF}", "😀", "{", "}", "[", "]", "(", ")", "<", ">", "$",
        "$(",
        "`", "%", "%2F", "%00", "#", ";", "|", "&", "&&", "=", ":", "/", "//", "..", "../", "@", "?", "*", ",", "null", "true", "\\u0000",
        "\\ud800", "\\u+123", "-", "--", " ", "\t", "<<EOF\n", "'''", "\"\"\"", "f\"{", "!", "%%bash\n", "http://", "https://", "bytes ",
    ]
}
