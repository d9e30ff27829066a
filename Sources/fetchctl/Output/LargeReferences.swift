import Events
import FetchTypes
import ModelSources
import Storage

/// References of so many files that a line for each would bury everything else: repos, mostly. They get one line at the start and
/// one at the end.
struct LargeReferences: Sendable {
    struct Crowd: Sendable {
        /// `acme/many`
        var name: PrintableText
        /// Files in all, and their bytes; nil when a size is not known.
        let count: Int
        let bytes: Int64?
        /// The folder that all of them are below.
        var folder: String
        var began: ContinuousClock.Instant
        var finished = 0
        var verified = 0
        var skipped = 0
        var failed = 0
        /// Of the files that are there.
        var doneBytes: Int64 = 0

        var settled: Int { finished + skipped + failed }

        /// The line that its small files share, without those under way.
        var progress: ProgressState {
            ProgressState(name: "\(name) \(settled)/\(count)", received: doneBytes, size: bytes)
        }
    }

    /// From this many files on.
    static let least = 21
    /// Files that are smaller share a line of progress. Bytes.
    static let smallFile: Int64 = 4 << 20

    private var crowds: [String: Crowd] = [:]

    /// The crowd that a file belongs to.
    func of(_ tag: FileTag) -> Crowd? { crowds[tag.ref] }

    mutating func take(_ event: Event, now: ContinuousClock.Instant = .now) {
        switch event {
        case .resolved(let tag, let it) where it.siblings >= Self.least && crowds[tag.ref] == nil:
            // A repo's title ends with its commit.
            let name = it.source == .huggingFace ? it.title.prefix { $0 != "@" } : it.title[...]
            let folder = tag.path.hasSuffix("/" + it.name) ? String(tag.path.dropLast(it.name.count + 1)) : Path.parent(tag.path)
            crowds[tag.ref] = Crowd(
                name: PrintableText(name), count: it.siblings, bytes: it.siblingBytes, folder: folder, began: now)
        case .planned:
            for ref in crowds.keys { crowds[ref]?.began = now }
        case .finished(let tag, let it):
            crowds[tag.ref]?.finished += 1
            crowds[tag.ref]?.verified += it.verified == "size" ? 0 : 1
            crowds[tag.ref]?.doneBytes += it.size
        case .skipped(let tag, .complete, let size, _):
            crowds[tag.ref]?.skipped += 1
            crowds[tag.ref]?.doneBytes += size ?? 0
        case .failed(let tag, _, _): crowds[tag.ref]?.failed += 1
        default: break
        }
    }

    /// What is shown of an event once it has been taken.
    /// - Parameter text: what would be shown of a file that is one of few.
    /// - Returns: nil for nothing.
    func line(_ event: Event, _ text: PrintableText?, verbose: Bool, now: ContinuousClock.Instant = .now) -> PrintableText? {
        switch event {
        case .resolved(let tag, let it):
            guard let crowd = of(tag), !verbose else { return text }
            guard crowd.settled == 0, it.isFirst else { return nil }
            return "\(it.title): \(crowd.count) files\(crowd.bytes.map { ", \(ByteSize.text($0))" } ?? "")"
        case .finished(let tag, _), .skipped(let tag, .complete, _, _):
            guard let crowd = of(tag) else { return text }
            let end = crowd.settled == crowd.count && crowd.failed == 0 ? Self.end(crowd, now) : nil
            guard verbose, let text else { return end }
            return end.map { text + "\n" + $0 } ?? text
        case .started(let tag, _, _, _, let size):
            return of(tag) != nil && !verbose && size ?? .max < Self.smallFile ? nil : text
        default: return text
        }
    }

    /// `done: acme/many, 300 files, 1.2 MiB in 0.9 s, all verified → DIR`
    private static func end(_ crowd: Crowd, _ now: ContinuousClock.Instant) -> PrintableText {
        guard crowd.finished > 0 else {
            return "already there: \(crowd.name), \(crowd.count) files, \(ByteSize.text(crowd.doneBytes)) → \(crowd.folder)"
        }
        let seconds = EventWords.figure((now - crowd.began) / .seconds(1))
        let there: PrintableText = crowd.skipped > 0 ? " (\(crowd.skipped) already there)" : ""
        let verdict: PrintableText = crowd.verified == crowd.finished ? "all verified" : "\(crowd.verified) verified"
        return
            "done: \(crowd.name), \(crowd.count) files\(there), \(ByteSize.text(crowd.doneBytes)) in \(seconds) s, \(verdict) → \(crowd.folder)"
    }
}
