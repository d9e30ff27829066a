import Events
import FetchTypes
import ModelSources
import TestSupport
import Testing
@testable import Partials
@testable import Storage
@testable import Transfer

/// The loop with engines that do what a script says: what is told, and what is left on the disk.
@Suite("The loop of a transfer") struct TransferLoopTests {
    static let size: Int64 = 4 << 20

    private static let dropped = TransferFault.network(TransportFault(.dropped, host: "h", detail: "d"))
    private static func refused(_ status: Int) -> TransferFault { .refused(status: status, retryAfter: nil, host: "h") }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var moves: [Move]
        var tries: [String]
        var told: [String]
        var end = "done by builtin"
        var hasAria2 = false
        var present = 0
        var source = SourceName.huggingFace
    }

    static let cases: [Case] = [
        Case(testDescription: "all at once", moves: [.finish], tries: ["builtin /1"], told: []),
        Case(
            testDescription: "a broken connection goes on at once", moves: [.bring(1 << 20, dropped), .finish],
            tries: ["builtin /1", "builtin /1"], told: ["retrying reset 0"]),
        Case(
            testDescription: "three refusals are waited for", moves: [.fail(refused(503)), .fail(refused(503)), .finish],
            tries: ["builtin /1", "builtin /1", "builtin /1"], told: ["retrying server 1", "retrying server 2"]),
        Case(
            testDescription: "a link that served is renewed", moves: [.bring(1 << 20, dropped), .fail(refused(403)), .finish],
            tries: ["builtin /1", "builtin /1", "builtin /2"], told: ["retrying reset 0", "renewed"]),
        Case(
            testDescription: "a new link that is refused is the end", moves: [.fail(refused(403))], tries: ["builtin /1"], told: [],
            end: "needs_login 77"),
        Case(
            testDescription: "a redirect is followed", moves: [.fail(refused(302)), .finish], tries: ["builtin /1", "builtin /1/end"],
            told: []),
        Case(
            testDescription: "a page is asked for again", moves: [.fail(TransferFault.page(host: "h")), .finish],
            tries: ["builtin /1", "builtin /2"], told: ["renewed"]),
        Case(
            testDescription: "another version is begun again", moves: [.bring(2 << 20, TransferFault.changed("w")), .finish],
            tries: ["builtin /1", "builtin /2"], told: ["warning restarted", "renewed"]),
        Case(
            testDescription: "one that was published with another size is refused",
            moves: [.fail(TransferFault.wrongSize(expected: size, got: 5))], tries: ["builtin /1"], told: [], end: "size 65"),
        Case(
            testDescription: "the whole file where others gave ranges is another try",
            moves: [.fail(TransferFault.rangesIgnored), .finish], tries: ["builtin /1", "probe", "builtin /1"],
            told: ["retrying server 1"], present: 1),
        Case(
            testDescription: "other ranges twice mean the whole file",
            moves: [.fail(TransferFault.protocolViolation("n")), .fail(TransferFault.protocolViolation("n")), .finish],
            tries: ["builtin /1", "builtin /1", "builtin /1 whole"],
            told: ["retrying server 1", "warning restarted", "retrying server 2"], present: 1),
        Case(
            testDescription: "aria2c that is lost leaves it to the builtin engine",
            moves: [.fail(TransferFault.engineLost("it died")), .finish], tries: ["probe", "aria2 /1", "builtin /1"],
            told: ["failover aria2 builtin"], hasAria2: true),
        Case(
            testDescription: "an engine that leaves the file has told why",
            moves: [.fail(TransferFault.engineLeft), .finish], tries: ["probe", "aria2 /1", "builtin /1"], told: [], hasAria2: true),
        Case(
            testDescription: "aria2c that gets nothing leaves it too", moves: [.fail(dropped), .fail(dropped), .finish],
            tries: ["probe", "aria2 /1", "probe", "aria2 /1", "builtin /1"], told: ["retrying reset 1", "failover aria2 builtin"],
            hasAria2: true),
        Case(
            testDescription: "after aria2c the source is asked once more", moves: [.finish], tries: ["probe", "aria2 /1", "probe"],
            told: [], end: "done by aria2", hasAria2: true),
    ]

    @Test("The loop does what follows each fault", arguments: cases)
    func follows(row: Case) async throws {
        let script = Script(row.moves, hasAria2: row.hasAria2)
        let (tries, told, end, partial) = try await run(script, present: row.present, source: row.source)
        #expect(tries == row.tries)
        #expect(told == row.told)
        #expect(end == row.end)
        if end.hasPrefix("done") { #expect(partial.map?.isComplete == true) }
    }

    @Test("Tries end with the source's own failure, and received bytes are kept")
    func givesUp() async throws {
        let moves: [Move] = [.bring(1 << 20, Self.refused(500)), .fail(Self.refused(500)), .fail(Self.refused(500))]
        let (tries, told, end, partial) = try await run(Script(moves), retries: 2)
        #expect(tries.count == 3)
        #expect(told == ["retrying server 1", "retrying server 2"])
        #expect(end == "server 75")
        #expect(partial.presentBytes == 1 << 20)
    }

    @Test("A server without ranges is not given to aria2c")
    func noRanges() async throws {
        let script = Script([.finish], hasAria2: true, answer: Script.whole)
        let (tries, _, end, _) = try await run(script)
        #expect(tries == ["probe", "builtin /1"])
        #expect(end == "done by builtin")
    }

    @Test("Four changes of a file are one too many")
    func settles() async throws {
        let changes = Array(repeating: Move.fail(TransferFault.changed("w")), count: 4)
        let (tries, told, end, _) = try await run(Script(changes))
        #expect(tries.count == 4)
        #expect(told.filter { $0 == "warning restarted" }.count == 3)
        #expect(end == "server 75")
    }

    @Test("All of it runs on its task's executor, so that no thread of the cooperative pool waits for a disk")
    func executor() async throws {
        let script = Script([.fail(Self.dropped), .bring(1 << 20, TransferFault.changed("w")), .finish], hasAria2: true)
        let task = Task(executorPreference: BlockingExecutor.forTasks) { try await run(script).end }
        #expect(try await task.value == "done by aria2")
        #expect(script.mayBlock.count >= 6)
        #expect(script.mayBlock.allSatisfy { $0 })
    }

    @Test("A cancelled task ends as one, whatever the engine said")
    func cancelled() async throws {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await run(Script([.fail(Self.refused(500))])).end
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
