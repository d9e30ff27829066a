import FetchTypes

/// A table of text: pure, so that it can be tested without a terminal.
struct TextTable: Sendable {
    struct Column: Sendable {
        var title: String
        var isRight = false
        /// To how many columns it gives way before any other has to; nil: with the others.
        var least: Int?
        /// Columns that it needs to be of use; the table is not made narrower while another one can be left out.
        var keeps = 8
        /// When it is left out of a table that has no room for all: 1 first. Nil: never.
        var leaves: Int?
    }

    var columns: [Column]
    /// Cells are cleaned before their width is counted.
    var rows: [[PrintableText]] = []

    /// Columns of a terminal between two columns of the table.
    private static let gap = 2

    /// - Parameter width: the terminal's; nil where lines may be of any length.
    /// - Returns: lines with a line end each, none wider than `width`.
    func text(width: Int?) -> PrintableText {
        let titles = columns.map { Cell(PrintableText($0.title).text) }
        let cells = AllProcessors.map(rows) { row in columns.indices.map { index in Cell(index < row.count ? row[index].text : "") } }
        let natural = naturalWidths(titles, cells)
        let shown = shown(natural, width)
        guard shown.count == columns.count else {
            var rest = TextTable(columns: shown.map { columns[$0] })
            rest.rows = rows.map { row in shown.map { $0 < row.count ? row[$0] : "" } }
            return rest.text(width: width)
        }
        let widths = fitted(natural, to: width)
        let lines = AllProcessors.parts(of: cells) { part in
            var lines: PrintableText = ""
            for row in part { lines += line(row, widths, width) }
            return lines
        }
        return line(titles, widths, width) + lines.joined()
    }

    /// The columns for which there is room.
    /// - Parameter natural: the width of each column's widest cell.
    private func shown(_ natural: [Int], _ width: Int?) -> [Int] {
        var shown = Array(columns.indices)
        guard let width else { return shown }
        let needed = shown.map { min(columns[$0].keeps, natural[$0]) }
        while shown.map({ needed[$0] }).reduce(0, +) + Self.gap * (shown.count - 1) > width {
            let optional = shown.filter { columns[$0].leaves != nil }
            guard let first = optional.min(by: { (columns[$0].leaves ?? 0) < (columns[$1].leaves ?? 0) }) else { break }
            shown.removeAll { $0 == first }
        }
        return shown
    }

    private func line(_ row: [Cell], _ widths: [Int], _ width: Int?) -> PrintableText {
        var line: [UInt8] = []
        line.reserveCapacity(widths.reduce(widths.count * Self.gap, +))
        let blank = UInt8(ascii: " ")
        for (index, column) in columns.enumerated() {
            let cell = row[index].fitted(to: widths[index])
            let padding = repeatElement(blank, count: widths[index] - cell.width)
            if index > 0 { line += repeatElement(blank, count: Self.gap) }
            if column.isRight { line += padding }
            line += cell.text.utf8
            if !column.isRight { line += padding }
        }
        while line.last == blank { line.removeLast() }
        let text = String(decoding: line, as: UTF8.self)
        // The cells are clean already.
        return "\(code: width.map { Text.cut(text, to: $0) } ?? text)\n"
    }

    private struct Cell: Sendable {
        let text: String
        let width: Int

        init(_ text: String) {
            self.text = text
            width = Text.width(text)
        }

        func fitted(to columns: Int) -> Cell { width > columns ? Cell(Text.fit(text, to: columns)) : self }
    }

    /// Each column as wide as its widest cell.
    private func naturalWidths(_ titles: [Cell], _ cells: [[Cell]]) -> [Int] {
        var widths = titles.map(\.width)
        for row in cells {
            for index in widths.indices where row[index].width > widths[index] { widths[index] = row[index].width }
        }
        return widths
    }

    /// Where the columns are wider than the terminal together, the widest gives way first.
    private func fitted(_ natural: [Int], to width: Int?) -> [Int] {
        guard let width else { return natural }
        var widths = natural
        var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - width
        for (index, column) in columns.enumerated() {
            guard let least = column.least, excess > 0, widths[index] > least else { continue }
            let step = min(excess, widths[index] - least)
            widths[index] -= step
            excess -= step
        }
        while excess > 0, let widest = widths.indices.filter({ widths[$0] > columns[$0].keeps }).max(by: { widths[$0] < widths[$1] }) {
            // Down to the next widest at once: a step a column would be slow for a long one.
            let next = widths.filter { $0 < widths[widest] }.max() ?? 0
            let step = max(1, min(excess, widths[widest] - max(next, columns[widest].keeps)))
            widths[widest] -= step
            excess -= step
        }
        return widths
    }
}
