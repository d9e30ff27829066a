/// The coordinator's state of one file.
struct FileEntry: Sendable, Equatable {
    /// The published SHA-256, else the first that a member reported; hexadecimal digits.
    var sha256: String?
    var isPublished: Bool
    var verifiedBy: Set<Int> = []
    /// How often its segments became void.
    var round = 0
    /// How often it was found wrong.
    var faults = 0
    var isHopeless = false
    /// A member has reported it as wrong, and waits for other bytes.
    var isReportedWrong = false
    /// Segments that are fetched from the origin again, because one of them may have been damaged before it was hashed.
    var suspects: Set<Int> = []
    /// The members that took part in a recheck since it was last found wrong, with their own bytes or with those of the origin.
    var compared: Set<Int> = []
    /// The first rechecks, which compare members in pairs, have ended.
    var hasComparedMembers = false
    /// Members that could not fetch a segment that they should recheck.
    var cutOff: Set<Int> = []
    /// Since when no member has claimed a segment about which two members contradict each other, on the table's clock.
    var unjudgedSince: Duration?
    /// Members that two others contradicted about a segment. They are excluded if the file is still wrong.
    var contradicted: Set<Int> = []
    /// The members that reported it as wrong since it was last void.
    var reporters: Set<Int> = []
    /// The only member that may fetch its segments, after one of several members hashed wrong bytes. When the file is right then, the
    /// members that reported other hashes are identified.
    var soleFetcher: Int?
}
