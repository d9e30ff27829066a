/// A path of a list or a lock, which may be untrusted: relative to a folder, and never out of it by its text.
/// Symbolic links are for those to look at who have a disk.
package struct ListPath: Sendable, Hashable {
    /// Without `.`, doubled slashes and a final slash; empty for the folder itself.
    package let text: String
    /// Whether it is absolute or has `..`: only where the user permits that.
    package let leavesFolder: Bool

    /// The folder itself.
    package static let here = ListPath(unchecked: "", leavesFolder: false)

    private init(unchecked text: String, leavesFolder: Bool) {
        self.text = text
        self.leavesFolder = leavesFolder
    }

    /// Why a text is no path that a list may have.
    package struct Refusal: Error, Sendable, Equatable {
        /// A clause without a full stop.
        package let reason: String
        /// Whether `--outside` permits it.
        package let leavesFolder: Bool
    }

    /// - Parameter isOutsideAllowed: whether it may be absolute and have `..`.
    /// - Throws: ``Refusal``.
    package init(_ written: String, isOutsideAllowed: Bool = false) throws(Refusal) {
        guard !written.isEmpty else { throw Refusal(reason: "it is empty", leavesFolder: false) }
        guard !written.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) }) else {
            throw Refusal(reason: "it has a control character", leavesFolder: false)
        }
        // By byte, as the system does: a combining mark behind a slash hides it from characters.
        let parts = written.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }.filter { $0 != "." }
        guard parts.allSatisfy({ $0.utf8.count <= 255 }) else {
            throw Refusal(reason: "a part of it is longer than 255 bytes", leavesFolder: false)
        }
        let isAbsolute = written.utf8.first == UInt8(ascii: "/")
        leavesFolder = isAbsolute || parts.contains("..")
        guard !leavesFolder || isOutsideAllowed else {
            throw Refusal(reason: isAbsolute ? "it is absolute" : "it leads out of the folder by \"..\"", leavesFolder: true)
        }
        text = (isAbsolute ? "/" : "") + parts.joined(separator: "/")
    }

    /// The path of something below this one; an absolute one stays what it is.
    package func appending(_ other: ListPath) -> ListPath {
        if text.isEmpty || other.text.utf8.first == UInt8(ascii: "/") { return other }
        if other.text.isEmpty { return self }
        return ListPath(
            unchecked: text.utf8.last == UInt8(ascii: "/") ? text + other.text : text + "/" + other.text,
            leavesFolder: leavesFolder || other.leavesFolder)
    }

    /// What follows a folder in this path; nil when it is not below that.
    package func relative(to folder: ListPath) -> String? {
        if folder.text.isEmpty { return text.utf8.first == UInt8(ascii: "/") ? nil : text }
        let prefix = folder.text.utf8.last == UInt8(ascii: "/") ? folder.text : folder.text + "/"
        guard text.utf8.starts(with: prefix.utf8) else { return nil }
        return String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }
}
