import FlyingSocks
import Foundation
import PracticeHub
import Testing

@Suite("A fault")
struct FaultTests {
    private let path = "/plain/practice.bin"
    let size: Int64 = 8 << 20

    /// Puts one fault in and sends one request for the 8 MiB file.
    func answer(_ fault: Fault, headers: [String: String] = [:]) async throws -> (HubClient.Answer, PracticeFile, RecordedRequest) {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            await hub.addFault(fault)
            let answer = try await HubClient.send("GET", addresses.cdn + path, headers: headers)
            let file = try #require(await hub.plainFile("practice.bin"))
            return (answer, file, try #require(await hub.requests().last))
        }
    }

    @Test("drops the connection after exactly so many bytes", arguments: [0, 1, 1000, 100_000, (8 << 20) - 1] as [Int64])
    func drop(after: Int64) async throws {
        let (answer, file, record) = try await answer(Fault(.drop, match: "cdn/plain", after: after))
        #expect(answer.status == 200)
        #expect(answer.header("Content-Length") == String(size))
        #expect(answer.body == file.bytes(0..<after))
        #expect(record.bodyBytesSent == after)
        #expect(!record.finished)
    }

    @Test("drops a ranged answer too")
    func dropRange() async throws {
        let (answer, file, _) = try await answer(Fault(.drop, after: 10), headers: ["Range": "bytes=500-999"])
        #expect(answer.status == 206)
        #expect(answer.body == file.bytes(500..<510))
    }

    @Test("stalls after so many bytes until the client closes the connection")
    func stall() async throws {
        let hub = PracticeHub()
        let addresses = try await hub.start()
        await hub.addFault(Fault(.stall, match: "practice.bin", after: 5000))
        let client = try await HubClient(addresses.cdn)
        try await client.write("GET", addresses.cdn + path)
        #expect(try await client.read(bodyLength: 5000).body.count == 5000)
        let record = try #require(await hub.requests().last)
        #expect(record.bodyBytesSent == 5000)
        #expect(!record.finished)
        // The end of the hub ends the stalled transfer, with nothing more sent.
        await hub.stop()
        #expect(try await client.readToEnd().isEmpty)
    }

    @Test("slows an answer down")
    func slow() async throws {
        let start = ContinuousClock.now
        let (answer, _, _) = try await answer(Fault(.slow, bytesPerSecond: 20 << 10), headers: ["Range": "bytes=0-10239"])
        #expect(answer.body.count == 10240)
        #expect(ContinuousClock.now - start > .seconds(0.4))
    }

    @Test("answers with a status, headers and a body")
    func status() async throws {
        let (plain, _, _) = try await answer(Fault(.status))
        #expect(plain.status == 503)
        let fault = Fault(.status, status: 429, headers: ["Retry-After": "7", "Content-Type": "application/json"], body: "{}")
        let (limited, _, record) = try await answer(fault)
        #expect(limited.status == 429)
        #expect(limited.header("Retry-After") == "7")
        #expect(limited.header("Content-Type") == "application/json")
        #expect(limited.text == "{}")
        #expect(record.status == 429)
    }

    @Test("expires the links issued before it and no later ones")
    func expireNow() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            for source in ["practice/tiny/resolve/main/model.safetensors", "12345", "12354"] {
                let old = try await CDNTests.link(source, addresses)
                await hub.addFault(Fault(.expireNow))
                let new = try await CDNTests.link(source, addresses)
                let range = ["Range": "bytes=0-9"]
                #expect(try await HubClient.send("GET", old, headers: range).status == 403)
                #expect(try await HubClient.send("GET", new, headers: range).status == 206)
            }
        }
    }

    @Test("refuses only requests that want a digest")
    func refuseWantDigest() async throws {
        let fault = Fault(.refuseWantDigest)
        #expect(try await answer(fault, headers: ["Want-Digest": "SHA-256;q=1"]).0.status == 403)
        #expect(try await answer(fault, headers: ["Range": "bytes=0-0"]).0.status == 206)
    }

    @Test("closes without an answer")
    func noAnswer() async throws {
        await #expect(throws: HubClient.Problem.self) { try await answer(Fault(.noAnswer)) }
    }

    @Test("resets the connection instead of closing it")
    func reset() async throws {
        await #expect(throws: (any Error).self) { try await answer(Fault(.reset, match: "cdn/plain", after: 5000)) }
    }

    @Test("acts on requests with a certain header only")
    func header() async throws {
        let fault = Fault(.status, header: "User-Agent: ARIA2", status: 403)
        #expect(try await answer(fault, headers: ["User-Agent": "aria2/1.36.0"]).0.status == 403)
        #expect(try await answer(fault, headers: ["User-Agent": "other"]).0.status == 200)
        #expect(try await answer(Fault(.status, header: "Want-Digest")).0.status == 200)
    }

    @Test("has no part in a clock that is an hour off: dates and links go by it")
    func clock() async throws {
        var configuration = HubConfiguration()
        configuration.clockOffset = 3600
        try await PracticeHub.withHub(configuration) { (hub, addresses) async throws in
            let answer = try await HubClient.send("GET", addresses.civitai + "/api/download/models/12345")
            #expect(try await HubClient.send("GET", #require(answer.header("Location")), headers: ["Range": "bytes=0-0"]).status == 206)
            let format = DateFormatter()
            format.locale = Locale(identifier: "en_US_POSIX")
            format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
            let date = try #require(answer.header("Date").flatMap(format.date))
            #expect(abs(date.timeIntervalSinceNow - 3600) < 60)
        }
    }

    @Test("acts as often as it is told, after as many requests as it is told, where it can act")
    func counting() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let url = addresses.cdn + "/plain/small.bin"
            func statuses(_ count: Int) async throws -> [Int] {
                var statuses: [Int] = []
                for _ in 0..<count { statuses.append(try await HubClient.send("GET", url).status) }
                return statuses
            }
            await hub.addFault(Fault(.status, match: "small.bin", times: 2, skip: 1))
            #expect(try await statuses(5) == [200, 503, 503, 200, 200])
            await hub.addFault(Fault(.status, match: "cdn/plain", times: 1, method: "HEAD"))
            #expect(try await statuses(2) == [200, 200])
            #expect(try await HubClient.send("HEAD", url).status == 503)
            await hub.addFault(Fault(.ignoreRange, times: 1))
            #expect(try await statuses(2) == [200, 200])
            #expect(try await HubClient.send("GET", url, headers: ["Range": "bytes=0-1"]).status == 200)
            #expect(try await HubClient.send("GET", url, headers: ["Range": "bytes=0-1"]).status == 206)
            await hub.addFault(Fault(.status))
            #expect(try await statuses(1) == [503])
            await hub.clearFaults()
            #expect(try await statuses(1) == [200])
        }
    }
}
