package import Events
import FetchTypes
package import Partials
import Storage

/// What verification established about a file.
package struct Verdict: Sendable {
    /// Lower-case hexadecimal; nil when hashing was switched off.
    package var sha256: String?
    /// `sha256`, `git-sha1` or `size`: what was compared.
    package var algorithm: String
}

/// Size, checksum and content of a partial that is all there.
package struct Verification: Sendable {
    package enum Outcome: Sendable {
        case good(Verdict)
        /// It hashes to something else than was promised; `complaint` is what its content looks like besides.
        case mismatch(got: String, complaint: String?)
    }

    let planned: PlannedFile
    let partial: Partial
    let digest: IncrementalHasher
    let verifies: Bool
    let emit: EventSink

    package init(planned: PlannedFile, partial: Partial, digest: IncrementalHasher, verifies: Bool, emit: @escaping EventSink) {
        self.planned = planned
        self.partial = partial
        self.digest = digest
        self.verifies = verifies
        self.emit = emit
    }

    /// - Throws: ``Failure`` with exit code 65 when size or content are wrong; ``IOFault``.
    package func run() async throws -> Outcome {
        let size = try partial.file.status().size
        if let expected = partial.size, size != expected {
            throw Failure(
                .size, "\(partial.names.data) has \(size) bytes instead of \(expected).", why: "something else changed it meanwhile.",
                hint: "run the same command again.")
        }
        guard verifies else {
            if let complaint = try complaint(size) { throw ContentCheck.failure(complaint, host: nil) }
            return .good(Verdict(sha256: nil, algorithm: "size"))
        }
        let algorithm = planned.digest?.algorithm.rawValue ?? "size"
        emit(.verifying(planned.tag, algorithm: algorithm, digest: planned.digest?.hex))
        let promised = planned.digest?.algorithm
        let digest = promised.map { self.digest.covers($0, size: size) } ?? true ? self.digest : IncrementalHasher(gitSize: size)
        try await digest.advance(to: size, in: partial.file)
        let sha256 = digest.values().sha256
        let got = planned.digest.flatMap { digest.value($0.algorithm) }
        let matches = planned.digest.map { $0.hex == got } ?? false
        let complaint = try complaint(size)
        // Damage may sit in the first bytes as anywhere: where a hash is promised, that decides, and a clean try may mend it.
        if planned.digest != nil, !matches { return .mismatch(got: got ?? "", complaint: complaint) }
        if let complaint {
            guard matches else { throw ContentCheck.failure(complaint, host: nil) }
            emit(.warning(planned.tag, kind: "content", message: "\(planned.target): \(complaint); its checksum is the published one."))
        }
        emit(.verified(planned.tag, algorithm: algorithm, digest: got ?? sha256))
        return .good(Verdict(sha256: sha256, algorithm: algorithm))
    }

    private func complaint(_ size: Int64) throws -> String? {
        var head = [UInt8](repeating: 0, count: ContentCheck.window)
        let count = try head.withUnsafeMutableBytes { try partial.file.read(into: $0, at: 0) }
        let bytes = Array(head[..<count])
        if planned.compatibility?.takesPages == true, ContentCheck.isHTML(bytes) { return nil }
        return ContentCheck.complaint(head: bytes, size: size, name: planned.target)
    }
}
