import DropIns

/// A process's words as a list of Python's: `["wget", "-O", name, url]`.
struct PythonWordList {
    private let bytes: [UInt8]
    /// The text between the brackets.
    private let inner: ArraySlice<PythonToken>
    private let elements: [ArraySlice<PythonToken>]
    private let program: String?

    /// Whether words are added to it elsewhere.
    private let isPart: Bool

    /// - Parameter list: from bracket to bracket.
    init(_ list: ArraySlice<PythonToken>, _ bytes: [UInt8], isPart: Bool = false) {
        self.bytes = bytes
        self.isPart = isPart
        inner = list.dropFirst().dropLast()
        elements = PythonProcess.elements(inner)
        let path = elements.first.flatMap { PythonValue($0, in: bytes)?.literal }
        program = path.map { String($0.split(separator: "/").last ?? "") }
    }

    private var tool: DropInTool? { program.flatMap(DropInTool.init(rawValue:)) }
    var startsTool: Bool { tool != nil }

    /// - Throws: ``SkipReason`` when the program is none of the tools and starts one.
    func refuseStarter() throws(SkipReason) {
        guard let program else { return }
        let words = elements.dropFirst().map { PythonValue($0, in: bytes)?.plain ?? "_" }
        if let why = StarterLine(program: program, words: words).why { throw SkipReason(why) }
    }

    func read(into reading: inout Reading) {
        guard let tool, let word = elements.first, let start = inner.first?.range.lowerBound,
            let end = elements.last?.last?.range.upperBound
        else { return }
        var variables = Variables()
        var values: [PythonValue] = []
        var arguments: [String] = []
        // A word that is not written out may be several, or an option.
        var isListed = !isPart
        for element in elements.dropFirst() {
            let isSeveral = element.first?.isMark("*") == true || element.contains { $0.name == "for" }
            guard !isSeveral, let value = PythonValue(element, in: bytes) else {
                isListed = false
                continue
            }
            values.append(value)
            arguments.append(value.text(&variables))
        }
        let call = ToolCall(tool, arguments, variables, isPart: !isListed)
        reading.note(call.downloads, start..<end, in: bytes)
        let quote: Character = bytes[word.first?.range.lowerBound ?? 0] == UInt8(ascii: "'") ? "'" : "\""
        do throws(SkipReason) {
            switch call.equivalence() {
            case .leave(let why): return reading.leave(start..<end, why, in: bytes)
            case .add(let words):
                let text = try added(words, call: call, known: zip(arguments, values).map { ($0, $1.source) }, quote: quote)
                reading.replace(start..<end, with: text, in: bytes)
            case .dropIn(let why): throw SkipReason(why)
            }
        } catch {
            guard let first = word.first?.range.lowerBound, let last = word.last?.range.upperBound else { return }
            let text = "\(quote)fetchctl\(quote), \(quote)\(call.dropIn)\(quote)"
            reading.change(start..<end, by: [TextEdit(range: first..<last, text: text)], in: bytes, note: error.why)
        }
        for remark in call.remarks { reading.leave(start..<end, remark, in: bytes, kind: .remark) }
    }

    /// The words of `fetchctl add` as Python's strings.
    /// - Throws: ``SkipReason`` where their quotes are in the way.
    private func added(
        _ words: [String], call: ToolCall, known: [(argument: String, source: String)], quote: Character
    ) throws(SkipReason) -> String {
        var items = ["\(quote)fetchctl\(quote)", "\(quote)add\(quote)"]
        let originals = known.map { (pieces: call.variables.pieces($0.argument), source: $0.source) }
        for word in words {
            let pieces = call.variables.pieces(word)
            guard let item = originals.first(where: { $0.pieces == pieces })?.source ?? PythonString.literal(pieces, quote: quote) else {
                throw SkipReason("its quotes cannot be written again")
            }
            items.append(item)
        }
        return items.joined(separator: ", ")
    }
}
