package import FetchTypes

/// A lock (`models.lock`): exactly which files the models of a list came to.
package struct ModelLock: Sendable, Equatable {
    /// The form that this program writes; newer ones are refused.
    package static let version: Int64 = 1

    /// By name.
    package private(set) var models: [LockedModel] = []
    /// What is not known and ignored: sentences.
    package var warnings: [String] = []

    /// - Precondition: no name comes twice.
    package init(_ models: [LockedModel] = []) {
        self.models = models.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    package func model(_ name: String) -> LockedModel? { models.first { $0.name.utf8.elementsEqual(name.utf8) } }
}

/// What one model of a list came to.
package struct LockedModel: Sendable, Equatable {
    package var name: String
    /// The reference of the list that worked, as it may be shown.
    package var reference: String
    /// The reference that gets exactly these bytes again.
    package var pinned: String
    /// ``ListedModel/fingerprint(_:)`` of the model as it was when it was resolved; nil in a lock that another program wrote.
    package var options: String?
    /// By path.
    package private(set) var files: [LockedFile]

    package init(name: String, reference: String, pinned: String, options: String? = nil, files: [LockedFile]) {
        self.name = name
        self.reference = reference
        self.pinned = pinned
        self.options = options
        self.files = files.sorted { $0.path.text.utf8.lexicographicallyPrecedes($1.path.text.utf8) }
    }

    package func file(_ path: ListPath) -> LockedFile? { files.first { $0.path.text.utf8.elementsEqual(path.text.utf8) } }

    /// The same with other files.
    package func with(_ files: [LockedFile]) -> LockedModel {
        LockedModel(name: name, reference: reference, pinned: pinned, options: options, files: files)
    }
}

/// One file of a model.
package struct LockedFile: Sendable, Equatable {
    /// Relative to the list's folder; in a cache of huggingface_hub relative to that.
    package var path: ListPath
    /// Nil where the source does not say and the file has not been fetched yet.
    package var size: ByteCount?
    /// Lower-case hexadecimal, as are the others.
    package var sha256: String?
    package var gitSHA1: String?
    package var blake3: String?
    package var licence: String?
    /// Other places of the same bytes, as they may be shown.
    package var mirrors: [String] = []

    package init(path: ListPath, size: ByteCount? = nil, sha256: String? = nil, gitSHA1: String? = nil) {
        self.path = path
        self.size = size
        self.sha256 = sha256
        self.gitSHA1 = gitSHA1
    }

    /// What its bytes must hash to; nil when it is not known.
    package var digest: PublishedDigest? {
        sha256.flatMap { PublishedDigest(.sha256, hex: $0) } ?? gitSHA1.flatMap { PublishedDigest(.gitSHA1, hex: $0) }
    }
}
