import FetchTypes
import ModelSources
import TestSupport
import Testing
@testable import FetchKit
@testable import Storage
@testable import Transfer

/// Targets that cannot be placed, or that conflict, are refused.
extension PlannerTests {
    struct Refusal: CustomTestStringConvertible {
        var testDescription: String
        var paths = ["m.bin"]
        var folder: String?
        var out: String?
        var code: ExitCode
    }

    static let refusals: [Refusal] = [
        Refusal(testDescription: "-o with several files", paths: ["a", "b"], out: "n", code: .usage),
        Refusal(testDescription: "-o with a repo of several", paths: ["a", "b"], folder: "name", out: "n", code: .usage),
        Refusal(testDescription: "-o that is a directory", out: "n/", code: .usage),
        Refusal(testDescription: "no name at all", paths: [""], code: .usage),
        Refusal(testDescription: "a name of dots", paths: ["x/.."], code: .cannotCreate),
        Refusal(testDescription: "a repo's path that leads out", paths: ["ok.bin", "../m.bin"], folder: "name", code: .cannotCreate),
        Refusal(testDescription: "a repo's absolute path", paths: ["/etc/m.bin"], folder: "name", code: .cannotCreate),
        Refusal(testDescription: "a slash that looks like a letter", paths: ["../\u{301}m.bin"], folder: "name", code: .cannotCreate),
        Refusal(testDescription: "a repo's name that leads out", folder: "..", code: .cannotCreate),
        Refusal(testDescription: "two files of one reference with one name", paths: ["x/m.bin", "y/m.bin"], code: .cannotCreate),
    ]

    @Test("What cannot be placed is refused before a byte moves", arguments: refusals)
    func refuse(_ it: Refusal) throws {
        do {
            Issue.record("it went to \(try targets(it.paths, folder: it.folder, out: it.out).targets)")
        } catch {
            #expect(error.code == it.code)
            #expect(error.hint != nil)
        }
    }

    @Test("Two references with one target are 73, naming both; the same file twice is not")
    func conflicts() throws {
        var planner = Planner(options: FetchOptions(environment: [:]), folderCount: 0)
        func resolution(_ identity: String) -> Resolution {
            Resolution(source: .civitai, title: "t", files: [sourceFile("m.bin", identity: identity)])
        }
        var first = FetchRequest(parsed("civitai:1"))
        first.directory = "/d"
        var second = FetchRequest(parsed("civitai:2"))
        second.directory = "/d"
        _ = try planner.plan(first, resolution("civitai:1"))
        _ = try planner.plan(first, resolution("civitai:1"))
        do {
            _ = try planner.plan(second, resolution("civitai:2"))
            Issue.record("it was planned")
        } catch {
            #expect(error.kind == .exists)
            #expect(error.code == .cannotCreate)
            #expect(error.message.contains("/d/m.bin"))
            #expect(error.message.contains("civitai:1"))
            #expect(error.message.contains("civitai:2"))
            // Nor may the first one keep it: it is not known which of the two is wanted there.
            #expect(planner.contested.keys.sorted() == [1])
            #expect(planner.contested[1]?.message == error.message)
        }
        second.out = "n.bin"
        #expect(try planner.plan(second, resolution("civitai:2")).paths == ["/d/n.bin"])
    }

    @Test("A file's name that is another's folder is 73 too, whichever comes first", arguments: [["a", "a/b"], ["a/b/c", "a"]])
    func folders(paths: [String]) throws {
        var planner = Planner(options: FetchOptions(environment: [:]), folderCount: 0)
        var request = FetchRequest(parsed())
        request.directory = "/d"
        for (index, path) in paths.enumerated() {
            let resolution = Resolution(
                source: .huggingFace, title: "t", folderName: "x", files: [sourceFile(path, identity: path), sourceFile("z\(index)")])
            do {
                _ = try planner.plan(request, resolution)
                #expect(index == 0)
            } catch {
                #expect(index == 1 && error.code == .cannotCreate && error.message.contains("/d/a"), "\(error)")
            }
        }
        #expect(planner.contested.count == 1)
    }

    @Test("A request that was refused keeps no place taken")
    func refusedKeepsNothing() throws {
        var planner = Planner(options: FetchOptions(environment: [:]), folderCount: 0)
        var request = FetchRequest(parsed())
        request.directory = "/d"
        let both = Resolution(
            source: .civitai, title: "t", files: [sourceFile("a.bin", identity: "1"), sourceFile("a.bin", identity: "2")])
        #expect(throws: Failure.self) { try planner.plan(request, both) }
        let one = Resolution(source: .civitai, title: "t", files: [sourceFile("a.bin", identity: "3")])
        #expect(try planner.plan(request, one).paths == ["/d/a.bin"])
    }
}
