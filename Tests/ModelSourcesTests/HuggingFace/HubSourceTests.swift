import FetchTypes
import ModelReference
import Testing

@testable import ModelSources

@Suite("Hugging Face references")
struct HubSourceTests {
    @Test func aRepoBecomesItsFilesAtOneCommit() async throws {
        let server = HubScript.server()
        let found = try await server.resolve(HubScript.reference())
        #expect(found.source == .huggingFace)
        #expect(found.title == "org/name@0123456")
        #expect(found.folderName == "name")
        #expect(found.files.map(\.path) == ["config.json", "unet/m.safetensors"])
        #expect(found.files.map(\.size) == [20, 1000])
        #expect(found.files.map { $0.digest?.description } == ["git-sha1:" + HubScript.sha1, "sha256:" + HubScript.sha256])
        #expect(found.files[1].identity == "hf:org/name/unet/m.safetensors")
        #expect(found.files[1].pinned == "hf:org/name@\(HubScript.commit)/unet/m.safetensors")
        #expect(found.files[0].metadata.licence == "mit")
        #expect(found.files[0].metadata.gated == false)
        #expect(found.files[0].metadata.pageURL == "https://huggingface.co/org/name")
        #expect(server.lines.count == 2)
    }

    @Test func aFileCostsTwoRequestsAndGoesByItsOwnName() async throws {
        let server = HubScript.server()
        HubScript.onPath(server, HubScript.large)
        let found = try await server.resolve(HubScript.reference(.path("unet/m.safetensors")))
        #expect(found.files.map(\.path) == ["m.safetensors"])
        #expect(found.folderName == nil)
        #expect(found.files[0].identity == "hf:org/name/unet/m.safetensors")
        #expect(server.lines.count == 2)
        #expect(server.requests[1].body.map { String(decoding: $0, as: UTF8.self) } == "paths=unet%2Fm.safetensors&expand=false")
    }

    @Test func aPathThatIsAFolderIsTheFolder() async throws {
        let server = HubScript.server()
        HubScript.onPath(server, HubScript.folder)
        let found = try await server.resolve(HubScript.reference(.path("unet")))
        #expect(found.files.map(\.path) == ["unet/m.safetensors"])
        #expect(found.folderName == "name")
    }

    @Test func aFolderTakesOneListing() async throws {
        let server = HubScript.server()
        let found = try await server.resolve(HubScript.reference(.folder("unet")))
        #expect(found.files.map(\.path) == ["unet/m.safetensors"])
        #expect(server.lines.count == 2)
    }

    @Test(
        "of other types ask the other paths",
        arguments: [
            (HubReference.RepoType.dataset, "datasets", "hf:datasets/org/name/config.json"),
            (.space, "spaces", "hf:spaces/org/name/config.json"),
        ])
    func types(type: HubReference.RepoType, word: String, identity: String) async throws {
        let server = HubScript.server(type: word)
        let line = "HEAD https://huggingface.co/\(word)/org/name/resolve/\(HubScript.commit)/config.json"
        server.on(line, 307, "", [("Location", "/api/resolve-cache/\(word)/org/name/\(HubScript.commit)/config.json")])
        let found = try await server.resolve(.huggingFace(HubReference(type: type, repo: "org/name")))
        #expect(found.files[0].identity == identity)
        _ = try await found.files[0].locator.locate()
        #expect(server.lines.last == line)
    }

    @Test(
        "name a revision whole",
        arguments: [("refs/pr/1", nil, "refs%2Fpr%2F1"), (nil, "v1.0", "v1.0"), ("a b/c", "a b/c", "a%20b%2Fc"), (nil, nil, "main")]
            as [(String?, String?, String)])
    func revisions(typed: String?, option: String?, encoded: String) async throws {
        let server = HubScript.server(revision: encoded)
        var selection = FileSelection()
        selection.revision = option
        _ = try await server.resolve(HubScript.reference(revision: typed), selection: selection)
        #expect(server.lines[0].hasSuffix("/revision/" + encoded + "?blobs=true"))
    }

    @Test func twoRevisionsAreOneTooMany() async throws {
        var selection = FileSelection()
        selection.revision = "b"
        let chosen = selection
        let failed = try await failure { try await ScriptedServer().resolve(HubScript.reference(revision: "a"), selection: chosen) }
        #expect(failed?.code == .usage)
    }

    @Test(
        "leave out what the patterns leave out",
        arguments: [
            (["*.safetensors"], [], ["unet/m.safetensors"]), (["unet/"], [], ["unet/m.safetensors"]), ([], ["unet/"], ["config.json"]),
            (["*"], ["*.json"], ["unet/m.safetensors"]),
        ])
    func patterns(include: [String], exclude: [String], paths: [String]) async throws {
        var selection = FileSelection()
        selection.include = include
        selection.exclude = exclude
        #expect(try await HubScript.server().resolve(HubScript.reference(), selection: selection).files.map(\.path) == paths)
    }

    @Test func patternsThatLeaveNothingAreAFailure() async throws {
        var selection = FileSelection()
        selection.include = ["*.gguf"]
        let chosen = selection
        let failed = try await failure { try await HubScript.server().resolve(HubScript.reference(), selection: chosen) }
        #expect(failed?.code == .notFound)
        #expect(failed?.why?.contains("config.json") == true)
    }

    @Test("name the nearest folders too", arguments: [(HubReference.Part.folder("unett"), "unet/"), (.path("uneet"), "unet/")])
    func nearFolders(part: HubReference.Part, near: String) async throws {
        let server = HubScript.server()
        HubScript.onPath(server, "")
        let listing = "\(HubScript.base)/api/models/org/name/tree/\(HubScript.commit)/unett?recursive=true&expand=false"
        server.on(listing, 404, "{}", [("X-Error-Code", "EntryNotFound")])
        let failed = try await failure { try await server.resolve(HubScript.reference(part)) }
        #expect(failed?.code == .notFound && failed?.why?.hasSuffix(near) == true, "\(failed?.why ?? "")")
    }

    @Test func aRenamedRepoIsFollowedAndSaid() async throws {
        let server = HubScript.server(repo: "new/name")
        server.on("\(HubScript.base)/api/models/org/name/revision/main", 307, "", [("Location", "/api/models/new/name/revision/main")])
        let found = try await server.resolve(HubScript.reference())
        #expect(found.title == "new/name@0123456")
        #expect(found.files[0].identity == "hf:new/name/config.json")
        #expect(server.warningKinds == ["moved"])
    }

    @Test func aNameThatIsNoNameIsNotTakenOver() async throws {
        let server = HubScript.server()
        server.on("\(HubScript.base)/api/models/a/b/revision/main", 200, HubScript.info("../../x"))
        server.on("\(HubScript.base)/api/models/a/b/tree/\(HubScript.commit)?recursive=true&expand=false", 200, "[\(HubScript.small)]")
        #expect(try await server.resolve(.huggingFace(HubReference(repo: "a/b"))).files[0].identity == "hf:a/b/config.json")
    }

    @Test(
        "to a file that is not there name the nearest",
        arguments: [("m.safetensors", "unet/m.safetensors"), ("unet/Config.json", "config.json"), ("configs.json", "")])
    func missing(path: String, near: String) async throws {
        let server = HubScript.server()
        HubScript.onPath(server, "")
        let listing = "\(HubScript.base)/api/models/org/name/tree/\(HubScript.commit)/unett?recursive=true&expand=false"
        server.on(listing, 404, "{}", [("X-Error-Code", "EntryNotFound")])
        let failed = try await failure { try await server.resolve(HubScript.reference(.path(path))) }
        #expect(failed?.code == .notFound)
        let why = failed?.why ?? ""
        #expect(why.contains(near))
    }

    @Test(
        "pin a file by what the parser reads as just that file",
        arguments: ["a b.txt", "100%.txt", "a+b&c=d#e?f.txt", "ümläut/日本語.txt", "weights (fp16) [v1].safetensors", "logo@2x.png"])
    func pinned(path: String) async throws {
        let server = HubScript.server()
        HubScript.onPath(server, #"{"type":"file","path":"\#(path)","size":1,"oid":"x"}"#)
        let file = try await server.resolve(HubScript.reference(.path(path))).files[0]
        #expect(file.identity == "hf:org/name/" + path)
        let parser = ReferenceParser(endpoints: try ServiceEndpoints(environment: [:]), pathExists: { _ in false })
        let read = try parser.parse(file.pinned)
        #expect(read.reference == HubScript.reference(.path(path), revision: HubScript.commit))
    }

    @Test func aRevisionThatIsNotThereNamesTheOthers() async throws {
        let server = ScriptedServer()
        server.on("\(HubScript.base)/api/models/org/name/revision/nope", 404, "", [("X-Error-Code", "RevisionNotFound")])
        server.on(
            "\(HubScript.base)/api/models/org/name/refs", 200, #"{"branches":[{"name":"main"},{"name":"fp16"}],"tags":[{"name":"v1"}]}"#)
        let failed = try await failure { try await server.resolve(HubScript.reference(revision: "nope")) }
        #expect(failed?.code == .notFound)
        #expect(failed?.why == "it has: main, fp16, v1")
    }

    @Test func factsAreThereForThoseWhoLook() async throws {
        let server = HubScript.server()
        let line = "\(HubScript.base)/api/models/org/seen/"
        server.on(
            line + "revision/main", 200,
            HubScript.info("org/seen", #","gated":"auto","private":false,"library_name":"transformers","pipeline_tag":"text-generation""#))
        server.on(line + "tree/\(HubScript.commit)?recursive=true&expand=false", 200, "[\(HubScript.small),\(HubScript.large)]")
        var selection = FileSelection()
        selection.describes = true
        let found = try await server.resolve(.huggingFace(HubReference(repo: "org/seen")), selection: selection)
        let facts = Dictionary(uniqueKeysWithValues: found.facts.map { ($0.name, $0.value) })
        #expect(facts["commit"] == .text(HubScript.commit))
        #expect(facts["gated"] == .text("auto"))
        #expect(facts["library"] == .text("transformers"))
        #expect(facts["task"] == .text("text-generation"))
        #expect(facts["tags"] == .list(["license:mit"]))
        #expect(facts["private"] == .flag(false))
        #expect(found.files.map { $0.facts.first?.value } == [.text("git"), .text("lfs")])
        #expect(server.lines.count == 2)
    }
}
