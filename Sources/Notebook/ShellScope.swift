/// The variables of a shell's text whose values are certain, and where: assigned plain words in the text itself, by the order of its
/// lines. What the environment, a branch, a loop, a function or another file may have changed is not certain.
struct ShellScope: Sendable {
    /// Changes of one variable, by the offset in bytes where they stand; nil: it may be anything from there on.
    private var changes: [String: [(offset: Int, value: String?)]] = [:]
    /// Where everything that was known may have changed: `eval`, `source`.
    private var breaks: [Int] = []
    /// Bodies of functions, which run when they are called.
    private var functions: [Range<Int>] = []
    /// Assigned in a function: a call of it changes them.
    private var volatile: Set<String> = []
    /// Given to a command alone, which may be a function.
    private var prefixed: Set<String> = []
    /// Nothing is certain: words are split by other rules, or functions do what is not known here.
    private var isUnknown = false

    /// - Parameter offset: where the variable is used, in bytes.
    /// - Returns: nil where it is not certain.
    func value(of name: String, at offset: Int) -> String? {
        guard !isUnknown, !volatile.contains(name), let all = changes[name] else { return nil }
        let place = all.sortedPosition { $0.offset < offset }
        guard place > 0 else { return nil }
        let last = all[place - 1]
        let nextBreak = breaks.sortedPosition { $0 <= last.offset }
        if nextBreak < breaks.count, breaks[nextBreak] < offset { return nil }
        // A function runs later than it stands there: only what never changes is certain in it.
        let function = functions.sortedPosition { $0.upperBound <= offset }
        if function < functions.count, functions[function].contains(offset), all.count > 1 || prefixed.contains(name) || !breaks.isEmpty {
            return nil
        }
        return last.value
    }

    // MARK: what a reader of the text notes, in its order

    mutating func set(_ name: String, to value: String?, at offset: Int) {
        // Words are split by other rules then.
        if name == "IFS" { isUnknown = true }
        let place = changes[name, default: []].sortedPosition { $0.offset <= offset }
        changes[name, default: []].insert((offset, value), at: place)
    }

    mutating func forgetAll(at offset: Int) { breaks.append(offset) }
    mutating func notePrefix(_ name: String) { prefixed.insert(name) }
    mutating func forgetEverything() { isUnknown = true }

    /// A branch, a loop or a subshell has been read: what is assigned anywhere in it is not certain from its beginning on.
    /// - Parameters:
    ///   - names: the variables that are assigned in it.
    ///   - isFunction: it is a function's body, which may be called from anywhere behind it.
    mutating func closeCompound(_ range: Range<Int>, _ names: Set<String>, isFunction: Bool) {
        for name in names {
            while let last = changes[name]?.last, last.offset >= range.lowerBound { changes[name]?.removeLast() }
            changes[name, default: []].append((range.lowerBound, nil))
        }
        if let last = breaks.last, last >= range.lowerBound {
            while let last = breaks.last, last >= range.lowerBound { breaks.removeLast() }
            breaks.append(range.lowerBound)
            if isFunction { isUnknown = true }
        }
        guard isFunction else { return }
        volatile.formUnion(names)
        while let last = functions.last, last.lowerBound >= range.lowerBound { functions.removeLast() }
        functions.append(range)
    }
}
