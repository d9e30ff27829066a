import FetchTypes
import ModelList
import TestSupport
import Testing

@testable import ListSync

@Suite("Places of a model list") struct ListPlacesTests {
    private static func places(
        _ folder: String = "/lists", chosen: String? = nil, isOutsideAllowed: Bool = false
    ) throws -> ListPlaces {
        ListPlaces(
            folder: folder, directory: try ListPath("models"), chosen: chosen, isOutsideAllowed: isOutsideAllowed, hubCache: "/cache/hub")
    }

    @Test(
        "The rest of a path below a folder",
        arguments: [
            ("/a/b/c", "/a", "b/c"), ("/a/b", "/a/b", nil), ("/ab", "/a", nil), ("/a", "/", "a"), ("/", "/", nil), ("/b", "/a", nil),
        ] as [(String, String, String?)])
    func rest(path: String, folder: String, expected: String?) { #expect(ListPlaces.rest(path, below: folder) == expected) }

    @Test(
        "A lock's path leads back to the file, with and without -d",
        arguments: [
            (nil, "/lists/models/x.bin", false, "models/x.bin"), ("/data", "/data/x.bin", false, "models/x.bin"),
            (nil, "/lists/x.bin", false, "x.bin"), (nil, "/cache/hub/models--o--n/x", true, "models--o--n/x"),
        ] as [(String?, String, Bool, String)])
    func roundTrip(chosen: String?, target: String, isInCache: Bool, text: String) throws {
        let places = try Self.places(chosen: chosen)
        let path = try places.lockPath(target, isInCache: isInCache)
        #expect(path.text == text)
        #expect(places.target(path, isInCache: isInCache) == target)
    }

    @Test("A path that leads out of the folder through a link is refused with 78, unless that is permitted")
    func links() throws {
        let scratch = try Scratch()
        try scratch.makeFolder("list")
        try scratch.makeFolder("elsewhere")
        try scratch.link("list/out", to: scratch("elsewhere"))
        #expect {
            try Self.places(scratch("list")).check(scratch("list/out/x.bin"), "out")
        } throws: { ($0 as? Failure)?.code == .configuration }
        try Self.places(scratch("list"), isOutsideAllowed: true).check(scratch("list/out/x.bin"), "out")
        try Self.places(scratch("list")).check(scratch("list/in/x.bin"), "in")
    }
}
