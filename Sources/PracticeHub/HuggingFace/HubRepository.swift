/// A repository that the stand-in Hub knows.
struct HubRepository: Sendable {
    enum Kind: String, Sendable {
        case models, datasets, spaces

        /// The word in messages and the kind's prefix in web addresses.
        var singular: String { String(rawValue.dropLast()) }
    }

    enum Access: Sendable, Equatable {
        case open
        /// Described to all, its bytes only for those on the list.
        case gated
        case `private`
        case disabled
        /// Known under another id by now.
        case renamed(to: String)
    }

    struct File: Sendable {
        let path: String
        let content: PracticeFile
        /// Whether git holds a pointer and the content lies in large-file storage.
        let isLFS: Bool

        init(_ path: String, _ content: PracticeFile) {
            self.path = path
            self.content = content
            isLFS = content.kind != .text
        }
    }

    struct Revision: Sendable {
        enum Kind: Sendable {
            case branch, tag, pullRequest
            /// What the Hub itself made of a dataset: `refs/convert/parquet`.
            case conversion
            /// A commit to which no name leads any more.
            case past
        }

        let kind: Kind
        /// `main`, `v1`, `refs/pr/1`, `refs/convert/parquet`.
        let name: String
        var commit: String
        /// What this revision has besides the repository's files.
        var extraFiles: [File] = []
        /// What it has in place of the repository's files, which have changed since; nil: those.
        var ownFiles: [File]?
    }

    let kind: Kind
    /// `org/name` or one word.
    let id: String
    var access = Access.open
    var files: [File]
    var revisions: [Revision]

    /// - Parameter branches: besides `main` and `dev`.
    init(_ id: String, kind: Kind = .models, access: Access = .open, files: [File], branches: [String] = []) {
        self.kind = kind
        self.id = id
        self.access = access
        self.files = files
        func commit(_ name: String) -> String { String(FileDigests.invented("commit \(kind.rawValue) \(id) \(name)").prefix(40)) }
        revisions = [
            Revision(kind: .branch, name: "main", commit: commit("main")),
            Revision(
                kind: .branch, name: "dev", commit: commit("dev"),
                extraFiles: [File("dev-only.txt", PracticeFile(text: "only on the branch dev\n"))]),
            Revision(kind: .tag, name: "v1", commit: commit("v1")),
            Revision(kind: .pullRequest, name: "refs/pr/1", commit: commit("refs/pr/1")),
        ]
        revisions += branches.map { Revision(kind: .branch, name: $0, commit: commit($0)) }
        if kind == .datasets {
            revisions.append(
                Revision(
                    kind: .conversion, name: "refs/convert/parquet", commit: commit("refs/convert/parquet"),
                    extraFiles: [File("default/train/0000.parquet", PracticeFile(kind: .bytes, size: 4 << 10, seed: 108))]))
        }
    }

    /// A commit on `main`: its files are these from now on. The commit before it is still available, and the other revisions
    /// stay as they were.
    mutating func commit(_ changed: [File]) {
        let paths = Set(changed.map(\.path))
        let before = files
        files = files.filter { !paths.contains($0.path) } + changed
        for index in revisions.indices where revisions[index].ownFiles == nil {
            guard revisions[index].name == "main" else {
                revisions[index].ownFiles = before
                continue
            }
            let old = revisions[index].commit
            revisions.append(Revision(kind: .past, name: old, commit: old, ownFiles: before))
            revisions[index].commit = String(FileDigests.invented("commit after \(old) \(paths.sorted().joined())").prefix(40))
        }
    }

    /// The revision by name, by a full reference such as `refs/heads/main`, or by commit.
    func revision(_ name: String) -> Revision? {
        revisions.first { [$0.name, $0.commit, "refs/heads/" + $0.name, "refs/tags/" + $0.name].contains(name) }
    }

    /// One file of a revision, without sorting thousands to find it.
    func file(_ path: String, at revision: Revision) -> File? {
        (revision.ownFiles ?? files).first { $0.path == path } ?? revision.extraFiles.first { $0.path == path }
    }

    /// All files of a revision, sorted by path.
    func files(at revision: Revision) -> [File] {
        let own = revision.ownFiles ?? files
        // The large one is made in order.
        if revision.extraFiles.isEmpty, own.count > 10_000 { return own }
        return (own + revision.extraFiles).sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
}
