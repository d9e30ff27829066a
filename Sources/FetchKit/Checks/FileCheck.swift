package import Events
package import FetchTypes
import Storage
import Transfer

/// A file and what it has to be: read whole, whatever its times say.
package struct FileCheck: Sendable {
    package var tag: FileTag
    /// Bytes; nil when it is not known.
    package var size: Int64?
    /// Nil when there is nothing to compare with but the size.
    package var digest: PublishedDigest?
    /// The reference that gets exactly these bytes again, for messages.
    package var reference: String?
    /// Where the expectation comes from, for messages: `its record`, `the Hub`.
    package var authority: String
    /// What else `add` must be told to put it there again; nil: its path.
    package var layout: String?

    package init(tag: FileTag, size: Int64?, digest: PublishedDigest?, reference: String? = nil, authority: String, layout: String? = nil) {
        self.tag = tag
        self.reference = reference
        self.layout = layout
        self.size = size
        self.digest = digest
        self.authority = authority
    }

    /// Reads the file and compares.
    /// - Returns: what was compared (`sha256`, `git-sha1`, `size`), and the digest found.
    /// - Throws: ``Failure``: 66 when the file is missing, 65 when its bytes are others; `CancellationError`.
    package func run() async throws -> (algorithm: String, digest: String) {
        let path = tag.path
        guard let status = Disk.followedStatus(path) else {
            let isDangling = Disk.status(path)?.kind == .link
            throw Failure(
                .notFound, "\(path) is missing.",
                why: isDangling ? "it is a link to a file that is not there." : "\(authority) names it.", hint: again)
        }
        guard status.kind == .file else {
            throw Failure(.notFound, "\(path) is not a file.", why: "\(authority) says that it is one.", hint: again)
        }
        if let size, status.size != size {
            throw Failure(.size, "\(path) has \(status.size) bytes instead of \(size).", why: "\(authority) says so.", hint: mend)
        }
        do {
            let file = try OpenFile(Self.real(path), .read)
            let hashing = IncrementalHasher(gitSize: digest?.algorithm == .gitSHA1 ? status.size : nil)
            try await hashing.advance(to: status.size, in: file)
            guard let digest else { return ("size", hashing.values().sha256) }
            let got = hashing.value(digest.algorithm) ?? ""
            guard got == digest.hex else {
                throw Failure(
                    .checksum, "\(path) does not have the \(digest.algorithm.rawValue) that it should.",
                    why: "\(authority) says \(digest.hex), the file has \(got).", hint: mend)
            }
            return (digest.algorithm.rawValue, got)
        } catch let fault as IOFault {
            throw Failure(
                .io, "\(path) could not be read.", why: fault.failure.message, hint: "mend its permissions, or look at the disk (dmesg).")
        }
    }

    /// The last link followed: a file of a cache is one to its blob.
    private static func real(_ path: String) -> String { Path.real(path) ?? path }

    private var again: String { remedy("") }
    private var mend: String { remedy(" --force") }

    private func remedy(_ option: String) -> String {
        guard let reference else { return "fetch it again." }
        return "fetch it again with: fetchctl add\(option) \(reference.shellWord) \(layout ?? "-o " + tag.path.shellWord)"
    }

    /// The options that put a file of a cache where it belongs: under its own path it would replace the link to its bytes.
    static func options(cache root: String) -> String { "--layout hf-cache -d \(root.shellWord)" }

    /// The options for a folder of `huggingface_hub`, whose metadata is then right as well.
    static func options(local directory: String) -> String { "--layout hf-local -d \(directory.shellWord)" }
}
