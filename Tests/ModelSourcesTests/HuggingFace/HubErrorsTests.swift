import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

@Suite("The Hub's refusals")
struct HubErrorTests {
    private static let info = "https://huggingface.co/api/models/org/name/revision/main"
    private static let gated = (
        "X-Error-Message", "Access to model org/name is restricted. You must have access to it and be authenticated."
    )

    /// Status, headers, whether a (good) token is sent, and what becomes of it; as the live Hub was seen to answer.
    static let refusals: [(Int, [(String, String)], Bool, FailureKind, ExitCode, String)] = [
        (401, [("X-Error-Code", "GatedRepo"), gated], false, .gated, .notAllowed, "accept the terms at https://huggingface.co/org/name"),
        (
            403, [("X-Error-Code", "GatedRepo"), ("X-Error-Message", "not in the authorized list.")], true, .gated, .notAllowed,
            "ask for access at https://huggingface.co/org/name"
        ),
        (401, [("X-Error-Message", "Invalid username or password.")], false, .notFound, .notFound, "or it is private"),
        (404, [("X-Error-Code", "RepoNotFound")], true, .notFound, .notFound, "or this token cannot see it"),
        (404, [("X-Error-Code", "RepoNotFound")], false, .notFound, .notFound, "there is no org/name"),
        (404, [("X-Error-Code", "RevisionNotFound")], false, .notFound, .notFound, "has no revision \"main\""),
        (404, [("X-Error-Code", "EntryNotFound"), ("X-Repo-Commit", HubScript.commit)], false, .notFound, .notFound, "org/name"),
        (404, [], false, .notFound, .notFound, "org/name"),
        (403, [("X-Error-Message", "Access to this resource is disabled.")], false, .notFound, .notFound, "has disabled org/name"),
        (403, [("X-Error-Message", "Something else")], false, .gated, .notAllowed, "Something else"),
        (410, [], false, .notFound, .notFound, "gone"),
        (451, [], false, .region, .notAllowed, "where this machine is"),
        (400, [("X-Error-Message", "Bad rev")], false, .server, .temporary, "HTTP 400"),
    ]

    @Test("have their kind, exit code and message", arguments: refusals)
    func refused(status: Int, headers: [(String, String)], hasToken: Bool, kind: FailureKind, code: ExitCode, words: String) async throws {
        let server = ScriptedServer()
        server.on(Self.info, status, "", headers.map { (name: $0.0, value: $0.1) })
        let failed = try await failure { try await server.resolve(HubScript.reference(), hasToken ? ["HF_TOKEN": "hf_good"] : [:]) }
        #expect(failed?.kind == kind)
        #expect(failed?.code == code)
        #expect(failed?.description.contains(words) == true)
        #expect(failed?.description.contains("hf_good") == false)
    }

    @Test(
        "for now name the wait",
        arguments: [
            (429, [("RateLimit", "\"api\";r=0;t=55")], FailureKind.rateLimited, 56.0), (429, [("Retry-After", "9")], .rateLimited, 9),
            (429, [], .rateLimited, nil), (503, [], .server, nil), (500, [], .server, nil), (408, [], .server, nil),
        ] as [(Int, [(String, String)], FailureKind, Double?)])
    func later(status: Int, headers: [(String, String)], kind: FailureKind, wait: Double?) async throws {
        let server = ScriptedServer()
        server.on(Self.info, status, "", headers.map { (name: $0.0, value: $0.1) })
        let refused = try await refusal { try await server.resolve(HubScript.reference()) }
        #expect(refused?.failure.kind == kind)
        #expect(refused?.retryAfter?.value == wait)
    }

    @Test func aRejectedTokenIsNoObstacleToAPublicRepo() async throws {
        let server = ScriptedServer()
        server.on(Self.info, 401, "", [("X-Error-Message", "Invalid credentials in Authorization header")])
        server.on(Self.info, 200, HubScript.info())
        server.on("\(HubScript.base)/api/models/org/name/tree/\(HubScript.commit)?recursive=true&expand=false", 200, "[\(HubScript.small)]")
        let found = try await server.resolve(HubScript.reference(), ["HF_TOKEN": "hf_old"])
        #expect(found.files.count == 1)
        #expect(server.warningKinds == ["token_rejected"])
        #expect(server.warnings[0].message.contains("HF_TOKEN"))
        #expect(server.requests.map { $0.secretHeaders.count } == [1, 0, 0])
    }

    @Test(
        "of a rejected token name it, when it was needed",
        arguments: [[("X-Error-Code", "GatedRepo")], [("X-Error-Message", "Invalid username or password.")]] as [[(String, String)]])
    func rejected(headers: [(String, String)]) async throws {
        let server = ScriptedServer()
        server.on(Self.info, 401, "", [("X-Error-Message", "Invalid credentials in Authorization header")])
        server.on(Self.info, 401, "", headers.map { (name: $0.0, value: $0.1) })
        let failed = try await failure { try await server.resolve(HubScript.reference(), ["HUGGING_FACE_HUB_TOKEN": "hf_old"]) }
        #expect(failed?.kind == .tokenRejected)
        #expect(failed?.message.contains("HUGGING_FACE_HUB_TOKEN") == true)
        #expect(failed?.description.contains("hf_old") == false)
    }

    @Test func gatingThatShowsOnTheBytesIsSaid() async throws {
        let server = HubScript.server()
        server.on(HubScript.resolveLine("config.json"), 401, "", [("X-Error-Code", "GatedRepo")])
        let locator = try await server.resolve(HubScript.reference()).files[0].locator
        #expect(try await failure { try await locator.locate() }?.kind == .gated)
    }

    @Test func aFileThatWentMissingIsNamed() async throws {
        let server = HubScript.server()
        server.on(HubScript.resolveLine("config.json"), 404, "", [("X-Error-Code", "EntryNotFound")])
        let locator = try await server.resolve(HubScript.reference()).files[0].locator
        #expect(try await failure { try await locator.locate() }?.message.contains("\"config.json\"") == true)
    }

    @Test func aNoticeIsPassedOnOnce() async throws {
        let server = HubScript.server()
        let line = "\(HubScript.base)/api/models/org/loud/"
        server.on(line + "revision/main", 200, HubScript.info("org/loud"), [("X-HF-Warning", "unauthenticated; Please\u{7} log in")])
        server.on(
            line + "tree/\(HubScript.commit)?recursive=true&expand=false", 200, "[\(HubScript.small)]",
            [("X-HF-Warning", "unauthenticated; again")])
        _ = try await server.resolve(.huggingFace(HubReference(repo: "org/loud")))
        #expect(server.warnings.map(\.message) == ["Hugging Face says: Please log in"])
    }

    @Test func aPageInsteadOfTheAPIIsNotMistakenForIt() async throws {
        let server = ScriptedServer()
        server.on(Self.info, 200, "<html>portal")
        #expect(try await failure { try await server.resolve(HubScript.reference()) }?.kind == .server)
    }

    @Test func aGatedRepoIsAskedOnceForAllItsFiles() async throws {
        let server = HubScript.server()
        let line = "\(HubScript.base)/api/models/org/gated/"
        server.on(line + "revision/main", 200, HubScript.info("org/gated", #","gated":"manual""#))
        server.on(line + "tree/\(HubScript.commit)?recursive=true&expand=false", 200, "[\(HubScript.small),\(HubScript.large)]")
        let first = "HEAD \(HubScript.base)/org/gated/resolve/\(HubScript.commit)/config.json"
        server.on(first, 403, "", [("X-Error-Code", "GatedRepo")])
        server.on(first, 302, "", [("Location", "https://cdn.example/f")])
        let found = try await server.resolve(.huggingFace(HubReference(repo: "org/gated")))
        let preflight = try #require(found.preflight)
        #expect(try await failure { try await preflight() }?.kind == .gated)
        try await preflight()
        let asked = server.lines.count
        // What was found then is not asked for again.
        #expect(try await found.files[0].locator.locate().url.string == "https://cdn.example/f")
        #expect(server.lines.count == asked)
    }

    @Test func anOpenRepoNeedsNoSuchQuestion() async throws {
        #expect(try await HubScript.server().resolve(HubScript.reference()).preflight == nil)
    }

    @Test(
        "to a revision that is not there name the nearest",
        arguments: [("fp-16", "the nearest are: fp16"), ("refs/pr/7", "refs/pr/1"), ("unheard-of", "it has: main, fp16, v1.0, …")])
    func revision(typed: String, words: String) async throws {
        let server = ScriptedServer()
        server.on(
            "\(HubScript.base)/api/models/org/name/revision/\(typed.percentEncoded())", 404, "", [("X-Error-Code", "RevisionNotFound")])
        server.on(
            "\(HubScript.base)/api/models/org/name/refs" + (typed.hasPrefix("refs/pr/") ? "?include_prs=1" : ""), 200,
            #"{"branches":[{"name":"main","ref":"refs/heads/main"},{"name":"fp16"}],"tags":[{"name":"v1.0"}],"#
                + #""converts":[{"name":"parquet","ref":"refs/convert/parquet"}],"pullRequests":[{"name":"1","ref":"refs/pr/1"}]}"#)
        let failed = try await failure { try await server.resolve(HubScript.reference(revision: typed)) }
        #expect(failed?.kind == .notFound)
        #expect(failed?.why?.contains(words.replacing(", …", with: "")) == true)
    }
}
