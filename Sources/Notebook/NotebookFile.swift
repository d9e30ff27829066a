package import FetchTypes
import JSONText

/// A notebook file (nbformat 4): its cells, and its bytes, of which only changed lines change.
package struct NotebookFile: Sendable {
    package struct Cell: Sendable {
        /// Counted from 1 over all cells, as people count them from the top.
        package let number: Int
        package let isCode: Bool
        var source: CellSource
        /// Where the source is in the file.
        fileprivate let range: Range<Int>

        package var text: String { source.text }
    }

    package private(set) var cells: [Cell]
    /// The kernel's language, lower case; nil where the notebook names none.
    package let language: String?
    private let original: [UInt8]
    private let isASCII: Bool

    /// - Throws: ``Failure`` with exit code 65 when the bytes are no notebook of format 4.
    package init(_ bytes: [UInt8], name: String) throws(Failure) {
        func refuse(_ why: String) -> Failure {
            Failure(
                .notAModel, "\(name) is not a Jupyter notebook.", why: why,
                hint: "give a notebook's .ipynb file, of format 4 as every Jupyter since 2015 writes it.")
        }
        guard let root = JSONNode.parse(bytes, .notebook) else { throw refuse("it is no JSON.") }
        guard let nodes = root.member("cells", in: bytes)?.elements else {
            throw refuse(
                root.member("worksheets", in: bytes) == nil ? "it has no list of cells." : "it is a notebook of format 3 or older.")
        }
        var cells: [Cell] = []
        for (index, node) in nodes.enumerated() {
            guard let source = node.member("source", in: bytes), let text = CellSource(source, in: bytes) else {
                throw refuse("its cell \(index + 1) has no source.")
            }
            let isCode = node.member("cell_type", in: bytes)?.text(in: bytes) == "code"
            cells.append(Cell(number: index + 1, isCode: isCode, source: text, range: source.range))
        }
        self.cells = cells
        let metadata = root.member("metadata", in: bytes)
        language =
            (metadata?.member("language_info", in: bytes)?.member("name", in: bytes)
            ?? metadata?.member("kernelspec", in: bytes)?.member("language", in: bytes))?.text(in: bytes)?.lowercased()
        original = bytes
        // Python's json escapes all or nothing; where nothing tells, nbformat's own way.
        isASCII = bytes.allSatisfy { $0 < 0x80 } && Self.hasEscapedLetters(bytes)
    }

    /// Whether an escape stands for something outside ASCII.
    private static func hasEscapedLetters(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while let slash = rest.firstIndex(of: UInt8(ascii: "\\")) {
            rest = rest[(slash + 1)...]
            if rest.first == UInt8(ascii: "u"), rest.count > 4, !rest.dropFirst().starts(with: "00".utf8) { return true }
            if rest.first == UInt8(ascii: "u"), rest.count > 4, let digit = rest.dropFirst(3).first, "89abcdefABCDEF".utf8.contains(digit) {
                return true
            }
            rest = rest.dropFirst()
        }
        return false
    }

    /// - Parameter range: of the cell's lines, from 0.
    package mutating func replace(_ range: Range<Int>, with texts: [String], inCell index: Int) {
        cells[index].source.replace(range, with: texts, isASCII: isASCII, usual: cells.lazy.compactMap(\.source.separator).first)
    }

    /// The whole file.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        var position = 0
        for cell in cells {
            out += original[position..<cell.range.lowerBound]
            out += cell.source.bytes
            position = cell.range.upperBound
        }
        return out + original[position...]
    }
}
