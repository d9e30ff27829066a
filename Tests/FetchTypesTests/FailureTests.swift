import FetchTypes
import Testing

@Suite("Failures") struct FailureTests {
    @Test("A failure says what happened, why and what to do, in that order")
    func rendering() {
        #expect(Failure(.notFound, "no such model.").description == "error: no such model.")
        #expect(Failure(.notFound, "no such model.", hint: "look again.").description == "error: no such model.\n  do:  look again.")
        #expect(
            Failure(.gated, "CivitAI refused.", why: "it needs a login.", hint: "fetchctl login civitai").description == """
                error: CivitAI refused.
                  why: it needs a login.
                  do:  fetchctl login civitai
                """)
    }

    @Test(
        "Every kind has its exit code",
        arguments: [
            (FailureKind.usage, ExitCode.usage), (.checksum, .wrongData), (.size, .wrongData), (.notAModel, .wrongData),
            (.notFound, .notFound),
            (.unreachable, .unavailable), (.tls, .unavailable), (.proxy, .unavailable), (.exists, .cannotCreate),
            (.permission, .cannotCreate),
            (.io, .inputOutput), (.diskFull, .inputOutput), (.server, .temporary), (.rateLimited, .temporary), (.locked, .temporary),
            (.gated, .notAllowed), (.needsLogin, .notAllowed), (.tokenRejected, .notAllowed), (.earlyAccess, .notAllowed),
            (.region, .notAllowed),
            (.config, .configuration), (.interrupted, .interrupted),
        ])
    func codes(kind: FailureKind, code: ExitCode) {
        #expect(Failure(kind, "x").code == code)
        #expect(Failure(kind, "x", code: .unavailable).code == .unavailable)
    }

    @Test("The names of the kinds and the numbers of the codes are public")
    func names() {
        #expect(
            FailureKind.allCases.map(\.rawValue).sorted() == [
                "checksum", "config", "disk_full", "early_access", "exists", "gated", "interrupted", "io", "locked", "needs_login",
                "not_a_model",
                "not_found", "permission", "proxy", "rate_limited", "region", "server", "size", "tls", "token_rejected", "unreachable",
                "usage",
            ])
        let codes: [ExitCode] = [
            .success, .usage, .wrongData, .notFound, .unavailable, .cannotCreate, .inputOutput, .temporary, .notAllowed, .configuration,
            .hungUp,
            .interrupted, .terminated,
        ]
        #expect(codes.map(\.rawValue) == [0, 64, 65, 66, 69, 73, 74, 75, 77, 78, 129, 130, 143])
    }

    @Test("Text from a server cannot steer the terminal, set at once or later")
    func controlCharacters() {
        let nasty = "a\u{1b}[2J\nb\u{9b}c\u{7f}d\u{202e}e\u{2028}f\u{2066}g"
        let clean = "a\u{FFFD}[2J\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}e\u{FFFD}f\u{FFFD}g"
        var failure = Failure(.server, nasty, why: nasty, hint: nasty, page: nasty)
        #expect([failure.message, failure.why, failure.hint, failure.page] == [clean, clean, clean, clean])
        failure.message = nasty
        failure.why = nasty
        failure.hint = nasty
        failure.page = nasty
        #expect([failure.message, failure.why, failure.hint, failure.page] == [clean, clean, clean, clean])
        #expect(failure.description.split(separator: "\n").count == 3)
    }

    @Test("Ordinary text outside ASCII stays", arguments: ["モデル — v4", "é e\u{301} ñ", "👩‍👩‍👧 ✓", "نموذج"])
    func ordinaryText(_ text: String) {
        #expect(text.withoutControlCharacters == text)
    }

    @Test("A transport fault names its host and cleans its detail")
    func faults() {
        #expect(TransportFault(.tls, host: "h", detail: "bad\ncertificate").description == "h: bad\u{FFFD}certificate")
    }
}
