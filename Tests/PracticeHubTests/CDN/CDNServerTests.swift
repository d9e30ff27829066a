import FlyingSocks
import Foundation
import PracticeHub
import Testing

@Suite("The content network")
struct CDNTests {
    @Test("answers ranges exactly")
    func ranges() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let url = addresses.cdn + "/plain/practice.bin"
            let file = try #require(await hub.plainFile("practice.bin"))
            let whole = try await HubClient.send("GET", url)
            #expect(whole.status == 200)
            #expect(whole.body == file.data)
            #expect(whole.header("Content-Length") == "8388608")
            #expect(whole.header("Accept-Ranges") == "bytes")
            let asked = ["bytes=0-0", "bytes=100-199", "bytes=8388600-", "bytes=-5", "bytes=65530-131077"]
            let ranges: [Range<Int64>] = [0..<1, 100..<200, 8_388_600..<8_388_608, 8_388_603..<8_388_608, 65530..<131078]
            for (header, range) in zip(asked, ranges) {
                let part = try await HubClient.send("GET", url, headers: ["Range": header])
                #expect(part.status == 206)
                #expect(part.body == file.bytes(range), "\(header)")
                #expect(part.header("Content-Range") == "bytes \(range.lowerBound)-\(range.upperBound - 1)/8388608")
                #expect(part.header("Content-Length") == String(range.count))
                #expect(part.header("ETag") == whole.header("ETag"))
            }
            let beyond = try await HubClient.send("GET", url, headers: ["Range": "bytes=8388608-"])
            #expect(beyond.status == 416)
            #expect(beyond.header("Content-Range") == "bytes */8388608")
        }
    }

    @Test("gives the whole new file to a range conditional on another ETag")
    func conditions() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let url = addresses.cdn + "/plain/small.bin"
            let tag = try #require(try await HubClient.send("HEAD", url).header("ETag"))
            func status(_ headers: [String: String]) async throws -> Int { try await HubClient.send("GET", url, headers: headers).status }
            #expect(try await status(["Range": "bytes=5-", "If-Range": tag]) == 206)
            #expect(try await status(["Range": "bytes=5-", "If-Range": "\"other\""]) == 200)
            #expect(try await status(["Range": "bytes=5-", "If-Match": tag]) == 206)
            #expect(try await status(["Range": "bytes=5-", "If-Match": "\"other\""]) == 412)
            #expect(try await status(["If-None-Match": tag]) == 304)
        }
    }

    @Test("answers HEAD without a body, and keeps the connection for the next request")
    func keepAlive() async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let url = addresses.cdn + "/plain/small.bin"
            let client = try await HubClient(url)
            try await client.write("HEAD", url)
            let head = try await client.read(bodyLength: 0)
            #expect(head.header("Content-Length") == "20480")
            #expect(head.body.isEmpty)
            try await client.write("GET", url)
            #expect(try await client.read(bodyLength: 20480).body == hub.plainFile("small.bin")?.data)
            try client.socket.close()
            let requests = await hub.requests()
            #expect(requests.count == 2)
            #expect(requests[0].connection == requests[1].connection)
            #expect(requests.map(\.bodyBytesSent) == [0, 20480])
            #expect(requests.map(\.finished) == [true, true])
        }
    }

    @Test(
        "opens signed links to a plain GET and to nothing else",
        arguments: ["practice/tiny/resolve/main/model.safetensors", "12345", "12347"])
    func signedLinks(source: String) async throws {
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let link = try await Self.link(source, addresses)
            let good = try await HubClient.send("GET", link, headers: ["Range": "bytes=0-99"])
            #expect(good.status == 206)
            #expect(good.header("Content-Disposition")?.contains("filename=\"") == true)
            let isHub = source.contains("resolve")
            #expect(good.header("Content-Disposition")?.hasSuffix(";") == isHub)
            let withToken = try await HubClient.send("GET", link, headers: ["Authorization": "Bearer practice-hf-token"])
            #expect(withToken.status == 400)
            #expect(withToken.header("Content-Type") == "application/xml")
            #expect(try await HubClient.send("HEAD", link).status == 403)
            let path = String(link.prefix { $0 != "?" })
            #expect(try await HubClient.send("GET", path).status == 403)
            let other = link.replacingOccurrences(of: "0000000", with: "0000001")
            #expect(try await HubClient.send("GET", other).status == 403)
            #expect(await hub.requests().last?.server == "cdn")
        }
    }

    @Test("refuses a link past its time with XML", arguments: ["practice/tiny/resolve/main/model.safetensors", "12345", "12354"])
    func expiry(source: String) async throws {
        var configuration = HubConfiguration()
        configuration.linkLifetime = 0
        try await PracticeHub.withHub(configuration) { (_, addresses) async throws in
            let answer = try await HubClient.send("GET", try await Self.link(source, addresses))
            #expect(answer.status == 403)
            #expect(answer.text.contains("<Code>AccessDenied</Code><Message>Request has expired"))
        }
    }

    @Test("holds a connection to its rate, over several requests")
    func rate() async throws {
        var configuration = HubConfiguration()
        configuration.bytesPerSecondPerConnection = 40 << 10
        try await PracticeHub.withHub(configuration) { (_, addresses) async throws in
            let url = addresses.cdn + "/plain/small.bin"
            let client = try await HubClient(url)
            let start = ContinuousClock.now
            for _ in 0..<2 {
                try await client.write("GET", url)
                _ = try await client.read(bodyLength: 20480)
            }
            // Two times 20 KiB at 40 KiB a second, less the last piece, which leaves when it is booked.
            #expect(ContinuousClock.now - start > .seconds(0.9))
        }
    }

    @Test("answers 503 above the number of transfers at once")
    func transfers() async throws {
        var configuration = HubConfiguration()
        configuration.simultaneousTransfers = 1
        try await PracticeHub.withHub(configuration) { (hub, addresses) async throws in
            await hub.addFault(Fault(.stall, match: "large.bin", times: 1, after: 100))
            let first = try await HubClient(addresses.cdn)
            try await first.write("GET", addresses.cdn + "/plain/large.bin")
            _ = try await first.read(bodyLength: 100)
            #expect(try await HubClient.send("GET", addresses.cdn + "/plain/small.bin").status == 503)
        }
    }

    @Test("redirects to wherever it is told, and names a file as it is told")
    func plainExtras() async throws {
        try await PracticeHub.withHub { (_, addresses) async throws in
            let redirect = try await HubClient.send("GET", addresses.cdn + "/redirect?to=http%3A%2F%2Fexample.com%2Fx%3Fa%3Db&status=301")
            #expect(redirect.status == 301)
            #expect(redirect.header("Location") == "http://example.com/x?a=b")
            let named = try await HubClient.send(
                "GET", addresses.cdn + "/plain/small.bin?disposition=attachment%3B%20filename%3D%22x.bin%22&type=text%2Fplain")
            #expect(named.header("Content-Disposition") == "attachment; filename=\"x.bin\"")
            #expect(named.header("Content-Type") == "text/plain")
            #expect(try await HubClient.send("GET", addresses.cdn + "/plain/none.bin").status == 404)
        }
    }

    /// The signed link for a Hub path or a CivitAI version.
    static func link(_ source: String, _ addresses: HubAddresses) async throws -> String {
        let url = source.contains("/") ? "\(addresses.hub)/\(source)" : "\(addresses.civitai)/api/download/models/\(source)"
        return try #require(try await HubClient.send("GET", url).header("Location"))
    }
}
