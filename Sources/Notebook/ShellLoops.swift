/// Follows the commands of a shell's text for what they fetch: those of a `for` loop once for each of its words, where these are
/// certain, and those that `||` joins as alternatives.
struct ShellLoops {
    /// Notes what a command fetches, given what is certain at its place.
    typealias Note = (ShellCommand, ShellScope, inout Reading) -> Void

    private let reader: ShellReader
    private let loops: [ShellLoop]
    /// Loops around this text that are being followed.
    private let depth: Int
    /// How often bodies were read, of the outermost loop that is being followed.
    private var rounds: Int
    /// Of each loop that was met: nil where it was followed, else why it was not, a clause.
    private var outcomes: [Int: String?] = [:]
    private var fallbacks = FallbackChain()

    /// Rounds of a loop and of all loops in it; with more, it is not followed.
    static let mostRounds = 1000
    private static let deepest = 4
    private static let tooMany = "its loop has more than 1,000 rounds"

    /// - Parameter isFollowed: whether loops are followed at all.
    init(_ tokens: [ShellLexer.Token], reader: ShellReader, isFollowed: Bool = true, depth: Int = 0, rounds: Int = 0) {
        self.reader = reader
        self.depth = depth
        self.rounds = rounds
        loops = isFollowed && depth < Self.deepest ? ShellLoop.all(tokens) : []
    }

    private var isTooMany: Bool { rounds > Self.mostRounds }

    /// Notes what a command fetches; a loop's commands are all noted at the first of them.
    mutating func note(_ command: ShellCommand, _ scope: ShellScope, into reading: inout Reading, by note: Note) {
        let offset = command.range.lowerBound
        var why: String?
        let place = loops.sortedPosition { $0.range.upperBound <= offset }
        if place < loops.count, loops[place].range.contains(offset), scope.body(at: offset) == nil {
            if outcomes[place] == nil {
                let outcome = follow(loops[place], scope, into: &reading, by: note)
                outcomes[place] = .some(outcome)
            }
            guard let reason = outcomes[place] ?? nil else {
                fallbacks = FallbackChain()
                return
            }
            why = reason
        }
        let first = reading.fetched.count
        note(command, scope, &reading)
        if let why { reading.explain(why, from: first) }
        fallbacks.take(command, from: first, in: &reading)
    }

    /// - Returns: why the loop is not followed; nil where all that it fetches has been noted.
    private mutating func follow(
        _ loop: ShellLoop, _ scope: ShellScope, into reading: inout Reading, by note: Note
    ) -> String? {
        if depth == 0 { rounds = 0 }
        guard scope.mayFollowLoop(over: loop.variable) else { return "the variable of its loop may be changed elsewhere" }
        guard let values = loop.values(by: scope) else { return "the words of its loop are not certain" }
        guard !Self.jumps(loop.body, in: reader.bytes, to: loop.end) else { return "its loop may end before the last word" }
        let mark = reading.mark
        for value in values {
            rounds += 1
            reading.calledTokens += loop.body.count
            if !isTooMany, reading.calledTokens <= Reading.mostCalledTokens {
                run(loop, value, scope, into: &reading, by: note)
            } else {
                rounds = Self.mostRounds + 1
            }
            guard !isTooMany else {
                reading.drop(to: mark)
                return Self.tooMany
            }
        }
        // A loop whose word is not used fetches the same again and again.
        reading.dropRepeated(from: mark)
        return nil
    }

    /// One round.
    private mutating func run(
        _ loop: ShellLoop, _ value: String, _ scope: ShellScope, into reading: inout Reading, by note: Note
    ) {
        let offset = loop.body.first?.start ?? loop.end
        let outside = ShellScope.Outside(
            value: { $0 == loop.variable ? value : scope.value(of: $0, at: offset) },
            function: { scope.function($0, at: offset) }, arguments: scope.arguments(at: offset))
        // A `cd` at the beginning of the body is not yet done.
        let start = scope.folders.folder(at: loop.range.lowerBound)
        let (tokens, inner) = ShellBranches.followed(Array(loop.body)) { tokens in
            scope.inner(of: tokens, knowsVariables: reader.knowsVariables, start: start, outside: outside)
        }
        var loops = ShellLoops(tokens, reader: reader, depth: depth + 1, rounds: rounds)
        for command in ShellCommand.all(tokens, in: reader.bytes, to: loop.end)
        where !command.isDefinition && inner.body(at: command.range.lowerBound) == nil {
            loops.note(command, inner, into: &reading, by: note)
            if loops.isTooMany { break }
        }
        rounds = loops.rounds
    }

    /// Whether a loop may not come to all of its words. Behind `||` is what is done about a failure.
    private static func jumps(_ body: ArraySlice<ShellLexer.Token>, in bytes: [UInt8], to end: Int) -> Bool {
        ShellCommand.all(Array(body), in: bytes, to: end).contains { command in
            command.before != "||" && ["break", "continue", "exit", "return"].contains(command.words.first?.literal ?? "")
        }
    }
}
