import FetchTypes
import TestSupport
import Testing
@testable import Transfer

@Suite("The content check") struct ContentCheckTests {
    private func complaint(_ bytes: [UInt8], size: Int64? = nil, name: String) -> String? {
        ContentCheck.complaint(head: Array(bytes.prefix(ContentCheck.window)), size: size ?? Int64(bytes.count), name: name)
    }

    static let pages: [[UInt8]] = [
        Array("<!DOCTYPE html><html>".utf8), Array("<!doctype HTML PUBLIC \"-//W3C//DTD\">".utf8), Array("<HTML lang=en>".utf8),
        Array("\r\n\t  <html>".utf8), [0xEF, 0xBB, 0xBF] + Array("<!DOCTYPE html>".utf8), [0xEF, 0xBB, 0xBF] + Array("\n<html>".utf8),
        Array("<!-- saved from -->\n<html>".utf8), Array("<?xml version=\"1.0\"?>\n<html xmlns=\"\">".utf8), Array("<head><title>".utf8),
    ]

    @Test("A page is refused under any name but a page's", arguments: pages)
    func page(bytes: [UInt8]) {
        for name in ["m.safetensors", "m.bin", "m", "m.txt", "m.json", "m.html.bin"] {
            #expect(complaint(bytes, name: name)?.contains("HTML") == true, "\(name)")
        }
        for name in ["m.html", "m.htm", "M.HTML"] { #expect(complaint(bytes, name: name) == nil, "\(name)") }
    }

    static let noPages = ["<svg>", "html", "<htm", "< html>", "x<html>", "<!-- a comment alone -->", "<?xml version=\"1.0\"?><svg/>", ""]

    @Test("Bytes that only resemble a page are accepted", arguments: noPages)
    func noPage(text: String) {
        #expect(complaint(Array(text.utf8), name: "notes.txt") == nil)
    }

    static let models = [
        "m.safetensors", "m.gguf", "m.ckpt", "m.pt", "m.pth", "m.bin", "m.onnx", "m.zip", "m.tar", "m.7z", "m.tar.gz", "M.ZIP",
    ]

    @Test("A JSON answer and a Git LFS pointer are refused under model and archive names", arguments: models)
    func answers(name: String) {
        let json = Array(#"{"error":"Unauthorized","message":"The creator of this asset requires you to be logged in"}"#.utf8)
        let pointer = Array("version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 5\n".utf8)
        #expect(complaint(json, name: name)?.contains("JSON") == true)
        #expect(complaint(Array(" \n[1,2]".utf8), name: name)?.contains("JSON") == true)
        #expect(complaint(pointer, name: name)?.contains("LFS") == true)
    }

    static let texts = ["config.json", "notes.txt", "README.md", "pointer", "tokenizer.model"]

    @Test("Under other names both are accepted", arguments: texts)
    func allowed(name: String) {
        #expect(complaint(Array(#"{"a":1}"#.utf8), name: name) == nil)
        #expect(complaint(Array("version https://git-lfs.github.com/spec/v1\n".utf8), name: name) == nil)
    }

    @Test("A binary file may begin with a brace")
    func brace() {
        #expect(complaint(Array("{".utf8) + [0, 1, 2], name: "m.bin") == nil)
        #expect(complaint([], name: "m.bin") == nil)
    }

    private static func safetensors(_ length: UInt64, then: String = "{}") -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(then.utf8)
    }

    static let headers: [(bytes: [UInt8], size: Int64, isGood: Bool)] = [
        (safetensors(2), 10, true), (safetensors(2), 1 << 40, true), (safetensors(100), 108, true), (safetensors(100), 107, false),
        (safetensors(100 << 20), 1 << 30, true), (safetensors((100 << 20) + 1), 1 << 30, false), (safetensors(.max), 1 << 30, false),
        (safetensors(0), 1000, false), (safetensors(1), 1000, false), (safetensors(50, then: "[]"), 1000, false), ([], 0, false),
        (Array(safetensors(2).prefix(8)), 8, false), (Array(repeating: 0xFF, count: 64), 64, false),
        (Array(#"{"__metadata__":{}}"#.utf8), 19, false), (safetensors(16, then: #"{bad json here.."#), 1000, false),
        (safetensors(16, then: "{ \"a\": {}}     "), 1000, true),
        (safetensors(4, then: "{  }\u{1}"), 1000, true), (safetensors(9000, then: "{\"a\":{"), 10000, true),
        (safetensors(9000, then: "{<"), 10000, false),
    ]

    @Test("A safetensors header has a length that fits, and an object", arguments: headers)
    func safetensors(bytes: [UInt8], size: Int64, isGood: Bool) {
        for name in ["m.safetensors", "M.SafeTensors", "m.sft"] {
            #expect((complaint(bytes, size: size, name: name) == nil) == isGood)
        }
    }

    static let ggufs: [(bytes: [UInt8], size: Int64, isGood: Bool)] = [
        (Array("GGUF".utf8) + [3, 0, 0, 0], 24, true), (Array("GGUF".utf8), 23, false), (Array("GGML".utf8), 100, false), ([], 0, false),
        (Array("gguf".utf8), 100, false),
    ]

    @Test("A GGUF file has its magic number", arguments: ggufs)
    func gguf(bytes: [UInt8], size: Int64, isGood: Bool) {
        #expect((complaint(bytes, size: size, name: "m.gguf") == nil) == isGood)
    }

    @Test("The failure has exit code 65 and names the host")
    func failure() {
        let failure = ContentCheck.failure("it is an HTML page", host: "files.example")
        #expect(failure.code == .wrongData)
        #expect(failure.kind == .notAModel)
        #expect(failure.message.contains("files.example"))
        #expect(failure.hint != nil)
    }
}
