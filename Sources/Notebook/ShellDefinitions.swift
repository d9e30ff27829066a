/// A function that a shell's text defines.
struct ShellFunction: Sendable {
    /// Between its braces.
    var tokens: ArraySlice<ShellLexer.Token>
    /// Where its braces close, in bytes.
    var end: Int
    /// Whether it is defined for certain: not in a branch.
    var isCertain: Bool
    /// Whether a call of it may change the folder.
    var changesFolder: Bool
}

/// The functions and aliases that a shell's text defines, by the order of its lines.
struct ShellDefinitions: Sendable {
    /// Nil where one is unset.
    private var functions: [String: [(offset: Int, function: ShellFunction?)]] = [:]
    /// Their texts; nil where one is not certain.
    private var aliases: [String: [(offset: Int, text: String?)]] = [:]
    private var called: Set<String> = []
    /// Where `shopt -s expand_aliases` stands.
    private var expansion: Int?

    /// The function of that name which a command before the offset has defined.
    func function(_ name: String, at offset: Int) -> ShellFunction? {
        guard let all = functions[name] else { return nil }
        let place = all.sortedPosition { $0.offset < offset }
        return place > 0 ? all[place - 1].function : nil
    }

    /// What an alias of that name stands for.
    func alias(_ name: String, at offset: Int) -> (text: String?, isEnabled: Bool)? {
        guard let all = aliases[name] else { return nil }
        let place = all.sortedPosition { $0.offset < offset }
        return place > 0 ? (all[place - 1].text, expansion.map { $0 < offset } ?? false) : nil
    }

    /// Whether a command anywhere in the text has that name.
    func isCalled(_ name: String) -> Bool { called.contains(name) }

    mutating func define(_ name: String, _ function: ShellFunction) { functions[name, default: []].append((function.end, function)) }
    /// `unset -f name`.
    /// - Parameter isCertain: whether it runs; else a call of the name may be one of the function.
    mutating func undefine(_ name: String, at offset: Int, isCertain: Bool) {
        guard var last = functions[name]?.last?.function else { return }
        last.isCertain = false
        functions[name]?.append((offset, isCertain ? nil : last))
    }

    mutating func define(alias name: String, as text: String?, at offset: Int) { aliases[name, default: []].append((offset, text)) }
    mutating func noteCall(_ name: String) { called.insert(name) }
    mutating func enableAliases(at offset: Int) { expansion = expansion ?? offset }
}
