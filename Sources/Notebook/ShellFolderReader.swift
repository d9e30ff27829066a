/// Follows the folder through a shell's text: what runs for certain changes it, subshells change only their own, and where branches or
/// loops end in different folders it is not certain from there on. A `cd` is taken to succeed.
struct ShellFolderReader: Sendable {
    enum Compound: Sendable { case group, subshell, branches, loop, function }

    private struct Level {
        var kind: Compound
        var offset: Int
        /// At its beginning.
        var start: FolderPlace
        /// What the next branch begins with.
        var branchStart: FolderPlace
        /// Where the branches ended.
        var ends: [FolderPlace] = []
        var hasDefault = false
        var hasJump = false
        /// It runs in a shell of its own: a pipe leads into it.
        var isSeparate: Bool
        /// The list of commands around it.
        var chain: Chain
    }

    /// The commands that `&&` and `||` join.
    private struct Chain {
        /// Whether all of them so far run and succeed where nothing is wrong.
        var isPresumed = true
        /// A change of the folder that may not happen.
        var isDoubtful = false
    }

    private(set) var changes = FolderChanges()
    private var place: FolderPlace
    private var open: [Level] = []
    private var chain = Chain()
    /// How it was before the compound command that has just been closed.
    private var beforeClosed: FolderPlace?

    private static let doubt = "whether the folder is changed before is known when it runs"

    /// Commands that succeed where nothing is wrong, so that what `&&` puts behind them runs.
    private static let presumed: Set<String> = [
        "cd", "pushd", "popd", "chdir", "mkdir", "git", "echo", "printf", "export", "set", "rm", "mv", "cp", "ln", "touch", "chmod",
        "chown", "apt", "apt-get", "sudo", "pip", "pip3", "uv", "conda", "wget", "curl", "aria2c", "gdown", "hf", "huggingface-cli", "tar",
        "unzip", "source", ".", ":", "true",
    ]

    init(start: ScriptFolder) {
        place = FolderPlace(start)
        changes.append(start, at: 0)
    }

    // MARK: compound commands

    mutating func begin(_ kind: Compound, at offset: Int, before: String) {
        let isSeparate = before == "|" || before == "|&"
        open.append(Level(kind: kind, offset: offset, start: place, branchStart: place, isSeparate: isSeparate, chain: chain))
        chain = Chain()
        beforeClosed = nil
        // A function's body runs when it is called; its own reader follows it then.
        if kind == .function { lose("it is in a function", at: offset) }
    }

    /// `then`: the condition is over.
    mutating func endCondition() {
        guard let last = open.indices.last, open[last].kind == .branches else { return }
        // Where the condition changed it and failed, the other branch is in either folder.
        if !place.isSame(as: open[last].branchStart) { open[last].branchStart = FolderPlace(.unknown(Self.doubt)) }
        chain = Chain()
    }

    /// `else`, `elif` and `;;`: the branch is over.
    mutating func endBranch(at offset: Int, isLast: Bool) {
        guard let last = open.indices.last, open[last].kind == .branches else { return }
        endChain(at: offset)
        if isLast { open[last].hasDefault = true }
        open[last].ends.append(place)
        move(to: open[last].branchStart, at: offset)
    }

    mutating func noteJump() {
        if let last = open.lastIndex(where: { $0.kind == .loop }) { open[last].hasJump = true }
    }

    mutating func close(at offset: Int) {
        endChain(at: offset)
        guard let level = open.popLast() else { return }
        chain = level.chain
        switch level.kind {
        case .subshell, .function: move(to: level.start, at: offset)
        case .group: break
        case .branches:
            // Without `else`, it may be that no branch runs.
            let ends = level.ends + (level.hasDefault ? [] : [level.branchStart])
            if ends.contains(where: { !$0.isSame(as: place) }) { lose(Self.doubt, at: offset) }
            place.forgetPrevious()
        case .loop:
            // The second round begins where the first one ended.
            if !place.isSame(as: level.start) || level.hasJump && changes.changes(from: level.offset) {
                let why = "a loop changes the folder"
                changes.replace(from: level.offset, with: .unknown(why))
                place = FolderPlace(.unknown(why))
            }
            place.forgetPrevious()
        }
        if level.isSeparate { move(to: level.start, at: offset) }
        beforeClosed = level.start
        if !place.isSame(as: level.start), !chain.isPresumed { chain.isDoubtful = true }
        chain.isPresumed = false
    }

    // MARK: commands

    /// An operator ends a command or a list of them.
    mutating func operate(_ operation: String, at offset: Int) {
        if ["|", "|&", "&"].contains(operation), let before = beforeClosed { move(to: before, at: offset) }
        beforeClosed = nil
        if operation == "||" { chain.isPresumed = false }
        if ["\n", ";", "&", ";;", ")", ""].contains(operation) { endChain(at: offset) }
    }

    private mutating func endChain(at offset: Int) {
        if chain.isDoubtful { lose(Self.doubt, at: offset) }
        chain = Chain()
    }

    /// - Parameters:
    ///   - arguments: nil for a word that is not certain.
    ///   - before: the operator before it.
    ///   - behind: the operator behind it.
    ///   - isNegated: a `!` is before it.
    mutating func run(
        _ name: String, _ arguments: [String?], shown: String, at offset: Int, before: String, behind: String, isNegated: Bool
    ) {
        beforeClosed = nil
        if ["break", "continue"].contains(name) { return noteJump() }
        defer { if !Self.presumed.contains(name) || isNegated { chain.isPresumed = false } }
        guard ["cd", "pushd", "popd", "chdir"].contains(name), !["|", "|&"].contains(before), !["|", "|&", "&"].contains(behind) else {
            return
        }
        if before == "||" || isNegated {
            chain.isDoubtful = true
            return lose(Self.doubt, at: offset)
        }
        if before == "&&", !chain.isPresumed { chain.isDoubtful = true }
        var next = place
        next.run(name, arguments, shown: shown)
        move(to: next, at: offset)
    }

    /// Something may have changed the folder.
    mutating func lose(_ why: String, at offset: Int) { move(to: FolderPlace(.unknown(why)), at: offset) }

    private mutating func move(to new: FolderPlace, at offset: Int) {
        if new.folder != place.folder { changes.append(new.folder, at: offset) }
        place = new
    }
}
