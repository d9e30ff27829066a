/// What the coordinator knows of one file.
struct FileEntry: Sendable, Equatable {
    /// The published SHA-256, else the first that a member has told; hexadecimal digits.
    var sha256: String?
    var isPublished: Bool
    var verifiedBy: Set<Int> = []
    /// How often segments of it have become void.
    var round = 0
    /// How often it has been found wrong.
    var faults = 0
    var isHopeless = false
    /// A member has found it wrong, and waits for something better.
    var isFoundWrong = false
    /// Segments that are fetched from the origin once more, because one of the file's may have been damaged before it was hashed.
    var doubted: Set<Int> = []
    /// Who has found it wrong since it was last void.
    var doubters: Set<Int> = []
    /// Who alone may fetch its segments, because somebody among several has hashed wrong bytes: where it is right then, whoever
    /// told other hashes is found.
    var sole: Int?
}
