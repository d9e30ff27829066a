import FetchTypes
import Foundation
import ModelReference
import ModelSources
import Testing
import Transfer

@testable import FetchKit

/// File lists that members of a fleet give each other.
@Suite struct FleetListingTests {
    private let commit = String(repeating: "1a", count: 20)
    private let failure = Failure(.notFound, "there is no org/name at Hugging Face, or it is private.")

    private func request(_ text: String = "org/name") throws -> FetchRequest {
        let parser = ReferenceParser(endpoints: try ServiceEndpoints(environment: [:]), pathExists: { _ in false })
        return FetchRequest(try parser.parse(text))
    }

    private func resolution(_ revision: String = "main") -> Resolution {
        var metadata = FileMetadata()
        (metadata.isPrivate, metadata.gated, metadata.branch, metadata.licence) = (true, false, revision, "mit")
        var file = SourceFile(
            identity: "hf:org/name/a.bin", pinned: "hf:org/name@\(commit)/a.bin", path: "a.bin", size: 5,
            digest: PublishedDigest(.sha256, hex: String(repeating: "ab", count: 32)), etag: "\"e\"", metadata: metadata,
            locator: RefusedLocator(host: "huggingface.co", failure: failure))
        file.repoPath = "a.bin"
        var hub = HubSnapshot(type: .model, repo: "org/name", revision: revision, commit: commit)
        hub.tree = [HubTreeFile(path: "a.bin", size: 5, blobID: commit, sha256: file.digest?.hex)]
        return Resolution(source: .huggingFace, title: "org/name@1a1a1a1", folderName: "name", files: [file], hub: hub)
    }

    @Test func aListSurvivesTheWay() async throws {
        let listing = try #require(FleetListing(resolution()))
        let read = try JSONDecoder().decode(FleetListing.self, from: JSONEncoder().encode(listing))
        let other = try #require(read.resolution(for: try request(), host: "huggingface.co", failure: failure))
        let (file, own) = (other.files[0], resolution().files[0])
        #expect(file.identity == own.identity && file.pinned == own.pinned && file.path == own.path && file.repoPath == own.repoPath)
        #expect(file.size == own.size && file.digest == own.digest && file.etag == own.etag && file.metadata == own.metadata)
        #expect(other.hub?.commit == commit && other.hub?.tree == resolution().hub?.tree && other.folderName == "name")
        #expect(FleetListing(other) == listing)
        // The source has refused it, and is not asked again.
        await #expect(throws: Failure.self) { _ = try await file.locator.locate() }
    }

    @Test(
        "A list that cannot be is none",
        arguments: [
            ("\"repo\":\"org\\/name\"", "\"repo\":\"..\\/..\\/x\""), ("\"repo\":\"org\\/name\"", "\"repo\":\"org\\/other\""),
            ("\"type\":\"models\"", "\"type\":\"datasets\""), ("\"revision\":\"main\"", "\"revision\":\"..\\/..\\/refs\""),
            ("\"commit\":\"1a", "\"commit\":\"..\\/"), ("\"size\":5", "\"size\":-5"), ("\"size\":5", "\"size\":9223372036854775807"),
            ("\"sha256\":\"ab", "\"sha256\":\"xx"), ("\"files\":[", "\"files\":[],\"was\":["),
        ])
    func hostile(part: String, other: String) throws {
        let text = String(decoding: try JSONEncoder().encode(try #require(FleetListing(resolution()))), as: UTF8.self)
        #expect(text.contains(part), "\(text)")
        let changed = text.replacingOccurrences(of: part, with: other)
        let listing = try? JSONDecoder().decode(FleetListing.self, from: Data(changed.utf8))
        #expect(listing?.resolution(for: try request(), host: "huggingface.co", failure: failure) == nil)
    }

    @Test(
        "Only a list of the revision that was asked for counts",
        arguments: [
            ("org/name", nil, "main", true), ("org/name", nil, "v1", false), ("hf:org/name@v1", nil, "v1", true),
            ("hf:org/name@v1", nil, "main", false), ("hf:org/name@main", nil, "ma", false), ("org/name", "v1", "v1", true),
            ("org/name", "v1", "main", false), ("https://huggingface.co/org/name/tree/v1", nil, "v1", true),
            ("https://huggingface.co/org/name/tree/v1", nil, "main", false),
            ("https://huggingface.co/org/name/resolve/v1/a.bin", nil, "v1", true),
            // A slash may belong to the revision.
            ("hf:org/name@feature/a/a.bin", nil, "feature/a", true), ("hf:org/name@feature/a/a.bin", nil, "feature", true),
            ("hf:org/name@feature/a/a.bin", nil, "feature/b", false),
        ] as [(String, String?, String, Bool)])
    func revisions(text: String, option: String?, revision: String, isTaken: Bool) throws {
        let listing = try #require(FleetListing(resolution(revision)))
        var request = try request(text)
        request.selection.revision = option
        #expect((listing.resolution(for: request, host: "huggingface.co", failure: failure) != nil) == isTaken)
    }

    @Test(
        "Only refusals that concern this machine are asked about",
        arguments: [
            (Failure(.gated, "a"), nil, true), (Failure(.tokenRejected, "a"), 401, true), (Failure(.notFound, "a"), 401, true),
            (Failure(.notFound, "a"), 404, false), (Failure(.unreachable, "a"), nil, false), (Failure(.server, "a"), 500, false),
            (Failure(.region, "a"), 451, true),
        ] as [(Failure, Int?, Bool)])
    func refusals(failure: Failure, status: Int?, isAsked: Bool) {
        var failure = failure
        failure.status = status
        #expect(failure.mayDifferElsewhere == isAsked)
    }
}
