import Events
import FetchTypes
import Foundation
import Synchronization
import Testing
@testable import FetchKit

@Suite("The ledger of a batch") struct BatchLedgerTests {
    @Test("reports results in the order given, whichever thread settles them")
    func order() {
        let told = Mutex<[Int]>([])
        let ledger = Mutex<BatchLedger?>(nil)
        let made = BatchLedger(count: 3) { index, _ in
            if index == 0 {
                // The others are settled by another thread while the first is being told.
                let isDone = DispatchSemaphore(value: 0)
                Thread.detachNewThread {
                    let ledger = ledger.withLock { $0 }
                    ledger?.settle(2, .finished)
                    ledger?.settle(1, .finished)
                    isDone.signal()
                }
                isDone.wait()
            }
            told.withLock { $0.append(index) }
        }
        ledger.withLock { $0 = made }
        made.settle(0, .finished)
        #expect(told.withLock { $0 } == [0, 1, 2])
        ledger.withLock { $0 = nil }
    }

    /// What is told to a ledger of two requests, the first of two files, the second of one.
    enum Move: Sendable {
        case expect(Int, files: Int)
        case finish(Int, Int64)
        case skip(Int)
        case plan(Int)
        case fail(Int, FailureKind, isWhole: Bool)
        case miss(Int, FailureKind, isWhole: Bool)
        case pass(Int, FailureKind, isWhole: Bool)
    }

    struct Row: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var moves: [Move]
        /// What has been told by the end: the request and what became of it.
        var told: [String]
        /// Finished, skipped and failed files, bytes, and the code.
        var summary: String
    }

    static let rows: [Row] = [
        Row(
            testDescription: "all finish",
            moves: [.expect(0, files: 2), .expect(1, files: 1), .finish(0, 5), .finish(0, 6), .finish(1, 7)],
            told: ["0 there /0", "1 there /1"], summary: "3 0 0, 18 B, code 0"),
        Row(
            testDescription: "the second first", moves: [.expect(0, files: 1), .finish(1, 7), .finish(0, 1)],
            told: ["0 there /0", "1 there"], summary: "2 0 0, 8 B, code 0"),
        Row(
            testDescription: "what is there is skipped", moves: [.expect(0, files: 2), .skip(0), .finish(0, 3), .skip(1)],
            told: ["0 there /0", "1 there"], summary: "1 2 0, 3 B, code 0"),
        Row(
            testDescription: "no file at all", moves: [.expect(0, files: 0), .finish(1, 1)], told: ["0 there /0", "1 there"],
            summary: "1 0 0, 1 B, code 0"),
        Row(
            testDescription: "one file of two fails: the request does, once all is settled",
            moves: [.expect(0, files: 2), .fail(0, .checksum, isWhole: false), .finish(1, 1)], told: [], summary: "1 0 1, 1 B, code 65"),
        Row(
            testDescription: "the first failure is the request's",
            moves: [.expect(0, files: 2), .fail(0, .checksum, isWhole: false), .fail(0, .server, isWhole: false), .finish(1, 1)],
            told: ["0 failed checksum", "1 there"], summary: "1 0 2, 1 B, code 65"),
        Row(
            testDescription: "a request that fails as a whole has nothing open",
            moves: [.expect(0, files: 2), .fail(0, .server, isWhole: true), .finish(1, 1)], told: ["0 failed server", "1 there"],
            summary: "1 0 1, 1 B, code 75"),
        Row(
            testDescription: "the first failed request gives the code",
            moves: [.fail(1, .checksum, isWhole: true), .fail(0, .server, isWhole: true)],
            told: ["0 failed server", "1 failed checksum"], summary: "0 0 2, 0 B, code 75"),
        Row(
            testDescription: "a user's stop gives the code, wherever it is",
            moves: [.fail(0, .server, isWhole: true), .fail(1, .interrupted, isWhole: true)],
            told: ["0 failed server", "1 failed interrupted"], summary: "0 0 2, 0 B, code 130"),
        Row(
            testDescription: "what is optional may be missing", moves: [.miss(0, .server, isWhole: true), .finish(1, 2)],
            told: ["0 missing server", "1 there"], summary: "1 1 0, 2 B, code 0"),
        Row(
            testDescription: "what another reference may download does not count",
            moves: [.pass(0, .server, isWhole: true), .finish(1, 2)], told: ["0 missing server", "1 there"],
            summary: "1 0 0, 2 B, code 0"),
        Row(
            testDescription: "a plan moves nothing", moves: [.expect(0, files: 2), .plan(0), .plan(0), .plan(1)],
            told: ["0 planned", "1 planned"], summary: "0 0 0, 0 B, code 0"),
    ]

    @Test("counts files, and tells what became of each request once nothing of it is open", arguments: rows)
    func counts(row: Row) {
        let told = Mutex<[String]>([])
        let ledger = BatchLedger(count: 2) { index, result in told.withLock { $0.append("\(index) \(Self.word(result))") } }
        for move in row.moves {
            switch move {
            case .expect(let index, let files): ledger.expect(index, files: files, paths: ["/\(index)"])
            case .finish(let index, let bytes):
                ledger.settle(index, .finished)
                ledger.addFetched(bytes)
            case .skip(let index): ledger.settle(index, .skipped)
            case .plan(let index): ledger.settle(index, .planned)
            case .fail(let index, let kind, let isWhole): ledger.fail(index, Failure(kind, "m"), isWhole: isWhole)
            case .miss(let index, let kind, let isWhole): ledger.miss(index, Failure(kind, "m"), isWhole: isWhole)
            case .pass(let index, let kind, let isWhole): ledger.pass(index, Failure(kind, "m"), isWhole: isWhole)
            }
        }
        let summary = ledger.outcome().summary
        #expect(told.withLock(\.self) == row.told)
        #expect(
            "\(summary.finished) \(summary.skipped) \(summary.failed), \(summary.fetched) B, code \(summary.code)" == row.summary)
    }

    private static func word(_ result: Batch.Result) -> String {
        switch result {
        case .there(let paths): (["there"] + paths).joined(separator: " ")
        case .failed(let failure): "failed \(failure.kind.rawValue)"
        case .missing(let failure): "missing \(failure.kind.rawValue)"
        case .planned: "planned"
        }
    }

    static let closings: [(move: Move, isWhole: Bool?)] = [
        (.finish(0, 0), true), (.skip(0), true), (.fail(0, .server, isWhole: true), false), (.miss(0, .server, isWhole: true), false),
        (.plan(0), nil),
    ]

    @Test("closes a request once, before its result, with whether it is complete; never one that is only planned", arguments: closings)
    func closes(move: Move, isWhole: Bool?) {
        let heard = Mutex<[String]>([])
        let ledger = BatchLedger(count: 1) { _, result in heard.withLock { $0.append(Self.word(result)) } }
        ledger.expect(0, files: 1, paths: []) { isWhole in heard.withLock { $0.append("closing \(isWhole)") } }
        switch move {
        case .finish: ledger.settle(0, .finished)
        case .skip: ledger.settle(0, .skipped)
        case .plan: ledger.settle(0, .planned)
        case .fail(_, let kind, let isWhole): ledger.fail(0, Failure(kind, "m"), isWhole: isWhole)
        case .miss(_, let kind, let isWhole): ledger.miss(0, Failure(kind, "m"), isWhole: isWhole)
        default: break
        }
        let words = heard.withLock(\.self)
        #expect(words.filter { $0.hasPrefix("closing") } == (isWhole.map { ["closing \($0)"] } ?? []))
        #expect(words.count == (isWhole == nil ? 1 : 2))
        #expect(words.last?.hasPrefix("closing") == false)
    }

    @Test("A closing that fails is the request's failure")
    func closingFails() {
        let told = Mutex<[String]>([])
        let ledger = BatchLedger(count: 1) { _, result in told.withLock { $0.append(Self.word(result)) } }
        ledger.expect(0, files: 1, paths: []) { _ throws(Failure) in throw Failure(.io, "m") }
        ledger.settle(0, .finished)
        #expect(told.withLock(\.self) == ["failed io"])
        #expect(ledger.outcome().summary.failed == 1)
    }

    @Test(
        "A refusal is told to the request's other files, another failure is not", arguments: [(FailureKind.gated, true), (.server, false)])
    func refusal(kind: FailureKind, isRefusal: Bool) {
        let ledger = BatchLedger(count: 2) { _, _ in }
        ledger.expect(0, files: 3, paths: [])
        ledger.fail(0, Failure(kind, "m"))
        #expect((ledger.refusal(0) != nil) == isRefusal)
        #expect(ledger.refusal(1) == nil)
        #expect(!ledger.hasPassed)
        ledger.pass(1, Failure(.server, "m"))
        #expect(ledger.hasPassed)
    }
}
