import FetchTypes

/// What is known of one file's progress.
struct ProgressState: Sendable, Equatable {
    /// Cleaned before its width is counted.
    var name: PrintableText
    var received: Int64 = 0
    var size: Int64?
    /// Bytes per second.
    var rate: Double = 0
    /// Seconds.
    var eta: Double?
    var connections = 0
    /// Instead of figures: `waiting 5 s: the server is busy`, `verifying`.
    var note: String?
}

/// Draws progress as text: pure, so that it can be tested without a terminal.
struct ProgressLine: Sendable {
    var showsRate = true
    var showsETA = true

    /// One line, never wider than `columns`; what does not fit is left out, the least important first.
    /// - Parameter leastName: columns that the name keeps while anything else can give way.
    func draw(_ state: ProgressState, columns: Int, leastName: Int = 10) -> String {
        let width = max(10, columns - 1)
        // Each as wide as it gets, so that it stays in its column while figures change.
        var right = [percent(state), amount(state)]
        if let note = state.note {
            right.append(note)
        } else {
            if showsRate { right.append(Self.right(ByteSize.text(Int64(state.rate)) + "/s", 12)) }
            if showsETA { right.append(Self.left(state.eta.map { "ETA " + Self.duration($0) } ?? "", 10)) }
            if state.connections > 0 { right.append(Self.right("\(state.connections) conn", 7)) }
        }
        // Percent and amount stay longest; then the name must remain readable.
        var figures = right.joined(separator: "  ")
        let kept = max(leastName, columns < 70 ? 10 : 20)
        while Text.width(figures) > width - kept - 2, right.count > 1 {
            right.removeLast()
            figures = right.joined(separator: "  ")
        }
        let left = width - Text.width(figures) - 2
        let barWidth = min(30, max(0, left - 30))
        let drawn = state.size == nil ? String(repeating: " ", count: barWidth) : Self.bar(fraction(state), barWidth)
        let bar = barWidth >= 6 ? drawn + "  " : ""
        let name = Text.fit(state.name.text, to: max(1, left - Text.width(bar)))
        var text = Text.cut(name + "  " + bar + figures, to: width)
        while text.last == " " { text.removeLast() }
        return text
    }

    private static func right(_ text: String, _ columns: Int) -> String {
        String(repeating: " ", count: max(0, columns - text.count)) + text
    }

    private static func left(_ text: String, _ columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - text.count))
    }

    /// The line over several files together.
    func drawTotal(_ states: [ProgressState], done: Int, of count: Int, finishedBytes: Int64, totalBytes: Int64?, columns: Int) -> String {
        var sum = ProgressState(name: "total \(done)/\(count)")
        sum.received = finishedBytes + states.reduce(0) { $0 + $1.received }
        sum.size = totalBytes
        sum.rate = states.reduce(0) { $0 + $1.rate }
        sum.connections = states.reduce(0) { $0 + $1.connections }
        if let size = totalBytes, sum.rate > 0 { sum.eta = Double(max(0, size - sum.received)) / sum.rate }
        return draw(sum, columns: columns, leastName: Text.width(sum.name.text))
    }

    private func fraction(_ state: ProgressState) -> Double {
        guard let size = state.size, size > 0 else { return 0 }
        return min(1, Double(state.received) / Double(size))
    }

    private func percent(_ state: ProgressState) -> String {
        guard let size = state.size, size > 0 else { return Self.right("", 4) }
        return Self.right("\(Int(fraction(state) * 100))%", 4)
    }

    /// `1023.9 MiB` is the widest that a size gets.
    private func amount(_ state: ProgressState) -> String {
        let received = Self.right(ByteSize.text(state.received), 10)
        return Self.left(state.size.map { "\(received) of \(ByteSize.text($0))" } ?? received, 24)
    }

    private static func bar(_ fraction: Double, _ width: Int) -> String {
        let full = Int((fraction * Double(width)).rounded(.down))
        return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
    }

    /// `42s`, `3m05s`, `2h10m`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 360_000 else { return "--" }
        let whole = Int(seconds.rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole < 60 { return "\(whole)s" }
        if whole < 3600 { return "\(whole / 60)m\(two(whole % 60))s" }
        return "\(whole / 3600)h\(two(whole / 60 % 60))m"
    }
}
