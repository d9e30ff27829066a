/// A job's place in the queue: keys are compared, and there is always one between two others. A new job's key is its number.
package struct OrderKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    private let whole: Int64
    /// Digits of base 36 behind the point, without a final 0.
    private let fraction: [UInt8]

    private static let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    /// Digits that are read at most: more would come of thousands of moves to one place.
    private static let longest = 4096

    private init(_ whole: Int64, _ fraction: [UInt8] = []) {
        self.whole = whole
        self.fraction = Array(fraction.reversed().drop { $0 == 0 }.reversed())
    }

    package init(_ number: JobNumber) { self.init(number.value) }

    /// - Parameter text: as ``description`` writes it.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.longest, let whole = Int64(parts[0]), abs(whole) <= 1 << 60, String(whole) == parts[0] else {
            return nil
        }
        var fraction: [UInt8] = []
        for byte in (parts.count > 1 ? parts[1] : "").utf8 {
            guard let digit = Self.digits.firstIndex(of: byte) else { return nil }
            fraction.append(UInt8(digit))
        }
        self.init(whole, fraction)
    }

    package var description: String {
        let tail = String(decoding: fraction.map { Self.digits[Int($0)] }, as: UTF8.self)
        return tail.isEmpty ? "\(whole)" : "\(whole).\(tail)"
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.whole != right.whole ? left.whole < right.whole : left.fraction.lexicographicallyPrecedes(right.fraction)
    }

    /// A key before another one.
    package static func before(_ key: OrderKey) -> OrderKey { OrderKey(key.whole - 1) }

    /// A key after another one that comes before the next job's number.
    package static func after(_ key: OrderKey) -> OrderKey { OrderKey(key.whole, middle(key.fraction, nil)) }

    /// A key between two; where they are the same, that one.
    package static func between(_ low: OrderKey, _ high: OrderKey) -> OrderKey {
        guard low < high else { return low }
        return low.whole == high.whole ? OrderKey(low.whole, middle(low.fraction, high.fraction)) : after(low)
    }

    /// The digits halfway between two fractions; nil is 1.
    private static func middle(_ low: [UInt8], _ high: [UInt8]?) -> [UInt8] {
        var out: [UInt8] = []
        var isBounded = high != nil
        var place = 0
        while true {
            let lower = place < low.count ? Int(low[place]) : 0
            let upper = isBounded ? place < high!.count ? Int(high![place]) : 0 : 36
            if upper - lower > 1 { return out + [UInt8((lower + upper) / 2)] }
            out.append(UInt8(lower))
            // Once a digit is smaller than the upper one's, anything may follow.
            if upper > lower { isBounded = false }
            place += 1
        }
    }
}
