internal import FetchTypes

/// An entry of `tree` and of `paths-info`.
struct HubEntry: Decodable {
    /// `file` or `directory`.
    var type: String
    var path: String
    /// Of the file itself, also where git holds only a pointer.
    var size: DeclaredSize
    var digest: PublishedDigest?
    /// Whether the bytes live outside git, behind a signed link.
    var isLFS: Bool
    /// The SHA-1 of what git holds.
    var blobID: String?
    var xetHash: String?

    private enum Keys: String, CodingKey { case type, path, size, oid, lfs, xetHash }
    struct LFS: Decodable {
        var sha256: String?
        var size: DeclaredSize

        private enum Keys: String, CodingKey { case oid, sha256, size }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            // The other name is that of the repo's own description.
            sha256 = fields.lenient(String.self, .oid) ?? fields.lenient(String.self, .sha256)
            size = fields.declaredSize(.size)
        }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        let type = try fields.decode(String.self, forKey: .type)
        let path = try fields.decode(String.self, forKey: .path)
        let lfs = fields.lenient(LFS.self, .lfs)
        self.init(path: path, size: fields.declaredSize(.size), blobID: fields.lenient(String.self, .oid), lfs: lfs)
        self.type = type
        xetHash = fields.lenient(String.self, .xetHash)
    }

    /// A file.
    /// - Parameter blobID: the SHA-1 of what git holds.
    init(path: String, size: DeclaredSize, blobID: String?, lfs: LFS?) {
        type = "file"
        self.path = path
        isLFS = lfs != nil
        self.size = lfs.flatMap { $0.size == .unknown ? nil : $0.size } ?? size
        self.blobID = blobID
        // For LFS files `oid` is the pointer's name in git, which is not a hash of the bytes.
        digest =
            isLFS
            ? lfs?.sha256.flatMap { PublishedDigest(.sha256, hex: $0) } : blobID.flatMap { PublishedDigest(.gitSHA1, hex: $0) }
    }

    /// A file as the answer to a request for its bytes describes it.
    /// - Parameter tag: the SHA-256 where the bytes live outside git, else the blob's SHA-1.
    /// - Returns: nil for a tag that is neither.
    init?(path: String, size: ByteCount, tag: String) {
        self.init(path: path, size: .known(size), blobID: nil, lfs: nil)
        isLFS = tag.utf8.count == 64
        guard let digest = PublishedDigest(isLFS ? .sha256 : .gitSHA1, hex: tag) else { return nil }
        self.digest = digest
        if !isLFS { blobID = tag }
    }

    /// Nil for a folder, and where the list leaves something out.
    var treeFile: HubTreeFile? {
        guard type == "file", let size = size.count?.bytes, let blobID, !isLFS || digest != nil else { return nil }
        return HubTreeFile(path: path, size: size, blobID: blobID, sha256: isLFS ? digest?.hex : nil, xetHash: xetHash)
    }
}
