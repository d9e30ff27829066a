import FetchTypes
import ModelSources
import TestSupport
import Testing
@testable import FetchKit
@testable import Storage
@testable import Transfer

@Suite("The planner") struct PlannerTests {
    static let digest = PublishedDigest(.sha256, hex: String(repeating: "a", count: 64))!

    /// Where the files of one request go.
    func targets(
        _ paths: [String], folder: String? = nil, directory: String? = nil, out: String? = nil, folderCount: Int? = nil,
        base: String = "/base"
    ) throws(Failure) -> (targets: [String], paths: [String]) {
        var options = FetchOptions(environment: [:])
        options.defaultDirectory = base
        var planner = Planner(options: options, folderCount: folderCount ?? (folder == nil ? 0 : 1))
        var request = FetchRequest(parsed())
        request.directory = directory
        request.out = out
        let files = paths.map { sourceFile($0, identity: "id:\($0)") }
        let (planned, paths) = try planner.plan(request, Resolution(source: .huggingFace, title: "t", folderName: folder, files: files))
        for file in planned { #expect(Path.join(file.directory, file.name) == file.target) }
        return (planned.map(\.target), paths)
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var paths = ["m.bin"]
        var folder: String?
        var directory: String?
        var out: String?
        var folderCount: Int?
        var base = "/base"
        var targets: [String]
        var path: String?
    }

    static let places: [Case] = [
        Case(testDescription: "one file, the default directory", targets: ["/base/m.bin"]),
        Case(testDescription: "one file and -d", directory: "/d", targets: ["/d/m.bin"]),
        Case(testDescription: "one file of a folder keeps its name alone", paths: ["unet/m.bin"], directory: "/d", targets: ["/d/m.bin"]),
        Case(testDescription: "one name that cannot be used", paths: ["a\\b:c\n.bin"], targets: ["/base/a_b:c_.bin"]),
        Case(testDescription: "a name that leads out keeps its end", paths: ["../../etc/x.bin"], targets: ["/base/x.bin"]),
        Case(testDescription: "-o", out: "n.bin", targets: ["/base/n.bin"]),
        Case(testDescription: "-o and -d", directory: "/d", out: "n.bin", targets: ["/d/n.bin"]),
        Case(testDescription: "-o with a folder", directory: "/d", out: "sub/n.bin", targets: ["/d/sub/n.bin"]),
        Case(testDescription: "-o absolute", directory: "/d", out: "/e/n.bin", targets: ["/e/n.bin"]),
        Case(testDescription: "-o that leads out is the user's word", directory: "/d/x", out: "../n.bin", targets: ["/d/n.bin"]),
        Case(testDescription: "-o under the root", directory: "/", out: "n.bin", targets: ["/n.bin"]),
        Case(testDescription: "-o in a folder of another script", directory: "/модели/模型", out: "n.bin", targets: ["/модели/模型/n.bin"]),
        Case(
            testDescription: "absolute -o in the directory, of another script", directory: "/модели", out: "/модели/я.bin",
            targets: ["/модели/я.bin"]),
        Case(testDescription: "-o where a file has no name of its own", paths: [""], out: "n.bin", targets: ["/base/n.bin"]),
        Case(
            testDescription: "a repo, the default directory", paths: ["a.json", "unet/m.bin"], folder: "name",
            targets: ["/base/name/a.json", "/base/name/unet/m.bin"], path: "/base/name"),
        Case(
            testDescription: "a repo and -d", paths: ["a.json", "unet/m.bin"], folder: "name", directory: "/d",
            targets: ["/d/a.json", "/d/unet/m.bin"], path: "/d"),
        Case(
            testDescription: "several repos and -d", paths: ["a.json"], folder: "name", directory: "/d", folderCount: 2,
            targets: ["/d/name/a.json"], path: "/d/name"),
        Case(
            testDescription: "several repos, the default directory", paths: ["a.json"], folder: "name", folderCount: 2,
            targets: ["/base/name/a.json"], path: "/base/name"),
        Case(testDescription: "a repo of one file", folder: "name", targets: ["/base/name/m.bin"], path: "/base/name"),
        Case(testDescription: "a repo of one file and -o", folder: "name", out: "n.bin", targets: ["/base/n.bin"], path: "/base/n.bin"),
        Case(
            testDescription: "a repo of one file and -o elsewhere", folder: "name", out: "/e/n.bin", targets: ["/e/n.bin"], path: "/e/n.bin"
        ),
        Case(testDescription: "a repo's name that cannot be used", folder: "a/b", targets: ["/base/a_b/m.bin"], path: "/base/a_b"),
        Case(
            testDescription: "several files that are no repo", paths: ["a.bin", "b.bin"], targets: ["/base/a.bin", "/base/b.bin"]),
    ]

    @Test("Every file has its place", arguments: places)
    func place(_ it: Case) throws {
        let (targets, paths) = try targets(
            it.paths, folder: it.folder, directory: it.directory, out: it.out, folderCount: it.folderCount, base: it.base)
        #expect(targets == it.targets)
        #expect(paths == it.path.map { [$0] } ?? it.targets)
    }

    @Test("A relative directory starts where this process is")
    func relative() throws {
        #expect(try targets(["m.bin"], directory: "d").targets == [Path.join(Path.currentDirectory, "d/m.bin")])
        #expect(try targets(["m.bin"], directory: "./x/../d", out: "n").targets == [Path.join(Path.currentDirectory, "d/n")])
    }

    @Test("The user's checksum wins over the published one, and is for one file")
    func checksum() throws {
        var planner = Planner(options: FetchOptions(environment: [:]), folderCount: 0)
        let published = PublishedDigest(.gitSHA1, hex: String(repeating: "b", count: 40))!
        var request = FetchRequest(parsed())
        request.directory = "/d"
        let one = Resolution(source: .direct, title: "t", files: [sourceFile("a", digest: published)])
        #expect(try planner.plan(request, one).files[0].digest == published)
        request.sha256 = Self.digest
        #expect(try planner.plan(request, one).files[0].digest == Self.digest)
        let two = Resolution(source: .direct, title: "t", files: [sourceFile("a"), sourceFile("b")])
        do {
            _ = try planner.plan(request, two)
            Issue.record("it was planned")
        } catch {
            #expect(error.code == .usage)
        }
    }
}
