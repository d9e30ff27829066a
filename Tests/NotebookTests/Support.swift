import DropIns
import FetchTypes
import Foundation
import JSONText
import Testing

@testable import Notebook

/// Notebooks as the tests need them, and what came of them.
enum Book {
    /// - Parameters:
    ///   - cells: the sources of its code cells.
    ///   - indent: as `json.dumps` takes it; nil for one line.
    static func bytes(_ cells: [String], indent: Int? = 1, isASCII: Bool = false, asText: Bool = false, ending: String = "\n") -> [UInt8] {
        func newline(_ depth: Int) -> String { indent.map { "\n" + String(repeating: " ", count: $0 * depth) } ?? "" }
        func string(_ text: String) -> String {
            "\"" + text.jsonContent(isASCII ? .nonASCII : .required) + "\""
        }
        let comma = indent == nil ? ", " : ","
        let nodes = cells.map { source -> String in
            let lines = source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let parts = lines.enumerated().map { $0.offset < lines.count - 1 ? $0.element + "\n" : $0.element }.filter { !$0.isEmpty }
            let text = asText ? string(source) : "[" + parts.map { newline(4) + string($0) }.joined(separator: comma) + newline(3) + "]"
            let members = [
                "\"cell_type\": \"code\"", "\"id\": \(string("ü\(source.count)"))", "\"metadata\": {}", "\"outputs\": []",
                "\"source\": \(text)",
            ]
            return newline(2) + "{" + members.map { newline(3) + $0 }.joined(separator: comma) + newline(2) + "}"
        }
        let metadata = "\"metadata\": {\"language_info\": {\"name\": \"python\"}}"
        let members = [
            "\"cells\": [" + nodes.joined(separator: comma) + newline(1) + "]", metadata, "\"nbformat\": 4", "\"nbformat_minor\": 5",
        ]
        return Array(("{" + members.map { newline(1) + $0 }.joined(separator: comma) + newline(0) + "}" + ending).utf8)
    }

    static func convert(_ cells: String...) throws -> FileConversion { try FileConversion(bytes(cells), .notebook, name: "a.ipynb") }

    /// The text of a cell after the conversion.
    static func cell(_ number: Int, _ conversion: FileConversion) throws -> String {
        try NotebookFile(conversion.bytes, name: "a.ipynb").cells[number - 1].text
    }

    /// What one line becomes; nil when it is left.
    static func line(_ text: String) throws -> String? {
        let conversion = try convert(text)
        return conversion.converted > 0 ? try cell(1, conversion) : nil
    }

    static func left(_ text: String) throws -> [String] {
        try convert(text).findings.filter { $0.kind == .left }.map { $0.note ?? "" }
    }
}
