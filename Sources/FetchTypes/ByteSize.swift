/// Sizes as people read them, in powers of 1024.
package enum ByteSize {
    /// `512 B`, `1.5 KiB`, `64.0 MiB`.
    package static func text(_ bytes: Int64) -> String {
        var value = Double(bytes)
        var unit = 0
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        // What would be written as 1024.0 of one unit is 1.0 of the next.
        while value >= (unit == 0 ? 1024 : 1023.95), unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        guard unit > 0 else { return "\(bytes) B" }
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// `20M` as aria2 and curl take it: K, M, G and T are powers of 1024; a fraction is allowed.
    /// - Returns: nil when it is not a size, or one above 2^50.
    package static func parse(_ text: String) -> ByteCount? {
        var digits = text[...]
        var factor = 1.0
        if let last = digits.last, let power = ["k": 1, "m": 2, "g": 3, "t": 4][last.lowercased()] {
            digits.removeLast()
            for _ in 0..<power { factor *= 1024 }
        }
        return Double(decimal: digits).flatMap { ByteCount(exactly: ($0 * factor).rounded(.down)) }
    }
}
