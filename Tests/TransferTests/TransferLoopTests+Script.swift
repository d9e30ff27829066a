import Events
import FetchTypes
import ModelSources
import Synchronization
import TestSupport
import Testing
@testable import Partials
@testable import Storage
@testable import Transfer

/// The engines and links of these tests do what a script says.
extension TransferLoopTests {
    /// What an engine does in one try.
    enum Move: Sendable {
        /// Fetches so many bytes more, and ends with the error, if there is one.
        case bring(Int64, (any Error)?)
        /// Ends with an error.
        case fail(any Error)
        /// Fetches all that is missing.
        case finish
    }

    private struct ScriptedEngine: TransferEngine {
        let name: EngineName
        let script: Script

        func transfer(_ work: TransferWork) async throws {
            script.noteExecutor()
            let link = try await work.links.link()
            script.note("\(name.rawValue) \(link.url.path)\(link.servesRanges == false ? " whole" : "")")
            switch script.next() {
            case .bring(let count, let error):
                bring(count, to: work)
                if let error { throw error }
            case .fail(let error): throw error
            case .finish: bring(TransferLoopTests.size, to: work)
            }
        }

        private func bring(_ count: Int64, to work: TransferWork) {
            let start = work.partial.presentBytes
            let end = min(start + count, TransferLoopTests.size)
            work.partial.note(written: start..<end)
            work.meter.add(Int(end - start))
        }
    }

    /// The moves to come, and what has been heard.
    final class Script: EngineSelection {
        private struct State {
            var moves: [Move]
            var heard: [String] = []
            var located = 0
            /// For each try and probe: whether it ran on the threads that may block.
            var mayBlock: [Bool] = []
        }
        private let state: Mutex<State>
        private let hasAria2: Bool
        /// The answer to every request for one byte.
        private let answer: HTTPResponse

        init(_ moves: [Move], hasAria2: Bool = false, answer: HTTPResponse = Script.range) {
            state = Mutex(State(moves: moves))
            self.hasAria2 = hasAria2
            self.answer = answer
        }

        static let range = HTTPResponse(
            status: 206, headers: HTTPHeaders([("Content-Range", "bytes 0-0/\(TransferLoopTests.size)"), ("Content-Length", "1")]))
        static let whole = HTTPResponse(status: 200, headers: HTTPHeaders([("Content-Length", "\(TransferLoopTests.size)")]))

        func next() -> Move { state.withLock { $0.moves.isEmpty ? .finish : $0.moves.removeFirst() } }
        func note(_ words: String) { state.withLock { $0.heard.append(words) } }
        var heard: [String] { state.withLock { $0.heard } }
        var mayBlock: [Bool] { state.withLock { $0.mayBlock } }
        func noteExecutor() {
            let isOnThreads = withUnsafeCurrentTask { $0?.unownedTaskExecutor == BlockingExecutor.forTasks.asUnownedTaskExecutor() }
            state.withLock { $0.mayBlock.append(isOnThreads) }
        }
        func locate() -> Int {
            state.withLock {
                $0.located += 1
                return $0.located
            }
        }

        var builtin: any TransferEngine { ScriptedEngine(name: .builtin, script: self) }

        func choose(
            for link: ByteLink, size: Int64?, connections: Int, hasMirrors: Bool, builtinOnly: Bool, emit: EventSink
        ) async -> any TransferEngine {
            hasAria2 && !builtinOnly ? ScriptedEngine(name: .aria2, script: self) : builtin
        }

        func onward(_ link: ByteLink) async throws -> ByteLink {
            var link = link
            link.url = WebURL("https://storage.example\(link.url.path)/end")!
            return link
        }

        func probe(_ link: ByteLink) async throws -> LinkProbe {
            noteExecutor()
            note("probe")
            return try LinkProbe(answer, of: link)
        }

        func servesRanges(_ link: ByteLink) -> Bool { false }
    }

    /// Gives `/1`, `/2`, …
    private struct Numbered: ByteLocator {
        let host = "files.example"
        let script: Script
        func locate() async throws -> ByteLink { ByteLink(url: WebURL("https://files.example/\(script.locate())")!) }
    }

    /// What became of a file whose engines followed the script: the engines' tries, what was told, and how it ended.
    /// - Parameter present: pieces that are there before.
    func run(
        _ script: Script, retries: Int = 5, present: Int = 0, source: SourceName = .huggingFace
    ) async throws -> (tries: [String], told: [String], end: String, partial: Partial) {
        let scratch = try Scratch()
        var file = sourceFile(size: Self.size)
        file.locator = Numbered(script: script)
        let planned = plannedFile(in: scratch.path, file: file, source: source)
        let (partial, found) = try await PartialLock(target: planned.target, timeout: 5, onWait: { _ in }).acquire()
        #expect(try partial.adopt(planned.wanted, found: found) == nil)
        for piece in 0..<present { partial.mark(piece: piece) }
        var options = FetchOptions(environment: [:])
        options.retry = RetryPolicy(limit: retries, minimumDelay: 0, maximumDelay: 0)
        options.verifies = false
        let told = Mutex<[String]>([])
        var loop = TransferLoop(
            planned: planned, partial: partial, options: options, engines: script, room: BatchRoom(), digest: IncrementalHasher(),
            meter: TransferMeter(), emit: { event in if let words = Self.words(event) { told.withLock { $0.append(words) } } })
        let end: String
        do {
            end = try await "done by \(loop.run().rawValue)"
        } catch let failure as Failure {
            end = "\(failure.kind.rawValue) \(failure.code.rawValue)"
        }
        return (script.heard, told.withLock(\.self), end, partial)
    }

    private static func words(_ event: Event) -> String? {
        switch event {
        case .retrying(_, let reason, _, let attempt, _): "retrying \(reason.name) \(attempt)"
        case .waiting(_, let reason, let seconds, _): "waiting \(reason.name) \(seconds ?? 0)"
        case .renewed: "renewed"
        case .failover(_, let from, let to, _): "failover \(from.rawValue) \(to.rawValue)"
        case .warning(_, let kind, _): "warning \(kind)"
        default: nil
        }
    }
}
