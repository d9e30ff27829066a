/// What is known of a file that is imported.
enum KnownFile: Sendable, Equatable {
    case reference(String, sha256: String?)
    /// It is in a cache of huggingface_hub, whose root is named.
    case cached(String, root: String)
    /// Its SHA-256, lower-case hexadecimal.
    case hash(String)
    case unread

    var hash: String? { if case .hash(let hash) = self { hash } else { nil } }
}
