import Foundation
import PracticeHub
import Testing

@Suite("Entries of one CivitAI version")
struct CivitaiSharingTests {
    private static let names = ["practice-twin.fp32.safetensors", "practice-twin.safetensors", "practice-twin.vae.safetensors"]

    private static let list = """
        [settings]
        directory = "."

        [[model]]
        ref = "civitai:6791@12347+123471"

        [[model]]
        ref = "civitai:6791@12347+123472"

        [[model]]
        ref = "civitai:6791@12347+123473"

        """

    private static let workflow = """
        {"nodes": [{"properties": {"models": [
        {"name": "a.safetensors", "url": "https://civitai.com/api/download/models/12347?fileId=123471", "directory": "vae"},
        {"name": "b.safetensors", "url": "https://civitai.com/api/download/models/12347?fileId=123472", "directory": "vae"},
        {"name": "c.safetensors", "url": "https://civitai.com/api/download/models/12347?fileId=123473", "directory": "vae"}]}}]}
        """

    @Test(
        "ask for it once, on the command line, in an input file, a workflow and a list",
        arguments: [
            ["add", "civitai:6791@12347+123471", "civitai:6791@12347+123472", "civitai:6791@12347+123473"],
            ["add", "-i", "list.txt"], ["add", "flow.json", "-d", "UI"], ["sync"], ["lock"],
            ["info", "civitai:6791@12347+123471", "civitai:6791@12347+123472"],
        ])
    func once(arguments: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write("civitai:12347+123471\ncivitai:12347+123472\ncivitai:12347+123473\n", to: "list.txt")
            try scenario.box.write(Self.workflow, to: "flow.json")
            try scenario.box.write(Self.list, to: "models.toml")
            let outcome = try await scenario.run(arguments)
            outcome.expectSuccess()
            let asked = await scenario.requests("civitai", "/api/v1/")
            #expect(asked.count { $0.path.contains("/model-versions/12347") } == 1, "\(asked.map(\.path))")
            #expect(Set(asked.map(\.path)).count == asked.count, "\(asked.map(\.path))")
            // A link is signed for one use: each file asks for its own, and none is counted twice.
            let fetched = ["add", "sync"].contains(arguments[0])
            let links = await scenario.requests("civitai", "/api/download/").map(\.path)
            #expect(links.count == (fetched ? 3 : 0) && Set(links).count == links.count, "\(links)")
            let files = scenario.box.files.filter { $0.hasSuffix(".safetensors") }
            #expect(files.count == (fetched ? 3 : 0), "\(files)")
        }
    }

    @Test("that is not there ask for it once, and fail one by one; a refusal for a moment is asked about again")
    func failures() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write("civitai:99999\ncivitai:99999+1\ncivitai:99999+2\n", to: "list.txt")
            let missing = try await scenario.add("-i", "list.txt", "--json")
            let failed = try missing.events().count { $0.name == "failed" }
            #expect(missing.code == 66 && failed == 3, "\(missing.story)")
            let asked = await scenario.requests("civitai", "/api/v1/").map(\.path)
            #expect(Set(asked).count == asked.count && asked.count == 2, "\(asked)")
            await scenario.forgetRequests()
            await scenario.hub.addFault(
                Fault(.status, match: "model-versions/12347", times: 1, status: 429, headers: ["Retry-After": "1"]))
            try await scenario.add("civitai:6791@12347+123471", "civitai:6791@12347+123473").expectSuccess()
            #expect(await scenario.requests("civitai", "model-versions/12347").map(\.status) == [429, 200])
        }
    }
}
