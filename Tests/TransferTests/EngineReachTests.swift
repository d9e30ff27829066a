import FetchTypes
import ModelSources
import Partials
import TestSupport
import Testing
@testable import Aria2
@testable import Events
@testable import Transfer

/// What both engines say of a host that is not there.
@Suite("Either engine without a host", .timeLimit(.minutes(1))) struct EngineReachTests {
    @Test("tells a host that accepts no connection, or has no address, from a connection that broke", arguments: EngineName.present)
    func unreachable(name: EngineName) async throws {
        try await Bench.with([name]) { bench in
            let engine = bench.engine(name)
            let port = try #require(LoopbackPort.free())
            for (url, kind) in [
                ("http://127.0.0.1:\(port)/x", TransportFault.Kind.connect), ("http://no-such-host.invalid/x", .nameResolution),
            ] {
                let partial = try await bench.partial(size: 4 << 20, target: "\(kind).bin")
                let target = try #require(WebURL(url))
                let links = LinkKeeper(FixedLocator(host: target.host, link: ByteLink(url: target, allowsPrivateAddress: true)))
                let result = await Task {
                    try await engine.transfer(links, into: partial, connections: 2, meter: TransferMeter())
                }.result
                guard case .failure(let error) = result, case TransferFault.network(let fault) = error else {
                    Issue.record("\(name): \(result)")
                    continue
                }
                #expect(fault.kind == kind && fault.host == target.host, "\(name): \(kind): \(fault.kind) \(fault)")
                // What the user reads is the same but for the detail.
                let other = TransportFault(kind, host: target.host, detail: fault.detail).failure
                #expect(fault.failure.message == other.message && fault.failure.kind == .unreachable && fault.kind.waitReason != .reset)
            }
        }
    }
}
