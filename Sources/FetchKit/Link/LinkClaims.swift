import FetchTypes
import Synchronization

/// Which file each target of one `link` is given to: two files with other bytes cannot have one name.
final class LinkClaims: Sendable {
    private struct Claim {
        var source: String
        var sha256: String?
    }

    private let taken = Mutex<[String: Claim]>([:])

    /// - Parameter sha256: of the file's bytes; nil where it is not known.
    /// - Returns: false where a file of the same bytes has the target already.
    /// - Throws: ``Failure`` with exit code 73 where another file has it.
    func take(_ target: String, for source: String, _ sha256: String?) throws(Failure) -> Bool {
        let other = taken.withLock { taken -> Claim? in
            if let other = taken[target] { return other }
            taken[target] = Claim(source: source, sha256: sha256)
            return nil
        }
        guard let other else { return true }
        if other.source == source || (sha256 != nil && other.sha256 == sha256) { return false }
        throw Failure(
            .exists, "two files would both be \(target).", why: "they are \(other.source) and \(source), and their bytes differ.",
            hint: "link one of them by itself to another folder with -d DIR.")
    }
}
