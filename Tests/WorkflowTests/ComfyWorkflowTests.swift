import FetchTypes
import ListImport
import Testing

@testable import Workflow

@Suite("A ComfyUI workflow")
struct ComfyWorkflowTests {
    private func read(_ text: String) throws -> ComfyWorkflow { try ComfyWorkflow(Array(text.utf8), "w.json") }

    @Test("names models in nodes, in subgraphs and at its top, each once, with the hash that one of them gives")
    func schemas() throws {
        let workflow = try read(
            #"""
            {"version": 1, "models": [{"name": "c.pt", "url": "https://x/c", "directory": "vae"}],
             "nodes": [
               {"widgets_values": ["a.safetensors", 7, "fixed", "no link.safetensors", "sub\\b.ckpt"],
                "properties": {"models": [{"name": "a.safetensors", "url": "https://x/a", "directory": "checkpoints"}]}},
               {"properties": {"models": [
                  {"name": "a.safetensors", "directory": "checkpoints", "hash": "00", "hash_type": "SHA256"}]}}],
             "definitions": {"subgraphs": [{"nodes": [{"widgets_values": {"lora": "d.safetensors"}}]}]}}
            """#)
        #expect(
            workflow.models.sorted { $0.name < $1.name } == [
                .init(name: "a.safetensors", url: "https://x/a", directory: "checkpoints", hash: "00", hashType: "SHA256"),
                .init(name: "c.pt", url: "https://x/c", directory: "vae"),
            ])
        #expect(Set(workflow.named) == ["no link.safetensors", "sub/b.ckpt", "d.safetensors"])
    }

    @Test("for the API names models in its inputs")
    func prompt() throws {
        let workflow = try read(#"{"3": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "a.ckpt"}}}"#)
        #expect(workflow.named == ["a.ckpt"] && workflow.models.isEmpty)
    }

    @Test(
        "refuses an entry that is wrong alone, and says why",
        arguments: [
            (#"{"url": "https://x/a", "directory": "vae"}"#, "entry 2 of models", "it has no name."),
            (#"{"name": "", "url": "https://x/a"}"#, "", "it has no name."),
            (#"{"name": 7, "url": "https://x/a"}"#, "entry 2 of models", "its name is no text."),
            (#"{"name": "b.pt", "url": ["https://x/a"]}"#, "b.pt", "its url is no text."),
            (#"{"name": "b.pt", "url": "https://x/a", "directory": 1}"#, "b.pt", "its directory is no text."),
            (#"{"name": "b.pt", "url": "https://x/a", "hash": {}}"#, "b.pt", "its hash is no text."),
            (#"{"name": "b.pt", "url": "https://x/a", "hash_type": false}"#, "b.pt", "its hash_type is no text."),
            (#""b.pt""#, "entry 2 of models", "it is no object with a name and a url."),
            ("null", "entry 2 of models", "it is no object with a name and a url."),
        ])
    func wrong(row: (entry: String, name: String, why: String)) throws {
        let good = #"{"name": "a.pt", "url": "https://x/a", "directory": "vae", "hash": null}"#
        for text in [#"{"nodes": [{"properties": {"models": [\#(good), \#(row.entry)]}}]}"#, #"{"models": [\#(good), \#(row.entry)]}"#] {
            let workflow = try read(text)
            #expect(workflow.models == [.init(name: "a.pt", url: "https://x/a", directory: "vae")])
            #expect(workflow.wrong == [.init(name: row.name, why: row.why)])
        }
        // What another program calls models is its own business.
        #expect(try read(#"{"nodes": [{"inputs": {"models": [\#(row.entry)]}}]}"#).wrong.isEmpty)
    }

    @Test(
        "takes two entries of one name for one model only where they do not contradict each other",
        arguments: [
            (#""url": "https://x/a?download=true""#, nil), (#""url": "https://x/b""#, "another entry of that name has another link."),
            (#""url": "https://x/b", "hash": "AB", "hash_type": "sha256""#, nil),
            (#""url": "https://x/a", "hash": "cd", "hash_type": "SHA256""#, "another entry of that name has another hash."),
            (#""hash_type": "SHA256""#, nil),
        ] as [(String, String?)])
    func sameName(row: (entry: String, why: String?)) throws {
        let first = #"{"name": "a.pt", "directory": "vae", "url": "https://x/a", "hash": "ab", "hash_type": "SHA256"}"#
        let workflow = try read(#"{"models": [\#(first), {"name": "a.pt", "directory": "vae", \#(row.entry)}]}"#)
        #expect(workflow.models.map(\.url) == ["https://x/a"])
        #expect(workflow.wrong == (row.why.map { [.init(name: "a.pt", why: $0)] } ?? []))
    }

    @Test("that is nested too deep is not called no JSON")
    func deep() throws {
        let text = #"{"nodes": "# + String(repeating: "[", count: 300) + #""]]""# + String(repeating: "]", count: 300) + "}"
        let failure = try #require(throws: Failure.self) { try read(text) }
        #expect(failure.why?.contains("200 levels") == true)
        #expect(try #require(throws: Failure.self) { try read(#"{"nodes": "[[["#) }.why == "it is no JSON object.")
    }

    @Test("may begin with a byte order mark")
    func byteOrderMark() throws {
        #expect(try read("\u{FEFF}" + #"{"models": [{"name": "a.pt"}]}"#).models.count == 1)
    }

    @Test("becomes a list of models, and of comments where there is no link or no safe name")
    func imported() throws {
        let workflow = try read(
            #"""
            {"nodes": [{"widgets_values": ["lora.safetensors"], "properties": {"models": [
               {"name": "a.pt", "url": "https://x/a?token=t", "directory": "vae"},
               {"name": "b.pt", "directory": "vae", "hash": "00", "hash_type": "SHA256"},
               {"name": "../c.pt", "url": "https://x/c"}]}}]}
            """#)
        let text = try ImportedList(entries: WorkflowImport.entries(workflow)).written(in: "/", environment: [:]).text
        let lines = [
            #"ref = "https://x/a""#, #"dir = "models/vae""#, "# Named in the workflow without a link: vae/b.pt, SHA256 00",
            "# Named in the workflow without a link: lora.safetensors", "# Not a name for a file in a folder of models: ../c.pt",
        ]
        for line in lines { #expect(text.contains(line), "\(line) in \(text)") }
        #expect(!text.contains(#"ref = "https://x/c""#))
    }

    @Test("that names many models is read in one pass")
    func many() throws {
        let models = (0..<50_000).map { #"{"name": "\#($0).pt", "url": "https://x/\#($0)"}"# }.joined(separator: ",")
        #expect(try read(#"{"models": [\#(models)]}"#).models.count == 50_000)
    }

    @Test("is not every JSON", arguments: ["[]", "{}", #"{"a": 1}"#, #"{"nodes": null}"#, #"{"nodes": "x"}"#, "no JSON", ""])
    func others(text: String) {
        let failure = #expect(throws: Failure.self) { try read(text) }
        #expect(failure?.code == .usage)
    }
}
