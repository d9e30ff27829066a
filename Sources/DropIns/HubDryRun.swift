import FetchTypes
import JSONText

/// What `hf download --dry-run` prints: which files would be fetched, as huggingface_hub 2.4 lists them.
package struct HubDryRun: Sendable, Equatable {
    /// One file that was asked for.
    package struct Item: Sendable, Equatable {
        /// The path in the repo.
        package var name: String
        /// Bytes; nil when it is not known.
        package var size: Int64?
        /// False for what is there already.
        package var isFetched: Bool

        package init(name: String, size: Int64?, isFetched: Bool) {
            self.name = name
            self.size = size
            self.isFetched = isFetched
        }
    }

    package var form: HubResult.Form
    /// The one file that the line names, as a path in the repo; nil: several.
    package var file: String?
    /// Whether long names give way to the terminal's width.
    package var truncates = true

    package init(_ form: HubResult.Form, file: String?) {
        self.form = form
        self.file = file
    }

    /// - Parameter columns: of the terminal.
    /// - Returns: lines with a line end each.
    package func text(_ items: [Item], columns: Int) -> String {
        let items = items.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        let rows = items.map { item in
            (item.name, item.isFetched ? item.size.map { Self.shown(Double($0)) } ?? "-" : "-")
        }
        switch form {
        case .human: return headline(items) + (rows.isEmpty ? Self.nothing : table(rows, columns))
        case .agent:
            let lines = ["file\tsize"] + rows.map { "\(Self.oneLine($0.0))\t\($0.1)" }
            return headline(items) + (rows.isEmpty ? Self.nothing : lines.map { $0 + "\n" }.joined())
        case .json:
            return "[" + rows.map { "{\"file\": \"\($0.0.jsonContent())\", \"size\": \"\($0.1)\"}" }.joined(separator: ", ") + "]\n"
        case .path: return rows.map { $0.0.withoutControlCharacters + "\n" }.joined()
        }
    }

    private static let nothing = "No results found.\n"

    private func headline(_ items: [Item]) -> String {
        let fetched = items.filter(\.isFetched)
        let isKnown = fetched.allSatisfy { $0.size != nil }
        let total = isKnown ? Self.shown(Double(fetched.map { ByteCount(clamping: $0.size ?? 0) }.total.bytes)) : "an unknown size"
        return "[dry-run] Will download \(fetched.count) files (out of \(items.count)) totalling \(total).\n"
    }

    private func table(_ rows: [(name: String, size: String)], _ columns: Int) -> String {
        var names = rows.map { Self.oneLine($0.name) }
        let sizes = rows.map(\.size)
        let second = max(4, sizes.map { $0.unicodeScalars.count }.max() ?? 0)
        // One column lies between the two.
        let most = max(4, columns - 1 - second)
        if truncates {
            names = names.map { name in
                name.unicodeScalars.count <= most ? name : String(String.UnicodeScalarView(name.unicodeScalars.prefix(most - 3))) + "..."
            }
        }
        let first = max(4, names.map { $0.unicodeScalars.count }.max() ?? 0)
        let dashes = { (count: Int) in String(repeating: "-", count: count) }
        return ([("FILE", "SIZE"), (dashes(first), dashes(second))] + zip(names, sizes)).map { name, size in
            Self.padded(name, first) + " " + Self.padded(size, second) + "\n"
        }.joined()
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.unicodeScalars.count))
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ").withoutControlCharacters
    }

    /// Bytes with one decimal, in thousands, as Python's `%3.1f` rounds: to the nearest tenth of the exact value.
    static func shown(_ bytes: Double) -> String {
        var value = bytes
        for unit in ["", "K", "M", "G", "T", "P", "E", "Z"] {
            if value < 1000 { return tenths(value) + unit }
            value /= 1000
        }
        return tenths(value) + "Y"
    }

    private static func tenths(_ value: Double) -> String {
        var count = (value * 10).rounded(.down)
        // Rounded once, so that its sign is that of the exact difference.
        let difference = (-(count + 0.5)).addingProduct(value, 10)
        if difference > 0 || difference == 0 && count.truncatingRemainder(dividingBy: 2) == 1 { count += 1 }
        let whole = Int(count)
        return "\(whole / 10).\(whole % 10)"
    }
}
