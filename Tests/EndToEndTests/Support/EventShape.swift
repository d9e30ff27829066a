import Foundation
import Testing

/// What programs may rely on in every event: its fields and their types.
enum EventShape {
    enum Kind {
        case string, optionalString, integer, optionalInteger, optionalNumber, optionalBool, strings, object
        case word(Set<String>)

        func fits(_ value: JSONValue) -> Bool {
            switch self {
            case .string: value.string != nil
            case .optionalString: value.string != nil || value.isNull
            case .integer: value.int != nil
            case .optionalInteger: value.int != nil || value.isNull
            case .optionalNumber: value.number != nil || value.isNull
            case .optionalBool: value.isBool || value.isNull
            case .strings: if case .array(let items) = value { items.allSatisfy { $0.string != nil } } else { false }
            case .object: if case .object = value { true } else { false }
            case .word(let words): value.string.map(words.contains) ?? false
            }
        }
    }

    private static let engine = Kind.word(["aria2", "builtin"])
    private static let reason = Kind.word(["rate_limited", "locked", "timeout", "reset", "stalled", "server", "expiring", "refused"])
    private static let verification = Kind.word(["sha256", "git-sha1", "size"])
    private static let failure = Kind.word([
        "usage", "not_found", "gated", "needs_login", "token_rejected", "early_access", "region", "rate_limited", "unreachable", "tls",
        "proxy",
        "server", "checksum", "size", "not_a_model", "disk_full", "io", "exists", "permission", "locked", "config", "interrupted",
    ])

    static let metadata: [String: Kind] = [
        "page_url": .optionalString, "model": .optionalString, "version": .optionalString, "type": .optionalString,
        "base_model": .optionalString,
        "trained_words": .strings, "licence": .optionalString, "gated": .optionalBool, "nsfw": .optionalBool, "preview_urls": .strings,
        "pinned": .string,
    ]

    static let fields: [String: [String: Kind]] = [
        "resolved": [
            "source": .string, "name": .string, "size": .optionalInteger, "sha256": .optionalString, "url_host": .optionalString,
            "metadata": .object,
        ],
        "planned": ["files": .integer, "size": .optionalInteger, "to_fetch_bytes": .integer, "free_bytes": .optionalInteger],
        "skipped": ["reason": .word(["complete", "optional"]), "size": .optionalInteger, "sha256": .optionalString],
        "started": ["engine": engine, "connections": .integer, "resumed_bytes": .integer, "size": .optionalInteger],
        "progress": [
            "received_bytes": .integer, "size": .optionalInteger, "bytes_per_second": .optionalNumber, "eta_seconds": .optionalNumber,
            "connections": .integer,
        ],
        "waiting": ["reason": reason, "seconds": .optionalNumber],
        "retrying": ["reason": reason, "seconds": .optionalNumber, "attempt": .integer, "of": .integer],
        "renewed": ["reason": .string],
        "failover": ["from": engine, "to": engine, "reason": .string],
        "verifying": ["algorithm": verification, "digest": .optionalString],
        "verified": ["algorithm": verification, "digest": .optionalString],
        "finished": [
            "size": .integer, "sha256": .optionalString, "verified": verification, "engine": engine, "seconds": .optionalNumber,
            "fetched_bytes": .integer, "average_bytes_per_second": .optionalNumber,
        ],
        "failed": [
            "code": .integer, "kind": failure, "message": .string, "why": .optionalString, "hint": .optionalString, "url": .optionalString,
            "kept_bytes": .integer,
        ],
        "fleet_joined": ["rank": .integer, "size": .integer, "coordinator": .string],
        "fleet_coordinator": ["rank": .integer, "address": .string],
        "fleet_gone": ["rank": .integer],
        "fleet_progress": [
            "present": .integer, "size": .integer, "origin_copies": .optionalNumber, "peer_bytes_per_second": .integer,
        ],
        "fleet_done": [
            "origin_bytes": .integer, "peer_bytes": .integer, "uploaded_bytes": .integer, "origin_copies": .optionalNumber,
        ],
        "queued": ["job": .integer],
        "warning": ["kind": .string, "message": .string],
        "difference": ["kind": .word(["missing", "changed", "extra"]), "name": .optionalString],
        "summary": [
            "code": .integer, "finished": .integer, "skipped": .integer, "failed": .integer, "fetched_bytes": .integer,
            "seconds": .optionalNumber,
        ],
    ]

    private static let ofNoFile: Set<String> = [
        "planned", "queued", "summary", "fleet_joined", "fleet_coordinator", "fleet_gone", "fleet_progress", "fleet_done",
    ]

    /// Holds every event of a run to its form, and the summary to its place.
    static func expectGoodForm(_ events: [EventLine], _ location: SourceLocation = #_sourceLocation) {
        #expect(events.last?.name == "summary", sourceLocation: location)
        #expect(events.count { $0.name == "summary" } == 1, sourceLocation: location)
        for event in events {
            #expect(isTime(event["time"]?.string), "\(event)", sourceLocation: location)
            guard let expected = fields[event.name] else {
                Issue.record("unknown event: \(event)", sourceLocation: location)
                continue
            }
            expect(event.fields, expected, in: event.name, location)
            if event.name == "resolved", let object = event["metadata"] { expect(object, metadata, in: "metadata", location) }
            // A warning, or a failure, may be about no file; everything else names one.
            if !ofNoFile.contains(event.name), event.name != "warning", event["id"]?.isNull != true {
                for name in ["id", "ref", "path"] { #expect(event[name]?.string != nil, "\(event)", sourceLocation: location) }
                #expect(event["path"]?.string?.hasPrefix("/") == true, "\(event)", sourceLocation: location)
            }
        }
    }

    private static func expect(_ value: JSONValue, _ expected: [String: Kind], in name: String, _ location: SourceLocation) {
        for (field, kind) in expected {
            guard let found = value[field] else {
                Issue.record("\(name) has no \(field): \(value)", sourceLocation: location)
                continue
            }
            #expect(kind.fits(found), "\(name).\(field) is \(found)", sourceLocation: location)
        }
    }

    /// RFC 3339, in UTC.
    private static func isTime(_ text: String?) -> Bool {
        text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil
    }
}
