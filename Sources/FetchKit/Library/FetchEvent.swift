import Events
import FetchTypes
import ModelSources

/// Something that happened while references were fetched. Sizes are bytes, rates bytes per second, durations seconds; nil is unknown.
///
/// New cases may be added in later versions: give a `switch` a `default`.
public enum FetchEvent: Sendable {
    /// What a reference turned out to be: once for each of its files.
    case resolved(File, name: String, size: Int64?, sha256: String?)
    /// Everything is known: how many files there are and how much of them is still to come. Once, before the first transfer.
    case planned(files: Int, size: Int64?, toFetch: Int64)
    /// The file is there already and complete, or it was optional and is not available.
    case skipped(File, isThere: Bool)
    /// A transfer begins.
    case started(File, engine: String, resumed: Int64, size: Int64?)
    /// Bytes have come: at most a few times a second for each file.
    case progress(File, received: Int64, size: Int64?, rate: Double)
    /// Nothing moves for a known reason, such as a rate limit.
    case waiting(File, reason: String, seconds: Double?)
    /// The file is read for its checksum.
    case verifying(File)
    /// The file is there under its name, whole and verified.
    case finished(Finished)
    /// The file could not be fetched. When nothing is left to do, the sequence throws the first of these.
    case failed(File, FetchError)
    /// Something that a person should know and that ends nothing.
    case warning(String)

    /// Which file an event is about.
    public struct File: Sendable, Hashable {
        /// The same in every run for the same reference and target.
        public let id: String
        /// The reference as it may be shown.
        public let reference: String
        /// The final path, absolute. Of a repo whose files are not known yet: its folder.
        public let path: String

        init(_ tag: FileTag) {
            id = tag.id
            reference = tag.ref
            path = tag.path
        }
    }

    /// What a finished file came to.
    public struct Finished: Sendable, Hashable {
        public let file: File
        public let size: Int64
        /// In lower-case hexadecimal digits; nil when hashing was switched off.
        public let sha256: String?
        /// What it was compared by: `sha256`, `git-sha1`, or `size` where no hash is published.
        public let verified: String
        /// `aria2`, `builtin`, or `local`.
        public let engine: String
        public let seconds: Double
        /// Bytes that came over the network in this run.
        public let fetched: Int64
    }

    /// - Returns: nil for what the library's users need not see.
    init?(_ event: Event) {
        switch event {
        case .resolved(let tag, let it): self = .resolved(File(tag), name: it.name, size: it.size, sha256: it.sha256)
        case .planned(let files, let size, let toFetch, _): self = .planned(files: files, size: size, toFetch: toFetch)
        case .skipped(let tag, let reason, _, _): self = .skipped(File(tag), isThere: reason == .complete)
        case .started(let tag, let engine, _, let resumed, let size):
            self = .started(File(tag), engine: engine.rawValue, resumed: resumed, size: size)
        case .progress(let tag, let it): self = .progress(File(tag), received: it.received, size: it.size, rate: it.rate)
        case .waiting(let tag, let reason, let seconds, _): self = .waiting(File(tag), reason: reason.name, seconds: seconds)
        case .retrying(let tag, let reason, let seconds, _, _):
            self = .waiting(File(tag), reason: reason.name, seconds: seconds)
        case .verifying(let tag, _, _): self = .verifying(File(tag))
        case .finished(let tag, let it):
            self = .finished(
                Finished(
                    file: File(tag), size: it.size, sha256: it.sha256, verified: it.verified, engine: it.engine.rawValue,
                    seconds: it.seconds, fetched: it.fetched))
        case .failed(let tag, let failure, _): self = .failed(File(tag), FetchError(failure))
        case .warning(_, _, let message): self = .warning(message)
        case .renewed, .failover, .verified, .fleet, .summary: return nil
        }
    }
}
