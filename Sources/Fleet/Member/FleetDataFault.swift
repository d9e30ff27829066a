package import FetchTypes

/// Why a segment could not be transferred.
package enum FleetDataFault: Error, Sendable {
    /// The origin limits requests; the seconds that it asked to wait, where it named them.
    case rateLimited(retryAfter: Double?)
    /// The origin does not serve the segment.
    case originLost(Failure)
    /// This node cannot exchange bytes with others: no aria2c, or a file system without hard links.
    case noPeers
}
