internal import FetchTypes

/// Which pieces of a file are there: one bit a piece, as aria2 writes it in control files and in `tellStatus`.
///
/// Piece 0 is the most significant bit of the first byte; the spare bits at the end are 0.
package struct Bitfield: Sendable, Equatable {
    /// Exactly `(count + 7) / 8` bytes.
    package private(set) var bytes: [UInt8]
    /// The number of pieces.
    package let count: Int

    /// No piece is there.
    package init(count: Int) {
        self.count = count
        bytes = [UInt8](repeating: 0, count: (count + 7) / 8)
    }

    /// - Returns: nil when the number of bytes is not that of `count` pieces, or a spare bit is set.
    package init?(bytes: [UInt8], count: Int) {
        guard count >= 0, bytes.count == (count + 7) / 8 else { return nil }
        if count % 8 != 0, let last = bytes.last, last << (count % 8) != 0 { return nil }
        self.bytes = bytes
        self.count = count
    }

    /// From the hexadecimal digits of `tellStatus`.
    package init?(hex: String, count: Int) {
        let digits = hex.utf8
        guard count >= 0, digits.count == (count + 7) / 8 * 2 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            guard let value = HexDigit.value(digit) else { return nil }
            if let first = high { bytes.append(first << 4 | value) }
            high = high == nil ? value : nil
        }
        self.init(bytes: bytes, count: count)
    }

    package subscript(index: Int) -> Bool {
        get {
            precondition((0..<count).contains(index))
            return bytes[index >> 3] & (0x80 >> UInt8(index & 7)) != 0
        }
        set {
            precondition((0..<count).contains(index))
            let bit: UInt8 = 0x80 >> UInt8(index & 7)
            if newValue { bytes[index >> 3] |= bit } else { bytes[index >> 3] &= ~bit }
        }
    }

    /// How many pieces are there.
    package var setCount: Int { bytes.reduce(0) { $0 + $1.nonzeroBitCount } }

    package var isComplete: Bool { setCount == count }

    /// Lower-case hexadecimal, as `tellStatus` gives it.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
