import Foundation
import Testing

@testable import PracticeHub

@Suite("The practice Hub")
struct HuggingFaceTests {
    private static let token = "practice-hf-token"
    private static let stranger = "practice-hf-stranger-token"

    @Test("redirects requests for a large file to another origin, with the metadata on the redirect", arguments: ["GET", "HEAD"])
    func largeFile(method: String) async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let answer = try await HubClient.send(method, addresses.hub + "/practice/tiny/resolve/main/model.safetensors")
            let content = try #require(await hub.hubFile("practice/tiny", "model.safetensors"))
            #expect(answer.status == 302)
            #expect(answer.header("X-Linked-ETag") == "\"\(content.sha256)\"")
            #expect(answer.header("X-Linked-Size") == "8388608")
            #expect(answer.header("X-Repo-Commit")?.count == 40)
            #expect(answer.header("RateLimit")?.hasPrefix("\"resolvers\";r=") == true)
            let link = try #require(answer.header("Location"))
            #expect(link.hasPrefix(addresses.cdn + "/xet-bridge-us/"))
            let file = try await HubClient.send("GET", link)
            #expect(file.body == content.data)
            #expect(file.header("ETag") != answer.header("X-Linked-ETag"))
        }
    }

    @Test("redirects requests for a small file to a path on the same host")
    func smallFile() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let answer = try await HubClient.send("GET", addresses.hub + "/practice/tiny/resolve/main/sub/dir/file.txt?download=true")
            #expect(answer.status == 307)
            let location = try #require(answer.header("Location"))
            #expect(location.hasPrefix("/api/resolve-cache/models/practice/tiny/"))
            #expect(location.contains("download=true&"))
            let file = try await HubClient.send("GET", addresses.hub + location)
            #expect(file.text == "a file two folders down\n")
            #expect(file.header("ETag") == answer.header("X-Linked-ETag"))
            #expect(file.header("Content-Length") == "24")
            let branch = addresses.hub + "/api/resolve-cache/models/practice/tiny/main/config.json"
            #expect(try await HubClient.send("GET", branch).status == 400)
        }
    }

    @Test("makes a commit of added files; earlier commits and other branches stay unchanged")
    func commits() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            func commit(_ revision: String) async throws -> String? {
                let url = addresses.hub + "/api/models/practice/tiny/revision/" + revision
                return try await HubClient.send("GET", url).object["sha"] as? String
            }
            func status(_ revision: String, _ path: String) async throws -> Int {
                try await HubClient.send("HEAD", "\(addresses.hub)/practice/tiny/resolve/\(revision)/\(path)").status
            }
            let before = try #require(try await commit("main"))
            let dev = try await commit("dev")
            await hub.addFile(NewFile(.hub, name: "new.txt", size: 0, text: "new\n", repository: "practice/tiny"))
            #expect(try await commit("main") != before)
            #expect(try await commit(before) == before)
            #expect(try await commit("dev") == dev)
            #expect(try await status("main", "new.txt") == 307)
            #expect(try await status(before, "new.txt") == 404)
            #expect(try await status("dev", "new.txt") == 404)
            #expect(try await status(before, "config.json") == 307)
        }
    }

    @Test("gives gzip without a length, and no ranges, to those who accept it")
    func gzip() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let commit = try #require(
                try await HubClient.send("GET", addresses.hub + "/api/models/practice/tiny").object["sha"] as? String)
            let url = addresses.hub + "/api/resolve-cache/models/practice/tiny/\(commit)/tokenizer.json"
            let packed = try await HubClient.send("GET", url, headers: ["Accept-Encoding": "gzip", "Range": "bytes=0-9"])
            #expect(packed.status == 200)
            #expect(packed.header("Content-Encoding") == "gzip")
            #expect(packed.header("Content-Length") == nil)
            let plain = try await HubClient.send("GET", url, headers: ["Accept-Encoding": "identity", "Range": "bytes=0-9"])
            #expect(plain.status == 206)
            #expect(plain.body == (await hub.hubFile("practice/tiny", "tokenizer.json"))?.bytes(0..<10))
        }
    }

    @Test(
        "refuses with the codes and messages of the service",
        arguments: [
            ("practice/gated", nil, 401, "GatedRepo", "Access to model practice/gated is restricted. You must have access"),
            ("practice/gated", stranger, 403, "GatedRepo", "not in the authorized list"), ("practice/gated", token, 302, nil, ""),
            ("practice/private", nil, 401, nil, "Invalid username or password."),
            ("practice/private", stranger, 404, "RepoNotFound", "Repository not found"), ("practice/private", token, 302, nil, ""),
            ("practice/none", nil, 401, nil, "Invalid username or password."),
            ("practice/none", token, 404, "RepoNotFound", "Repository not found"),
            ("practice/tiny", "expired", 401, nil, "Invalid credentials in Authorization header"),
            ("practice/disabled", nil, 403, nil, "Access to this resource is disabled."), ("gpt-practice", nil, 302, nil, ""),
        ] as [(String, String?, Int, String?, String)])
    func errors(id: String, token: String?, status: Int, code: String?, message: String) async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let headers = token.map { ["Authorization": "Bearer " + $0] } ?? [:]
            let answer = try await HubClient.send("GET", addresses.hub + "/\(id)/resolve/main/model.safetensors", headers: headers)
            #expect(answer.status == status)
            #expect(answer.header("X-Error-Code") == code)
            #expect(message.isEmpty || answer.header("X-Error-Message")?.contains(message) == true)
        }
    }

    @Test("names what is missing: the revision or the file")
    func missing() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let revision = try await HubClient.send("GET", addresses.hub + "/practice/tiny/resolve/none/config.json")
            #expect(revision.status == 404)
            #expect(revision.header("X-Error-Code") == "RevisionNotFound")
            let file = try await HubClient.send("GET", addresses.hub + "/practice/tiny/resolve/main/none.json")
            #expect(file.status == 404)
            #expect(file.header("X-Error-Code") == "EntryNotFound")
            #expect(file.header("X-Repo-Commit")?.count == 40)
            // A gated repository is described to all.
            #expect(try await HubClient.send("GET", addresses.hub + "/api/models/practice/gated").object["gated"] as? String == "manual")
        }
    }

    @Test("redirects requests for a renamed repository to a path")
    func renamed() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let file = try await HubClient.send("GET", addresses.hub + "/practice/renamed/resolve/main/config.json?a=b")
            #expect(file.status == 307)
            #expect(file.header("Location") == "/practice/tiny/resolve/main/config.json?a=b")
            let info = try await HubClient.send("GET", addresses.hub + "/api/models/practice/renamed")
            #expect(info.header("Location") == "/api/models/practice/tiny")
        }
    }

    @Test(
        "finds files whose names need escapes",
        arguments: [
            "a%20file%20with%20spaces.txt", "%C3%BCml%C3%A4ut/%E6%97%A5%E6%9C%AC%E8%AA%9E.txt", "100%25.txt", "a%2Bb%26c%3Dd%23e%3Ff.txt",
        ])
    func names(path: String) async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let redirect = try await HubClient.send("GET", addresses.hub + "/practice/names/resolve/main/" + path)
            #expect(redirect.status == 307)
            #expect(try await HubClient.send("GET", addresses.hub + (redirect.header("Location") ?? "")).status == 200)
        }
    }

    @Test("knows datasets and spaces under their prefixes", arguments: ["datasets/practice/data", "spaces/practice/space"])
    func kinds(path: String) async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let file = try await HubClient.send("GET", addresses.hub + "/\(path)/resolve/main/README.md")
            #expect(file.status == 307)
            #expect(try await HubClient.send("GET", addresses.hub + "/api/\(path)").status == 200)
        }
    }

    @Test("answers 429 with the time to wait once a quota is used up")
    func quotas() async throws {
        var configuration = HubConfiguration()
        configuration.apiQuota = 2
        configuration.enforcesQuotas = true
        try await PracticeHub.withHub(configuration) { (_, addresses) async throws in
            var answers: [HubClient.Answer] = []
            for _ in 0..<3 { answers.append(try await HubClient.send("GET", addresses.hub + "/api/models/practice/tiny")) }
            #expect(answers.map(\.status) == [200, 200, 429])
            #expect(answers[2].header("RateLimit")?.hasPrefix("\"api\";r=0;t=") == true)
            #expect(answers[2].header("Retry-After") == nil)
            #expect(try await HubClient.send("GET", addresses.hub + "/practice/tiny/resolve/main/config.json").status == 307)
        }
    }

    @Test("names the account of a token")
    func whoami() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let url = addresses.hub + "/api/whoami-v2"
            let known = try await HubClient.send("GET", url, headers: ["Authorization": "Bearer " + Self.token])
            #expect(try known.object["name"] as? String == "practice")
            #expect(try await HubClient.send("GET", url, headers: ["Authorization": "Bearer no"]).status == 401)
            #expect(try await HubClient.send("GET", url).status == 401)
        }
    }
}
