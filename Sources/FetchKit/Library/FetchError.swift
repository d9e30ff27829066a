import FetchTypes

/// Why something could not be fetched, as a person sees it.
///
/// No text of it holds a token, a password or a signed link's query.
public struct FetchError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What sort of failure it is. New kinds may be added in later versions.
    public struct Kind: RawRepresentable, Sendable, Hashable {
        /// The name in the events of `fetchctl add --json`.
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// A reference or an option cannot be understood.
        public static let usage = Kind(.usage)
        /// The source has no such model, version, revision or file.
        public static let notFound = Kind(.notFound)
        /// The source asks for conditions to be accepted first.
        public static let gated = Kind(.gated)
        /// The source wants a token.
        public static let needsLogin = Kind(.needsLogin)
        /// The source rejects the token.
        public static let tokenRejected = Kind(.tokenRejected)
        /// The source sells early access.
        public static let earlyAccess = Kind(.earlyAccess)
        /// The source does not serve this country.
        public static let region = Kind(.region)
        /// The source asked for a pause that is too long to wait for.
        public static let rateLimited = Kind(.rateLimited)
        /// No connection came about.
        public static let unreachable = Kind(.unreachable)
        /// The server's certificate is not trusted.
        public static let tls = Kind(.tls)
        /// The proxy does not work.
        public static let proxy = Kind(.proxy)
        /// The server was reached and did not serve; the partial is kept.
        public static let server = Kind(.server)
        /// The bytes have another checksum than they should have.
        public static let checksum = Kind(.checksum)
        /// The bytes are more or fewer than they should be.
        public static let size = Kind(.size)
        /// The bytes are no model, such as a page.
        public static let notAModel = Kind(.notAModel)
        /// There is too little space.
        public static let diskFull = Kind(.diskFull)
        /// The file system failed.
        public static let io = Kind(.io)
        /// Another file has the name.
        public static let exists = Kind(.exists)
        /// The target may not be written.
        public static let permission = Kind(.permission)
        /// Another process holds the target.
        public static let locked = Kind(.locked)
        /// The configuration is wrong.
        public static let config = Kind(.config)
        /// The task was cancelled; the partial is kept.
        public static let interrupted = Kind(.interrupted)

        init(_ kind: FailureKind) { rawValue = kind.rawValue }
    }

    public let kind: Kind
    /// The code with which `fetchctl` ends for it (sysexits).
    public let exitCode: Int32
    /// One sentence: what happened.
    public let message: String
    /// Why, as far as is known.
    public let why: String?
    /// What to do next.
    public let hint: String?
    /// A page to visit.
    public let page: String?

    init(_ failure: Failure) {
        kind = Kind(failure.kind)
        exitCode = failure.code.rawValue
        message = failure.message
        why = failure.why
        hint = failure.hint
        page = failure.page
    }

    public var description: String {
        var lines = [message]
        if let why { lines.append("why: \(why)") }
        if let hint { lines.append("do: \(hint)") }
        return lines.joined(separator: "\n")
    }
}
