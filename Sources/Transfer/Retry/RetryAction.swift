import FetchTypes

/// What ``TransferLoop`` does after a try that ended with an error; then comes the next try, unless it fails.
enum RetryAction: Sendable {
    /// It will not get better.
    case fail(Failure)
    /// The connection broke after it had received something: another is made at once.
    case reconnect(limit: Int)
    /// The link redirects: what is at the end of that is used.
    case followRedirect
    /// The source is asked for a new link.
    case renewLink(reason: String)
    /// This engine cannot fetch this file. No reason: the user was told.
    case useBuiltin(reason: String?)
    /// What is there belongs to something else, or cannot be added to.
    case startOver(why: String)
    /// The server sends other ranges than it is asked for: it is asked for the whole file, after a pause.
    case abandonRanges(RetryPause)
    case pause(RetryPause)
}
