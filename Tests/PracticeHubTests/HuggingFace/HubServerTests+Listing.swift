import Foundation
import Testing

@testable import PracticeHub

/// The Hub lists revisions, commits, trees and siblings.
extension HuggingFaceTests {
    @Test("knows branches, tags, pull requests and commits", arguments: ["main", "dev", "v1", "refs%2Fpr%2F1", "refs/pr/1"])
    func revisions(name: String) async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let info = try await HubClient.send("GET", addresses.hub + "/api/models/practice/tiny/revision/\(name)").object
            let commit = try #require(info["sha"] as? String)
            let byCommit = try await HubClient.send("HEAD", addresses.hub + "/practice/tiny/resolve/\(commit)/model.safetensors")
            #expect(byCommit.header("X-Repo-Commit") == commit)
            let byName = try await HubClient.send("HEAD", addresses.hub + "/practice/tiny/resolve/\(name)/model.safetensors")
            #expect(byName.header("X-Repo-Commit") == commit)
            let extra = try await HubClient.send("HEAD", addresses.hub + "/practice/tiny/resolve/\(name)/dev-only.txt")
            #expect(extra.status == (name == "dev" ? 307 : 404))
        }
    }

    @Test("lists references and commits")
    func references() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let refs = try await HubClient.send("GET", addresses.hub + "/api/models/practice/tiny/refs").object
            let branches = try #require(refs["branches"] as? [[String: Any]])
            #expect(branches.map { $0["ref"] as? String } == ["refs/heads/main", "refs/heads/dev"])
            #expect((refs["tags"] as? [[String: Any]])?.first?["name"] as? String == "v1")
        }
    }

    @Test("lists a tree, its folders and what git holds of a large file")
    func tree() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let base = addresses.hub + "/api/models/practice/tiny/tree/main"
            func paths(_ suffix: String) async throws -> [String] {
                try await HubClient.send("GET", base + suffix).objects.compactMap { $0["path"] as? String }
            }
            #expect(try await paths("") == ["README.md", "config.json", "model.safetensors", "sub", "tokenizer.json"])
            #expect(try await paths("/sub") == ["sub/dir"])
            #expect(try await paths("?recursive=true").contains("sub/dir/file.txt"))
            #expect(try await HubClient.send("GET", base + "/none").header("X-Error-Code") == "EntryNotFound")
            let entries = try await HubClient.send("GET", base).objects
            let model = try #require(entries.first { $0["path"] as? String == "model.safetensors" })
            let content = try #require(await hub.hubFile("practice/tiny", "model.safetensors"))
            let lfs = try #require(model["lfs"] as? [String: Any])
            #expect(lfs["oid"] as? String == content.sha256)
            let pointer = try await HubClient.send("GET", addresses.hub + "/practice/tiny/raw/main/model.safetensors")
            #expect(lfs["pointerSize"] as? Int == pointer.body.count)
            #expect(model["oid"] as? String == FileDigests.of(PracticeFile(text: pointer.text)).gitSHA1)
            #expect(model["size"] as? Int == 8_388_608)
        }
    }

    @Test("pages a long tree through absolute links", arguments: [("?recursive=true", 3), ("?recursive=1&expand=true&limit=1000", 51)])
    func paging(query: String, pages: Int) async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            var next: String? = addresses.hub + "/api/models/practice/many/tree/main" + query
            var paths: [String] = []
            var count = 0
            while let url = next {
                let answer = try await HubClient.send("GET", url)
                paths += try answer.objects.filter { $0["type"] as? String == "file" }.compactMap { $0["path"] as? String }
                count += 1
                next = answer.header("Link").flatMap { link in
                    link.hasSuffix(">; rel=\"next\"") ? String(link.dropFirst().prefix { $0 != ">" }) : nil
                }
                #expect(next?.contains("recursive=") != false)
            }
            #expect(count == pages)
            #expect(Set(paths).count == 2500)
            #expect(paths.count == 2500)
        }
    }

    @Test("describes the paths in a form, and leaves out those that do not exist")
    func pathsInfo() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let answer = try await HubClient.send(
                "POST", addresses.hub + "/api/models/practice/tiny/paths-info/main",
                headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: "paths=config.json&paths=none&paths=sub%2Fdir&expand=false")
            #expect(try answer.objects.map { $0["path"] as? String } == ["config.json", "sub/dir"])
            #expect(try answer.objects.map { $0["type"] as? String } == ["file", "directory"])
        }
    }

    @Test("names large-file hashes differently among siblings")
    func siblings() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let info = try await HubClient.send("GET", addresses.hub + "/api/models/practice/tiny?blobs=true").object
            let siblings = try #require(info["siblings"] as? [[String: Any]])
            let model = try #require(siblings.first { $0["rfilename"] as? String == "model.safetensors" })
            let sha256 = try #require(await hub.hubFile("practice/tiny", "model.safetensors")).sha256
            #expect((model["lfs"] as? [String: Any])?["sha256"] as? String == sha256)
        }
    }
}
