/// Where everything of one file goes: a layout's rules, worked out.
package struct Placement: Sendable, Equatable {
    package enum Form: Sendable, Equatable {
        /// The bytes stand where they are looked for.
        case plain
        /// The bytes are a blob, to which the target points.
        case cache(HubCacheEntry)
        /// The bytes stand where they are looked for, and `huggingface_hub`'s metadata beside them.
        case local(HubLocalEntry)
    }

    package struct StrangeFolders: Sendable, Equatable {
        package var root: String
        /// From the outermost on.
        package var names: [String]
    }

    /// The final path, absolute: where the file is looked for.
    package var target: String
    /// Where the bytes themselves get their final name.
    package var payload: String
    package var partial: PartialNames
    /// The finished record's path.
    package var record: String
    /// Folders that the user or the layout named: made, symbolic links on the way followed.
    package var folders: [String]
    /// Folders whose names a stranger chose: made below one of those, symbolic links refused.
    package var strange: [StrangeFolders]
    package var form = Form.plain

    /// A file beside which its partial stands.
    /// - Parameters:
    ///   - directory: absolute.
    ///   - name: the file's path under it.
    package init(directory: String, name: String) {
        target = Path.join(directory, name)
        payload = target
        partial = PartialNames(target: target)
        record = FinishedRecord.path(directory: directory, name: name)
        folders = [directory]
        strange = [StrangeFolders(root: directory, names: Self.folders(name))]
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
