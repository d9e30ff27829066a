import FetchKit
import FetchTypes
package import ModelList
import Storage

/// Where the paths of a list and its lock lead to on this disk. A lock's paths are the same on every machine, whatever `-d` says.
package struct ListPlaces: Sendable {
    /// The list's folder, absolute.
    let folder: String
    /// The list's `directory`.
    let directory: ListPath
    /// `-d`, absolute.
    let chosen: String?
    let isOutsideAllowed: Bool
    /// The cache of huggingface_hub, absolute: this user's own word.
    let hubCache: String?

    /// Where files go.
    package var base: String { chosen ?? Path.absolute(Path.join(folder, directory.text)) }

    /// Where a path of the lock leads to, absolute.
    package func target(_ path: ListPath, isInCache: Bool) -> String {
        if isInCache, let hubCache { return Path.absolute(Path.join(hubCache, path.text)) }
        if chosen != nil, let rest = path.relative(to: directory) { return Path.absolute(Path.join(base, rest)) }
        return Path.absolute(Path.join(folder, path.text))
    }

    /// How the lock writes a place.
    func lockPath(_ target: String, isInCache: Bool) throws(Failure) -> ListPath {
        let text: String
        if isInCache, let hubCache, let rest = Self.rest(target, below: hubCache) {
            text = rest
        } else if let rest = Self.rest(target, below: base) {
            text = directory.appending(try path(rest)).text
        } else {
            text = Self.rest(target, below: folder) ?? target
        }
        return try path(text)
    }

    private func path(_ text: String) throws(Failure) -> ListPath {
        do throws(ListPath.Refusal) { return try ListPath(text, isOutsideAllowed: true) } catch {
            throw Failure(.config, "\(text) cannot be in a lock.", why: error.reason + ".", hint: "choose another name for the file.")
        }
    }

    /// What follows a folder in an absolute path; nil when it is not below that.
    package static func rest(_ path: String, below folder: String) -> String? {
        let prefix = folder == "/" ? "/" : folder + "/"
        guard path.utf8.starts(with: prefix.utf8), path.utf8.count > prefix.utf8.count else { return nil }
        return String(decoding: path.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }

    /// Looks where a path leads through symbolic links. The path itself may be a link: what takes its place does not follow it.
    /// - Throws: ``Failure`` with exit code 78 when that is out of the list's folder, or of `-d`.
    func check(_ target: String, _ what: String) throws(Failure) {
        guard !isOutsideAllowed else { return }
        let root = chosen ?? folder
        guard let rest = Self.rest(target, below: root) else { throw outside(target, what, "it is not below \(root).") }
        if rest.utf8.split(separator: UInt8(ascii: "/")).contains(where: { SafeName.isReserved(Substring(String(Substring($0)))) }) {
            throw Failure(
                .config, "\(what) leads to \(target).", why: "fetchctl keeps such names for itself.", hint: "choose another name.")
        }
        var existing = Path.parent(target)
        while Disk.status(existing) == nil, existing != "/" { existing = Path.parent(existing) }
        guard let real = Path.real(existing) else {
            throw outside(target, what, "\(existing) is a link that leads to nothing.")
        }
        let realRoot = Path.real(root) ?? root
        // The root itself need not be there yet.
        guard real == realRoot || Self.rest(real, below: realRoot) != nil || Self.rest(root, below: existing) != nil || root == existing
        else {
            throw outside(target, what, "\(existing) leads to \(real).")
        }
    }

    private func outside(_ target: String, _ what: String, _ why: String) -> Failure {
        Failure(
            .config, "\(what) leads out of the list's folder, to \(target).", why: why,
            hint: "choose the directory with -d DIR, or permit it with --outside if you trust the list.")
    }
}
