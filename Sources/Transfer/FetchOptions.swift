package import FetchTypes
package import Layouts
package import ModelReference
package import ModelSources
import Storage

/// What holds for a whole batch.
package struct FetchOptions: Sendable {
    package enum EngineChoice: String, Sendable, CaseIterable { case auto, aria2, builtin }

    /// Where files go when a request names no directory: absolute.
    package var defaultDirectory = Path.currentDirectory
    /// The environment of the line that is run, for what other programs' settings name by it.
    package let environment: [String: String]
    /// The cache of `huggingface_hub`, absolute; nil when there is no home.
    package let hubCache: String?
    /// Whether its snapshots may point to their blobs.
    package let linksInCache: Bool
    /// Whether bytes that are on this machine already are taken from there.
    package var dedupe = Dedupe.off
    /// Folders to look for them in, besides the Hub's cache and what records name: absolute.
    package var dedupeFolders: [String] = []
    package var engine = EngineChoice.auto
    /// A ceiling per file, 1 to 64.
    package var connections = 16
    /// Files at once, at least 1.
    package var jobs = 5
    package var retry = RetryPolicy()
    /// The same for asking a source what there is; nil: as ``retry``.
    package var asking: RetryPolicy?
    /// How long without progress before giving up.
    package var timeout: Seconds = 300
    /// The same for files over 10 GB.
    package var largeFileTimeout: Seconds = 1800
    package var verifies = true
    package var force = false
    package var dryRun = false
    /// Resolve and plan; what is at the targets is not looked at, and nothing is fetched.
    package var plansOnly = false
    /// Whether a request's place never depends on the other requests of its batch: a repo gets no folder of its own because
    /// another one is fetched too.
    package var placesAlone = false
    package var checksSpace = true
    /// Bytes to keep free besides the download itself.
    package var reservedSpace = ByteCount.zero
    /// Where partials go when their target takes no random writes; nil: the system's place for temporary files.
    package var staging: String?
    /// How long to wait for another process that holds a target; nil for no bound.
    package var wait: Seconds?

    /// Whether a host that is not found, or where no process listens, is asked again when nothing has come from it yet.
    package var waitsForHosts = true

    /// Options with their default values.
    /// - Parameter environment: says where programs keep their models.
    package init(environment: [String: String]) {
        self.environment = environment
        hubCache = HubFolders.cache(environment).map(Path.absolute)
        linksInCache = HubFolders.mayLink(environment)
    }

    /// The root of a cache in `huggingface_hub`'s form when none is named; nil when there is no home.
    package func cache(for layout: Layout) -> String? {
        (layout == .llamaCpp ? ProgramFolders.llamaCpp(environment).map(Path.absolute) : nil) ?? hubCache
    }

    /// Where another program keeps its models that the layout puts there: absolute. Its settings are read, so it is asked for where
    /// it is needed.
    /// - Throws: ``Failure`` of kind `config` where the program's settings cannot be read.
    package func programFolder(of layout: Layout) throws(Failure) -> String? { try ProgramFolders.folder(of: layout, environment) }

    /// How long a file of this size is given without progress.
    package func noProgressTimeout(size: Int64?) -> Seconds { (size ?? 0) > 10_000_000_000 ? largeFileTimeout : timeout }
}

/// How bytes that are on this machine already are taken.
package enum Dedupe: String, Sendable, CaseIterable {
    case off
    /// They share their blocks where the file system can, else they are copied: what is written to one does not show in the other.
    case reflink
    /// A hard link: writing to one name changes the other.
    case hardlink
}

/// One thing asked for: a reference, and what was said about it alone.
package struct FetchRequest: Sendable {
    package var reference: ParsedReference
    /// As given; nil: the batch's default directory.
    package var directory: String?
    /// A name for a single file: relative to the directory, or absolute.
    package var out: String?
    /// Lower-case hexadecimal; wins over what the source publishes.
    package var sha256: PublishedDigest?
    /// Where else the same bytes are available.
    package var mirrors: [ParsedReference] = []
    /// What is tried in this order when the reference fails, for whatever reason.
    package var alternatives: [ParsedReference] = []
    /// Whether who asks has another way to its files when all references have failed: then the result is ``Batch/Result/missing``,
    /// and the failure is only a warning.
    package var hasOtherWay = false
    /// Whether a person typed the reference: one of a list or a workflow may not lead into private networks, and the user's
    /// netrc file does not count for it.
    package var isTyped = true
    /// The model list that asks for it: absolute. Its records name it.
    package var list: String?
    /// What it is called in its failures besides its reference: its name in a list.
    package var name: String?
    /// Failing to get it only warns.
    package var isOptional = false
    /// As asked for: what becomes of it for the source is ``Layout/applied(to:)``.
    package var layout = Layout.plain
    package var selection = FileSelection()
    /// What the file is for, where the source does not say.
    package var kind: ModelKind?
    /// For a line that was written for another tool: its rules.
    package var compatibility: ToolCompatibilityRules?
    /// Files for other programs, made beside the model.
    package var sidecars: [SidecarKind] = []

    package init(_ reference: ParsedReference) { self.reference = reference }
}
