import FetchTypes
import TestSupport
import Testing
@testable import Swarm

@Suite("The port of a fleet's aria2c") struct PeerPortTests {
    @Test func `is another one for each process that asks, and free again when it has gone`() throws {
        let base = freePort()
        let range = base...base
        var first: PeerPort? = try PeerPort.take(on: "127.0.0.1", from: range)
        #expect(first?.number == base)
        let failure = #expect(throws: Failure.self) { try PeerPort.take(on: "127.0.0.1", from: range) }
        #expect(failure?.code == .unavailable)
        // Another address of this machine has ports of its own.
        #expect(try PeerPort.take(on: "127.0.0.2", from: range).number == base)
        first = nil
        #expect(try PeerPort.take(on: "127.0.0.1", from: range).number == base)
    }

    @Test func `is refused where the address is none of this machine's`() {
        let failure = #expect(throws: Failure.self) { try PeerPort.take(on: "192.0.2.1") }
        #expect(failure?.message.contains("192.0.2.1") == true && failure?.code == .unavailable)
    }
}
