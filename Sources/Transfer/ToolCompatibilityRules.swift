package import FetchTypes
import Storage

/// How a request is carried out whose line was written for another tool: by that tool's rules, and without a record of ours.
package struct ToolCompatibilityRules: Sendable {
    /// What is done about a file that has the name.
    package var existing: ExistingFilePolicy
    /// The same where the server gave the name; nil: the same.
    package var servedFilePolicy: ExistingFilePolicy?
    /// Whether a missing target folder is made.
    package var makesFolder: Bool
    /// What the tool calls a file that the user did not name; nil: as we would.
    package var name: (@Sendable (ServedName) -> String?)?
    /// Whether a control file of aria2's beside a file says that the file is not finished.
    package var knowsControlFiles = false
    /// Whether a symbolic link that has the name is written through, else replaced.
    package var followsLinks = true
    /// Whether the files of a folder go into one of its name, also where the directory is given.
    package var keepsFolderName = false
    /// Whether what an earlier run left where the layout has it is taken as it is when the source cannot be asked.
    package var takesKept = false
    /// Whether the file gets the time that the server gives for it (`Last-Modified`).
    package var takesServerTime = false
    /// Whether a web page is as good as any other file, whatever its name.
    package var takesPages: Bool

    package init(
        existing: ExistingFilePolicy, servedFilePolicy: ExistingFilePolicy? = nil, makesFolder: Bool = true, takesPages: Bool = false,
        name: (@Sendable (ServedName) -> String?)? = nil
    ) {
        self.existing = existing
        self.servedFilePolicy = servedFilePolicy
        self.makesFolder = makesFolder
        self.takesPages = takesPages
        self.name = name
    }

    /// - Parameter isServed: whether the name is the server's.
    package func existing(isServed: Bool) -> ExistingFilePolicy { isServed ? servedFilePolicy ?? existing : existing }

    /// Whether aria2 has begun that file and not finished it.
    package func isBegun(_ path: String) -> Bool { knowsControlFiles && Disk.followedStatus(path + ".aria2")?.kind == .file }
}
