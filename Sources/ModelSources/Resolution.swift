import FetchTypes

/// What a reference turned out to be: its files, with what the source publishes about each.
///
/// Resolving costs no download count and moves no file byte.
package struct Resolution: Sendable {
    package var source: SourceName
    /// What a person sees before bytes move: `Pastel Mix — v4 (SD 1.5)`, `org/name@1a2b3c4`.
    package var title: String
    /// For a whole repo or a folder: the name of the folder it gets when none is asked for. Nil for a single file.
    package var folderName: String?
    package var files: [SourceFile]
    /// What else the source tells of it; complete only when ``FileSelection/describes``.
    package var facts: [Fact] = []
    /// Asks once whether the bytes may be downloaded, where the source has said that they may not; nil where that is certain.
    /// Throws what ``ByteLocator/locate()`` throws.
    package var preflight: (@Sendable () async throws -> Void)?
    /// For what comes from the Hub.
    package var hub: HubSnapshot?
    /// What a registry says of it, where ``FileSelection/wantsRegistry``.
    package var manifest: RegistryManifest?
    /// The quantisations that a repo of GGUF files holds, where ``FileSelection/describes``.
    package var quantisations: [Quantisation] = []
    /// What is on the disk and is taken as it is, because the source could not be asked: an absolute path. There are no
    /// files then.
    package var kept: String?

    package init(source: SourceName, title: String, folderName: String? = nil, files: [SourceFile], hub: HubSnapshot? = nil) {
        self.source = source
        self.title = title.withoutControlCharacters
        self.folderName = folderName
        self.files = files
        self.hub = hub
    }
}
