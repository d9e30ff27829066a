import Foundation
import Server

@testable import Fleet

extension Decoder {
    /// What other nodes of a fleet say, holders of its secret and strangers, and what Slurm does.
    static let fleet: [Decoder] = [
        Decoder(
            "fleet-message",
            [
                #"{"join":{"_0":{"address":"10.0.0.1","controlPort":7700,"dataPort":7701,"members":2,"digest":"\#(manifest?.digest ?? "")","kept":[{"segment":0,"hashes":"\#(hash)"}],"held":[1],"checking":[[0,1]],"isRankGiven":false,"mark":"m","refused":[[0,1]]}}}"#,
                #"{"claim":{"files":[0,1]}}"#, #"{"have":{"segment":0,"hashes":"\#(hash)"}}"#, #"{"got":{"segments":[0]}}"#,
                #"{"kept":{"_0":{"segment":0,"hashes":"\#(hash)","hasher":1}}}"#,
                #"{"renew":{"held":[{"segment":0,"bytes":5,"rate":1.5,"isLimited":false,"isSample":true}],"checking":[[0,1]],"counts":{"origin":1,"peers":2,"uploaded":3,"peerRate":4}}}"#,
                #"{"complain":{"segment":0}}"#, #"{"bad":{"file":0,"round":0}}"#, #"{"verified":{"file":0,"sha256":"\#(hash)\#(hash)"}}"#,
                #"{"sampleFailed":{"segment":0,"isRateLimited":true}}"#,
                #"{"sampled":{"segment":0,"piece":0,"sha1":"\#(hash)"}}"#,
                #"{"rateLimited":{"segment":0}}"#,
                #"{"done":{"counts":{"origin":1,"peers":2,"uploaded":3,"peerRate":4}}}"#, #"{"leave":{}}"#,
            ]
        ) { bytes in
            guard let message = FleetJSON.decode(FleetMessage.self, bytes), let manifest else { return }
            var table = SegmentTable(manifest: manifest)
            for (process, rank) in [("a", 0), ("b", 1)] {
                let join = FleetJoin(
                    rank: rank, address: "10.0.0.1", controlPort: 1, dataPort: 0, members: 2, digest: manifest.digest)
                _ = table.handle(.join(join), from: process, now: .zero)
            }
            for second in 0..<8 { _ = table.handle(message, from: second % 2 == 0 ? "a" : "b", now: .seconds(second)) }
        },
        Decoder(
            "fleet-answer",
            [
                #"{"joined":{"rank":1}}"#, #"{"claimed":{"segment":3}}"#, #"{"refetch":{"_0":true}}"#, #"{"bad":{"_0":"again"}}"#,
                #"{"sample":{"segment":3,"piece":1}}"#,
                #"{"events":[{"have":{"segment":0,"hashes":"\#(hash)","keeper":1}},{"void":{"segments":[0],"file":0,"round":1}}],"next":2}"#,
                #"{"rank":0,"isCoordinator":true,"epoch":"00","digest":"00","wantsLists":true}"#,
                #"{"lists":{"a":"b"},"isHopeless":false}"#, #"{"keys":["a"]}"#, #"{"host":"10.0.0.1","port":7700}"#,
            ]
        ) { bytes in
            _ = (FleetJSON.decode(FleetReply.self, bytes), FleetJSON.decode(FleetEventPage.self, bytes))
            _ = (FleetJSON.decode(FleetHello.self, bytes), FleetJSON.decode(FleetListAnswer.self, bytes))
            _ = (FleetJSON.decode(FleetListQuestion.self, bytes), FleetJSON.decode(FleetClient.Place.self, bytes))
        },
        .text(
            "fleet-stamp", ["\(hash.prefix(32))\n-\n1\n\(hash)\(hash)", "\(hash.prefix(32))\n\(hash.prefix(32))\n18446744073709551615\n00"]
        ) {
            let fields = $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let names = [RequestStamp.nodeField, RequestStamp.epochField, RequestStamp.counterField, RequestStamp.codeField]
            let request = ServerRequest(path: "/fleet/say", headers: zip(names, fields).map { (name: $0, value: $1) })
            _ = RequestStamp.read(request)
        },
        .text("slurm-list", ["gpu[01-04,07],login1", "rack[1-2]n[1-3].example"]) { _ = SlurmNodeList.hosts($0) },
        .text("fleet-place", ["tcp://box:7700", "tcp://[::1]:1", "slurm"]) { _ = FleetRendezvous($0) },
    ]

    private static let hash = String(repeating: "0f", count: 20)
    private static let manifest = try? FleetManifest(
        files: [FleetFile(name: "a", size: 1 << 20), FleetFile(name: "b", size: 20 << 20)], members: 2)
}
