import Dispatch
import FetchTypes
import Foundation
import JSONText
import ModelReference

@testable import ModelSources

extension Decoder {
    /// What services answer: every request of a reference's resolving, and of locating its first files, gets the same answer.
    static let services: [Decoder] = [
        service(
            "hugging-face", ["hf:org/name", "hf:org/name@main/a.bin", "hf:org/name/dir/"],
            [
                #"{"sha":"0123456789012345678901234567890123456789","id":"org/name","gated":false,"siblings":[{"rfilename":"a.bin"}],"tags":["license:mit"],"cardData":{"base_model":["x"]}}"#,
                #"[{"type":"file","path":"a.bin","size":5,"oid":"0123456789012345678901234567890123456789","lfs":{"oid":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","size":77}},{"type":"directory","path":"dir"}]"#,
                #"{"branches":[{"name":"main","ref":"refs/heads/main"}],"tags":[],"converts":[],"pullRequests":[]}"#,
            ]),
        service(
            "civitai", ["civitai:128078", "civitai:models/101055", "civitai:101055@128078+95684"],
            [
                #"{"id":128078,"modelId":101055,"name":"v1","baseModel":"SDXL","status":"Published","publishedAt":"2026-01-01T00:00:00Z","trainedWords":["a"],"files":[{"id":95684,"name":"m.safetensors","sizeKB":1024.5,"type":"Model","metadata":{"format":"SafeTensor","size":"full","fp":"fp16"},"pickleScanResult":"Success","virusScanResult":"Success","hashes":{"SHA256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},"primary":true,"downloadUrl":"https://civitai.com/api/download/models/128078"}],"images":[{"url":"https://i.example/x.jpeg"}],"model":{"name":"M","type":"Checkpoint"}}"#,
                #"{"id":101055,"name":"M","type":"LORA","modelVersions":[{"id":128078,"name":"v1","files":[]}]}"#,
            ]),
        service(
            "google-drive",
            ["gdrive:1AbCdEfGhIjKlMnOpQrStUvWxYz012345", "https://drive.google.com/drive/folders/1AbCdEfGhIjKlMnOpQrStUvWxYz012345"],
            [
                "<html><form id=\"download-form\" action=\"https://drive.usercontent.google.com/download\"><input type=hidden name=id value=x></form></html>",
                "<html><div class=flip-entry id=entry-1><a href=\"https://drive.google.com/file/d/1AbCdEfGhIjKlMnOpQrStUvWxYz012345/view\">a.bin</a></div></html>",
            ]),
        service(
            "github", ["github:o/r@v1/a.bin", "https://github.com/o/r/blob/main/a.bin"],
            [
                #"{"assets":[{"id":5,"name":"a.bin","size":77,"digest":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","state":"uploaded"}]}"#,
                "version https://git-lfs.github.com/spec/v1\noid sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nsize 77\n",
            ]),
        service(
            "modelscope", ["modelscope:org/name", "modelscope:org/name/a.bin"],
            [
                #"{"Code":200,"Success":true,"Data":{"Files":[{"Path":"a.bin","Type":"blob","Size":77,"Sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]}}"#,
                #"{"Code":10010205,"Success":false,"Message":"no"}"#,
            ]),
        service(
            "ollama", ["ollama:llama3.2:1b"],
            [
                #"{"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","size":77}]}"#
            ]),
        service(
            "direct", ["https://h.example/x.bin", "https://www.mediafire.com/file/abc/x.bin/file"],
            ["x", "<html><a id=\"downloadButton\" href=\"https://download.mediafire.com/x/x.bin\">"]),
        Decoder("json", [#"{"a":[1,-2.5e3,true,null,"\u00e9\n"],"b":{}}"#, "[]", "0"]) { bytes in
            guard let tree = JSONTree(bytes) else { return }
            // What is passed on is JSON again, and the same.
            precondition(JSONTree(Array(tree.indented.utf8)) == tree)
        },
    ]

    private static func service(_ name: String, _ references: [String], _ bodies: [String]) -> Decoder {
        let heads = ["HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", "HTTP/1.1 206 P\r\nContent-Range: bytes 0-0/77\r\n\r\n"]
        let parsed = references.compactMap { try? ReferenceParser(endpoints: endpoints, pathExists: { _ in false }).parse($0) }
        precondition(parsed.count == references.count)
        return Decoder(name, bodies.flatMap { body in heads.map { $0 + body } }) { bytes in
            let answer = Answer(bytes).response
            for reference in parsed { Blocking.run { await resolveAll(reference, answer) } }
        }
    }

    private static func resolveAll(_ reference: ParsedReference, _ answer: HTTPResponse) async {
        var context = SourceContext(send: { _ in answer }, environment: [:], readFile: { _ in nil }, now: { 1_800_000_000 })
        context.selection.describes = true
        guard let found = try? await resolve(reference, endpoints: endpoints, context: context) else { return }
        for file in found.files.prefix(3) {
            precondition((0...ByteCount.most).contains(file.size ?? 0))
            if let link = try? await file.locator.locate() { precondition((0...ByteCount.most).contains(link.size ?? 0)) }
        }
        precondition((0...ByteCount.most).contains(found.files.compactMap(\.length).total.bytes))
    }
}

/// Waits for asynchronous work from a thread that is not one of the pool's.
enum Blocking {
    static func run(_ work: @escaping @Sendable () async -> Void) {
        let isDone = DispatchSemaphore(value: 0)
        Task.detached {
            await work()
            isDone.signal()
        }
        isDone.wait()
    }
}
