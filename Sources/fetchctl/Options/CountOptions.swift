import ArgumentParser
import FetchTypes

/// A whole number within bounds.
protocol BoundedCount: OptionValue {
    static var range: ClosedRange<Int> { get }
    init(checked value: Int)
}

extension BoundedCount {
    static var form: String { "a whole number from \(range.lowerBound) to \(range.upperBound)" }

    init?(argument: String) {
        guard let value = Int(digits: argument), Self.range.contains(value) else { return nil }
        self.init(checked: value)
    }
}

/// Connections for one file.
struct ConnectionCount: BoundedCount {
    static let range = 1...64
    static let example = "16"
    let value: Int
    init(checked value: Int) { self.value = value }
}

/// Large files at once.
struct JobCount: BoundedCount {
    static let range = 1...256
    static let example = "5"
    let value: Int
    init(checked value: Int) { self.value = value }
}

/// Tries in a row without a new byte, besides the first.
struct RetryCount: BoundedCount {
    static let range = 0...1_000_000
    static let example = "5"
    let value: Int
    init(checked value: Int) { self.value = value }
}

/// The number of a process.
struct ProcessNumber: BoundedCount {
    static let range = 1...Int(Int32.max)
    static let example = "4711"
    let value: Int32
    init(checked value: Int) { self.value = Int32(clamping: value) }
}
