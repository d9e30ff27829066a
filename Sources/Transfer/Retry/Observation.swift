import Events
import FetchTypes

/// What is known when a try has ended: all that ``RetryState`` looks at besides the error.
struct Observation: Sendable {
    var engine: EngineName
    /// The engine had been started; false when the link or what had to be known first was not there.
    var hasBegun: Bool
    /// Bytes that came over the network in this try.
    var fetchedInTry: Int64 = 0
    /// Bytes that came over the network in this run.
    var fetched: Int64 = 0
    /// Bytes of the file that are there, those of unfinished pieces included.
    var received: Int64 = 0
    /// Bytes that need not be fetched again.
    var present: Int64 = 0
    /// Bytes of the file; nil when it is not known.
    var size: Int64?
    /// The link was just made and served nothing: a new one would fail too.
    var linkIsFresh = false
    /// This source's redirects have not been followed to their end yet.
    var mayFollowRedirect = false
    /// The server gives the whole file only.
    var servesWholeOnly = false
    /// The host that gave a range when it was asked again, after it had ignored one; nil when it did not or was not asked.
    var rangeServer: String?
    /// Seconds without progress after which it is enough.
    var timeLimit: Seconds
    var now = ContinuousClock.now
    /// 0 to 1: spreads the tries of many clients.
    var jitter = Double.random(in: 0...1)
}
