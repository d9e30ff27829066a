/// What `cd`, `pushd` and `popd` depend on and change.
struct FolderPlace: Sendable, Equatable {
    var folder = ScriptFolder.start
    /// What `cd -` leads to; nil before the first change.
    private var previous: ScriptFolder?
    /// What `pushd` has put aside, the next one for `popd` last.
    private var stack: [ScriptFolder] = []

    init() {}
    init(_ folder: ScriptFolder) { self.folder = folder }

    /// Entries of the stack at most; of more the lowest are forgotten.
    private static let deepest = 100

    /// Runs one of these commands.
    /// - Parameters:
    ///   - name: `cd`, `chdir`, `pushd` or `popd`.
    ///   - arguments: its words with the values of variables; nil for one that is not certain.
    mutating func run(_ name: String, _ arguments: [String?], shown: String) {
        var words = arguments[...]
        while let word = words.first, let option = word, ["-L", "-P", "-e", "-q", "--"].contains(option) { words = words.dropFirst() }
        let line = shown.count > 60 ? shown.prefix(57) + "…" : shown[...]
        guard words.count <= 1 else { return lose("\(line) has more than one folder") }
        switch (name, words.first) {
        case ("popd", nil):
            if let last = stack.popLast() { move(to: last) }
        case ("pushd", nil):
            guard let last = stack.popLast() else { return }
            stack.append(folder)
            move(to: last)
        case (_, nil): lose("\(line) leads to the home folder")
        case (_, .some(nil)):
            if name == "pushd" { push() }
            move(to: .unknown("\(line) is not known before it runs"))
        case ("popd", _): lose("\(line) takes a folder of its own choice from the stack")
        case (_, .some("-")):
            guard let previous else { return lose("\(line) comes before every other cd") }
            move(to: previous)
        case (_, .some(let path?)):
            if path.hasPrefix("~") { return lose("\(line) leads to a home folder") }
            if name == "pushd" {
                if path.hasPrefix("+") || path.hasPrefix("-") { return lose("\(line) turns the stack") }
                push()
            }
            move(to: folder.entering(path))
        }
    }

    /// Whether commands behind it find the same, `cd -` excepted.
    func isSame(as other: FolderPlace) -> Bool { folder == other.folder && stack == other.stack }

    /// Two ways lead here, which agree but for `cd -`.
    mutating func forgetPrevious() { previous = nil }

    mutating func lose(_ why: String) { self = FolderPlace(.unknown(why)) }

    private mutating func push() {
        if stack.count == Self.deepest { stack.removeFirst() }
        stack.append(folder)
    }

    private mutating func move(to new: ScriptFolder) {
        previous = folder
        folder = new
    }
}
