internal import FetchTypes

/// The Hub's refusals: `X-Error-Code` says what the status does not.
enum HubErrors {
    /// ``Failure`` or ``TransientRefusal`` for an answer that is neither bytes nor JSON nor a redirect.
    static func refusal(_ arrival: RedirectWalk.Arrival, _ subject: HubSubject, _ session: HubSession) -> any Error {
        let error = meaning(arrival, subject, session)
        guard var failure = error as? Failure else { return error }
        failure.status = arrival.response.status
        failure.deniesExistence =
            failure.status == 404 && ["RevisionNotFound", "EntryNotFound"].contains(arrival.response.headers["X-Error-Code"])
        return failure
    }

    private static func meaning(_ arrival: RedirectWalk.Arrival, _ subject: HubSubject, _ session: HubSession) -> any Error {
        let response = arrival.response
        let sent = session.credential.rejected.map { [("", $0.secret)] } ?? []
        let said =
            response.headers["X-Error-Message"].flatMap { ServerAnswer.clean($0, hiding: arrival.secrets.headers + sent) }
            ?? ServerAnswer.words(response, hiding: arrival.secrets.headers + sent)
        if ServerAnswer.isTransient(response) {
            return ServerAnswer.refusal(response, service: "Hugging Face", said: said, now: session.context.now())
        }
        let because = said.map { "the Hub said: \($0)" }
        let page = session.page(subject)
        let name = subject.name
        switch (response.status, response.headers["X-Error-Code"]) {
        case (401, "GatedRepo"): return gated(subject, session)
        case (403, "GatedRepo"):
            return Failure(
                .gated, "\(name) is gated, and this token's account is not on its list.", why: because,
                hint: "ask for access at \(page), or wait until it is granted; then run the same command.", page: page)
        case (401, _): return unauthorized(subject, session, because)
        case (404, let code): return notFound(code, subject: subject, session: session, because: because)
        case (403, _) where said?.lowercased().contains("disabled") == true:
            return disabled(subject, session, why: because)
        case (403, _):
            return Failure(
                .gated, "Hugging Face does not allow this for \(name).", why: because ?? "HTTP 403 without a reason.",
                hint: "see \(page) for what it asks for.", page: page)
        case (410, _):
            return Failure(.notFound, "\(name) is gone from Hugging Face.", why: because, hint: "look for another copy of it.", page: page)
        case (451, _):
            return Failure(
                .region, "\(name) is not available where this machine is.", why: because,
                hint: "see \(page) for what Hugging Face says about it.", page: page)
        default:
            return Failure(
                .server, "Hugging Face gave an answer about \(name) that makes no sense here (HTTP \(response.status)).", why: because,
                hint: "try again later.", page: page)
        }
    }

    private static func unauthorized(_ subject: HubSubject, _ session: HubSession, _ because: String?) -> Failure {
        let (name, page) = (subject.name, session.page(subject))
        if let token = session.credential.rejected {
            let isAlone = session.keepsToToken(token)
            return Failure(
                .tokenRejected,
                "Hugging Face rejects the token from \(token.place)" + (isAlone ? "." : ", and without it there is no \(name) to see."),
                why: because, hint: renewal(token), page: page)
        }
        return Failure(
            .notFound, "there is no \(name) at Hugging Face, or it is private.", why: "no token was sent (\(places(session))).",
            hint: "check the name; if it is private: " + login(session), page: page)
    }

    /// - Parameter code: the Hub's word for what there is not; nil where it says none.
    private static func notFound(_ code: String?, subject: HubSubject, session: HubSession, because: String?) -> Failure {
        let (name, page) = (subject.name, session.page(subject))
        switch code {
        case "RepoNotFound":
            return Failure(
                .notFound,
                "there is no \(name) at Hugging Face" + (session.credential.token == nil ? "." : ", or this token cannot see it."),
                why: because, hint: "check the name and the type: models are hf:org/name, datasets hf:datasets/org/name.")
        case "RevisionNotFound":
            return Failure(
                .notFound, "\(name) has no revision \"\(subject.revision)\".", hint: "see \(page)/tree/main for its branches and tags.",
                page: page)
        default:
            return Failure(
                .notFound,
                subject.path.map { "\(name) has no file \"\($0)\" at \(subject.revision)." } ?? "there is no \(name) at Hugging Face.",
                why: code == nil ? because : nil, hint: "see \(page)/tree/main for what there is.", page: page)
        }
    }

    /// - Parameter variable: the environment variable that asks for it.
    static func offline(_ variable: String) -> Failure {
        Failure(
            .unreachable, "Hugging Face is not asked: \(variable) is set.", why: "it says to work offline.",
            hint: "unset \(variable) to ask it.")
    }

    static func disabled(_ subject: HubSubject, _ session: HubSession, why: String?) -> Failure {
        Failure(
            .notFound, "Hugging Face has disabled \(subject.name).", why: why, hint: "look for another copy of it.",
            page: session.page(subject))
    }

    private static func gated(_ subject: HubSubject, _ session: HubSession) -> Failure {
        let page = session.page(subject)
        if let token = session.credential.rejected {
            return Failure(
                .tokenRejected, "\(subject.name) is gated, and Hugging Face rejects the token from \(token.place).",
                why: "the token is wrong or has expired.",
                hint: renewal(token), page: page)
        }
        return Failure(
            .gated, "\(subject.name) is gated: its terms must be accepted first.",
            why: "no Hugging Face token was sent (\(places(session))).",
            hint: "accept the terms at \(page), then: " + login(session), page: page)
    }

    /// What to do when there is no token.
    private static func login(_ session: HubSession) -> String {
        NotebookSecret.hint("HF_TOKEN", page: "https://huggingface.co/settings/tokens", session.context.environment)
            ?? "fetchctl login hf, or export HF_TOKEN=…"
    }

    /// What to do about a token that is no longer good.
    private static func renewal(_ token: HubToken) -> String {
        let way = token.isStored ? "fetchctl login hf" : token.isTyped ? "put it into the line" : "export HF_TOKEN=…"
        return "make a new one at https://huggingface.co/settings/tokens, then: \(way)"
    }

    private static func places(_ session: HubSession) -> String {
        OriginBoundSecrets.isConfidential(session.endpoint)
            ? HubToken.places(session.context.environment) : "\(session.endpoint.origin) is not https"
    }
}
