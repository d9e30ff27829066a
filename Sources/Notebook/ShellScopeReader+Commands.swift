extension ShellScopeReader {
    private static let declarations: Set<String> = ["export", "readonly", "declare", "typeset", "local"]
    private static let readers: Set<String> = ["read", "mapfile", "readarray", "getopts", "unset"]
    /// Those that do so with an option.
    private static let sometimes = ["printf": "-v", "wait": "-p"]
    static let special: Set<String> = [
        ":", ".", "eval", "exec", "export", "readonly", "return", "set", "shift", "source", "trap",
        "unset",
    ]
    private static let wild: Set<String> = ["eval", "source", ".", "let"]

    /// `${NAME:=word}` and arithmetic assign while they are put in.
    mutating func note(_ word: ShellWord) {
        for case .variable(let source, _) in word.parts where source.contains("=") || source.contains("++") || source.contains("--") {
            if source.hasPrefix("${"), let equals = source.firstIndex(of: "=") {
                let name = source[..<equals].dropFirst(2).prefix { $0 != ":" }
                if ShellWord.isName(name) { set(String(name), to: nil, at: word.range.lowerBound) }
            } else if source.hasPrefix("$((") {
                scope.forgetAll(at: word.range.lowerBound)
            }
        }
    }

    /// Whether a command runs, and in this shell: behind `&&` it may not, in a pipe and in the background it runs elsewhere.
    func isCertain(_ before: String, _ behind: String) -> Bool {
        !["&&", "||", "|", "|&"].contains(before) && !["|", "|&", "&"].contains(behind)
    }

    /// What a command of the shell's own does to variables.
    mutating func run(_ first: ShellWord, _ arguments: [ShellWord], isCertain: Bool) {
        guard let name = first.literal else { return }
        if ["command", "builtin"].contains(name), let next = arguments.first {
            return run(next, Array(arguments.dropFirst()), isCertain: isCertain)
        }
        let offset = first.range.lowerBound
        scope.definitions.noteCall(name)
        define(name, arguments, at: offset, isCertain: isCertain)
        noteEnd(name, arguments, at: offset, isCertain: isCertain)
        // What sets up an environment for Python sets no variables of the script.
        let isActivation = arguments.first.map { $0.source.hasSuffix("/activate") || $0.source.hasSuffix("/conda.sh") } ?? false
        if Self.wild.contains(name) && !(["source", "."].contains(name) && isActivation)
            || name == "trap" && arguments.contains(where: { ["DEBUG", "ERR", "RETURN"].contains($0.literal) })
        {
            return scope.forgetAll(at: offset)
        }
        if Self.declarations.contains(name) {
            let isPlain = !arguments.contains { $0.source.hasPrefix("-") && !["-x", "-r", "-gx", "-g"].contains($0.source) }
            for word in arguments where word.assignment != nil {
                assign(word, isCertain: isPlain && isCertain)
            }
            for word in arguments {
                guard let variable = word.assignment?.name ?? word.literal, ShellWord.isName(variable) else { continue }
                if !isPlain { scope.noteVolatile(variable) }
                if name == "readonly" || arguments.contains(where: { $0.source == "-r" }) { scope.noteConstant(variable) }
            }
            if !isPlain { for word in arguments { forget(word) } }
        } else if Self.readers.contains(name) || Self.sometimes[name].map({ option in arguments.contains { $0.literal == option } }) == true
        {
            for word in arguments { forget(word) }
            if arguments.contains(where: { $0.literal == nil }) { scope.forgetAll(at: offset) }
            if name == "getopts" { for own in ["OPTARG", "OPTIND"] { set(own, to: nil, at: offset) } }
            if name == "read", arguments.isEmpty { set("REPLY", to: nil, at: offset) }
        }
    }

    /// What ends the shell or the function.
    private mutating func noteEnd(_ name: String, _ arguments: [ShellWord], at offset: Int, isCertain: Bool) {
        guard isCertain, open.isEmpty else { return }
        switch name {
        case "exit", "return": scope.noteEnd(at: offset)
        // Without a program it only opens files.
        case "exec" where arguments.first.map({ !$0.source.hasPrefix("{") }) ?? false: scope.noteEnd(at: offset)
        default: break
        }
    }

    /// Where the line ends that is being read: the shell reads all of it before it knows its aliases.
    private var lineEnd: Int {
        for case .control("\n", let range) in tokens[min(index, tokens.count)...] { return range.lowerBound }
        return .max
    }

    /// `alias`, and what says which arguments a function has.
    private mutating func define(_ name: String, _ arguments: [ShellWord], at offset: Int, isCertain: Bool) {
        switch name {
        case "alias":
            let end = lineEnd
            for word in arguments {
                guard case .text(let text, .none)? = word.parts.first, let equals = text.firstIndex(of: "=") else { continue }
                var value = word
                value.parts[0] = .text(String(text[text.index(after: equals)...]), .single)
                value.mayBeSeveral = false
                scope.definitions.define(alias: String(text[..<equals]), as: isCertain ? value.expanded(by: scope) : nil, at: end)
            }
        case "unset" where !arguments.contains { $0.literal == "-v" }:
            for word in arguments {
                if let function = word.literal { scope.definitions.undefine(function, at: offset, isCertain: isCertain && open.isEmpty) }
            }
        case "shopt" where arguments.contains { $0.literal == "expand_aliases" }: scope.definitions.enableAliases(at: offset)
        case "shift":
            let count = arguments.isEmpty ? 1 : arguments[0].literal.flatMap { Int($0) }
            scope.noteShift(isCertain ? count.flatMap { (0...1000).contains($0) ? $0 : nil } : nil, at: offset)
        case "set" where arguments.contains { !$0.source.hasPrefix("-") || $0.source == "--" }: scope.noteShift(nil, at: offset)
        default: break
        }
    }

    private mutating func forget(_ word: ShellWord) {
        if let name = word.literal, ShellWord.isName(name) { set(name, to: nil, at: word.range.lowerBound) }
    }

    mutating func assign(_ word: ShellWord, isCertain: Bool) {
        guard let (name, isAddition, value) = word.assignment else { return }
        let offset = word.range.lowerBound
        guard isCertain, !scope.constants.contains(name), let value, let new = value.expanded(by: scope) else {
            return set(name, to: nil, at: offset)
        }
        guard isAddition else { return set(name, to: new, at: offset) }
        set(name, to: scope.value(of: name, at: offset).map { $0 + new }, at: offset)
    }
}
