/// What a tool's line can be written as, so that fetchctl leaves what the tool would have left.
enum Equivalence: Equatable {
    /// `fetchctl add` with these words: the same files in every state of the disk in which the old line succeeded.
    case add([String])
    /// `fetchctl TOOL` with the line's own words; `why` says what `add` cannot express.
    case dropIn(why: String)
    /// The line stays; `why` follows "left:".
    case leave(why: String)

    var isLeft: Bool { if case .leave = self { true } else { false } }
}
