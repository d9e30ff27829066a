import Events
import FetchTypes
import ModelSources
import Partials
import TestSupport
import Testing
@testable import Transfer

@Suite("The action after a fault") struct RetryStateTests {
    static let start = ContinuousClock.now

    static func state(limit: Int = 5, refusals: Int? = nil, source: SourceName = .huggingFace, present: Int64 = 0) -> RetryState {
        var policy = RetryPolicy(limit: limit, minimumDelay: 4, maximumDelay: 60)
        policy.refusalLimit = refusals
        return RetryState(plannedFile(in: "/m", source: source), policy: policy, present: present, now: start)
    }

    /// A try of the builtin engine that received nothing.
    static func seen(_ change: (inout Observation) -> Void = { _ in }) -> Observation {
        var seen = Observation(engine: .builtin, hasBegun: true, timeLimit: 300)
        (seen.linkIsFresh, seen.now, seen.jitter) = (true, start, 0.5)
        change(&seen)
        return seen
    }

    /// The first try that received bytes of the file, this many.
    static func brought(_ bytes: Int64, _ change: (inout Observation) -> Void = { _ in }) -> Observation {
        seen {
            ($0.fetchedInTry, $0.fetched, $0.received) = (bytes, bytes, bytes)
            change(&$0)
        }
    }

    static func word(_ action: RetryAction) -> String {
        switch action {
        case .fail(let failure): "fail \(failure.kind.rawValue)\(failure.cannotResume ? " cannotResume" : "") \(failure.code.rawValue)"
        case .reconnect: "reconnect"
        case .followRedirect: "follow"
        case .renewLink: "renew"
        case .useBuiltin: "builtin"
        case .startOver: "startOver"
        case .abandonRanges(let pause): "abandonRanges \(word(pause))"
        case .pause(let pause): word(pause)
        }
    }

    private static func word(_ pause: RetryPause) -> String {
        "\(pause.reason.name) \(pause.seconds)" + (pause.attempt.map { " try \($0)/\(pause.limit)" } ?? " asked")
    }

    static func network(_ kind: TransportFault.Kind) -> TransferFault { .network(TransportFault(kind, host: "h", detail: "d")) }
    static func refused(_ status: Int, _ after: Seconds? = nil) -> TransferFault { .refused(status: status, retryAfter: after, host: "h") }

    @Test("Tries double their waits, begin again after progress, and end")
    func backoff() {
        var state = Self.state(limit: 3)
        func next(_ seen: Observation) -> String { Self.word(state.action(after: Self.refused(500), observing: seen)) }
        #expect(next(Self.seen()) == "server 4.0 try 1/3")
        #expect(next(Self.seen()) == "server 8.0 try 2/3")
        #expect(next(Self.brought(10)) == "server 4.0 try 1/3")
        #expect(next(Self.brought(10)) == "server 8.0 try 2/3", "the same bytes are no progress")
        #expect(next(Self.seen()) == "server 16.0 try 3/3")
        #expect(next(Self.seen()) == "fail server 75")
    }

    @Test("What the server asks for is no try")
    func asked() {
        var state = Self.state(limit: 1)
        for _ in 0..<4 {
            #expect(Self.word(state.action(after: Self.refused(429, 9), observing: Self.seen())) == "rate_limited 9.0 asked")
        }
        #expect(Self.word(state.action(after: Self.refused(500), observing: Self.seen())) == "server 4.0 try 1/1")
    }

    @Test("A page is the end when it comes by another link too")
    func pageTwice() {
        var state = Self.state()
        #expect(Self.word(state.action(after: TransferFault.page(host: "h"), observing: Self.seen())) == "renew")
        #expect(Self.word(state.action(after: TransferFault.page(host: "h"), observing: Self.seen())) == "fail not_a_model 65")
    }

    @Test("aria2c that receives nothing twice in a row is replaced by the other engine")
    func futileRuns() {
        var state = Self.state(limit: 9)
        func next(_ change: (inout Observation) -> Void) -> String {
            let seen = Self.seen {
                $0.engine = .aria2
                change(&$0)
            }
            return Self.word(state.action(after: Self.network(.dropped), observing: seen))
        }
        #expect(next { _ in } == "reset 4.0 try 1/9")
        #expect(next { $0.hasBegun = false } == "reset 8.0 try 2/9", "one that did not begin breaks the row")
        #expect(next { _ in } == "reset 16.0 try 3/9")
        #expect(!state.isBuiltinOnly)
        #expect(next { _ in } == "builtin")
        #expect(state.isBuiltinOnly)
    }

    @Test("Other ranges than were asked for, twice, mean the whole file, where little is there", arguments: [(25, true), (26, false)])
    func abandoned(present: Int64, abandons: Bool) {
        var state = Self.state()
        let seen = Self.seen { ($0.present, $0.size) = (present, 100) }
        let fault = TransferFault.protocolViolation("n")
        #expect(Self.word(state.action(after: fault, observing: seen)) == "server 4.0 try 1/5")
        let second = Self.word(state.action(after: fault, observing: seen))
        #expect(second == (abandons ? "abandonRanges server 8.0 try 2/5" : "server 8.0 try 2/5"))
        #expect(Self.word(state.action(after: fault, observing: seen)) == "server 16.0 try 3/5", "once only")
    }

    @Test("A file that changes a fourth time is a failure")
    func restarts() {
        var state = Self.state()
        for _ in 0..<3 { #expect(Self.word(state.action(after: TransferFault.changed("w"), observing: Self.seen())) == "startOver") }
        #expect(Self.word(state.action(after: TransferFault.changed("w"), observing: Self.seen())) == "fail server 75")
    }

    @Test("A host that had answered is a temporary failure; one without ranges cannot be resumed")
    func explained() {
        func end(_ change: (inout Observation) -> Void) -> String {
            var state = Self.state(limit: 1)
            let seen = Self.seen(change)
            _ = state.action(after: Self.network(.connect), observing: seen)
            return Self.word(state.action(after: Self.network(.connect), observing: seen))
        }
        #expect(end { _ in } == "fail unreachable 69")
        #expect(end { $0.present = 1 } == "fail unreachable 75")
        #expect(end { ($0.fetched, $0.servesWholeOnly) = (1, true) } == "fail unreachable cannotResume 75")
        #expect(end { $0.servesWholeOnly = true } == "fail unreachable 69")
    }

    @Test("Refusals before the first byte have a limit of their own where a tool's line names one")
    func refusals() {
        var state = Self.state(refusals: 1)
        #expect(Self.word(state.action(after: Self.refused(503), observing: Self.seen())) == "server 4.0 try 1/5")
        #expect(Self.word(state.action(after: Self.refused(503), observing: Self.seen())) == "fail server 75")
        var begun = Self.state(refusals: 0)
        #expect(Self.word(begun.action(after: Self.refused(503), observing: Self.brought(1))) == "server 4.0 try 1/5")
        var long = Self.state(refusals: 5)
        #expect(Self.word(long.action(after: Self.refused(503, 11), observing: Self.seen())) == "fail server 75")
    }

    @Test("After a wrong checksum the builtin engine begins with all its tries")
    func clean() {
        var state = Self.state(limit: 1)
        _ = state.action(after: Self.refused(500), observing: Self.brought(50))
        state.beginClean(at: Self.start + .seconds(900))
        #expect(state.isBuiltinOnly)
        let late = Self.brought(9) { $0.now = Self.start + .seconds(1000) }
        #expect(Self.word(state.action(after: Self.refused(500), observing: late)) == "server 4.0 try 1/1")
    }
}
