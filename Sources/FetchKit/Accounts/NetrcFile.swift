import FetchTypes
import Storage
import Synchronization

/// The user's netrc file, read once in a run: it may be a pipe (`NETRC=<(…)`), which gives its text once, and nothing where
/// no process writes to it.
final class NetrcFile: Sendable {
    /// How long a pipe may take.
    private static let pipeLimit: Seconds = 2
    private static let longest = 1 << 20

    private let texts = Mutex<[String: String?]>([:])

    /// - Parameter warn: told in one sentence, once, that a pipe gave nothing.
    /// - Returns: nil when there is none, or nothing came.
    func text(_ path: String, warn: (String) -> Void) -> String? {
        texts.withLock { texts -> String? in
            if let index = texts.index(forKey: path) { return texts[index].value }
            let bytes = Disk.contents(path, limit: Self.longest, pipeLimit: Self.pipeLimit)
            if bytes == nil, Disk.followedStatus(path)?.kind == .other {
                warn(
                    "the netrc file \(path) is not used: it is a pipe, and not all of it was written within \(Self.pipeLimit.text).")
            }
            let text = bytes.map { String(decoding: $0, as: UTF8.self) }
            texts.updateValue(text, forKey: path)
            return text
        }
    }
}
