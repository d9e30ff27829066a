import Foundation
import PracticeHub
import Testing

/// What other options of `add`, and sources that state no size, mean for nodes of a fleet.
@Suite("A node of a fleet")
struct FleetOptionTests {
    private static let folder = "https://drive.google.com/drive/folders/1PracticeFolder" + String(repeating: "0", count: 18)

    private func options(_ port: UInt16, _ more: String...) -> [String] {
        FleetTests.options(port, size: 2) + ["--fleet-linger", "10"] + more
    }

    @Test("keeps to --limit-rate with the bytes from other nodes", .requiresAria2c)
    func limitedRate() async throws {
        try await FleetTests().withFleet(32) { scenario, port in
            try await scenario.add("practice/one", "-d", "giver").expectSuccess()
            await scenario.forgetRequests()
            let giver = try await FleetTests().node(scenario, "giver", ["practice/one"], options(port))
            try await giver.expectEvent("fleet_joined")
            let taker = try await FleetTests().node(scenario, "taker", ["practice/one"], options(port, "--limit-rate", "3M"))
            let outcome = await taker.end(timeout: 90)
            outcome.expectSuccess()
            await giver.end(timeout: 60).expectSuccess()
            #expect(await scenario.bytesServed() == 0)
            // 32 MiB at 3 MiB/s are 10 s; aria2c starts with a burst.
            #expect((try outcome.event("finished")["seconds"]?.number ?? 0) > 5, "\(outcome.story)")
        }
    }

    @Test("says that it gets files of unknown size from the origin itself, or that a required fleet cannot fetch them", .requiresAria2c)
    func unknownSizes() async throws {
        try await FleetTests().withFleet(1) { scenario, port in
            let alone = await (try await FleetTests().node(scenario, "one", [Self.folder], options(port))).end()
            alone.expectSuccess()
            let warnings = try alone.events().filter { $0.name == "warning" && $0["kind"]?.string == "fleet" }
            #expect(warnings.compactMap { $0["message"]?.string } == ["5 files have no known size: each node gets them from the origin."])
            let required = await (try await FleetTests().node(scenario, "two", [Self.folder], options(port, "--fleet-required"))).end()
            required.expectFailure(69, kind: "unreachable")
            #expect(scenario.box.allFiles.filter { $0.hasPrefix("two/") }.isEmpty)
        }
    }

    @Test(
        "that is ended while it serves the others has the exit code of the signal, and its files", .requiresAria2c,
        arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func endedWhileServing(signal: Int32, code: Int32) async throws {
        try await FleetTests().withFleet(1) { scenario, port in
            let node = try await FleetTests().node(scenario, "one", ["practice/one"], options(port, "--fleet-linger", "60"))
            try await node.expectEvent("finished")
            node.send(signal)
            let outcome = await node.end()
            #expect(outcome.code == code, "\(outcome.story)")
            #expect(try outcome.event("summary")["code"]?.int == Int64(code))
            try scenario.expectFile("one/model.safetensors", await scenario.hub.hubFile("practice/one", "model.safetensors"))
        }
    }
}
