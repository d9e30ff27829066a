package import FetchTypes

/// One thing to fetch, as a replaced tool's line says it.
package struct DropInDownload: Sendable {
    package enum Name: Sendable, Equatable {
        /// Under the directory, or absolute.
        case fixed(String)
        case byRule(NameRule)
    }

    /// A URL or any reference that `add` takes.
    package var reference: String
    /// The same bytes elsewhere, also to fall back on.
    package var mirrors: [String] = []
    /// Nil: the current one.
    package var directory: String?
    package var name: Name
    package var existing: ExistingFilePolicy
    /// Where the server gave the name; nil: the same.
    package var servedFilePolicy: ExistingFilePolicy?
    package var makesFolder = true
    /// Whether a symbolic link that has the name is written through, else replaced.
    package var followsLinks = true
    /// Where ``Name/fixed(_:)`` turns out to be a folder: what the file is called in there; nil: that is an error.
    package var nameInFolder: NameRule?
    /// It is a folder of a service, of which all files are wanted.
    package var isFolder = false
    /// Its files go into a folder of its own name under ``directory``.
    package var keepsFolderName = false
    /// That a folder or repo has nothing that is wanted is not a failure.
    package var allowsNothing = false
    /// A path in a repo is that of a file, never of a folder.
    package var namesOneFile = false
    /// What an earlier run left is taken as it is when the source cannot be asked.
    package var takesKept = false
    /// Whether the file gets the time that the server gives for it.
    package var takesServerTime = false
    /// For the first host only.
    package var headers: [(name: String, value: Secret)] = []
    package var digest: PublishedDigest?
    /// Whether aria2's control file beside a file means that it is not finished.
    package var knowsControlFiles = false
    /// For repos of the Hub: `hf-cache` or `hf-local`; nil: plain.
    package var layout: String?
    package var include: [String] = []
    package var exclude: [String] = []
    package var revision: String?

    package init(_ reference: String, directory: String? = nil, name: Name, existing: ExistingFilePolicy) {
        self.reference = reference
        self.directory = directory
        self.name = name
        self.existing = existing
    }
}
