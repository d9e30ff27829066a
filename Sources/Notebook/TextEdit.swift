/// A replacement of some bytes of a cell's text.
struct TextEdit: Sendable, Equatable {
    var range: Range<Int>
    var text: String
}

/// What came of reading a cell: what is to be replaced, and what was seen.
struct Reading: Sendable {
    var edits: [TextEdit] = []
    /// Whether `fetchctl` is there as a Python module before the next cell.
    var hasImport = false
    /// With the offset at which it was seen; lines and cells are counted later.
    var seen: [(offset: Int, finding: Finding)] = []

    mutating func replace(_ range: Range<Int>, with text: String, in bytes: [UInt8]) {
        edits.append(TextEdit(range: range, text: text))
        let old = String(decoding: bytes[range], as: UTF8.self)
        seen.append((range.lowerBound, Finding(kind: .converted, cell: 0, line: 0, text: old, replacement: text, note: nil)))
    }

    mutating func leave(_ range: Range<Int>, _ why: String, in bytes: [UInt8], kind: Finding.Kind = .left) {
        let old = String(decoding: bytes[range], as: UTF8.self)
        seen.append((range.lowerBound, Finding(kind: kind, cell: 0, line: 0, text: old, replacement: nil, note: why)))
    }

    /// Nothing is replaced after all.
    mutating func refuseAll(_ why: String) {
        for edit in edits { refuse(edit, why) }
        seen.removeAll { $0.finding.kind == .remark }
    }

    /// That is not replaced after all.
    mutating func refuse(_ edit: TextEdit, _ why: String) {
        edits.removeAll { $0 == edit }
        for index in seen.indices where seen[index].offset == edit.range.lowerBound && seen[index].finding.kind == .converted {
            seen[index].finding.kind = .left
            seen[index].finding.replacement = nil
            seen[index].finding.note = why
        }
    }
}
