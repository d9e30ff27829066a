internal import FetchTypes
package import ModelReference

/// Descriptions of the repos of which a batch names several files: each is asked for once at a revision, with its whole list of files.
package final class HubRepoMemory: Sendable {
    private struct Key: Hashable {
        var type: HubReference.RepoType
        var repo: String
        var revision: String

        init(_ reference: HubReference, _ revision: String?) {
            (type, repo) = (reference.type, reference.repo)
            self.revision = reference.revision ?? revision ?? "main"
        }

        init(_ subject: HubSubject) { (type, repo, revision) = (subject.type, subject.repo, subject.revision) }
    }

    /// What the Hub said of a repo.
    struct Description: Sendable {
        let info: HubRepoInfo
        /// By path; nil where the answer does not list every file.
        let entries: [String: HubEntry]?
        /// Whether the Hub rejected the token that it was asked with.
        let rejectsToken: Bool

        init(_ info: HubRepoInfo, rejectsToken: Bool) {
            self.info = info
            self.rejectsToken = rejectsToken
            entries = info.entries.map { Dictionary($0.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first }) }
        }
    }

    /// How many references name a repo: two or more.
    private let shared: [Key: Int]
    /// As many are asked for at once in any case.
    private static let few = 8
    private let asked = SharedAnswers<Key, Description>()

    /// - Parameter references: those of a batch, each with its option `--revision`.
    /// - Returns: nil where no two of them are of one repo and revision.
    package init?(_ references: [(reference: ParsedReference, revision: String?)]) {
        var counts: [Key: Int] = [:]
        for (reference, revision) in references {
            if case .huggingFace(let hub) = reference.reference { counts[Key(hub, revision), default: 0] += 1 }
        }
        shared = counts.filter { $0.value > 1 }
        if shared.isEmpty { return nil }
    }

    /// Whether so many files of a repo are named that no link is asked for ahead of its turn.
    func hasMany(of subject: HubSubject) -> Bool { shared[Key(subject), default: 0] > Self.few }

    /// The description of a repo that several references name; nil for others.
    /// - Throws: as ``SharedAnswers``.
    func description(
        of subject: HubSubject, by ask: @escaping @Sendable () async throws -> Description
    ) async throws -> Description? {
        let key = Key(subject)
        return shared[key] == nil ? nil : try await asked.answer(to: key, by: ask)
    }
}
