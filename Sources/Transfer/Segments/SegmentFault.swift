package import FetchTypes

/// Why a member of a fleet could not fetch a range or a small file from its origin.
package enum SegmentFault: Error, Sendable {
    /// The origin limits requests; the seconds that it asked to wait, where it named them.
    case rateLimited(retryAfter: Double?)
    /// The origin cannot be reached from here, or does not serve the file.
    case lost(Failure)
}
