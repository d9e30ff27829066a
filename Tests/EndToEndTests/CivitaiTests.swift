import Foundation
import PracticeHub
import Testing

@Suite("CivitAI")
struct CivitaiTests {
    @Test("gives all files of a version under names of their own, the same ones however they are asked for", arguments: Engine.allCases)
    func allFiles(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            // What lies there already has no say in the names.
            try await scenario.add("civitai:12347", "--fp", "fp32").expectSuccess()
            try scenario.expectFile("practice-twin.fp32.safetensors", await scenario.hub.civitaiFile(12347, file: 123_472))
            let outcome = try await scenario.add("civitai:6791@12347", "--file", "all")
            outcome.expectSuccess()
            let names = outcome.stdout.split(separator: "\n").compactMap { $0.split(separator: "/").last.map(String.init) }
            #expect(names.sorted() == scenario.box.files, "every file is a line")
            #expect(
                scenario.box.files == ["practice-twin.fp32.safetensors", "practice-twin.safetensors", "practice-twin.vae.safetensors"])
            try scenario.expectFile("practice-twin.safetensors", await scenario.hub.civitaiFile(12347, file: 123_471))
            try await scenario.add("civitai:6791@12347+123473", "-o", "vae.safetensors").expectSuccess()
            try scenario.expectFile("vae.safetensors", await scenario.hub.civitaiFile(12347, file: 123_473))
        }
    }

    @Test(
        "takes what a pasted link's filters say, and tells when they fit no more",
        arguments: [
            ("type=Model&format=SafeTensor&size=full&fp=fp32", "practice-twin.fp32.safetensors", false),
            ("type=Model&format=SafeTensor&size=full&fp=fp16", "practice-twin.fp32.safetensors", true),
            ("type=VAE", "practice-twin.vae.safetensors", false),
            ("type=Model&format=PickleTensor&size=pruned&fp=fp16", "practice-twin.safetensors", true),
            ("fileId=123472", "practice-twin.fp32.safetensors", false),
        ])
    func pasted(query: String, name: String, isTold: Bool) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.add(
                "https://civitai.com/api/download/models/12347?\(query)&token=practice-civitai-token", "--json")
            outcome.expectSuccess()
            #expect(scenario.box.files == [name])
            #expect(try outcome.events().contains { $0.name == "warning" && $0["kind"]?.string == "chosen" } == isTold)
            #expect(!outcome.stdout.contains("practice-civitai-token"))
            #expect(await scenario.requests("civitai").allSatisfy { !$0.path.contains("token") })
        }
    }

    @Test(
        "answers every answer of its download endpoint with the right sentence",
        arguments: [
            (403, [:], #"{"error":"Forbidden"}"#, 77, "gated", "address or account"),
            (403, ["Content-Type": "text/html", "Server": "cloudflare"], "<html>blocked", 75, "server", "Cloudflare"),
            (
                429, ["Content-Type": "application/json"], #"{"error":"We've noticed an unusual amount of downloading"}"#, 75,
                "rate_limited", "unusual amount"
            ),
            (400, [:], #"{"error":"bad"}"#, 75, "server", "makes no sense"),
            (404, ["Cache-Control": "no-store, max-age=0"], #"{"error":"File not found"}"#, 66, "not_found", "File not found"),
            (404, ["Cache-Control": "private, no-store"], #"{"error":"File not found"}"#, 75, "server", "storage"),
            (410, [:], #"{"error":"Model archived, not available for download"}"#, 66, "not_found", "archived"),
            (
                403, [:], #"{"error":"Early Access","deadline":"2031-02-03T04:05:06.000Z","message":"…"}"#, 77, "early_access",
                "2031-02-03 04:05 UTC"
            ),
            (307, ["Location": "/model-versions/12345"], "", 77, "early_access", "early access"),
            (403, [:], #"{"error":"You do not have access to download this file"}"#, 77, "gated", "may not download"),
            (
                401, [:], #"{"error":"Unauthorized","message":"The creator of this asset has disabled downloads on this file"}"#, 77,
                "gated", "disabled downloads"
            ),
            (
                401, [:], #"{"error":"Unauthorized","message":"The creator of this asset requires you to be logged in to download it"}"#,
                77, "needs_login", "CIVITAI_API_TOKEN"
            ),
            (307, ["Location": "/login?returnUrl=%2Fmodel-versions%2F1&reason=download-auth"], "", 77, "needs_login", "requires a login"),
            (
                451, [:],
                #"{"error":"Access to this service is not available in your region due to legal restrictions.","code":"REGION_BLOCKED"}"#,
                77, "region", "legal restrictions"
            ),
            (500, [:], #"{"error":"Error"}"#, 75, "server", "500"), (520, ["Content-Type": "text/html"], "<html>", 75, "server", "520"),
            (200, ["Content-Type": "text/html; charset=utf-8"], "<html>Sign in", 65, "not_a_model", "web page"),
        ] as [(Int, [String: String], String, Int32, String, String)])
    func answers(row: (status: Int, headers: [String: String], body: String, code: Int32, kind: String, words: String)) async throws {
        try await withScenario(.builtin) { scenario in
            await scenario.hub.addFault(
                Fault(.status, match: "civitai/api/download", status: row.status, headers: row.headers, body: row.body))
            let outcome = try await scenario.add("civitai:12345", "--json", "--retries", "1")
            outcome.expectFailure(row.code, kind: row.kind)
            #expect(outcome.stdout.contains(row.words), "\(outcome.stdout)")
            #expect(scenario.box.files.isEmpty)
            let asked = await scenario.requests("civitai", "/api/download/")
            #expect(asked.count <= 2, "one resolve a try")
            #expect(asked.allSatisfy { $0.header("User-Agent")?.hasPrefix("fetchctl/") == true && $0.method == "GET" })
            #expect(await scenario.requests("cdn").isEmpty)
        }
    }

    @Test("says of early access until when, before anything is asked for and after")
    func earlyAccess() async throws {
        try await withScenario(.builtin) { scenario in
            let dry = try await scenario.add("civitai:12348", "--dry-run")
            dry.expectSuccess()
            #expect(dry.stderr.contains("until 2099-01-01"))
            let outcome = try await scenario.add("civitai:12348")
            outcome.expectFailure(77)
            #expect(outcome.stderr.contains("free for all from 2099-01-01"))
            #expect(await scenario.hub.civitaiDownloads(12348) == 0)
        }
    }

    @Test("retries while its storage fails, and counts one download", arguments: Engine.allCases)
    func transient(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("civitai:12353", "--json")
            outcome.expectSuccess()
            #expect(try outcome.events().count { $0.name == "retrying" } == 2)
            #expect(await scenario.hub.civitaiDownloads(12353) == 1)
        }
    }

    @Test("sends its token to its API only", arguments: Engine.allCases)
    func token(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add(
                "civitai:12346", "--sidecar", "preview", environment: ["CIVITAI_API_TOKEN": "  practice-civitai-token\n"])
            outcome.expectSuccess()
            #expect(await scenario.requests("cdn").allSatisfy { $0.header("Authorization") == nil })
            #expect(await scenario.requests("civitai", "practice-images").allSatisfy { $0.header("Authorization") == nil })
            #expect(
                await scenario.requests("civitai", "/api/").allSatisfy { $0.header("Authorization") == "Bearer practice-civitai-token" })
            let refused = try await scenario.add("civitai:12346", "-o", "x", environment: ["CIVITAI_API_TOKEN": "wrong-token-0123456789"])
            refused.expectFailure(77)
            #expect(await scenario.requests("civitai", "/api/v1/me").count == 1)
        }
    }

    @Test("refuses what its scan calls dangerous, unless that is accepted")
    func scans() async throws {
        try await withScenario(.builtin) { scenario in
            let refused = try await scenario.add("civitai:12352", "--json")
            refused.expectFailure(65, kind: "not_a_model")
            let accepted = try await scenario.add("civitai:12352", "--allow-unsafe")
            accepted.expectSuccess()
            #expect(accepted.stderr.contains("pickle") && accepted.stderr.contains("dangerous"))
        }
    }
}
