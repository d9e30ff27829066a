import Events
import FetchKit
import FetchTypes
import Storage
import Synchronization

/// Runs checks one after the other and says what came of them.
final class VerifyReport: Sendable {
    private let state = Mutex(ClosingSummary())
    private let json: Bool
    private let quiet: Bool

    /// Bytes from which on reading takes long enough to be announced.
    private static let large: Int64 = 1 << 30

    init(json: Bool, quiet: Bool) {
        self.json = json
        self.quiet = quiet
    }

    func run(_ check: FileCheck) async {
        if !quiet, !json, let size = Disk.followedStatus(check.tag.path)?.size, size >= Self.large {
            Terminal.write("verifying: \(check.tag.path) (\(ByteSize.text(size)))\n", to: 2)
        }
        do {
            let (algorithm, digest) = try await check.run()
            state.withLock { $0.counts.finished += 1 }
            if json {
                let event = Event.verified(check.tag, algorithm: algorithm, digest: digest)
                Terminal.write(event.json(time: Timestamp.now()))
            } else if !quiet {
                let how = algorithm == "size" ? "size only; sha256 \(digest)" : "\(algorithm) \(digest)"
                Terminal.write("ok: \(check.tag.path)  \(how)\n", to: 1)
            }
        } catch let failure as Failure {
            fail(failure, ref: check.tag.ref, path: check.tag.path)
        } catch {
            fail(Failure(.io, "\(check.tag.path) could not be read: \(error)."), ref: check.tag.ref, path: check.tag.path)
        }
    }

    func tell(missing: [(path: String, namedBy: String)]) {
        for (path, index) in missing {
            fail(
                Failure(.notFound, "\(path) is missing.", why: "\(Path.name(index)) names it as a shard.", hint: "fetch it too."), ref: "",
                path: path)
        }
    }

    func note(unknown: [String]) {
        guard !unknown.isEmpty, !quiet, !json else { return }
        let names = unknown.prefix(3).joined(separator: ", ") + (unknown.count > 3 ? ", …" : "")
        Terminal.write("not verified, because nothing is known of \(unknown.count == 1 ? "it" : "them"): \(names)\n", to: 2)
    }

    func fail(_ failure: Failure, ref: String, path: String?) {
        state.withLock { state in
            state.counts.failed += 1
            if state.counts.code == 0 { state.counts.code = failure.code.rawValue }
        }
        if json { Terminal.write(FileListing.json(failure, ref: ref, path: path, time: Timestamp.now())) }
        Terminal.write(failure.printable + "\n", to: 2)
    }

    /// - Returns: the exit code.
    func finish() -> Int32 {
        let summary = state.withLock { $0 }
        let (good, bad) = (summary.counts.finished, summary.counts.failed)
        if json {
            summary.write()
        } else if !quiet {
            Terminal.write("\(good) verified\(bad > 0 ? ", \(bad) not as they should be" : "").\n", to: 2)
        }
        return summary.counts.code
    }
}
