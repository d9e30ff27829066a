package import FetchTypes
package import ModelSources
/// Something that happened, as programs read it and the display draws it. Sizes are bytes, rates bytes per
/// second, durations seconds.
package enum Event: Sendable {
    case resolved(FileTag, Resolved)
    case planned(files: Int, size: Int64?, toFetch: Int64, free: Int64?)
    case skipped(FileTag, reason: SkipReason, size: Int64?, sha256: String?)
    case started(FileTag, engine: EngineName, connections: Int, resumed: Int64, size: Int64?)
    case progress(FileTag, Progress)
    case waiting(FileTag, reason: WaitReason, seconds: Double?, note: String?)
    case retrying(FileTag, reason: WaitReason, seconds: Double, attempt: Int, of: Int)
    case renewed(FileTag, reason: String)
    case failover(FileTag, from: EngineName, to: EngineName, reason: String)
    case verifying(FileTag, algorithm: String, digest: String?)
    case verified(FileTag, algorithm: String, digest: String?)
    case finished(FileTag, Finished)
    case failed(FileTag, Failure, keptBytes: Int64)
    case warning(FileTag?, kind: String, message: String)
    case fleet(Fleet)
    case summary(Summary)

    package struct Resolved: Sendable {
        package var source: SourceName
        /// What a person sees: model and version, or repo and commit.
        package var title: String
        /// The file's name at the source.
        package var name: String
        package var size: Int64?
        package var sha256: String?
        package var urlHost: String?
        package var metadata: FileMetadata
        package var pinned: String
        /// How many files the reference comes to, this one included, and their bytes; nil when a size is not known.
        package var siblings = 1
        /// It is the first of them.
        package var isFirst = true
        package var siblingBytes: Int64?

        package init(
            source: SourceName, title: String, name: String, size: Int64?, sha256: String?, urlHost: String?, metadata: FileMetadata,
            pinned: String
        ) {
            self.source = source
            self.title = title
            self.name = name
            self.size = size
            self.sha256 = sha256
            self.urlHost = urlHost
            self.metadata = metadata
            self.pinned = pinned
        }
    }

    package enum SkipReason: String, Sendable { case complete, optional }

    package enum WaitReason: Sendable, CaseIterable {
        case locked, timeout, reset, stalled, server, expiring, refused, rateLimited
        /// No connection was made: the host has no address, refuses it, or the proxy does.
        case unknownHost, unreachable, proxy

        /// What programs read. No connection is to them one that broke.
        package var name: String {
            switch self {
            case .locked: "locked"
            case .timeout: "timeout"
            case .reset, .unknownHost, .unreachable, .proxy: "reset"
            case .stalled: "stalled"
            case .server: "server"
            case .expiring: "expiring"
            case .refused: "refused"
            case .rateLimited: "rate_limited"
            }
        }
    }

    package struct Progress: Sendable {
        package var received: Int64
        package var size: Int64?
        package var rate: Double
        package var eta: Double?
        package var connections: Int

        package init(received: Int64, size: Int64? = nil, rate: Double, eta: Double? = nil, connections: Int) {
            self.received = received
            self.size = size
            self.rate = rate
            self.eta = eta
            self.connections = connections
        }
    }

    package struct Finished: Sendable {
        package var size: Int64
        package var sha256: String?
        /// `sha256`, `git-sha1` or `size`.
        package var verified: String
        package var engine: EngineName
        package var seconds: Double
        package var fetched: Int64
        package var averageRate: Double

        package init(
            size: Int64, sha256: String? = nil, verified: String, engine: EngineName, seconds: Double, fetched: Int64, averageRate: Double
        ) {
            self.size = size
            self.sha256 = sha256
            self.verified = verified
            self.engine = engine
            self.seconds = seconds
            self.fetched = fetched
            self.averageRate = averageRate
        }
    }

    package struct Summary: Sendable {
        package var code: Int32
        package var finished: Int
        package var skipped: Int
        package var failed: Int
        package var fetched: Int64
        package var seconds: Double
        /// For a model list: how many of its files are other than before.
        package var changed: Int?

        package init(code: Int32, finished: Int = 0, skipped: Int = 0, failed: Int = 0, fetched: Int64 = 0, seconds: Double = 0) {
            self.code = code
            self.finished = finished
            self.skipped = skipped
            self.failed = failed
            self.fetched = fetched
            self.seconds = seconds
        }

        /// Adds what another part of the same run came to; the code stays.
        package mutating func add(_ other: Summary) {
            finished += other.finished
            skipped += other.skipped
            failed += other.failed
            fetched += other.fetched
            seconds += other.seconds
        }
    }
}

/// Takes events in the order in which they happen; called from any task.
package typealias EventSink = @Sendable (Event) -> Void
