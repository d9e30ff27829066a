internal import FetchTypes

/// What the bytes of a partial are, and who works on them. Written as JSON beside the partial, whole and
/// atomically, while the transfer runs. It never holds a signing query or a token.
package struct PartialRecord: Codable, Sendable, Equatable {
    package static let currentVersion = 1

    package var version = Self.currentVersion
    /// The reference that gets these bytes, commit and file pinned.
    package var reference: String
    /// See ``ModelSources/SourceFile/identity``.
    package var identity: String
    /// How large the file is; nil while the source has not said. A record with a size that no file has is not read.
    private var length: ByteCount?
    /// ``length`` in bytes; what no file has is as nil.
    package var size: Int64? {
        get { length?.bytes }
        set { length = newValue.flatMap { ByteCount($0) } }
    }
    /// The entity tag, strong or weak.
    package var etag: String?
    package var lastModified: String?
    /// The host that gave both: another one may have its own for the same bytes.
    package var etagHost: String?
    /// `sha256:…` or `git-sha1:…`, as published.
    package var digest: String?
    /// When the signed link in use stops working: seconds since 1970 by the server's clock.
    package var linkExpires: Double?
    package var pieceLength: Int64?
    /// ``PieceMap/hex``.
    package var pieces: String?
    /// Pieces that mirrors served, wholly or in part; all others are the source's own.
    package var mirrored: [Mirrored]?
    package var holder: Holder?
    /// The boot in which this was written: what was only in the page cache did not survive into another.
    package var boot: String?

    enum CodingKeys: String, CodingKey {
        case version, reference, identity, etag, digest, pieces, mirrored, holder, boot
        case length = "size"
        case lastModified = "last_modified"
        case etagHost = "etag_host"
        case linkExpires = "link_expires"
        case pieceLength = "piece_length"
    }

    package init(reference: String, identity: String, size: Int64? = nil, etag: String? = nil, digest: String? = nil) {
        self.reference = reference
        self.identity = identity
        self.size = size
        self.etag = etag
        self.digest = digest
    }

    /// Which version the bytes are of, as far as its server said.
    package var validators: Validators {
        get { Validators(etag: etag, lastModified: lastModified, host: etagHost) }
        set { (etag, lastModified, etagHost) = (newValue.etag, newValue.lastModified, newValue.isEmpty ? nil : newValue.host) }
    }

    /// What one mirror served.
    package struct Mirrored: Codable, Sendable, Equatable {
        /// As the user typed it, without secrets.
        package var mirror: String
        /// ``PieceMap/hex``.
        package var pieces: String
    }

    /// Who works on a target, refreshed every 5 seconds.
    package struct Holder: Codable, Sendable, Equatable {
        package var host: String
        package var pid: Int32
        /// Seconds since 1970.
        package var time: Double
        /// The aria2c that may write to the partial.
        package var aria2: Daemon?

        package struct Daemon: Codable, Sendable, Equatable {
            package var pid: Int32
            /// Clock ticks since boot, as `/proc/PID/stat` says: tells a reused number apart.
            package var startTime: UInt64

            enum CodingKeys: String, CodingKey {
                case pid
                case startTime = "start_time"
            }

            package init(pid: Int32, startTime: UInt64) {
                self.pid = pid
                self.startTime = startTime
            }
        }
    }
}
