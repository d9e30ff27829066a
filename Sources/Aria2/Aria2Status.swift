internal import FetchTypes

/// What `aria2.tellStatus` says of a job. What was not asked for, or is not known yet, is nil.
package struct Aria2Status: Sendable, Decodable {
    /// The keys that can be asked for; few keys are cheap, all of aria2's own cost twice as much.
    package enum Key: String, CaseIterable, CodingKey, Sendable {
        case gid, status, totalLength, completedLength, bitfield, pieceLength, numPieces
        case connections, downloadSpeed, errorCode, errorMessage
        case uploadLength

        /// What there is to know of a download that is no torrent.
        package static let ofDownload = allCases.filter { $0 != .uploadLength }
    }

    package enum State: String, Decodable, Sendable {
        case active, waiting, paused, error, complete, removed

        /// It will not move again under this gid.
        package var isFinal: Bool { self == .error || self == .complete || self == .removed }
    }

    package let gid: Aria2GID?
    package let state: State?
    /// Bytes in the whole file; 0 before the first answer of the server, and when the server does not tell.
    package let totalLength: Int64?
    /// Bytes received. It runs ahead of what is on disk: ``bitfield`` tells that.
    package let completedLength: Int64?
    /// The pieces that have been written to the file. Nil before the first answer of the server.
    package let bitfield: Bitfield?
    /// Bytes a piece.
    package let pieceLength: Int?
    package let pieceCount: Int?
    /// Connections to servers, now.
    package let connections: Int?
    /// Bytes a second.
    package let downloadSpeed: Int64?
    /// Bytes sent to others, of a torrent.
    package let uploadLength: Int64?
    /// The job's last error, by its number in ``Aria2ErrorTable``; set when it has ended.
    package let errorCode: Int?
    /// aria2's message, without the queries of URLs and without control characters; nil when it has none.
    package let errorMessage: String?

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        gid = try container.decodeIfPresent(Aria2GID.self, forKey: .gid)
        state = try container.decodeIfPresent(State.self, forKey: .status)
        totalLength = try container.decodeBytes(.totalLength)
        completedLength = try container.decodeBytes(.completedLength)
        pieceLength = try container.decodeCount(.pieceLength)
        pieceCount = try container.decodeCount(.numPieces)
        connections = try container.decodeCount(.connections)
        downloadSpeed = try container.decodeBytes(.downloadSpeed)
        uploadLength = try container.decodeBytes(.uploadLength)
        errorCode = try container.decodeCount(.errorCode)
        let message = try container.decodeIfPresent(String.self, forKey: .errorMessage).map(OutputTail.cleaned)
        errorMessage = message?.isEmpty == false ? message : nil
        if let hex = try container.decodeIfPresent(String.self, forKey: .bitfield), let pieceCount {
            guard let bitfield = Bitfield(hex: hex, count: pieceCount) else {
                throw DecodingError.dataCorruptedError(forKey: .bitfield, in: container, debugDescription: "not numPieces bits")
            }
            self.bitfield = bitfield
        } else {
            bitfield = nil
        }
    }

    /// The action that the job's error calls for; nil while it has none.
    package var fault: Aria2ErrorTable.Entry? {
        state == .error ? Aria2ErrorTable.entry(code: errorCode ?? 1, message: errorMessage) : nil
    }
}
