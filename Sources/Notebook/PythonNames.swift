/// What a notebook's names mean by its imports: `from huggingface_hub import hf_hub_download as dl`.
struct PythonNames: Sendable {
    private var meanings: [String: String] = [:]

    /// Takes the imports of a cell.
    mutating func read(_ tokens: [PythonToken]) {
        var index = 0
        while index < tokens.count {
            let isStart = index == 0 || tokens[index - 1].kind == .newline || tokens[index - 1].isMark(":") || tokens[index - 1].isMark(";")
            guard isStart, let keyword = tokens[index].name, keyword == "import" || keyword == "from" else {
                index += 1
                continue
            }
            // No other import begins within one, so every token is looked at once.
            let line = tokens[index...].prefix { $0.kind != .newline && !$0.isMark(";") }
            if keyword == "import" {
                for part in PythonProcess.elements(line.dropFirst()) { add(part, from: "") }
            } else if let word = line.firstIndex(where: { $0.name == "import" }) {
                let module = line[(index + 1)..<word].compactMap(\.name).joined(separator: ".")
                let names = line[(word + 1)...].filter { !$0.isMark("(") && !$0.isMark(")") }
                for part in PythonProcess.elements(names[...]) { add(part, from: module + ".") }
            }
            index += line.count
        }
    }

    /// - Parameter part: `a.b.c as d`.
    private mutating func add(_ part: ArraySlice<PythonToken>, from module: String) {
        let names = part.compactMap(\.name)
        guard let first = names.first else { return }
        if let word = names.firstIndex(of: "as"), word + 1 < names.count {
            meanings[names[word + 1]] = module + names[..<word].joined(separator: ".")
        } else {
            meanings[first] = module.isEmpty ? nil : module + first
        }
    }

    /// The name with its first part as it was imported.
    func resolved(_ name: String) -> String {
        let first = String(name.prefix { $0 != "." })
        return meanings[first].map { $0 + name.dropFirst(first.count) } ?? name
    }

    /// Names of a notebook's own for functions that are called otherwise.
    func aliases(of functions: Set<String>) -> Set<String> {
        Set(meanings.filter { functions.contains($0.value.split(separator: ".").last.map(String.init) ?? "") }.keys)
    }
}
