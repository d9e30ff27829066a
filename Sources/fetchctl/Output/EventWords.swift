import Events
import FetchTypes
import JSONText
import Storage

/// Events as sentences for people. Nil for those that are shown otherwise or not at all.
enum EventWords {
    /// The file's name; what was asked about where it has none yet.
    private static func name(of tag: FileTag) -> String { tag.path.isEmpty ? tag.ref : Path.name(tag.path) }

    /// - Parameter columns: of the terminal, where a line should not be wider; nil: as wide as it is.
    static func line(_ event: Event, verbose: Bool, columns: Int? = nil) -> PrintableText? {
        switch event {
        case .resolved(let tag, let it):
            let size: PrintableText = it.size.map { ", \(ByteSize.text($0))" } ?? ""
            let name = Self.name(of: tag)
            return it.title == it.name || it.title.isEmpty ? "\(name)\(size)" : "\(it.title): \(it.name)\(size)"
        case .planned: return nil
        case .skipped(let tag, .complete, let size, _):
            return "already there: \(tag.path)\(size.map { " (\(ByteSize.text($0)))" } ?? "")"
        case .skipped(_, .optional, _, _): return nil
        case .started(let tag, let engine, _, let resumed, let size):
            let from: PrintableText =
                resumed > 0 ? ", carrying on at \(ByteSize.text(resumed))\(size.map { " of \(ByteSize.text($0))" } ?? "")" : ""
            return resumed > 0 || verbose ? "\(name(of: tag)): \(engine == .aria2 ? "aria2c" : "builtin engine")\(from)" : nil
        case .progress: return nil
        case .waiting(let tag, let reason, let seconds, let note):
            let words = note ?? self.words(reason)
            return "\(name(of: tag)): waiting\(seconds.map { " \(figure($0)) s" } ?? ""), \(words)."
        case .retrying(let tag, let reason, let seconds, let attempt, let limit):
            // A connection that broke after it had brought bytes does not count as a try.
            if attempt == 0 { return "\(name(of: tag)): \(words(reason)); trying again at once." }
            return "\(name(of: tag)): \(words(reason)); trying again in \(figure(seconds)) s (\(attempt) of \(limit))."
        case .renewed(let tag, let reason): return "\(name(of: tag)): the link was renewed: \(reason)."
        case .failover(let tag, _, let to, let reason): return "\(name(of: tag)): going on with the \(to.rawValue) engine: \(reason)."
        case .verifying(let tag, let algorithm, _): return verbose ? "\(name(of: tag)): verifying (\(algorithm))" : nil
        case .verified: return nil
        case .finished(let tag, let it):
            return finished(PrintableText(name(of: tag)), it, verbose: verbose, columns: columns)
        case .failed(let tag, let failure, let kept):
            guard failure.kind == .interrupted else { return failure.printable }
            return kept > 0 ? "kept: \(ByteSize.text(kept)) of \(tag.path)" : nil
        case .warning(_, let kind, let message): return kind == "note" ? PrintableText(message) : "warning: \(message)"
        case .fleet(let it): return fleet(it, verbose: verbose)
        case .summary: return nil
        }
    }

    /// Name, size, time, rate and what was compared. Where that is too wide the rate goes, then the time, then a part of the name.
    private static func finished(_ name: PrintableText, _ it: Event.Finished, verbose: Bool, columns: Int?) -> PrintableText {
        var facts = [ByteSize.text(it.size)]
        if it.fetched > 0 { facts[0] += " in \(figure(it.seconds)) s" }
        if it.fetched > 0 { facts.append("\(ByteSize.text(Int64(it.averageRate)))/s") }
        facts.append(verdict(it, verbose: verbose))
        func room() -> Int { (columns ?? .max) - "done: ".count - facts.reduce(0) { $0 + 2 + Text.width($1) } - 1 }
        if room() < Text.width(name.text), facts.count > 2 { facts.remove(at: 1) }
        if room() < Text.width(name.text) { facts[0] = ByteSize.text(it.size) }
        let shown = room() < Text.width(name.text) ? Text.fit(name.text, to: max(leastName, room())) : name.text
        return "done: \(shown), \(facts.joined(separator: ", "))"
    }

    /// Columns that a name keeps.
    private static let leastName = 12

    /// - Parameter verbose: with the whole digest.
    private static func verdict(_ it: Event.Finished, verbose: Bool) -> String {
        guard let digest = it.sha256 else { return "not hashed: size and content checked" }
        let sha256 = "sha256 " + (verbose ? digest : "\(digest.prefix(8))…")
        switch it.verified {
        case "sha256": return "\(sha256) verified"
        case "git-sha1": return "git sha1 verified"
        default: return "\(sha256) (the source publishes none: size and content checked)"
        }
    }

    private static func words(_ reason: Event.WaitReason) -> String {
        switch reason {
        case .rateLimited: "the server asks for fewer requests"
        case .locked: "another process is fetching it"
        case .timeout: "no answer in time"
        case .reset: "the connection broke"
        case .unknownHost: "the host was not found"
        case .unreachable: "the host could not be reached, or refused the connection"
        case .proxy: "the proxy could not be used"
        case .stalled: "nothing more came"
        case .server: "the server is in trouble"
        case .expiring: "the link expires"
        case .refused: "the server refused"
        }
    }

    /// `0.4`, `12.3`, `125`.
    static func figure(_ number: Double) -> String {
        number >= 100 ? String(Int(number.rounded())) : JSONTree.number((number * 10).rounded() / 10).line
    }
}
