import FetchTypes
import ModelList
import Testing

@testable import ListImport

@Suite("An imported aria2 input file") struct InputFileImportTests {
    @Test("becomes models with their places, hashes and mirrors; other options are named in a note")
    func entries() throws {
        let hash = String(repeating: "ab", count: 32)
        let text = """
            https://example.com/a.bin\thttps://mirror.example/a.bin
              dir=models
              out=vae/a.bin
              checksum=sha-256=\(hash)
              split=4
            """
        let entries = try InputFileImport.entries(text, "list.txt")
        #expect(entries.count == 1)
        guard case .model(let model, let directory, let out, let note) = try #require(entries.first) else {
            Issue.record("no model")
            return
        }
        #expect(model.references.map(\.text) == ["https://example.com/a.bin"])
        #expect(model.mirror.map(\.text) == ["https://mirror.example/a.bin"])
        #expect((directory, out, model.sha256) == ("models/vae", "a.bin", hash))
        #expect(note == "left out of line 1: split")
    }

    @Test("names the file and the line of what is wrong in it")
    func wrong() {
        #expect {
            _ = try InputFileImport.entries("  out=x\nhttps://example.com/a.bin", "list.txt")
        } throws: { error in
            (error as? Failure)?.message.hasPrefix("list.txt: ") == true && (error as? Failure)?.code == .usage
        }
    }
}
