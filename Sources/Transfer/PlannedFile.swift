package import Events
package import FetchTypes
package import Layouts
package import ModelSources
package import Partials

/// Another place where a file is available, as the user says.
package struct MirrorOffer: Sendable {
    /// As typed, without any secret.
    package var name: String
    package var locator: any ByteLocator

    package init(name: String, locator: any ByteLocator) {
        self.name = name
        self.locator = locator
    }
}

/// One file with its place: what the source offers, and where it goes.
package struct PlannedFile: Sendable {
    package var tag: FileTag
    package var file: SourceFile
    package var source: SourceName
    /// The target directory, absolute.
    package var directory: String
    /// The file's path under it.
    package var name: String
    /// What the bytes must hash to: the user's word, else the source's.
    package var digest: PublishedDigest?
    /// It is the user's word, not the source's.
    package var isDigestDemanded = false
    /// Where all of it goes.
    package var placement: PlacementPlan
    /// Where else the same bytes are available.
    package var mirrors: [MirrorOffer] = []

    /// What `huggingface_hub` left of it: paths.
    package var incomplete: [String] = []

    /// The same file in the cache of `huggingface_hub`, from where a line of hf's copies it into a folder; nil: it is not there.
    package var cached: String?

    /// How the bytes of ``cached`` are taken, where `--dedupe` found them; `off`: by another rule.
    package var dedupe = Dedupe.off

    /// What an older version at the same place is recorded as (see ``ModelSources/SourceFile/identity``), which this one replaces.
    package var replaces: String?

    /// For a line that was written for another tool: its rules.
    package var compatibility: ToolCompatibilityRules?
    /// Whether the file has the name that the server gave, and no other.
    package var isNamedByServer = false
    /// The model list that asks for it: absolute.
    package var list: String?
    /// The reference downloads other files too.
    package var isOneOfSeveral = false

    package var target: String { tag.path }
    /// What it is called in messages: as it was typed, and which of several it is.
    package var shown: String { isOneOfSeveral ? "\(name) of \(tag.ref)" : tag.ref }
    package var recordPath: String { placement.record }

    /// - Parameter placement: nil for the plain one, by directory and name.
    package init(
        tag: FileTag, file: SourceFile, source: SourceName, directory: String, name: String, digest: PublishedDigest?,
        isDigestDemanded: Bool = false, placement: PlacementPlan? = nil
    ) {
        self.tag = tag
        self.file = file
        self.source = source
        self.directory = directory
        self.name = name
        self.digest = digest
        self.isDigestDemanded = isDigestDemanded
        self.placement = placement ?? PlacementPlan(directory: directory, name: name)
    }

    /// What a finished file must be recorded as to be taken for this one's older self.
    package var wanted: PartialRecord {
        PartialRecord(reference: file.pinned, identity: file.identity, size: file.size, digest: digest?.description)
    }
}
