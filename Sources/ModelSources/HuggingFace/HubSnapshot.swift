internal import FetchTypes
package import ModelReference

/// Which commit of which repo a resolution is of: what a layout of `huggingface_hub` has to know.
package struct HubSnapshot: Sendable {
    package var type: HubReference.RepoType
    /// The id as it was asked for: `huggingface_hub` looks for a renamed repo under that one.
    package var repo: String
    /// The revision as it was asked for.
    package var revision: String
    /// 40 hexadecimal digits.
    package var commit: String
    /// Every file of the commit, whatever was asked for; nil when only a part of it was listed.
    package var tree: [HubTreeFile]?
    /// The variable that kept the Hub from being asked: all this is from what is on the disk.
    package var offline: String?

    package init(type: HubReference.RepoType, repo: String, revision: String, commit: String, tree: [HubTreeFile]? = nil) {
        self.type = type
        self.repo = repo
        self.revision = revision
        self.commit = commit
        self.tree = tree
    }

    /// As it follows `hf:`: `org/name`, `datasets/org/name`.
    package var name: String { Self.name(type, repo) }

    /// As it follows `hf:`.
    package static func name(_ type: HubReference.RepoType, _ repo: String) -> String {
        (type == .model ? "" : type.rawValue + "/") + repo
    }

    /// The reference that gets exactly these bytes again.
    /// - Parameters:
    ///   - name: see ``name``.
    ///   - path: as the Hub writes it: what a reference or a shell would read otherwise is percent-encoded.
    package static func pinned(_ name: String, at commit: String, _ path: String) -> String {
        let typed = path.map { $0.isASCII ? String($0).percentEncoded(keeping: "/+@=,:") : String($0) }.joined()
        return "hf:\(name)@\(commit)/\(typed)"
    }
}

/// A file as the Hub lists it.
package struct HubTreeFile: Sendable, Equatable {
    package var path: String
    /// Bytes, of the file itself.
    package var size: Int64
    /// The SHA-1 of what git holds: of the file, or of the pointer to it.
    package var blobID: String
    /// Of a file in large-file storage.
    package var sha256: String?
    package var xetHash: String?

    package init(path: String, size: Int64, blobID: String, sha256: String? = nil, xetHash: String? = nil) {
        self.path = path
        self.size = size
        self.blobID = blobID
        self.sha256 = sha256
        self.xetHash = xetHash
    }

    /// What the resolver links the file with, and what its blob is called.
    package var etag: String { sha256 ?? blobID }
}
