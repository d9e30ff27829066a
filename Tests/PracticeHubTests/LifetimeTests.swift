import Foundation
import PracticeHub
import Testing

@Suite("A hub's lifetime")
struct LifetimeTests {
    @Test("ends with every port closed, idle and busy connections too")
    func stop() async throws {
        let hub = PracticeHub()
        let addresses = try await hub.start()
        let idle = try await HubClient(addresses.hub)
        try await idle.write("GET", addresses.hub + "/api/models/gpt-practice")
        _ = try await idle.read(bodyLength: 0)
        let busy = try await HubClient(addresses.cdn)
        try await busy.write("GET", addresses.cdn + "/plain/large.bin")
        _ = try await busy.read(bodyLength: 1)
        await hub.stop()
        _ = try await idle.readToEnd()
        _ = try await busy.readToEnd()
        await #expect(throws: (any Error).self) { _ = try await HubClient(addresses.cdn) }
    }

    @Test("hubs beside each other share nothing")
    func several() async throws {
        try await PracticeHub.withHub { (first, firstAddresses) async throws in
            try await PracticeHub.withHub { (second, secondAddresses) async throws in
                #expect(Set([firstAddresses.hub, firstAddresses.cdn, secondAddresses.hub, secondAddresses.cdn]).count == 4)
                await first.addFault(Fault(.status))
                let answer = try await HubClient.send("GET", secondAddresses.cdn + "/plain/small.bin")
                #expect(answer.status == 200)
                #expect(await first.requests().isEmpty)
                #expect(await second.requests().count == 1)
            }
        }
    }

    @Test(
        "the command announces itself in one line and ends with its standard input",
        .enabled(if: executable != nil, "practice-hub is not built"))
    func command() async throws {
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = ["--until-stdin-closes", "--model-size", "1M", "--link-lifetime", "60"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        let ended = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { ended.continuation.yield($0.terminationStatus) }
        try process.run()
        var line = Data()
        while !line.contains(0x0A) {
            let more = output.fileHandleForReading.availableData
            try #require(!more.isEmpty)
            line.append(more)
        }
        let addresses = try JSONDecoder().decode(HubAddresses.self, from: line)
        let announced = try #require(try JSONSerialization.jsonObject(with: line) as? [String: String])
        #expect(announced["control"] == addresses.control)
        let large = try await HubClient.send("GET", addresses.cdn + "/plain/large.bin")
        #expect(large.body.count == 1 << 20)
        try input.fileHandleForWriting.close()
        for await status in ended.stream {
            #expect(status == 0)
            break
        }
    }

    /// The command beside the test bundle, where one build puts both.
    private static let executable: URL? = {
        guard let bundle = CommandLine.arguments.first(where: { $0.hasSuffix(".xctest") }) ?? CommandLine.arguments.first else {
            return nil
        }
        let url = URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("practice-hub")
        return FileManager.default.isExecutableFile(atPath: url.path) ? url : nil
    }()
}
