import TestSupport
import Testing

@testable import ListImport

@Suite("The files of an imported folder") struct FolderFilesTests {
    @Test("are those that may be models, in the order of their paths")
    func files() throws {
        let scratch = try Scratch()
        let wanted = ["b.bin", "vae/a.safetensors"]
        let others = [".hidden", "models.toml", "models.lock", "node_modules/x.bin", ".git/y.bin", "c.bin.fetchctl-part"]
        for name in wanted + others { try scratch.write("x", to: name) }
        let finder = FolderFiles(folder: scratch.path, isReference: { _ in true })
        #expect(finder.files() == wanted.map { scratch($0) })
        #expect(finder.look(scratch("b.bin")) == .unread)
    }
}
