import FetchTypes
import ModelSources

/// Stands for a file that its source does not give to this machine: it can come from other members of a fleet only.
struct RefusedLocator: ByteLocator {
    let host: String
    /// What the source said.
    let failure: Failure

    func locate() async throws -> ByteLink { throw failure }
}

extension Failure {
    /// Whether another machine, with another token or at another place, may get what this one was refused.
    var mayDifferElsewhere: Bool {
        // The Hub does not tell a private repo from one that does not exist.
        code == .notAllowed || kind == .notFound && status == 401
    }
}
