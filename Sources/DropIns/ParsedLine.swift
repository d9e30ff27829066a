/// A tool's line taken apart by its table; nothing is decided yet.
package struct ParsedLine: Sendable, CustomStringConvertible, CustomReflectable {
    package struct Flag: Sendable, Equatable {
        /// ``FlagSpec/name``.
        package var name: String
        /// Nil where the option takes none or was given none.
        package var values: [String]
        package var fate: FlagSpec.Fate
        /// As typed, without its value.
        package var shown: String
        /// Which of the line's words it is.
        package var position: Int
    }

    package private(set) var flags: [Flag] = []
    /// What is no option, in order.
    package private(set) var operands: [String] = []
    /// Options that the table does not know, without their values.
    package private(set) var unknown: [String] = []
    /// What the tool itself would complain about: an option without its value.
    package private(set) var fault: String?

    package init(_ arguments: [String], _ table: FlagTable) {
        var rest = arguments[...]
        var position = 0
        while let word = rest.popFirst() {
            position += 1
            if word == "--" {
                operands += rest
                break
            }
            if word.hasPrefix("--") {
                takeLong(word, position: position, rest: &rest, table: table)
            } else if word.hasPrefix("-"), word.count > 1 {
                takeBundle(word, position: position, rest: &rest, table: table)
            } else {
                operands.append(word)
            }
        }
        // A comment that no shell has taken away.
        if let comment = operands.firstIndex(where: { $0.hasPrefix("#") }) { operands.removeSubrange(comment...) }
    }

    private mutating func takeLong(_ word: String, position: Int, rest: inout ArraySlice<String>, table: FlagTable) {
        let body = word.dropFirst(2)
        let equals = table.dialect == .curl ? nil : body.firstIndex(of: "=")
        let name = String(equals.map { body[..<$0] } ?? body)
        let glued = equals.map { String(body[body.index(after: $0)...]) }
        if let spec = table.spec(name: name) {
            take(spec, shown: "--" + name, glued: glued, position: position, rest: &rest, table: table)
        } else if table.dialect == .curl, name.hasPrefix("no-"), let spec = table.spec(name: String(name.dropFirst(3))), spec.value == .none
        {
            flags.append(Flag(name: spec.name, values: ["false"], fate: spec.fate, shown: word, position: position))
        } else {
            unknown.append("--" + name)
        }
    }

    private mutating func takeBundle(_ word: String, position: Int, rest: inout ArraySlice<String>, table: FlagTable) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let spec = table.spec(letter: letter) else {
                unknown.append("-\(letter)")
                return
            }
            let glued = letters.isEmpty ? nil : String(letters)
            if spec.value == .none {
                take(spec, shown: "-\(letter)", glued: nil, position: position, rest: &rest, table: table)
            } else {
                take(spec, shown: "-\(letter)", glued: glued, position: position, rest: &rest, table: table)
                return
            }
        }
    }

    private mutating func take(
        _ spec: FlagSpec, shown: String, glued: String?, position: Int, rest: inout ArraySlice<String>, table: FlagTable
    ) {
        var values = glued.map { [$0] } ?? []
        switch spec.value {
        case .none, .optional: break
        case .required where glued == nil:
            guard let next = rest.popFirst() else {
                fault = fault ?? "option \(shown) wants a value"
                return
            }
            values = [next]
        case .required: break
        case .many:
            while glued == nil, let next = rest.first, !next.hasPrefix("-") {
                values.append(next)
                rest.removeFirst()
            }
        }
        flags.append(Flag(name: spec.name, values: values, fate: spec.fate, shown: shown, position: position))
    }

    // MARK: questions

    package func has(_ name: String) -> Bool { flags.contains { $0.name == name } }

    /// The value that was given last.
    package func last(_ name: String) -> String? { flags.last { $0.name == name }?.values.last }

    /// All values, in order.
    package func all(_ name: String) -> [String] { flags.filter { $0.name == name }.flatMap(\.values) }

    /// An option that is on when it is named, and takes `true` or `false` besides.
    package func isOn(_ name: String, default standard: Bool = false) -> Bool {
        guard let flag = flags.last(where: { $0.name == name }) else { return standard }
        return flag.values.last != "false"
    }

    /// Why only the tool itself can do this; nil when nothing in the options says so.
    package var handOver: String? {
        if let flag = flags.first(where: { $0.fate == .handedOver }) { return flag.shown }
        return unknown.first
    }

    /// One warning for everything that is left out.
    package var ignored: [String] {
        var seen: Set<String> = []
        let names = flags.filter { $0.fate == .ignored }.map(\.shown).filter { seen.insert($0).inserted }
        return names.isEmpty ? [] : ["\(names.joined(separator: ", ")) changes nothing of what lands, and is ignored here."]
    }

    /// Values may be secrets.
    package var description: String { "\(flags.map(\.shown)) and \(operands.count) operands" }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
