import Events
import FetchTypes
import ModelSources
import Storage

/// References of so many files that a line for each would bury everything else: repos, mostly. They get one line at the start and
/// one at the end.
struct LargeReferences: Sendable {
    struct LargeReference: Sendable {
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

    private var byName: [String: LargeReference] = [:]

    /// The large reference that a file belongs to.
    func of(_ tag: FileTag) -> LargeReference? { byName[tag.ref] }

    mutating func take(_ event: Event, now: ContinuousClock.Instant = .now) {
        switch event {
        case .resolved(let tag, let it) where it.siblings >= Self.least && byName[tag.ref] == nil:
            // A repo's title ends with its commit.
            let name = it.source == .huggingFace ? it.title.prefix { $0 != "@" } : it.title[...]
            let folder = tag.path.hasSuffix("/" + it.name) ? String(tag.path.dropLast(it.name.count + 1)) : Path.parent(tag.path)
            byName[tag.ref] = LargeReference(
                name: PrintableText(name), count: it.siblings, bytes: it.siblingBytes, folder: folder, began: now)
        case .planned:
            for ref in byName.keys { byName[ref]?.began = now }
        case .finished(let tag, let it):
            byName[tag.ref]?.finished += 1
            byName[tag.ref]?.verified += it.verified == "size" ? 0 : 1
            byName[tag.ref]?.doneBytes += it.size
        case .skipped(let tag, .complete, let size, _):
            byName[tag.ref]?.skipped += 1
            byName[tag.ref]?.doneBytes += size ?? 0
        case .failed(let tag, _, _): byName[tag.ref]?.failed += 1
        default: break
        }
    }

    /// What is shown of an event once it has been taken.
    /// - Parameter text: what would be shown of a file that is one of few.
    /// - Returns: nil for nothing.
    func line(_ event: Event, _ text: PrintableText?, verbose: Bool, now: ContinuousClock.Instant = .now) -> PrintableText? {
        switch event {
        case .resolved(let tag, let it):
            guard let large = of(tag), !verbose else { return text }
            guard large.settled == 0, it.isFirst else { return nil }
            return "\(it.title): \(large.count) files\(large.bytes.map { ", \(ByteSize.text($0))" } ?? "")"
        case .finished(let tag, _), .skipped(let tag, .complete, _, _):
            guard let large = of(tag) else { return text }
            let end = large.settled == large.count && large.failed == 0 ? Self.end(large, now) : nil
            guard verbose, let text else { return end }
            return end.map { text + "\n" + $0 } ?? text
        case .started(let tag, _, _, _, let size):
            return of(tag) != nil && !verbose && size ?? .max < Self.smallFile ? nil : text
        default: return text
        }
    }

    /// `done: acme/many, 300 files, 1.2 MiB in 0.9 s, all verified → DIR`
    private static func end(_ large: LargeReference, _ now: ContinuousClock.Instant) -> PrintableText {
        guard large.finished > 0 else {
            return "already there: \(large.name), \(large.count) files, \(ByteSize.text(large.doneBytes)) → \(large.folder)"
        }
        let seconds = EventWords.figure((now - large.began) / .seconds(1))
        let there: PrintableText = large.skipped > 0 ? " (\(large.skipped) already there)" : ""
        let verdict: PrintableText = large.verified == large.finished ? "all verified" : "\(large.verified) verified"
        return
            "done: \(large.name), \(large.count) files\(there), \(ByteSize.text(large.doneBytes)) in \(seconds) s, \(verdict) → \(large.folder)"
    }
}
