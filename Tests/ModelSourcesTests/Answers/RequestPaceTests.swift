import FetchTypes
import Testing

@testable import ModelSources

@Suite("The pace of requests")
struct RequestPaceTests {
    private let api = url("https://hub.example/api/models/a/b")
    private let file = url("https://hub.example/a/b/resolve/c/f")

    private func answer(_ left: Int, _ reset: Int, quota: Int? = 500) -> HTTPResponse {
        var fields = [(name: "RateLimit", value: "\"api\";r=\(left);t=\(reset)")]
        if let quota { fields.append(("RateLimit-Policy", "\"fixed window\";\"api\";q=\(quota);w=300")) }
        return HTTPResponse(status: 200, headers: HTTPHeaders(fields))
    }

    /// One request and what its answer says, nothing else being under way.
    private func ask(_ pace: RequestPace, _ url: WebURL, _ response: HTTPResponse, now: Double) {
        let number = pace.turn(url, now: now).number
        pace.learn(url, response, number: number, now: now)
    }

    @Test func isFullWhileMuchIsLeftOrNothingIsSaid() {
        let pace = RequestPace()
        #expect(pace.turn(api, now: 0).seconds == 0)
        ask(pace, api, HTTPResponse(status: 200), now: 0)
        ask(pace, api, answer(400, 200), now: 0)
        for _ in 0..<300 { #expect(pace.turn(api, now: 1).seconds == 0) }
    }

    @Test func slowsDownBeforeTheEnd() {
        let pace = RequestPace()
        ask(pace, api, answer(20, 60), now: 100)
        // The first goes at once, the others in even steps, and all of them within the window.
        let waits = (0..<20).map { _ in pace.turn(api, now: 100).seconds }
        #expect(waits[0] == 0)
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 < $1 })
        #expect(waits.last! > 40 && waits.last! <= 60)
    }

    @Test func waitsOutAnExhaustedWindowAndGoesOn() {
        let pace = RequestPace()
        ask(pace, api, answer(0, 55), now: 10)
        #expect(pace.turn(api, now: 15).seconds == 50)
        #expect(pace.turn(api, now: 65.1).seconds == 0)
    }

    @Test func leavesALongWaitToTheServersOwnWord() {
        let pace = RequestPace()
        ask(pace, api, answer(0, 3000), now: 0)
        #expect(pace.turn(api, now: 0).seconds == 0)
    }

    @Test func countsFilesApartAndEveryOriginForItself() {
        let pace = RequestPace()
        ask(pace, api, answer(0, 55), now: 0)
        #expect(pace.turn(file, now: 0).seconds == 0)
        #expect(pace.turn(url("https://hub.example/api/resolve-cache/models/a/b/c/f"), now: 0).seconds == 0)
        #expect(pace.turn(url("https://other.example/api/models/a/b"), now: 0).seconds == 0)
    }

    @Test func isNotFooledByAnswersThatOvertakeEachOther() {
        let pace = RequestPace()
        let numbers = (0..<3).map { _ in pace.turn(api, now: 0).number }
        for (number, left) in [(2, 1), (0, 3), (1, 2)] { pace.learn(api, answer(left, 50), number: numbers[number], now: 0.1) }
        #expect(pace.turn(api, now: 0.2).seconds == 0)
        #expect(pace.turn(api, now: 0.2).seconds > 40)
    }

    @Test func takesRequestsUnderWayOffWhatIsLeft() {
        let pace = RequestPace()
        let first = pace.turn(api, now: 0).number
        for _ in 0..<10 { _ = pace.turn(api, now: 0) }
        pace.learn(api, answer(10, 50), number: first, now: 0.1)
        #expect(pace.turn(api, now: 0.2).seconds > 40)
    }

    @Test func asksAgainAfterAnExhaustedWindowOnly() {
        let pace = RequestPace()
        ask(pace, api, answer(0, 55), now: 0)
        #expect(!pace.turn(api, now: 0).isCounted)
        #expect(!pace.turn(api, now: 54).isCounted)
        ask(pace, api, answer(3, 55), now: 60)
        // Spaced, and its place is kept.
        #expect((0..<3).map { _ in pace.turn(api, now: 60).isCounted } == [true, true, true])
        #expect(!pace.turn(api, now: 60).isCounted)
    }

    @Test func asksForATurnWhereThereIsRoomForTheRequest() async throws {
        let pace = RequestPace()
        let (api, first) = (api, answer(0, 1))
        var attempts = 0
        // While the request waits for room, the answer before it tells that nothing is left.
        let response = try await pace.send(HTTPRequest(.get, api), waiting: { #expect($0 <= 1) }) { attempt in
            if attempts == 0 { ask(pace, api, first, now: RequestPace.now) }
            attempts += 1
            return try await attempt()
        } by: { _ in
            HTTPResponse(status: 204)
        }
        #expect(response.status == 204 && attempts == 2)
    }

    @Test func believesAServerWhoseCountNeverFalls() {
        let pace = RequestPace()
        for step in 0..<2000 {
            let turn = pace.turn(api, now: Double(step) / 100)
            #expect(turn.seconds == 0)
            pace.learn(api, answer(499, 295), number: turn.number, now: Double(step) / 100)
        }
    }

    @Test(
        "learns nothing from numbers that cannot be",
        arguments: [
            "\"a\";r=0;t=99999999999999999999", "\"a\";r=0;t=2678401", "\"a\";r=0;t=inf", "\"a\";r=0;t=-1", "\"a\";r=0;t=+5",
            "\"a\";r=9223372036854775807;t=5", "\"a\";r=-1;t=5", "limit=1, remaining=0, reset=9223372036854775807",
        ])
    func impossible(value: String) {
        let pace = RequestPace()
        ask(pace, file, HTTPResponse(status: 200, headers: HTTPHeaders([("RateLimit", value)])), now: 0)
        #expect(pace.turn(file, now: 0).seconds == 0)
    }

    @Test(
        "reads every form",
        arguments: [
            "\"resolvers\";r=0;t=30", "limit=10, remaining=0, reset=30", "\"a\";r=50;t=10, \"b\";r=0;t=30", "\"a\"; r=0; t=30",
        ])
    func forms(value: String) {
        let pace = RequestPace()
        ask(pace, file, HTTPResponse(status: 200, headers: HTTPHeaders([("RateLimit", value)])), now: 0)
        #expect(pace.turn(file, now: 0).seconds == 30)
    }
}
