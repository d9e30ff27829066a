internal import FetchTypes

/// What the Hub tells of a repo and its files, for people who look before they fetch.
enum HubDescription {
    static func facts(_ info: HubRepoInfo, commit: String, _ subject: HubSubject) -> [Fact] {
        [
            Fact("repo", subject.name), Fact("revision", subject.revision), Fact("commit", commit),
            Fact("gated", info.gating ?? "no"), Fact("private", info.isPrivate), Fact("licence", info.licence),
            Fact("library", info.library), Fact("task", info.task), Fact("base_model", info.baseModel),
            Fact("modified", info.modified), Fact("tags", info.tags),
        ].compactMap(\.self)
    }

    static func facts(_ entry: HubEntry) -> [Fact] {
        [Fact("storage", entry.isLFS ? "lfs" : "git"), Fact("git_sha1", entry.digest?.algorithm == .gitSHA1 ? entry.digest?.hex : nil)]
            .compactMap(\.self)
    }
}
