/// The folder that a line of a script runs in.
package enum ScriptFolder: Sendable, Equatable {
    /// Absolute, or relative to the folder that the script starts in; empty for that folder itself. It has no `.`, and `..` only at the
    /// beginning of a relative path.
    case known(String)
    /// It depends on what happens when the script runs; why, as a clause without a full stop.
    case unknown(String)

    package static let start = ScriptFolder.known("")

    /// The folder that a path names from here, as `cd` takes it: `..` undoes the part before it.
    package func entering(_ path: String) -> ScriptFolder {
        if path.utf8.first == UInt8(ascii: "/") { return Self.normalized(path) }
        guard case .known(let folder) = self else { return self }
        return Self.normalized(folder.isEmpty ? path : folder + "/" + path)
    }

    /// Bytes of a path at most, as Linux has it (PATH_MAX).
    private static let longest = 4096

    /// The folder of a part of the script that starts here.
    func appending(_ inner: ScriptFolder) -> ScriptFolder {
        guard case .known(let path) = inner else { return inner }
        return entering(path)
    }

    /// - Returns: what is relative or absolute as `path` is; empty for the folder itself.
    private static func normalized(_ path: String) -> ScriptFolder {
        guard path.utf8.count <= longest else { return .unknown("its path is too long") }
        let isAbsolute = path.utf8.first == UInt8(ascii: "/")
        var parts: [Substring] = []
        for part in path.utf8.split(separator: UInt8(ascii: "/")).map({ Substring($0) }) where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !isAbsolute {
                parts.append(part)
            }
        }
        return .known((isAbsolute ? "/" : "") + parts.joined(separator: "/"))
    }
}

/// The folder by place in a text: changes in the order of their offsets.
struct FolderChanges: Sendable {
    private var changes: [(offset: Int, folder: ScriptFolder)] = []

    /// The folder for what begins at an offset in bytes.
    func folder(at offset: Int) -> ScriptFolder {
        let place = changes.sortedPosition { $0.offset <= offset }
        return place > 0 ? changes[place - 1].folder : .start
    }

    /// Whether the folder changes behind an offset.
    func changes(from offset: Int) -> Bool { changes.last.map { $0.offset > offset } ?? false }

    /// From the offset on the folder is this; offsets never decrease.
    mutating func append(_ folder: ScriptFolder, at offset: Int) { changes.append((offset, folder)) }

    /// Replaces everything from an offset on.
    mutating func replace(from offset: Int, with folder: ScriptFolder) {
        while let last = changes.last, last.offset >= offset { changes.removeLast() }
        append(folder, at: offset)
    }
}
