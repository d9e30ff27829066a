import FetchTypes
import Foundation
import JSONText
import ModelSources
import TestSupport
import Testing
@testable import Events
@testable import Transfer

@Suite("Events") struct EventTests {
    static let tag = FileTag(ref: "hf:org/name", path: "/m/model.bin")

    static var metadata: FileMetadata {
        var metadata = FileMetadata()
        metadata.model = "Pastel"
        metadata.trainedWords = ["one", "two"]
        metadata.gated = false
        return metadata
    }

    static let all: [(event: Event, name: String, fields: [String])] = [
        (
            .resolved(
                tag,
                Event.Resolved(
                    source: .huggingFace, title: "t", name: "model.bin", size: 5, sha256: nil, urlHost: "h", metadata: metadata, pinned: "p"
                )),
            "resolved", ["source", "name", "size", "sha256", "url_host", "metadata"]
        ),
        (.planned(files: 2, size: nil, toFetch: 3, free: 4), "planned", ["files", "size", "to_fetch_bytes", "free_bytes"]),
        (.skipped(tag, reason: .complete, size: 1, sha256: "aa"), "skipped", ["reason", "size", "sha256"]),
        (
            .started(tag, engine: .aria2, connections: 4, resumed: 7, size: 9), "started",
            ["engine", "connections", "resumed_bytes", "size"]
        ),
        (
            .progress(tag, Event.Progress(received: 1, size: 2, rate: 3.7, eta: 0.3, connections: 4)), "progress",
            ["received_bytes", "size", "bytes_per_second", "eta_seconds", "connections"]
        ),
        (.waiting(tag, reason: .rateLimited, seconds: 3, note: "n"), "waiting", ["reason", "seconds"]),
        (.retrying(tag, reason: .reset, seconds: 5.5, attempt: 1, of: 5), "retrying", ["reason", "seconds", "attempt", "of"]),
        (.renewed(tag, reason: "r"), "renewed", ["reason"]),
        (.failover(tag, from: .aria2, to: .builtin, reason: "r"), "failover", ["from", "to", "reason"]),
        (.verifying(tag, algorithm: "sha256", digest: "aa"), "verifying", ["algorithm", "digest"]),
        (.verified(tag, algorithm: "size", digest: nil), "verified", ["algorithm", "digest"]),
        (
            .finished(
                tag,
                Event.Finished(
                    size: 10, sha256: "aa", verified: "sha256", engine: .builtin, seconds: 2, fetched: 10, averageRate: 5.9)),
            "finished", ["size", "sha256", "verified", "engine", "seconds", "fetched_bytes", "average_bytes_per_second"]
        ),
        (
            .failed(tag, Failure(.checksum, "m", why: "w", hint: "h", page: "https://p"), keptBytes: 3), "failed",
            ["code", "kind", "message", "why", "hint", "url", "kept_bytes"]
        ),
        (.warning(tag, kind: "k", message: "m"), "warning", ["kind", "message"]),
        (.warning(nil, kind: "k", message: "m"), "warning", ["kind", "message"]),
        (.fleet(.joined(rank: 1, size: 2, coordinator: "10.0.0.1:7700")), "fleet_joined", ["rank", "size", "coordinator"]),
        (.fleet(.coordinator(rank: 1, address: "10.0.0.2:7700")), "fleet_coordinator", ["rank", "address"]),
        (.fleet(.gone(rank: 1)), "fleet_gone", ["rank"]),
        (
            .fleet(.progress(Event.FleetProgress(present: 1, size: 2, originCopies: 0.5, peerRate: 1.5))), "fleet_progress",
            ["present", "size", "origin_copies", "peer_bytes_per_second"]
        ),
        (
            .fleet(.done(origin: 1, peers: 2, uploaded: 3, originCopies: 1)), "fleet_done",
            ["origin_bytes", "peer_bytes", "uploaded_bytes", "origin_copies"]
        ),
        (
            .summary(Event.Summary(code: 65, finished: 1, skipped: 2, failed: 3, fetched: 4, seconds: 5)), "summary",
            ["code", "finished", "skipped", "failed", "fetched_bytes", "seconds"]
        ),
    ]

    /// The fields' names in the order written, of the outer object.
    private func names(_ json: JSONTree) -> [String] {
        guard case .object(let fields) = json else { return [] }
        return fields.map(\.name)
    }

    @Test("Every event is one line with its own fields in a fixed order", arguments: all)
    func fields(event: Event, name: String, fields: [String]) throws {
        let json = event.json(time: "2026-01-02T03:04:05Z")
        let about = event.tag == nil ? [] : ["id", "ref", "path"]
        #expect(names(json) == ["event", "time"] + about + fields)
        #expect(json.line.split(whereSeparator: { $0.isNewline }).count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.line.utf8)) as? [String: Any])
        #expect(object["event"] as? String == name)
        #expect(object["time"] as? String == "2026-01-02T03:04:05Z")
        #expect(object["path"] as? String == event.tag?.path)
    }

    @Test("Values are whole bytes and seconds, and unknown is null")
    func values() {
        func text(_ index: Int) -> String { Self.all[index].event.json(time: "T").line }
        let about = #""id":"\#(Self.tag.id)","ref":"hf:org/name","path":"/m/model.bin""#
        #expect(text(1) == #"{"event":"planned","time":"T","files":2,"size":null,"to_fetch_bytes":3,"free_bytes":4}"#)
        #expect(
            text(4)
                == #"{"event":"progress","time":"T",\#(about),"received_bytes":1,"size":2,"bytes_per_second":3,"eta_seconds":0.3,"connections":4}"#
        )
        #expect(text(10) == #"{"event":"verified","time":"T",\#(about),"algorithm":"size","digest":null}"#)
        #expect(
            text(12)
                == #"{"event":"failed","time":"T",\#(about),"code":65,"kind":"checksum","message":"m","why":"w","hint":"h","url":"https://p","kept_bytes":3}"#
        )
        #expect(
            text(0).hasSuffix(
                #""metadata":{"page_url":null,"model":"Pastel","version":null,"type":null,"base_model":null,"trained_words":["one","two"],"licence":null,"gated":false,"nsfw":null,"preview_urls":[],"pinned":"p"}}"#
            ))
    }

    @Test("A file's id is the same in every run, and another for another reference or target")
    func id() {
        #expect(FileTag(ref: "hf:org/name", path: "/m/model.bin").id == Self.tag.id)
        #expect(FileTag(ref: "hf:org/name", path: "/m/model2.bin").id != Self.tag.id)
        #expect(FileTag(ref: "hf:org/other", path: "/m/model.bin").id != Self.tag.id)
        #expect(Self.tag.id == "08c797be709056a1")
    }

    @Test("Reasons and engines have their public names")
    func names() {
        let reasons: [Event.WaitReason] = [.rateLimited, .locked, .timeout, .reset, .stalled, .server, .expiring, .refused]
        #expect(reasons.map(\.name) == ["rate_limited", "locked", "timeout", "reset", "stalled", "server", "expiring", "refused"])
        // The set of reasons is closed: a connection that was never made is one that broke.
        #expect(Set(Event.WaitReason.allCases.map(\.name)) == Set(reasons.map(\.name)))
        #expect([Event.SkipReason.complete, .optional].map(\.rawValue) == ["complete", "optional"])
        #expect([EngineName.aria2, .builtin].map(\.rawValue) == ["aria2", "builtin"])
    }
}
