package import FetchTypes

/// All that a replaced tool's line asks for: what lands where, and on which terms.
package struct DropInJob: Sendable {
    package enum Quietness: Sendable, Equatable {
        case talks
        /// Errors only.
        case errors
        case silent
    }

    package var downloads: [DropInDownload]
    /// More of them stand in a list, which has to be read first.
    package var list: DropInList?
    /// Files at once; nil: as configured.
    package var jobs: Int?
    /// A ceiling per file, 1 to 64; nil: as configured.
    package var connections: Int?
    /// Bytes per second for everything together; never 0.
    package var limitRate: ByteCount?
    /// Further tries in a row without a new byte; nil: as configured.
    package var retries: Int?
    /// What is waited between them at least; nil: as configured.
    package var retryDelay: Seconds?
    /// How long without progress before giving up; nil: as configured.
    package var timeout: Seconds?
    /// For everything together.
    package var maximumTime: Seconds?
    /// To make a connection in.
    package var connectTimeout: Seconds?
    package var quietness = Quietness.talks
    /// What the line has been told to put up with; never holds for a request with a token.
    package var acceptsAnyCertificate = false
    /// A file of authorities to trust instead of the system's.
    package var certificateFile: String?
    package var userAgent: String?
    /// For every scheme that has none of its own.
    package var proxy: Secret?
    /// For links of one scheme, by its name.
    package var schemeProxies: [String: Secret] = [:]
    /// A program that is started for each finished file with `GID 1 PATH`, as aria2 does.
    package var hook: String?
    /// Whether standard output names what has landed.
    package var printsPaths = false
    /// The same as huggingface_hub's commands do it.
    package var hubResult: HubResult?
    /// What would be fetched is listed, and nothing is: how.
    package var hubDryRun: HubDryRun?
    /// For the Hub, in place of what the environment says; one that it rejects ends the line.
    package var hubToken: Secret?
    /// Further tries when a source cannot be asked what there is, with huggingface_hub's waits; nil: as ``retries``.
    package var askingRetries: Int?
    package var log: LineLog?
    /// How progress is told to a pipe; nil: as ours is.
    package var percentStyle: PercentStyle?
    package var warnings: [String] = []

    package init(_ downloads: [DropInDownload] = []) { self.downloads = downloads }
}

/// A list of downloads that has yet to be read.
package struct DropInList: Sendable {
    /// A path, `-` for standard input, or a URL.
    package var source: String
    /// Turns its text into downloads.
    package var read: @Sendable (_ text: String) throws(Failure) -> DropInListing

    package init(_ source: String, _ read: @escaping @Sendable (_ text: String) throws(Failure) -> DropInListing) {
        self.source = source
        self.read = read
    }

    /// Whether another program can read it once more.
    package var isLasting: Bool { source != "-" && !source.hasPrefix("/dev/") && !source.hasPrefix("/proc/") }
}
