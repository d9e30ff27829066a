internal import FetchTypes

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What CivitAI's refusals mean (401, 403, 404, 410, 451), in sentences for people.
enum CivitaiErrors {
    /// ``Failure`` or ``TransientRefusal`` for an answer that is not a file, no data and no link.
    ///
    /// - Parameters:
    ///   - subject: `version 5001 of "Pastel Mix"`.
    ///   - earlyAccessEnds: what the version says of that, should the answer not.
    static func refusal(
        _ response: HTTPResponse, subject: String, page: String?, session: CivitaiSession, earlyAccessEnds: String? = nil
    ) -> any Error {
        let body = (try? JSONDecoder().decode(Body.self, from: Data(response.body))) ?? Body()
        let said = ServerAnswer.words(response, hiding: session.sentSecrets)
        let because = said.map { "CivitAI said: \($0)" }
        if ServerAnswer.isTransient(response) {
            return ServerAnswer.refusal(response, service: "CivitAI", said: said, now: session.context.now())
        }
        switch response.status {
        case 401 where body.message?.lowercased().contains("disabled downloads") == true:
            return Failure(
                .gated, "CivitAI does not hand out \(subject): its creator has disabled downloads.",
                why: "it can only be used for generating on the site; a token does not help.",
                hint: "see \(page ?? "the model's page") for what is open to all.", page: page)
        case 401: return needsLogin(subject, page: page, session: session)
        case 403 where body.error?.lowercased() == "early access":
            return earlyAccess(subject, until: body.deadline ?? earlyAccessEnds, page: page)
        case 403 where body.error?.lowercased().contains("do not have access") == true:
            return Failure(
                .gated, "this CivitAI account may not download \(subject).", why: because,
                hint: "see \(page ?? "the model's page") for what is open to all.", page: page)
        case 403 where response.isHTML || body.error == nil: return gateway(response, because, session: session)
        case 403:
            return Failure(
                .gated, "CivitAI refuses to serve this address or account.", why: because,
                hint: "ask support@civitai.com, or use another network.",
                page: page)
        case 404 where response.headers["Cache-Control"].map(isTransient) == true:
            return TransientRefusal(
                Failure(
                    .server, "CivitAI cannot find the file of \(subject) in its storage just now.", why: because, hint: "try again later."),
                retryAfter: RetryAfter.wait(response, now: session.context.now()))
        case 404:
            return Failure(
                .notFound, "CivitAI has no such file of \(subject).", why: because ?? "it was unpublished or removed.",
                hint: "see \(page ?? "the model's page") for what there is.", page: page)
        case 410:
            return Failure(
                .notFound, "\(subject) is archived at CivitAI and cannot be downloaded.", why: because, hint: "look for another version.",
                page: page)
        case 451:
            return Failure(
                .region, "CivitAI is not available where this machine is.", why: because,
                hint: "use a network in a country that CivitAI serves.",
                page: page)
        default:
            return Failure(
                .server, "CivitAI gave an answer about \(subject) that makes no sense here (HTTP \(response.status)).", why: because,
                hint: "try again later.", page: page)
        }
    }

    /// Cloudflare has answered in the service's place: it may answer otherwise later.
    static func gateway(_ response: HTTPResponse, _ because: String?, session: CivitaiSession) -> TransientRefusal {
        TransientRefusal(
            Failure(
                .server, "the Cloudflare gateway in front of CivitAI refused the request.",
                why: because ?? "HTTP \(response.status) without CivitAI's own words.",
                hint: "try again later, or from another network."),
            retryAfter: RetryAfter.wait(response, now: session.context.now()))
    }

    static func needsLogin(_ subject: String, page: String?, session: CivitaiSession) -> Failure {
        guard let token = session.token else {
            return Failure(
                .needsLogin, "CivitAI refused \(subject): its creator requires a login.",
                why: "no CivitAI token was sent (\(CivitaiToken.places)).",
                hint: NotebookSecret.hint(CivitaiToken.variables[0], page: keys, session.context.environment) ?? howTo, page: page)
        }
        return Failure(
            .needsLogin, "CivitAI refused \(subject): its creator requires a login.",
            why: "the token from \(token.place) was sent; either it has expired, or its account may not have this file.", hint: howTo,
            page: page)
    }

    static func tokenRejected(_ subject: String, token: CivitaiToken, page: String?) -> Failure {
        Failure(
            .tokenRejected, "CivitAI refused \(subject): it requires a login, and the token from \(token.place) is not valid.",
            why: "CivitAI does not know this token: it is wrong, was deleted or has expired.", hint: howTo, page: page)
    }

    static func notForThisAccount(_ subject: String, token: CivitaiToken, page: String?) -> Failure {
        Failure(
            .needsLogin, "CivitAI does not give \(subject) to this account, though it is logged in.",
            why: "the token from \(token.place) is valid; its account may not have this file.",
            hint: "see \(page ?? "the model's page") for what it takes, or use another account: fetchctl login civitai", page: page)
    }

    static func earlyAccess(_ subject: String, until deadline: String?, page: String?) -> Failure {
        let end = deadline.flatMap(UTCTime.iso8601).map(UTCTime.shown)
        return Failure(
            .earlyAccess, "\(subject) is in early access at CivitAI, which this account has not bought.",
            why: end.map { "it is free for all from \($0) on." },
            hint: (end == nil ? "" : "wait until then, or ") + "buy access on its page: \(page ?? "at CivitAI")", page: page)
    }

    private static let keys = "https://civitai.com/user/account"
    private static let howTo = "make a key at \(keys), then: fetchctl login civitai"

    /// `private, no-store` on a 404 means that the storage did not answer; `no-store, max-age=0` that there is no file.
    private static func isTransient(_ cacheControl: String) -> Bool {
        let parts = cacheControl.lowercased().split(separator: ",").map { $0.filter { $0 != " " } }
        return parts.contains("private") && parts.contains("no-store")
    }

    private struct Body: Decodable {
        var error: String?
        var message: String?
        var deadline: String?

        private enum Keys: String, CodingKey { case error, message, deadline }

        init() {}

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            error = fields.lenient(String.self, .error)
            message = fields.lenient(String.self, .message)
            deadline = fields.lenient(String.self, .deadline)
        }
    }
}
