/// A cell's text by its lines.
struct CellLines: Sendable {
    let bytes: [UInt8]
    let texts: [String]
    /// Where each line begins, in bytes.
    private let starts: [Int]

    init(_ text: String) {
        bytes = Array(text.utf8)
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
        self.starts = starts
        let bytes = bytes
        texts = starts.indices.map { index in
            let end = index + 1 < starts.count ? starts[index + 1] - 1 : bytes.count
            return String(decoding: bytes[starts[index]..<end], as: UTF8.self)
        }
    }

    /// The line that a byte is in, from 0.
    func number(of offset: Int) -> Int { starts.sortedPosition { $0 <= offset } - 1 }

    /// Lines that change together, and what they become.
    struct Block: Sendable, Equatable {
        var range: Range<Int>
        var texts: [String]
    }

    /// - Parameter edits: those that overlap an earlier one are left out.
    func blocks(_ edits: [TextEdit]) -> [Block] {
        var groups: [(lines: Range<Int>, edits: [TextEdit])] = []
        var reached = 0
        for edit in edits.sorted(by: { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) })
        where edit.range.lowerBound >= reached {
            reached = edit.range.upperBound
            let lines = number(of: edit.range.lowerBound)..<number(of: max(edit.range.lowerBound, edit.range.upperBound - 1)) + 1
            if let last = groups.last, last.lines.upperBound > lines.lowerBound {
                groups[groups.count - 1].lines = last.lines.lowerBound..<max(last.lines.upperBound, lines.upperBound)
                groups[groups.count - 1].edits.append(edit)
            } else {
                groups.append((lines, [edit]))
            }
        }
        return groups.map { lines, edits in
            let start = starts[lines.lowerBound]
            let end = lines.upperBound < starts.count ? starts[lines.upperBound] - 1 : bytes.count
            var out: [UInt8] = []
            var position = start
            for edit in edits {
                out += bytes[position..<edit.range.lowerBound]
                out += Array(edit.text.utf8)
                position = edit.range.upperBound
            }
            out += bytes[position..<end]
            let text = String(decoding: out, as: UTF8.self)
            return Block(range: lines, texts: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        }
    }
}
