/// The variables of a shell's text whose values are certain, and where: assigned plain words in the text itself, by the order of its
/// lines. What the environment, a branch, a loop, a function or another file may have changed is not certain. The same for the folder,
/// and the functions and aliases that the text defines.
struct ShellScope: Sendable {
    /// What a function's body finds where it is called.
    struct Outside: Sendable {
        var value: @Sendable (String) -> String?
        var function: @Sendable (String) -> ShellFunction?
        /// The words behind the function's name; nil for one that is not certain, or for all where their number is not.
        var arguments: [String?]?
    }

    /// Changes of one variable, by the offset in bytes where they stand; nil: it may be anything from there on.
    private var changes: [String: [(offset: Int, value: String?)]] = [:]
    /// Where everything that was known may have changed: `eval`, `source`.
    private var breaks: [Int] = []
    /// Bodies of functions, which run when they are called.
    private var bodies: [(range: Range<Int>, name: String)] = []
    /// Assigned in a function: a call of it changes them.
    private var volatile: Set<String> = []
    /// Given to a command alone, which may be a function.
    private var prefixed: Set<String> = []
    /// Nothing is certain: words are split by other rules, or functions do what is not known here.
    private var isUnknown = false

    /// Those that are `readonly`: an assignment fails.
    private(set) var constants: Set<String> = []
    /// Where the shell ends for certain.
    private var end: Int?

    /// Whether the shell makes several words of `{a,b}`.
    var expandsBraces = true
    var folders = FolderChanges()
    var definitions = ShellDefinitions()
    let outside: Outside?
    /// Where `shift` and `set` change the arguments: how many they take; nil where that is not certain.
    private var shifts: [(offset: Int, count: Int?)] = []

    init(outside: Outside? = nil) { self.outside = outside }

    /// - Parameter offset: where the variable is used, in bytes.
    /// - Returns: nil where it is not certain.
    func value(of name: String, at offset: Int) -> String? {
        guard !isUnknown, !volatile.contains(name) else { return nil }
        guard let all = changes[name] else { return outsideValue(name, at: offset) }
        let place = all.sortedPosition { $0.offset < offset }
        guard place > 0 else { return outsideValue(name, at: offset) }
        let last = all[place - 1]
        let nextBreak = breaks.sortedPosition { $0 <= last.offset }
        if nextBreak < breaks.count, breaks[nextBreak] < offset { return nil }
        // A function runs later than it stands there: only what never changes is certain in it.
        if body(at: offset) != nil, all.count > 1 || prefixed.contains(name) || !breaks.isEmpty { return nil }
        return last.value
    }

    /// What is certain in a body that runs at a place of this text.
    func inner(of tokens: [ShellLexer.Token], knowsVariables: Bool, start: ScriptFolder, outside: Outside) -> ShellScope {
        var inner = ShellScopeReader.scope(of: tokens, knowsVariables: knowsVariables, start: start, outside: outside)
        inner.expandsBraces = expandsBraces
        return inner
    }

    private func outsideValue(_ name: String, at offset: Int) -> String? {
        guard let outside, breaks.first.map({ $0 >= offset }) ?? true else { return nil }
        return outside.value(name)
    }

    /// What a variable is where a function is called that the text defines; nil where the call may give it another value.
    func valueForCall(_ name: String, at offset: Int) -> String? { prefixed.contains(name) ? nil : value(of: name, at: offset) }

    /// Whether the text sets a variable anywhere, be it for one command.
    func mentions(_ name: String) -> Bool { changes[name] != nil || prefixed.contains(name) }

    /// Whether a loop's variable has its words as they stand there, one after the other.
    func mayFollowLoop(over name: String) -> Bool { !isUnknown && !volatile.contains(name) && !constants.contains(name) }

    /// `$@` at a place; nil where not each of them is certain.
    func arguments(at offset: Int) -> [String?]? {
        guard let all = outside?.arguments, body(at: offset) == nil else { return nil }
        var gone = 0
        for shift in shifts where shift.offset < offset {
            guard let count = shift.count else { return nil }
            gone += count
        }
        return gone <= all.count ? Array(all.dropFirst(gone)) : all
    }

    /// The function whose body an offset is in.
    func body(at offset: Int) -> String? {
        let place = bodies.sortedPosition { $0.range.upperBound <= offset }
        return place < bodies.count && bodies[place].range.contains(offset) ? bodies[place].name : nil
    }

    /// The function that a command of that name calls.
    func function(_ name: String, at offset: Int) -> ShellFunction? {
        definitions.function(name, at: body(at: offset) == nil ? offset : .max) ?? outside?.function(name)
    }

    // MARK: what a reader of the text notes, in its order

    mutating func set(_ name: String, to value: String?, at offset: Int) {
        // Words are split by other rules then.
        if name == "IFS" { isUnknown = true }
        let place = changes[name, default: []].sortedPosition { $0.offset <= offset }
        changes[name, default: []].insert((offset, value), at: place)
    }

    /// An assignment gives it another value than the one that stands there: in capital letters, a number.
    mutating func noteVolatile(_ name: String) { volatile.insert(name) }
    mutating func noteConstant(_ name: String) { constants.insert(name) }
    mutating func noteEnd(at offset: Int) { end = end ?? offset }
    /// Whether the shell, or the function whose body the text is, ends before an offset.
    func isOver(at offset: Int) -> Bool { end.map { $0 < offset && body(at: offset) == nil } ?? false }
    mutating func forgetAll(at offset: Int) { breaks.append(offset) }
    mutating func notePrefix(_ name: String) { prefixed.insert(name) }
    mutating func forgetEverything() { isUnknown = true }
    mutating func noteShift(_ count: Int?, at offset: Int) { shifts.append((offset, count)) }

    /// A branch, a loop or a subshell has been read: what is assigned anywhere in it is not certain from its beginning on.
    /// - Parameters:
    ///   - names: the variables that are assigned in it.
    ///   - function: the name of the function whose body it is, which may be called from anywhere behind it.
    mutating func closeCompound(_ range: Range<Int>, _ names: Set<String>, function: String?) {
        for name in names {
            while let last = changes[name]?.last, last.offset >= range.lowerBound { changes[name]?.removeLast() }
            changes[name, default: []].append((range.lowerBound, nil))
        }
        if let last = breaks.last, last >= range.lowerBound {
            while let last = breaks.last, last >= range.lowerBound { breaks.removeLast() }
            breaks.append(range.lowerBound)
            if function != nil { isUnknown = true }
        }
        if let last = shifts.last, last.offset >= range.lowerBound {
            while let last = shifts.last, last.offset >= range.lowerBound { shifts.removeLast() }
            shifts.append((range.lowerBound, nil))
        }
        guard let function else { return }
        volatile.formUnion(names)
        while let last = bodies.last, last.range.lowerBound >= range.lowerBound { bodies.removeLast() }
        bodies.append((range, function))
    }
}
