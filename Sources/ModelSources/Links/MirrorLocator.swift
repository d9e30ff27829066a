package import FetchTypes
package import ModelReference

/// Another place where a file is available: asked what it is only when its bytes are wanted, so that a dead one
/// costs the file nothing.
package struct MirrorLocator: ByteLocator {
    private let reference: ParsedReference
    private let endpoints: ServiceEndpoints
    private let context: SourceContext
    private let size: Int64?
    private let digest: PublishedDigest?

    /// - Parameters:
    ///   - size: bytes that the file must have, where that is known.
    ///   - digest: what it must hash to, where that is known.
    package init(
        _ reference: ParsedReference, endpoints: ServiceEndpoints, context: SourceContext, size: Int64?, digest: PublishedDigest?
    ) {
        self.reference = reference
        self.endpoints = endpoints
        self.context = context
        self.size = size
        self.digest = digest
    }

    package var host: String {
        if case .direct(let url) = reference.reference { url.host } else { reference.shown }
    }

    /// - Throws: as ``ByteLocator/locate()``; ``Failure`` also when it has another file, or several.
    package func locate() async throws -> ByteLink {
        let files = try await resolve(reference, endpoints: endpoints, context: context).files
        guard files.count == 1 else { throw Failure(.usage, "it has \(files.count) files") }
        let file = files[0]
        if let size, let theirs = file.size, theirs != size {
            throw Failure(.size, "its file has \(theirs) bytes instead of \(size)")
        }
        if let digest, let theirs = file.digest, theirs.algorithm == digest.algorithm, theirs != digest {
            throw Failure(.checksum, "it publishes another checksum")
        }
        return try await file.locator.locate()
    }
}
