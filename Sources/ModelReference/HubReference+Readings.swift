/// A slash behind `@` may belong to the revision or divide it from a path: `hf:org/name@feature/a/config.json`.
extension HubReference {
    /// Whether the revision was typed without a slash, with a path behind it that may be a part of it. A commit and the branch
    /// that every repo has are what they seem.
    package var isAmbiguous: Bool {
        guard let revision, revision != "main", !revision.contains("/") else { return false }
        let isCommit = revision.utf8.count == 40 && revision.allSatisfy(\.isHexDigit)
        switch part {
        case .whole, .quantisation: return false
        case .path, .folder: return !isCommit
        }
    }

    /// The revision with the first part of the path: what may have been meant where no reading is known.
    package var slashedRevision: String {
        switch part {
        case .whole, .quantisation: revision ?? ""
        case .path(let path), .folder(let path): (revision ?? "") + "/" + path.prefix { $0 != "/" }
        }
    }

    /// The reading with the longest revision that is one of these.
    /// - Parameter names: branches, tags and other references, as they are typed.
    /// - Returns: nil when no other reading is one's.
    package func reading(among names: [String]) -> HubReference? {
        guard isAmbiguous, let revision else { return nil }
        let (path, isFolder): (String, Bool)
        switch part {
        case .whole, .quantisation: return nil
        case .path(let typed): (path, isFolder) = (typed, false)
        case .folder(let typed): (path, isFolder) = (typed, true)
        }
        let whole = revision + "/" + path
        let longest = names.filter { name in
            name.utf8.count > revision.utf8.count && (name == whole || whole.hasPrefix(name + "/"))
        }.max { $0.utf8.count < $1.utf8.count }
        guard let longest else { return nil }
        var reading = self
        reading.revision = longest
        let rest = String(whole.dropFirst(longest.count + 1))
        reading.part = rest.isEmpty ? .whole : isFolder ? .folder(rest) : .path(rest)
        return reading
    }
}
