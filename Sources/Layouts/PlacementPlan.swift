package import Partials
import Storage

/// Where everything of one file goes: a layout's rules. Paths are worked out when they are asked for, because a repo may have
/// tens of thousands of files.
package struct PlacementPlan: Sendable, Equatable {
    package enum Form: Sendable, Equatable {
        /// The bytes are where they are looked for, under a path below a directory.
        case plain(directory: String, name: String)
        /// The bytes are a blob, to which the target points.
        case cache(HubCacheEntry)
        /// The bytes are where they are looked for, and `huggingface_hub`'s metadata beside them.
        case local(HubLocalEntry)
    }

    package struct StrangeFolders: Sendable, Equatable {
        package var root: String
        /// From the outermost on.
        package var names: [String]
    }

    package let form: Form
    private var gathered: PartialNames?
    private var recorded: String?

    /// - Parameters:
    ///   - directory: absolute.
    ///   - name: the file's path under it.
    package init(directory: String, name: String) { form = .plain(directory: directory, name: name) }

    /// A file in the cache: its partial beside the blob, its record in the repo's folder, nothing in the cache's root.
    package init(_ entry: HubCacheEntry) { form = .cache(entry) }

    /// A file in a local folder: its partial among the metadata, where a listing of the folder does not show it.
    package init(_ entry: HubLocalEntry) { form = .local(entry) }

    /// The final path, absolute: where the file is looked for.
    package var target: String {
        switch form {
        case .plain(let directory, let name): Path.join(directory, name)
        case .cache(let entry): entry.pointer
        case .local(let entry): entry.file
        }
    }

    /// Where the bytes themselves get their final name.
    package var payload: String {
        if case .cache(let entry) = form { entry.blob } else { target }
    }

    /// Where the partial is: by the layout, unless it was given another place.
    package var partial: PartialNames {
        get {
            if let gathered { return gathered }
            if case .local(let entry) = form {
                return PartialNames(target: Path.join(HubLocalEntry.known(entry.directory, "download"), entry.path))
            }
            return PartialNames(target: payload)
        }
        set { gathered = newValue }
    }

    /// The finished record's path: by the layout, unless it was given another place.
    package var record: String {
        get {
            if let recorded { return recorded }
            return switch form {
            case .plain(let directory, let name): FinishedRecord.path(directory: directory, name: name)
            case .cache(let entry): FinishedRecord.path(directory: entry.folder.path, name: "blobs/" + entry.etag)
            case .local(let entry): FinishedRecord.path(directory: entry.directory, name: entry.path, store: .hubLocal)
            }
        }
        set { recorded = newValue }
    }

    /// The finished record, where an earlier version or another layout put it if not where this one does.
    package var knownRecord: FinishedRecord? {
        if recorded == nil {
            switch form {
            case .plain(let directory, let name): return FinishedRecord.read(directory: directory, name: name, preferring: .own)
            case .local(let entry): return FinishedRecord.read(directory: entry.directory, name: entry.path, preferring: .hubLocal)
            case .cache: break
            }
        }
        return FinishedRecord.read(record)
    }

    /// Folders that the user or the layout named: made, symbolic links on the way followed.
    package var folders: [String] {
        switch form {
        case .plain(let directory, _): [directory]
        case .cache(let entry): [entry.folder.blobs, entry.folder.snapshot(entry.commit)]
        case .local(let entry): [entry.directory, HubLocalEntry.known(entry.directory, "download")]
        }
    }

    /// Folders with untrusted names: made below one of those, symbolic links refused.
    package var strange: [StrangeFolders] {
        switch form {
        case .plain(let directory, let name): [StrangeFolders(root: directory, names: Self.folders(name))]
        case .cache(let entry): [StrangeFolders(root: entry.folder.snapshot(entry.commit), names: Self.folders(entry.path))]
        case .local(let entry): folders.map { StrangeFolders(root: $0, names: Self.folders(entry.path)) }
        }
    }

    /// The lock that `huggingface_hub` takes for this file.
    package var sharedLock: String? {
        switch form {
        case .plain: nil
        case .cache(let entry): entry.folder.lock(entry.etag)
        case .local(let entry): entry.lock
        }
    }

    /// The folders in a path, from the outermost on.
    static func folders(_ name: String) -> [String] {
        // By byte, as the system does.
        name.utf8.split(separator: UInt8(ascii: "/")).dropLast().map { String(Substring($0)) }
    }
}
