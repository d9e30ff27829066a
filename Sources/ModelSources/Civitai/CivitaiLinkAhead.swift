internal import FetchTypes
internal import ModelReference
internal import Synchronization

/// The download link of a version, asked for beside its description, where the file is going to be fetched and nothing says that
/// it is there already: the request counts as a download, and takes the place of the one that would follow.
struct CivitaiLinkAhead: Sendable {
    private let arrival: RedirectWalk.Arrival
    private let base: WebURL
    /// The file's number, where one was asked for.
    private let fileID: Int?
    private let session: CivitaiSession
    private let claim: any AheadClaim

    /// - Returns: nil where the description has to be known first, and when there was no answer.
    static func ask(_ reference: CivitaiReference, _ session: CivitaiSession) async -> CivitaiLinkAhead? {
        let selection = session.context.selection
        let number: Int
        switch reference.target {
        case .version(let version), .modelVersion(_, let version): number = version
        case .model, .hash: return nil
        }
        guard session.context.prefetching >= .counted, reference.filters.isEmpty, selection.choosesByDefault,
            let claim = try? await session.context.claimAhead("civitai:\(number)"),
            // Only now: who had the right before may have finished the file.
            !session.context.isRecorded("civitai:\(number)+"), !session.context.isRecorded("civitai:\(number)/"),
            let url = try? session.download(number, file: reference.fileID, at: session.bases[0]),
            let arrival = try? await session.askForBytes(url)
        else { return nil }
        return CivitaiLinkAhead(arrival: arrival, base: session.bases[0], fileID: reference.fileID, session: session, claim: claim)
    }

    /// Whether the answer is about that file: without a number CivitAI chooses one, by its account's preferences where it knows the
    /// account.
    func isOf(_ file: CivitaiFile, _ version: CivitaiVersion, at base: WebURL) -> Bool {
        guard base == self.base else { return false }
        // Of these the ordinary question may have another answer; storage that is away for a moment is away for both.
        if [400, 404].contains(arrival.response.status), fileID == nil,
            CivitaiErrors.refusal(arrival.response, subject: "", page: nil, session: session) is Failure
        {
            return false
        }
        if let fileID { return file.id == fileID }
        return version.files.count == 1 || session.token == nil && file.isPrimary && version.files.count(where: \.isPrimary) == 1
    }

    /// Hands out the link that was found, once.
    func locator(_ locator: CivitaiLocator) -> any ByteLocator { CivitaiAheadLocator(arrival, claim, locator) }
}

/// Reads the answer that came ahead at the first question, so that a refusal is said when the bytes are wanted. The claim is held
/// as long as the file is being fetched; the caller holds the file's lock, and other processes count no second download.
private final class CivitaiAheadLocator: ByteLocator {
    private let locator: CivitaiLocator
    private let claim: any AheadClaim
    private let arrival: Mutex<RedirectWalk.Arrival?>
    var host: String { locator.host }

    init(_ arrival: RedirectWalk.Arrival, _ claim: any AheadClaim, _ locator: CivitaiLocator) {
        self.locator = locator
        self.claim = claim
        self.arrival = Mutex(arrival)
    }

    func locate() async throws -> ByteLink {
        claim.begin()
        let kept = arrival.withLock { $0.take() }
        guard let kept else { return try await locator.locate() }
        let link = try await locator.link(kept)
        let now = locator.session.context.now()
        return link.expires.map { $0 > now + link.clockOffset + 30 } ?? true ? link : try await locator.locate()
    }
}
