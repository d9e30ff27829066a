import FetchTypes
import ModelSources

/// What `info` shows of a reference to people.
struct InfoText {
    let resolution: Resolution
    var room = MachineCapacity()

    /// - Parameter width: the terminal's; nil where lines may be of any length.
    func text(width: Int?) -> PrintableText {
        "\(title(width))\(facts(width))\n\(quantisations(width))\(files(width))\(hashes(width))"
    }

    private func title(_ width: Int?) -> PrintableText {
        Prose.line(PrintableText(resolution.title), hang: "  ", width: width) + "\n"
    }

    private func facts(_ width: Int?) -> PrintableText {
        var rows = resolution.facts.filter { !Self.isTable($0) }.map { (label: Self.label($0.name), value: Self.words($0.value)) }
        if let page = resolution.files.first?.metadata.pageURL { rows.insert(("page", page), at: 0) }
        let sizes = resolution.files.map(\.length)
        let total = sizes.contains(nil) ? "" : ", " + ByteSize.text(sizes.compactMap(\.self).total.bytes)
        rows.append(("files", "\(resolution.files.count)\(total)"))
        let column = rows.map { Text.width($0.label) }.max() ?? 0
        return rows.map { label, value in
            let indent: PrintableText = "  \(label)" + PrintableText.spaces(column - Text.width(label) + 2)
            return Self.wrapped(value, indent: indent, width)
        }.joined()
    }

    /// Whole words, line by line, under the first one's beginning.
    private static func wrapped(_ value: String, indent: PrintableText, _ width: Int?) -> PrintableText {
        let start = Text.width(indent.text)
        // Where the label takes most of the width, further lines begin below it.
        let hang = width.map { $0 > start + 16 } ?? true ? start : 4
        return Prose.line(indent + "\(value)", hang: .spaces(hang), width: width) + "\n"
    }

    private func files(_ width: Int?) -> PrintableText {
        var columns = [
            TextTable.Column(title: "FILE", keeps: 16), .init(title: "SIZE", isRight: true),
            .init(title: "HASH", least: 20, keeps: 12, leaves: 1),
        ]
        let notes = resolution.files.map { Self.notes($0.facts) }
        if notes.contains(where: { !$0.isEmpty }) { columns.append(.init(title: "NOTES", keeps: 12)) }
        var table = TextTable(columns: columns)
        table.rows = zip(resolution.files, notes).map { file, note in
            [
                "\(file.path)", "\(file.size.map(ByteSize.text) ?? "?")",
                file.digest.map { "\($0.algorithm.rawValue) \($0.hex)" } ?? "none published", "\(note)",
            ]
        }
        return table.text(width: width)
    }

    private static func isTable(_ fact: Fact) -> Bool { if case .table = fact.value { true } else { false } }

    /// The quantisations of a GGUF repo, a line each, and whether they fit here; nothing for other repos.
    private func quantisations(_ width: Int?) -> PrintableText {
        let found = resolution.quantisations
        guard !found.isEmpty else { return "" }
        var table = TextTable(columns: [
            .init(title: "QUANTISATION", keeps: 12), .init(title: "FILES", isRight: true, leaves: 2), .init(title: "SIZE", isRight: true),
            .init(title: "DISK"), .init(title: "GPU", leaves: 3), .init(title: "FIRST FILE", least: 20, keeps: 16, leaves: 1),
        ])
        table.rows = found.map { one in
            let files: PrintableText = one.isIncomplete ? "\(one.paths.count) of \(one.count)" : "\(one.paths.count)"
            return [
                "\(one.name)", files, "\(one.size.map(ByteSize.text) ?? "?")",
                one.isIncomplete ? "incomplete" : "\(Self.fits(room.fitsDisk(one)))", "\(Self.fits(room.fitsGPU(one)))", "\(one.paths[0])",
            ]
        }
        return table.text(width: width) + "\n"
    }

    private static func fits(_ answer: Bool?) -> String { answer.map { $0 ? "fits" : "too large" } ?? "?" }

    /// What does not fit into a table: a line a file.
    private func hashes(_ width: Int?) -> PrintableText {
        let lines = resolution.files.compactMap { file -> PrintableText? in
            file.facts.first { $0.name == Self.hashesName }.map {
                Self.wrapped(Self.words($0.value), indent: "  \(file.path): ", width)
            }
        }
        return lines.isEmpty ? "" : "\nHASHES\n" + lines.joined()
    }

    private static let hashesName = "hashes"
    private static let shownElsewhere: Set<String> = ["git_sha1", "storage", hashesName]
    /// Values that say by themselves what they are.
    private static let plain: Set<String> = ["type", "format", "size", "fp", "quant"]
    private static let scans: Set<String> = ["virus_scan", "pickle_scan"]

    /// A file's facts in few words: `id 123471, primary, Model, SafeTensor, pruned, fp16, scans passed`.
    private static func notes(_ facts: [Fact]) -> String {
        let results = facts.filter { scans.contains($0.name) }
        let passed = !results.isEmpty && results.allSatisfy { $0.value == .text("Success") }
        var words = facts.filter { !shownElsewhere.contains($0.name) && !(passed && scans.contains($0.name)) }.map { fact in
            if plain.contains(fact.name) { return Self.words(fact.value) }
            return fact.value == .flag(true) ? label(fact.name) : "\(label(fact.name)) \(Self.words(fact.value))"
        }
        if passed { words.append("scans passed") }
        return words.joined(separator: ", ")
    }

    private static func label(_ name: String) -> String { name.replacing("_", with: " ") }

    private static func words(_ value: Fact.Value) -> String {
        switch value {
        case .text(let text): text
        case .number(let number): String(number)
        case .flag(let flag): flag ? "yes" : "no"
        case .list(let items): items.joined(separator: ", ")
        case .table(let rows): rows.map { words(.facts($0)) }.joined(separator: "; ")
        case .unknown: "?"
        case .facts(let facts): facts.map { "\(label($0.name)) \(words($0.value))" }.joined(separator: ", ")
        }
    }
}
