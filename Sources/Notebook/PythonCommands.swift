import DropIns

/// What a notebook's variables hold that are run later: `cmd = ["wget", …]`, `cmd = f"aria2c …"`.
struct PythonCommands: Sendable {
    struct Assignment {
        let name: String
        let value: ArraySlice<PythonToken>
        /// Whether it goes on with what the name held: `cmd += …`.
        let isAdded: Bool
    }

    /// Whether a tool's line may be in what is assigned to the name.
    private var tools: [String: Bool] = [:]

    /// Takes the assignments of a cell.
    mutating func read(_ tokens: [PythonToken], _ bytes: [UInt8]) {
        for found in Self.assignments(tokens) {
            tools[found.name] = tools[found.name] == true || found.value.contains { Self.mentionsTool($0, bytes) }
        }
    }

    /// `name = value`, `name += value`, `name: type = value`.
    static func assignments(_ tokens: [PythonToken]) -> [Assignment] {
        var found: [Assignment] = []
        // No other assignment begins within a value, so every token of one is looked at once.
        var reached = 0
        for index in tokens.indices where index == 0 || tokens[index - 1].kind == .newline || tokens[index - 1].isMark(":") {
            guard index >= reached, let name = tokens[index].name else { continue }
            func isInLine(_ token: PythonToken) -> Bool { token.kind != .newline && !token.isMark(";") }
            let head = tokens[index...].prefix(8).prefix(while: isInLine)
            guard let equals = head.firstIndex(where: { $0.isMark("=") }), equals > index, equals + 1 < tokens.count,
                isInLine(tokens[equals + 1]), !head[..<equals].contains(where: { $0.isMark("(") || $0.isMark(".") || $0.isMark(",") })
            else { continue }
            let value = tokens[(equals + 1)...].prefix(while: isInLine)
            // `if x: y = …` is met twice: once as a line, once behind its colon.
            if tokens[(index + 1)..<equals].contains(where: { $0.isMark(":") }) == false { reached = value.endIndex }
            found.append(Assignment(name: name, value: value, isAdded: tokens[equals - 1].isMark("+")))
        }
        return found
    }

    /// Whether what a name holds is changed after it was put together.
    static func isExtended(_ name: String, _ tokens: [PythonToken]) -> Bool {
        let isAdded = assignments(tokens).contains { $0.name == name && $0.isAdded }
        return isAdded
            || tokens.indices.dropLast(2).contains { index in
                tokens[index].name == name && tokens[index + 1].isMark(".")
                    && ["append", "extend", "insert"].contains(tokens[index + 2].name)
            }
    }

    private static func mentionsTool(_ token: PythonToken, _ bytes: [UInt8]) -> Bool {
        guard token.kind == .string else { return false }
        let text = String(decoding: bytes[token.range], as: UTF8.self)
        let words = text.split { !($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        return words.contains { DropInTool(rawValue: String($0)) != nil && $0 != "hf" } || text.contains("hf download")
    }

    /// Why a line is named that runs a variable: its value is a tool's line, or is not known.
    /// - Parameters:
    ///   - source: `$cmd`, `{cmd}`, `cmd`, as written.
    ///   - orUnknown: whether it is named also where no assignment was seen.
    func why(_ source: String, orUnknown: Bool) -> String? {
        let name = String(source.drop { "${\"'".contains($0) }.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        switch tools[name] {
        case true?: return "\(source) holds a tool's line, which is to be changed where it is put together"
        case false?: return nil
        case nil: return orUnknown ? "what \(source) runs is not known here" : nil
        }
    }
}
