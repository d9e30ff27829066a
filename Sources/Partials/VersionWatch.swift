/// Follows one host's or one file's answers, and decides whether the next one is of another version.
package struct VersionWatch: Sendable {
    /// What the answers so far have said.
    var known: Validators
    /// How often a new date alone meant another version, each time the date of the answer itself.
    private var renewedDates = 0
    private var lastWasRenewedDate = false

    /// A server that dates the file by its own clock that often does so always: from here on its date is no validator.
    private static let renewedDatesBelieved = 2

    package init(_ known: Validators = Validators()) { self.known = known }

    /// - Parameter hashDecides: a published hash is compared in the end. Then only what is certainly another version is one: a
    ///   strong entity tag that differs from the same host's earlier one.
    /// - Returns: why the answer is of another version, or nil when nothing says so.
    package mutating func compare(_ answer: Validators, hashDecides: Bool) -> String? {
        var answer = answer
        if renewedDates >= Self.renewedDatesBelieved, answer.isDatedNow { answer.lastModified = nil }
        guard let difference = known.difference(from: answer) else {
            known = known.merged(with: answer)
            return nil
        }
        if hashDecides, known.host != answer.host || difference != .etag || known.strongETag == nil || answer.strongETag == nil {
            known = answer
            return nil
        }
        lastWasRenewedDate = difference == .lastModified && known.isDatedNow && answer.isDatedNow
        return "its \(difference.rawValue) is another than before"
    }

    /// Forgets what was said: the next answer tells which version it is.
    mutating func forget() {
        known = Validators()
        if lastWasRenewedDate { renewedDates += 1 }
        lastWasRenewedDate = false
    }
}
