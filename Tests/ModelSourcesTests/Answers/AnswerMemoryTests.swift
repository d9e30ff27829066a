import FetchTypes
import Synchronization
import Testing

@testable import ModelSources

@Suite("What services have answered in a run")
struct AnswerMemoryTests {
    /// Answers with statuses in order, the last one again and again, and counts.
    private final class Service: Sendable {
        private let state: Mutex<(statuses: [Int], count: Int)>
        init(_ statuses: [Int]) { state = Mutex((statuses, 0)) }
        var count: Int { state.withLock(\.count) }

        func answer(_ request: HTTPRequest) throws -> HTTPResponse {
            let status = state.withLock { state in
                state.count += 1
                return state.statuses.count > 1 ? state.statuses.removeFirst() : state.statuses[0]
            }
            if status == 0 { throw TransportFault(.connect, host: request.url.host, detail: "no") }
            return HTTPResponse(status: status, headers: HTTPHeaders([]), body: [UInt8](repeating: 0, count: 10))
        }
    }

    private static func request(_ text: String = "https://h/x", token: String? = nil) throws -> HTTPRequest {
        var request = HTTPRequest(.get, try #require(WebURL(text)))
        request.secretHeaders = token.map { [("Authorization", Secret($0))] } ?? []
        return request
    }

    @Test(
        "is asked for once where it is final, refusals too, and again where it may change",
        arguments: [
            ([200], 1), ([404], 1), ([401], 1), ([410], 1), ([403, 200], 2), ([429, 200], 2), ([503, 503, 200], 3), ([302], 4),
            ([0, 200], 2),
        ])
    func kept(row: (statuses: [Int], count: Int)) async throws {
        let service = Service(row.statuses)
        let memory = AnswerMemory()
        for _ in 0..<4 { _ = try? await memory.answer(try Self.request()) { try service.answer($0) } }
        #expect(service.count == row.count)
    }

    @Test("is one request while the first is on its way, and is asked for again by the next where that failed for a moment")
    func concurrent() async throws {
        for status in [200, 404, 503] {
            let service = Service([status])
            let memory = AnswerMemory()
            let begun = Atomic(false)
            let request = try Self.request()
            let first = Task {
                try await memory.answer(request) { request in
                    begun.store(true, ordering: .relaxed)
                    try await Task.sleep(for: .milliseconds(50))
                    return try service.answer(request)
                }
            }
            while !begun.load(ordering: .relaxed) { await Task.yield() }
            let second = try await memory.answer(request) { try service.answer($0) }
            #expect(try await first.value.status == status && second.status == status)
            // On a busy machine the second question may come when the first is answered.
            let count = service.count
            #expect(count == 1 || status == 503 && count == 2)
            _ = try await memory.answer(request) { try service.answer($0) }
            #expect(service.count == (status == 503 ? count + 1 : 1))
        }
    }

    @Test("is another one with another token, range or method, and none that is too old")
    func different() async throws {
        let (service, clock) = (Service([200]), Clock(.now))
        let memory = AnswerMemory(now: { clock.now })
        func ask(_ request: HTTPRequest) async throws { _ = try await memory.answer(request) { try service.answer($0) } }
        for token in ["a", "b", "a"] { try await ask(try Self.request(token: token)) }
        #expect(service.count == 2)
        var part = try Self.request(token: "a")
        part.range = HTTPRange(first: 0, last: 0)
        var head = try Self.request(token: "a")
        head.method = .head
        for request in [part, part, head, head] { try await ask(request) }
        #expect(service.count == 6)
        clock.advance(by: AnswerMemory.longest - .seconds(1))
        try await ask(try Self.request(token: "a"))
        #expect(service.count == 6)
        clock.advance(by: .seconds(2))
        for _ in 0..<2 { try await ask(try Self.request(token: "a")) }
        #expect(service.count == 7)
    }

    private final class Clock: Sendable {
        private let state: Mutex<ContinuousClock.Instant>
        init(_ start: ContinuousClock.Instant) { state = Mutex(start) }
        var now: ContinuousClock.Instant { state.withLock { $0 } }
        func advance(by duration: Duration) { state.withLock { $0 = $0.advanced(by: duration) } }
    }
}
