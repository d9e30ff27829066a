package import FetchTypes
package import JSONText
import ModelSources

extension Event {
    /// The event as programs read it.
    /// - Parameter time: RFC 3339, UTC.
    package func json(time: String) -> JSONTree {
        var fields: [(String, JSONTree)] = [("event", .string(name)), ("time", .string(time))]
        if let tag {
            fields += [("id", .string(tag.id)), ("ref", .string(tag.ref)), ("path", .string(tag.path))]
        }
        return .object(fields + details)
    }

    package var name: String {
        switch self {
        case .resolved: "resolved"
        case .planned: "planned"
        case .skipped: "skipped"
        case .started: "started"
        case .progress: "progress"
        case .waiting: "waiting"
        case .retrying: "retrying"
        case .renewed: "renewed"
        case .failover: "failover"
        case .verifying: "verifying"
        case .verified: "verified"
        case .finished: "finished"
        case .failed: "failed"
        case .warning: "warning"
        case .fleet(let it): it.name
        case .summary: "summary"
        }
    }

    package var tag: FileTag? {
        switch self {
        case .resolved(let tag, _), .skipped(let tag, _, _, _), .started(let tag, _, _, _, _), .progress(let tag, _),
            .waiting(let tag, _, _, _), .retrying(let tag, _, _, _, _), .renewed(let tag, _), .failover(let tag, _, _, _),
            .verifying(let tag, _, _), .verified(let tag, _, _), .finished(let tag, _), .failed(let tag, _, _):
            tag
        case .warning(let tag, _, _): tag
        case .planned, .fleet, .summary: nil
        }
    }

    private var details: [(String, JSONTree)] {
        switch self {
        case .resolved(_, let it):
            [
                ("source", .string(it.source.rawValue)), ("name", .string(it.name)), ("size", .of(it.size)), ("sha256", .of(it.sha256)),
                ("url_host", .of(it.urlHost)), ("metadata", it.metadata.json(pinned: it.pinned)),
            ]
        case .planned(let files, let size, let toFetch, let free):
            [
                ("files", .integer(Int64(files))), ("size", .of(size)), ("to_fetch_bytes", .integer(toFetch)), ("free_bytes", .of(free)),
            ]
        case .skipped(_, let reason, let size, let sha256):
            [("reason", .string(reason.rawValue)), ("size", .of(size)), ("sha256", .of(sha256))]
        case .started(_, let engine, let connections, let resumed, let size):
            [
                ("engine", .string(engine.rawValue)), ("connections", .integer(Int64(connections))), ("resumed_bytes", .integer(resumed)),
                ("size", .of(size)),
            ]
        case .progress(_, let it):
            [
                ("received_bytes", .integer(it.received)), ("size", .of(it.size)), ("bytes_per_second", .integer(Int64(it.rate))),
                ("eta_seconds", .of(it.eta)), ("connections", .integer(Int64(it.connections))),
            ]
        case .waiting(_, let reason, let seconds, _): [("reason", .string(reason.name)), ("seconds", .of(seconds))]
        case .retrying(_, let reason, let seconds, let attempt, let limit):
            [
                ("reason", .string(reason.name)), ("seconds", .of(seconds)), ("attempt", .integer(Int64(attempt))),
                ("of", .integer(Int64(limit))),
            ]
        case .renewed(_, let reason): [("reason", .words(reason))]
        case .failover(_, let from, let to, let reason):
            [("from", .string(from.rawValue)), ("to", .string(to.rawValue)), ("reason", .words(reason))]
        case .verifying(_, let algorithm, let digest), .verified(_, let algorithm, let digest):
            [("algorithm", .string(algorithm)), ("digest", .of(digest))]
        case .finished(_, let it):
            [
                ("size", .integer(it.size)), ("sha256", .of(it.sha256)), ("verified", .string(it.verified)),
                ("engine", .string(it.engine.rawValue)), ("seconds", .of(it.seconds)), ("fetched_bytes", .integer(it.fetched)),
                ("average_bytes_per_second", .integer(Int64(it.averageRate))),
            ]
        case .failed(_, let failure, let kept): failure.jsonFields + [("kept_bytes", .integer(kept))]
        case .warning(_, let kind, let message): [("kind", .string(kind)), ("message", .words(message))]
        case .fleet(let it): it.details
        case .summary(let it):
            [
                ("code", .integer(Int64(it.code))), ("finished", .integer(Int64(it.finished))), ("skipped", .integer(Int64(it.skipped))),
                ("failed", .integer(Int64(it.failed))), ("fetched_bytes", .integer(it.fetched)), ("seconds", .of(it.seconds)),
            ] + (it.changed.map { [("changed", .integer(Int64($0)))] } ?? [])
        }
    }
}

extension Failure {
    /// The fields of a `failed` event that every failure has.
    package var jsonFields: [(String, JSONTree)] {
        [
            ("code", .integer(Int64(code.rawValue))), ("kind", .string(kind.rawValue)), ("message", .string(message)), ("why", .of(why)),
            ("hint", .of(hint)), ("url", .of(page)),
        ]
    }
}

extension FileMetadata {
    func json(pinned: String) -> JSONTree {
        .object([
            ("page_url", .of(pageURL)), ("model", .of(model)), ("version", .of(version)), ("type", .of(type)),
            ("base_model", .of(baseModel)),
            ("trained_words", .array(trainedWords.map(JSONTree.string))), ("licence", .of(licence)), ("gated", .of(gated)),
            ("nsfw", .of(nsfw)), ("preview_urls", .array(previewURLs.map(JSONTree.string))), ("pinned", .string(pinned)),
        ])
    }
}
