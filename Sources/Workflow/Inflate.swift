/// Unpacks zlib data (RFC 1950, RFC 1951): what PNG keeps its longer texts in.
struct Inflate {
    struct Damaged: Error {}

    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private var bitBuffer = 0
    private var bitCount = 0
    private var output: [UInt8] = []
    private let limit: Int

    /// - Parameter limit: the most bytes that may come out.
    /// - Throws: ``Damaged`` for what is no zlib data, ends early, or grows beyond the limit.
    static func unpack(_ zlib: ArraySlice<UInt8>, limit: Int) throws -> [UInt8] {
        guard zlib.count > 6, zlib[zlib.startIndex] & 0x0f == 8, zlib[zlib.startIndex + 1] & 0x20 == 0,
            (Int(zlib[zlib.startIndex]) << 8 | Int(zlib[zlib.startIndex + 1])) % 31 == 0
        else { throw Damaged() }
        var inflate = Inflate(zlib.dropFirst(2), limit)
        try inflate.run()
        // Adler-32, RFC 1950, 8.2.
        var (a, b) = (1, 0)
        for byte in inflate.output {
            a = (a + Int(byte)) % 65521
            b = (b + a) % 65521
        }
        var expected = 0
        for _ in 0..<4 { expected = expected << 8 | Int(try inflate.byte()) }
        guard expected == b << 16 | a else { throw Damaged() }
        return inflate.output
    }

    private init(_ bytes: ArraySlice<UInt8>, _ limit: Int) {
        self.bytes = bytes
        self.limit = limit
        position = bytes.startIndex
    }

    private mutating func byte() throws -> UInt8 {
        guard position < bytes.endIndex else { throw Damaged() }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func bits(_ count: Int) throws -> Int {
        while bitCount < count {
            bitBuffer |= Int(try byte()) << bitCount
            bitCount += 8
        }
        defer {
            bitBuffer >>= count
            bitCount -= count
        }
        return bitBuffer & (1 << count - 1)
    }

    private mutating func put(_ byte: UInt8) throws {
        guard output.count < limit else { throw Damaged() }
        output.append(byte)
    }

    private mutating func run() throws {
        while true {
            let isLast = try bits(1) == 1
            switch try bits(2) {
            case 0: try stored()
            case 1: try block(Self.fixedLengths, Self.fixedDistances)
            case 2:
                let (lengths, distances) = try tables()
                try block(lengths, distances)
            default: throw Damaged()
            }
            if isLast { break }
        }
        (bitBuffer, bitCount) = (0, 0)
    }

    private mutating func stored() throws {
        (bitBuffer, bitCount) = (0, 0)
        let length = Int(try byte()) | Int(try byte()) << 8
        let inverse = Int(try byte()) | Int(try byte()) << 8
        guard length == ~inverse & 0xffff else { throw Damaged() }
        for _ in 0..<length { try put(try byte()) }
    }

    // MARK: Huffman codes

    /// Codes by their lengths (RFC 1951, 3.2.2): how many of each length, and the symbols in the codes' order.
    private struct Code {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int] = []

        /// - Throws: ``Damaged`` where there are more codes of a length than it has.
        static func checked(_ lengths: some Sequence<Int>) throws -> Code {
            let code = Code(lengths)
            var left = 1
            for length in 1..<16 {
                left = (left << 1) - code.counts[length]
                guard left >= 0 else { throw Damaged() }
            }
            return code
        }

        init(_ lengths: some Sequence<Int>) {
            let lengths = Array(lengths)
            for length in lengths { counts[length] += 1 }
            counts[0] = 0
            for length in 1..<16 { symbols += lengths.indices.filter { lengths[$0] == length } }
        }
    }

    private static let fixedLengths = Code(
        (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    private static let fixedDistances = Code([Int](repeating: 5, count: 30))

    private mutating func symbol(_ code: Code) throws -> Int {
        var (value, first, index) = (0, 0, 0)
        for length in 1..<16 {
            value |= try bits(1)
            let count = code.counts[length]
            if value - count < first { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw Damaged()
    }

    private mutating func tables() throws -> (Code, Code) {
        let lengthCount = try bits(5) + 257
        let distanceCount = try bits(5) + 1
        let codeCount = try bits(4) + 4
        guard lengthCount <= 286, distanceCount <= 30 else { throw Damaged() }
        var lengths = [Int](repeating: 0, count: 19)
        for place in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(codeCount) { lengths[place] = try bits(3) }
        let code = try Code.checked(lengths)
        var all: [Int] = []
        while all.count < lengthCount + distanceCount {
            let symbol = try symbol(code)
            switch symbol {
            case 0..<16: all.append(symbol)
            case 16:
                guard let last = all.last else { throw Damaged() }
                all += [Int](repeating: last, count: 3 + (try bits(2)))
            case 17: all += [Int](repeating: 0, count: 3 + (try bits(3)))
            default: all += [Int](repeating: 0, count: 11 + (try bits(7)))
            }
        }
        guard all.count == lengthCount + distanceCount, all[256] != 0 else { throw Damaged() }
        return (try Code.checked(all[..<lengthCount]), try Code.checked(all[lengthCount...]))
    }

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
    ]
    private static let lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289,
        16385, 24577,
    ]

    private mutating func block(_ lengths: Code, _ distances: Code) throws {
        while true {
            let symbol = try symbol(lengths)
            if symbol == 256 { return }
            if symbol < 256 {
                try put(UInt8(symbol))
                continue
            }
            guard symbol - 257 < Self.lengthBases.count else { throw Damaged() }
            let length = Self.lengthBases[symbol - 257] + (try bits(Self.lengthBits[symbol - 257]))
            let place = try self.symbol(distances)
            let distance = Self.distanceBases[place] + (try bits(max(0, place / 2 - 1)))
            guard distance <= output.count else { throw Damaged() }
            for _ in 0..<length { try put(output[output.count - distance]) }
        }
    }
}
