/// What changes in a text, as `diff -u` writes it.
struct UnifiedDiff {
    let label: String
    let old: [String]
    /// In order, without overlaps.
    let blocks: [CellLines.Block]

    private static let context = 3

    var text: String {
        guard !blocks.isEmpty else { return "" }
        var out = "--- \(label)\n+++ \(label)\n"
        var shift = 0
        var hunk: [CellLines.Block] = []
        func write() {
            guard let first = hunk.first, let last = hunk.last else { return }
            let start = max(0, first.range.lowerBound - Self.context)
            let end = min(shownCount, last.range.upperBound + Self.context)
            var lines = ""
            var position = start
            for block in hunk {
                for line in old[position..<block.range.lowerBound] { lines += " \(line)\n" }
                for line in old[block.range] { lines += "-\(line)\n" }
                for line in block.texts { lines += "+\(line)\n" }
                position = block.range.upperBound
            }
            if position < end { for line in old[position..<end] { lines += " \(line)\n" } }
            let oldCount = max(end, position) - start
            let growth = hunk.reduce(0) { $0 + $1.texts.count - $1.range.count }
            out += "@@ -\(start + 1),\(oldCount) +\(start + 1 + shift),\(oldCount + growth) @@\n" + lines
            shift += growth
            hunk = []
        }
        for block in blocks {
            if let last = hunk.last, block.range.lowerBound - last.range.upperBound > 2 * Self.context { write() }
            hunk.append(block)
        }
        write()
        return out
    }

    /// A text that ends with a line's end has no line behind that.
    private var shownCount: Int { old.last == "" ? old.count - 1 : old.count }
}
