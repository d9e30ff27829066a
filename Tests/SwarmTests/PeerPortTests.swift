import FetchTypes
import TestSupport
import Testing
@testable import Swarm

@Suite("The port of a fleet's aria2c") struct PeerPortTests {
    @Test func `differs for each process, and is free again after its end`() throws {
        let base = freePort()
        let range = base...base
        var first: PeerPort? = try PeerPort.take(on: "127.0.0.1", from: range)
        #expect(first?.number == base)
        let failure = #expect(throws: Failure.self) { try PeerPort.take(on: "127.0.0.1", from: range) }
        #expect(failure?.code == .unavailable)
        // Each address of this machine has its own ports.
        #expect(try PeerPort.take(on: "127.0.0.2", from: range).number == base)
        first = nil
        #expect(try PeerPort.take(on: "127.0.0.1", from: range).number == base)
    }

    @Test func `is refused for an address of another machine`() {
        let failure = #expect(throws: Failure.self) { try PeerPort.take(on: "192.0.2.1") }
        #expect(failure?.message.contains("192.0.2.1") == true && failure?.code == .usage)
    }
}
