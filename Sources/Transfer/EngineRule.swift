import Events

/// Which engine a file gets, by what is known of the file and of the line to it.
///
/// It is a pure value, so that a table can test it. What aria2c cannot be trusted with is decided before it is asked.
struct EngineRule: Sendable, Equatable {
    /// Whether the user has left the choice to us (`auto`).
    var isFree: Bool
    /// Whether the source says that the file is sent in one request.
    var isSmall = false
    /// Bytes; nil where the size is not known.
    var size: Int64?
    /// Seconds from a request to its answer, as short as it has been seen; nil before the first answer.
    var roundTrip: Double?

    /// The reasons for an engine.
    enum Reason: Sendable, Equatable {
        /// aria2c would have to be told how large the file is first: the file is there sooner.
        case smallFile
        /// aria2c is told what was found out before, opens connections of its own, and is hashed after its end: each is a round trip
        /// or more that the builtin engine does not need.
        case longLine
        /// Nothing: aria2c is the usual engine, where it is there.
        case usual
    }

    var reason: Reason {
        if isSmall { return .smallFile }
        guard isFree else { return .usual }
        if SmallFiles.include(size) { return .smallFile }
        return LineEstimate(wait: roundTrip ?? 0).isLong ? .longLine : .usual
    }

    var engine: EngineName { reason == .usual ? .aria2 : .builtin }
}
