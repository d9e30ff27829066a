package import Aria2
package import Curl
package import Events
package import FetchTypes
import Foundation
import ModelSources
package import Partials
package import PracticeHub
import Storage
import Synchronization
import Testing
package import Transfer

extension EngineName: CustomTestStringConvertible {
    public var testDescription: String { rawValue }

    /// The engines that can be tried on this machine.
    package static let present: [EngineName] = Aria2OnPath.path == nil ? [.builtin] : [.builtin, .aria2]
}

/// What an engine needs to be tried: a practice hub, a folder, a client, and a supervised aria2c.
package struct Bench: Sendable {
    package let hub: PracticeHub
    package let addresses: HubAddresses
    package let scratch: Scratch
    package let client: CurlClient
    package let supervisor: Aria2Supervisor?

    /// Runs `body` with all of it, and ends all of it.
    /// - Parameters:
    ///   - executable: in place of the aria2c of this machine.
    ///   - between: is between the supervisor and aria2c; is given a request and what sends it on.
    package static func with<Result: Sendable>(
        _ engines: Set<EngineName>, _ configuration: HubConfiguration = HubConfiguration(), executable: Aria2Executable? = nil,
        between: (@Sendable (HTTPRequest, HTTPSend) async throws -> HTTPResponse)? = nil, _ body: @Sendable (Bench) async throws -> Result
    ) async throws -> Result {
        try await PracticeHub.withHub(configuration) { (hub, addresses) async throws in
            let client = CurlClient(settings: NetworkSettings(userAgent: "fetchctl-test/1"))
            let rpc = CurlClient(settings: NetworkSettings(userAgent: "fetchctl-test/1"))
            defer {
                client.shutDown()
                rpc.shutDown()
            }
            var supervisor: Aria2Supervisor?
            if engines.contains(.aria2) {
                let launch = Aria2Launch(
                    executable: try await executable == nil ? Aria2OnPath.executable() : executable!, userAgent: "fetchctl-test/1",
                    environment: ProcessInfo.processInfo.environment)
                supervisor = Aria2Supervisor(
                    launch: launch,
                    send: { request in
                        guard let between else { return try await rpc.send(request) }
                        return try await between(request, { try await rpc.send($0) })
                    })
            }
            let bench = Bench(hub: hub, addresses: addresses, scratch: try Scratch(), client: client, supervisor: supervisor)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                if let supervisor { group.addTask { await supervisor.run() } }
                defer { group.cancelAll() }
                return try await body(bench)
            }
        }
    }

    package func engine(_ name: EngineName, budget: ConnectionBudget = ConnectionBudget()) -> any TransferEngine {
        switch name {
        case .builtin, .local: BuiltinEngine(client: client, budget: budget)
        case .aria2: Aria2Engine(supervisor: supervisor!, client: client, budget: budget)
        }
    }

    /// Links to a file of the content network.
    package func links(_ name: String = "practice.bin") throws -> LinkKeeper {
        let url = try #require(WebURL("\(addresses.cdn)/plain/\(name)"))
        return LinkKeeper(FixedLocator(host: url.host, link: ByteLink(url: url, allowsPrivateAddress: true)))
    }

    /// The target's partial, locked, with what an earlier run left.
    package func partial(size: Int64?, target: String = "model.bin") async throws -> Partial {
        let (partial, found) = try await PartialLock(target: scratch(target), timeout: 20, onWait: { _ in }).acquire()
        let why = try partial.adopt(PartialRecord(reference: "r", identity: "i", size: size), found: found)
        #expect(why == nil)
        return partial
    }

    /// Puts pieces into a partial as if they had been fetched.
    package func fill(_ partial: Partial, _ pieces: some Sequence<Int>, from file: PracticeFile) throws {
        for piece in pieces {
            let range = try #require(partial.map).range(of: piece)
            try partial.file.write([UInt8](file.bytes(range)), at: range.lowerBound)
            partial.mark(piece: piece)
        }
        try partial.save()
    }

    package func file(_ name: String = "practice.bin") async throws -> PracticeFile { try #require(await hub.plainFile(name)) }

    /// File bytes that the content network gave to sockets so far.
    package func served() async -> Int64 { await hub.requests().filter { $0.server == "cdn" }.reduce(0) { $0 + $1.bodyBytesSent } }

    /// Transfers as a caller of an engine does: the meter is told before which bytes are present.
    package func transfer(
        _ engine: any TransferEngine, _ name: String = "practice.bin", into partial: Partial, connections: Int = 4,
        meter: TransferMeter = TransferMeter()
    ) async throws {
        meter.set(received: partial.presentBytes)
        try await engine.transfer(try links(name), into: partial, connections: connections, meter: meter)
    }

    /// Waits until something holds of a partial while it is being filled. Looks every few milliseconds.
    package func wait(for partial: Partial, until holds: (Partial) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while !holds(partial) {
            guard ContinuousClock.now < deadline else { throw Unexpected(what: "it did not come to that within 20 s") }
            try await Task.sleep(for: .milliseconds(3))
        }
    }
}

extension TransferEngine {
    /// Transfers from one source without a meter.
    package func transfer(_ links: LinkKeeper, into partial: Partial, connections: Int, meter: TransferMeter) async throws {
        try await transfer(TransferWork(links, into: partial, connections: connections, meter: meter))
    }
}

extension Partial {
    /// The marked pieces whose bytes are not the file's.
    package func falsePieces(_ file: PracticeFile) throws -> [Int] {
        guard let map else { return [] }
        var wrong: [Int] = []
        for piece in 0..<map.count where map[piece] {
            let range = map.range(of: piece)
            var bytes = [UInt8](repeating: 0, count: range.count)
            let count = try bytes.withUnsafeMutableBytes { bytes throws in try self.file.read(into: bytes, at: range.lowerBound) }
            if count != range.count || Data(bytes) != file.bytes(range) { wrong.append(piece) }
        }
        return wrong
    }
}

/// A fault in a few words, for tables.
package func words(_ error: any Error) -> String {
    switch error {
    case TransferFault.network(let fault): "network \(fault.kind)"
    case TransferFault.refused(let status, let retryAfter, _): "refused \(status)" + (retryAfter.map { " after \($0.whole)" } ?? "")
    case TransferFault.changed: "changed"
    case TransferFault.rangesIgnored: "rangesIgnored"
    case TransferFault.wrongSize(let expected, let got): "wrongSize \(expected) \(got)"
    case TransferFault.page: "page"
    case TransferFault.protocolViolation: "protocolViolation"
    case TransferFault.coded: "coded"
    case TransferFault.stalled: "stalled"
    case TransferFault.engineLost: "engineLost"
    case TransferFault.engineLeft: "engineLeft"
    case is CancellationError: "cancelled"
    default: "\(error)"
    }
}

/// What the closure ends with.
package func outcome<Result>(_ body: () async throws -> Result) async -> String {
    do {
        _ = try await body()
        return "done"
    } catch {
        return words(error)
    }
}

/// Raised once, seen by everybody.
package final class Flag: Sendable {
    private let value = Atomic(false)
    package init() {}
    package var isUp: Bool { value.load(ordering: .relaxed) }
    package func raise() { value.store(true, ordering: .relaxed) }
}
