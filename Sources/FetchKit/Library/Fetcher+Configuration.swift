import FetchTypes
import Layouts
import Transfer

extension Fetcher {
    /// What a fetcher works with.
    public struct Configuration: Sendable {
        /// Which program moves the bytes.
        public enum Engine: String, Sendable, CaseIterable {
            /// aria2c where it is there and quicker, else the builtin one.
            case auto
            case aria2
            case builtin
        }

        /// How files are laid out below the directory.
        public enum Layout: String, Sendable, CaseIterable {
            case plain
            /// The cache of huggingface_hub; its place is the environment's unless a directory is given.
            case hfCache = "hf-cache"
            /// As `huggingface_hub` keeps a local folder.
            case hfLocal = "hf-local"
            case a1111
            case comfyui
        }

        /// Where files go; nil: the current directory. It is made when it is missing.
        public var directory: String?
        public var engine = Engine.auto
        public var layout = Layout.plain
        /// Connections for one file at most: 1 to 64.
        public var connections = 16
        /// Large files at once: 1 to 256.
        public var jobs = 5
        /// Bytes per second for everything together; nil for no limit.
        public var limitRate: Int64?
        /// Further tries in a row without a new byte: 0 to 1,000,000.
        public var retries = 5
        /// Whether files are hashed. Size and content are checked in any case.
        public var verifies = true
        /// Whether files that have the name are replaced, whatever they are.
        public var replaces = false
        /// What stands for the process's environment: tokens (`HF_TOKEN`, `CIVITAI_API_TOKEN`), proxies, endpoints and folders. Nil: that of
        /// the process.
        public var environment: [String: String]?

        public init(directory: String? = nil) { self.directory = directory }

        /// - Throws: ``FetchError`` of kind `usage` when a number is out of its bounds.
        func options(_ environment: [String: String]) throws(FetchError) -> FetchOptions {
            for (name, value, range) in [
                ("connections", connections, 1...64), ("jobs", jobs, 1...256), ("retries", retries, 0...1_000_000),
            ]
            where !range.contains(value) {
                throw FetchError(
                    Failure(
                        .usage, "\(name) is \(value).", why: "it must be from \(range.lowerBound) to \(range.upperBound).",
                        hint: "for example: configuration.\(name) = \(max(range.lowerBound, 5))"))
            }
            if let limitRate, limitRate <= 0 {
                throw FetchError(
                    Failure(
                        .usage, "limitRate is \(limitRate).", why: "it must be above 0, or nil for no limit.",
                        hint: "for example: configuration.limitRate = 20_000_000"))
            }
            var options = FetchOptions(environment: environment)
            options.engine = FetchOptions.EngineChoice(rawValue: engine.rawValue) ?? .auto
            options.connections = connections
            options.jobs = jobs
            options.retry.limit = retries
            options.verifies = verifies
            options.force = replaces
            return options
        }
    }
}
