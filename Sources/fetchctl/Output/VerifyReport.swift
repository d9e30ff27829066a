import Events
import FetchKit
import FetchTypes
import Storage
import Synchronization

/// Runs checks one after the other and says what came of them.
final class VerifyReport: Sendable {
    private struct State {
        var good = 0
        var bad = 0
        /// That of the first thing that was not as it should be.
        var code: Int32 = 0
    }

    private let state = Mutex(State())
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
            state.withLock { $0.good += 1 }
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
            state.bad += 1
            if state.code == 0 { state.code = failure.code.rawValue }
        }
        if json { Terminal.write(FileListing.json(failure, ref: ref, path: path, time: Timestamp.now())) }
        Terminal.write(failure.printable + "\n", to: 2)
    }

    /// - Returns: the exit code.
    func finish() -> Int32 {
        let state = state.withLock { $0 }
        if !quiet, !json {
            Terminal.write("\(state.good) verified\(state.bad > 0 ? ", \(state.bad) not as they should be" : "").\n", to: 2)
        }
        return state.code
    }
}
