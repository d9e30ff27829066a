import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Storage
import TestSupport
import Testing
import Transfer

@testable import FetchKit

@Suite("An outdated model") struct OutdatedModelTests {
    private static func parser() throws -> ReferenceParser {
        ReferenceParser(endpoints: try ServiceEndpoints(environment: [:]), pathExists: { _ in false })
    }

    private static func model(_ path: String, cache: String? = nil) -> OutdatedModel {
        OutdatedModel(
            name: "name", have: "1", newest: "2", size: nil, ref: "hf:org/name@main", path: path, cache: cache, files: ["a.bin", "b.bin"])
    }

    @Test("is updated in its folder, or in its cache with the same files")
    func request() throws {
        let file = try Self.model("/models/a.bin").updateRequest(try Self.parser())
        #expect(file.directory == "/models" && file.selection.include.isEmpty)
        let repo = try Self.model("/cache/models--org--name", cache: "/cache").updateRequest(try Self.parser())
        #expect(repo.directory == "/cache" && repo.layout == .hfCache && repo.selection.include == ["a.bin", "b.bin"])
    }

    @Test("loses its older file only when the newer one is there under another name")
    func removal() throws {
        let scratch = try Scratch()
        try scratch.write("old", to: "old.bin")
        let model = Self.model(scratch("old.bin"))
        for kept: Batch.Result in [.planned, .there(paths: []), .there(paths: [scratch("old.bin")])] {
            model.removeOlder(than: kept)
            #expect(scratch.text("old.bin") == "old")
        }
        model.removeOlder(than: .there(paths: [scratch("new.bin")]))
        #expect(scratch.names().isEmpty)
    }
}
