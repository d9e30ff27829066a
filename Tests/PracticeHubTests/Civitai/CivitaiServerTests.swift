import FlyingSocks
import Foundation
import PracticeHub
import Testing

@Suite("The practice CivitAI")
struct CivitaiTests {
    @Test("describes a version as the service does")
    func version() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let answer = try await HubClient.send("GET", addresses.civitai + "/api/v1/model-versions/12345")
            #expect(answer.status == 200)
            let object = try answer.object
            #expect(object["modelId"] as? Int == 6789)
            #expect(object["name"] as? String == "v1.0")
            #expect(object["baseModel"] as? String == "SD 1.5")
            #expect((object["model"] as? [String: Any])?["name"] as? String == "Practice Model")
            let file = try #require((object["files"] as? [[String: Any]])?.first)
            let content = try #require(await hub.civitaiFile(12345))
            #expect(file["name"] as? String == "practice-model.safetensors")
            #expect((file["sizeKB"] as? Double).map { $0 * 1024 } == Double(content.size))
            #expect((file["hashes"] as? [String: String])?["SHA256"] == content.sha256.uppercased())
            #expect(file["downloadUrl"] as? String == addresses.civitai + "/api/download/models/12345?fileId=123450")
        }
    }

    @Test("writes the host that the client named into its URLs")
    func host() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let client = try await HubClient(addresses.civitai)
            let request = "GET /api/v1/model-versions/12354 HTTP/1.1\r\nHost: civitai.red\r\nConnection: close\r\n\r\n"
            try await client.socket.write(Data(request.utf8))
            let answer = try HubClient.parse(try await client.readToEnd())
            #expect(try answer.object["downloadUrl"] as? String == "http://civitai.red/api/download/models/12354")
        }
    }

    @Test("lists a model's versions, newest first")
    func model() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let object = try await HubClient.send("GET", addresses.civitai + "/api/v1/models/6789").object
            let versions = try #require(object["modelVersions"] as? [[String: Any]])
            #expect(versions.map { $0["id"] as? Int } == [12345, 12344])
            #expect(object["type"] as? String == "Checkpoint")
        }
    }

    @Test("finds a version by any published hash, in either case")
    func byHash() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let sha256 = try #require(await hub.civitaiFile(12354)).sha256
            for hash in [sha256, sha256.uppercased(), String(sha256.prefix(10))] {
                let answer = try await HubClient.send("GET", addresses.civitai + "/api/v1/model-versions/by-hash/" + hash)
                #expect(try answer.object["id"] as? Int == 12354)
            }
            let unknown = try await HubClient.send("GET", addresses.civitai + "/api/v1/model-versions/by-hash/00")
            #expect(unknown.status == 404)
        }
    }

    @Test(
        "answers unknown numbers as the service does",
        arguments: [
            ("/api/v1/model-versions/6789", 404, #"{"error":"Model not found"}"#),
            ("/api/v1/models/0", 404, #"{"error":"No model with id 0"}"#),
            ("/api/download/models/1", 404, #"{"error":"File not found"}"#),
            ("/api/download/models/12345?fileId=1", 404, #"{"error":"File not found"}"#),
            ("/api/download/models/12345?format=PickleTensor", 404, #"{"error":"File not found"}"#),
            ("/api/download/models/", 400, #"{"error":"Missing modelVersionId"}"#),
            ("/api/v1/me", 401, #"{"error":"Unauthorized"}"#),
        ])
    func unknown(path: String, status: Int, body: String) async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let answer = try await HubClient.send("GET", addresses.civitai + path)
            #expect(answer.status == status)
            #expect(answer.text == body)
        }
    }

    @Test("one number is both a model and a version")
    func ambiguous() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            #expect(try await HubClient.send("GET", addresses.civitai + "/api/v1/model-versions/4321").object["modelId"] as? Int == 98765)
            #expect(try await HubClient.send("GET", addresses.civitai + "/api/v1/models/4321").status == 200)
        }
    }

    private static let token = "practice-civitai-token"

    @Test(
        "keeps visitors from the bytes in the service's words",
        arguments: [
            (12346, nil, 401, "The creator of this asset requires you to be logged in to download it"),
            (12346, "wrong", 401, "requires you to be logged in"), (12346, token, 307, ""),
            (12348, token, 403, "\"error\":\"Early Access\",\"deadline\":\"2099-01-01T00:00:00.000Z\""),
            (12349, token, 401, "The creator of this asset has disabled downloads on this file"),
            (12350, token, 410, "Model archived, not available for download"),
            (12357, token, 403, "You do not have access to download this file"),
        ] as [(Int, String?, Int, String)])
    func gates(version: Int, token: String?, status: Int, text: String) async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let url = addresses.civitai + "/api/download/models/\(version)"
            let headers = token.map { ["Authorization": "Bearer " + $0] } ?? [:]
            let answer = try await HubClient.send("GET", url, headers: headers)
            #expect(answer.status == status)
            #expect(text.isEmpty || answer.text.contains(text))
            #expect(answer.header("Cache-Control") == "no-store, max-age=0")
            let byQuery = try await HubClient.send("GET", token.map { url + "?token=" + $0 } ?? url)
            #expect(byQuery.status == status)
        }
    }

    @Test("sends a browser to the login page")
    func browser() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let url = addresses.civitai + "/api/download/models/12346"
            let answer = try await HubClient.send("GET", url, headers: ["User-Agent": "Mozilla/5.0"])
            #expect(answer.status == 307)
            let location = try #require(answer.header("Location"))
            #expect(location == "/login?returnUrl=%2Fmodel-versions%2F12346&reason=download-auth")
            let page = try await HubClient.send("GET", addresses.civitai + location)
            #expect(page.status == 200)
            #expect(page.header("Content-Type")?.hasPrefix("text/html") == true)
        }
    }

    @Test("an Authorization header hides the token in the query")
    func hiddenToken() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let url = addresses.civitai + "/api/download/models/12346?token=" + Self.token
            #expect(try await HubClient.send("GET", url, headers: ["Authorization": "Bearer wrong"]).status == 401)
        }
    }

    @Test("fails twice with a telling Cache-Control only, and again once faults are cleared")
    func flaky() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let url = addresses.civitai + "/api/download/models/12353"
            for _ in 0..<2 {
                let statuses = [
                    try await HubClient.send("GET", url), try await HubClient.send("GET", url), try await HubClient.send("GET", url),
                ]
                #expect(statuses.map(\.status) == [404, 404, 307])
                #expect(statuses[0].header("Cache-Control") == "private, no-store")
                await hub.clearFaults()
            }
        }
    }

    @Test("counts a download for each link handed out to a GET")
    func counting() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let url = addresses.civitai + "/api/download/models/12345"
            #expect(try await HubClient.send("HEAD", url).status == 307)
            #expect(await hub.civitaiDownloads(12345) == 0)
            _ = try await HubClient.send("GET", url, headers: ["Range": "bytes=0-0"])
            _ = try await HubClient.send("GET", url)
            #expect(await hub.civitaiDownloads(12345) == 2)
        }
    }

    @Test(
        "chooses among files by id, by type and by wish",
        arguments: [
            ("", 123471), ("?fileId=123472", 123472), ("?type=VAE", 123473), ("?fp=fp32&size=full", 123472),
        ])
    func choice(query: String, file: Int) async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let link = try await HubClient.send("GET", addresses.civitai + "/api/download/models/12347" + query).header("Location")
            let answer = try await HubClient.send("GET", try #require(link))
            #expect(answer.body == (await hub.civitaiFile(12347, file: file))?.data)
        }
    }

    @Test("publishes a wrong hash, a dangerous pickle and odd names where it says so")
    func oddities() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            func file(_ version: Int) async throws -> [String: Any] {
                let object = try await HubClient.send("GET", addresses.civitai + "/api/v1/model-versions/\(version)").object
                return try #require((object["files"] as? [[String: Any]])?.first)
            }
            let published = (try await file(12351)["hashes"] as? [String: String])?["SHA256"]
            #expect(published?.count == 64)
            #expect(published != (await hub.civitaiFile(12351))?.sha256.uppercased())
            #expect(try await file(12352)["pickleScanResult"] as? String == "Danger")
            #expect(try await file(12355)["name"] as? String == "Übungs Modell (日本語) [fp16].safetensors")
            #expect(try await file(12356)["name"] as? String == "../evil.safetensors")
            let archived = try await HubClient.send("GET", addresses.civitai + "/api/v1/model-versions/12350").object
            #expect((archived["files"] as? [Any])?.isEmpty == true)
            #expect(archived["downloadUrl"] == nil)
        }
    }
}
