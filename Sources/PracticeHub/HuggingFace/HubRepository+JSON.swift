import Crypto
import Foundation

extension HubRepository.File {
    /// What git holds of a file in large-file storage.
    static func pointer(to content: PracticeFile) -> String {
        "version https://git-lfs.github.com/spec/v1\noid sha256:\(content.sha256)\nsize \(content.size)\n"
    }

    /// What git holds: the content, or the pointer to it.
    func blob(of content: PracticeFile) -> PracticeFile { isLFS ? PracticeFile(text: Self.pointer(to: content)) : content }

    /// The SHA-1 of what git holds.
    func objectID(of content: PracticeFile) -> String { FileDigests.of(blob(of: content)).gitSHA1 ?? "" }

    /// The ETag that the resolver links: SHA-256 from large-file storage, else the blob's SHA-1.
    func linkedTag(of content: PracticeFile) -> String { isLFS ? content.sha256 : objectID(of: content) }

    /// An entry of a tree or of `paths-info`.
    func treeEntry(of content: PracticeFile, expanded: Bool, offersXet: Bool) -> JSON {
        var entry: JSON = [
            "type": "file", "oid": .string(objectID(of: content)), "size": .integer(content.size), "path": .string(path),
        ]
        if isLFS {
            let pointerSize = Int64(Self.pointer(to: content).utf8.count)
            entry = entry + ["lfs": ["oid": .string(content.sha256), "size": .integer(content.size), "pointerSize": .integer(pointerSize)]]
            if offersXet { entry = entry + ["xetHash": .string(content.contentTag)] }
        }
        if expanded { entry = entry + ["lastCommit": HubRepository.lastCommit(path), "securityFileStatus": ["status": "safe"]] }
        return entry
    }

    /// An entry of `siblings`; large-file hashes have another name here than in a tree.
    func sibling(of content: PracticeFile, blobs: Bool) -> JSON {
        var entry: JSON = ["rfilename": .string(path)]
        guard blobs else { return entry }
        entry = entry + ["size": .integer(content.size), "blobId": .string(objectID(of: content))]
        guard isLFS else { return entry }
        let pointerSize = Int64(Self.pointer(to: content).utf8.count)
        return entry
            + ["lfs": ["sha256": .string(content.sha256), "size": .integer(content.size), "pointerSize": .integer(pointerSize)]]
    }
}

extension HubRepository {
    static func lastCommit(_ path: String) -> JSON {
        ["id": .string(String(FileDigests.invented("last " + path).prefix(40))), "title": "Add files", "date": "2026-01-01T00:00:00.000Z"]
    }

    /// An entry of a tree for a folder.
    static func folderEntry(_ path: String, expanded: Bool) -> JSON {
        let entry: JSON = [
            "type": "directory", "oid": .string(String(FileDigests.invented("folder " + path).prefix(40))), "size": 0,
            "path": .string(path),
        ]
        return expanded ? entry + ["lastCommit": lastCommit(path)] : entry
    }

    /// The object that `/api/models/{id}/revision/{rev}` answers.
    func info(at revision: Revision, blobs: Bool, request: HubRequest) -> JSON {
        let name = id.split(separator: "/")
        return [
            "_id": .string(String(FileDigests.invented("id " + id).prefix(24))), "id": .string(id), "modelId": .string(id),
            "author": name.count == 2 ? .string(String(name[0])) : .null, "sha": .string(revision.commit),
            "lastModified": "2026-01-01T00:00:00.000Z", "createdAt": "2025-12-01T00:00:00.000Z", "private": .bool(access == .private),
            "gated": access == .gated ? "manual" : false, "disabled": .bool(access == .disabled), "downloads": 1, "likes": 0,
            "tags": ["practice", "license:mit"], "cardData": ["license": "mit"], "library_name": "practice",
            "pipeline_tag": "text-generation",
            "spaces": [],
            "siblings": .array(files(at: revision).map { $0.sibling(of: request.content($0.content), blobs: blobs) }),
        ]
    }

    /// The object that `/api/models/{id}/refs` answers.
    func references(withPullRequests: Bool) -> JSON {
        func list(_ kind: Revision.Kind, _ prefix: String) -> JSON {
            .array(
                revisions.filter { $0.kind == kind }.map {
                    ["name": .string($0.name), "ref": .string(prefix + $0.name), "targetCommit": .string($0.commit)]
                })
        }
        let named: JSON = [
            "branches": list(.branch, "refs/heads/"), "converts": list(.conversion, ""), "tags": list(.tag, "refs/tags/"),
        ]
        return withPullRequests ? named + ["pullRequests": list(.pullRequest, "")] : named
    }
}
