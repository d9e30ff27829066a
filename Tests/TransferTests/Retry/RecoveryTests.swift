import FetchTypes
import Glibc
import ModelSources
import TestSupport
import Testing
@testable import Events
@testable import Partials
@testable import Storage
@testable import Transfer

@Suite("Recovery") struct RecoveryTests {
    static let file = plannedFile(in: "/m")

    /// The action in one word, with what matters of it.
    private static func word(_ recovery: Recovery) -> String {
        switch recovery {
        case .fail(let failure): "fail \(failure.kind.rawValue) \(failure.code.rawValue)"
        case .renew: "renew"
        case .retry(let reason, let asked, let failure): "retry \(reason.name) \(asked.map { "\($0)" } ?? "-") \(failure.code.rawValue)"
        case .startOver: "startOver"
        case .useBuiltin: "builtin"
        }
    }

    private func word(_ error: any Error, engine: EngineName = .builtin, fresh: Bool = true, published: Bool = true) -> String {
        Self.word(Recovery.from(error, file: Self.file, engine: engine, linkIsFresh: fresh, sizeIsPublished: published))
    }

    static let statuses: [(status: Int, old: String, fresh: String, freshByAria2: String)] = [
        (401, "renew", "fail needs_login 77", "builtin"), (403, "renew", "fail needs_login 77", "builtin"),
        (404, "renew", "fail not_found 66", "builtin"), (410, "renew", "fail not_found 66", "builtin"),
        (408, "retry server - 75", "retry server - 75", "retry server - 75"),
        (429, "retry rate_limited - 75", "retry rate_limited - 75", "retry rate_limited - 75"),
        (500, "retry server - 75", "retry server - 75", "retry server - 75"),
        (503, "retry server - 75", "retry server - 75", "retry server - 75"),
        (599, "retry server - 75", "retry server - 75", "retry server - 75"), (416, "startOver", "startOver", "startOver"),
        (400, "renew", "fail server 75", "fail server 75"), (301, "renew", "fail server 75", "fail server 75"),
        (451, "renew", "fail server 75", "fail server 75"), (304, "renew", "fail server 75", "fail server 75"),
    ]

    @Test("A status leads to a new link once, to another try, or to the end", arguments: statuses)
    func refused(status: Int, old: String, fresh: String, freshByAria2: String) {
        let fault = TransferFault.refused(status: status, retryAfter: nil, host: "h")
        #expect(word(fault, fresh: false) == old)
        #expect(word(fault, engine: .aria2, fresh: false) == old)
        #expect(word(fault) == fresh)
        #expect(word(fault, engine: .aria2) == freshByAria2)
    }

    @Test("What the server asks to wait is passed on", arguments: [429, 503])
    func asked(status: Int) {
        let words = word(TransferFault.refused(status: status, retryAfter: 17, host: "h"))
        #expect(words == "retry \(status == 429 ? "rate_limited" : "server") 17.0 75")
        let transient = TransientRefusal(Failure(.rateLimited, "m"), retryAfter: 9)
        #expect(word(transient) == "retry rate_limited 9.0 75")
        #expect(word(TransientRefusal(Failure(.server, "m"))) == "retry server - 75")
    }

    static let networks: [(kind: TransportFault.Kind, word: String)] = [
        (.nameResolution, "retry reset - 69"), (.connect, "retry reset - 69"),
        (.proxyName, "retry reset - 69"), (.proxyConnect, "retry reset - 69"), (.proxyRefusal, "retry reset - 69"),
        (.timeout, "retry timeout - 75"),
        (.dropped, "retry reset - 75"), (.cut, "retry reset - 75"), (.malformed, "retry server - 75"), (.tls, "fail tls 69"),
        (.forbiddenAddress, "fail unreachable 69"),
    ]

    @Test("A broken connection is tried again, unless it was not trusted", arguments: networks)
    func network(kind: TransportFault.Kind, expected: String) {
        let fault = TransportFault(kind, host: "h", detail: "d")
        #expect(word(fault) == expected)
        #expect(word(TransferFault.network(fault)) == expected)
        #expect(word(TransferFault.network(fault), engine: .aria2, fresh: false) == expected)
    }

    static let others: [(fault: TransferFault, word: String)] = [
        (.changed("its ETag is another than before"), "startOver"), (.rangesIgnored, "startOver"),
        (.wrongSize(expected: 5, got: 6), "fail size 65"),
        (.page(host: "h"), "fail not_a_model 65"), (.protocolViolation("n"), "retry server - 75"),
        (.stalled(host: "h"), "retry stalled - 75"),
        (.engineLost("it died"), "builtin"),
        (.engineLeft, "builtin"),
    ]

    @Test("Every other fault has its one action", arguments: others)
    func other(fault: TransferFault, expected: String) {
        #expect(word(fault) == expected)
        #expect(word(fault, fresh: false) == expected)
    }

    @Test("A size that was not published may change: the file is fetched again")
    func unpublishedSize() {
        #expect(word(TransferFault.wrongSize(expected: 5, got: 6), published: false) == "startOver")
    }

    @Test("Failures and disk faults stay what they are")
    func plain() {
        #expect(word(Failure(.gated, "m")) == "fail gated 77")
        #expect(word(IOFault(code: ENOSPC, "writing", "/m/x")) == "fail disk_full 74")
        #expect(word(IOFault(code: EACCES, "writing", "/m/x")) == "fail permission 73")
        #expect(word(Unexpected(what: "x")) == "fail io 74")
    }

    @Test("Every failure that a person may see says why, or what to do", arguments: statuses.map(\.status))
    func words(status: Int) {
        let fault = TransferFault.refused(status: status, retryAfter: nil, host: "files.example")
        switch Recovery.from(fault, file: Self.file, engine: .builtin, linkIsFresh: true, sizeIsPublished: true) {
        case .fail(let failure), .retry(_, _, let failure):
            #expect(failure.message.contains("files.example"))
            #expect(failure.why?.contains("\(status)") == true)
            #expect(failure.hint?.isEmpty == false)
        case .renew(let reason), .startOver(let reason): #expect(!reason.isEmpty)
        case .useBuiltin(let reason): #expect(reason?.isEmpty == false)
        }
    }

    @Test("A 400 for a file of the Hub's that is larger than it serves over HTTP is said to be that")
    func tooLarge() {
        func end(_ size: Int64, _ source: SourceName = .huggingFace) -> String {
            let file = plannedFile(in: "/m", file: sourceFile(size: size), source: source)
            let fault = TransferFault.refused(status: 400, retryAfter: nil, host: "h")
            return Self.word(Recovery.from(fault, file: file, engine: .builtin, linkIsFresh: true, sizeIsPublished: true))
        }
        #expect(end(401_000_000_000) == "fail usage 69")
        #expect(end(50_000_000_000) == "fail server 75")
        #expect(end(401_000_000_000, .direct) == "fail server 75")
    }
}
