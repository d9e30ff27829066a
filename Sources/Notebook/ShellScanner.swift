/// A place in a shell's text, and where its brackets are closed.
struct ShellScanner {
    let bytes: [UInt8]
    var position: Int
    let end: Int
    /// For each kind of opening bracket, where the brackets are closed; found when the first one is met.
    private var closings: [UInt8: [Int: Int]] = [:]

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The byte so many behind the position; nil at the end.
    func byte(_ offset: Int = 0) -> UInt8? { position + offset < end ? bytes[position + offset] : nil }

    func slice(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The offset behind the bracket that closes the one at `start`, on its line.
    mutating func closing(_ start: Int, _ open: UInt8, _ close: UInt8) -> Int? {
        if closings[open] == nil { closings[open] = allClosings(from: start, open, close) }
        return closings[open]?[start].map { $0 + 1 }
    }

    /// Where each bracket of a kind is closed on its line, so that many of them cost no more than one.
    private func allClosings(from start: Int, _ open: UInt8, _ close: UInt8) -> [Int: Int] {
        var closings: [Int: Int] = [:]
        var waiting: [Int] = []
        for offset in start..<end {
            if bytes[offset] == UInt8(ascii: "\n") { waiting = [] }
            if bytes[offset] == open { waiting.append(offset) }
            if bytes[offset] == close, let start = waiting.popLast() { closings[start] = offset }
        }
        return closings
    }
}
