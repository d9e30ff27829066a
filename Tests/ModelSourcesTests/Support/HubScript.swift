import FetchTypes
import ModelReference

@testable import ModelSources

/// A Hub with one repo, scripted: `org/name` at one commit with an LFS file, a small file, and a folder.
enum HubScript {
    static let commit = "0123456789abcdef0123456789abcdef01234567"
    static let sha256 = String(repeating: "cd", count: 32)
    static let sha1 = String(repeating: "ef", count: 20)
    static let base = "https://huggingface.co"

    static let large =
        #"{"type":"file","path":"unet/m.safetensors","size":1000,"oid":"\#(String(repeating: "0", count: 40))","lfs":{"oid":"\#(sha256)","size":1000,"pointerSize":130}}"#
    static let small = #"{"type":"file","path":"config.json","size":20,"oid":"\#(sha1)"}"#
    static let folder = #"{"type":"directory","path":"unet","size":0,"oid":"x"}"#

    static func info(_ id: String = "org/name", _ more: String = "") -> String {
        #"{"id":"\#(id)","sha":"\#(commit)",\#(more.contains("gated") ? "" : #""gated":false,"#)"siblings":[{"rfilename":"config.json"},{"rfilename":"unet/m.safetensors"}],"tags":["license:mit"]\#(more)}"#
    }

    static func server(type: String = "models", repo: String = "org/name", revision: String = "main", base: String = base) -> ScriptedServer
    {
        let server = ScriptedServer()
        let api = "\(base)/api/\(type)/\(repo)"
        server.on("\(api)/revision/\(revision)", 200, info(repo))
        server.on("\(api)/tree/\(commit)?recursive=true&expand=false", 200, "[\(folder),\(small),\(large)]")
        server.on("\(api)/tree/\(commit)/unet?recursive=true&expand=false", 200, "[\(large)]")
        return server
    }

    static func onPath(_ server: ScriptedServer, _ entries: String, base: String = base) {
        server.on("POST \(base)/api/models/org/name/paths-info/\(commit)", 200, "[\(entries)]")
    }

    static func reference(_ part: HubReference.Part = .whole, revision: String? = nil) -> ModelReference {
        .huggingFace(HubReference(repo: "org/name", revision: revision, part: part))
    }

    static func resolveLine(_ path: String, base: String = base) -> String { "HEAD \(base)/org/name/resolve/\(commit)/\(path)" }
}
