/// The comparison of one piece that a member hashed with the same piece of the origin, until two members have fetched the same bytes.
struct PieceSample: Sendable, Equatable {
    /// What a member has fetched.
    struct Answer: Sendable, Equatable {
        var rank: Int
        /// 20 bytes.
        var sha1: [UInt8]
    }

    let file: Int
    let segment: Int
    /// The number of the piece within the segment.
    let piece: Int
    /// Whether it is taken before the others, so that each member takes part in a comparison once at first.
    let isEarly: Bool
    /// The first one is of the member that hashed the segment.
    private(set) var answers: [Answer]
    /// The lease of the member that fetches the piece.
    private(set) var claim: SegmentEntry.Claim?
    /// When the member got it, on the table's clock.
    private var grantedAt = Duration.zero
    /// Since when no member fetches it, on the table's clock; nil: it is being fetched, or that has just ended.
    var idleSince: Duration?

    /// After this many different answers, another one does not help.
    private static let answersAllowed = 4

    /// - Parameter hashed: the piece as the member that hashed the segment has reported it.
    init(file: Int, segment: Int, piece: Int, isEarly: Bool, hashed: Answer) {
        (self.file, self.segment, self.piece, self.isEarly) = (file, segment, piece, isEarly)
        answers = [hashed]
    }

    /// The answer of the member that hashed the segment.
    var hashed: Answer { answers[0] }

    /// Whether two members have fetched different bytes.
    var isDisputed: Bool { answers.count > 1 }

    var isExhausted: Bool { answers.count >= Self.answersAllowed }

    func hasAnswer(from rank: Int) -> Bool { answers.contains { $0.rank == rank } }

    /// Gives the piece to a member.
    mutating func grant(_ claim: SegmentEntry.Claim, now: Duration) { (self.claim, grantedAt) = (claim, now) }

    /// Extends the lease of the member that fetches the piece.
    mutating func renew(_ claim: SegmentEntry.Claim) { self.claim = claim }

    mutating func free() { claim = nil }

    /// The member that should have answered by now, however often it renews its lease; nil: there is none.
    func overdue(now: Duration) -> Int? { now - grantedAt >= Self.answerTimeout ? claim?.rank : nil }

    /// A piece has 4 MiB at most. A member whose request hangs renews its lease all the same.
    private static let answerTimeout = Duration.seconds(15)

    /// Records a member's answer.
    /// - Returns: the members that two others contradict; nil where no two answers are equal.
    mutating func add(_ answer: Answer) -> [Int]? {
        defer { answers.append(answer) }
        guard answers.contains(where: { $0.sha1 == answer.sha1 }) else { return nil }
        return answers.filter { $0.sha1 != answer.sha1 }.map(\.rank)
    }

    /// Forgets what a member answered that is not trusted any more. What it has hashed is void at the same time.
    mutating func dropAnswer(of rank: Int) {
        answers = Array(answers.prefix(1)) + answers.dropFirst().filter { $0.rank != rank }
    }

    /// The member has another rank from now on.
    mutating func renumber(_ rank: Int, to other: Int) {
        for place in answers.indices where answers[place].rank == rank { answers[place].rank = other }
    }
}
