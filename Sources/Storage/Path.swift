import FetchTypes
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Paths as text. A slash is looked for as a byte, as the system does: as a character it hides behind a
/// combining mark that follows it.
package enum Path {
    private static let slash = UInt8(ascii: "/")

    package static func join(_ directory: String, _ name: String) -> String {
        if name.utf8.first == slash { return name }
        if directory.isEmpty { return name }
        return directory.utf8.last == slash ? directory + name : directory + "/" + name
    }

    /// What precedes the last slash: `/` for `/x`, `.` for `x`.
    package static func parent(_ path: String) -> String {
        guard let last = path.utf8.lastIndex(of: slash) else { return "." }
        return last == path.startIndex ? "/" : String(path[..<last])
    }

    package static func name(_ path: String) -> String {
        path.utf8.lastIndex(of: slash).map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }

    /// The extension in lower case, without the dot; empty when there is none.
    package static func pathExtension(_ path: String) -> String {
        let name = name(path)
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// The path from the root, with `.` and `..` worked out in the text; symbolic links are not looked at.
    package static func absolute(_ path: String) -> String {
        FilePath(path.utf8.first == slash ? path : join(currentDirectory, path)).lexicallyNormalized().string
    }

    /// Whether a path stays in the folder that it is appended to, as far as its text says.
    package static func staysInside(_ path: String) -> Bool {
        let root = FilePath("/folder")
        return path.utf8.first != slash && root.lexicallyResolving(FilePath(path)).map { $0.starts(with: root) && $0 != root } ?? false
    }

    /// The path with every symbolic link followed; nil when it leads to nothing, or to a path that is not UTF-8.
    package static func real(_ path: String) -> String? {
        guard let pointer = realpath(FolderAndUmask.located(path), nil) else { return nil }
        defer { free(pointer) }
        return SystemText.read(pointer)
    }

    /// The current directory of the running task (``FolderAndUmask``) or of the process, as the system names it; nil when there is none: it may have been removed.
    package static var currentDirectoryBytes: [UInt8]? {
        if let folder = FolderAndUmask.current?.folder { return Array(folder.utf8) }
        guard let pointer = getcwd(nil, 0) else { return nil }
        defer { free(pointer) }
        return (0..<strlen(pointer)).map { UInt8(bitPattern: pointer[$0]) }
    }

    /// Commands check ``currentDirectoryBytes`` before they rely on it.
    package static var currentDirectory: String {
        if let folder = FolderAndUmask.current?.folder { return folder }
        guard let pointer = getcwd(nil, 0) else { return "/" }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
