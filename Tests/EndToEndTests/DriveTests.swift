import Foundation
import PracticeHub
import Testing

@Suite("Google Drive")
struct DriveTests {
    @Test(
        "gives a file by way of whatever page comes first, under the name that it has there",
        arguments: [
            ("Small", "practice small.bin"), ("Large", "Übung groß.safetensors"), ("Old", "old.gguf"),
        ], Engine.allCases)
    func files(row: (name: String, file: String), engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let (id, content) = try #require(scenario.hub.driveFile(row.name))
            let outcome = try await scenario.add("gdrive:\(id)")
            outcome.expectSuccess()
            #expect(outcome.lines == [scenario.box.path(row.file)])
            try scenario.expectFile(row.file, content)
            try await scenario.add("https://drive.google.com/file/d/\(id)/view?usp=sharing").expectSuccess()
        }
    }

    @Test("is asked over one connection, with cookies for the requests of one file only, and without a token")
    func compatibility() async throws {
        try await withScenario(.builtin) { scenario in
            let (id, content) = try #require(scenario.hub.driveFile("Large"))
            let tokens = [
                "GITHUB_TOKEN": "practice-github-token", "HF_TOKEN": "practice-hf-token", "CIVITAI_API_TOKEN": "x-practice-civitai",
            ]
            let outcome = try await scenario.add("gdrive:\(id)", "-x", "8", "--json", environment: tokens)
            outcome.expectSuccess()
            #expect(try outcome.event("started")["connections"]?.int == 1)
            let requests = await scenario.requests("gdrive")
            #expect(requests.allSatisfy { $0.header("Authorization") == nil })
            #expect(requests[0].header("Cookie") == nil)
            #expect(requests.last?.header("Cookie") == "NID=practice")
            #expect(requests.last?.path.contains("uuid=") == true)
            try scenario.expectFile("Übung groß.safetensors", content)
            #expect(!scenario.box.everything.contains { $0.contains("cookie") })
        }
    }

    @Test("resumes where it was cut, by a way of its own")
    func resume() async throws {
        try await withScenario(.builtin) { scenario in
            let (id, content) = try #require(scenario.hub.driveFile("Large"))
            await scenario.hub.addFault(Fault(.drop, match: "uuid=", times: 1, skip: 1, after: 2 << 20))
            await scenario.hub.addFault(Fault(.status, match: "uuid=", skip: 2, status: 503))
            let outcome = try await scenario.add("gdrive:\(id)", "--retries", "0", "--json")
            outcome.expectFailure(75)
            await scenario.hub.clearFaults()
            let again = try await scenario.add("gdrive:\(id)", "--json")
            again.expectSuccess()
            #expect(try again.event("finished")["fetched_bytes"]?.int ?? .max < content.size)
            try scenario.expectFile("Übung groß.safetensors", content)
        }
    }

    @Test(
        "says what its pages say, whatever status they come with",
        arguments: [
            ("Quota", 75, "rate_limited", "24 hours"), ("SignIn", 77, "needs_login", "shared"), ("Denied", 77, "needs_login", "shared"),
            ("Keyed", 66, "not_found", "check the link"),
        ] as [(String, Int32, String, String)])
    func refusals(name: String, code: Int32, kind: String, words: String) async throws {
        try await withScenario(.builtin) { scenario in
            let (id, _) = try #require(scenario.hub.driveFile(name))
            let outcome = try await scenario.add("gdrive:\(id)", "--json")
            outcome.expectFailure(code, kind: kind)
            #expect(outcome.stdout.contains(words), "\(outcome.stdout)")
            #expect(outcome.stdout.contains("https://drive.google.com/file/d/\(id)/view"))
            #expect(scenario.box.files.isEmpty)
            #expect(await scenario.requests("gdrive").count <= 4, "a refusal is not asked about again and again")
        }
    }

    @Test("takes a link's resourcekey along, exports its own documents, and keeps names in their folder")
    func special() async throws {
        try await withScenario(.builtin) { scenario in
            let (keyed, content) = try #require(scenario.hub.driveFile("Keyed"))
            try await scenario.add("https://drive.google.com/file/d/\(keyed)/view?resourcekey=0-practice").expectSuccess()
            try scenario.expectFile("keyed.bin", content)
            let (document, words) = try #require(scenario.hub.driveFile("Document"))
            try await scenario.add("gdrive:\(document)").expectSuccess()
            try scenario.expectFile("notes.docx", words)
            let (evil, bytes) = try #require(scenario.hub.driveFile("Evil"))
            try await scenario.add("gdrive:\(evil)", "-d", "inside").expectSuccess()
            #expect(scenario.box.files.filter { $0.contains("evil") } == ["inside/evil.bin"])
            try scenario.expectFile("inside/evil.bin", bytes)
        }
    }

    @Test("gives a folder with what is in its folders, twins told apart", arguments: Engine.allCases)
    func folder(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let folder = "https://drive.google.com/drive/folders/\(scenario.hub.driveFolder("Folder"))?usp=sharing"
            let outcome = try await scenario.add(folder)
            outcome.expectSuccess()
            #expect(outcome.lines == [scenario.box.path("Practice Folder")])
            let (twin, second) = try #require(scenario.hub.driveFile("TwinB"))
            #expect(
                Set(scenario.box.files)
                    == Set(
                        ["inner/Übung groß.safetensors", "notes.docx", "practice small.bin", "twin.bin", "twin.\(twin).bin"].map {
                            "Practice Folder/" + $0
                        }))
            try scenario.expectFile("Practice Folder/twin.\(twin).bin", second)
            try scenario.expectFile("Practice Folder/inner/Übung groß.safetensors", scenario.hub.driveFile("Large")?.content)
            let some = try await scenario.add(folder, "-d", "some", "--include", "*.safetensors")
            some.expectSuccess()
            #expect(scenario.box.files.filter { $0.hasPrefix("some/") } == ["some/inner/Übung groß.safetensors"])
            try await scenario.add("https://drive.google.com/drive/folders/\(scenario.hub.driveFolder("Empty"))").expectFailure(66)
        }
    }
}
